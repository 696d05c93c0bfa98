"""Screen again with newer rules, and keep what staff decided.

What staff confirmed, added, doubted or refused stays. What the machine only proposed is proposed
anew, but never where staff have refused a mask already. Statements keep their borders, because
decisions about themes hang on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.audit import service as audit
from feedback.intake import service as intake
from feedback.queue import service as queue
from feedback.screening import redo, rules, service
from feedback.screening.examine import Claim, Examined, Mark, claims_of, reread
from feedback.screening.kinds import MarkState
from feedback.screening.models import (
    PersonalDataMark,
    Screening,
    Statement,
    marks_of,
    statements_of,
)

TOGETHER = 200

REQUESTED = audit.declare("screening.rescreening_requested", "確認のやり直しを依頼した", "cases")


class Renewed(Enum):
    """What newer rules changed about a submission."""

    NOTHING = auto()
    DECISIONS = auto()
    """Whether it is urgent or set aside."""
    MASKS = auto()
    """Its masked texts, and maybe the rest too."""


@dataclass(frozen=True, slots=True)
class Read:
    """A submission's statements under the masks that stood when its words were read."""

    submission_id: int
    version: int
    claims: tuple[Claim, ...]


def request(session: Session, *, everything: bool = False) -> int:
    """Put the submissions that older rules screened into the outbox; how many there are."""
    query = select(Screening.submission_id).order_by(Screening.submission_id)
    if not everything:
        query = query.where(Screening.rules != rules.version())
    ids = list(session.scalars(query))
    for start in range(0, len(ids), TOGETHER):
        chunk = ids[start : start + TOGETHER]
        queue.enqueue(session, "screening.rescreen", {"submission_ids": chunk})
    audit.record(session, REQUESTED, actor=None, subject="submission:all", cases=len(ids))
    return len(ids)


def renew(session: Session, found: Examined) -> Renewed:
    """Bring one submission up to what was found now; what of it changed."""
    screening = session.get(
        Screening, found.submission_id, with_for_update=True, populate_existing=True
    )
    if screening is None or found.is_withheld:
        return Renewed.NOTHING
    masks, before = _masks(session, screening), _decisions(screening)
    screening.is_withheld = False
    _propose_marks(session, found)
    service.propose(screening, found)
    is_same = _masks(session, screening) == masks
    if is_same and _decisions(screening) == before:
        return Renewed.NOTHING
    screening.version += 1
    if is_same:
        return Renewed.DECISIONS
    redo.mask_anew(session, screening)
    return Renewed.MASKS


def read_again(session: Session, submission_ids: Sequence[int], tokenizer: Tokenizer) -> list[Read]:
    """Take the words of these submissions' statements anew, under the masks that stand now."""
    found = []
    for words in intake.words_for_screening(session, submission_ids):
        screening = session.get(Screening, words.submission_id)
        if screening is None or screening.is_withheld:
            continue
        spans = redo.spans_of(marks_of(session, words.submission_id))["body"]
        places = [(each.start, each.end) for each in statements_of(session, words.submission_id)]
        # A text that could not be read stands as one statement: now it is cut for the first time.
        claims = (
            claims_of(words.body, spans, screening.language, tokenizer)
            if places == [(0, len(words.body))]
            else reread(words.body, spans, screening.language, places, tokenizer)
        )
        found.append(Read(words.submission_id, screening.version, claims))
    return found


def store_again(session: Session, read: Read, engine: str) -> bool:
    """Keep what was read; whether the words changed. Masks that changed meanwhile are read anew."""
    screening = session.get(Screening, read.submission_id, with_for_update=True)
    if screening is None or screening.version != read.version:
        return False
    statements = statements_of(session, read.submission_id)
    changed = len(statements) != len(read.claims)
    for statement, claim in zip(statements, read.claims, strict=False):
        changed = changed or statement.words != list(claim.words) or statement.text != claim.text
        _rewrite(statement, claim, engine)
    session.add_all(
        service.statement_rows(
            read.submission_id,
            read.claims[len(statements) :],
            engine,
            first=len(statements),
        )
    )
    session.flush()
    return changed


def _rewrite(statement: Statement, claim: Claim, engine: str) -> None:
    statement.start, statement.end = claim.start, claim.end
    statement.text, statement.words = claim.text, list(claim.words)
    statement.tokenizer = engine


def _propose_marks(session: Session, found: Examined) -> None:
    """Keep what is decided or found again, drop what is not, add what is new."""
    before = marks_of(session, found.submission_id)
    decided = [each for each in before if each.state is not MarkState.PROPOSED]
    wanted = {each for each in found.marks if not _is_decided(each, decided)}
    known = {
        Mark(each.part, each.kind, each.start, each.end): each
        for each in before
        if each.state is MarkState.PROPOSED
    }
    for gone in known.keys() - wanted:
        session.delete(known[gone])
    fresh = [each for each in found.marks if each in wanted and each not in known]
    session.add_all(service.proposed_marks(found.submission_id, fresh))
    session.flush()


def _is_decided(mark: Mark, kept: Iterable[PersonalDataMark]) -> bool:
    """Whether staff have said of all these words already what is to become of them."""
    return any(
        each.part == mark.part and each.start <= mark.start and mark.end <= each.end
        for each in kept
    )


def _masks(session: Session, screening: Screening) -> list[object]:
    """What of a screening shows in the masked texts."""
    marks = marks_of(session, screening.submission_id)
    return [
        screening.is_withheld,
        screening.language,
        sorted((each.part, each.kind, each.start, each.end, each.state.value) for each in marks),
    ]


def _decisions(screening: Screening) -> list[object]:
    """What of a screening says where the submission stands."""
    return [
        screening.is_urgent,
        list(screening.urgent_kinds),
        screening.set_aside_kind,
        screening.set_aside_state,
        screening.is_set_aside,
    ]
