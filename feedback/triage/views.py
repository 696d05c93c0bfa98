"""The queue's page. What staff do in it, and on a case's page, stands in the files named below."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for

from feedback.storage import utc_now
from feedback.triage import (
    bulk_views,
    case_views,
    chips,
    copy_pages,
    key_views,
    listing,
    saved,
    urgent,
)
from feedback.triage.asking import Field
from feedback.triage.bulk_forms import BulkForm
from feedback.triage.choices import KeptView
from feedback.triage.counting import Count
from feedback.triage.filters import QueueFilter
from feedback.triage.forms import NamedViewForm, QueueForm
from feedback.triage.models import CaseStatus
from feedback.triage.shared_views import Answer, blueprint, queue_tokenizer, view_arguments
from feedback.web.actor import acting, current_actor
from feedback.web.database import reading
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

__all__ = ["blueprint", "bulk_views", "case_views", "key_views"]

_OF_ONE_TAB = ("status", "page")
#: The address of the whole queue, also for those who begin with a view of their own.
WHOLE = {"view": ["all"]}


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
def show_queue() -> Answer:
    """The queue, as its address says; without any, as this person wants to begin."""
    begun = _begin() if not request.args else None
    if begun is not None:
        return redirect(begun)
    form = QueueForm(request.args)
    wanted = form.wanted()
    with reading() as session:
        number = page_number(request.args.get("page"))
        queue = listing.read_queue(session, wanted, queue_tokenizer(), page=number, actor=acting())
    return render_template("triage/queue.html", queue=queue, **_queue_parts(form, wanted, queue))


def _begin() -> str | None:
    """The address of the view with which this person begins."""
    with reading() as session:
        arguments = saved.default_arguments(session, actor=acting())
    return url_for("triage.show_queue", **arguments) if arguments else None


def _queue_parts(form: QueueForm, wanted: QueueFilter, queue: listing.Queue) -> dict[str, object]:
    bulk, keeping = (
        BulkForm.shown_at(utc_now()),
        NamedViewForm(conditions=request.query_string.decode()),
    )
    form.offer(queue.choices)
    bulk.offer(queue.choices)
    keeping.offer(acting(), queue.choices)
    return {
        "form": form,
        "bulk": bulk,
        "keeping": keeping,
        "chips": chips.chips_of(wanted, queue.choices, view_arguments()),
        "saved_views": _view_links(queue.choices.views),
        "fields": list(Field),
        "status_tabs": _status_tabs(queue, wanted.status),
        "view": view_arguments(),
    }


@blueprint.get("/<int:submission_id>/copies")
@requires(Permission.READ_CASES)
def show_copies(submission_id: int) -> str:
    """Every copy of a mass post, with what sets it apart."""
    with reading() as session:
        page = copy_pages.read_copies(
            session,
            submission_id,
            queue_tokenizer(),
            page=page_number(request.args.get("page")),
            actor=acting(),
        )
    return render_template("triage/copies.html", page=page)


def _status_tabs(queue: listing.Queue, current: CaseStatus | None) -> list[dict[str, object]]:
    kept = {name: each for name, each in view_arguments().items() if name not in _OF_ONE_TAB}
    tabs: list[CaseStatus | None] = [None, *CaseStatus]
    return [
        {
            "label": status.label if status else "すべて",
            "url": url_for(
                "triage.show_queue", **kept or WHOLE, status=status.value if status else None
            ),
            "current": status is current,
            **_number(queue.counts.get(status)),
        }
        for status in tabs
    ]


def _number(count: Count | None) -> dict[str, object]:
    return {"count": count.number, "is_more": not count.is_exact} if count else {}


def _view_links(views: tuple[KeptView, ...]) -> list[dict[str, object]]:
    """The saved views with their addresses; the one that is shown is marked."""
    shown = request.args.get("view", "")
    return [
        {
            "label": each.name,
            "url": url_for("triage.show_queue", **saved.arguments_of(each.id, each.conditions)),
            "current": shown == str(each.id),
            "is_shared": each.is_shared,
        }
        for each in views
    ]
