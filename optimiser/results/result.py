"""A result: ranked plans as they are saved and loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import tr
from optimiser.results.document import json_text, to_document, with_equals
from optimiser.results.folder import write_folder
from optimiser.results.places import CERTIFICATE_FILE, FRONT_FILE, RESULT_FILE
from optimiser.results.ranked_plans import RankedPlans
from optimiser.results.table import csv_text

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Front
    from optimiser.ranking import Ranked
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.scenario import Scenario

__all__ = ["Result", "arrange"]


def arrange(
    scenario: Scenario,
    front: Front,
    ranking: Ranked,
    /,
    *,
    compiled: Model | None = None,
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
        exact=tuple(front.exact[row] for row in order.tolist()) if front.exact else (),
        proof=replace(front.proof, cells=tuple(cells), open_ends=tuple(ends)),
    )
    ranking = replace(
        ranking,
        score=ranking.score[order],
        rank=ranking.rank[order],
        order=np.arange(len(order)),
        details={name: values[order] for name, values in ranking.details.items()},
    )
    return Result(scenario, front, ranking, compiled=compiled)


@dataclass(frozen=True, eq=False, repr=False)
class Result(RankedPlans):
    """What one run found: everything that is saved, shown, exported and compared."""

    def save(self, folder: str | Path, /) -> Path:
        """Write ``front.csv``, ``result.json`` and the certificate, if any, into ``folder``, whole
        or not at all; a certificate of an earlier result, which proves nothing about this one, is
        gone with it.

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
        write_folder(Path(folder), files, without={CERTIFICATE_FILE} - set(files))
        return Path(folder)

    def named(self, wanted: str, /) -> NamedPlan:
        """The one plan that a text names, listed or not: an id or its beginning, a rank, the name
        of a reference plan, or decisions (``iot=1,ai=full@2028``; ``none``).

        Raises:
            UsageError: it names none, or several.
        """
        from optimiser.results.naming_plans import named_plan

        return named_plan(self, wanted)

    def plan(self, wanted: str, /) -> int:
        """The row of the listed plan that a text names; see :meth:`named`.

        Raises:
            UsageError: it names none, several, or one that is not listed.
        """
        from optimiser.results.naming_plans import named_plan

        found = named_plan(self, wanted)
        if found.row is None:
            raise UsageError(
                tr("plan '{wanted}' is not listed in this result", wanted=wanted),
                help=tr("optimise explain says what it is"),
            )
        return found.row

    def json_text(self) -> str:
        """The content of ``result.json``."""
        return json_text(with_equals(to_document(self), self.equal_plans or ()))

    @staticmethod
    def load(path: str | Path, /) -> Result:
        """Read a result back from its folder or its ``result.json``.

        Raises:
            UsageError: there is none at ``path``.
            ScenarioError: it is damaged.
        """
        from optimiser.results.document_reading import read_document
        from optimiser.results.restoring import from_document

        return Result(*from_document(read_document(Path(path))))
