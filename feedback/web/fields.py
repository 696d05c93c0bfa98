"""Form fields with our own words for what cannot be read."""

from __future__ import annotations

from wtforms import DateField


class DayField(DateField):
    """A day, with our own words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 2026-11-24.

        Raises:
            ValueError: with words for the reader.
        """
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("日付は「2026-11-24」の形で入力してください。") from None
