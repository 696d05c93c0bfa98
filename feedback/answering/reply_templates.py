"""Templates of replies（ひな形）, shared by a government's staff."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.answering import reply_text
from feedback.answering.placeholders import Place
from feedback.answering.reply_errors import StaleReply, TemplateRefused
from feedback.answering.reply_models import ReplyTemplate
from feedback.answering.reply_text import ReplyText
from feedback.audit import service as audit
from feedback.calls.models import Government
from feedback.storage import utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

LONGEST_NAME = 60

SAVED = audit.declare("answering.template_saved", "回答のひな形を保存した", "name")
DELETED = audit.declare("answering.template_deleted", "回答のひな形を削除した", "name")

#: What a preview shows in each place; nobody's own.
EXAMPLE = {
    Place.RECEIPT: "2345-6789-CFGH",
    Place.RECEIVED_ON: "令和8年11月2日",
    Place.NAME: "山田 花子",
    Place.INITIATIVE: "行政のDX",
    Place.THEME: "手続きのオンライン化",
    Place.STATUS_URL: "https://meyasubako.example.lg.jp/status/2345-6789-CFGH",
    Place.SECTION: "デジタル推進課",
    Place.ASSIGNEE: "高橋 美咲",
    Place.DUE: "令和8年11月17日",
    Place.TODAY: "令和8年11月9日",
}


def template(session: Session, template_id: int, *, actor: Actor) -> ReplyTemplate:
    """One template.

    Raises:
        NotFound: when there is none, or it is another government's.
    """
    found = session.get(ReplyTemplate, template_id)
    if found is None or not actor.may(Permission.DRAFT_REPLIES, found.government_slug):
        raise NotFound(f"template {template_id}")
    return found


def example_of(session: Session, government: str, text: ReplyText) -> ReplyText:
    """A text as it will look with values in it."""
    name = session.get_one(Government, government).name
    return text.cleaned().filled({**EXAMPLE, Place.GOVERNMENT: name})


def add(
    session: Session, government: str, name: str, text: ReplyText, *, actor: Actor
) -> ReplyTemplate:
    """Make a template.

    Raises:
        TemplateRefused: when the name is empty, too long or taken.
        TextRefused: when a part is empty or too long, or a place is none of those offered.
    """
    actor.demand(Permission.DRAFT_REPLIES, government)
    made = ReplyTemplate(government_slug=government, version=0)
    _set(session, made, name, text, actor)
    session.add(made)
    session.flush()
    _record(session, SAVED, made, actor)
    return made


def change(
    session: Session,
    template_id: int,
    name: str,
    text: ReplyText,
    *,
    version: int,
    actor: Actor,
) -> ReplyTemplate:
    """Change a template; replies begun from it stay as they are.

    Raises:
        TemplateRefused: when the name is empty, too long or taken, or somebody was faster.
        TextRefused: when a part is empty or too long, or a place is none of those offered.
    """
    found = template(session, template_id, actor=actor)
    session.refresh(found, with_for_update=True)
    if found.version != version:
        raise TemplateRefused(str(StaleReply()))
    _set(session, found, name, text, actor)
    session.flush()
    _record(session, SAVED, found, actor)
    return found


def remove(session: Session, template_id: int, *, actor: Actor) -> None:
    """Delete a template; replies begun from it stay as they are."""
    found = template(session, template_id, actor=actor)
    session.delete(found)
    _record(session, DELETED, found, actor)


def _set(session: Session, made: ReplyTemplate, name: str, text: ReplyText, actor: Actor) -> None:
    made.name = _checked_name(session, made, name)
    text = text.cleaned()
    reply_text.check(text)
    made.subject, made.body = text.subject, text.body
    made.updated_by, made.updated_at = actor.name, utc_now()
    made.version += 1


def _checked_name(session: Session, made: ReplyTemplate, name: str) -> str:
    name = " ".join("".join(each for each in name if each.isprintable()).split())
    if not name or len(name) > LONGEST_NAME:
        raise TemplateRefused(f"ひな形の名称は1文字以上{LONGEST_NAME}文字以内にしてください。")
    with session.no_autoflush:
        query = select(ReplyTemplate.id).where(
            ReplyTemplate.government_slug == made.government_slug, ReplyTemplate.name == name
        )
        taken = session.scalar(query)
    if taken not in (None, made.id):
        raise TemplateRefused(f"「{name}」はすでにあります。別の名称にしてください。")
    return name


def _record(session: Session, event: audit.Event, made: ReplyTemplate, actor: Actor) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"template:{made.id}",
        government=made.government_slug,
        name=made.name,
    )
