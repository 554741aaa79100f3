"""Pictures as PNG, SVG and PDF: the only place that knows matplotlib.

The same picture is the same bytes with the same versions: no date, no random id, and nothing is
measured with a font.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final, cast
from xml.sax.saxutils import escape

from optimiser.reports.drawing import (
    COLOURS,
    GROUNDS,
    Drawn,
    DrawnDots,
    DrawnPath,
    DrawnWord,
    Picture,
    Theme,
)
from optimiser.reports.fonts import FAMILIES, hushed, installed_families
from optimiser.results.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from optimiser.reports.chart import Role

    Colours = Mapping[Role, str]
    Gathered = tuple[DrawnPath, ...] | DrawnDots | DrawnWord

__all__ = ["SUFFIXES", "drawn"]

SUFFIXES: Final = (".png", ".svg", ".pdf")
"""What can be written."""

_MARK: Final = "written by optimise"
_INCH: Final = 72.0
_FINE: Final = 3 * _INCH  # pixels of an inch, of points that are no vectors
_HINTED: Final = 2_000  # points of a .svg that have hints, each an element of its own
_VECTORS: Final = 10_000  # points of a .svg or .pdf; more are pixels in it, or no viewer shows it
_DASHES: Final = {"solid": "solid", "dashed": (0, (5, 4)), "dotted": (0, (1.5, 3))}
_SHAPES: Final = {
    "dot": "o",
    "ring": "o",
    "diamond": "D",
    "star": "*",
    "square": "s",
    "bar": "|",
}
_HOLLOW: Final = ("ring", "diamond", "square")
_METADATA: Final[dict[str, dict[str, str | None]]] = {
    ".png": {"Software": _MARK},
    ".svg": {"Creator": _MARK, "Date": None, "Format": None, "Type": None},
    ".pdf": {"Creator": _MARK, "Producer": None, "CreationDate": None},
}


def drawn(picture: Picture, suffix: str, /, *, theme: Theme = "light", scale: float = 1.0) -> bytes:
    """The picture as a file.

    Args:
        picture: at its places.
        suffix: one of ``SUFFIXES``.
        theme: the ground it is drawn on.
        scale: pixels of the file for one unit of the picture.
    """
    hushed()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    families = list(FAMILIES if suffix == ".svg" else installed_families())
    settings: Any = {
        "svg.fonttype": "none",  # words stay words: the reader's fonts show them
        "svg.hashsalt": "optimise",
        "pdf.fonttype": 3,
        "path.simplify": False,
        "text.parse_math": False,
        "font.family": [*families, "sans-serif"] if suffix == ".svg" else families,
    }
    inches = (picture.width * scale / _INCH, picture.height * scale / _INCH)
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = Figure(figsize=inches, dpi=_INCH, facecolor=GROUNDS[theme])
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0.0, picture.width)
        axes.set_ylim(picture.height, 0.0)
        axes.set_axis_off()
        hints: dict[str, str] = {}
        dots = sum(len(one.centres) for one in picture.drawn if isinstance(one, DrawnDots))
        hinted = suffix == ".svg" and dots <= _HINTED
        drawn = picture.drawn if hinted else _unhinted(picture.drawn)
        for number, one in enumerate(_gathered(drawn)):
            hint = _hint(one)
            artist = _draw(axes, one, COLOURS[theme], GROUNDS[theme], scale)
            artist.set_zorder(number)  # what comes later lies above
            artist.set_rasterized(dots > _VECTORS and isinstance(one, DrawnDots))
            if hint and hinted:
                artist.set_gid(f"hint{len(hints)}")
                hints[f"hint{len(hints)}"] = hint
        buffer = io.BytesIO()
        metadata = dict(_METADATA[suffix])
        if suffix != ".png":
            metadata["Title"] = printable(picture.title)
        figure.savefig(
            buffer,
            format=suffix[1:],
            metadata=metadata,
            facecolor=GROUNDS[theme],
            dpi=_INCH if suffix == ".png" else _FINE,
        )
    return _titled(buffer.getvalue(), picture, hints) if suffix == ".svg" else buffer.getvalue()


def _hint(one: Gathered) -> str:
    if isinstance(one, DrawnWord):
        return ""
    return one.hint if isinstance(one, DrawnDots) else one[0].hint


def _titled(svg: bytes, picture: Picture, hints: Mapping[str, str]) -> bytes:
    """The file with a title for those who have it read and with what a pointer shows; its fonts are
    named once.
    """
    text = svg.decode("utf-8")
    head = re.search(r"<svg [^>]*", text)
    assert head is not None
    families = ", ".join(f"'{family}'" for family in FAMILIES)
    said = f' role="img" font-family="{families}, sans-serif">'
    title = f"\n <title>{escape(printable(picture.title))}</title>"
    text = text[: head.end()] + said + title + text[head.end() + 1 :]
    text = re.sub(r'(<text\sstyle="[^"]*?)font-family:[^;"]*;\s', r"\1", text)
    text = re.sub(r' transform="rotate\(-0 [^"]*"', "", text)
    text = re.sub(
        r"\n *<g id=\"text_\d+\">\n *(<text .*?</text>)\n *</g>", r"\n\1", text, flags=re.S
    )
    return re.sub(
        r'<g id="(hint\d+)">',
        lambda found: f"<g><title>{escape(printable(hints[found[1]]))}</title>",
        text,
    ).encode("utf-8")


def _unhinted(everything: Sequence[Drawn]) -> list[Drawn]:
    """Without what only a pointer shows; points that it told apart are drawn at once."""

    def look(one: Drawn) -> Any:
        return replace(one, centres=(), radius=(), hint="") if isinstance(one, DrawnDots) else None

    found: list[Drawn] = []
    for like, group in groupby(everything, look):
        if like is None:
            found += group
            continue
        dots = [one for one in group if isinstance(one, DrawnDots)]
        centres = tuple(centre for one in dots for centre in one.centres)
        found.append(
            replace(like, centres=centres, radius=tuple(r for d in dots for r in d.radius))
        )
    return found


def _gathered(
    everything: Sequence[Drawn],
) -> Iterator[tuple[DrawnPath, ...] | DrawnDots | DrawnWord]:
    """Lines that look alike and follow one another together: thousands are drawn at once."""

    def look(one: Drawn) -> Any:
        if isinstance(one, DrawnPath) and not (one.fill or one.curved or one.hint):
            return replace(one, points=())
        return id(one)

    for _, group in groupby(everything, look):
        alike = list(group)
        paths = tuple(one for one in alike if isinstance(one, DrawnPath))
        yield paths or cast("DrawnDots | DrawnWord", alike[0])


def _draw(
    axes: Axes,
    one: Gathered,
    colours: Colours,
    ground: str,
    scale: float,
) -> Artist:
    if isinstance(one, DrawnWord):
        return axes.text(
            one.x,
            one.y + 0.36 * one.size,  # from the middle of capitals down to the line
            printable(one.text),
            fontsize=one.size * scale,
            color=colours[one.role],
            ha={"start": "left", "middle": "center", "end": "right"}[one.anchor],
            va="baseline",
            weight="bold" if one.bold else "normal",
            clip_on=False,
        )
    if isinstance(one, DrawnDots):
        return _draw_dots(axes, one, colours, ground, scale)
    if len(one) > 1:
        return _draw_lines(axes, one, colours, scale)
    return _draw_path(axes, one[0], colours, scale)


def _draw_dots(axes: Axes, dots: DrawnDots, colours: Colours, ground: str, scale: float) -> Artist:
    hollow = dots.shape in _HOLLOW
    colour = colours[dots.role]
    shrunk = 0.8 if dots.shape in ("diamond", "square") else 1.0
    sizes = dots.radius[:1] if len(set(dots.radius)) == 1 else dots.radius
    filled = ground if dots.shape == "ring" else "none" if hollow else colour
    width = 1.8 if dots.shape in ("diamond", "square") else 1.0 if dots.edged or hollow else 0.0
    return axes.scatter(
        [x for x, _ in dots.centres],
        [y for _, y in dots.centres],
        # of one size they are drawn from one shape
        s=[(2 * radius * scale * shrunk) ** 2 for radius in sizes],
        marker=_SHAPES[dots.shape],
        facecolors=filled,
        edgecolors=colour if hollow else ground,
        linewidths=width * scale,
        clip_on=False,
    )


def _draw_lines(axes: Axes, lines: Sequence[DrawnPath], colours: Colours, scale: float) -> Artist:
    from matplotlib.collections import LineCollection

    look = lines[0]
    assert look.stroke is not None
    return axes.add_collection(
        LineCollection(
            [line.points for line in lines],
            colors=colours[look.stroke],
            linewidths=look.width * scale,
            linestyles=_DASHES[look.dash],
            alpha=look.opacity,
            clip_on=False,
        ),
        autolim=False,
    )


def _draw_path(axes: Axes, path: DrawnPath, colours: Colours, scale: float) -> Artist:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    codes = [Path.MOVETO, *[Path.LINETO] * (len(path.points) - 1)]
    points = list(path.points)
    if path.curved:
        points, codes = _curve(points)
    elif path.fill:
        points, codes = [*points, points[0]], [*codes, Path.CLOSEPOLY]
    face = to_rgba(colours[path.fill], path.opacity) if path.fill else (0.0, 0.0, 0.0, 0.0)
    # the border of a pale ground is not pale
    strength = 1.0 if path.fill else path.opacity
    edge = to_rgba(colours[path.stroke], strength) if path.stroke else (0.0, 0.0, 0.0, 0.0)
    return axes.add_patch(
        PathPatch(
            Path(points, codes),
            facecolor=face,
            edgecolor=edge,
            linewidth=path.width * scale if path.stroke else 0.0,
            linestyle=_DASHES[path.dash],
            capstyle="butt",
            clip_on=False,
        )
    )


def _curve(points: Sequence[tuple[float, float]]) -> tuple[list[tuple[float, float]], list[Any]]:
    """A curve that leaves and reaches each point from the side."""
    from matplotlib.path import Path

    made, codes = [points[0]], [Path.MOVETO]
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (x + to_x) / 2
        made += [(middle, y), (middle, to_y), (to_x, to_y)]
        codes += [Path.CURVE4] * 3
    return made, codes
