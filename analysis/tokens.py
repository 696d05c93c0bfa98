"""Words of a Japanese text: two engines over the same dictionary (IPADIC), one result.

Janome is the reference and always there; MeCab (``fugashi`` with ``ipadic``) is for bulk.
Both are fed the same normalised pieces: Latin words, numbers, signs and white space are cut out
before they reach an engine, since that is where the two would differ.
"""

import importlib.util
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple, Protocol

from janome.lattice import NodeType
from janome.tokenizer import Token as JanomeToken
from janome.tokenizer import Tokenizer as Janome

from analysis import lexicon
from analysis.letters import corrected
from analysis.normalize import Normalized, normalize
from analysis.spelling import shorter

Morpheme = tuple[str, str, str]
"""Surface, base form (empty when the dictionary doesn't know the word), part of speech."""

# Only what is read, so that most lines repeat and are understood once; unknown words have no base.
_READ = r"%f[0],%f[1],%f[2],%f[3]"
_OUTPUT = rf'-F "%m\t%f[6]\t{_READ}\n" -U "%m\t\t{_READ}\n" -E ""'
_KNOWN_AT_MOST = 200_000
_JIS_X_0208 = 2  # bytes a letter in EUC-JP
_STRANGE = "名詞,一般,*,*"
_STRANGE_LETTERS_AT_MOST = 12
_LETTERS_TO_BE_TOLD_UNVOICED = 5
_KATAKANA = re.compile("[ァ-ヺ]")
_UNKNOWN_LETTER = re.compile(r"[\u3041-\u3096\u3400-\u9fff\U00020000-\U0003ffff]")


def _beyond_jis() -> str:
    """Return the kanji outside JIS X 0208, of which IPADIC is made: no word has them.

    Kanji around one are Chinese, and are letters alone too.
    """
    letters = map(chr, range(0x3400, 0xA000))
    return "".join(one for one in letters if len(one.encode("euc_jp", "ignore")) != _JIS_X_0208)


_PIECE = re.compile(
    r"(?P<address>https?://[!-~]+|www\.[!-~]+|[\w.+-]+@[\w-]+\.[\w.-]+)"
    r"|(?P<latin>[A-Za-zÀ-ɏ]+[A-Za-zÀ-ɏ0-9]*(?:['.&+_-][A-Za-zÀ-ɏ0-9]+)*)"
    r"|(?P<reading>(?<=[\u3400-\u9fff々])\([\u3041-\u3096ー]+\))"
    r"|(?P<number>[0-9]+(?:[.,][0-9]+)*)"
    r"|(?P<sign>[\W_]+)"
    rf"|(?P<strange>[\u3400-\u9fff]{{0,200}}[{_beyond_jis()}\U00020000-\U0003ffff]"
    rf"[\u3400-\u9fff\U00020000-\U0003ffff]*)"
    rf"|(?P<run>[^\W_A-Za-zÀ-ɏ0-9{_beyond_jis()}\U00020000-\U0003ffff]{{1,1000}})"
)


class Token(NamedTuple):
    """One word as written and in its dictionary form; offsets into the text that was given."""

    surface: str
    base: str
    pos: str
    start: int
    end: int


class Tokenizer(Protocol):
    """Cuts a text into words."""

    name: str
    version: str

    def tokens(self, text: str) -> list[Token]:
        """Return the words of ``text`` in order; white space yields none."""
        ...


class MissingTokenizerError(RuntimeError):
    """The engine that was asked for is not installed here."""


class _Engine:
    """What both engines share: pieces, offsets, and the user dictionary."""

    name: str
    version: str

    def _morphemes(self, run: str) -> list[Morpheme]:
        raise NotImplementedError

    def tokens(self, text: str) -> list[Token]:
        """Return the words of ``text`` in order."""
        even = corrected(normalize(text))
        found: list[Token] = []
        for piece in _PIECE.finditer(even.text):
            at = piece.start()
            for surface, base, pos in self._piece(piece):
                end = at + len(surface)
                found.append(Token(surface, base, pos, at, end))
                at = end
        return found if even.starts is None else [_moved(one, even) for one in found]

    def _evened(self, run: str) -> list[Morpheme]:
        """Cut letters that begin no word out alone: each engine would group them in its own way."""
        found: list[Morpheme] = []
        for _ in range(_STRANGE_LETTERS_AT_MOST):
            morphemes = self._morphemes(run)
            at = _strange(morphemes)
            if at is None:
                return found + [(one, base or one, pos) for one, base, pos in morphemes]
            before = self._morphemes(run[:at]) if at else []
            found += [*before, (run[at], run[at], _STRANGE)]
            run = run[at + 1 :]
        return [
            (one, base or one, pos)
            for one, base, pos in (*found, *(self._morphemes(run) if run else ()))
        ]

    def _piece(self, piece: re.Match[str]) -> list[Morpheme]:
        written = piece.group()
        match piece.lastgroup:
            case "run":
                return _join_terms(self._evened(written))
            case "strange":
                return [(letter, letter, _STRANGE) for letter in written]
            case "latin":
                return [(written, written.lower(), "名詞,固有名詞,ラテン")]
            case "number":
                return [(written, written, "名詞,数")]
            case "address":
                return [(written, written, "記号,アドレス")]
            case _:
                return [] if written.isspace() else [(written, written, "記号,一般")]


