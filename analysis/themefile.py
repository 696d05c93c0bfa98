"""A learned model as bytes: a zip of plain arrays and one JSON text, equal for equal models.

No pickle: opening a file must never run code that someone put into it.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
_MOMENT = (1980, 1, 1, 0, 0, 0)


class ModelFileError(ValueError):
    """The bytes are not a model that this version can read."""


def pack(arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> bytes:
    """Return one deterministic blob."""
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        text = json.dumps({"format": FORMAT, **facts}, ensure_ascii=False, sort_keys=True)
        archive.writestr(zipfile.ZipInfo("model.json", _MOMENT), text, zipfile.ZIP_DEFLATED)
        for name in sorted(arrays):
            array = io.BytesIO()
            np.save(array, arrays[name], allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _MOMENT)
            archive.writestr(entry, array.getvalue(), zipfile.ZIP_DEFLATED)
    return blob.getvalue()


def unpack(data: bytes) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return arrays and facts; raises ModelFileError when ``data`` is something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            facts = json.loads(archive.read("model.json"))
            arrays = {
                name.removesuffix(".npy"): np.load(
                    io.BytesIO(archive.read(name)), allow_pickle=False
                )
                for name in archive.namelist()
                if name.endswith(".npy")
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise ModelFileError("これは目安箱のテーマモデルではありません。") from error
    if facts.get("format") != FORMAT:
        raise ModelFileError(f"テーマモデルの形式が違います（{facts.get('format')}）。")
    return arrays, facts
