"""A picture of a result that a notebook shows, and that is saved as a file."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser.face.naming import said_in_python
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.reports import Plotted
    from optimiser.reports.drawing import Theme
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["Plot"]


@dataclass(frozen=True, eq=False)
class Plot:
    """A picture of a result; see :func:`optimiser.reports.plotted`.

    Attributes:
        result: what is shown.
        kind: the most telling one where it is None.
        objectives: the ids of those shown; all where there are none.
        plan: the one shown, for kinds that show one.
        size: width and height in pixels; None for those that suit it.
        theme: the ground.
    """

    result: Result
    kind: str | None = None
    objectives: tuple[str, ...] = ()
    plan: NamedPlan | None = None
    size: tuple[float, float] | None = None
    theme: Theme = "light"

    @cached_property
    def svg(self) -> str:
        """The picture as the text of an SVG file."""
        return self.drawn(".svg").content.decode("utf-8")

    def drawn(self, suffix: str, /) -> Plotted:
        """The picture as a file in the format of a suffix: ``.png``, ``.svg``, ``.pdf``.

        Raises:
            UsageError: there is no such picture or format.
        """
        from optimiser.reports import plotted

        with said_in_python():
            return plotted(
                self.result,
                suffix,
                kind=self.kind,
                objectives=self.objectives,
                plan=self.plan,
                size=self.size,
                theme=self.theme,
            )

    def save(self, path: str | Path, /, *, overwrite: bool = False) -> Path:
        """Write the picture; the suffix decides the format.

        Returns:
            The path.

        Raises:
            UsageError: the format is none, or a file is there that optimise did not write.
        """
        from optimiser.reports.plotting import suffix_of
        from optimiser.results.folder import write_text
        from optimiser.session import Output
        from optimiser.session.outputs import guard, inputs_of

        path = Path(path)
        suffix = suffix_of(path.suffix)
        with said_in_python():
            guard([Output("save", path)], inputs_of(self.result.scenario), overwrite=overwrite)
        write_text(path, self.drawn(suffix).content)
        return path

    def _repr_svg_(self) -> str:
        return self.svg
