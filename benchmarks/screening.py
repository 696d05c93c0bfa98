"""How well personal data, urgency and what may be set aside are seen, on opinions marked by hand.

    python -m benchmarks.screening [--wrong]

``tests/data/screening`` holds the opinions, in three parts, and its README says who wrote them,
when, and what each part may be taken as a measure of. ``--wrong`` shows what was missed or hidden
too much, but not in the part held out.
"""

import argparse
import csv
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

from analysis import screening
from analysis.normalize import plain
from analysis.screening import PersonalDataKind
from analysis.urgent import without_gaps
from benchmarks import synthetic

FOLDER = Path(__file__).parent.parent / "tests/data/screening"
DEMO = Path(__file__).parent.parent / "feedback/demo/opinions"
PARTS = ("development", "held_out", "fresh")
_MARK = re.compile("〔([^:〔〕]+):([^〔〕]*)〕")
_NONE = "否"
_TIMED = 4_000
K = PersonalDataKind
KINDS = {
    "電話": K.PHONE,
    "メール": K.EMAIL,
    "郵便": K.POSTAL_CODE,
    "個人番号": K.MY_NUMBER,
    "カード": K.CARD,
    "口座": K.ACCOUNT,
    "車両": K.PLATE,
    "SNS": K.SNS,
    "住所": K.ADDRESS,
    "氏名": K.NAME,
    "生年月日": K.BIRTH_DATE,
    "証明": K.DOCUMENT,
}
#: What has a shape of its own; of these, published text must not show one in a hundred.
STRUCTURED = tuple(KINDS.values())[:8]

