"""Rows of a table taken through every stage up to themes; what the command line is made of."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from sys import intern

from analysis import language, screening, statements
from analysis.cache import Cut, TokenCache
from analysis.campaigns import CampaignMember
from analysis.mapping import Local, Mapper
from analysis.paraphrases import Words
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


Cuts = list[list[Cut]]
Progress = Callable[[Iterable[Cuts], int], Iterable[Cuts]]


def read(
    texts: Sequence[str],
    *,
    whole: bool = False,
    engine: str = "auto",
    mapper: Mapper | None = None,
    cache: TokenCache | None = None,
    progress: Progress | None = None,
) -> list[Piece]:
    """Split and tokenise texts, equal ones once; ``whole`` keeps each text as one piece."""
    distinct = list(dict.fromkeys(texts))
    known = cache.found(distinct) if cache else {}
    missing = [text for text in distinct if text not in known]
    chunks = [missing[at : at + _CHUNK] for at in range(0, len(missing), _CHUNK)]
    done = _cut_all(chunks, whole, engine, mapper if len(missing) >= _WORTH_PROCESSES else None)
    if progress is not None and chunks:
        done = progress(done, len(chunks))
    for chunk, cuts in zip(chunks, done, strict=True):
        new = [(text, _shared(own)) for text, own in zip(chunk, cuts, strict=True)]
        known.update(new)
        if cache:
            cache.keep(new)
    return [
        Piece(row, number, text[start:end], words)
        for row, text in enumerate(texts)
        for number, (start, end, words) in enumerate(known[text])
    ]


def words_of_rows(pieces: Sequence[Piece]) -> Words:
    """Return what gives the words of rows, for ``find_campaigns``; pieces are in row order."""
    rows = [piece.row for piece in pieces]

    def words(wanted: Sequence[int]) -> list[list[str]]:
        return [
            [
                word
                for piece in pieces[bisect_left(rows, row) : bisect_right(rows, row)]
                for word in piece.words
            ]
            for row in wanted
        ]

    return words


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


def _cut_all(
    chunks: Sequence[Sequence[str]], whole: bool, engine: str, mapper: Mapper | None
) -> Iterable[Cuts]:
    name = tokenizer(engine).name  # so that ``auto`` means the same wherever a chunk runs
    return (mapper or Local()).map(partial(_cut_chunk, whole=whole, engine=name), chunks)


def _cut_chunk(texts: Sequence[str], *, whole: bool, engine: str) -> Cuts:
    cutter = tokenizer(engine)
    return [list(_cuts(text, whole, cutter)) for text in texts]


def _cuts(text: str, whole: bool, cutter: Tokenizer) -> Iterator[Cut]:
    spans = [(0, len(text))] if whole else [(one.start, one.end) for one in statements.split(text)]
    for start, end in spans:
        yield start, end, tuple(map(intern, theme_words(text[start:end], cutter)))


def _shared(cuts: list[Cut]) -> list[Cut]:
    """Let equal words be one string again, which they no longer are when they were sent here."""
    return [(start, end, tuple(map(intern, words))) for start, end, words in cuts]
