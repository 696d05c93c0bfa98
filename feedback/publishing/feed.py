"""The feed of a call: answers as they are published, themes as they become public（Atom）.

M. Nottingham and R. Sayre, RFC 4287, "The Atom Syndication Format", 2005. Ids are tag URIs
(RFC 4151): an entry stays the same one when the site moves or an answer is revised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from sqlalchemy.orm import Session

from feedback.answering import service as answering
from feedback.answering.service import PublishedAnswer
from feedback.calendar import to_jst
from feedback.calls.service import CallPage
from feedback.publishing import service
from feedback.publishing.queries import ThemeRow
from feedback.publishing.visible import VisibleThemes
from feedback.web.spreadsheets import cleaned

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LONGEST = 100
"""Entries of a feed; readers come often, and the open data hold them all."""
AUTHOR = "目安箱"

register_namespace("", ATOM)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the feed and its pages are, in full."""

    host: str
    feed: str
    themes: str
    theme: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was published."""

    path: str
    """What makes its id its own."""
    title: str
    author: str
    published: datetime
    updated: datetime
    theme_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What was published of a call, the last first."""

    call: CallPage
    entries: list[Entry]


def read_feed(session: Session, slug: str) -> Feed:
    """The published answers and public themes of a call.

    Raises:
        NotFound: when there is no such call.
    """
    call = service.published_call(session, slug, "ja")
    visible = VisibleThemes.read(session, [call.id])
    public = [visible.rows[each] for each in sorted(visible.public_ids())]
    answers = answering.published_of(session, [theme.id for theme in public])
    entries = [_of_theme(theme, theme.checked_at) for theme in public if theme.checked_at]
    entries += [_of_answer(theme, given) for theme in public for given in answers[theme.id]]
    entries.sort(key=lambda each: (each.updated, each.path), reverse=True)
    return Feed(call, entries[:LONGEST])


def _of_theme(theme: ThemeRow, since: datetime) -> Entry:
    text = f"テーマ「{theme.name}」を公表しました。"
    title = f"新しいテーマ：{theme.name}"
    return Entry(f"themes/{theme.id}", title, AUTHOR, since, since, theme.id, text)


def _of_answer(theme: ThemeRow, given: PublishedAnswer) -> Entry:
    return Entry(
        path=f"themes/{theme.id}/answers/{given.government_slug}",
        title=f"{given.government_name}の回答：{theme.name}",
        author=given.government_name,
        published=given.first_published_at,
        updated=given.published_at,
        theme_id=theme.id,
        text=f"現在の対応\n{given.current_action}\n\n今後の方針\n{given.future_policy}",
    )


def written(feed: Feed, addresses: Addresses) -> bytes:
    """The feed as an Atom document."""
    call = feed.call
    root = Element(f"{{{ATOM}}}feed", {LANGUAGE: "ja"})
    updated = max((each.updated for each in feed.entries), default=call.opens_at)
    _text(root, "id", _tag(call, addresses, ""))
    _text(root, "title", f"届いた声と回答：{call.title}")
    _text(root, "updated", _moment(updated))
    _link(root, "self", addresses.feed, ATOM_TYPE)
    _link(root, "alternate", addresses.themes, "text/html")
    _text(SubElement(root, f"{{{ATOM}}}author"), "name", AUTHOR)
    for each in feed.entries:
        entry = SubElement(root, f"{{{ATOM}}}entry")
        _text(entry, "id", _tag(call, addresses, f"/{each.path}"))
        _text(entry, "title", each.title)
        _text(entry, "published", _moment(each.published))
        _text(entry, "updated", _moment(each.updated))
        _link(entry, "alternate", addresses.theme(each.theme_id), "text/html")
        _text(SubElement(entry, f"{{{ATOM}}}author"), "name", each.author)
        _text(entry, "content", each.text)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _tag(call: CallPage, addresses: Addresses, path: str) -> str:
    day = to_jst(call.opens_at).date().isoformat()
    return f"tag:{addresses.host},{day}:calls/{call.slug}{path}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = cleaned(text)


def _link(parent: Element, relation: str, address: str, kind: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"rel": relation, "href": address, "type": kind})


def _moment(moment: datetime) -> str:
    return to_jst(moment).isoformat(timespec="seconds")
