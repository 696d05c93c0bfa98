"""How far an import has come, how fast it goes, and how long it still takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feedback.intake.import_models import Import
from feedback.intake.import_runs import is_stalled

#: A speed measured over less says nothing.
SHORTEST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at an import under way."""

    done: int
    rows: int
    rows_a_second: int | None
    """None until it can be told."""
    seconds_left: int | None
    has_begun: bool
    is_stalled: bool

    @property
    def percent(self) -> int:
        """Of all rows; 100 only when it is through."""
        return min(99, 100 * self.done // self.rows) if self.rows else 0

    @property
    def time_left(self) -> str:
        """As one says it: 約2分."""
        if self.seconds_left is None:
            return "計算中"
        if self.seconds_left < 60:
            return f"約{max(5, 5 * round(self.seconds_left / 5))}秒"
        minutes = round(self.seconds_left / 60)
        return f"約{minutes}分" if minutes < 60 else f"約{minutes // 60}時間{minutes % 60}分"


def progress_of(import_: Import, now: datetime) -> Progress:
    """Where an import stands."""
    speed = _speed(import_, now)
    left = None if not speed else max(0, import_.rows - import_.done) / speed
    return Progress(
        done=import_.done,
        rows=import_.rows,
        rows_a_second=round(speed) if speed else None,
        seconds_left=None if left is None else round(left),
        has_begun=import_.begun_at is not None,
        is_stalled=is_stalled(import_),
    )


def _speed(import_: Import, now: datetime) -> float | None:
    if import_.begun_at is None:
        return None
    seconds = (now - import_.begun_at).total_seconds()
    rows = import_.done - import_.begun_done
    return rows / seconds if rows and seconds >= SHORTEST_SECONDS else None
