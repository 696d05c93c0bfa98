"""Names of private persons, told by the words around them.

A family name alone is no name: many are places and words too. It counts before さん or 課長, where
somebody gives it (氏名: …, …と申します), at the end of a letter, and beside other personal data.
Those who hold a public office (知事, 市長, 大臣, 議員) are named as such and stay: what they do in
office is what opinions are about.
"""

import re
from collections.abc import Iterator, Sequence

from analysis import lexicon, persons

Span = tuple[int, int]

_K = "一-龥々ヶ﨑髙ツノ"
_OFFICE = (
    "(?:知事|都知事|市長|区長|町長|村長|大臣|首相|総理|議員|議長|大統領|長官|党首"
    "|天皇|皇后|陛下|殿下)"
)
_TITLE = (
    "(?:さん|サン(?![ァ-ヶー])|様(?![式子々相])|さま|氏(?![名神])|くん|君(?!たち|ら)|ちゃん|先生|殿(?![下様])"
    "|課長|係長|部長|次長|主任|主査|主事"
    "|室長|所長|校長|教頭|教諭|園長|医師|弁護士|巡査)"
)
_TITLES = re.compile(_TITLE)
_CALLED = re.compile(
    rf"(?:(?P<kanji>[{_K}]{{1,8}}(?: ?(?:[{_K}]{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヶー]{{2,5}}))??)"
    r"|(?P<kana>(?:[ァ-ヶー]{2,8}(?:[・ ][ァ-ヶー]{1,8}){0,3}|[ぁ-ん]{2,5} [ぁ-ん]{2,5}))) ?$"
)
_LONGEST_NAME = 20
_STATED_HINTS = (
    "名",
    "なまえ",
    "ナマエ",
    "担当",
    "世帯主",
    "差出人",
    "記入者",
    "申請者",
    "届出人",
    "代表者",
    "送信者",
    "ame",
)
_GIVEN_HINTS = ("と申", "といいます", "と言います", "と名乗", "という者", "というもの")
_STATED = re.compile(
    r"(?:氏 ?名|お?名前|お?なまえ|ナマエ|姓名|本名|担当者?名?|署 ?名|名義人?|世帯主|差出人"
    r"|記入者名?|申請者名?|届出人|代表者名?|送信者|Name|name)"
    r"(?P<sign>[\s:/「(は]+)"
    rf"(?P<name>[{_K}]{{1,4}} ?(?:[{_K}]{{1,4}}|[ァ-ヶー]{{2,8}}|[ぁ-ん]{{2,6}})?"
    r"|[ァ-ヶー]{2,8}(?:[ ・][ァ-ヶー]{2,8}){0,2}"
    r"|[ぁ-ん]{2,6} [ぁ-ん]{2,6}|[A-Z][a-z]+ [A-Z][a-z]+)"
)
_GIVEN_AS = re.compile(
    rf"(?P<name>[{_K}]{{1,5}} ?(?:[{_K}]{{1,4}}|[ァ-ヶー]{{2,6}}|[ぁ-ん]{{2,5}})?"
    r"|[ァ-ヶー]{2,10}(?:[・ ][ァ-ヶー]{1,10}){0,3})"
    r" ?と(?P<verb>申し(?!て)|申す|いいます|言います|名乗|いう者|いうもの)"
)
_SPACED = re.compile(
    rf"(?<![{_K}])(?P<family>[{_K}]{{1,8}}) "
    rf"(?P<given>[{_K}]{{1,3}}|[ぁ-ん]{{2,5}}|[ァ-ヶー]{{2,5}})"
    rf"(?![{_K}ァ-ヶー])(?!(?<=[{_K}])[ぁ-ん](?<![はがのをにともでやへ、よとさくちあ]))"
)
_HIRAGANA_WORDS = frozenset(
    (  # noqa: SIM905
        "から まで より など です ます ので けど だけ ほど くらい という とか では には とも さん"
    ).split()
)
_OPENS = re.compile(
    "(?:^|[。\n「(:]|(?:父|母|夫|妻|主人|息子|娘|祖父|祖母|兄|弟|姉|妹|長男|長女|次男|次女)の?"
    "|私は|提出者) ?$"
)
_CLOSES = re.compile(r"$|[\s、。()（]|です|と申|といい|より|宛|様")
_SPACED_KANA = re.compile(
    "(?<![ァ-ヶー])(?P<kata>[ァ-ヶー]{2,6}) (?P<katagiven>[ァ-ヶー]{2,6})(?![ァ-ヶー])"
    "|(?<![ぁ-ん])(?P<hira>[ぁ-ん]{2,6}) (?P<hiragiven>[ぁ-ん]{2,5})(?=$|[\\n、。)と])"
)
_JOINED = re.compile(
    rf"(?<![{_K}])(?P<name>[{_K}]{{2,6}}(?:[ぁ-ん]{{2,3}}|[ァ-ヶー]{{2,4}})??)"
    r"(?P<behind>\s*(?:です|と申|より|拝|でございます|\(|<|$|\n|@[一-龥]|、夫|、妻|、私|は、))",
    re.MULTILINE,
)
_ENGLISH = re.compile(
    r"(?:[Mm]y name is |\bI am (?=[A-Z][a-z]+ [A-Z])|\bI'm (?=[A-Z][a-z]+ [A-Z]))"
    r"(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})"
    r"|(?:[Rr]egards|[Ss]incerely|[Yy]ours|[Tt]hank you|[Tt]hanks)[,.]?\s*\n\s*"
    r"(?P<signed>[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})"
)
_IN_HIRAGANA = re.compile("[ぁ-ん]$")
_ENGLISH_HINTS = ("name is", "I am", "I'm", "egards", "incerely", "ours", "hank")
_I_AM = re.compile("(?:わたし|私|ぼく|僕|おれ)は ?(?P<name>[ァ-ヶー]{2,8}|[ぁ-ん]{2,6})(?=です)")
_CHILD = re.compile(
    r"(?:^|[「、\s]|[一-龥ァ-ヶー]の)(?P<name>(?!おば|おじ|おに|おね|あか|じい|ばあ|にい|ねえ|みんな|[のとをにもがはで])[ぁ-ん]{2,3})"
    "(?=(?:ちゃん|くん)(?:[のがはもにを、。]|$))"
)
_KIN = re.compile(
    "(?:長男|次男|三男|長女|次女|三女|息子|娘|妻|夫|父|母|祖父|祖母|孫|弟|妹|兄|姉)(?:の|は|\\()?$"
)
_SELF = re.compile("(?:私|私こと|わたし|僕|当方|担当|係|者)(?:は|の|:)?$")
_MEMBER = re.compile(
    "(?:在住の|住む|市の|区の|町の|村の|県の|会社.{0,10}の|商店の|課の|学校の|会の)$"
)
_ROLE = re.compile(
    "(?:職員|担当|隣|友人|係|課|室|窓口|受付|近所|会長|主任|先生|者|世帯主|名義人?|署名|氏名)$"
)
_BEGINS = re.compile(r"(?:^|[。\n、「(])\s*$")
_OFFICE_BEFORE = re.compile(rf"{_OFFICE}(?:の|・| )?$")
_OFFICE_BEHIND = re.compile(rf" ?(?:前|元|現)?[一-龥ァ-ヶー]{{0,7}}?{_OFFICE}")
_NO_PERSON = re.compile(
    "(?:課|会|社|店|所|局|部|室|庁|県|市|区|町|村|協会|クラブ|大学|高校|学校|銀行|病院|園)$"
)
_NAMED_BESIDE = re.compile(
    rf"(?P<name>[{_K}]{{2,6}}(?:[ァ-ヶー]{{2,4}}|[ぁ-ん]{{2,3}})??|[A-Z][a-z]+ [A-Z][a-z]+)"
    r"[ \n(<、:/]{1,3}$"
)
_NAMED_BEHIND = re.compile(
    rf"(?:[ \n()、」。]{{0,3}}の?)(?P<name>[ァ-ヶー]{{2,6}} [ァ-ヶー]{{2,6}}"
    rf"|[{_K}]{{2,6}}?(?:[ァ-ヶー]{{2,4}}|[ぁ-ん]{{2,3}})??)"
    r"(?=[\n 、。)(]|です|と申|宛|あて|様|$)"
)


