"""Every copy of a mass post, with what sets it apart from the text that stands for all."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.calls.models import Government
from feedback.intake import receipts
from feedback.intake.models import Channel, Submission
from feedback.screening.models import Campaign, CampaignMember, Screening
from feedback.triage import service as triage
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

PAGE_SIZE = 20
#: Beyond this many words two texts are compared sentence by sentence: finer would take too long.
MOST_WORDS = 2_000


class Change(StrEnum):
    """What became of a stretch of the text that stands for all."""

    SAME = "same"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of a comparison."""

    text: str
    change: Change


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy and how it differs."""

    submission_id: int
    receipt: str
    government: str
    channel: Channel
    received_at: datetime
    status: CaseStatus
    similarity: float
    is_original: bool
    comparison: tuple[Stretch, ...]

    @property
    def is_equal(self) -> bool:
        """Whether it is the same to the letter."""
        return all(each.change is Change.SAME for each in self.comparison)


@dataclass(frozen=True, slots=True)
class CopyPage:
    """A mass post as one reader may see it."""

    submission_id: int
    """From where it was opened."""
    receipt: str
    original: str
    """The text that stands for all, with personal data masked."""
    original_id: int | None
    """Its submission, when this reader may open it."""
    size: int
    """In all governments."""
    page: Page[Copy]


def read_copies(
    session: Session, submission_id: int, tokenizer: Tokenizer, *, page: int, actor: Actor
) -> CopyPage:
    """The copies of a submission's text, the one that stands for all first, then by date.

    Raises:
        NotFound: when the actor may not see the submission, or it is no copy.
    """
    submission = triage.visible(session, submission_id, actor=actor)
    own = session.get(CampaignMember, submission_id)
    if own is None:
        raise NotFound(f"copies of submission {submission_id}")
    campaign = session.get_one(Campaign, own.campaign_id)
    original = session.get_one(Screening, campaign.representative_id)
    visible = actor.governments(Permission.READ_CASES)
    here = (
        CampaignMember.campaign_id == campaign.id,
        Case.government_slug.in_(visible),
    )
    joined = select(func.count()).select_from(CampaignMember)
    joined = joined.join(Case, Case.submission_id == CampaignMember.submission_id)
    total = session.scalar(joined.where(*here)) or 0
    number = min(page, max(1, -(-total // PAGE_SIZE)))
    is_original = Case.submission_id == campaign.representative_id
    query = (
        select(
            Case.submission_id,
            Submission.receipt_number,
            Government.short_name,
            Case.channel,
            Case.received_at,
            Case.status,
            CampaignMember.similarity,
            Screening.body,
        )
        .join(CampaignMember, CampaignMember.submission_id == Case.submission_id)
        .join(Submission, Submission.id == Case.submission_id)
        .join(Screening, Screening.submission_id == Case.submission_id)
        .join(Government, Government.slug == Case.government_slug)
        .where(*here)
        .order_by(is_original.desc(), Case.received_at, Case.submission_id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    rows = [
        Copy(
            submission_id=at,
            receipt=receipts.display(receipt),
            government=government,
            channel=channel,
            received_at=received_at,
            status=status,
            similarity=similarity,
            is_original=at == campaign.representative_id,
            comparison=tuple(compare(original.body, body, tokenizer)),
        )
        for at, receipt, government, channel, received_at, status, similarity, body in (
            session.execute(query)
        )
    ]
    first = session.get_one(Case, campaign.representative_id)
    return CopyPage(
        submission_id=submission_id,
        receipt=receipts.display(submission.receipt_number),
        original=original.body,
        original_id=first.submission_id if first.government_slug in visible else None,
        size=campaign.size,
        page=Page(rows, number, PAGE_SIZE, total),
    )


def compare(before: str, after: str, tokenizer: Tokenizer) -> Iterator[Stretch]:
    """What a copy keeps, adds and leaves out, word by word."""
    if before == after:
        yield Stretch(before, Change.SAME)
        return
    left, right = _words(before, tokenizer), _words(after, tokenizer)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        gone, added = "".join(left[first:last]), "".join(right[start:end])
        if tag == "equal":
            yield Stretch(gone, Change.SAME)
            continue
        if gone:
            yield Stretch(gone, Change.GONE)
        if added:
            yield Stretch(added, Change.ADDED)


def _words(text: str, tokenizer: Tokenizer) -> Sequence[str]:
    """A text in words, white space and signs included; a very long one in sentences."""
    pieces: list[str] = []
    at = 0
    for token in tokenizer.tokens(text):
        if token.start > at:
            pieces.append(text[at : token.start])
        if token.end > max(at, token.start):
            pieces.append(text[max(at, token.start) : token.end])
        at = max(at, token.end)
    if at < len(text):
        pieces.append(text[at:])
    if len(pieces) <= MOST_WORDS:
        return pieces
    return [f"{sentence}。" for sentence in text.removesuffix("。").split("。")]
