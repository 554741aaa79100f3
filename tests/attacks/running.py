"""Runs under a watchdog: a worker process solves, and is killed when it does not come back in
time.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.attacks.patience import outlasts

__all__ = ["Worker"]

_UNLIMITED = 60.0  # seconds for a run without a limit
# The first run of a worker loads libraries and the compiled kernel, or compiles it.
_START = 180.0

Record = dict[str, Any]


def _solve(text: str, options: Mapping[str, Any], folder: Path) -> Record:
    from optimiser import errors, load, solve
    from optimiser.results.document import to_document
    from optimiser.session import Request, options_for

    path = folder / "attack.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        scenario = load(str(path))
        result = solve(scenario, options_for(scenario, Request(**options)))
        return {
            "outcome": "result",
            "document": json.loads(json.dumps(to_document(result), allow_nan=False)),
        }
    except errors.ScenarioError as error:
        return {
            "outcome": "invalid",
            "message": "; ".join(f"{d.code} {d.message}" for d in error.diagnostics),
        }
    except errors.InfeasibleError as error:
        return {"outcome": "infeasible", "message": str(error)}
    except errors.UnboundedError as error:
        return {"outcome": "unbounded", "message": str(error)}
    except errors.ProofError as error:
        return {"outcome": "proof", "message": f"{error} ({error.help})"}
    except errors.UsageError as error:
        return {"outcome": "usage", "message": f"{error} ({error.help})"}
    except Exception as error:  # whatever comes is what is looked for
        import traceback

        place = traceback.extract_tb(error.__traceback__)[-1]
        return {
            "outcome": "crash",
            "message": f"{type(error).__name__}: {error} "
            f"({Path(place.filename).name}:{place.lineno})",
        }


def _serve(link: Connection, folder: str) -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    spill = Path(folder, "stdout")
    with spill.open("wb") as file:
        os.dup2(file.fileno(), 1)
    while True:
        try:
            request = link.recv()
        except EOFError:
            return
        start = time.monotonic()
        text, options = request
        record = _solve(text, options, Path(folder))
        record["seconds"] = time.monotonic() - start
        size = spill.stat().st_size
        record["spilt"] = spill.read_text(encoding="utf-8", errors="replace")[:200] if size else ""
        os.truncate(spill, 0)
        link.send(record)


class Worker:
    """A process that solves scenarios one after the other; used as a context."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._link: Any = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._folder.cleanup()

    def _end(self) -> None:
        if self._process is not None:
            self._link.close()
            self._process.kill()
            self._process.join()
            self._process = None

    def run(self, text: str, /, **options: Any) -> Record:
        """Solve a scenario file's text; the outcome in a word with the result document or a
        message.

        Args:
            options: as of a request: method, time_limit, gap, points, seed.
        """
        fresh = self._process is None
        if fresh:
            context = multiprocessing.get_context("spawn")
            self._link, other = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(other, self._folder.name), daemon=True
            )
            self._process.start()
            other.close()
        limit = (options.get("time_limit") or _UNLIMITED) + (_START if fresh else 0.0)
        process = self._process
        assert process is not None
        assert process.pid is not None
        try:
            self._link.send((text, options))
            if not outlasts(process.pid, limit, self._link.poll):
                record: Record = self._link.recv()
                return record
            outcome, ended = "hang", "no end long after the limit"
        except (EOFError, OSError):
            outcome, ended = "crash", "the process died"
        self._end()
        return {"outcome": outcome, "message": ended, "seconds": limit, "spilt": ""}
