"""Everything that can go wrong, as a planner or a script meets it.

::

    OptimiseError                 exit 1: a bug, unless a branch below says otherwise
    ├── UsageError                exit 2: unknown option value, name or method; missing scenario
    │                             or result
    ├── ScenarioError             exit 3: the scenario or its data are invalid; carries diagnostics
    ├── NoSolutionError           exit 4: proven, nothing to search for
    │   ├── InfeasibleError           no plan satisfies all constraints
    │   └── UnboundedError            an objective has no finite best value
    ├── GateError                 exit 5: a gate or a verification failed
    ├── ProofError                exit 6: stopped without the required proof, or before any plan
    │                             was found
    └── InterruptedRun            exit 130: Ctrl-C; the front so far is saved
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

__all__ = [
    "Diagnostic",
    "GateError",
    "InfeasibleError",
    "InterruptedRun",
    "NoSolutionError",
    "OptimiseError",
    "ProofError",
    "ScenarioError",
    "UnboundedError",
    "UsageError",
]


@dataclass(frozen=True)
class Diagnostic:
    """One finding about a file: where it is, what was expected, what came, the easiest fix.

    Lines and columns count from 1, columns in characters; ``line`` 0 means the file as a whole. In
    a spreadsheet, which ``sheet`` then names, they are the row and column of a cell.
    """

    code: str
    severity: Literal["error", "warning"]
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    length: int = 1
    source: str = ""
    label: str = ""
    help: str = ""
    sheet: str = ""


class OptimiseError(Exception):
    """The root of the tree; raised itself it means a bug.

    Attributes:
        message: what is wrong.
        help: the easiest fix. What is asked of a run is in backticks, by its name in Python
            (`time_limit`); a command line says it in words of its own.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(OptimiseError):
    """The call itself is wrong: an unknown option value, name or method, a file that is not
    there.
    """

    exit_code = 2


class ScenarioError(OptimiseError):
    """The scenario or its data are invalid; ``diagnostics`` holds every finding, by position."""

    exit_code = 3

    def __init__(
        self, message: str, *, help: str = "", diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        super().__init__(message, help=help)
        self.diagnostics = tuple(diagnostics)


class NoSolutionError(OptimiseError):
    """Proven: there is no front to find; ``involved`` names the constraints that matter."""

    exit_code = 4

    def __init__(self, message: str, *, help: str = "", involved: Sequence[str] = ()) -> None:
        super().__init__(message, help=help)
        self.involved = tuple(involved)


class InfeasibleError(NoSolutionError):
    """No plan satisfies all constraints."""


class UnboundedError(NoSolutionError):
    """An objective has no finite best value."""


class GateError(OptimiseError):
    """A gate or a verification failed."""

    exit_code = 5


class ProofError(OptimiseError):
    """The run stopped without the required proof, or before any plan was found."""

    exit_code = 6


class InterruptedRun(OptimiseError):
    """Ctrl-C: the front so far is saved."""

    exit_code = 130
