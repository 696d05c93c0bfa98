"""The words of a reply: what a case fills in, and what may be sent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.accounts.models import Staff, section_name
from feedback.answering import placeholders
from feedback.answering.placeholders import Place, Values
from feedback.answering.reply_errors import TextRefused
from feedback.calendar import japanese_date, today_jst
from feedback.calls.models import Government, Initiative
from feedback.intake import receipts
from feedback.intake.models import Submission
from feedback.storage import utc_now
from feedback.theming import service as theming
from feedback.triage.models import Case

SUBJECT_CHARACTERS = 100
BODY_CHARACTERS = 5000


@dataclass(frozen=True, slots=True)
class ReplyText:
    """Subject and body."""

    subject: str
    body: str

    def cleaned(self) -> ReplyText:
        """The subject on one line, one kind of line break, nothing unprintable."""
        subject = " ".join("".join(_printable(each) for each in self.subject).split())
        body = self.body.replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(each for each in body if each.isprintable() or each in "\n\t\u3000")
        return ReplyText(subject, kept.strip())

    def filled(self, values: Values) -> ReplyText:
        """With every place filled that has a value."""
        return ReplyText(
            placeholders.fill(self.subject, values), placeholders.fill(self.body, values)
        )

    @property
    def open_places(self) -> tuple[Place, ...]:
        """What still has to be filled, subject first."""
        return placeholders.open_in(f"{self.subject}\n{self.body}")

    @property
    def missing(self) -> tuple[Place, ...]:
        """What no case and no person has filled; the name is filled at the end."""
        return tuple(each for each in self.open_places if each is not Place.NAME)


def check(text: ReplyText) -> None:
    """See that a text may be kept.

    Raises:
        TextRefused: when a part is empty or too long, or a place is none of those offered.
    """
    if not text.subject or not text.body:
        raise TextRefused("件名と本文の両方を入力してください。")
    if len(text.subject) > SUBJECT_CHARACTERS:
        raise TextRefused(f"件名は{SUBJECT_CHARACTERS}文字以内で入力してください。")
    if len(text.body) > BODY_CHARACTERS:
        raise TextRefused(f"本文は{BODY_CHARACTERS:,}文字以内で入力してください。")
    unknown = placeholders.unknown_in(f"{text.subject}\n{text.body}")
    if unknown:
        names = "、".join(f"{{{each}}}" for each in unknown)
        offered = "、".join(f"{{{each.value}}}" for each in Place)
        raise TextRefused(f"{names} という差し込み項目はありません。使えるのは {offered} です。")


def check_sendable(text: ReplyText) -> None:
    """See that nothing is left open but the name.

    Raises:
        TextRefused: naming what is missing.
    """
    if text.missing:
        names = "、".join(f"{{{each.value}}}" for each in text.missing)
        raise TextRefused(
            f"{names} に入れる値がありません。"
            "意見の担当課などを設定するか、文面を書き換えてください。"
        )


def values_of(session: Session, submission: Submission, case: Case, status_url: str) -> Values:
    """What a case fills in; a place without a value is left out."""
    assignee = session.get(Staff, case.assignee_id) if case.assignee_id else None
    places = theming.proposals_of(session, submission.id)
    themes = dict.fromkeys(
        each.theme_name for each in places if each.decided_by and each.theme_name
    )
    found = {
        Place.RECEIPT: receipts.display(submission.receipt_number),
        Place.RECEIVED_ON: japanese_date(today_jst(submission.received_at)),
        Place.GOVERNMENT: session.get_one(Government, case.government_slug).name,
        Place.INITIATIVE: session.get_one(Initiative, submission.initiative_slug).name,
        Place.THEME: "、".join(themes),
        Place.STATUS_URL: status_url,
        Place.SECTION: section_name(session, case.section_id) or "",
        Place.ASSIGNEE: assignee.name if assignee else "",
        Place.DUE: japanese_date(case.due_on) if case.due_on else "",
        Place.TODAY: japanese_date(today_jst(utc_now())),
    }
    # A theme or a section with braces in its name must not open a place of its own.
    return {place: value.translate(_BRACES) for place, value in found.items() if value}


_BRACES = str.maketrans("{}｛｝", "（）（）")


def _printable(letter: str) -> str:
    return letter if letter.isprintable() else " "