def names(text: str, others: Sequence[Span]) -> Iterator[Span]:
    """Yield the places of names in normalised text; ``others`` are the other personal data."""
    for find in (_called, _stated, _given_as, _spaced, _joined, _i_am):
        for start, end in find(text):
            if not _holds_office(text, start, end):
                yield start, end
    if any(hint in text for hint in _ENGLISH_HINTS):
        for match in _ENGLISH.finditer(text):
            yield match.span(match.lastgroup or 0)
    if "ちゃん" in text or "くん" in text:
        for match in _CHILD.finditer(text):
            yield match.span("name")
    yield from _beside(text, others)


_LONGEST_FAMILY = 4


def _called(text: str) -> Iterator[Span]:
    for title in _TITLES.finditer(text):
        first = max(0, title.start() - _LONGEST_NAME)
        match = _CALLED.search(text[first : title.start()])
        if match is None:
            continue
        start, end = match.span(match.lastgroup or 0)
        start, end = first + start, first + end
        if match["kana"]:
            if not persons.is_kana_name(match["kana"]) and text[start] in "のとは":
                start += 1
            if persons.is_kana_name(text[start:end]) or (
                "・" in match["kana"] and text[start] >= "ァ"
            ):
                yield start, end
            continue
        began = _where_name_begins(text, start, end)
        if began is not None:
            yield began, end


