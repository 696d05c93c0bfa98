"""What may go wrong with replies to people, each with words for the reader::

ReplyError
├── TextRefused         empty, too long, or with places that nobody can fill
├── StaleReply          somebody else changed or sent it meanwhile
├── NotInState          what was asked for does not follow the present state
├── CannotReach         no mail server, no address, no name, or handed over since
├── RecordRefused       a letter or a call that cannot have been on that day
└── TemplateRefused     a template without a name, or under one that is taken
"""

from __future__ import annotations

from feedback.answering.reply_models import ReplyState


class ReplyError(Exception):
    """Something about a reply was refused; the text is for the reader."""


class TextRefused(ReplyError):
    """Empty, too long, or with places that nobody can fill."""


class StaleReply(ReplyError):
    """Somebody else changed or sent it meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "表示した後に、この意見への回答が変更されたか、送信に進みました。今の内容を確かめてください。"
        )


class NotInState(ReplyError):
    """What was asked for does not follow the present state."""

    def __init__(self, state: ReplyState) -> None:
        super().__init__(f"この回答は「{state.label}」のため、この操作はできません。")


class CannotReach(ReplyError):
    """No mail server, no address, no name, or handed over since."""


class RecordRefused(ReplyError):
    """A letter or a call that cannot have been on that day."""


class TemplateRefused(ReplyError):
    """A template without a name, or under one that is taken."""
