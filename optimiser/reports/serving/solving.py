"""What runs in a process of its own, so that the pages are answered meanwhile and a solver in
native code can be ended: tasks come in, and how they go goes out, until the input ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Queue
from typing import IO, TYPE_CHECKING, Any, Final

from optimiser import paths
from optimiser.errors import Diagnostic, InfeasibleError, OptimiseError, ScenarioError
from optimiser.language import LANGUAGES, installed, retold, speak, speaking
from optimiser.sweeps.worker import part, portable, say

if TYPE_CHECKING:
    from optimiser.engine import Progress
    from optimiser.scenario import Scenario
    from optimiser.session import Request

__all__ = ["Failed", "Read", "Solved", "Task", "main"]

_INTERVAL: Final = 0.5  # seconds between two reports of progress


@dataclass(frozen=True)
class Task:
    """A scenario to solve.

    Attributes:
        path: as it was named.
        request: what is asked beyond it.
        number: of the front that comes of it.
        language: to speak.
    """

    path: str
    request: Request
    number: int
    language: str


@dataclass(frozen=True)
class Read:
    """The files that were read, whatever they are good for."""

    files: dict[Path, paths.Seen]


@dataclass(frozen=True)
class Solved:
    """A front as a page, and what that knows as JSON; the claim in words, the seconds it took, and
    warnings about the scenario, as findings and as texts by language.
    """

    page: bytes
    front: bytes
    claim: str
    seconds: float
    warnings: tuple[Diagnostic, ...]
    said: dict[str, str]


@dataclass(frozen=True)
class Failed:
    """What went wrong, as an error and as a text by language; where nothing fits, what would make
    it fit, as JSON by language.
    """

    error: Exception
    said: dict[str, str]
    repair: dict[str, Any] = field(default_factory=dict)


def main() -> None:
    """Solve until there is no more to solve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # what libraries print must not get between the answers
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    next_task = _incoming(sys.stdin.buffer)
    try:
        while True:
            task = next_task()
            speak(task.language)
            _solve(task, lambda kind, value: say(answers, kind, value))
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more


def _incoming(stream: IO[bytes]) -> Callable[[], Task]:
    """The next task; the process ends with its input, whatever it is busy with."""
    waiting: Queue[Task] = Queue()

    def hear() -> None:
        while data := part(stream):
            waiting.put(pickle.loads(data))
        os._exit(0)

    threading.Thread(target=hear, daemon=True).start()
    return waiting.get


def _solve(task: Task, tell: Callable[[str, Any], None]) -> None:
    from optimiser import session

    began = time.monotonic()
    try:
        with paths.seeing() as files:
            try:
                scenario, findings = session.open_scenario(task.path, task.request)
            finally:
                tell("read", Read(files))
        session.options_for(scenario, task.request)
        tell("opened", None)
        prepared = time.monotonic() - began
        try:
            found = session.obtained(
                scenario, findings, task.request, began=began, on_progress=_reporting(tell)
            )
        except InfeasibleError as error:
            failed = Failed(portable(error), _texts(task, error))
            tell("failed", failed)
            repair = _repair(task, scenario, error, prepared)
            tell("failed", replace(failed, repair=repair))
            return
        tell("solved", _shown(task, found, time.monotonic() - began))
    except BrokenPipeError:
        raise
    except Exception as error:
        tell("failed", Failed(portable(error), _texts(task, error)))


def _reporting(tell: Callable[[str, Any], None]) -> Callable[[Progress], None]:
    latest = 0.0

    def receive(report: Progress) -> None:
        nonlocal latest
        now = time.monotonic()
        if now - latest >= _INTERVAL:
            latest = now
            tell("progress", {"found": report.found, "seconds": report.seconds})

    return receive


def _shown(task: Task, found: Any, seconds: float) -> Solved:
    from optimiser.reports.page.assembling import script_json
    from optimiser.reports.serving.pages import served, served_data
    from optimiser.results.claim_words import proof_words

    data = served_data(found.result, task.number)
    said = {}
    for language in filter(installed, LANGUAGES):
        with speaking(language):
            said[language] = _blocks(_warnings(task))
    return Solved(
        page=served(found.result, data).encode(),
        front=script_json(data).encode(),
        claim=proof_words(found.result.front),
        seconds=seconds,
        warnings=found.findings,
        said=said if any(said.values()) else {},
    )


def _repair(
    task: Task, scenario: Scenario, error: InfeasibleError, prepared: float
) -> dict[str, Any]:
    """What conflicts and what would help, in each language, as `run` prints it."""
    from optimiser import session
    from optimiser.analysis.repair import at_once
    from optimiser.analysis.repair_records import of_repaired
    from optimiser.analysis.rules_in_words import rules_of_groups
    from optimiser.formulate import formulate

    typed = session.TypedScenario(task.path, task.request)
    about = scenario if scenario.robust else formulate(scenario)
    found = at_once(about, error.involved, prepared=prepared)
    same = found.conflict == rules_of_groups(scenario, error.involved)
    records = {}
    for language in filter(installed, LANGUAGES):
        with speaking(language):
            # what rules say is said in the language that is spoken
            if same:
                found = replace(found, conflict=rules_of_groups(scenario, error.involved))
            record = of_repaired(found, place=typed.place, line=typed.command, command="run")
            for named in (
                *record["conflict"],
                *(c for r in record["repairs"] for c in r["changes"]),
            ):
                named["name"] = retold(named["name"])
            records[language] = {**record, "notes": list(map(retold, record["notes"]))}
    return records


def _warnings(task: Task) -> tuple[Diagnostic, ...]:
    """The warnings about the scenario in the language that is spoken."""
    from optimiser import session

    try:
        return session.open_scenario(task.path, task.request)[1]
    except OptimiseError:
        return ()  # saved again by now


def _texts(task: Task, error: Exception) -> dict[str, str]:
    """What is said of an error in each language: findings are found anew, for they are made in the
    language that is spoken.
    """
    if not isinstance(error, ScenarioError):
        from optimiser.language import spoken

        return {spoken(): _words(error)}
    from optimiser import session

    said = {}
    for language in filter(installed, LANGUAGES):
        with speaking(language):
            try:
                session.open_scenario(task.path, task.request)
                said[language] = _words(error)  # saved again by now
            except OptimiseError as again:
                said[language] = _words(again)
    return said


def _words(error: Exception) -> str:
    """An error as a terminal has it."""
    from optimiser.language import tr
    from optimiser.session import as_typed

    if isinstance(error, ScenarioError) and error.diagnostics:
        return _blocks(error.diagnostics)
    if not isinstance(error, OptimiseError):
        kind = f"{type(error).__name__}: {error}"
        return tr("internal error: {kind}", kind=kind)
    help = tr("help: {text}", text=as_typed(error.help)) if error.help else ""
    return f"error: {error.message}" + (f"\n  = {help}" if help else "")


def _blocks(findings: tuple[Diagnostic, ...]) -> str:
    from optimiser.scenario import format_diagnostic

    return "\n\n".join(map(format_diagnostic, findings))
