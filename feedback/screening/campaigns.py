"""Campaigns（同文投稿群）of a call, and which of them is which from one grouping to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from analysis.campaigns import find_campaigns
from feedback.calls.models import Call
from feedback.screening.models import (
    Campaign,
    CampaignMember,
    OpinionText,
    campaigns_of_call,
    memberships_of_call,
    opinion_count,
    opinion_texts,
)

IDS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Copies of one text as found now."""

    representative_id: int
    first_seen_at: datetime
    members: Mapping[int, float]
    """Submission → similarity to the representative."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """All groups of a call, and over how many opinions they were found."""

    groups: tuple[Group, ...]
    opinions: int


def group_campaigns(session: Session, call_id: int) -> None:
    """Find the campaigns of a call and store them."""
    store(session, call_id, find(opinion_texts(session, call_id)))


def find(texts: Sequence[OpinionText]) -> Grouping:
    """Group copies. Masked texts are compared, so that another signature is no other text."""
    found = find_campaigns([each.body for each in texts])
    by_campaign: dict[int, list[int]] = {}
    for member in found:
        if member.campaign is not None:
            by_campaign.setdefault(member.campaign, []).append(member.row)
    groups = []
    for rows in by_campaign.values():
        representative = next(row for row in rows if found[row].is_representative)
        groups.append(
            Group(
                texts[representative].submission_id,
                min(texts[row].received_at for row in rows),
                {texts[row].submission_id: found[row].similarity for row in rows},
            )
        )
    return Grouping(tuple(groups), len(texts))


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a grouping changed."""

    is_whole: bool
    """Whether it still covers every opinion of the call; if not, group again."""
    submission_ids: tuple[int, ...]
    """Those that came into a campaign, left one, or stand elsewhere in it."""
    campaign_ids: tuple[int, ...]
    """Those that are new or have another size or representative."""


def store(session: Session, call_id: int, grouping: Grouping) -> Stored:
    """Make the stored campaigns those of the grouping; each keeps its id through its members."""
    # Two workers may finish groupings of one call at once: one after the other, by this row.
    session.get(Call, call_id, with_for_update=True)
    before = memberships_of_call(session, call_id)
    heirs = inherit(grouping.groups, {at: member.campaign_id for at, member in before.items()})
    kept = {campaign.id: campaign for campaign in campaigns_of_call(session, call_id)}
    after: dict[int, tuple[int, float]] = {}
    described: list[int] = []
    for group, heir in zip(grouping.groups, heirs, strict=True):
        campaign = kept.pop(heir) if heir is not None else _new(session, call_id, group)
        if _describe(campaign, group) or heir is None:
            described.append(campaign.id)
        after |= {at: (campaign.id, likeness) for at, likeness in group.members.items()}
    session.flush()
    places = {at: (each.campaign_id, each.similarity) for at, each in before.items()}
    moved = _move(session, places, after)
    for campaign in kept.values():
        session.delete(campaign)
    session.flush()
    is_whole = opinion_count(session, call_id) == grouping.opinions
    return Stored(is_whole, tuple(moved), tuple(described))


def inherit(groups: Sequence[Group], campaign_of: Mapping[int, int]) -> list[int | None]:
    """For each group the campaign it goes on as: the one it shares most members with.

    A campaign goes on as one group only; the older campaign wins a tie.
    """
    overlaps = [
        (-shared, campaign_id, at)
        for at, group in enumerate(groups)
        for campaign_id, shared in Counter(
            campaign_of[member] for member in group.members if member in campaign_of
        ).items()
    ]
    heirs: list[int | None] = [None] * len(groups)
    taken: set[int] = set()
    for _, campaign_id, at in sorted(overlaps):
        if heirs[at] is None and campaign_id not in taken:
            heirs[at] = campaign_id
            taken.add(campaign_id)
    return heirs


def _new(session: Session, call_id: int, group: Group) -> Campaign:
    campaign = Campaign(
        call_id=call_id,
        representative_id=group.representative_id,
        size=len(group.members),
        first_seen_at=group.first_seen_at,
    )
    session.add(campaign)
    session.flush()
    return campaign


def _describe(campaign: Campaign, group: Group) -> bool:
    """Bring a campaign up to its group; whether another stands for it, or for another number."""
    before = (campaign.representative_id, campaign.size)
    campaign.representative_id = group.representative_id
    campaign.size = len(group.members)
    campaign.first_seen_at = min(campaign.first_seen_at, group.first_seen_at)
    return before != (campaign.representative_id, campaign.size)


Places = Mapping[int, tuple[int, float]]


def _move(session: Session, before: Places, after: Places) -> list[int]:
    """Write only what differs, so that a large call whose campaigns stand costs little.

    Returns the submissions that came, went or moved.
    """
    gone = sorted(before.keys() - after.keys())
    for start in range(0, len(gone), IDS_PER_STATEMENT):
        chunk = gone[start : start + IDS_PER_STATEMENT]
        session.execute(delete(CampaignMember).where(CampaignMember.submission_id.in_(chunk)))
    moved = [
        _row(at, after[at])
        for at in sorted(before.keys() & after.keys())
        if before[at] != after[at]
    ]
    if moved:
        session.execute(update(CampaignMember), moved)
    added = [_row(at, after[at]) for at in sorted(after.keys() - before.keys())]
    if added:
        session.execute(insert(CampaignMember), added)
    return sorted({*gone, *(int(row["submission_id"]) for row in (*moved, *added))})


def _row(submission_id: int, place: tuple[int, float]) -> dict[str, int | float]:
    return {
        "submission_id": submission_id,
        "campaign_id": place[0],
        "similarity": place[1],
    }
