"""The rules of answers: draft, publish, revise. A published revision is never changed.

Errors, each with words for the reader::

    AnswerError
    ├── AnswerRefused      a part is missing or too long
    ├── StaleAnswer        somebody else changed the draft meanwhile
    └── ThemeNotAnswerable the theme no longer stands
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback.answering.models import Answer, AnswerState, answers_to, revisions_of
from feedback.answering.reading import PublishedAnswer, families_of, published_of
from feedback.audit import service as audit
from feedback.calls.models import Government, governments_of
from feedback.storage import utc_now
from feedback.theming import service as theming
from feedback.theming.models import Theme, ThemeState
from feedback.triage import models as triage_models
from feedback.triage import service as triage
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

__all__ = [
    "AnswerError",
    "AnswerRefused",
    "AnswerText",
    "PublishedAnswer",
    "StaleAnswer",
    "Standing",
    "ThemeNotAnswerable",
    "cases_waiting",
    "publish",
    "published_of",
    "save_draft",
    "standing",
]

TEXT_CHARACTERS = 2000

DRAFTED = audit.declare("answering.drafted", "回答の下書きを保存した", "revision")
PUBLISHED = audit.declare("answering.published", "回答を公開した", "revision", "cases")


class AnswerError(Exception):
    """A change of an answer was refused; the text is for the reader."""


class AnswerRefused(AnswerError):
    """A part is missing or too long."""


class StaleAnswer(AnswerError):
    """Somebody else changed the draft meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "表示した後に、ほかの職員がこの回答を変更しました。"
            "入力した文章を手元に控えてから、最新の内容を開き直してください。"
        )


class ThemeNotAnswerable(AnswerError):
    """The theme no longer stands."""

    def __init__(self) -> None:
        super().__init__("このテーマは統合されたか、今はありません。今のテーマに回答してください。")


class ThemeUnchecked(AnswerError):
    """No member of staff stands by the theme yet, so citizens would not see its answer."""

    def __init__(self) -> None:
        super().__init__("テーマが未確認です。テーマのページで「確認済み」にすると、公開できます。")


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The two parts of an answer."""

    current_action: str
    """現在の対応."""
    future_policy: str
    """今後の方針."""

    def cleaned(self) -> AnswerText:
        """With one kind of line break and no space around."""
        return AnswerText(_clean(self.current_action), _clean(self.future_policy))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a government's answer to a theme stands."""

    theme: Theme
    government: Government
    draft: Answer | None
    published: Answer | None
    """The theme's own, or one given to a theme merged into it."""
    revisions: Sequence[Answer]

    @property
    def version(self) -> int:
        """The draft's version; 0 when there is none yet."""
        return self.draft.version if self.draft else 0

    @property
    def text(self) -> AnswerText:
        """What the form starts with: the draft, else what is public."""
        source = self.draft or self.published
        if source is None:
            return AnswerText("", "")
        return AnswerText(source.current_action, source.future_policy)


def standing(session: Session, theme_id: int, government: str, *, actor: Actor) -> Standing:
    """A government's answer to a theme, for those who may draft it.

    Raises:
        NotFound: when there is no such theme, or the government takes no part in its call.
        NotPermitted: when the actor drafts no answers for the government.
    """
    theme = session.get(Theme, theme_id)
    if theme is None:
        raise NotFound(f"theme {theme_id}")
    taking_part = {each.slug: each for each in governments_of(session, theme.call_id)}
    if government not in taking_part:
        raise NotFound(f"government {government}")
    actor.demand(Permission.DRAFT_ANSWERS, government)
    own = revisions_of(session, theme_id, government)
    return Standing(
        theme=theme,
        government=taking_part[government],
        draft=next((each for each in own if each.state is AnswerState.DRAFT), None),
        published=_published(session, theme_id, government),
        revisions=own,
    )


