"""What is said of a thing: that it be ended, that it is slow, that it can't be read.

Recognises what follows a noun phrase and brings it back to a noun or a dictionary form, with no
tokenizer: 廃止してほしい → の廃止, 増やしてください → を増やす, 廃止しないで → を廃止しない.
A word is only ever inflected, never replaced by another.
"""

import re
from dataclasses import dataclass

from analysis import lexicon

_ROWS = {
    "う": "わいうえおっ",
    "く": "かきくけこい",
    "ぐ": "がぎぐげごい",
    "す": "さしすせそ",
    "つ": "たちつてとっ",
    "ぬ": "なにぬねのん",
    "ぶ": "ばびぶべぼん",
    "む": "まみむめもん",
    "る": "らりるれろっ",
}
_FRONT = frozenset("いきしちにひみりぎじびぴえけせてねへめれげぜでべぺ")
_TO_A_ROW = dict(zip("きぎしちにびみりい", "かがさたなばまらわ", strict=True))
_NOT = re.compile(
    r"([かがさたなばまらわきぎしちにびみり]?)(?:な(?:い|く|かっ|けれ)|ません|ず(?:に)?)"
)
_HARD = re.compile(
    r"([\u4e00-\u9fff]{1,2}[\u3041-\u3096]{0,3}?|つかい|わかり|み|よみ)(にく|づら)[いくかさす]"
)
_DOES = re.compile(
    r"し|す(?:[るべ]|$)|され|させ|せ[ずよ]|(?:が|は|を|も)?(?:でき|出来)"
    r"|を(?:お?願|求|希望|要望|進|急|検討|やめ|行|徹底|強|実|図)|に(?:つ[いき])?(?:賛成|反対)"
    r"|[。!]|$|(?:お?願|希望|要望)|が(?:必要|大切|急務|望)"
)
_CANNOT = re.compile(r"(?:が|は|を|も)?(?:でき|出来)(?:な|ま?せん|ず)|(?:が|は|を|も)?できなかっ")
_DOES_NOT = re.compile(r"(し|され|させ|させられ)(?:な[いく]|ません|ず)|せず|す(?:る)?な(?:[。!]|$)")
_AGAINST = re.compile(
    r"(?:す?る)?(?:こと|の|案)?(?:に|には|は|も)?(?:断固|絶対に?|強く|大|私は|は)?(反対)(?!側|派)"
)
_STOP_IT = re.compile(r"(?:する)?(?:こと|の)?(?:を|は|だけは)(やめ|止め)[てるよまろ]")
_UNWANTED = re.compile(
    r"(?:する|した)?(?:こと|の)?(?:は|には|も)(?:困|おかし|ひど|やり過ぎ|論外|いや|嫌|不安|怖|乱暴)"
    r"|し(?:ては|ちゃ)(?:いけ|なら|困|だめ|駄目)|され(?:ては|ると|たら)困|反対(?:側|派)"
)
_WISH = re.compile(
    r"[てで](?:も)?(?:ほし|欲し|くださ|下さ|いただ|頂|もら|くれ|ちょうだい|[。!]|$)|べき|よう(?:に|お?願)"
    r"|求め|望み|望む|願|希望|要望|提案|急務|必要|大切|たい(?:です|と|。|$|の)|ませんか"
    r"|(?:ば|と)(?:いい|よい|良い|助か|うれし|嬉し|幸い|あり?がた)"
    r"|な(?:い)?で(?:ほし|くださ|下さ|[。!]|$)|こと(?:。|$)|反対"
)
_MADE = re.compile("に(?:し|す[るべ])")
_DID = re.compile("[しす]")
_WANTED = re.compile(
    r"を(?:お?願|求め|望|希望|要望|進め|急|検討|図|徹底|強)|[がは](?:必要|大切|急務|急が|望)|。?$|を。?$"
)
_TRANSITIVE = ("す", "める", "ける", "げる", "てる", "せる")
_VERB_UNWANTED = re.compile(
    r"[\u3041-\u3096]?(?:の|こと)?(?:は|には)(?:困|おかし|ひど|論外|嫌|反対)"
)
_VERB_STOP = re.compile(r"[\u3041-\u3096](?:の|こと)?(?:は|を)(?:やめ|止め)")
_REPORTED = re.compile(
    r"[^。、]{0,5}(?:という(?:案|の|こと|方針|計画|話|考え)|とのこと|とされ|とあ[るり]|と[書言聞])"
)
_BEFORE_A_NOUN = re.compile(r"い[\u3400-\u9fffァ-ヶ]")
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said of a thing: ``before`` and ``after`` stand around the ``word`` in its form."""

    before: str
    form: str
    word: str
    wish: bool
    """Whether it is asked for or complained of, not only told."""


@lexicon.remembered
def _common() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the beginnings of listed words, and the word for each beginning."""
    begins: dict[str, str] = {}
    for word in sorted(lexicon.words("asked")):
        for begin in _beginnings(word):
            begins.setdefault(begin, word)
    return re.compile("|".join(sorted(begins, key=lambda one: (-len(one), one)))), begins


def _beginnings(word: str) -> list[str]:
    """Return how inflected forms of a word begin; the word alone when it is no verb."""
    stem, end = word[:-1], word[-1]
    if end == "い":
        return [stem + one for one in ("い", "く", "か", "け", "す", "さ")]
    if end == "る" and word[-2] in _FRONT:
        return [stem + one for one in "てるれまたなよらずば"]
    return [stem + one for one in _ROWS[end]] if end in _ROWS else [word]


