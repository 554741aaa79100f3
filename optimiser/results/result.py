"""A result: the front, its ranking and the reference plans, and where it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimiser.front import Front
from optimiser.ranking import Ranked
from optimiser.results.folder import write_folder
from optimiser.results.places import CERTIFICATE_FILE, FRONT_FILE, RESULT_FILE
from optimiser.results.table import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.engine.problem import Point, Problem
    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["ReferenceOutcome", "Result", "arrange", "problem_of"]


def problem_of(model: Model, front: Front, /) -> Problem:
    """The problem whose plans a front lists: with its constraints loosened by the tolerance where
    the front says so.
    """
    return model.at(loosened=front.proof.feasible_set == "tolerance")


def arrange(
    scenario: Scenario,
    front: Front,
    ranking: Ranked,
    references: tuple[ReferenceOutcome, ...] = (),
    /,
) -> Result:
    """A result whose rows stand in the order of ``ranking``, best rank first."""
    order = ranking.order
    moved = np.empty(len(order), dtype=np.int64)
    moved[order] = np.arange(len(order))
    cells = sorted(tuple(sorted(int(moved[row]) for row in cell)) for cell in front.proof.cells)
    ends = sorted((int(moved[row]), limit) for row, limit in front.proof.open_ends)
    front = replace(
        front,
        y=front.y[order],
        x=front.x[order],
        indicators=front.indicators[order],
        cells=tuple(front.cells[row] for row in order.tolist()),
        ids=tuple(front.ids[row] for row in order.tolist()),
        stands=tuple(front.stands[row] for row in order.tolist()) if front.stands else (),
        proof=replace(front.proof, cells=tuple(cells), open_ends=tuple(ends)),
    )
    ranking = replace(
        ranking, score=ranking.score[order], rank=ranking.rank[order], order=np.arange(len(order))
    )
    return Result(scenario, front, ranking, references)


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
        return not self.violated and not self.tolerated


@dataclass(frozen=True, eq=False)
class Result:
    """What one run found: everything that is saved, shown, exported and compared.

    Attributes:
        scenario: as it was solved, overrides included.
        front: its rows stand in rank order; ``front.x`` has no columns after :meth:`load`, the
            decisions are in the cells.
        ranking: of the front's rows.
        reference_plans: one outcome for each of the scenario's ``plans``.
        certificate: the content of its certificate of completeness, from
            :func:`optimiser.study.certify`; None where it was not asked for, cannot be given, or
            after :meth:`load`.
    """

    scenario: Scenario
    front: Front
    ranking: Ranked
    reference_plans: tuple[ReferenceOutcome, ...] = ()
    certificate: bytes | None = None

    def __repr__(self) -> str:
        return f"Result({self.scenario.name!r}, {len(self.front)} plans, {self.front.proof.status})"

    def plan(self, wanted: str, /) -> int:
        """The row of the plan with this id, or with this unambiguous beginning of one.

        Raises:
            UsageError: there is no such plan, or more than one.
        """
        from optimiser.errors import UsageError

        found = (
            [row for row, name in enumerate(self.front.ids) if name.startswith(wanted)]
            if wanted
            else []
        )
        if len(found) == 1:
            return found[0]
        if not found:
            best = ", ".join(self.front.ids[:3])
            raise UsageError(
                f"no plan '{wanted}' in this result",
                help=f"the plans with the best ranks are {best}",
            )
        raise UsageError(
            f"'{wanted}' is the beginning of {len(found)} plan ids", help="write more digits of it"
        )

    def decisions(self, model: Model, rows: Sequence[int] | None = None, /) -> Floats:
        """(k, n) the columns behind the cells of the plans in these rows of the front, of all plans
        by default.
        """
        front = self.front
        chosen = range(len(front)) if rows is None else rows
        return np.array(
            [
                model.encode(dict(zip(front.decision_columns, front.cells[row], strict=True)))
                for row in chosen
            ]
        )

    def points(self, model: Model, rows: Sequence[int] | None = None, /) -> list[Point | None]:
        """The same decisions exactly, solved for again from what the plans stand on; None where
        they are decimals in the cells.

        Raises:
            ValueError: what a plan stands on does not determine it.
        """
        front = self.front
        chosen = list(range(len(front)) if rows is None else rows)
        if not any(front.stands):
            return [None] * len(chosen)
        from optimiser.engine.standing import rebuilt

        problem, x = problem_of(model, front), self.decisions(model, chosen).tolist()
        stands = [front.stands[row] for row in chosen]
        return [
            None if stand is None else rebuilt(problem, own, stand)
            for own, stand in zip(x, stands, strict=True)
        ]

    def save(self, folder: str | Path, /) -> Path:
        """Write ``front.csv``, ``result.json`` and the certificate, if any, into ``folder``, whole
        or not at all.

        Returns:
            The folder.

        Raises:
            UsageError: it cannot be written.
        """
        files: dict[str, str | bytes] = {
            FRONT_FILE: csv_text(self.front, self.ranking),
            RESULT_FILE: self.json_text(),
        }
        if self.certificate is not None:
            files[CERTIFICATE_FILE] = self.certificate
        write_folder(Path(folder), files)
        if self.certificate is None:
            # one of an earlier result proves nothing about this one
            (Path(folder) / CERTIFICATE_FILE).unlink(missing_ok=True)
        return Path(folder)

    def json_text(self) -> str:
        """The content of ``result.json``."""
        from optimiser.results.document import json_text, to_document

        return json_text(to_document(self))

    @staticmethod
    def load(path: str | Path, /) -> Result:
        """Read a result back from its folder or its ``result.json``.

        Raises:
            UsageError: there is none at ``path``.
            ScenarioError: it is damaged.
        """
        from optimiser.results.document_reading import from_document, read_document

        return from_document(read_document(Path(path)))
