"""Texts that say nothing: 特になし, わからない, テスト, only marks, only greetings."""

import re

from analysis import lexicon
from analysis.normalize import plain

_LONGEST_ANSWER = 24
_LONGEST_GREETING = 60
_DECORATION = re.compile(r"[\s。、.,!?・…~〜ー\-_()（）「」『』\"'*#/:;|<>^=+@&%$\\\[\]{}]+")
_SENTENCE_END = re.compile(r"[。!?\n.]+")
_LETTER = re.compile(r"[^\W_]")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_ACKNOWLEDGEMENT = frozenset(("以上", "以上です", "無視してください", "気にしないでください"))


def is_non_opinion(text: str) -> bool:
    """Tell whether the whole text says nothing: 特になし, わからない, テスト, only marks."""
    written = plain(text)
    letters = letters_of(written)
    if not _LETTER.search(letters) or len(set(letters)) == 1:
        return True
    if len(letters) <= _LONGEST_ANSWER and _is_empty_answer(letters):
        return True
    return len(letters) <= _LONGEST_GREETING and _only_greets(written)


def letters_of(text: str) -> str:
    """Return the letters of normalised text in lower case, marks and spaces gone."""
    return _DECORATION.sub("", text).lower()


def _only_greets(text: str) -> bool:
    """Tell whether every sentence greets, thanks or says nothing."""
    sentences = [part for part in _SENTENCE_END.split(text) if letters_of(part)]
    return all(_is_empty_sentence(part) for part in sentences)


def _is_empty_sentence(sentence: str) -> bool:
    letters = letters_of(sentence)
    if letters in _ACKNOWLEDGEMENT or _is_empty_answer(letters):
        return True
    close = re.sub(r"\s", "", sentence)
    return any(pattern.fullmatch(close) for pattern in _greetings())


def _is_empty_answer(letters: str) -> bool:
    pattern = _non_opinions()
    return bool(pattern.fullmatch(letters) or pattern.fullmatch(letters.translate(_TO_HIRAGANA)))


@lexicon.remembered
def _non_opinions() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lexicon.lines("non_opinions")))


@lexicon.remembered
def _greetings() -> tuple[re.Pattern[str], ...]:
    return (*lexicon.patterns("courtesies"), *lexicon.patterns("good_wishes"))
