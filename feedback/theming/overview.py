"""The list of a call's themes, composed for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.identity import Fate
from feedback.calls.models import (
    SOURCE_LANGUAGE,
    Call,
    CallText,
    Government,
    all_governments,
    governments_of,
    published_calls,
)
from feedback.queue.models import Job, JobState
from feedback.storage import utc_now
from feedback.theming import counts, emerging, hints, members, progress
from feedback.theming.arranging import Look, arrange
from feedback.theming.counts import Counts
from feedback.theming.models import Theme, ThemeState, last_run
from feedback.theming.progress import Decided
from feedback.theming.reading import ThemeSummary, themes_of_call
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class CallChoice:
    """A call in the choice of calls."""

    slug: str
    title: str
    current: bool


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The last run in a few facts."""

    finished_at: datetime
    statements: int
    submissions: int
    reason: str
    """Why this number of themes."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The themes of one call and how they came about."""

    call: Call
    title: str
    calls: tuple[CallChoice, ...]
    governments: Sequence[Government]
    themes: Sequence[ThemeSummary]
    """Those asked for, in the order asked for; fixed ones first."""
    total: int
    """How many top themes there are."""
    decided: Mapping[int, Decided]
    """Theme → how far staff have come, subthemes counted in."""
    hints: int
    signs: int
    """Topics that resemble no theme."""
    opinions: Counts
    unplaced: Counts
    run: RunFacts | None
    waiting: JobState | None
    """Whether an analysis is queued or running."""
    may_edit: bool
    may_read_cases: bool

    @property
    def has_changes(self) -> bool:
        """Whether the last run can be compared with one before: not everything is new."""
        return any(theme.change != Fate.NEW for theme in self.themes)


def overview(session: Session, slug: str | None, look: Look, *, actor: Actor) -> Overview:
    """The themes of a call; of the newest call when none is named.

    Raises:
        NotFound: when there is no such call, or none at all.
    """
    call = call_of(session, slug)
    titles = titles_of(session)
    governments = governments_of(session, call.id)
    editing = actor.governments(Permission.EDIT_THEMES)
    themes = themes_of_call(session, call.id)
    decided = _decided(session, call.id, themes, actor)
    return Overview(
        call=call,
        title=titles[call.id],
        calls=tuple(
            CallChoice(each.slug, titles[each.id], each.id == call.id)
            for each in published_calls(session)
        ),
        governments=governments,
        themes=arrange(themes, decided, look),
        total=len(themes),
        decided=decided,
        hints=hints.count(session, call.id),
        signs=emerging.count(session, call.id),
        opinions=counts.opinions(session, call.id),
        unplaced=counts.unplaced(session, call.id),
        run=_run_facts(session, call.id),
        waiting=waiting_run(session, call.id),
        may_edit=any(each.slug in editing for each in governments),
        may_read_cases=actor.may(Permission.READ_CASES),
    )


def _decided(
    session: Session, call_id: int, themes: Sequence[ThemeSummary], actor: Actor
) -> Mapping[int, Decided]:
    own = progress.decided_of(session, call_id, members.within_reach(actor))
    return {
        theme.id: progress.together(own, [theme.id, *(child.id for child in theme.children)])
        for top in themes
        for theme in (top, *top.children)
    }


def call_of(session: Session, slug: str | None) -> Call:
    """The call with this slug; the newest that has opened when none is named.

    Raises:
        NotFound: when there is no such call, or none at all.
    """
    every = published_calls(session)
    if slug is None:
        # A call that is announced for later has nothing to show yet.
        every = sorted(every, key=lambda each: each.opens_at > utc_now())
    call = next((each for each in every if slug in (None, each.slug)), None)
    if call is None:
        raise NotFound(f"call {slug}")
    return call


def government_names(session: Session) -> Mapping[str, str]:
    """The short name of each government."""
    return {each.slug: each.short_name for each in all_governments(session)}


def titles_of(session: Session) -> Mapping[int, str]:
    """The Japanese title of every call."""
    query = select(CallText.call_id, CallText.title).where(CallText.language == SOURCE_LANGUAGE)
    return {row.call_id: row.title for row in session.execute(query)}


def waiting_run(session: Session, call_id: int) -> JobState | None:
    """Whether an analysis of the call is queued or running."""
    query = select(Job.state, Job.payload).where(
        Job.name == "theming.run", Job.state.in_([JobState.QUEUED, JobState.RUNNING])
    )
    states = [state for state, payload in session.execute(query) if payload["call_id"] == call_id]
    return min(states, key=lambda state: state is JobState.QUEUED, default=None)


def theme_options(
    session: Session, call_id: int, *, without: int | None = None
) -> list[tuple[str, str]]:
    """The standing themes as choices of a select, subthemes below their parents."""
    query = select(Theme).where(Theme.call_id == call_id, Theme.state == ThemeState.OPEN)
    themes = session.scalars(query.order_by(Theme.id)).all()
    options: list[tuple[str, str]] = []
    for top in sorted((each for each in themes if each.parent_id is None), key=lambda e: e.name):
        options.append((str(top.id), top.name))
        options += [
            (str(each.id), f"　└ {each.name}") for each in themes if each.parent_id == top.id
        ]
    return [each for each in options if each[0] != str(without)]


def top_options(session: Session, call_id: int, *, without: int) -> list[tuple[str, str]]:
    """The standing top themes as choices of a select."""
    query = select(Theme).where(
        Theme.call_id == call_id,
        Theme.state == ThemeState.OPEN,
        Theme.parent_id.is_(None),
        Theme.id != without,
    )
    return sorted(((str(each.id), each.name) for each in session.scalars(query)), key=_name)


def _name(option: tuple[str, str]) -> str:
    return option[1]


def _run_facts(session: Session, call_id: int) -> RunFacts | None:
    run = last_run(session, call_id)
    if run is None:
        return None
    return RunFacts(run.finished_at, run.statements, run.submissions, run.choice["reason"])
