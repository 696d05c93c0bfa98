"""What is hidden now in a submission, for rooms that hold text or words made of it before.

The citizen's words stay behind the door: rooms ask here what to forget, and keep nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer, content_words
from feedback.intake import service as intake
from feedback.screening import masking, redo
from feedback.screening.models import marks_of, statements_of
from feedback.screening.quoted import Original


@dataclass(frozen=True, slots=True)
class Hidden:
    """What must no longer be said of one submission."""

    originals: tuple[Original, ...]
    """Statements, then body and title."""
    words: frozenset[str]
    """The content words of what is masked."""

    def quoted(self, quote: str) -> str | None:
        """A quote masked as its words are now; None when it is not from this submission."""
        return next((said for each in self.originals if (said := each.quoted(quote))), None)


def hidden_in(session: Session, submission_id: int, tokenizer: Tokenizer) -> Hidden:
    """What the masks of a submission hide; nothing when it has none."""
    spans = redo.spans_of(marks_of(session, submission_id))
    if not any(spans.values()):
        return Hidden((), frozenset())
    (words,) = intake.words_for_screening(session, [submission_id])
    originals = [
        Original.of(
            words.body[each.start : each.end], masking.inside(spans["body"], each.start, each.end)
        )
        for each in statements_of(session, submission_id)
    ]
    originals += [Original.of(words.body, spans["body"]), Original.of(words.title, spans["title"])]
    texts = [words.title[each.start : each.end] for each in spans["title"]]
    texts += [words.body[each.start : each.end] for each in spans["body"]]
    said = {word for text in texts for word in content_words(tokenizer.tokens(text))}
    return Hidden(tuple(originals), frozenset(said))
