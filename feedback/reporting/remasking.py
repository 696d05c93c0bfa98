"""Personal data that was missed is masked in reports too, frozen ones included.

A report that was approved never changes, but for this: a person's data must not stay published
because a machine and two readers missed it. The content is masked where it lies, so that every
form made from it is masked, its hash is kept anew, and the audit log says so with both hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.reporting import content
from feedback.reporting.content import CampaignEntry, Quote, ReportContent, ThemeEntry
from feedback.reporting.models import Report
from feedback.screening.hidden import Hidden
from feedback.storage import utc_now
from feedback.theming import forgetting
from feedback.theming.models import Theme, themes_of

REMASKED = audit.declare(
    "report.remasked",
    "月次報告の引用に残っていた個人情報を伏せた",
    "month",
    "edition",
    "before",
    "content_hash",
)

Say = Callable[[str], str]


def remask(session: Session, call_id: int, hidden: Sequence[Hidden]) -> list[int]:
    """Mask submissions' words in every report of their call; the reports that held some."""
    themes = themes_of(session, call_id)
    query = select(Report).where(Report.call_id == call_id).order_by(Report.id)
    changed = []
    for report in session.scalars(query.with_for_update()):
        masked = written = content.from_dict(report.content)
        for each in hidden:
            masked = _masked(session, masked, each, themes)
        if masked != written:
            _keep(session, report, masked)
            changed.append(report.id)
    return changed


def _masked(
    session: Session, written: ReportContent, hidden: Hidden, themes: dict[int, Theme]
) -> ReportContent:
    def say(text: str) -> str:
        return hidden.quoted(text) or text

    entries = tuple(_theme(session, each, hidden, themes, say) for each in written.themes)
    names = {old.name: new.name for old, new in zip(written.themes, entries, strict=True)}
    return replace(
        written,
        themes=entries,
        campaigns=tuple(_campaign(each, say) for each in written.campaigns),
        owed=tuple(replace(each, name=names.get(each.name, each.name)) for each in written.owed),
        summary=tuple(_renamed(each, names) for each in written.summary),
    )


def _theme(
    session: Session,
    entry: ThemeEntry,
    hidden: Hidden,
    themes: dict[int, Theme],
    say: Say,
) -> ThemeEntry:
    gone = _gone(session, entry, hidden.words, themes)
    keywords = forgetting.without(entry.keywords, gone)
    name = entry.name
    if any(word in name for word in gone):
        name = themes[entry.id].name if entry.id in themes else forgetting.NAMELESS
    return replace(
        entry,
        name=name,
        keywords=tuple(keywords),
        quotes=tuple(_quote(each, say) for each in entry.quotes),
        children=tuple(_theme(session, each, hidden, themes, say) for each in entry.children),
    )


def _gone(
    session: Session, entry: ThemeEntry, words: Collection[str], themes: dict[int, Theme]
) -> set[str]:
    theme = themes.get(entry.id)
    if theme is None:
        return set()
    return forgetting.gone_from(session, theme.id, [entry.name, *entry.keywords], words)


def _campaign(entry: CampaignEntry, say: Say) -> CampaignEntry:
    return replace(entry, quote=_quote(entry.quote, say)) if entry.quote else entry


def _quote(quote: Quote, say: Say) -> Quote:
    return replace(quote, text=say(quote.text))


def _renamed(sentence: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        if old != new:
            sentence = sentence.replace(f"「{old}」", f"「{new}」")
    return sentence


def _keep(session: Session, report: Report, masked: ReportContent) -> None:
    before = report.content_hash
    report.content = content.to_dict(masked)
    report.content_hash = content.hash_of(report.content)
    report.remasked_at = utc_now()
    audit.record(
        session,
        REMASKED,
        actor=None,
        subject=f"report:{report.id}",
        government=report.government_slug,
        month=report.month.isoformat()[:7],
        edition=report.edition,
        before=before,
        content_hash=report.content_hash,
    )
