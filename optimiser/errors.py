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
from typing import ClassVar, Final

from optimiser.findings import Diagnostic

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


#: characters of a message: a page, since lists of names and command lines are whole in it
_MOST_WORDS: Final = 10_000


def _bounded(text: str, /) -> str:
    """A message without the middle of what nobody reads to the end: a name in it may be as long as
    a file.
    """
    half = _MOST_WORDS // 2
    return text if len(text) <= _MOST_WORDS else f"{text[:half]} ... {text[-half:]}"


class OptimiseError(Exception):
    """The root of the tree; raised itself it means a bug.

    Attributes:
        message: what is wrong.
        help: the easiest fix. What is asked of a run is in backticks, by its name in Python
            (`time_limit`); a command line says it in words of its own.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, help: str = "") -> None:
        self.message, self.help = _bounded(message), _bounded(help)
        super().__init__(self.message)


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

    def __str__(self) -> str:
        """Every finding as the command line prints it, then how many there are."""
        return "\n\n".join([*map(str, self.diagnostics), self.message])


class NoSolutionError(OptimiseError):
    """Proven: no plan fits, or none is best; ``involved`` names the constraints that matter."""

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
