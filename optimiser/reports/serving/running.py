"""A scenario served until somebody stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from optimiser import interrupts
from optimiser.errors import OptimiseError, ScenarioError, UsageError
from optimiser.language import spoken, tr
from optimiser.paths import reason as why
from optimiser.reports.serving.board import Board
from optimiser.reports.serving.pages import waiting
from optimiser.reports.serving.server import listening
from optimiser.reports.serving.solver import SolverProcess
from optimiser.reports.serving.solving import Failed, Read, Solved, Task
from optimiser.reports.serving.watching import Watch

if TYPE_CHECKING:
    from optimiser.session import Request

__all__ = ["News", "serve"]

_LOOK: Final = 0.1  # seconds between two looks at the files


@dataclass(frozen=True)
class News:
    """Something that whoever serves is told.

    Attributes:
        solved: a front that is shown now.
        error: why there is no new one.
    """

    solved: Solved | None = None
    error: Exception | None = None


def serve(
    path: str,
    request: Request,
    /,
    *,
    port: int = 0,
    ready: Callable[[str], None],
    tell: Callable[[News], None],
) -> None:
    """Serve a scenario as a page until a signal comes.

    Args:
        path: of the scenario, or its name in the library.
        request: what is asked of every run.
        port: where the server listens; 0 lets the system choose.
        ready: is told the address, once the scenario could be read, or can be mended by a save.
        tell: is told what comes of every save.

    Raises:
        UsageError: the port is taken, there is no such scenario, or it cannot be solved as
            requested whatever is in it.
    """
    stop = threading.Event()
    board = Board(waiting(path).encode())
    serving = _Serving(path, request, board, tell)
    with listening(board, port) as server, interrupts.asking(stop.set):
        try:
            serving.begin()
            while not (stop.is_set() or serving.opened):
                serving.step()
            if serving.opened:
                ready(server.address)
            while not stop.is_set():
                serving.step()
        finally:
            serving.solver.end()


class _Serving:
    """What goes on between saves."""

    def __init__(
        self, path: str, request: Request, board: Board, tell: Callable[[News], None]
    ) -> None:
        self.solver = SolverProcess()
        self._path, self._request, self._board, self._tell = path, request, board, tell
        self._watch = Watch()
        self._number, self._answered, self.opened = 0, False, False

    def begin(self) -> None:
        """Solve what is there now."""
        self._number += 1
        self._board.put(busy=True, progress={})
        try:
            self.solver.begin(Task(self._path, self._request, self._number, spoken()))
        except OSError as reason:
            error = UsageError(
                tr("the process that solves cannot be started: {reason}", reason=why(reason)),
                help=tr("save the scenario again to begin anew"),
            )
            self._fail(Failed(error, {spoken(): f"error: {error.message}"}))

    def step(self) -> None:
        """Hear the solver for a moment, then look at the files."""
        for kind, value in self.solver.heard(_LOOK):
            self._hear(kind, value)
        if self._watch.saved():
            self.begin()

    def _hear(self, kind: str, value: Any) -> None:
        if isinstance(value, Read):
            self._watch.rest_on(value.files)
        elif kind == "opened":
            self.opened = True
        elif kind == "progress":
            self._board.put(progress=value)
        elif isinstance(value, Solved):
            self._answered = True
            self._board.show(
                value.page,
                value.front,
                number=self._number,
                busy=False,
                progress={},
                problem={},
                repair={},
                warnings=value.said,
            )
            self._tell(News(solved=value))
        elif isinstance(value, Failed):
            self._fail(value)
        elif kind == "lost":
            error = OptimiseError(
                tr("the process that solves has ended before it was done"),
                help=tr("save the scenario again to begin anew"),
            )
            self._fail(Failed(error, {spoken(): f"error: {error.message}"}))

    def _fail(self, failed: Failed) -> None:
        """Show what is wrong beside the last front; what no save can mend ends it all."""
        error, first = failed.error, not self._answered
        if first and isinstance(error, UsageError) and not isinstance(error, ScenarioError):
            raise error
        self._answered = self.opened = True
        self._board.put(busy=False, progress={}, problem=failed.said, repair=failed.repair)
        if not failed.repair:  # which comes later, of an error that was told
            self._tell(News(error=error))
