"""How well campaigns are found: precision and recall on planted copies and paraphrases, as a table.

    python -m benchmarks.campaigns [--copies 10]
    python -m benchmarks.campaigns --planted FILE.csv --among FILE.csv …

Copies of thirty opinions are planted among the other labelled opinions and 2,000 made-up ones.
Recall is the share of copies that stand in the campaign of their own post; precision the share of
all rows in campaigns that stand in the campaign of their own post. A share of words (or letters)
changed means that each was replaced, dropped or doubled by chance with that probability. Each is
measured by letters alone, as the web pages group opinions, and with the words, as the command does.

The second form plants the ``text`` column of one file, all of it one campaign, among the
independent texts of the others: recall is the share that stands in the largest campaign.
"""

import argparse
import csv
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from analysis import pipeline
from analysis.campaigns import CampaignMember, find_campaigns
from analysis.tokens import tokenizer
from benchmarks.paraphrases import GRADES, planted
from benchmarks.synthetic import statements

_DATA = Path(__file__).parents[1] / "tests" / "data"
_SHARES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4)
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


def _shortened(text: str, dice: random.Random) -> str:
    sentences = _sentences(text)
    del sentences[dice.randrange(len(sentences))]
    return "".join(sentences)


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
        "one sentence dropped": _shortened,
        "sentence before": lambda text, dice: dice.choice(_OWN) + text,
        "sentence after": lambda text, dice: text + dice.choice(_OWN),
        "both, 5% of words": lambda text, dice: (
            dice.choice(_OWN) + words["5% of words"](text, dice) + dice.choice(_OWN)
        ),
    }
    return {**words, **letters, **others}


def _found(texts: Sequence[str], *, by_words: bool) -> list[CampaignMember]:
    if not by_words:
        return find_campaigns(texts)
    return find_campaigns(texts, words=pipeline.words_of_rows(pipeline.read(texts)))


def _scores(
    groups: Sequence[Sequence[str]], background: Sequence[str], *, by_words: bool
) -> tuple[float, float]:
    """Return (precision, recall) of groups of copies, the post first, among other texts."""
    texts = [text for group in groups for text in group]
    own = [number for number, group in enumerate(groups) for _ in group]
    members = _found([*texts, *background], by_words=by_words)
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


def _line(name: str, groups: Sequence[Sequence[str]], background: Sequence[str]) -> None:
    start = time.perf_counter()
    letters = _scores(groups, background, by_words=False)
    words = _scores(groups, background, by_words=True)
    seconds = time.perf_counter() - start
    print(f"{name:22} {letters[0]:9.3f} {letters[1]:7.3f} {words[0]:9.3f} {words[1]:7.3f}", end=" ")
    print(f"{seconds:7.1f}")


def _texts(path: Path, column: str = "text") -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def _edited(copies: int) -> None:
    labelled = _texts(_DATA / "labelled_opinions.csv")
    dice = random.Random(1)
    posts = dice.sample([text for text in labelled if len(_sentences(text)) > 1], _POSTS)
    background = [*(text for text in labelled if text not in posts), *statements(2_000, seed=9)]
    spare = [word for text in labelled[:100] for word in _words(text)]
    for name, edit in _edits(spare).items():
        groups = [[post, *(edit(post, dice) for _ in range(copies))] for post in posts]
        _line(name, groups, background)


def _paraphrased() -> None:
    """All paraphrases at once, since a mailing has them all; recall is told for each grade."""
    texts = planted()
    background = [
        *_texts(_DATA / "labelled_opinions.csv"),
        *_texts(_DATA / "demo_concerns.csv", "concern"),
        *statements(2_000, seed=9),
    ]
    members = _found([*(one.text for one in texts), *background], by_words=True)
    of_post = {
        one.post: members[row].campaign for row, one in enumerate(texts) if one.kind == "post"
    }
    right = [
        one.kind != "independent" and members[row].campaign == of_post[one.post]
        for row, one in enumerate(texts)
        if members[row].campaign is not None
    ]
    placed = sum(member.campaign is not None for member in members)
    print(f"paraphrases: precision {sum(right) / max(1, placed):.3f}", end="")
    for grade in GRADES:
        rows = [row for row, one in enumerate(texts) if one.kind == grade]
        found = [
            members[row].campaign is not None and members[row].campaign == of_post[texts[row].post]
            for row in rows
        ]
        print(f", {grade} {sum(found) / len(rows):.2f}", end="")
    print()


def _files(mailing: Path, among: Sequence[Path]) -> None:
    texts = _texts(mailing)
    others = [text for path in among for text in _texts(path)]
    for by_words in (False, True):
        members = _found([*texts, *others], by_words=by_words)
        sizes = Counter(one.campaign for one in members[: len(texts)] if one.campaign is not None)
        wrong = sum(one.campaign is not None for one in members[len(texts) :])
        precision = sizes.total() / max(1, sizes.total() + wrong)
        largest = max(sizes.values(), default=0)
        print(f"{'words' if by_words else 'letters':8} precision {precision:.3f}", end=" ")
        print(f"recall {largest / len(texts):.3f} ({largest} of {len(texts)}; {wrong} others)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--planted", type=Path)
    parser.add_argument("--among", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    if options.planted:
        _files(options.planted, options.among)
        return
    print(f"{'':22} {'by letters':>17} {'and by words':>17}")
    print(f"{'planted':22} precision  recall precision  recall seconds")
    _edited(options.copies)
    _paraphrased()


if __name__ == "__main__":
    main()
