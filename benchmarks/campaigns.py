"""How well campaigns are found: precision and recall on planted copies, as a table.

    python -m benchmarks.campaigns [--copies 10]

Copies of thirty opinions are planted among the other labelled opinions and 2,000 made-up ones.
Recall is the share of copies that stand in the campaign of their own post; precision the share of
all rows in campaigns that stand in the campaign of their own post. A share of words (or letters)
changed means that each was replaced, dropped or doubled by chance with that probability.
"""

import argparse
import csv
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from analysis.campaigns import find_campaigns
from analysis.tokens import tokenizer
from benchmarks.paraphrases import PARAPHRASED
from benchmarks.synthetic import statements

_LABELLED = Path(__file__).parents[1] / "tests" / "data" / "labelled_opinions.csv"
_SHARES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
_POSTS = 30
_OWN = (
    "私は三人の子を育てながら働いています。毎日とても忙しくしています。",
    "七十八歳の母と二人で暮らしております。字が小さいと読めません。",
    "初めて意見を送ります。知人に教えてもらいました。",
    "どうか現場の声を聞いてください。今のままでは納得できません。",
    "同じ思いの人は、私の周りにも大勢います。返事をお待ちしています。",
)

Edit = Callable[[str, random.Random], str]


def _changed(parts: Sequence[str], share: float, spare: Sequence[str], dice: random.Random) -> str:
    def one(part: str) -> str:
        if dice.random() >= share:
            return part
        return dice.choice((dice.choice(spare), "", part + dice.choice(spare)))

    return "".join(map(one, parts))


def _words(text: str) -> list[str]:
    tokens = tokenizer("auto").tokens(text)
    starts = [token.start for token in tokens] + [len(text)]
    return [text[one:two] for one, two in pairwise(starts)]


def _words_changed(text: str, dice: random.Random, *, share: float, spare: Sequence[str]) -> str:
    return _changed(_words(text), share, spare, dice)


def _letters_changed(text: str, dice: random.Random, *, share: float) -> str:
    return _changed(text, share, "あいうえかきくけさしすせたちつて県市町村人日", dice)


def _sentences(text: str) -> list[str]:
    return [sentence + "。" for sentence in text.replace("\n", "").split("。") if sentence]


def _reordered(text: str, dice: random.Random) -> str:
    sentences = _sentences(text)
    while (mixed := dice.sample(sentences, len(sentences))) == sentences and len(set(mixed)) > 1:
        pass
    return "".join(mixed)


def _edits(spare: Sequence[str]) -> dict[str, Edit]:
    words = {
        f"{share:.0%} of words": partial(_words_changed, share=share, spare=spare)
        for share in _SHARES
    }
    letters = {
        f"{share:.0%} of letters": partial(_letters_changed, share=share) for share in _SHARES
    }
    others: dict[str, Edit] = {
        "sentences reordered": _reordered,
        "sentence before": lambda text, dice: dice.choice(_OWN) + text,
        "sentence after": lambda text, dice: text + dice.choice(_OWN),
        "both, 5% of words": lambda text, dice: (
            dice.choice(_OWN) + words["5% of words"](text, dice) + dice.choice(_OWN)
        ),
    }
    return {**words, **letters, **others}


def _scores(groups: Sequence[Sequence[str]], background: Sequence[str]) -> tuple[float, float]:
    """Return (precision, recall) of groups of copies, the post first, among other texts."""
    texts = [text for group in groups for text in group]
    own = [number for number, group in enumerate(groups) for _ in group]
    members = find_campaigns([*texts, *background])
    posts = {number: own.index(number) for number in range(len(groups))}
    of_post = {number: members[row].campaign for number, row in posts.items()}
    right = sum(
        of_post[number] is not None and members[row].campaign == of_post[number]
        for row, number in enumerate(own)
    )
    copies = [row for row in range(len(own)) if row not in posts.values()]
    found = sum(
        members[row].campaign is not None and members[row].campaign == of_post[own[row]]
        for row in copies
    )
    placed = sum(member.campaign is not None for member in members)
    return right / max(1, placed), found / len(copies)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=10)
    copies = parser.parse_args().copies
    with _LABELLED.open(encoding="utf-8", newline="") as file:
        labelled = [row["text"] for row in csv.DictReader(file)]
    dice = random.Random(1)
    posts = dice.sample([text for text in labelled if len(_sentences(text)) > 1], _POSTS)
    background = [*(text for text in labelled if text not in posts), *statements(2_000, seed=9)]
    spare = [word for text in labelled[:100] for word in _words(text)]
    print(f"{'planted':22} precision  recall  seconds")
    for name, edit in _edits(spare).items():
        groups = [[post, *(edit(post, dice) for _ in range(copies))] for post in posts]
        _line(name, groups, background)
    _line("paraphrase, same words", [texts[:3] for texts in PARAPHRASED], background)
    _line("paraphrase, own words", [texts[::3] for texts in PARAPHRASED], background)


def _line(name: str, groups: Sequence[Sequence[str]], background: Sequence[str]) -> None:
    start = time.perf_counter()
    precision, recall = _scores(groups, background)
    print(f"{name:22} {precision:>9.3f}  {recall:>6.3f}  {time.perf_counter() - start:>7.1f}")


if __name__ == "__main__":
    main()
