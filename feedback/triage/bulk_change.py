"""What a change of many cases does to each one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from feedback.accounts.models import Staff, section_name
from feedback.theming.models import Assignment, Theme, assignments_of
from feedback.triage import decisions, service, tags
from feedback.triage.decisions import ThemeChange, ThemeChoice
from feedback.triage.errors import CaseChanged
from feedback.triage.models import Case, CaseStatus, statement_ids_of
from feedback.triage.service import CaseState
from feedback.triage.traces import Trace
from feedback.web.actor import Actor


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What to change on each selected case; None leaves it as it is.

    Statements about which a person has decided already stay as they are.
    """

    status: CaseStatus | None = None
    assignee_id: int | None = None
    section_id: int | None = None
    due_on: date | None = None
    tag: str | None = None
    accept_from: float | None = None
    """Confirm the proposals that are at least this sure."""
    only_themes: tuple[int, ...] = ()
    """Confirm proposals for these themes only; empty for any."""
    theme_id: int | None = None
    """Put what nobody has decided yet into this theme."""

    @property
    def decides_themes(self) -> bool:
        """Whether statements are put into themes."""
        return self.accept_from is not None or self.theme_id is not None

    def payload(self) -> dict[str, Any]:
        """As it is kept for the worker."""
        return {
            **asdict(self),
            "status": self.status.value if self.status else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
        }

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> BulkChange:
        """What ``payload`` kept."""
        values = dict(payload)
        values["status"] = CaseStatus(values["status"]) if values["status"] else None
        values["due_on"] = date.fromisoformat(values["due_on"]) if values["due_on"] else None
        values["only_themes"] = tuple(values["only_themes"])
        return cls(**values)


def apply(
    session: Session, submission_id: int, change: BulkChange, *, version: int, actor: Actor
) -> Trace:
    """Change one case; a trace of nothing when it was so already.

    Raises:
        CaseChanged: when the case has another version by now.
        TriageError: when it is refused.
        ThemeError: when the theme no longer stands.
    """
    case = service.locked(session, submission_id, actor=actor)
    if case.version != version:
        raise CaseChanged(version)
    themes = _decide(session, submission_id, change, actor)
    tag = change.tag if _put_tag(session, submission_id, change, actor) else None
    wanted = _wanted(case, change)
    state = service.change_case(session, submission_id, wanted, version=case.version, actor=actor)
    return Trace(themes=themes, tag_put=tag, state=state)


def words(session: Session, change: BulkChange) -> str:
    """The change in words without its subject: 対応状況を「確認中」に変更."""
    found = []
    if change.status:
        found.append(f"対応状況を「{change.status.label}」に変更")
    if change.assignee_id:
        person = session.get(Staff, change.assignee_id)
        found.append(f"担当を{person.name if person else '不明な職員'}に変更")
    if change.section_id:
        section = section_name(session, change.section_id)
        found.append(f"担当課を{section or '不明な課'}に変更")
    if change.due_on:
        found.append(f"期限を{change.due_on.strftime('%Y/%m/%d')}に変更")
    if change.tag:
        found.append(f"タグ「{change.tag}」を付与")
    if change.accept_from is not None:
        found.append(_accept_words(session, change))
    if change.theme_id:
        theme = session.get(Theme, change.theme_id)
        found.append(f"未確定の意見文をテーマ「{theme.name if theme else '不明'}」に確定")
    return "、".join(found)


def _accept_words(session: Session, change: BulkChange) -> str:
    if change.only_themes:
        named = (session.get(Theme, each) for each in change.only_themes)
        return f"テーマ{'・'.join(f'「{each.name}」' for each in named if each)}の提案を確定"
    if change.accept_from:
        return f"確からしさ{change.accept_from:.0%}以上の提案を確定"
    return "テーマの提案を確定"


def _wanted(case: Case, change: BulkChange) -> CaseState:
    now = CaseState.of(case)
    return replace(
        now,
        status=change.status or now.status,
        assignee_id=change.assignee_id or now.assignee_id,
        section_id=change.section_id or now.section_id,
        due_on=change.due_on or now.due_on,
    )


def _put_tag(session: Session, submission_id: int, change: BulkChange, actor: Actor) -> bool:
    return change.tag is not None and tags.add_tag(session, submission_id, change.tag, actor=actor)


def _decide(
    session: Session, submission_id: int, change: BulkChange, actor: Actor
) -> ThemeChange | None:
    if not change.decides_themes:
        return None
    ids = statement_ids_of(session, submission_id)
    now = assignments_of(session, ids)
    undecided = [each for each in sorted(ids) if each not in now or not now[each].decided_by]
    if change.theme_id is not None:
        choices = [ThemeChoice(each, change.theme_id) for each in undecided]
        if not choices:
            return None
        return decisions.choose_themes(session, submission_id, choices, actor=actor)
    sure = {
        each: theme_id
        for each in undecided
        if (theme_id := _sure_theme(now.get(each), change)) is not None
    }
    return decisions.accept_themes(session, submission_id, sure, actor=actor) if sure else None


def _sure_theme(assignment: Assignment | None, change: BulkChange) -> int | None:
    """The theme of a proposal that is to be confirmed; None for none."""
    theme_id = assignment.proposed_theme_id if assignment else None
    if assignment is None or theme_id is None or assignment.theme_id != theme_id:
        return None
    is_wanted = not change.only_themes or theme_id in change.only_themes
    return theme_id if is_wanted and assignment.confidence >= (change.accept_from or 0.0) else None
