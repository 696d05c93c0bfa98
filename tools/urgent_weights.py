"""Learn the weights of the model of urgency anew: python -m tools.urgent_weights

Needed after a change to the labelled opinions in tests/data/screening, to the opinions of the demo,
or to how texts are normalised.
"""

from pathlib import Path

from analysis import urgent_training
from benchmarks.screening import ordinary_opinions, urgent_texts


def main():
    """Write analysis/lexicon/urgent_weights.tsv."""
    urgent, calm = urgent_texts()
    learned, ordinary = ordinary_opinions()
    path = Path(__file__).parent.parent / "analysis/lexicon/urgent_weights.tsv"
    path.write_text(urgent_training.learn(urgent, [*calm, *learned], ordinary), encoding="utf-8")
    print("%s: learned from %d urgent texts" % (path, len(urgent)))


if __name__ == "__main__":
    main()
