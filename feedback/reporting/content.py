"""What a monthly report says, as frozen values: every form is made from this alone.

Only text, whole numbers and dates: the same content always has the same canonical JSON, and
therefore the same hash.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from feedback.reporting import plain

SCHEMA = 2


@dataclass(frozen=True, slots=True)
class Figures:
    """Submissions（意見）and voices（声の数）of a month, always beside the month before."""

    submissions: int = 0
    voices: int = 0
    previous_submissions: int = 0
    previous_voices: int = 0

    @property
    def submissions_change(self) -> int:
        """Submissions against the month before."""
        return self.submissions - self.previous_submissions

    @property
    def voices_change(self) -> int:
        """Voices against the month before."""
        return self.voices - self.previous_voices

    @property
    def is_silent(self) -> bool:
        """Whether nothing came in either month."""
        return not (self.submissions or self.previous_submissions)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a breakdown."""

    key: str
    """Empty when the citizen gave none."""
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Tally:
    """One line of a plain count of submissions."""

    key: str
    label: str
    submissions: int


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """One month of the trend."""

    month: str
    label: str
    submissions: int
    voices: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A citizen's words with personal data masked, and who said them as far as it may be said."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """What a government has answered to a theme."""

    government: str
    current_action: str
    future_policy: str
    published_on: date


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """A theme（テーマ）as the month saw it; ``children`` are its subthemes."""

    id: int
    name: str
    keywords: tuple[str, ...]
    figures: Figures
    is_new: bool
    """Nobody had said it before this month, although others had been heard."""
    is_checked: bool
    """Staff have marked it as checked."""
    quotes: tuple[Quote, ...]
    answers: tuple[PublishedAnswer, ...]
    children: tuple[ThemeEntry, ...]

    @property
    def is_answered(self) -> bool:
        """Whether the theme itself has a published answer."""
        return bool(self.answers)

    @property
    def is_partly_answered(self) -> bool:
        """Whether only some of its subthemes have one."""
        return not self.answers and any(child.answers for child in self.children)


@dataclass(frozen=True, slots=True)
class OwedAnswer:
    """A theme that waits for an answer（回答待ち）."""

    theme_id: int
    name: str
    figures: Figures
    since: date
    """When it was first heard."""
    is_partly_answered: bool


@dataclass(frozen=True, slots=True)
class CampaignEntry:
    """Copies of one text（同文投稿）: one voice, however many."""

    id: int
    quote: Quote | None
    """None when nobody in it consents to being quoted."""
    copies: int
    """This month."""
    previous_copies: int
    copies_in_all: int
    since: date


@dataclass(frozen=True, slots=True)
class Head:
    """Whose report it is, of which month."""

    call_id: int
    call_title: str
    government_slug: str
    government_name: str
    governments: tuple[str, ...]
    """The names of the governments whose submissions are counted."""
    month: str
    month_label: str
    previous_label: str
    first_day: date
    last_day: date
    """The last day that is counted."""
    is_partial: bool
    """Whether the month was still running when this was drafted."""


@dataclass(frozen=True, slots=True)
class Colophon:
    """What the report was made with, so that it can be made again."""

    run_id: int | None
    run_finished_at: datetime | None
    run_hash: str
    tokenizer: str
    software_version: str
    drafted_by: str
    drafted_at: datetime


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report: month × government, or month × the region（一都三県）."""

    schema: int
    head: Head
    summary: tuple[str, ...]
    """Three sentences made from the figures."""
    totals: Figures
    """Opinions: what was received without the non-opinions."""
    received: int
    non_opinions: int
    """All that was set aside and is not counted."""
    urgent: int
    unscreened: int
    trend: tuple[MonthPoint, ...]
    governments: tuple[Row, ...]
    """Only in the region's report."""
    initiatives: tuple[Row, ...]
    municipalities: tuple[Row, ...]
    ages: tuple[Row, ...]
    kinds: tuple[Row, ...]
    channels: tuple[Row, ...]
    languages: tuple[Tally, ...]
    """Languages other than Japanese."""
    statuses: tuple[Tally, ...]
    themes: tuple[ThemeEntry, ...]
    unthemed: Figures
    campaigns: tuple[CampaignEntry, ...]
    owed: tuple[OwedAnswer, ...]
    method: tuple[str, ...]
    colophon: Colophon
    set_aside: tuple[Tally, ...] = ()
    """What ``non_opinions`` is made of; since schema 2."""

    @property
    def is_region(self) -> bool:
        """Whether this is the report of the region."""
        return len(self.head.governments) > 1

    @property
    def heard_themes(self) -> tuple[ThemeEntry, ...]:
        """The themes that were heard this month."""
        return tuple(theme for theme in self.themes if theme.figures.submissions)

    @property
    def other_languages(self) -> int:
        """Opinions in languages other than Japanese."""
        return sum(each.submissions for each in self.languages)


def to_dict(content: ReportContent) -> dict[str, Any]:
    """The content as plain JSON values."""
    value: dict[str, Any] = plain.dumped(content)
    return value


def from_dict(data: dict[str, Any]) -> ReportContent:
    """The content read back from plain JSON values."""
    return plain.loaded(ReportContent, data)


def hash_of(data: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of plain content."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
