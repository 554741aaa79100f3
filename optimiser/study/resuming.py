"""The state of a run that is under way, saved beside its result, so that another run can go on from it."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import UsageError
from optimiser.study.folder import write_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.scenario import Scenario
    from optimiser.solvers import Checkpoints, Options
    from optimiser.study.result import Result

__all__ = ["RESUME_FILE", "State"]

RESUME_FILE = "resume.json"
# To be raised when a state means something else than before; every plan is checked before it is used.
_FORMAT = 1


class State:
    """The state of the runs of one scenario into one folder.

    Args:
        scenario: what is solved.
        folder: the result folder.
    """

    def __init__(self, scenario: Scenario, folder: Path, /) -> None:
        self._hash, self._path = scenario.scenario_hash, Path(folder) / RESUME_FILE
        self._lost = False

    def checkpoints(self, options: Options, /, *, resume: bool) -> Checkpoints:
        """Where a run leaves its state, and with ``resume`` the state to go on from.

        Raises:
            UsageError: there is no state of this scenario, or the options ask for a run that cannot use it.
        """
        from optimiser.solvers import Checkpoints

        if not resume:
            return Checkpoints(self._save)
        if options.gap is not None or options.points is not None or options.method not in ("auto", "exact"):
            message = "--resume goes on with the search for all plans of a model with whole decisions and linear effects"
            raise UsageError(message, help="leave out --gap, --points and --method, or --resume")
        return Checkpoints(self._save, self._load())

    def settle(self, result: Result, /) -> None:
        """Forget the state where there is nothing left to go on with."""
        if result.front.proof.stopped is None:
            self._path.unlink(missing_ok=True)

    def _save(self, plans: NDArray[np.int64], /) -> None:
        if self._lost:
            return
        packed = base64.b64encode(zlib.compress(plans.astype("<i4").tobytes(), 1)).decode("ascii")
        content = {"resume": _FORMAT, "scenario_hash": self._hash, "shape": list(plans.shape), "plans": packed}
        try:
            write_folder(self._path.parent, {self._path.name: json.dumps(content) + "\n"})
        except UsageError:
            self._lost = True  # the end of the run says why nothing can be saved there; until then it can be finished

    def _load(self) -> NDArray[np.int64]:
        """The saved plans."""
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            if content["resume"] != _FORMAT or content["scenario_hash"] != self._hash:
                raise UsageError(
                    f"{self._path} is the state of another scenario, or of another version of this one",
                    help="leave out --resume to start again",
                )
            plans = np.frombuffer(zlib.decompress(base64.b64decode(content["plans"], validate=True)), dtype="<i4")
            rows, width = content["shape"]
            return plans.reshape(int(rows), int(width)).astype(np.int64)
        except FileNotFoundError:
            message = f"there is nothing to go on with: no {RESUME_FILE} in {self._path.parent}"
            raise UsageError(message, help="leave out --resume, or name the folder of the stopped run with -o") from None
        except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
            message = f"{self._path} cannot be read as the state of a run"
            raise UsageError(message, help="leave out --resume to start again") from error
