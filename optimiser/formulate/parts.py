"""What problems are assembled from: objectives and comparisons as nodes, logic as rows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain
    from optimiser.expressions import Expansions, Graph
    from optimiser.formulate.choices import Choices
    from optimiser.formulate.logic import RowDraft
    from optimiser.formulate.shared import Shared

__all__ = ["AssembledObjective", "Bound", "Parts", "Wanted"]


@dataclass(frozen=True)
class AssembledObjective:
    """An objective's node; sign -1 where the user maximises."""

    name: str
    node: int
    sign: int


@dataclass(frozen=True)
class Bound:
    """One comparison of a constraint: ``node <= 0``, or ``node == 0``; ``top - bottom`` is the
    node. ``phase`` is the one that it is about; empty where it is about all.
    """

    group: str
    node: int
    top: int
    bottom: int
    equality: bool
    phase: str = ""


@dataclass(frozen=True)
class Parts:
    """What a problem is assembled from."""

    graph: Graph
    domains: tuple[Domain, ...]
    values: Mapping[str, Fraction]
    objectives: tuple[AssembledObjective, ...]
    logic: tuple[RowDraft, ...]
    bounds: tuple[Bound, ...]
    choices: Choices
    expansions: Expansions
    shared: Shared


@dataclass(frozen=True)
class Wanted:
    """What plans are compared by, and what they hold.

    Attributes:
        objectives: m.
        bounds: the comparisons of the constraints.
        note: what they rest on, to be said with what is claimed; empty where nothing is uncertain.
    """

    objectives: tuple[AssembledObjective, ...]
    bounds: tuple[Bound, ...]
    note: str = ""
