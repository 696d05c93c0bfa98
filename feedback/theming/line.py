"""The line（境目）: above it proposals are confirmed together, below it one by one."""

from __future__ import annotations

from math import ceil

from sqlalchemy.orm import Session

from feedback.theming.learnt import learnt_of

LEAST, MOST = 1, 100
_DEFAULT = 80


def usual(session: Session, call_id: int) -> int:
    """Where the line lies until somebody moves it, in percent of confidence.

    Where at least 95 % of what staff decided would have been proposed rightly, once they have
    decided enough to tell.
    """
    learnt = learnt_of(session, call_id)
    found = learnt.calibration["line"] if learnt else None
    # Confidence is calibrated: of what is 80 % sure at least four in five are right, and people
    # read what they confirm.
    return _DEFAULT if found is None else min(MOST, max(LEAST, ceil(found * 100)))


def percent_of(confidence: float) -> int:
    """Confidence in whole percent, never rounded up over the line."""
    return int(confidence * 100 + 1e-6)
