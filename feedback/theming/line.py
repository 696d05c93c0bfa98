"""The line（境目）: above it proposals are confirmed together, below it one by one."""

from __future__ import annotations

LEAST, MOST = 1, 100
_DEFAULT = 80


def default_line() -> int:
    """Where the line lies until somebody moves it, in percent of confidence."""
    # Confidence is calibrated: of what is 80 % sure at least four in five are right, and people
    # read what they confirm.
    return _DEFAULT


def percent_of(confidence: float) -> int:
    """Confidence in whole percent, never rounded up over the line."""
    return int(confidence * 100 + 1e-6)
