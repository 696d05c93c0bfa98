"""What the cues of a statement add up to: the rules that are asked before the model.

Where cues contradict each other the verdict stays below what may be shown: to put a word into
somebody's mouth is worse than to say nothing.
"""

from analysis.results import Stance
from analysis.stance_cues import Cue, Spans

Verdict = tuple[Stance, float, tuple[int, int] | None]
"""A stance, how sure it is, and where the wording stands that gave it away."""

# Set by judgement, not fitted.
_SAID_OUTRIGHT = 0.9
_IMPLIED = 0.75
_MIXED = 0.5


def verdict(cues: Spans) -> Verdict:
    """Weigh the cues; the order is that of how much a cue binds its speaker."""
    return (
        _conditional(cues)
        or _against(cues)
        or _in_favour(cues)
        or _request(cues)
        or _question(cues)
        or (Stance.UNKNOWN, 0.0, None)
    )


def _conditional(cues: Spans) -> Verdict | None:
    if Cue.CONDITION in cues:
        return Stance.CONDITIONAL, _SAID_OUTRIGHT, cues[Cue.CONDITION][0]
    welcomed = cues.keys() & {Cue.AGREE, Cue.PRAISE, Cue.YIELD}
    if Cue.LAST_IF in cues and welcomed and Cue.REJECT not in cues:
        return Stance.CONDITIONAL, _SAID_OUTRIGHT, cues[Cue.LAST_IF][-1]
    if not cues.keys() & {Cue.AGREE, Cue.YIELD} or cues.keys() & {Cue.REJECT, Cue.OBJECT}:
        return None
    if Cue.IF in cues:
        return Stance.CONDITIONAL, _IMPLIED, cues[Cue.IF][0]
    reserve = _reserves(cues)
    return (Stance.CONDITIONAL, _IMPLIED, reserve[0]) if reserve and Cue.WISH in cues else None


def _reserves(cues: Spans) -> list[tuple[int, int]]:
    """Return the buts that come after the first yes."""
    agreed = min(cues.get(Cue.AGREE, []) + cues.get(Cue.YIELD, []))
    return [span for span in cues.get(Cue.STEP, []) if span[0] >= agreed[1]]


def _against(cues: Spans) -> Verdict | None:
    if Cue.REJECT in cues:
        certain = not cues.keys() & {Cue.AGREE, Cue.PRAISE}
        return Stance.AGAINST, _SAID_OUTRIGHT if certain else _MIXED, cues[Cue.REJECT][0]
    if Cue.OBJECT in cues:
        certain = not cues.keys() & {Cue.WISH, Cue.KEEP, Cue.ASK, Cue.TELL, Cue.AGREE}
        return Stance.AGAINST, _IMPLIED if certain else _MIXED, cues[Cue.OBJECT][0]
    return (Stance.AGAINST, _MIXED, cues[Cue.STOP][0]) if Cue.STOP in cues else None


def _in_favour(cues: Spans) -> Verdict | None:
    if Cue.AGREE in cues:
        certain = not _reserves(cues)
        return Stance.FOR, _SAID_OUTRIGHT if certain else _MIXED, cues[Cue.AGREE][0]
    if Cue.PRAISE in cues and not cues.keys() & {Cue.WISH, Cue.ASK, Cue.TELL}:
        certain = Cue.STEP not in cues
        return Stance.FOR, _IMPLIED if certain else _MIXED, cues[Cue.PRAISE][0]
    return None


def _request(cues: Spans) -> Verdict | None:
    wished = sorted(cues.get(Cue.WISH, []) + cues.get(Cue.KEEP, []))
    return (Stance.REQUEST, _SAID_OUTRIGHT, wished[-1]) if wished else None


def _question(cues: Spans) -> Verdict | None:
    asked = sorted(cues.get(Cue.ASK, []) + cues.get(Cue.TELL, []))
    return (Stance.QUESTION, _SAID_OUTRIGHT, asked[-1]) if asked else None
