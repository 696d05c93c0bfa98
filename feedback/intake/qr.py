"""Two-dimensional codes（二次元コード, ISO/IEC 18004）of our own addresses, drawn in the page."""

from __future__ import annotations

import segno
from markupsafe import Markup

#: The white around it that the standard asks for, in modules.
QUIET_ZONE = 4


def svg(address: str) -> Markup:
    """A picture to put into a page; about 15 % of it may be unreadable."""
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(border=QUIET_ZONE, light="#fff", omitsize=True)
    return Markup(picture)  # noqa: S704 - segno's own drawing; the address becomes modules
