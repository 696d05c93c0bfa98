"""Words of texts kept on disk from run to run, found again by what the text says.

A cache holds for one engine and one state of the rules: its file is named after the tokenizer,
its version, and a digest of the word lists and of the code that splits and tokenises. It keeps
hashes of texts and the words found in them, never a text.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from sys import intern

from analysis import lexicon
from analysis.io import InputError
from analysis.tokens import Tokenizer

Cut = tuple[int, int, tuple[str, ...]]
"""Where a statement stands in its text, and the words it is themed by."""

_RULES = (
    "joints",
    "language",
    "letters",
    "normalize",
    "pipeline",
    "screening",
    "sentences",
    "spelling",
    "statements",
    "tokens",
    "words",
)
_KEYS_AT_ONCE = 500
_SECONDS_TO_WAIT = 60
_PIECE, _WORD = "\x1e", "\x1f"  # normalised words hold no control characters


class TokenCache:
    """Cuts by text: ``found`` what is known, ``keep`` what is new."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Use an open database; see ``opened``."""
        self._connection = connection
        self._path = path

    def found(self, texts: Sequence[str]) -> dict[str, list[Cut]]:
        """Return the cuts of the texts that were kept before."""
        known: dict[str, list[Cut]] = {}
        with _clear_errors(self._path):
            for start in range(0, len(texts), _KEYS_AT_ONCE):
                by_key = {_key(text): text for text in texts[start : start + _KEYS_AT_ONCE]}
                marks = ",".join("?" * len(by_key))
                rows = self._connection.execute(
                    f"SELECT key, cuts FROM texts WHERE key IN ({marks})",  # noqa: S608
                    list(by_key),
                )
                known.update((by_key[key], _unpacked(cuts)) for key, cuts in rows)
        return known

    def keep(self, cuts: Iterable[tuple[str, list[Cut]]]) -> None:
        """Keep the cuts of some texts."""
        with _clear_errors(self._path), self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO texts VALUES (?, ?)",
                [(_key(text), _packed(own)) for text, own in cuts],
            )


@contextmanager
def opened(folder: Path | None, engine: Tokenizer, *, whole: bool) -> Iterator[TokenCache | None]:
    """Open the cache of ``folder`` for this engine; None when there is no folder."""
    if folder is None:
        yield None
        return
    unit = "submission" if whole else "statement"
    path = folder / f"{engine.name}-{engine.version}-{unit}-{_rules()}.sqlite3"
    with _clear_errors(path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_SECONDS_TO_WAIT)
    with closing(connection):
        with _clear_errors(path):
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS texts (key BLOB PRIMARY KEY, cuts BLOB) WITHOUT ROWID"
            )
        yield TokenCache(connection, path)


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise InputError(
            f"キャッシュを使えません: {path}（{error}）。消してからやり直してください。"
        ) from error


@lexicon.remembered
def _rules() -> str:
    """Return a digest of everything that decides what the words of a text are."""
    digest = blake2b(lexicon.digest().encode(), digest_size=6)
    for module in _RULES:
        digest.update((files("analysis") / f"{module}.py").read_bytes())
    return digest.hexdigest()


def _key(text: str) -> bytes:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def _packed(cuts: Sequence[Cut]) -> bytes:
    pieces = (_WORD.join((str(start), str(end), *words)) for start, end, words in cuts)
    return _PIECE.join(pieces).encode(errors="surrogatepass")


def _unpacked(packed: bytes) -> list[Cut]:
    text = packed.decode(errors="surrogatepass")
    cuts: list[Cut] = []
    for piece in text.split(_PIECE) if text else ():
        start, end, *words = piece.split(_WORD)
        cuts.append((int(start), int(end), tuple(map(intern, words))))
    return cuts
