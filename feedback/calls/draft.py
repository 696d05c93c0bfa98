"""What a member of staff wants a call to be, and what is wrong with it.

The names of problems are those of the form's fields, so that each stands beside its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from feedback.calls.models import SOURCE_LANGUAGE, Government, Initiative
from feedback.calls.service import CallWords
from feedback.web.actor import REGION
from feedback.web.languages import BY_CODE

LONGEST_SLUG = 60
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

#: Days outside are slips of the finger.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)

Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three texts of a call in a language."""

    name: str
    label: str
    longest: int


PARTS = (
    Part("title", "題名", 100),
    Part("question", "質問", 1_000),
    Part("description", "説明", 4_000),
)


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call as staff write it."""

    slug: str
    opens_on: date | None
    closes_on: date | None
    """The last day; None when the call has no end."""
    words: Mapping[str, CallWords]
    """By language; those of which nothing was written are left out."""
    governments: tuple[str, ...]
    initiatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, and of which governments one must be chosen."""

    governments: Sequence[Government]
    initiatives: Sequence[Initiative]
    own: frozenset[str]

    @property
    def names(self) -> dict[str, str]:
        """The names of governments and initiatives by slug, in their order."""
        governments = {each.slug: each.name for each in self.governments}
        return governments | {each.slug: each.name for each in self.initiatives}


def word_field(part: str, language: str) -> str:
    """The name of the field of a text in a language."""
    return f"{part}_{language.replace('-', '_')}"


def problems_of(draft: CallDraft, choices: Choices) -> Problems:
    """What is wrong with a draft, by field; the first problem of each."""
    return {
        **_slug_problems(draft.slug),
        **_word_problems(draft.words),
        **_period_problems(draft),
        **_choice_problems(draft, choices),
    }


def problems_after_publishing(
    draft: CallDraft, before: CallDraft, choices: Choices, today: date
) -> Problems:
    """What a published call may not become any more: citizens and opinions rely on it."""
    found: Problems = {}
    if draft.slug != before.slug:
        found["slug"] = "公開した後は、アドレスを変えられません。"
    if draft.opens_on != before.opens_on:
        found["opens_on"] = "公開した後は、受付の開始日を変えられません。"
    if draft.closes_on != before.closes_on and draft.closes_on and draft.closes_on < today:
        found["closes_on"] = (
            "過ぎた日で締め切ることはできません。"
            "今日以降の日にするか、「受付を今すぐ終える」を使ってください。"
        )
    for field, old, new in (
        ("governments", before.governments, draft.governments),
        ("initiatives", before.initiatives, draft.initiatives),
    ):
        gone = [choices.names[each] for each in old if each not in new]
        if gone:
            found[field] = (
                f"公開した後は、追加だけができます。「{'」「'.join(gone)}」を選んだままにしてください"
                "（あて先にした意見があるためです）。"
            )
    return found


def _slug_problems(slug: str) -> Problems:
    if not slug:
        return {"slug": "アドレスを入力してください。"}
    if len(slug) > LONGEST_SLUG or not _SLUG.fullmatch(slug):
        return {
            "slug": "アドレスは、半角の英小文字・数字・ハイフンで、"
            f"{LONGEST_SLUG}文字以内で入力してください（例：online-2027）。"
            "ハイフンは、文字と文字の間に1つずつ入れられます。"
        }
    return {}


def _word_problems(words: Mapping[str, CallWords]) -> Problems:
    found: Problems = {}
    for language in {SOURCE_LANGUAGE: None, **dict.fromkeys(words)}:
        texts = words.get(language, CallWords("", "", ""))
        for part in PARTS:
            text = str(getattr(texts, part.name))
            problem = _word_problem(part, text, language)
            if problem:
                found[word_field(part.name, language)] = problem
    return found


def _word_problem(part: Part, text: str, language: str) -> str | None:
    of = f"{BY_CODE[language].name}の{part.label}"
    if not text and language == SOURCE_LANGUAGE:
        return f"{of}を入力してください。"
    if not text:
        return f"{of}も入力するか、この言語の3つの欄をすべて空にしてください。"
    if len(text) > part.longest:
        return f"{of}は{part.longest:,}文字以内で入力してください（今は{len(text):,}文字です）。"
    return None


def _period_problems(draft: CallDraft) -> Problems:
    if draft.opens_on is None:
        return {"opens_on": "受付の開始日を入力してください。"}
    found = {
        name: f"年を確かめてください（{FIRST_DAY.year}年から{LAST_DAY.year}年まで）。"
        for name, day in (("opens_on", draft.opens_on), ("closes_on", draft.closes_on))
        if day is not None and not FIRST_DAY <= day <= LAST_DAY
    }
    if found:
        return found
    if draft.closes_on is not None and draft.closes_on < draft.opens_on:
        return {"closes_on": "受付の最終日は、開始日と同じ日か、それより後にしてください。"}
    return {}


def _choice_problems(draft: CallDraft, choices: Choices) -> Problems:
    found: Problems = {}
    names = {each.slug: each.name for each in choices.governments}
    if not draft.governments:
        found["governments"] = "自治体を1つ以上選んでください。"
    elif not choices.own & set(draft.governments):
        own = "、".join(name for slug, name in names.items() if slug in choices.own)
        found["governments"] = f"あなたが担当する自治体（{own}）を含めてください。"
    if not draft.initiatives:
        found["initiatives"] = "取組を1つ以上選んでください。"
        return found
    strangers = [
        each.name
        for each in choices.initiatives
        if each.slug in draft.initiatives and each.government_slug not in (None, *draft.governments)
    ]
    if strangers:
        found["initiatives"] = (
            f"「{'」「'.join(strangers)}」は、選んでいない自治体の取組です。"
            "取組を外すか、その自治体も選んでください。"
        )
        return found
    owners = {
        each.government_slug for each in choices.initiatives if each.slug in draft.initiatives
    }
    if None in owners or REGION in owners:
        return found
    lonely = [names[each] for each in draft.governments if each not in owners]
    if lonely:
        found["initiatives"] = (
            f"「{'」「'.join(lonely)}」あての意見で選べる取組がありません。"
            "その自治体の取組か「その他」も選んでください。"
        )
    return found
