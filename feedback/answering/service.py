"""The rules of answers: draft, publish, revise."""

from __future__ import annotations

from feedback.answering.reading import PublishedAnswer, published_of

__all__ = ["PublishedAnswer", "published_of"]
