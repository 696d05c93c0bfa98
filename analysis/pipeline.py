"""Rows of a table taken through every stage up to themes; what the command line is made of."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from sys import intern

from analysis import language, lexicon, screening, statements
from analysis.cache import Cut, TokenCache
from analysis.campaigns import CampaignMember
from analysis.mapping import Local, Mapper
from analysis.paraphrases import Words
from analysis.results import Document
from analysis.statements import Statement
from analysis.tokens import Tokenizer, content_words, tokenizer

_CHUNK = 500
_WORTH_PROCESSES = {"mecab": 4_000, "janome": 1_500}
"""From how many texts on processes save more time than their start takes."""


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
    name = tokenizer(engine).name  # so that ``auto`` means the same wherever a chunk runs
    where = mapper if mapper and len(missing) >= _WORTH_PROCESSES[name] else Local()
    cut = partial(_cut_chunk, whole=whole, engine=name, added=lexicon.extra())
    done: Iterable[Cuts] = where.map(cut, chunks)
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
        Document(
            piece.text,
            piece.words,
            piece.row,
            members[piece.row].campaign,
            members[piece.row].is_representative,
        )
        for piece in pieces
    ]


def theme_words(text: str, engine: Tokenizer, heading: str = "") -> tuple[str, ...]:
    """Return the words a text is themed by; other languages and non-opinions have none.

    A heading lends its words to what stands below it.
    """
    if language.guess_language(text) != "ja" or screening.is_non_opinion(text):
        return ()
    own = content_words(engine.tokens(text))
    if own and heading:
        own = [*dict.fromkeys(content_words(engine.tokens(heading))), *own]
    return tuple(own)


def _cut_chunk(texts: Sequence[str], *, whole: bool, engine: str, added: lexicon.Extra) -> Cuts:
    lexicon.adopt(added)
    cutter = tokenizer(engine)
    return [list(_cuts(text, whole, cutter)) for text in texts]


def _cuts(text: str, whole: bool, cutter: Tokenizer) -> Iterator[Cut]:
    said = [Statement(0, len(text), text)] if whole else statements.split(text)
    for one in said:
        yield one.start, one.end, tuple(map(intern, theme_words(one.text, cutter, one.heading)))


def _shared(cuts: list[Cut]) -> list[Cut]:
    """Let equal words be one string again, which they no longer are when they were sent here."""
    return [(start, end, tuple(map(intern, words))) for start, end, words in cuts]
