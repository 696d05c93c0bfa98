"""What a citizen wants of a measure: for, against, for it if, a request, a question, or unknown.

Two witnesses are heard. Rules on how sentences end (``stance_rules``) speak first, and stand where
they are sure. Where they half say it, the learned model (``stance_model``) need only lean the same
way. Where they say nothing, it may tell a request or a condition when it is sure, but no side: in
single statements it takes many a plain 「…できません」 for a rejection. It is not asked about words
that the rules know for somebody else's. Otherwise the answer is 不明: to put a word into somebody's
mouth is worse than to say nothing.
"""

from collections.abc import Sequence
from functools import partial

from analysis import language, lexicon, screening, stance_cues, stance_model, stance_rules
from analysis.mapping import Local, Mapper
from analysis.normalize import normalize
from analysis.results import Stance, StanceFound
from analysis.stance_cues import Cue, Spans
from analysis.stance_model import STANCES, Opinion
from analysis.stance_rules import Verdict

__all__ = ["Stance", "StanceFound", "stance", "stances"]

_CHUNK = 2_000
_WORTH_PROCESSES = 8_000

# Chosen where at least nine in ten are right, on the texts the model learned from (cross-validated
# in ten parts): ``python -m benchmarks.stance`` prints what each of them does.
_RULE_STANDS = 0.6  # how sure a rule must be to speak
_LEANS = 0.4  # the chance that is enough where a rule half says the same
_SURE = 0.8  # the chance that is enough alone
_BOTH = 0.75  # how far the two together are trusted there

_TOLD_ALONE = frozenset({Stance.REQUEST, Stance.CONDITIONAL})

_Said = tuple[int, float, tuple[int, int] | None]


def stance(text: str) -> StanceFound:
    """Return what ``text`` wants; the cue is a span of ``text`` as it was given."""
    return _judged([text])[0]


def stances(texts: Sequence[str], mapper: Mapper | None = None) -> list[StanceFound]:
    """Return what each text wants, in order; equal texts are judged once."""
    distinct = list(dict.fromkeys(texts))
    chunks = [distinct[at : at + _CHUNK] for at in range(0, len(distinct), _CHUNK)]
    where = mapper if mapper is not None and len(distinct) >= _WORTH_PROCESSES else Local()
    found: dict[str, StanceFound] = {}
    step = partial(_packed, added=lexicon.extra())
    for chunk, said in zip(chunks, where.map(step, chunks), strict=True):
        found.update((text, _unpacked(one)) for text, one in zip(chunk, said, strict=True))
    return [found[text] for text in texts]


def _packed(texts: Sequence[str], *, added: lexicon.Extra) -> list[_Said]:
    """Judge a chunk and return plain values, which travel between processes more lightly."""
    lexicon.adopt(added)
    return [(STANCES.index(one.stance), one.confidence, one.cue) for one in _judged(texts)]


def _unpacked(said: _Said) -> StanceFound:
    return StanceFound(STANCES[said[0]], *said[1:])


def _judged(texts: Sequence[str]) -> list[StanceFound]:
    """Judge a chunk; the model is asked only where the rules are not sure."""
    even = [normalize(text) for text in texts]
    lines = [stance_cues.sentences(one.text) for one in even]
    cues = [stance_cues.find(one) for one in lines]
    verdicts = [stance_rules.verdict(one) for one in cues]
    open_ = [
        at
        for at, (_, confidence, _) in enumerate(verdicts)
        if confidence < _RULE_STANDS and _is_opinion(texts[at])
    ]
    opinion = stance_model.model().judge([lines[at] for at in open_])
    for row, at in enumerate(open_):
        verdicts[at] = completed(verdicts[at], cues[at], opinion, row)
    return [
        StanceFound(said, confidence, one.span(*cue) if cue else None)
        for one, (said, confidence, cue) in zip(even, verdicts, strict=True)
    ]


def _is_opinion(text: str) -> bool:
    return language.guess_language(text) == "ja" and not screening.is_non_opinion(text)


def completed(verdict: Verdict, cues: Spans, opinion: Opinion, at: int) -> Verdict:
    """Let the model complete what the rules say of one statement, row ``at`` of its opinion."""
    said, confidence, cue = verdict
    chances = opinion.chances[at]
    if confidence >= _RULE_STANDS:
        return verdict
    if said is not Stance.UNKNOWN and chances[STANCES.index(said)] >= _LEANS:
        return said, _BOTH, cue
    best = int(chances.argmax())
    if STANCES[best] in _TOLD_ALONE and chances[best] >= _SURE and Cue.OTHERS not in cues:
        start, end = opinion.sentences[at]
        return STANCES[best], float(chances[best]), (int(start), int(end))
    return Stance.UNKNOWN, confidence, None
