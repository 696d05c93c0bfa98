"""Which language a text is in, by its letters alone: enough to keep it out of the wrong themes."""

import re

_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_HAN = re.compile(r"[\u3400-\u9fff々〆]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
# Words of everyday Chinese that a Japanese note in kanji alone does not use.
_CHINESE = re.compile(
    r"[的了們们這这個个嗎吗呢吧啊很請请您沒没還还讓让給给為为麼么]|我們|可以|希望能"
)


def guess_language(text: str) -> str:
    """Return ``ja``, ``en``, ``zh`` or ``ko``; Japanese when nothing speaks against it.

    Any Latin-script language counts as ``en``: stored and shown, not themed as Japanese.
    """
    kana = len(_KANA.findall(text))
    hangul = len(_HANGUL.findall(text))
    han = len(_HAN.findall(text))
    latin = len(_LATIN.findall(text))
    if hangul > kana + han:
        return "ko"
    if kana == 0 and han:
        return "zh" if _looks_chinese(text, han) else ("en" if latin > 2 * han else "ja")
    if latin > 2 * (kana + han):
        return "en"
    if han > 20 * kana and _CHINESE.search(text):
        return "zh"
    return "ja"


def _looks_chinese(text: str, han: int) -> bool:
    return bool(_CHINESE.search(text)) or (han >= 2 and not _all_in_japanese_set(text))


def _all_in_japanese_set(text: str) -> bool:
    """Simplified letters such as 办 or 网 are missing from the Japanese character set."""
    try:
        "".join(_HAN.findall(text)).encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