def _moved(token: Token, even: Normalized) -> Token:
    """Return the token with offsets into the text that was normalised."""
    start, end = even.span(token.start, token.end)
    return token._replace(start=start, end=end)


class JanomeTokenizer(_Engine):
    """The reference: pure Python, always installed."""

    name = "janome"

    def __init__(self) -> None:
        """Open the dictionary that is packed with Janome."""
        self.version = version("janome")
        self._janome = Janome(mmap=True)

    def _morphemes(self, run: str) -> list[Morpheme]:
        return [
            (
                token.surface,
                token.base_form if token.node_type != NodeType.UNKNOWN else "",
                token.part_of_speech,
            )
            for token in self._janome.tokenize(run)
            if isinstance(token, JanomeToken)
        ]


class MecabTokenizer(_Engine):
    """The same dictionary through MeCab, for bulk."""

    name = "mecab"

    def __init__(self) -> None:
        """Open MeCab; raises MissingTokenizerError when it is not installed."""
        if not mecab_installed():
            raise MissingTokenizerError(
                "MeCab が見つかりません。pip install fugashi ipadic を実行するか、"
                "--tokenizer janome を指定してください。"
            )
        import fugashi
        import ipadic

        self.version = f"{version('fugashi')}+ipadic-{version('ipadic')}"
        self._tagger: Any = fugashi.GenericTagger(f"{ipadic.MECAB_ARGS} {_OUTPUT}")
        self._known: dict[str, Morpheme] = {}

    def _morphemes(self, run: str) -> list[Morpheme]:
        known = self._known
        if len(known) > _KNOWN_AT_MOST:
            known.clear()
        return [
            known.get(line) or known.setdefault(line, _morpheme(line))
            for line in self._tagger.parse(run).split("\n")
            if line
        ]


def _morpheme(line: str) -> Morpheme:
    """Read one line of MeCab's output: surface, base form, part of speech."""
    surface, base, kinds = line.split("\t")
    pos = ",".join(kind or "*" for kind in kinds.split(","))
    return surface, base, pos


def _strange(morphemes: Sequence[Morpheme]) -> int | None:
    """Return where the first kanji or hiragana stands that begins no word of the dictionary."""
    at = 0
    for surface, base, _ in morphemes:
        if not base and _UNKNOWN_LETTER.match(surface):
            return at
        at += len(surface)
    return None


def mecab_installed() -> bool:
    """Tell whether MeCab and its dictionary can be imported."""
    return all(importlib.util.find_spec(name) for name in ("fugashi", "ipadic"))


@cache
def tokenizer(name: str = "auto") -> Tokenizer:
    """Return the engine of that name, one per process: ``auto``, ``janome`` or ``mecab``."""
    match name:
        case "auto":
            return tokenizer("mecab" if mecab_installed() else "janome")
        case "janome":
            return JanomeTokenizer()
        case "mecab":
            return MecabTokenizer()
        case _:
            raise ValueError(f"unknown tokenizer {name!r}: use auto, janome or mecab")


@lexicon.remembered
def _terms() -> tuple[dict[str, str], frozenset[str]]:
    """What may be written for each term of the user dictionary, and every beginning of that."""
    terms = {
        spelling: term for term in sorted(lexicon.words("terms")) for spelling in _written(term)
    }
    terms |= {term: term for term in lexicon.words("terms")}
    return terms, frozenset(one[:end] for one in terms for end in range(1, len(one) + 1))


def _written(term: str) -> list[str]:
    """Return how else a term may be written: 引落し for 引き落とし, ﾏｲﾅﾝﾊﾞｰ without its ﾞ."""
    others = shorter(term)
    if len(_KATAKANA.findall(term)) >= _LETTERS_TO_BE_TOLD_UNVOICED:
        parts = unicodedata.normalize("NFD", term)
        others.append(unicodedata.normalize("NFC", re.sub("[\u3099\u309a]", "", parts)))
    return others


def _join_terms(morphemes: list[Morpheme]) -> list[Morpheme]:
    """Join neighbours that together spell a term of the user dictionary, longest first."""
    terms, beginnings = _terms()
    joined: list[Morpheme] = []
    at = 0
    while at < len(morphemes):
        if morphemes[at][0] not in beginnings:
            joined.append(morphemes[at])
            at += 1
            continue
        spelled, written, best = "", "", 0
        for ahead in range(at, len(morphemes)):
            spelled += morphemes[ahead][0]
            if spelled not in beginnings:
                break
            if spelled in terms and (ahead > at or _stands_for(terms[spelled], morphemes[at])):
                written, best = spelled, ahead + 1
        if best:
            joined.append((written, terms[written], "名詞,固有名詞,用語"))
            at = best
        else:
            joined.append(morphemes[at])
            at += 1
    return joined


def _stands_for(term: str, morpheme: Morpheme) -> bool:
    """Tell whether one morpheme is the term: a noun, or another spelling of it."""
    return morpheme[0] != term or morpheme[2].startswith("名詞")


def content_words(tokens: Sequence[Token]) -> list[str]:
    """Return the words that carry a theme, in order: base forms and compound nouns."""
    from analysis import words

    return words.content_words(tokens)


def search_words(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return every word a reader might search for, in order, Latin words in lower case."""
    from analysis import words

    return words.search_words(tokenizer.tokens(text))
