"""What an import will do, told before it does it: its first rows, read and looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice

from sqlalchemy.orm import Session

from feedback.intake import import_files, import_sources, import_storing, imports
from feedback.intake.import_keys import Keys, count_stored
from feedback.intake.import_models import Import, earlier_with_content
from feedback.intake.import_rows import ReadRow, RowReader
from feedback.intake.import_rules import EXAMINED_ROWS
from feedback.intake.import_storing import KeyedRow, Sorted
from feedback.web.actor import Actor


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, sorted as the worker will."""

    import_: Import
    rows: tuple[ReadRow, ...]
    """All that were examined, as they stand in the file."""
    sorted: Sorted
    is_whole: bool
    """Whether the file has no more rows than these."""
    earlier: Import | None
    """An earlier import of this very file."""

    @property
    def total(self) -> int:
        """How many rows the file has."""
        return len(self.rows) if self.is_whole else self.import_.rows

    @property
    def right(self) -> list[ReadRow]:
        """The rows that are not wrong."""
        return [each for each in self.rows if each.is_right]


def preview(session: Session, import_id: int, *, actor: Actor) -> Preview:
    """Examine the first rows of a waiting file.

    Raises:
        NotFound: when there is none of the actor's.
        FileRefused: when the file breaks off among them.
    """
    import_ = imports.waiting(session, import_id, actor=actor)
    reader = RowReader.of(session, import_)
    file = import_files.opened(session, import_.id)
    first = list(islice(import_sources.rows_of(file, import_), EXAMINED_ROWS + 1))
    keys = Keys(partial(count_stored, session))
    read = [reader.read(row) for row in first[:EXAMINED_ROWS]]
    keyed = [KeyedRow(each, keys.key(each.identity) if each.is_right else "") for each in read]
    return Preview(
        import_=import_,
        rows=tuple(read),
        sorted=import_storing.sort(session, keyed),
        is_whole=len(first) <= EXAMINED_ROWS,
        earlier=earlier_with_content(session, import_),
    )
