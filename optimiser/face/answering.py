"""A result as Python meets it: a list of plans that can be asked, and that shows itself."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Literal, SupportsIndex, overload

from optimiser.errors import UsageError
from optimiser.face.naming import said_in_python
from optimiser.face.plans import Plan, plan_of_result
from optimiser.face.plots import Plot
from optimiser.frozen import dataclass
from optimiser.language import listed, tr
from optimiser.results.naming_plans import NamedPlan, listed_plan, named_plan
from optimiser.results.result import Result

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from optimiser.analysis.alternatives import Alternatives
    from optimiser.analysis.best import Best
    from optimiser.analysis.deciding import Decided
    from optimiser.analysis.explaining import Explanation
    from optimiser.analysis.robust import Robustness
    from optimiser.reports.drawing import Theme

__all__ = ["AnsweringResult"]


@dataclass(frozen=True, eq=False, repr=False)
class AnsweringResult(Result):
    """What ``optimiser.Result`` is: the plans of a result in the order of their ranks.

    A plan is named by its position from 0, or by any text that the command line takes for one.
    """

    @classmethod
    def over(cls, result: Result, /) -> AnsweringResult:
        """The same result, to be asked."""
        found = cls(**{one.name: getattr(result, one.name) for one in fields(result)})
        # what was compiled already is not compiled again
        vars(found).update({n: v for n, v in vars(result).items() if n not in vars(found)})
        return found

    @staticmethod
    def load(path: str | Path, /) -> AnsweringResult:
        """Read a result back from its folder or its ``result.json``.

        Raises:
            UsageError: there is none at ``path``.
            ScenarioError: it is damaged.
        """
        return AnsweringResult.over(Result.load(path))

    def __repr__(self) -> str:
        return super().__repr__().replace(type(self).__name__, Result.__name__, 1)

    def __len__(self) -> int:
        return len(self.front)

    def __iter__(self) -> Iterator[Plan]:
        return (plan_of_result(self, listed_plan(self, row)) for row in range(len(self)))

    def __contains__(self, plan: object) -> bool:
        """Whether a plan, or the plan of a full id, is listed."""
        return (plan.id if isinstance(plan, Plan) else plan) in self.front.ids

    @overload
    def __getitem__(self, wanted: slice) -> list[Plan]: ...
    @overload
    def __getitem__(self, wanted: SupportsIndex | str | Plan) -> Plan: ...
    def __getitem__(self, wanted: slice | SupportsIndex | str | Plan) -> Plan | list[Plan]:
        """A plan by its position or by a text that names one; several by a slice of positions.

        Raises:
            IndexError: there are fewer plans.
            UsageError: the text names no plan, or several.
        """
        if isinstance(wanted, slice):
            return [self[row] for row in range(*wanted.indices(len(self)))]
        return plan_of_result(self, self._named(wanted))

    def _named(self, wanted: SupportsIndex | str | Plan) -> NamedPlan:
        if isinstance(wanted, Plan):
            wanted = wanted.id if wanted.id in self.front.ids else _typed(wanted)
        if isinstance(wanted, str):
            return named_plan(self, wanted)
        try:
            row = operator.index(wanted)
        except TypeError:
            message = tr(
                "a plan is named by a position or a text, and not by '{type}'",
                type=type(wanted).__name__,
            )
            raise TypeError(message) from None
        if isinstance(wanted, bool) or not -len(self) <= row < len(self):
            raise IndexError(f"plan {wanted} of {len(self)}")
        return listed_plan(self, row % len(self))

    def explain(self, plan: SupportsIndex | str | Plan = 0, /) -> Explanation:
        """Why a plan ranks where it does, what it gives up, and what would change that.

        Raises:
            UsageError: no plan, or several, are named so.
        """
        from optimiser.analysis.explaining import explain

        return explain(self, self._named(plan))

    def decide(
        self,
        *,
        where: str | Sequence[str] = (),
        with_: str | Sequence[str] = (),
        without: str | Sequence[str] = (),
        order: str | Sequence[str] = (),
        weight_range: str | Sequence[str] = (),
        prefer: str | Sequence[str] = (),
    ) -> Decided:
        """What stated wishes leave over, each a text as the command line takes it.

        Args:
            where: limits on objectives or indicators: ``cost <= 9``.
            with_: ids of technologies that are adopted.
            without: ids of technologies that are not.
            order: ``a,b``: the range of a matters at least as much as that of b.
            weight_range: ``a=0.3..0.6``.
            prefer: ``p1:p2``: plan p1 is at least as good as p2.

        Raises:
            UsageError: a wish names what is not there, or they contradict each other.
        """
        from optimiser import study
        from optimiser.analysis.deciding import decide
        from optimiser.analysis.statements import Statement

        stated: list[Statement] = []
        stated += [Statement("where", text) for text in _texts("where", where)]
        stated += [Statement("with", text) for text in _texts("with_", with_)]
        stated += [Statement("without", text) for text in _texts("without", without)]
        stated += [Statement("order", text) for text in _texts("order", order)]
        stated += [Statement("weight_range", text) for text in _texts("weight_range", weight_range)]
        stated += [Statement("prefer", text) for text in _texts("prefer", prefer)]
        with said_in_python():
            return decide(self, stated, equivalents=study.equivalents_of_all(self))

    def best(
        self,
        indicator: str,
        /,
        *,
        where: str | Sequence[str] = (),
        sense: Literal["maximise", "minimise"] | None = None,
        time_limit: float | None = None,
    ) -> Best:
        """The best value of an objective or indicator over all plans that hold some wishes; see
        :func:`optimiser.analysis.best.best`.

        Raises:
            UsageError: a name means nothing, a wish is no comparison, or what is no objective has
                no sense.
            ProofError: stopped before any plan was found.
        """
        from optimiser.analysis.best import best

        with said_in_python():
            return best(self, indicator, _texts("where", where), sense=sense, seconds=time_limit)

    def alternatives(
        self,
        plan: SupportsIndex | str | Plan = 0,
        /,
        *,
        within: str | Sequence[str] = (),
        differ: int = 3,
        count: int = 5,
        time_limit: float | None = None,
    ) -> Alternatives:
        """Nearly as good plans that differ; see
        :func:`optimiser.analysis.alternatives.alternatives`.

        Raises:
            UsageError: no plan, or several, are named so, or an amount cannot be read.
        """
        from optimiser.analysis.alternatives import SECONDS, alternatives

        for name, number in (("differ", differ), ("count", count)):
            if number < 1:
                raise UsageError(f"{name}={number}", help=tr("write a number from 1 up"))
        with said_in_python():
            return alternatives(
                self,
                self._named(plan),
                within=_texts("within", within),
                differ=differ,
                count=count,
                seconds=SECONDS if time_limit is None else time_limit,
            )

    def robust(
        self,
        *,
        samples: int = 1024,
        seed: int = 1,
        cvar: float = 0.9,
        regret: bool = False,
        time_limit: float | None = None,
    ) -> Robustness:
        """How the plans do over uncertain parameters; see :func:`optimiser.analysis.robust.robust`.

        Args:
            samples: how many vectors of parameters are drawn.
            seed: of what is drawn.
            cvar: the level of CVaR, from 0 to below 1.
            regret: whether every sample is solved for what is best there.
            time_limit: seconds that solving them may take.

        Raises:
            UsageError: nothing is uncertain, or a number is out of its range.
        """
        from optimiser.analysis.robust import drawn_for, robust

        if samples < 1:
            raise UsageError(f"samples={samples}", help=tr("write a number from 1 up"))
        with said_in_python():
            drawn = drawn_for(self, samples, seed)
            return robust(self, drawn, seed=seed, level=cvar, regret=regret, seconds=time_limit)

    def plot(
        self,
        kind: str | None = None,
        /,
        *,
        objectives: str | Sequence[str] = (),
        plan: SupportsIndex | str | Plan | None = None,
        size: tuple[float, float] | None = None,
        theme: Theme = "light",
    ) -> Plot:
        """A picture, which a notebook shows and :meth:`Plot.save` writes; see
        :func:`optimiser.reports.plotted`.

        Raises:
            UsageError: the result has no such picture.
        """
        from optimiser.reports import chart_of

        named = None if plan is None else self._named(plan)
        columns = tuple(_texts("objectives", objectives))
        with said_in_python():
            chart_of(self, kind, objectives=columns, plan=named)
        return Plot(self, kind, columns, named, size, theme)

    def to_frame(self) -> pd.DataFrame:
        """The plans as a data frame of pandas, one a row, as ``front.csv`` has them; the units and
        senses of its columns are in ``attrs``.

        Raises:
            UsageError: pandas is not installed.
        """
        from optimiser.face.frames import frame_of

        return frame_of(self)

    def _repr_html_(self) -> str:
        from optimiser.face.html import page_of

        return page_of(self)


def _typed(plan: Plan) -> str:
    """A plan of another result, by what it decides."""
    cells = [f"{name}={cell}" for name, cell in plan.adopted.items()]
    return ",".join(cells) or "none"


def _texts(name: str, given: str | Sequence[str]) -> list[str]:
    """One text or several.

    Raises:
        UsageError: something else.
    """
    texts = [given] if isinstance(given, str) else list(given)
    for text in texts:
        if not isinstance(text, str):
            raise UsageError(
                tr("{name} takes texts, and not {value}", name=name, value=repr(text)),
                help=tr("write {example}", example=listed([f"{name}='...'", f"{name}=['...']"])),
            )
    return texts
