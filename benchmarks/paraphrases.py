"""Invented mass posts put in other words, and opinions that only speak of the same thing."""

import csv
from dataclasses import dataclass
from pathlib import Path

_POSTS = Path(__file__).parents[1] / "tests" / "data" / "paraphrased_posts.csv"
GRADES = ("near", "middle", "far")


@dataclass(frozen=True, slots=True)
class Planted:
    """A text, the post it belongs to, and its kind; tests/data/README.md says what those mean."""

    post: str
    kind: str
    text: str

    @property
    def paraphrases(self) -> bool:
        """Whether it is one of the graded paraphrases of its post."""
        return self.kind in GRADES


def planted() -> list[Planted]:
    """Return every text of tests/data/paraphrased_posts.csv."""
    with _POSTS.open(encoding="utf-8", newline="") as file:
        return [Planted(**row) for row in csv.DictReader(file)]
