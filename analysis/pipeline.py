"""Rows of a table taken through every stage up to themes; what the command line is made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from joblib import Parallel, delayed

from analysis import language, screening, statements
from analysis.campaigns import CampaignMember
from analysis.results import Document
from analysis.tokens import Tokenizer, content_words, tokenizer

_CHUNK = 500
_WORTH_PROCESSES = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement of one row, with the words it is themed by; no words: it can't be themed."""

    row: int
    number: int
    text: str
    words: tuple[str, ...]


Chunk = list[list[Piece]]
Progress = Callable[[Iterable[Chunk], int], Iterable[Chunk]]


def read(
    texts: Sequence[str],
    *,
    whole: bool = False,
    engine: str = "auto",
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Piece]:
    """Split and tokenise texts, equal ones once; ``whole`` keeps each text as one piece."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows_of[text].append(row)
    distinct = list(rows_of)
    chunks = [distinct[at : at + _CHUNK] for at in range(0, len(distinct), _CHUNK)]
    done = _read_all(chunks, whole, engine, jobs if len(distinct) >= _WORTH_PROCESSES else 1)
    found: list[Piece] = []
    for chunk, pieces_of in zip(
        chunks, progress(done, len(chunks)) if progress else done, strict=True
    ):
        for text, pieces in zip(chunk, pieces_of, strict=True):
            found += [replace(piece, row=row) for row in rows_of[text] for piece in pieces]
    return sorted(found, key=lambda piece: (piece.row, piece.number))


def documents(pieces: Sequence[Piece], members: Sequence[CampaignMember]) -> list[Document]:
    """Return the pieces as documents to be themed."""
    return [
        Document(piece.text, piece.words, piece.row, members[piece.row].campaign)
        for piece in pieces
    ]


def theme_words(text: str, engine: Tokenizer) -> tuple[str, ...]:
    """Return the words a text is themed by; other languages and non-opinions have none."""
    if language.guess_language(text) != "ja" or screening.is_non_opinion(text):
        return ()
    return tuple(content_words(engine.tokens(text)))


def _read_all(
    chunks: Sequence[Sequence[str]], whole: bool, engine: str, jobs: int
) -> Iterator[Chunk]:
    work = (delayed(_read_chunk)(chunk, whole, engine) for chunk in chunks)
    yield from Parallel(n_jobs=jobs, return_as="generator")(work)


def _read_chunk(texts: Sequence[str], whole: bool, engine: str) -> Chunk:
    cutter = tokenizer(engine)
    return [_pieces(text, whole, cutter) for text in texts]


def _pieces(text: str, whole: bool, cutter: Tokenizer) -> list[Piece]:
    cut = [text] if whole else [one.text for one in statements.split(text)]
    return [Piece(0, at, part, theme_words(part, cutter)) for at, part in enumerate(cut)]
