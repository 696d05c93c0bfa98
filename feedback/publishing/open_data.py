"""Open data of a call: what of its themes and opinions anybody may download（オープンデータ）."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.answering import service as answering
from feedback.answering.service import PublishedAnswer
from feedback.calendar import to_jst
from feedback.calls.models import Initiative
from feedback.calls.service import CallPage
from feedback.intake.models import AgeBand
from feedback.publishing import anonymity, open_data_queries, service
from feedback.publishing.anonymity import Facts
from feedback.publishing.open_data_queries import Opinion
from feedback.publishing.visible import VisibleThemes, checked_tree
from feedback.theming import counts as theme_counts
from feedback.theming.counts import NONE, Counts
from feedback.theming.reading import ThemeSummary, themes_of_call

Value = str | int | None | tuple[str | int, ...]

#: Age bands in their order; None is for those who did not say.
AGES: dict[AgeBand | None, str] = {**{each: each.value for each in AgeBand}, None: "unknown"}
PUBLISHED = "published"
PREPARING = "preparing"

OPINION_COLUMNS = (
    "month", "government", "initiative", "kind", "language", "age_band", "prefecture",
    "municipality", "theme_ids", "body",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table to publish: its columns, and its rows one by one."""

    name: str
    call: CallPage
    generated_at: datetime
    columns: Sequence[str]
    rows: Iterator[Sequence[Value]]


def themes(session: Session, slug: str, *, now: datetime) -> Dataset:
    """The public themes of a call with counts and answers.

    Raises:
        NotFound: when there is no such call.
    """
    call = service.published_call(session, slug, "ja")
    governments = [each.slug for each in call.governments]
    return Dataset(
        "themes", call, now, _theme_columns(governments), _theme_rows(session, call.id, governments)
    )


def opinions(session: Session, slug: str, *, now: datetime) -> Dataset:
    """The opinions to a call that may be shown, each row as coarse as it must be.

    Raises:
        NotFound: when there is no such call.
    """
    call = service.published_call(session, slug, "ja")
    return Dataset("opinions", call, now, OPINION_COLUMNS, _opinion_rows(session, call))


def _theme_columns(governments: Sequence[str]) -> tuple[str, ...]:
    columns = ["theme_id", "parent_id", "name", "opinions", "voices", "suppressed"]
    for slug in governments:
        columns += [f"{slug}_opinions", f"{slug}_voices", f"{slug}_answer_state"]
        columns += [f"{slug}_current_action", f"{slug}_future_policy", f"{slug}_published_on"]
    for age in AGES.values():
        columns += [f"age_{age}_opinions", f"age_{age}_voices"]
    return tuple(columns)


def _theme_rows(
    session: Session, call_id: int, governments: Sequence[str]
) -> Iterator[Sequence[Value]]:
    tops = checked_tree(themes_of_call(session, call_id))
    shown = [each for top in tops for each in (top, *top.children)]
    public = {each.id for each in shown}
    ages = theme_counts.by_age(session, call_id)
    answers = answering.published_of(session, public)
    for theme in shown:
        given = {each.government_slug: each for each in answers[theme.id]}
        figures = _figures(theme, governments, ages.get(theme.id, {}))
        parent = theme.parent_id if theme.parent_id in public else None
        row: list[Value] = [theme.id, parent, theme.name, *figures.total, figures.suppressed]
        for slug in governments:
            row += [*figures.cells[slug], *_answer(given.get(slug))]
        for age in AGES.values():
            row += figures.cells[f"age_{age}"]
        yield row


@dataclass(frozen=True, slots=True)
class _Figures:
    total: tuple[int | None, int | None]
    cells: Mapping[str, tuple[int | None, int | None]]
    """Government, or age band after ``age_`` → opinions and voices."""
    suppressed: tuple[str, ...]


def _figures(
    theme: ThemeSummary, governments: Sequence[str], by_age: Mapping[AgeBand | None, Counts]
) -> _Figures:
    of_governments = {slug: theme.by_government.get(slug, NONE) for slug in governments}
    of_ages = {f"age_{name}": by_age.get(age, NONE) for age, name in AGES.items()}
    hidden = [anonymity.hidden_cells(row) for row in (of_governments, of_ages)]
    cells = of_governments | of_ages
    if any(each.is_total for each in hidden):
        # Either row adds up to the total: where one must not tell it, neither may the other.
        return _Figures(
            (None, None), dict.fromkeys(cells, (None, None)), ("opinions", "voices", *cells)
        )
    without = hidden[0].cells | hidden[1].cells
    told = {
        name: (None, None) if name in without else (each.submissions, each.voices)
        for name, each in cells.items()
    }
    total = (theme.counts.submissions, theme.counts.voices)
    return _Figures(total, told, tuple(name for name in cells if name in without))


def _answer(given: PublishedAnswer | None) -> tuple[Value, ...]:
    if given is None:
        return (PREPARING, None, None, None)
    day = to_jst(given.published_at).date().isoformat()
    return (PUBLISHED, given.current_action, given.future_policy, day)


def _opinion_rows(session: Session, call: CallPage) -> Iterator[Sequence[Value]]:
    visible = VisibleThemes.read(session, [call.id])
    covered = visible.covered_ids()
    initiatives = {each.slug: each for each in call.initiatives}
    published = anonymity.generalised(open_data_queries.facts_of(session, call.id, covered))
    for opinion in open_data_queries.opinions(session, call.id, covered):
        # An opinion that came between the two readings is in no group yet: it tells nothing.
        facts = published.get(opinion.facts, anonymity.NOTHING)
        yield _opinion_row(opinion, facts, initiatives.get(opinion.initiative), visible)


def _opinion_row(
    opinion: Opinion, facts: Facts, initiative: Initiative | None, visible: VisibleThemes
) -> Sequence[Value]:
    shown = (visible.shown_for(each) for each in opinion.theme_ids)
    # An initiative of one government would tell the government that was left out.
    tells = initiative is None or initiative.government_slug is not None
    return (
        facts.month,
        facts.government,
        None if tells and facts.government is None else opinion.initiative,
        opinion.kind.value,
        opinion.language,
        facts.age_band,
        facts.prefecture,
        facts.municipality,
        tuple(sorted({each for each in shown if each is not None})),
        opinion.body,
    )
