"""The page of audit entries（監査記録）."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from feedback.audit import labels, service
from feedback.audit.models import EntryFilter
from feedback.web.actor import acting
from feedback.web.database import reading
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("audit", __name__, url_prefix="/staff/audit")
blueprint.add_app_template_filter(labels.subject_label, "audit_subject")
blueprint.add_app_template_filter(labels.details_label, "audit_details")
blueprint.add_app_template_filter(service.label_of, "audit_event")


@blueprint.get("")
@requires(Permission.READ_AUDIT)
def list_entries() -> str:
    """The entries that the reader may see, newest first."""
    return _entries_page()


@blueprint.post("")
@requires(Permission.READ_AUDIT)
def verify_chain() -> str:
    """Walk the whole chain and say whether it is whole."""
    with reading() as session:
        found = service.verify(session)
    return _entries_page(found)


def _entries_page(verification: service.Verification | None = None) -> str:
    wanted = EntryFilter(
        governments=acting().governments(Permission.READ_AUDIT),
        event=_asked("event"),
        subject=_asked("subject"),
        actor_name=_asked("name"),
    )
    with reading() as session:
        page = service.list_entries(session, wanted, page=page_number(request.args.get("page")))
    return render_template(
        "audit/list.html",
        page=page,
        wanted=wanted,
        events=sorted(service.declared_events(), key=lambda event: event.name),
        verification=verification,
    )


def _asked(name: str) -> str:
    return request.args.get(name, "").strip().replace("\0", "")
