"""Draw the map of docs/analysis.md anew: python -m tools.analysis_pictures"""

import csv
import shutil
import sys
import tempfile
from pathlib import Path

from analysis.cli import main as analysis

ROOT = Path(__file__).parent.parent
OPINIONS = ROOT / "feedback/demo/opinions"
PICTURE = ROOT / "docs/pictures/map.svg"


def main() -> int:
    """Write docs/pictures/map.svg; exit status."""
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "demo.csv", Path(folder) / "out"
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["本文"])
            writer.writerows([body] for body in bodies())
        status = analysis(["themes", str(table), "--text-column", "本文", "--out", str(out)])
        if status == 0:
            shutil.copyfile(out / "map.svg", PICTURE)
    return status


def bodies() -> list[str]:
    """Return the demo's opinions, file by file."""
    found: list[str] = []
    for path in sorted(OPINIONS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["body"] for row in csv.DictReader(file)]
    return found


if __name__ == "__main__":
    sys.exit(main())
