"""What a submission must be like to be taken in; the same for the form and for imports."""

from __future__ import annotations

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from feedback.calls.models import governments_of, initiatives_of, municipality_codes
from feedback.intake.models import AgeBand, Channel, Kind, Relation
from feedback.web.actor import REGION
from feedback.web.languages import BY_CODE

SHORTEST_BODY = 10
LONGEST_BODY = 4_000
LONGEST_TITLE = 100
LONGEST_NAME = 100
LONGEST_EMAIL = 254

#: Control characters but tab and line feed, lone surrogates, code points that are no characters:
#: nobody can see them, and no database, page or PDF takes all of them.
_NO_CHARACTERS = "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
_UNSTORABLE = re.compile(
    rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}]"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A submission before it is stored: slugs, codes and the citizen's words."""

    call_id: int
    government: str
    initiative: str
    kind: Kind
    title: str
    body: str
    consents_to_publish: bool
    language: str = "ja"
    municipality: str | None = None
    age_band: AgeBand | None = None
    relation: Relation | None = None
    contact_name: str = ""
    contact_email: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of a draft; ``code`` is what the edge puts into words."""

    field: str
    code: str


def cleaned(text: str) -> str:
    """A citizen's words as they are stored: line ends as LF, nothing that cannot be stored.

    Everything a person can see stays as it was typed, spaces at both ends excepted.
    """
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


@dataclass(frozen=True, slots=True)
class CallRules:
    """The choices that one call offers, loaded once for any number of drafts."""

    call_id: int
    governments: frozenset[str]
    initiatives: dict[str, str | None]
    """Slug → the government it belongs to; None for その他."""
    municipalities: frozenset[str]

    def problems(self, draft: Draft, *, shortest_body: int = SHORTEST_BODY) -> tuple[Problem, ...]:
        """Everything that is wrong with a draft, in the order of the form."""
        found = (
            ("government", self._government(draft)),
            ("initiative", self._initiative(draft)),
            ("title", "too_long" if len(draft.title) > LONGEST_TITLE else None),
            ("body", _body(draft.body, shortest_body)),
            ("municipality", self._municipality(draft)),
            ("language", None if draft.language in BY_CODE else "unknown"),
            ("contact_name", "too_long" if len(draft.contact_name) > LONGEST_NAME else None),
            ("contact_email", _email(draft.contact_email)),
        )
        return tuple(Problem(field, code) for field, code in found if code)

    def _government(self, draft: Draft) -> str | None:
        return None if draft.government in self.governments else "unknown"

    def _initiative(self, draft: Draft) -> str | None:
        if draft.initiative not in self.initiatives:
            return "unknown"
        owner = self.initiatives[draft.initiative]
        is_matching = owner in {None, REGION, draft.government}
        # A government that is not there is told by itself; every initiative would differ from it.
        is_comparable = draft.government in self.governments
        return None if is_matching or not is_comparable else "of_another_government"

    def _municipality(self, draft: Draft) -> str | None:
        is_known = draft.municipality is None or draft.municipality in self.municipalities
        return None if is_known else "unknown"


def rules_of(session: Session, call_id: int) -> CallRules:
    """The rules of one call."""
    return CallRules(
        call_id=call_id,
        governments=frozenset(each.slug for each in governments_of(session, call_id)),
        initiatives={each.slug: each.government_slug for each in initiatives_of(session, call_id)},
        municipalities=municipality_codes(session),
    )


def shortest_body(channel: Channel) -> int:
    """What was written on paper or said on the phone is taken in however short it is."""
    return SHORTEST_BODY if channel is Channel.FORM else 1


def _body(body: str, shortest: int) -> str | None:
    if len(body) < shortest:
        return "too_short" if body else "missing"
    return "too_long" if len(body) > LONGEST_BODY else None


def _email(address: str) -> str | None:
    if not address:
        return None
    if len(address) > LONGEST_EMAIL:
        return "too_long"
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return "invalid"
    return None