def save_draft(
    session: Session,
    theme_id: int,
    government: str,
    text: AnswerText,
    *,
    version: int,
    actor: Actor,
) -> Answer:
    """Keep a draft; beside a published answer it becomes the next revision.

    Raises:
        AnswerRefused: when both parts are empty or one is too long.
        StaleAnswer: when somebody changed the draft meanwhile.
        ThemeNotAnswerable: when the theme no longer stands.
    """
    now = _locked(session, theme_id, government, version, actor)
    text = text.cleaned()
    _check_length(text)
    if not text.current_action and not text.future_policy:
        raise AnswerRefused("「現在の対応」か「今後の方針」を入力してください。")
    draft = now.draft or Answer(
        theme_id=theme_id,
        government_slug=government,
        revision=1 + max((each.revision for each in now.revisions), default=0),
        state=AnswerState.DRAFT,
        version=0,
    )
    draft.current_action = text.current_action
    draft.future_policy = text.future_policy
    draft.drafted_by = actor.name
    draft.drafted_at = utc_now()
    draft.version += 1
    session.add(draft)
    session.flush()
    if now.published is None:
        theming.note_answer(session, theme_id, government, AnswerState.DRAFT.value)
    _record(session, DRAFTED, draft, actor, revision=draft.revision)
    return draft


def publish(session: Session, theme_id: int, government: str, *, version: int, actor: Actor) -> int:
    """Publish the draft, retire the revision before it, and mark the cases as answered.

    Returns how many cases became 回答済み.

    Raises:
        NotPermitted: when the actor publishes no answers for the government.
        AnswerRefused: when there is no draft, or one of its parts is empty.
        StaleAnswer: when somebody changed the draft meanwhile.
        ThemeNotAnswerable: when the theme no longer stands.
        ThemeUnchecked: when nobody has checked the theme.
    """
    actor.demand(Permission.PUBLISH_ANSWERS, government)
    now = _locked(session, theme_id, government, version, actor)
    if now.theme.checked_at is None:
        raise ThemeUnchecked
    draft = now.draft
    if draft is None:
        raise AnswerRefused("公開できる下書きがありません。先に下書きを保存してください。")
    if not draft.current_action or not draft.future_policy:
        raise AnswerRefused("「現在の対応」と「今後の方針」の両方を書くと、公開できます。")
    for each in _all_published(session, theme_id, government):
        each.state = AnswerState.SUPERSEDED
    draft.state = AnswerState.PUBLISHED
    draft.published_by = actor.name
    draft.published_at = utc_now()
    draft.version += 1
    session.flush()
    theming.note_answer(session, theme_id, government, AnswerState.PUBLISHED.value)
    cases = triage.mark_answered(session, theme_id, government, actor=actor)
    _record(session, PUBLISHED, draft, actor, revision=draft.revision, cases=cases)
    return cases


def cases_waiting(session: Session, theme_id: int, government: str) -> int:
    """How many cases publishing would mark as answered."""
    return len(triage_models.answerable_cases(session, theme_id, government))


def _locked(
    session: Session, theme_id: int, government: str, version: int, actor: Actor
) -> Standing:
    theme = session.get(Theme, theme_id)
    if theme is None:
        raise NotFound(f"theme {theme_id}")
    theming.lock_call(session, theme.call_id)
    session.refresh(theme)
    now = standing(session, theme_id, government, actor=actor)
    if theme.state is not ThemeState.OPEN:
        raise ThemeNotAnswerable
    if now.version != version:
        raise StaleAnswer
    return now


def _published(session: Session, theme_id: int, government: str) -> Answer | None:
    every = _all_published(session, theme_id, government)
    return max(every, key=lambda each: (each.theme_id == theme_id, each.id), default=None)


def _all_published(session: Session, theme_id: int, government: str) -> list[Answer]:
    """The published answers of the theme and of every theme merged into it."""
    family = families_of(session, [theme_id])[theme_id]
    return [
        each
        for each in answers_to(session, family)
        if each.government_slug == government and each.state is AnswerState.PUBLISHED
    ]


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _check_length(text: AnswerText) -> None:
    for label, part in (("現在の対応", text.current_action), ("今後の方針", text.future_policy)):
        if len(part) > TEXT_CHARACTERS:
            raise AnswerRefused(f"「{label}」は{TEXT_CHARACTERS:,}文字以内で入力してください。")


def _record(
    session: Session, event: audit.Event, answer: Answer, actor: Actor, **details: Any
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"theme:{answer.theme_id}",
        government=answer.government_slug,
        **details,
    )
