"""What goes into a run: the statements of a call that say something, in one fixed order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from analysis.themes import Document
from feedback.intake.models import Submission
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement


@dataclass(frozen=True, slots=True)
class Material:
    """The statements of a call as documents; ``statement_ids`` run alongside."""

    statement_ids: tuple[int, ...]
    documents: tuple[Document, ...]
    tokenizers: tuple[str, ...]

    @property
    def submissions(self) -> int:
        """How many submissions the statements come from."""
        return len({document.submission for document in self.documents})

    def hash(self) -> str:
        """SHA-256 over everything that goes in, in order."""
        digest = hashlib.sha256()
        for statement_id, document in zip(self.statement_ids, self.documents, strict=True):
            line = [
                statement_id,
                document.submission,
                document.campaign,
                document.original,
                document.text,
                *document.words,
            ]
            digest.update(json.dumps(line, ensure_ascii=False).encode())
            digest.update(b"\n")
        return digest.hexdigest()


def read(session: Session, call_id: int) -> Material:
    """Read what a run of this call would work on."""
    query = (
        select(
            Statement.id,
            Statement.text,
            Statement.words,
            Statement.tokenizer,
            Statement.submission_id,
            CampaignMember.campaign_id,
            (Campaign.representative_id == Submission.id).label("is_original"),
        )
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .outerjoin(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(Submission.call_id == call_id, ~Screening.is_set_aside, has_words())
        .order_by(Statement.id)
    )
    rows = session.execute(query).all()
    return Material(
        statement_ids=tuple(row.id for row in rows),
        documents=tuple(
            Document(
                row.text,
                tuple(row.words),
                row.submission_id,
                row.campaign_id,
                bool(row.is_original),
            )
            for row in rows
        ),
        tokenizers=tuple(sorted({row.tokenizer for row in rows})),
    )


def count(session: Session, call_id: int) -> int:
    """How many statements a run of this call would work on."""
    query = (
        select(func.count(Statement.id))
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .where(Submission.call_id == call_id, ~Screening.is_set_aside, has_words())
    )
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A new statement to be placed."""

    statement_id: int
    submission_id: int
    call_id: int
    words: tuple[str, ...]
    text: str


def pieces_of(session: Session, submission_ids: Sequence[int]) -> list[Piece]:
    """The statements of these submissions that are opinions, those without words included."""
    query = (
        select(
            Statement.id,
            Statement.submission_id,
            Submission.call_id,
            Statement.words,
            Statement.text,
        )
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .where(Submission.id.in_(submission_ids), ~Screening.is_set_aside)
        .order_by(Statement.id)
    )
    return [
        Piece(row.id, row.submission_id, row.call_id, tuple(row.words), row.text)
        for row in session.execute(query)
    ]


def has_words() -> ColumnElement[bool]:
    """Whether a statement has content words, and so can be placed."""
    # The JSON text of no words is "[]"; both databases keep the text as it was written.
    return func.length(cast(Statement.words, String)) > len("[]")
