"""Split a theme as staff want it, and take it back; ``split_proposal`` is what they start from.

Either the parts become subthemes of the theme, or the theme keeps one part and the others become
themes beside it. What staff saw is recorded as their decision. What other governments' people
said, and nobody decided, goes along with the part it is nearest to, as the machine's placing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.storage import utc_now
from feedback.theming import decisions, guards, learning, naming
from feedback.theming.errors import NameRefused, SplitRefused, StaleStatement
from feedback.theming.models import Assignment, Theme, ThemeState, assignments_of
from feedback.undo import service as undo
from feedback.web.actor import Actor

KIND = "theming.split"
LABEL_CHARACTERS = 100
CHUNK = 500

SPLIT = audit.declare("theming.split", "テーマを分けた", "parts", "statements")
UNSPLIT = audit.declare("theming.unsplit", "テーマを分けたことを取り消した", "parts")


class How(StrEnum):
    """What the parts become."""

    BESIDE = "beside"
    BELOW = "below"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return "別のテーマにする" if self is How.BESIDE else "小テーマにする"


@dataclass(frozen=True, slots=True)
class NewPart:
    """One part as staff want it."""

    name: str
    statement_ids: tuple[int, ...]
    """Decided by the person."""
    others: tuple[int, ...]
    """Going along as the machine's placing."""
    keywords: tuple[str, ...]
    quote_ids: tuple[int, ...]


def split(
    session: Session,
    theme_id: int,
    parts: Sequence[NewPart],
    *,
    how: How,
    version: int,
    actor: Actor,
) -> int:
    """Split a theme as staff want it; the act's id.

    ``BESIDE``: the theme itself is the first part, and keeps its address and answers.

    Raises:
        SplitRefused: when fewer than two parts would be left, or three levels.
        NameRefused: when a name is empty, too long or taken.
        StaleTheme: when somebody changed the theme meanwhile.
        StaleStatement: when a statement has left the theme meanwhile.
    """
    theme = guards.editable(session, theme_id, version, actor)
    check(session, theme, how)
    _demand_two(parts, how)
    names = _proper_names(session, theme, parts, how)
    places = _demand_inside(session, theme, parts)
    before_name = theme.staff_label
    targets = _targets(session, theme, parts, names, how, actor)
    choices = {
        each: target.id
        for part, target in zip(parts, targets, strict=True)
        for each in part.statement_ids
        # What stands in a subtheme of the theme and stays with the theme stays where it is.
        if target.id != theme.id or places[each].theme_id == theme.id
    }
    decided = decisions.decide_all(session, choices, actor=actor)
    others = _take_along(session, parts, targets, places, theme)
    decisions.settle_cases(session, decided.submissions)
    new = [target.id for target in targets if target.id != theme.id]
    learning.enqueue(session, theme.call_id, anew=True)
    theme.version += 1
    guards.record(session, SPLIT, theme, actor, parts=new, statements=len(choices) + len(others))
    payload = {
        "theme": theme.id,
        "parts": new,
        "decided": decided.payload(),
        "others": others,
        "name": [before_name, theme.staff_label],
    }
    words = "小テーマ" if how is How.BELOW else "テーマ"
    total = len(new) if how is How.BELOW else len(new) + 1
    summary = f"テーマ「{theme.name}」を{total}つの{words}に分けました"
    return undo.remember(session, KIND, summary, payload, actor=actor)


def check(session: Session, theme: Theme, how: How) -> None:
    """Refuse what would leave more than two levels.

    Raises:
        SplitRefused: when it would.
    """
    if how is How.BELOW and theme.parent_id is not None:
        raise SplitRefused("小テーマを、さらに小テーマに分けることはできません。")
    if how is How.BELOW and guards.children_of(session, theme):
        raise SplitRefused(
            "このテーマには、すでに小テーマがあります。小テーマごとに分けるか、"
            "「別のテーマにする」を選んでください。"
        )