def _where_name_begins(text: str, start: int, end: int) -> int | None:
    """Return where the name in a run of kanji before さん begins, if it ends in one."""
    run = text[start:end]
    if run in persons.no_persons() or run.endswith(persons.endings()):
        return None
    families = lexicon.words("family_names")
    head = next((size for size in (3, 2, 1) if run[:size] in families), 0)
    if head and len(run) - head <= 4 and (head > 1 or len(run) == 1 or " " in run):
        return start
    for size in (4, 3, 2, 1):
        if run[-size:] in families and size < len(run) and _ROLE.search(run[:-size]):
            return end - size
    tokens = persons.words_of(text, start, end)
    if tokens and all(persons.is_person(token) for token in tokens):
        return start
    return None


def _stated(text: str) -> Iterator[Span]:
    if not any(hint in text for hint in _STATED_HINTS):
        return
    for match in _STATED.finditer(text):
        start, end = match.span("name")
        end = start + len(match["name"].rstrip())
        start, end = _without_particles(text, start, end)
        first = text[start:end].split(" ", maxsplit=1)[0]
        if (
            len(first) > 2
            and first != text[start:end]
            and persons.is_full_name(text, start, start + len(first))
        ):
            end = start + len(first)
        name = text[start:end]
        told = " " in name and ("は" not in match["sign"] or "ァ" <= name[0] <= "ヶ")
        told = told and not persons.is_noun(name.split(" ")[0])
        if not _NO_PERSON.search(name) and (told or persons.is_name(text, start, end)):
            yield start, end


def _without_particles(text: str, start: int, end: int) -> Span:
    """Cut a hiragana tail that is the sentence going on: 佐藤です, 山田から."""
    name = text[start:end]
    tail = re.search(
        r"(?<=[一-龥々ァ-ヶー])(?:です|でし|から|より|まで|という|とい|さん|です.*|なの|ですが|にな|あて)$",
        name,
    )
    return (start, start + tail.start()) if tail else (start, end)


def _given_as(text: str) -> Iterator[Span]:
    if not any(hint in text for hint in _GIVEN_HINTS):
        return
    for match in _GIVEN_AS.finditer(text):
        start, end = match.span("name")
        name = match["name"]
        if _NO_PERSON.search(name):
            continue
        told = match["verb"].startswith("申") and not _IN_HIRAGANA.search(name)
        if told or "・" in name or persons.is_name(text, start, end):
            began = _where_name_begins(text, start, end)
            yield (began if began is not None else start), end