def denied(text: str, at: int) -> bool:
    """Tell whether the thing named up to ``at`` is spoken against: 〜に反対, 〜はやめて."""
    return bool(_AGAINST.match(text, at) or _STOP_IT.match(text, at) or _UNWANTED.match(text, at))


def wished(text: str, at: int) -> bool:
    """Tell whether the words after ``at`` ask for something."""
    end = text.find("。", at)
    ahead = text[at : min(at + _AHEAD, len(text) if end < 0 else end + 1)]
    return bool(_WISH.search(ahead))


def wanted(text: str, at: int) -> bool:
    """Tell whether the thing named up to ``at`` is itself asked for: 〜を求めます, 〜が必要."""
    return bool(_WANTED.match(text, at))


def against(text: str, at: int) -> Asked | None:
    """Read 〜に反対 or 〜ができない straight after a thing."""
    if _CANNOT.match(text, at) and text[at] in "がはも":
        return Asked("が", "できない", "できる", wish=True)
    found = _AGAINST.match(text, at)
    if not found or found.end() - at < 3:
        return None
    return Asked("に", "反対", "反対", wish=True)


def of_noun(text: str, particle: str, noun: str, word: str, end: int) -> Asked | None:
    """Read a noun of action after a particle: を廃止してほしい, が添付できない, で申請したい."""
    topic = particle in "がはも"
    if _CANNOT.match(text, end):
        return Asked("が" if topic else particle, f"{noun}できない", word, wish=True)
    if particle in "をはも" and _MADE.match(text, end):
        return Asked("を", f"{noun}にする", word, wished(text, end))
    not_done = _DOES_NOT.match(text, end)
    if not_done:
        voice = not_done.group(1) or "し"
        kept = "を" if particle in "はも" and voice == "し" else particle
        return Asked(kept, f"{noun}{voice}ない", word, wished(text, end))
    if _UNWANTED.match(text, end) or _REPORTED.match(text, end):
        return None
    return _done(text, particle, noun, word, end)


def _done(text: str, particle: str, noun: str, word: str, end: int) -> Asked | None:
    """Read what is done to (を, は), or with (で), what came before; or to it by others (が).

    市が廃止する does not make 市の廃止, nor does 代わりに入力する make 代わりへの入力.
    """
    if particle == "が":
        passive = text.startswith(("されて", "される", "された", "されま"), end)
        return Asked("が", f"{noun}される", word, wish=True) if passive else None
    if particle not in "をはもで" or not _DOES.match(text, end):
        return None
    joint = "での" if particle == "で" else "の"
    if _AGAINST.match(text, end):
        return Asked(joint, f"{noun}に反対", word, wish=True)
    if _STOP_IT.match(text, end):
        return Asked(joint, f"{noun}をやめる", word, wish=True)
    did = _DID.match(text, end)
    return Asked(joint, noun, word, wished(text, did.end() if did else end))


def of_verb(text: str, particle: str, base: str, word: str, start: int) -> Asked | None:
    """Read a verb or adjective after a particle: を増やして, が小さくて, が開けません."""
    end = start + len(base) - 1
    voice = next((one for one in _voices(base) if text.startswith(one, end)), "")
    stem = base[:-1] + voice
    end = start + len(stem)
    denies = _NOT.match(text, end) if text.startswith(stem, start) else None
    if _REPORTED.match(text, end):
        return None
    if base.endswith("い"):
        return None if denies else _of_adjective(text, particle, base, word, end)
    kept = particle if particle in "をがにで" else None
    if particle in "はも":
        kept = "を" if base.endswith(_TRANSITIVE) and wished(text, end) else None
    if kept is None or _VERB_UNWANTED.match(text, end):
        return None
    if denies:
        mora = denies.group(1)
        form = f"{stem}{_TO_A_ROW.get(mora, mora)}ない"
        return Asked(kept, form, word, not _BEFORE_A_NOUN.match(text, denies.end() - 1))
    form = stem + "る" if voice else base
    stopped = bool(_VERB_STOP.match(text, end))
    if stopped and kept in "をで":
        return Asked(kept, f"{form}のをやめる", word, wish=True)
    wish = stopped or wished(text, end)
    return Asked(kept, form, word, wish) if wish or kept in "をが" else None


def _voices(base: str) -> tuple[str, ...]:
    """Return how the passive and the causative of a verb go on after its stem."""
    if base[-1] not in _ROWS:
        return ()
    begin = _ROWS[base[-1]][0]
    return (f"{begin}れ", f"{begin}せ", *(("られ", "させ") if base[-1] == "る" else ()))


def _of_adjective(text: str, particle: str, base: str, word: str, end: int) -> Asked | None:
    if particle == "を":
        return Asked("を", f"{base[:-1]}くする", word, wished(text, end + 2))
    if particle not in "がはも":
        return None
    return Asked("が", base, word, not _BEFORE_A_NOUN.match(text, end))


def common(text: str, particle: str, start: int) -> Asked | None:
    """Read one of the listed common words, or 〜にくい, after a particle."""
    hard = _HARD.match(text, start)
    if hard and particle in "がはも":
        form = hard.group(1) + ("づらい" if hard.group(2) == "づら" else "にくい")
        return Asked("が", form, hard.group(1), wish=True)
    pattern, words = _common()
    found = pattern.match(text, start)
    if not found:
        return None
    word = words[found.group()]
    if word[-1] in _ROWS or word[-1] == "い":
        return of_verb(text, particle, word, word, start)
    return Asked("が", word, word, wish=True) if particle in "がはも" else None
