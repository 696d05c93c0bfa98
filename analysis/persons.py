"""Whether words are a person's name: by lists of family names, or by the tokenizer's dictionary."""

import re

from analysis import lexicon
from analysis.tokens import Token, tokenizer

_GIVEN_ENDS = frozenset("子美郎夫雄男恵代江香奈介助太樹輝人也彦一二三治司志")
_NOUNS = (
    "名詞,一般",
    "名詞,サ変",
    "名詞,形容",
    "名詞,副詞",
    "名詞,代名詞",
    "副詞",
)
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def is_name(text: str, start: int, end: int) -> bool:
    """Tell whether the words are a family name of ours, or names in the tokenizer's eyes."""
    name = text[start:end]
    families = lexicon.words("family_names")
    if name in families:
        return name not in places() or _tokens_are_person(text, start, end)
    if " " in name and name.split(" ")[0] in families:
        return True
    if is_kana_name(name):
        return True
    return is_full_name(text, start, end) or _tokens_are_person(text, start, end)


def is_full_name(text: str, start: int, end: int) -> bool:
    """Tell whether family and given name are written in one: 斎藤美咲."""
    tokens = words_of(text, start, end)
    if len(tokens) >= 2 and is_person(tokens[0]) and is_person(tokens[1]):
        return True
    name = text[start:end]
    head = next((size for size in (3, 2) if name[:size] in lexicon.words("family_names")), 0)
    given = name[head:]
    if head and re.fullmatch("[ァ-ヶー]{2,4}", given):
        return True
    return bool(head) and ends_as_given(given) and not is_noun(given)


def ends_as_given(given: str) -> bool:
    """Tell whether the last letter is one that given names end in: 美咲子, 三郎."""
    return len(given) > 1 and given[-1] in _GIVEN_ENDS


def _tokens_are_person(text: str, start: int, end: int) -> bool:
    tokens = words_of(text, start, end)
    return bool(tokens) and all(is_person(token) for token in tokens)


def is_person(token: Token) -> bool:
    """Tell whether the dictionary knows the word as a family or a given name."""
    return "人名" in token.pos


def is_noun(word: str) -> bool:
    """Tell whether the dictionary knows the whole as one ordinary word."""
    tokens = tokenizer().tokens(word)
    return len(word) > 1 and len(tokens) == 1 and tokens[0].pos.startswith(_NOUNS)


def words_of(text: str, start: int, end: int) -> list[Token]:
    """Return the words of a stretch, cut with what stands around it in view."""
    first, last = max(0, start - 8), min(len(text), end + 4)
    return [
        token
        for token in tokenizer().tokens(text[first:last])
        if first + token.start >= start and first + token.end <= end and token.surface.strip()
    ]


def is_kana_name(name: str) -> bool:
    """Tell whether a name in kana begins with a family name's reading."""
    first = re.split("[ ・]", name)[0]
    return first.translate(_TO_KATAKANA) in lexicon.words("family_readings")


@lexicon.remembered
def no_persons() -> frozenset[str]:
    """Return what stands before さん and is no name."""
    return lexicon.words("no_persons")


@lexicon.remembered
def endings() -> tuple[str, ...]:
    """Words that are no name and end longer ones: 窓口担当者. One letter may end a name: 金子."""
    return tuple(sorted(word for word in no_persons() if len(word) > 1))


@lexicon.remembered
def places() -> frozenset[str]:
    """Names of places here without 市 or 県, which family names may be too."""
    known = lexicon.words("municipalities") | lexicon.words("plate_places")
    return known | {name[:-1] for name in known if len(name) > 2}
