"""Where one sentence makes two claims: 「Aを廃止してほしいが、Bは残してほしい」.

Only the wording around the joint is read, not the grammar. A sentence is cut where the words
before the joint and those at its end both ask for something or take a side, and both name what
they speak of. ので gives a reason and is never cut; a worry or a defect beside an assent
（賛成ですが、費用が心配です）is a reserve on the same claim and stays with it.
"""

import re
from itertools import pairwise

_THINK = (
    r"(?:と(?:思|考え|存じ|感じ)(?:って|て)?(?:い(?:ます|る)|おります|います|ます|う|える|る)?)?"
)
_ASKS = (
    r"(?:[てで](?:ほしい|欲しい|もらいたい|いただきたい|頂きたい)(?:です)?" + _THINK + "|"
    r"[てで]?(?:ください|下さい)(?:ませ)?|"
    r"べき(?:だ|です|である|であり|で)?" + _THINK + "|"
    r"(?:賛成|反対|賛同)(?:です|だ|である|であり|します|する|し)" + _THINK + "|"
    r"(?:要望|希望|提案)(?:します|する|いたします|し)|を(?:求め|望み|願い)(?:ます|る)?|"
    r"(?:必要|不可欠)(?:だ|です|である|であり)" + _THINK + "|"
    r"(?:異論|異議|反対)は?(?:ない|ありません|しない|しません))"
)
_ALSO = r"(?:また|一方|しかし|さらに|更に|あと|それと|それから|そして|あわせて|併せて|加えて|かつ)"
_AFTER_A_CLAIM = re.compile(
    _ASKS + r"(?P<joint>(?:が|けれども|けれど|けども|けど|し|のと)?[、,，])(?!と|って|という)"
)
# 「…を増やし、また…してください」: the first half borrows the request at the end.
_BORROWS = re.compile(
    r"を[^、。]{0,20}[いきぎしちにびみりえけせてべめれげ](?P<joint>、)(?=" + _ALSO + ")"
    r"|[をはもでに][^、。]{0,20}[るうくす](?P<with>とともに、|と共に、|と同時に、)"
)
_END = re.compile(_ASKS + r"[よねな]?[。．.!！、…]*$")
_OF_ITS_OWN = re.compile(r"[^、をはがもにへで][をはがもにへで]")
_ONLY_A_PLEA = re.compile(
    _ALSO + r"?、?(?:[ごお御].{1,6}|前向きに|早急に|検討|対応)(?:を|して)?、?"
    r"(?:お願い|ください|下さい|いただ|頂)"
)
_SHORTEST_HALF = 7
_QUOTES = str.maketrans("『（(【［[“〈《』）)】］]”〉》", "「" * 9 + "」" * 9)


def asks_and_goes_on(sentence: str) -> bool:
    """Tell whether something is asked for before a comma, whatever follows it."""
    return _AFTER_A_CLAIM.search(sentence) is not None


def cuts(sentence: str) -> list[int]:
    """Return where ``sentence`` is to be cut, in order; most sentences nowhere."""
    if "、" not in sentence and "," not in sentence and "，" not in sentence:
        return []
    last = len(sentence)
    if not _END.search(sentence, max(0, last - 30)):
        return []
    found = sorted({_after(match) for match in _AFTER_A_CLAIM.finditer(sentence)})
    found = found or [_after(match) for match in _BORROWS.finditer(sentence)][:1]
    edges = [0]
    for at, following in pairwise([*found, last]):
        if (
            _is_outside_quotes(sentence, at)
            and _is_claim(sentence[edges[-1] : at])
            and _is_claim(sentence[at:following])
        ):
            edges.append(at)
    return edges[1:]


def _after(match: re.Match[str]) -> int:
    """Return where the joint ends: it stays with the half before it."""
    return match.end(match.lastgroup or 0)


def _is_claim(half: str) -> bool:
    return (
        len(half) >= _SHORTEST_HALF
        and bool(_OF_ITS_OWN.search(half))
        and not _ONLY_A_PLEA.match(half)
    )


def _is_outside_quotes(sentence: str, at: int) -> bool:
    before = sentence[:at].translate(_QUOTES)
    return before.count("「") <= before.count("」")
