"""What the queue filters and sorts by, kept beside each case so that a list reads one table.

Copies of what stands in the rooms on the left: facts of the submission, what screening found, its
campaign, its themes. ``upkeep`` fills them and can recompute every one of them at any time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.intake.models import AgeBand, Channel, Kind
from feedback.storage import Identifier, choice


class Listed:
    """The columns of a case that are recomputed from the left, never decided here."""

    initiative_slug: Mapped[str] = mapped_column(String(40))
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    municipality_code: Mapped[str | None] = mapped_column(String(6))
    age_band: Mapped[AgeBand | None] = mapped_column(choice(AgeBand))
    received_at: Mapped[datetime]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    is_set_aside: Mapped[bool] = mapped_column(default=False)
    """Hidden in lists unless asked for: it is not heard as an opinion."""
    has_personal_data: Mapped[bool] = mapped_column(default=False)
    has_unthemed: Mapped[bool] = mapped_column(default=False)
    """Whether a statement stands in no theme."""
    lowest_confidence: Mapped[float | None]
    """Of the machine's places that nobody has decided yet; None when nothing is left to decide."""
    campaign_id: Mapped[int | None] = mapped_column(Identifier)
    leads: Mapped[bool] = mapped_column(default=True)
    """Stands for its campaign in its government: the representative, else the first copy."""
    leads_in_status: Mapped[bool] = mapped_column(default=True)
    """Stands for the copies of its campaign in its government that are in the same status."""
    copies: Mapped[int | None]
    """Submissions in its campaign, on those that stand for it; None on all others."""
