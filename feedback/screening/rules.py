"""Which version of the rules screened a submission, so that newer ones can screen it again."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

import analysis
from analysis import lexicon

#: The parts of the analysis that decide what is personal, urgent or no opinion.
PARTS = ("language", "normalize", "personal", "screening", "setaside", "urgent")


def version() -> str:
    """The rules in use: their sources and word lists, a government's own lists included."""
    return f"{analysis.__version__} {_sources()} {lexicon.digest()}"


@cache
def _sources() -> str:
    folder = Path(analysis.__file__).parent
    digest = blake2b(digest_size=6)
    for path in sorted(each for part in PARTS for each in folder.glob(f"{part}*")):
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()
