"""Learn the weights of the stance model anew: python -m tools.stance_weights

Needed after a change to analysis/lexicon/stance_examples.csv, to the tune half of
tests/data/labelled_opinions.csv, or to how statements are normalised and cut into sentences.
"""

from pathlib import Path

from analysis import stance_training
from benchmarks.stance import training_texts


def main():
    """Write analysis/lexicon/stance_weights.tsv."""
    texts, stances = training_texts()
    path = Path(__file__).parent.parent / "analysis/lexicon/stance_weights.tsv"
    path.write_text(stance_training.table(texts, stances), encoding="utf-8")
    print("%s: learned from %d texts" % (path, len(texts)))


if __name__ == "__main__":
    main()
