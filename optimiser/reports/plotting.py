"""A result as a picture in a file's format, in letters that the fonts at hand have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from optimiser.errors import UsageError
from optimiser.extras import insist_on
from optimiser.language import listed, speaking, tr
from optimiser.reports.chart import with_texts
from optimiser.reports.drawing import GROUNDS
from optimiser.reports.fonts import missing_letters, spelled_out
from optimiser.reports.kinds import chart_of
from optimiser.reports.matplotlib_drawing import SUFFIXES, drawn
from optimiser.reports.placing import placed

if TYPE_CHECKING:
    from optimiser.reports.chart import Chart
    from optimiser.reports.drawing import Theme
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["Plotted", "picture_of", "plotted", "size_of", "suffix_of"]

_SMALLEST: Final = 160
_LARGEST: Final = 8000
_DENSE: Final = 2.0  # pixels of a PNG for one unit, where no size is asked for


@dataclass(frozen=True)
class Plotted:
    """A picture as a file.

    Attributes:
        content: of the file.
        missing: the letters that no font of this machine has, and that are not in the picture.
    """

    content: bytes
    missing: str = ""


def suffix_of(name: str, /) -> str:
    """The suffix of a file that a picture can be written to.

    Raises:
        UsageError: it is another one, or what draws them is not there.
    """
    suffix = name.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            tr("no picture as '{suffix}'", suffix=name) if name else tr("no suffix, so no format"),
            help=tr("name a file that ends in {suffixes}", suffixes=listed(SUFFIXES, last="or")),
        )
    insist_on("matplotlib", tr("no picture without {library}", library="matplotlib"))
    return suffix


def size_of(text: str, /) -> tuple[float, float]:
    """Width and height, written as ``800x600``.

    Raises:
        UsageError: they are no such numbers, or too small or large for a picture.
    """
    width, sign, height = text.lower().replace("×", "x").partition("x")
    numbers = [int(part) for part in (width, height) if part.isascii() and part.isdigit()]
    if not sign or len(numbers) != 2:
        raise UsageError(
            tr("--size {size}: not a width and a height", size=text),
            help=tr("write both in pixels: --size 1200x800"),
        )
    return _that_fits((float(numbers[0]), float(numbers[1])))


def _that_fits(size: tuple[float, float], /) -> tuple[float, float]:
    if all(_SMALLEST <= side <= _LARGEST for side in size):
        return size
    raise UsageError(
        tr(
            "--size {size}: a side is {least} to {most} pixels",
            size="x".join(f"{side:.12g}" for side in size),
            least=_SMALLEST,
            most=_LARGEST,
        ),
        help=tr("write both in pixels: --size 1200x800"),
    )


def picture_of(
    chart: Chart,
    suffix: str,
    /,
    *,
    size: tuple[float, float] | None = None,
    theme: Theme = "light",
    titled: bool = True,
) -> bytes:
    """A chart as a file; of this width and height in pixels, or of those that suit it; with its
    title above it where it stands alone.
    """
    if size is None:
        whole = placed(chart, titled=titled)
        return drawn(whole, suffix, theme=theme, scale=_DENSE if suffix == ".png" else 1.0)
    natural = placed(chart, titled=titled)
    # words keep their size on a small sheet and grow with a large one
    scale = max(1.0, min(size[0] / natural.width, size[1] / natural.height))
    sheet = (size[0] / scale, size[1] / scale)
    return drawn(placed(chart, size=sheet, titled=titled), suffix, theme=theme, scale=scale)


def plotted(
    result: Result,
    suffix: str,
    /,
    *,
    kind: str | None = None,
    objectives: Sequence[str] = (),
    plan: NamedPlan | None = None,
    robust: Mapping[str, Any] | None = None,
    size: tuple[float, float] | None = None,
    theme: Theme = "light",
) -> Plotted:
    """A picture of a result.

    Letters that no font here has are not drawn as boxes: titles that have some give way to ids.

    Args:
        result: what is shown.
        suffix: ``.png``, ``.svg`` or ``.pdf``.
        kind: see :data:`optimiser.reports.kinds.KINDS`; the most telling one by default.
        objectives: the ids of those shown, in this order; all by default.
        plan: the one shown, for kinds that show one; the first by default.
        robust: what `robust --json` answers, for kinds that show it; computed by default.
        size: width and height in pixels; by default those that suit the picture.
        theme: the ground.

    Raises:
        UsageError: there is no such picture, size or ground.
    """
    suffix = suffix_of(suffix)
    if size is not None:
        size = _that_fits(size)
    if theme not in GROUNDS:
        raise UsageError(
            tr("--theme '{theme}' is none", theme=theme), help=listed(GROUNDS, last="or")
        )
    chart = chart_of(result, kind, objectives=objectives, plan=plan, robust=robust)
    # an SVG holds words, and the reader's fonts show them
    missing = "" if suffix == ".svg" else missing_letters(word.text for word in placed(chart).words)
    if missing:
        with speaking("en"):
            chart = chart_of(_by_ids(result), kind, objectives=objectives, plan=plan, robust=robust)
        chart = with_texts(chart, spelled_out)
    return Plotted(picture_of(chart, suffix, size=size, theme=theme), missing)


def _by_ids(result: Result) -> Result:
    """The result without titles and units that cannot be drawn."""

    def kept(text: str) -> str:
        return "" if missing_letters([text]) else text

    columns = tuple(
        replace(column, title=kept(column.title), unit=kept(column.unit))
        for column in result.front.columns
    )
    scenario = result.scenario
    technologies = {
        name: technology.model_copy(update={"title": kept(technology.title)})
        for name, technology in scenario.technologies.items()
    }
    plain = scenario.model_copy(
        update={"title": kept(scenario.title), "technologies": technologies}
    )
    return replace(result, scenario=plain, front=replace(result.front, columns=columns))
