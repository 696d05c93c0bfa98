"""Tokens a second, Janome against MeCab, over the same texts in one run, and how far they agree.

    python -m benchmarks.tokens [--texts 2000]

The agreement is the share of texts that both engines cut into the same surfaces (white space left
out): fed the texts as they were written, NFKC alone, and the way ``analysis.tokens`` feeds them.
The texts are those of the demo, of tests/data, and, to reach 3,200, halves of them around what is
known to be cut differently: ASCII signs, counters, unknown Latin words, mixed scripts.
"""

import argparse
import csv
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import fugashi
import ipadic
from janome.tokenizer import Tokenizer as Janome

from analysis.tokens import tokenizer
from benchmarks.statements import marked_opinions
from benchmarks.synthetic import statements
from tests.analysis.texts import many_texts

_ROOT = Path(__file__).parent.parent
_VARIED = 3_200


def tokens_a_second(engine: str, texts: list[str]) -> tuple[int, float]:
    """Return (tokens, tokens a second); the dictionary is opened before the clock starts."""
    cutter = tokenizer(engine)
    cutter.tokens("準備")
    start = time.perf_counter()
    count = sum(len(cutter.tokens(text)) for text in texts)
    return count, count / (time.perf_counter() - start)


def agreement(
    texts: Sequence[str], one: Callable[[str], list[str]], other: Callable[[str], list[str]]
) -> float:
    """Return the share of texts that both cut into the same surfaces."""
    return sum(_letters(one(text)) == _letters(other(text)) for text in texts) / len(texts)


def _letters(surfaces: Sequence[str]) -> list[str]:
    return [surface for surface in surfaces if surface.strip()]


def _varied_texts() -> list[str]:
    tables = [
        (_ROOT / "tests/data/labelled_opinions.csv", "text"),
        *((path, "body") for path in sorted((_ROOT / "feedback/demo/opinions").glob("*.csv"))),
    ]
    written = [opinion.text for opinion in marked_opinions()]
    for path, column in tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            written += [row[column] for row in csv.DictReader(file)]
    return many_texts(written, _VARIED)


def _print_agreement() -> None:
    texts = _varied_texts()
    janome: Any = Janome(mmap=True)
    mecab: Any = fugashi.GenericTagger(f'{ipadic.MECAB_ARGS} -F "%m\\n" -U "%m\\n" -E ""')

    def with_janome(text: str) -> list[str]:
        return list(janome.tokenize(text, wakati=True))

    def with_mecab(text: str) -> list[str]:
        return str(mecab.parse(text.replace("\0", ""))).split("\n")

    even = [unicodedata.normalize("NFKC", text) for text in texts]
    ours = [
        lambda text, engine=engine: [one.surface for one in tokenizer(engine).tokens(text)]
        for engine in ("janome", "mecab")
    ]
    print(f"same surfaces, of {len(texts):,} varied texts")
    print(f"  as written {agreement(texts, with_janome, with_mecab):>8.1%}")
    print(f"  NFKC       {agreement(even, with_janome, with_mecab):>8.1%}")
    print(f"  ours       {agreement(texts, ours[0], ours[1]):>8.2%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    texts = statements(parser.parse_args().texts)
    speeds = {}
    for engine in ("janome", "mecab"):
        count, speeds[engine] = tokens_a_second(engine, texts)
        print(f"{engine:8} {count:>9,} tokens  {speeds[engine]:>10,.0f} tokens/s")
    print(f"ratio    {speeds['mecab'] / speeds['janome']:.1f}")
    _print_agreement()


if __name__ == "__main__":
    main()
