"""What the demo's staff have done in the theme workshop: gathered, named and checked some themes.

Themes come out of the analysis and have no fixed numbers, so each topic looks for its own: the
subtheme that holds most of it. Staff then bring together what belongs there, hand the rest back to
the theme above, and give it a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.calls.models import Call
from feedback.demo.people import acting_as, approver_of
from feedback.demo.topics import Topic
from feedback.intake.models import Submission
from feedback.screening.models import Campaign, CampaignMember, Statement
from feedback.theming import service as theming
from feedback.theming.models import Assignment, Theme, ThemeState


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement and the subtheme it stands in."""

    statement_id: int
    text: str
    government: str
    theme_id: int | None
    is_copy: bool


def curate(session: Session, call: Call, topics: Sequence[Topic]) -> dict[str, Theme]:
    """Gather, name and check a subtheme for each topic; the themes by the topics' names.

    A topic that the analysis did not find at all is left out.
    """
    found: dict[str, Theme] = {}
    for topic in topics:
        placed = _placed(session, call.id)
        theme = _nearest(session, topic, placed, {each.id for each in found.values()})
        if theme is not None:
            _gather(session, topic, theme, placed)
            found[topic.name] = _named(session, theme, topic.name)
    return found


def _placed(session: Session, call_id: int) -> list[Placed]:
    is_copy = Campaign.id.is_not(None) & (Campaign.representative_id != Submission.id)
    query = (
        select(
            Statement.id,
            Statement.text,
            Submission.government_slug,
            Assignment.theme_id,
            is_copy.label("is_copy"),
        )
        .join(Submission, Submission.id == Statement.submission_id)
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .outerjoin(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(Submission.call_id == call_id, Assignment.decided_by.is_(None))
        .order_by(Statement.id)
    )
    return [Placed(*row) for row in session.execute(query)]


def _nearest(
    session: Session, topic: Topic, placed: Sequence[Placed], taken: set[int]
) -> Theme | None:
    """The subtheme with the highest F1 of "its statements hold the cues", a campaign's once."""
    voices = [each for each in placed if not each.is_copy]
    size = Counter(each.theme_id for each in voices)
    holding = [each for each in voices if topic.cues.search(each.text)]
    hits = Counter(each.theme_id for each in holding)
    standing = select(Theme.id).where(Theme.state == ThemeState.OPEN, Theme.parent_id.is_not(None))
    subthemes = set(session.scalars(standing.where(Theme.id.in_(set(hits) - {None}))))
    scores = {
        each: 2 * hits[each] / (size[each] + len(holding))
        for each in sorted(subthemes - taken)
        if hits[each]
    }
    best = max(scores, key=lambda each: scores[each], default=None)
    return None if best is None else session.get_one(Theme, best)


def _gather(session: Session, topic: Topic, theme: Theme, placed: Sequence[Placed]) -> None:
    for each in placed:
        belongs = topic.cues.search(each.text) is not None
        is_here = each.theme_id == theme.id
        if belongs is is_here:
            continue
        target = theme.id if belongs else theme.parent_id
        actor = approver_of(session, each.government)
        theming.decide(session, each.statement_id, target, actor=actor)


def _named(session: Session, theme: Theme, name: str) -> Theme:
    namer = acting_as(session, "tokyo-approver")
    theme = theming.rename(session, theme.id, name, version=theme.version, actor=namer)
    return theming.mark_checked(session, theme.id, checked=True, version=theme.version, actor=namer)
