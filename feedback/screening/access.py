"""Who may change what screening found, and one at a time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.screening.errors import ScreeningChanged
from feedback.screening.models import Screening
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

#: An address may hold any number; a database refuses to look for larger ones.
LARGEST_ID = 2**63 - 1


def visible(
    session: Session, submission_id: int, permission: Permission, *, actor: Actor
) -> Submission:
    """The submission, for somebody who holds this permission for the government in charge.

    Raises:
        NotFound: when it is not there or in another government's charge.
        NotPermitted: when the actor may read it but not do this.
    """
    if submission_id > LARGEST_ID:
        raise NotFound(f"submission {submission_id}")
    found = charge.readable(session, submission_id, actor=actor)
    actor.demand(permission, found.government)
    return found.submission


def screening_of(session: Session, submission_id: int) -> Screening:
    """What screening found.

    Raises:
        NotFound: when the submission waits for screening still.
    """
    found = session.get(Screening, submission_id)
    if found is None:
        raise NotFound(f"screening of submission {submission_id}")
    return found


def locked(session: Session, submission_id: int, version: int) -> Screening:
    """What screening found, for a change of what was seen; raises its version.

    Raises:
        NotFound: when the submission waits for screening still.
        ScreeningChanged: when it is no longer as it was seen.
    """
    found = session.get(Screening, submission_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"screening of submission {submission_id}")
    if found.version != version:
        raise ScreeningChanged
    found.version += 1
    return found
