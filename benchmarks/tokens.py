"""Tokens a second, Janome against MeCab, over the same texts in one run.

python -m benchmarks.tokens [--texts 2000]
"""

import argparse
import time

from analysis.tokens import tokenizer
from benchmarks.synthetic import statements


def tokens_a_second(engine: str, texts: list[str]) -> tuple[int, float]:
    """Return (tokens, tokens a second); the dictionary is opened before the clock starts."""
    cutter = tokenizer(engine)
    cutter.tokens("準備")
    start = time.perf_counter()
    count = sum(len(cutter.tokens(text)) for text in texts)
    return count, count / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    texts = statements(parser.parse_args().texts)
    speeds = {}
    for engine in ("janome", "mecab"):
        count, speeds[engine] = tokens_a_second(engine, texts)
        print(f"{engine:8} {count:>9,} tokens  {speeds[engine]:>10,.0f} tokens/s")
    print(f"ratio    {speeds['mecab'] / speeds['janome']:.1f}")


if __name__ == "__main__":
    main()