def _spaced(text: str) -> Iterator[Span]:
    if " " not in text:
        return
    for match in _each_spaced(text):
        given = match["given"]
        start = _where_family_begins(match["family"], match.start())
        if given in _HIRAGANA_WORDS or given.startswith(tuple(persons.places())):
            continue
        if start is None:
            if _is_rare_name(text, *match.span()):
                yield match.span()
            continue
        family = text[start : match.end("family")]
        opens = bool(_OPENS.search(text[max(0, start - 8) : start]))
        if "ァ" <= given[0] <= "ヶ" and family in persons.places():
            continue
        if opens or not persons.is_noun(given) or _stands_alone(text, *match.span()):
            yield start, match.end()
    for match in _SPACED_KANA.finditer(text):
        if persons.is_kana_name(match.group()):
            yield match.span()


def _is_rare_name(text: str, start: int, end: int) -> bool:
    """Two words of kanji where a name is written, one of which the tokenizer takes for a name."""
    family, given = text[start:end].split(" ")
    if len(family) > _LONGEST_FAMILY or not _opens_or_closes(text, start, end):
        return False
    if persons.is_noun(family) or persons.is_noun(given):
        return False
    return any(
        persons.is_person(token) for token in persons.words_of(text, start, end)
    ) or persons.ends_as_given(given)


def _opens_or_closes(text: str, start: int, end: int) -> bool:
    """Tell whether the words stand at the beginning of a sentence, or alone on a line."""
    before = bool(_OPENS.search(text[max(0, start - 8) : start])) or text[start - 1] in "、)」 "
    return before and bool(_CLOSES.match(text, end))


def _each_spaced(text: str) -> Iterator[re.Match[str]]:
    """Two words with a space between, the second of one also tried as the first of the next."""
    at = 0
    while (match := _SPACED.search(text, at)) is not None:
        yield match
        at = match.start("given")


def _i_am(text: str) -> Iterator[Span]:
    """わたしはチャンです: a name in kana that is in the list."""
    for match in _I_AM.finditer(text):
        if persons.is_kana_name(match["name"]):
            yield match.span("name")


def _where_family_begins(run: str, start: int) -> int | None:
    """Return where a family name begins in a run of kanji: 田中, 世帯主田中."""
    families = lexicon.words("family_names")
    if run in families or run in lexicon.words("family_letters"):
        return start
    for size in (3, 2):
        if run[-size:] in families and _ROLE.search(run[:-size]):
            return start + len(run) - size
    return None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a line holds nothing else."""
    return text[:start].endswith(("\n", "\n ")) and text[end : end + 1] in ("", "\n")


def _joined(text: str) -> Iterator[Span]:
    families = lexicon.words("family_names")
    for match in _JOINED.finditer(text):
        start, end = match.span("name")
        name = match["name"]
        if name[:2] not in families and name[:3] not in families:
            continue
        if name in families:
            before = text[max(0, start - 16) : start]
            told = _SELF.search(before) or _MEMBER.search(before)
            begins = _BEGINS.search(before) and not match["behind"].isspace() and match["behind"]
            if (
                (told or begins)
                and name not in persons.places()
                and persons.is_name(text, start, end)
            ):
                yield start, end
        elif persons.is_full_name(text, start, end):
            yield start, end


def _beside(text: str, others: Sequence[Span]) -> Iterator[Span]:
    """Names next to a phone number, an address or a date of birth, as in a signature."""
    for start, end in others:
        before = _NAMED_BESIDE.search(text, max(0, start - 24), start)
        behind = _NAMED_BEHIND.match(text, end)
        for match in (before, behind):
            if match is None:
                continue
            place = match.span("name")
            if (
                match["name"].isascii()
                or (match is behind and "ァ" <= match["name"][0] <= "ヶ" and " " in match["name"])
                or persons.is_name(text, *place)
                or _KIN.search(text[: place[0]][-4:])
            ):
                yield place
            elif before is match and (kin := _kin(text, *place)):
                yield kin


def _kin(text: str, start: int, end: int) -> Span | None:
    """長男悠斗 is a word of kin and a name."""
    match = re.match(
        "(?:長男|次男|三男|長女|次女|三女|息子|娘|祖父|祖母)(?=[一-龥]{1,3}$)", text[start:end]
    )
    return (start + match.end(), end) if match else None


def _holds_office(text: str, start: int, end: int) -> bool:
    return bool(
        _OFFICE_BEFORE.search(text[max(0, start - 8) : start]) or _OFFICE_BEHIND.match(text, end)
    )
