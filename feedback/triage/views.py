"""The queue's page. What staff do in it, and on a case's page, stands in the files named below."""

from __future__ import annotations

from flask import render_template, request, url_for

from feedback.storage import utc_now
from feedback.triage import bulk_views, case_views, key_views, listing, urgent
from feedback.triage.bulk_forms import BulkForm
from feedback.triage.forms import QueueForm
from feedback.triage.models import CaseStatus
from feedback.triage.shared_views import blueprint, queue_tokenizer, view_arguments
from feedback.web.actor import acting, current_actor
from feedback.web.database import reading
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

__all__ = ["blueprint", "bulk_views", "case_views", "key_views"]

_OF_ONE_TAB = ("status", "page")


@blueprint.app_context_processor
def count_urgent_for_header() -> dict[str, object]:
    """The header of every staff page says how many urgent opinions nobody has read."""
    return {"unread_urgent": _unread_urgent}


def _unread_urgent() -> int:
    actor = current_actor()
    if actor is None or not actor.may(Permission.TRIAGE_CASES):
        return 0
    with reading() as session:
        return urgent.unread_count(session, actor=actor)


@blueprint.get("")
@requires(Permission.READ_CASES)
def show_queue() -> str:
    """The queue, as its address says."""
    form, bulk = QueueForm(request.args), BulkForm.shown_at(utc_now())
    with reading() as session:
        queue = listing.read_queue(
            session,
            form.wanted(),
            queue_tokenizer(),
            page=page_number(request.args.get("page")),
            actor=acting(),
        )
    form.offer(queue.choices)
    bulk.offer(queue.choices)
    return render_template(
        "triage/queue.html",
        form=form,
        bulk=bulk,
        queue=queue,
        status_tabs=_status_tabs(queue, form.wanted().status),
        view=view_arguments(),
    )


def _status_tabs(queue: listing.Queue, current: CaseStatus | None) -> list[dict[str, object]]:
    kept = {name: each for name, each in view_arguments().items() if name not in _OF_ONE_TAB}
    tabs: list[CaseStatus | None] = [None, *CaseStatus]
    return [
        {
            "label": status.label if status else "すべて",
            "url": url_for("triage.show_queue", **kept, status=status.value if status else None),
            "current": status is current,
            "count": queue.counts.get(status, 0),
        }
        for status in tabs
    ]
