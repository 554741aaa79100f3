"""The plans of a scenario in the order of a ranking, and the reference plans: what is known of a
result, wherever it is kept.
"""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from optimiser.errors import ScenarioError
from optimiser.frozen import dataclass
from optimiser.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from optimiser.engine.problem import Point, Problem
    from optimiser.formulate import Model
    from optimiser.front import Floats, Front
    from optimiser.ranking import Ranked
    from optimiser.results.equal_plans import Equivalents
    from optimiser.scenario import Scenario

__all__ = ["RankedPlans", "ReferenceOutcome", "read_cells"]


@dataclass(frozen=True)
class ReferenceOutcome:
    """A plan the planner named, measured against the front.

    Attributes:
        name: its id in the scenario.
        title: as the planner writes it, possibly empty.
        cells: decision column -> cell, as in ``front.csv``.
        objectives: m values in the user's units and directions; None where undefined.
        violated: the constraints and rules it breaks beyond the tolerance, by the scenario's own
            names.
        tolerated: those that it breaks within the tolerance, or perhaps does not break: it holds
            within tolerance, and takes no part in dominance and best values.
        equals: the listed plan with the same objectives, or None.
        dominated_by: the best ranked of the listed plans that are at least as good in everything
            and better in something.
        dominates: the listed plans that it beats in turn: only an unproven front has any.
        mixed: on a front of segments and faces, the listed plans of which a mixture is as good
            (``on_front``) or better.
        on_front: whether it is listed, or lies on a segment or face between listed plans.
    """

    name: str
    title: str
    cells: tuple[tuple[str, str], ...]
    objectives: tuple[float | None, ...]
    violated: tuple[str, ...] = ()
    equals: str | None = None
    dominated_by: str | None = None
    dominates: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    on_front: bool = False
    tolerated: tuple[str, ...] = ()

    @property
    def feasible(self) -> bool:
        """Whether it holds every constraint and rule exactly."""
        return not self.violated and not self.tolerated


def read_cells(
    model: Model, names: Sequence[str], plans: Iterable[tuple[str, Sequence[str]]], /
) -> tuple[Floats, list[tuple[str, ScenarioError]]]:
    """(k, n) the columns behind ids with cells, and which of them cannot be read, and why: as a
    stranger may have written them. Where some cannot there are no rows.
    """
    known = [(name, dict(zip(names, cells, strict=True))) for name, cells in plans]
    try:
        return model.encode_all([cells for _, cells in known]), []
    except ScenarioError:
        wrong: list[tuple[str, ScenarioError]] = []
        for name, cells in known:
            try:
                model.encode(cells)
            except ScenarioError as error:
                wrong.append((name, error))
        return model.encode_all(()), wrong


@dataclass(frozen=True, eq=False)
class RankedPlans:
    """The plans of a scenario in the order of a ranking.

    Attributes:
        scenario: as it was solved, overrides included.
        front: its rows stand in rank order; ``front.x`` has no columns in a loaded result, the
            decisions are in the cells.
        ranking: of the front's rows.
        reference_plans: one outcome for each of the scenario's ``plans``.
        equal_plans: for each listed plan the others with its objectives, as far as they were
            searched for when the result was saved; None where they were not.
        certificate: the content of its certificate of completeness, from
            :func:`optimiser.study.certify`; None where it was not asked for, cannot be given, or
            in a loaded result.
        compiled: the scenario as the run formulated it; None in a loaded result.
    """

    scenario: Scenario
    front: Front
    ranking: Ranked
    reference_plans: tuple[ReferenceOutcome, ...] = ()
    equal_plans: tuple[Equivalents, ...] | None = None
    certificate: bytes | None = None
    compiled: Model | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        words = f"{len(self.front)} plans, {self.front.proof.status}"
        return f"{type(self).__name__}({self.scenario.name!r}, {words})"

    @cached_property
    def model(self) -> Model:
        """The formulated scenario: the run's own, or compiled when a loaded result first asks."""
        from optimiser.formulate import formulate

        return self.compiled or formulate(self.scenario)

    @cached_property
    def problem(self) -> Problem:
        """The problem whose plans are listed: with its constraints loosened by the tolerance where
        the front says so.
        """
        return self.model.at(loosened=self.front.proof.feasible_set == "tolerance")

    def decisions(
        self, rows: Sequence[int] | None = None, /, *, model: Model | None = None
    ) -> Floats:
        """(k, n) the columns behind the cells of the plans in these rows of the front, of all plans
        by default; those of another model where one is given.
        """
        front = self.front
        chosen = [(front.ids[row], front.cells[row]) for row in self._rows(rows)]
        return self.encoded(chosen, model=model)

    def encoded(
        self, plans: Iterable[tuple[str, Sequence[str]]], /, *, model: Model | None = None
    ) -> Floats:
        """(k, n) the columns behind ids with cells; those of another model where one is given.

        Raises:
            ScenarioError: cells of a plan that the scenario does not have, as a stranger may have
                written them.
        """
        x, wrong = read_cells(model or self.model, self.front.decision_columns, plans)
        for name, error in wrong:
            words = tr("plan {plan} of the result: {message}", plan=name, message=error.message)
            raise ScenarioError(words, help=error.help)
        return x

    def points(self, rows: Sequence[int] | None = None, /) -> list[Point | None]:
        """The same decisions exactly, solved for again from what the plans stand on; None where
        they are decimals in the cells.

        Raises:
            ValueError: what a plan stands on does not determine it.
        """
        front, chosen = self.front, self._rows(rows)
        if not any(front.stands):
            return [None] * len(chosen)
        from optimiser.engine.standing import rebuilt

        stands = [front.stands[row] for row in chosen]
        return [
            None if stand is None else rebuilt(self.problem, own, stand)
            for own, stand in zip(self.decisions(chosen).tolist(), stands, strict=True)
        ]

    def _rows(self, rows: Sequence[int] | None) -> Sequence[int]:
        return range(len(self.front)) if rows is None else rows
