"""Spans of personal data, by shape, check digit and the words around them.

Missing one in a published text is worse than hiding one too many, but a date, an ordinance
number or a measured value that is hidden makes the opinion unreadable; so digits alone are not
enough where the shape is shared (postal codes, accounts).

Toll-free numbers count as phone numbers; 110, 119, 189, #9110 and the like do not. Names of those
who hold a public office, and a municipality or a town alone, do not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from analysis import addresses, cued, digits, handles, people
from analysis.normalize import normalize


class PersonalDataKind(StrEnum):
    """What kind of personal data a span holds."""

    PHONE = "phone"
    EMAIL = "email"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    MY_NUMBER = "my_number"
    CARD = "card"
    ACCOUNT = "account"
    PLATE = "plate"
    SNS = "sns"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    DOCUMENT = "document"
    OTHER = "other"
    """Found by staff only: a date of birth, an illness, a workplace that tells who it is."""

    @property
    def label(self) -> str:
        """The Japanese name shown to staff and put in place of the span."""
        return _LABELS[self]


_LABELS = {
    PersonalDataKind.PHONE: "電話番号",
    PersonalDataKind.EMAIL: "メールアドレス",
    PersonalDataKind.POSTAL_CODE: "郵便番号",
    PersonalDataKind.ADDRESS: "住所",
    PersonalDataKind.MY_NUMBER: "マイナンバー",
    PersonalDataKind.CARD: "カード番号",
    PersonalDataKind.ACCOUNT: "口座番号",
    PersonalDataKind.PLATE: "車両番号",
    PersonalDataKind.SNS: "SNSアカウント",
    PersonalDataKind.NAME: "氏名",
    PersonalDataKind.BIRTH_DATE: "生年月日",
    PersonalDataKind.DOCUMENT: "証明書等の番号",
    PersonalDataKind.OTHER: "個人情報",
}


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Where personal data stands in the original text."""

    kind: PersonalDataKind
    start: int
    end: int


def personal_data(text: str) -> list[PersonalSpan]:
    """Return the spans of personal data in ``text``, sorted and never overlapping."""
    even = normalize(text)
    found: list[tuple[PersonalDataKind, int, int]] = []
    for kind, (start, end) in _with_a_shape(even.text):
        _take(found, kind, start, end)
    others = [(start, end) for _, start, end in found]
    for start, end in people.names(even.text, others):
        _take(found, PersonalDataKind.NAME, start, end)
    spans = [PersonalSpan(kind, *even.span(start, end)) for kind, start, end in found]
    return sorted(spans, key=lambda span: span.start)


def _take(
    found: list[tuple[PersonalDataKind, int, int]], kind: PersonalDataKind, start: int, end: int
) -> None:
    """Add a span where none is yet; what came first was surer."""
    if start < end and not any(first < end and start < last for _, first, last in found):
        found.append((kind, start, end))


def _with_a_shape(text: str) -> Iterator[tuple[PersonalDataKind, digits.Span]]:
    """Yield everything but names, the surest kind first."""
    kinds = PersonalDataKind
    even = digits.view(text)
    for place in handles.emails(text):
        yield kinds.EMAIL, place
    for place in handles.handles(text):
        yield kinds.SNS, place
    if not any(letter in even for letter in "0123456789"):
        yield from ((kinds.ADDRESS, place) for place in addresses.addresses(text))
        return
    for find, kind in (
        (cued.papers, kinds.DOCUMENT),
        (cued.birthdays, kinds.BIRTH_DATE),
        (cued.plates, kinds.PLATE),
    ):
        for place in find(text, even):
            yield kind, place
    numbers = sorted(digits.numbers(text, even), key=lambda one: one[0] == "phone")
    for name, place in numbers:
        yield kinds(name), place
    for find, kind in ((cued.accounts, kinds.ACCOUNT), (cued.postal_codes, kinds.POSTAL_CODE)):
        for place in find(text, even):
            yield kind, place
    for place in addresses.addresses(text):
        yield kinds.ADDRESS, place
