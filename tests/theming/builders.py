"""Put screened opinions into a database, as the rooms before theming leave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis import statements, tokens
from feedback.calls.models import Call
from feedback.intake.models import Channel, Kind, Submission, SubmissionWords
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement
from feedback.storage import Database
from feedback.theming.models import Theme, ThemeState
from feedback.web.actor import REGION, Actor
from feedback.web.permissions import Permission
from tests.builders import a_call

START = datetime(2026, 9, 1, tzinfo=UTC)
GOVERNMENTS = ("tokyo", "saitama", "chiba", "kanagawa")

#: Four clear subjects; the places and adjectives vary so that no two texts are copies.
SUBJECTS = (
    "{place}の窓口では証明書の発行に現金しか使えません。キャッシュレス決済に対応してほしい。",
    "{place}では保育園の入園申請が紙の書類だけです。オンライン申請にしてほしい。",
    "{place}の図書館や公園で公衆無線LANがつながりません。Wi-Fiの整備を進めてほしい。",
    "{place}の高齢者向けにスマートフォンの使い方の講習会を開いて、操作を教えてほしい。",
)
PLACES = (
    "駅前",
    "北部",
    "南部",
    "東部",
    "西部",
    "中央",
    "海岸",
    "山手",
    "団地",
    "新町",
    "本町",
    "川沿い",
)


def bodies(each: int = 10, *, start: int = 0) -> list[str]:
    """``each`` different opinions on each of the four subjects."""
    return [
        subject.format(place=PLACES[(start + turn) % len(PLACES)] + (f"{start + turn}丁目"))
        for turn in range(each)
        for subject in SUBJECTS
    ]


def opinions(
    session: Session,
    call: Call,
    texts: Sequence[str],
    *,
    government: str | None = None,
    words: bool = True,
) -> list[int]:
    """Store opinions with their statements; their ids. Without a government all take turns."""
    tokenizer = tokens.tokenizer("mecab")
    first = (session.scalar(sa.select(sa.func.max(Submission.id))) or 0) + 1
    ids = []
    for number, body in enumerate(texts, start=first):
        slug = government or GOVERNMENTS[(number + (number - 1) // 4) % 4]
        ids.append(_submission(session, call, number, slug))
        session.add(SubmissionWords(submission_id=number, title="", body=body))
        session.add(_screening(number, body))
        for place, each in enumerate(statements.split(body)):
            found = tokens.content_words(tokenizer.tokens(each.text)) if words else []
            session.add(
                Statement(
                    submission_id=number,
                    position=place,
                    start=each.start,
                    end=each.end,
                    text=each.text,
                    words=found,
                    tokenizer=f"{tokenizer.name} {tokenizer.version}",
                )
            )
    session.flush()
    return ids


def _submission(session: Session, call: Call, number: int, government: str) -> int:
    session.add(
        Submission(
            id=number,
            receipt_number=f"R{number:011d}",
            idempotency_key=f"key-{number}",
            call_id=call.id,
            government_slug=government,
            initiative_slug="other",
            kind=Kind.REQUEST,
            consents_to_publish=True,
            language="ja",
            channel=Channel.FORM,
            received_at=START + timedelta(days=number % 60),
        )
    )
    session.flush()
    return number


def _screening(number: int, body: str) -> Screening:
    return Screening(
        submission_id=number,
        title="",
        body=body,
        language="ja",
        is_urgent=False,
        urgent_kinds=[],
        has_personal_data=False,
        screened_at=START,
    )


def a_campaign(session: Session, call: Call, ids: Sequence[int]) -> None:
    """Say that these submissions are copies of the first."""
    campaign = Campaign(
        call_id=call.id, representative_id=ids[0], size=len(ids), first_seen_at=START
    )
    session.add(campaign)
    session.flush()
    session.add_all(
        CampaignMember(submission_id=each, campaign_id=campaign.id, similarity=1.0) for each in ids
    )
    session.flush()


def a_call_with(database: Database, texts: Sequence[str]) -> Call:
    """A call with these opinions."""
    with database.transaction() as session:
        call = a_call(session)
        opinions(session, call, texts)
    return call


def an_actor(*governments: str, name: str = "職員 太郎", **more: bool) -> Actor:
    """A member of staff of these governments who may do all that staff may."""
    held = frozenset({*governments, REGION})
    kinds = [
        Permission.READ_CASES,
        Permission.READ_THEMES,
        Permission.EDIT_THEMES,
        Permission.TRIAGE_CASES,
        Permission.DRAFT_ANSWERS,
    ]
    permissions = dict.fromkeys(kinds, held)
    if more.get("publishes", False):
        permissions[Permission.PUBLISH_ANSWERS] = frozenset(governments)
    return Actor(1, name, permissions)


def standing_themes(session: Session, *, top: bool = True) -> list[Theme]:
    """The open themes of one level, by id."""
    query = sa.select(Theme).where(
        Theme.state == ThemeState.OPEN,
        Theme.parent_id.is_(None) if top else Theme.parent_id.is_not(None),
    )
    return list(session.scalars(query.order_by(Theme.id)))
