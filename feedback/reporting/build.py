"""Count a report's content from the database; a few queries, however many submissions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import analysis
from feedback.calendar import Month, today_jst
from feedback.calls.models import SOURCE_LANGUAGE, Call, Government, governments_of, texts_of
from feedback.reporting import campaigns, counts, narrative, themes
from feedback.reporting.content import SCHEMA, Colophon, Head, ReportContent
from feedback.reporting.scope import Scope
from feedback.theming.models import Run
from feedback.web.actor import REGION


def build(
    session: Session,
    call: Call,
    month: Month,
    government: Government,
    *,
    drafted_by: str,
    now: datetime,
) -> ReportContent:
    """What the report of this month says, as the database stands now."""
    head = _head(session, call, month, government, now)
    scope = Scope(call.id, _counted_slugs(session, call, government), month)
    totals = counts.totals(session, scope)
    first_month = Month.of(call.opens_at)
    found = themes.themes_of_month(session, scope)
    owed = themes.owed(session, scope, found)
    return ReportContent(
        schema=SCHEMA,
        head=head,
        summary=narrative.summary(
            head.month_label, totals.opinions, found, owed, is_first_month=month <= first_month
        ),
        totals=totals.opinions,
        received=totals.received,
        non_opinions=totals.non_opinions,
        urgent=totals.urgent,
        unscreened=totals.unscreened,
        trend=counts.trend(session, scope, first_month),
        governments=counts.by_government(session, scope) if government.slug == REGION else (),
        initiatives=counts.by_initiative(session, scope),
        municipalities=counts.by_municipality(session, scope),
        ages=counts.by_age(session, scope),
        kinds=counts.by_kind(session, scope),
        channels=counts.by_channel(session, scope),
        languages=counts.other_languages(session, scope),
        statuses=counts.by_status(session, scope),
        themes=found,
        unthemed=themes.unthemed(session, scope),
        campaigns=campaigns.campaigns_of_month(session, scope),
        owed=owed,
        method=narrative.METHOD,
        colophon=_colophon(session, call, drafted_by, now),
        set_aside=counts.set_aside(session, scope),
    )


def _counted_slugs(session: Session, call: Call, government: Government) -> tuple[str, ...]:
    if government.slug != REGION:
        return (government.slug,)
    return tuple(each.slug for each in governments_of(session, call.id))


def _head(
    session: Session, call: Call, month: Month, government: Government, now: datetime
) -> Head:
    counted = governments_of(session, call.id) if government.slug == REGION else [government]
    is_partial = now < month.end
    last_day = today_jst(now) if is_partial else month.plus(1).first_day - timedelta(days=1)
    return Head(
        call_id=call.id,
        call_title=texts_of(session, call.id)[SOURCE_LANGUAGE].title,
        government_slug=government.slug,
        government_name=government.name,
        governments=tuple(each.name for each in counted),
        month=str(month),
        month_label=month.label,
        previous_label=month.plus(-1).label,
        first_day=month.first_day,
        last_day=last_day,
        is_partial=is_partial,
    )


def _colophon(session: Session, call: Call, drafted_by: str, now: datetime) -> Colophon:
    query = select(Run.id, Run.finished_at, Run.result_hash, Run.versions)
    run = session.execute(
        query.where(Run.call_id == call.id, Run.finished_at <= now)
        .order_by(Run.finished_at.desc(), Run.id.desc())
        .limit(1)
    ).first()
    return Colophon(
        run_id=run.id if run else None,
        run_finished_at=run.finished_at if run else None,
        run_hash=run.result_hash if run else "",
        tokenizer=run.versions.get("tokenizer", "") if run else "",
        software_version=analysis.__version__,
        drafted_by=drafted_by,
        drafted_at=now,
    )
