"""What may go wrong with cases, each with words for the reader::

TriageError
├── CaseChanged        somebody else changed the case meanwhile; nothing was overwritten
├── StatusRefused      the status may not follow the present one
├── AssigneeRefused    the person does not work for the case's government
├── SectionRefused     the section is not the case's government's, or was closed
├── HandoverRefused    no other government, no reason, or nothing left to hand over
├── RuleRefused        a rule for due dates makes no sense
├── NoteRefused        the note is empty or too long, or not one's own any more
├── TagRefused         the tag is empty or too long
└── BulkRefused        there is nothing to change, or nothing to change it to
"""

from __future__ import annotations

from feedback.triage.models import CaseStatus


class TriageError(Exception):
    """A change of a case was refused; the text is for the reader."""


class CaseChanged(TriageError):
    """Somebody else changed the case meanwhile; nothing was overwritten."""

    def __init__(self, since_version: int) -> None:
        super().__init__(
            "表示した後に、ほかの職員がこの意見を更新しました。入力した内容はまだ保存していません。"
        )
        self.since_version = since_version


class StatusRefused(TriageError):
    """The status may not follow the present one."""

    def __init__(self, before: CaseStatus, after: CaseStatus) -> None:
        super().__init__(f"「{before.label}」から「{after.label}」には変更できません。")


class AssigneeRefused(TriageError):
    """The person does not work for the case's government."""

    def __init__(self) -> None:
        super().__init__("担当には、この意見の自治体に所属する職員を選んでください。")


class SectionRefused(TriageError):
    """The section is not the case's government's, or was closed."""

    def __init__(self) -> None:
        super().__init__("担当課には、この意見の自治体で今使われている課を選んでください。")


class HandoverRefused(TriageError):
    """No other government, no reason, or nothing left to hand over."""


class RuleRefused(TriageError):
    """A rule for due dates makes no sense."""


class NoteRefused(TriageError):
    """The note is empty or too long, or not one's own any more."""


class TagRefused(TriageError):
    """The tag is empty or too long."""


class BulkRefused(TriageError):
    """There is nothing to change, or nothing to change it to."""
