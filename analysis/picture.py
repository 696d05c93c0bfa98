"""The map as one SVG file that stands alone: no scripts, no links, no letters of its own.

Colours are Okabe and Ito's (2008), which people with colour-blindness tell apart; neighbours never
share one, and every island is named beside itself, so that nothing hangs on colour alone. The
picture holds labels and numbers but no citizen's sentence: it may be shown where those may not.
"""

import re
from collections.abc import Sequence
from html import escape

import numpy as np

from analysis import lettering, plane
from analysis.layout import Places
from analysis.plane import LETTER, LINE, NOWHERE, SMALL_LETTER, UNCLASSIFIED, Island, Plane
from analysis.results import Theme

_HUES = ("#0072b2", "#d55e00", "#009e73", "#b5651d", "#8f4f7d", "#3a8fc4", "#8a7a00", "#5b6770")
_FONT = "IPAexGothic, 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif"
_PIXELS = 760
_DOTS_AT_MOST = 6_000
_HEAD = 0.15
_EDGE = 0.05
_NARROWEST = 1.35
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(drawn: Plane, themes: Sequence[Theme]) -> str:
    """Return the picture; equal planes and themes give equal text."""
    named = {theme.id: theme for theme in themes}
    tops = [one for one in themes if one.parent is None and one.id in drawn.islands]
    hues = _hues(drawn, [one.id for one in tops])
    left, top, right, bottom = _frame(drawn, tops)
    width, height = round((right - left) * _PIXELS), round((bottom - top) * _PIXELS)
    dots, every = _dots(drawn)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" '
        f'width="{width}" height="{height}" viewBox="{_n(left)} {_n(top)} '
        f'{_n(right - left)} {_n(bottom - top)}" font-family="{_FONT}" text-anchor="middle">',
        '<title id="title">意見の地図</title>',
        f'<desc id="desc">{_text(_description(tops))}</desc>',
        f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" '
        f'height="{_n(bottom - top)}" fill="#fff"/>',
        *_heading(left, top, every),
        *(_land(drawn.islands[one.id], hues[one.id], _told(one, themes)) for one in tops),
        *_nowhere(drawn),
        *_dotted(drawn, dots, every, hues, [one.id for one in tops]),
        *(line for one in tops for line in _label(drawn.islands[one.id], one)),
        *_parts(drawn, named),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _frame(drawn: Plane, tops: Sequence[Theme]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of all islands with their labels and the heading."""
    edges = [(-0.5, 0.0, 0.5, 0.1)]
    for identity, label in [*((one.id, one.label) for one in tops), (NOWHERE, UNCLASSIFIED)]:
        if identity in drawn.islands:
            island = drawn.islands[identity]
            box = plane.box(label, island.radius)
            edges.append(
                (island.x - box[0], island.y - box[1], island.x + box[2], island.y + box[3])
            )
    low, high = np.array(edges).min(axis=0), np.array(edges).max(axis=0)
    spare = max(0.0, _NARROWEST - (high[2] - low[0])) / 2
    return (
        float(low[0]) - _EDGE - spare,
        float(low[1]) - _EDGE - _HEAD,
        float(high[2]) + _EDGE + spare,
        float(high[3]) + _EDGE,
    )


def _heading(left: float, top: float, every: int) -> list[str]:
    one = "点は意見文" if every == 1 else f"点は意見文{every:,}件につき1つ"
    notes = (
        f"島の大きさは声の数、{one}（同文投稿は1つにまとめています）。",
        "ことばの近いテーマほど近くにあります。縦・横の軸に意味はありません。",
    )
    x, y = _n(left + _EDGE), top + _EDGE + LETTER
    return [
        f'<text x="{x}" y="{_n(y)}" font-size="{_n(LETTER * 1.5)}" font-weight="bold" '
        'text-anchor="start" fill="#1a1a1c">意見の地図</text>',
        *(
            f'<text x="{x}" y="{_n(y + LETTER * LINE * (1.1 + at))}" '
            f'font-size="{_n(LETTER * SMALL_LETTER)}" text-anchor="start" fill="#4d4d50">'
            f"{note}</text>"
            for at, note in enumerate(notes)
        ),
    ]


def _description(tops: Sequence[Theme]) -> str:
    listed = "、".join(f"{one.label}（声{one.voices:,}）" for one in tops)
    return (
        f"テーマを島として描いた図です。声の多い順に、{listed}。"
        if tops
        else "テーマはありません。"
    )


def _told(theme: Theme, themes: Sequence[Theme]) -> str:
    inside = "、".join(
        f"{one.label}（声{one.voices:,}）" for one in themes if one.parent == theme.id
    )
    return f"{theme.label}: 声{theme.voices:,}、{theme.submissions:,}件" + (
        f"。内訳: {inside}" if inside else ""
    )


def _land(island: Island, hue: str, told: str) -> str:
    return (
        f'<circle cx="{_n(island.x)}" cy="{_n(island.y)}" r="{_n(island.radius)}" fill="{hue}" '
        f'fill-opacity="0.1" stroke="{hue}" stroke-opacity="0.45" stroke-width="0.002">'
        f"<title>{_text(told)}</title></circle>"
    )


def _nowhere(drawn: Plane) -> list[str]:
    if NOWHERE not in drawn.islands:
        return []
    island = drawn.islands[NOWHERE]
    return [
        _land(island, "#767678", f"{UNCLASSIFIED}: 声{island.voices:,}"),
        *_written(island.x, island.y + island.radius, [UNCLASSIFIED], f"声 {island.voices:,}"),
    ]


def _label(island: Island, theme: Theme) -> list[str]:
    shown = lettering.lines(theme.label)
    return _written(island.x, island.y + island.radius, shown, f"声 {theme.voices:,}")


def _written(x: float, shore: float, shown: Sequence[str], size: str) -> list[str]:
    """Write a label's lines under the shore, and the size under them."""
    first = shore + plane.MARGIN / 2 + LETTER * 0.95
    lines = [
        f'<text x="{_n(x)}" y="{_n(first + at * LETTER * LINE)}" font-size="{_n(LETTER)}" '
        f'font-weight="bold" fill="#1a1a1c">{_text(line)}</text>'
        for at, line in enumerate(shown)
    ]
    below = first + (len(shown) - 1 + SMALL_LETTER) * LETTER * LINE
    lines.append(
        f'<text x="{_n(x)}" y="{_n(below)}" font-size="{_n(LETTER * SMALL_LETTER)}" '
        f'fill="#4d4d50">{size}</text>'
    )
    return lines


def _parts(drawn: Plane, named: dict[str, Theme]) -> list[str]:
    """Name the subthemes on islands where there is room for it, none over another."""
    size = LETTER * 0.72
    taken: list[tuple[float, float, float]] = []
    lines = []
    for identity, theme in named.items():
        if theme.parent is None or identity not in drawn.islands:
            continue
        part, land = drawn.islands[identity], drawn.islands[theme.parent]
        half = lettering.width(theme.label) * size / 2
        fits = half < part.radius * 1.1 and abs(part.x - land.x) + half < land.radius * 1.1
        clear = all(
            abs(part.x - x) > half + other or abs(part.y - y) > size * 1.3 for x, y, other in taken
        )
        if fits and clear:
            taken.append((part.x, part.y, half))
            lines.append(
                f'<text x="{_n(part.x)}" y="{_n(part.y + size * 0.35)}" font-size="{_n(size)}" '
                'fill="#1a1a1c" stroke="#fff" stroke-width="0.007" stroke-linejoin="round" '
                f'paint-order="stroke">{_text(theme.label)}</text>'
            )
    return lines


def _dots(drawn: Plane) -> tuple[Places, int]:
    """Return the points to draw: each once, or every so many of them when there are too many."""
    points = np.unique(drawn.points, axis=0)
    every = -(-len(points) // _DOTS_AT_MOST) or 1
    return points[::every], every


def _dotted(
    drawn: Plane, dots: Places, every: int, hues: dict[str, str], tops: Sequence[str]
) -> list[str]:
    """Draw all dots of an island as one path of strokes with round ends: small and quick."""
    ids = [*tops, *([NOWHERE] if NOWHERE in drawn.islands else [])]
    middles = np.array([[drawn.islands[one].x, drawn.islands[one].y] for one in ids])
    radii = np.array([drawn.islands[one].radius for one in ids])
    wide = drawn.spacing * 0.55 * min(4.5, float(np.sqrt(every)))
    lines = []
    for at, identity in enumerate(ids):
        inside = dots[((dots - middles[at]) ** 2).sum(axis=1) <= radii[at] ** 2]
        path = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in inside.tolist())
        lines.append(
            f'<path d="{path}" stroke="{hues.get(identity, "#767678")}" stroke-opacity="0.75" '
            f'stroke-width="{_n(wide)}" stroke-linecap="round" fill="none"/>'
        )
    return lines


def _hues(drawn: Plane, tops: Sequence[str]) -> dict[str, str]:
    """Give each island the hue that is farthest from where it already is."""
    found: dict[str, str] = {}
    for identity in tops:
        here = drawn.islands[identity]
        room = {
            hue: min(
                (
                    np.hypot(here.x - drawn.islands[one].x, here.y - drawn.islands[one].y)
                    for one, other in found.items()
                    if other == hue
                ),
                default=9.0,
            )
            for hue in _HUES
        }
        found[identity] = max(
            _HUES, key=lambda hue: (round(float(room[hue]), 4), -_HUES.index(hue))
        )
    return found


def _n(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _text(written: str) -> str:
    return escape(_NOT_XML.sub("", written))