HARMLESS = "-"
ORDINARY = (
    "comments/digital.csv",
    "comments/smoking.csv",
    "comments/smoking_mass.csv",
    "comments/waste.csv",
    "labelled_opinions.csv",
)
#: What the call of the set asks about.
SUBJECT = (
    "県のデジタル施策についての意見募集",
    "県の行政サービスやデジタル化について、ご意見をお聞かせください。",
    "行政手続のオンライン化",
    "テレワーク環境の整備",
    "キャッシュレス・押印廃止",
    "デジタル人材の育成",
    "その他",
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion as written, what in it is personal data, and what only looks like it."""

    text: str
    personal: tuple[tuple[PersonalDataKind, Span], ...]
    harmless: tuple[Span, ...]


@dataclass(slots=True)
class Tally:
    """What was found of one kind."""

    marked: int = 0
    hidden: int = 0
    as_this_kind: int = 0
    found: int = 0
    rightly: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Marked stretches of which no letter and no digit is left to read."""
        return self.hidden / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        """Found stretches that touch a marked one, of any kind."""
        return self.rightly / self.found if self.found else 1.0


def lines(name: str) -> Iterator[str]:
    """Yield the opinions of a file, comments dropped."""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line.replace("⏎", "\n")


def opinions(part: str) -> list[Opinion]:
    """Return the marked opinions of one part."""
    return [_opinion(line) for line in lines(f"personal_{part}")]


def _opinion(line: str) -> Opinion:
    text, personal, harmless, at = "", [], [], 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        span = (len(text), len(text) + len(match[2]))
        text, at = text + match[2], match.end()
        if match[1] == _NONE:
            harmless.append(span)
        else:
            personal.append((KINDS[match[1]], span))
    return Opinion(text + line[at:], tuple(personal), tuple(harmless))


def tallies(marked: Iterable[Opinion]) -> tuple[dict[PersonalDataKind, Tally], Tally]:
    """Return what was found of each kind, and of the harmless look-alikes what was hidden."""
    found = {kind: Tally() for kind in KINDS.values()}
    alike = Tally()
    for opinion in marked:
        spans = screening.personal_data(opinion.text)
        hidden = {at for span in spans for at in range(span.start, span.end)}
        for kind, (start, end) in opinion.personal:
            tally = found[kind]
            tally.marked += 1
            shown = _telling(kind, opinion.text, start, end) - hidden
            tally.hidden += not shown
            same = any(one.kind is kind and _touch(one, (start, end)) for one in spans)
            tally.as_this_kind += not shown and same
            if shown:
                tally.wrong.append(f"missed: {opinion.text[start:end]!r} in {opinion.text!r}")
        for span in spans:
            tally = found[span.kind]
            tally.found += 1
            right = any(_touch(span, place) for _, place in opinion.personal)
            tally.rightly += right
            if not right:
                words = opinion.text[span.start : span.end]
                tally.wrong.append(f"too much: {words!r} in {opinion.text!r}")
        alike.marked += len(opinion.harmless)
        alike.hidden += sum(any(_touch(one, place) for one in spans) for place in opinion.harmless)
    return found, alike


def _telling(kind: PersonalDataKind, text: str, start: int, end: int) -> set[int]:
    """Return the places of the letters that tell who it is: of a number, only its digits."""
    even = [normalize("NFKC", letter) for letter in text]
    if kind in (K.EMAIL, K.SNS):
        return {at for at in range(start, end) if even[at].isascii() and even[at].isalnum()}
    if kind in (K.ADDRESS, K.NAME, K.PLATE):
        return {at for at in range(start, end) if even[at].isalnum()}
    return {
        at for at in range(start, end) if even[at].isdecimal() or even[at] in "〇一二三四五六七八九"
    }


def _touch(span: screening.PersonalSpan, place: Span) -> bool:
    return span.start < place[1] and place[0] < span.end


def labelled(name: str, part: str) -> list[tuple[str, str]]:
    """Return label and text of each line of a file."""
    found = (line.partition("\t") for line in lines(f"{name}_{part}"))
    return [(label, text) for label, _, text in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    shown = {"development", "fresh"} if options.wrong else set()
    for show in (_print_personal, _print_urgent, _print_aside):
        for part in PARTS:
            show(part, part in shown)
    _print_ordinary()
    _print_speed()


def _print_personal(part: str, wrong: bool) -> None:
    found, alike = tallies(opinions(part))
    print(f"\nPersonal data, {part.replace('_', ' ')}")
    print(
        f"{'':<16}{'marked':>7}{'hidden':>7}{'recall':>8}"
        f"{'as kind':>8}{'found':>7}{'precision':>10}"
    )
    for kind, tally in found.items():
        _print_tally(kind.value, tally)
    _print_tally("structured", _sum(found[kind] for kind in STRUCTURED))
    _print_tally("all", _sum(found.values()))
    print(f"look-alikes hidden by mistake: {alike.hidden} of {alike.marked}")
    for tally in found.values() if wrong else ():
        for one in tally.wrong:
            print("   ", one)


@dataclass(frozen=True, slots=True)
class Seen:
    """How many texts bear a label, how many of them were seen, and how many that do not."""

    label: str
    marked: int
    seen: int
    falsely: int
    surely: int = 0
    """By wording that is known, not only by the learned model."""


def urgency(part: str) -> list[Seen]:
    """Return what was seen of each kind as urgent at all; the last line is for all kinds."""
    raised = [(label, screening.urgent_cues(text)) for label, text in labelled("urgent", part)]
    falsely = sum(bool(cues) for label, cues in raised if label == HARMLESS)
    found = []
    for label in dict.fromkeys(label for label, _ in raised if label != HARMLESS):
        own = [cues for one, cues in raised if one == label]
        surely = sum(any(cue.certain for cue in cues) for cues in own)
        found.append(Seen(label, len(own), sum(map(bool, own)), 0, surely))
    marked, seen = sum(one.marked for one in found), sum(one.seen for one in found)
    return [*found, Seen("all", marked, seen, falsely, sum(one.surely for one in found))]


def urgent_texts() -> tuple[list[tuple[str, str]], list[str]]:
    """Return what the model of urgency is learned from: urgent texts with their kinds, and calm."""
    texts = [one for part in PARTS[:2] for one in labelled("urgent", part)]
    urgent = [(label, close(text)) for label, text in texts if label != HARMLESS]
    calm = [text for label, text in texts if label == HARMLESS]
    aside = [one for part in PARTS[:2] for one in labelled("set_aside", part)]
    calm += [text for label, text in aside if label != screening.SetAsideKind.ABUSE.name]
    return urgent, [close(text) for text in calm]


def ordinary_opinions() -> tuple[list[str], list[str]]:
    """Return opinions of which nearly none is urgent: half to learn from, half to draw the line."""
    halves: tuple[list[str], list[str]] = ([], [])
    for path in sorted(DEMO.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            told = [close(row["body"]) for row in csv.DictReader(file)]
            halves[0].extend(text for text in told if not _is_known(text))
    for name in ORDINARY:
        with (FOLDER.parent / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                halves[sha256(row["text"].encode()).digest()[0] % 2].append(close(row["text"]))
    return halves


def _is_known(text: str) -> bool:
    return any(cue.certain for cue in screening.urgent_cues(text))


def close(text: str) -> str:
    """Return a text as the model of urgency reads it."""
    return without_gaps(plain(text))[0]


def proposals(part: str) -> list[Seen]:
    """Return what was proposed of each kind, and how often it was proposed for another text."""
    texts = labelled("set_aside", part)
    proposed = [proposal(text) for _, text in texts]
    found = []
    for kind in screening.SetAsideKind:
        pairs = [(label, one) for (label, _), one in zip(texts, proposed, strict=True)]
        marked = [one == kind.name for label, one in pairs if label == kind.name]
        other = [one == kind.name for label, one in pairs if label != kind.name]
        found.append(Seen(kind.name, len(marked), sum(marked), sum(other)))
    legitimate = [one for (label, _), one in zip(texts, proposed, strict=True) if label == HARMLESS]
    wrongly = sum(one != HARMLESS for one in legitimate)
    return [*found, Seen("legitimate", len(legitimate), len(legitimate) - wrongly, wrongly)]


def proposal(text: str) -> str:
    """Return the name of the kind that is proposed for a text of the set, or ``-``."""
    found = screening.set_aside_proposal("", text, SUBJECT)
    return found.kind.name if found else HARMLESS


def _print_urgent(part: str, wrong: bool) -> None:
    print(f"\nUrgent, {part.replace('_', ' ')}")
    print(f"{'':<16}{'marked':>7}{'seen':>7}{'recall':>8}{'by known wording':>18}")
    *kinds, total = urgency(part)
    for one in (*kinds, total):
        recall, surely = one.seen / one.marked, one.surely / one.marked
        print(f"{one.label:<16}{one.marked:>7}{one.seen:>7}{recall:>8.1%}{surely:>18.1%}")
    calm = sum(label == HARMLESS for label, _ in labelled("urgent", part))
    precision = total.seen / (total.seen + total.falsely)
    print(f"raised for {total.falsely} of {calm} that are not urgent, precision {precision:.1%}")
    for label, text in labelled("urgent", part) if wrong else ():
        cues = screening.urgent_cues(text)
        if bool(cues) != (label != HARMLESS):
            print("   ", label, repr(text), [text[one.start : one.end] for one in cues])


def _print_aside(part: str, wrong: bool) -> None:
    print(f"\nSet aside, {part.replace('_', ' ')}")
    print(f"{'':<16}{'marked':>7}{'seen':>7}{'recall':>8}{'others':>8}{'precision':>10}")
    *kinds, legitimate = proposals(part)
    for one in kinds:
        precision = one.seen / (one.seen + one.falsely) if one.seen + one.falsely else 1.0
        recall = one.seen / one.marked
        print(
            f"{one.label:<16}{one.marked:>7}{one.seen:>7}{recall:>8.1%}"
            f"{one.falsely:>8}{precision:>10.1%}"
        )
    print(f"proposed for {legitimate.falsely} of {legitimate.marked} legitimate opinions")
    for label, text in labelled("set_aside", part) if wrong else ():
        if (found := proposal(text)) != label:
            print("   ", label, found, repr(text))


def _print_ordinary() -> None:
    """How many opinions of other sets, none of them marked, a person would be shown."""
    texts = ordinary_opinions()[1]
    raised = [cues for text in texts if (cues := screening.urgent_cues(text))]
    surely = sum(any(cue.certain for cue in cues) for cues in raised)
    aside = sum(screening.set_aside_proposal("", text) is not None for text in texts)
    print(
        f"\nOf {len(texts)} ordinary opinions {len(raised)} are raised as urgent, {surely} of them"
    )
    print(f"by known wording; {aside} are proposed to be set aside.")


def _print_speed() -> None:
    texts = synthetic.statements(_TIMED)
    screening.personal_data(texts[0])
    start = time.process_time()
    for text in texts:
        screening.personal_data(text)
        screening.urgent_cues(text)
        screening.set_aside_proposal("", text, SUBJECT)
    spent = time.process_time() - start
    print(f"\n{len(texts) / spent:,.0f} opinions of about 80 letters a second, on one core")


def _sum(all_of: Iterable[Tally]) -> Tally:
    total = Tally()
    for one in all_of:
        total.marked += one.marked
        total.hidden += one.hidden
        total.as_this_kind += one.as_this_kind
        total.found += one.found
        total.rightly += one.rightly
    return total


def _print_tally(name: str, tally: Tally) -> None:
    print(
        f"{name:<16}{tally.marked:>7}{tally.hidden:>7}{tally.recall:>8.1%}"
        f"{tally.as_this_kind:>8}{tally.found:>7}{tally.precision:>10.1%}"
    )


if __name__ == "__main__":
    main()
