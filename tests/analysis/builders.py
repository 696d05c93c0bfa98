"""Small builders for analysis tests."""

from collections.abc import Sequence

from analysis.themes import Document
from analysis.tokens import content_words, tokenizer


def a_document(
    text: str, submission: int = 0, campaign: int | None = None, engine: str = "auto"
) -> Document:
    words = tuple(content_words(tokenizer(engine).tokens(text)))
    return Document(text, words, submission, campaign)


def documents(texts: Sequence[str], engine: str = "auto") -> list[Document]:
    return [a_document(text, at, engine=engine) for at, text in enumerate(texts)]