def ways(session: Session, theme: Theme) -> list[How]:
    """How this theme may be split."""
    is_plain = theme.parent_id is None and not guards.children_of(session, theme)
    return [How.BESIDE, How.BELOW] if is_plain else [How.BESIDE]


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Let the parts be the one theme again; their addresses lead to it.

    Raises:
        CannotUndo: when a part was changed since, or statements were decided into it.
    """
    theme = guards.locked(session, payload["theme"], actor)
    parts = [session.get_one(Theme, each, populate_existing=True) for each in payload["parts"]]
    _check_undo(session, theme, parts, payload)
    decisions.take_back(session, payload["decided"], actor=actor)
    before = dict(payload["others"])
    for part in parts:
        _fold_back(session, part, theme, before)
        part.state, part.merged_into_id = ThemeState.MERGED, theme.id
        part.merged_by = actor.name
        part.version += 1
    then, now = payload["name"]
    if theme.staff_label == now:
        theme.staff_label = then
    theme.version += 1
    guards.record(session, UNSPLIT, theme, actor, parts=payload["parts"])


def _check_undo(
    session: Session, theme: Theme, parts: Sequence[Theme], payload: dict[str, Any]
) -> None:
    own = {row[0] for row in payload["decided"]["statements"]}
    if theme.state is not ThemeState.OPEN:
        raise undo.CannotUndo("その後に、元のテーマがなくなりました。")
    for part in parts:
        if part.state is not ThemeState.OPEN or part.version != 1 or part.answer_states:
            raise undo.CannotUndo(
                f"分けてできたテーマ「{part.name}」が、その後に変更されています。"
            )
        if guards.children_of(session, part):
            raise undo.CannotUndo(f"「{part.name}」には、その後に小テーマができています。")
        query = select(Assignment.statement_id).where(
            Assignment.theme_id == part.id, Assignment.decided_by.is_not(None)
        )
        if set(session.scalars(query)) - own:
            raise undo.CannotUndo(f"「{part.name}」に、その後に決められた意見文があります。")


def _fold_back(session: Session, part: Theme, theme: Theme, before: Mapping[int, int]) -> None:
    query = select(Assignment).where(Assignment.theme_id == part.id)
    for assignment in session.scalars(query.execution_options(populate_existing=True)):
        wanted = session.get(Theme, before.get(assignment.statement_id, theme.id))
        stands = wanted is not None and wanted.state is ThemeState.OPEN
        assignment.theme_id = wanted.id if wanted is not None and stands else theme.id
    session.flush()
    for column in (Assignment.proposed_theme_id, Assignment.runner_up_id):
        change = update(Assignment).where(column == part.id).values({column: theme.id})
        session.execute(change, execution_options={"synchronize_session": False})


def _demand_two(parts: Sequence[NewPart], how: How) -> None:
    # The theme itself may keep nothing visible; every new part needs something of its own.
    new = parts[1:] if how is How.BESIDE else parts
    if not new or any(not part.statement_ids for part in new):
        raise SplitRefused(
            "意見文が1つもない部分があります。その部分に意見文を入れるか、分ける数を減らしてください。"
        )
    if how is How.BESIDE and not (parts[0].statement_ids or parts[0].others):
        raise SplitRefused("元のテーマに残る意見文がありません。1文以上残してください。")


def _proper_names(session: Session, theme: Theme, parts: Sequence[NewPart], how: How) -> list[str]:
    without = [theme.id] if how is How.BESIDE else []
    taken = guards.names_taken(session, theme.call_id, without=without)
    names: list[str] = []
    for number, part in enumerate(parts, start=1):
        try:
            name = naming.proper(part.name)
        except NameRefused as error:
            raise NameRefused(f"部分{number}：{error}") from error
        if name in taken:
            raise NameRefused(f"部分{number}：「{name}」という名前のテーマは、すでにあります。")
        taken.add(name)
        names.append(name)
    return names


def _demand_inside(
    session: Session, theme: Theme, parts: Sequence[NewPart]
) -> dict[int, Assignment]:
    wanted = [each for part in parts for each in (*part.statement_ids, *part.others)]
    found: dict[int, Assignment] = {}
    for start in range(0, len(wanted), CHUNK):
        found |= assignments_of(session, wanted[start : start + CHUNK])
    family = set(guards.family_of(session, theme.id))
    if any(each not in found or found[each].theme_id not in family for each in wanted):
        raise StaleStatement
    return found


def _targets(
    session: Session,
    theme: Theme,
    parts: Sequence[NewPart],
    names: Sequence[str],
    how: How,
    actor: Actor,
) -> list[Theme]:
    targets: list[Theme] = []
    for part, name in zip(parts, names, strict=True):
        if how is How.BESIDE and not targets:
            if name != theme.name:
                theme.staff_label = name
            targets.append(theme)
            continue
        new = Theme(
            call_id=theme.call_id,
            parent_id=theme.id if how is How.BELOW else theme.parent_id,
            label=name[:LABEL_CHARACTERS],
            staff_label=name,
            keywords=list(part.keywords),
            quote_ids=list(part.quote_ids),
            state=ThemeState.OPEN,
            created_at=utc_now(),
            answer_states={},
            made_by=actor.name,
            parent_by=actor.name,
            version=1,
        )
        session.add(new)
        session.flush()
        targets.append(new)
    return targets


def _take_along(
    session: Session,
    parts: Sequence[NewPart],
    targets: Sequence[Theme],
    places: Mapping[int, Assignment],
    theme: Theme,
) -> list[list[int]]:
    """Place what nobody decided with its part; where each was before."""
    moved: list[list[int]] = []
    for part, target in zip(parts, targets, strict=True):
        for each in part.others if target.id != theme.id else ():
            assignment = places[each]
            if assignment.decided_by is None and assignment.theme_id is not None:
                moved.append([each, assignment.theme_id])
                assignment.theme_id = assignment.proposed_theme_id = target.id
    session.flush()
    return moved
