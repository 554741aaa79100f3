"""The state of a run that is under way, saved beside its result, so that another run can go on from
it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import marked, tr
from optimiser.patterns import pattern
from optimiser.results.folder import one_at_a_time, write_folder
from optimiser.results.versions import installed_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimiser.engine import Checkpoints, Options, Saved
    from optimiser.results.result import Result
    from optimiser.scenario import Scenario

__all__ = ["RESUME_FILE", "KeptState", "RunState", "forget", "state_in"]

RESUME_FILE = "resume.json"
# To be raised when a state means something else than before.
_FORMAT = 2
_METHODS = ("auto", "exact", "highs")
_TABLE = 2
# bytes of one array: far more than a front that anyone waits for
_LARGEST = 1 << 28  # bytes of all arrays; a zone search of hours has a tenth
_HASH = pattern("[0-9a-f]{64}")


@dataclass(frozen=True)
class KeptState:
    """What is told of the state in a folder: enough to choose what becomes of it.

    Attributes:
        scenario_hash: of the scenario that was solved.
        gap: what another run can go on from; infinite where nothing is proven, or where only the
            plans count, since another version of the program saved it.
    """

    scenario_hash: str
    gap: float


def state_in(folder: Path, /) -> KeptState | None:
    """What is told of the state in a folder; None where there is none that can be read."""
    try:
        state: Any = json.loads(paths.content(folder / RESUME_FILE))
        gap = state["gap"] if state["version"] == installed_version() else None
        scenario_hash = str(state["scenario_hash"])
        if not _HASH.fullmatch(scenario_hash):
            return None
        return KeptState(scenario_hash, math.inf if gap is None else float(gap))
    except (OSError, ValueError, RecursionError, UsageError, KeyError, TypeError):
        return None


def forget(result: Result, folder: Path, /, *, kept: bool) -> None:
    """Forget the state in the folder of a run where nothing is left to go on with: its own at the
    end of a search for all plans, and that of another scenario whose result made way.

    Args:
        result: of the run.
        folder: in which it left its state.
        kept: whether the result was saved there, too.

    Raises:
        UsageError: it cannot be removed.
    """
    path = folder / RESUME_FILE
    if paths.state(path) is None:
        return
    found = state_in(folder)
    own = found is None or found.scenario_hash == result.scenario.scenario_hash
    if _is_over(result) if own else kept:
        with paths.explained("remove", path, help=marked("remove it yourself")):
            path.unlink(missing_ok=True)


def _is_over(result: Result, /) -> bool:
    """Whether a search for all plans came to its end; one that may be content with less does not
    end what another one left.
    """
    proof, options = result.front.proof, result.front.provenance.options
    if proof.status == "complete":
        return True  # the state is of a time when it was not
    everything = options["gap"] is None and options["points"] is None
    return proof.stopped is None and everything and options["method"] in _METHODS


class RunState:
    """The state of the runs of one scenario into one folder.

    A state that proves less never takes the place of one that proves more of the same scenario, as
    it is with results.

    Args:
        scenario: what is solved.
        folder: the result folder.
        replaces: whether a state that proves more makes way, too.
        make_way: is called before the state of another scenario is replaced, with the hash of this
            one.
    """

    def __init__(
        self,
        scenario: Scenario,
        folder: Path,
        /,
        *,
        replaces: bool = False,
        make_way: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._hash, self._path = scenario.scenario_hash, Path(folder) / RESUME_FILE
        self._replaces, self._make_way = replaces, make_way
        self._lost = False
        # the file that this run goes on from, or wrote last
        self._own: tuple[int, ...] | None = None

    def checkpoints(self, options: Options, /, *, resume: bool) -> Checkpoints:
        """Where a run leaves its state, and with ``resume`` the state to go on from.

        Raises:
            UsageError: there is no state of this scenario, or the options ask for a run that cannot
                use it.
        """
        from optimiser.engine import Checkpoints

        if not resume:
            return Checkpoints(self._save)
        if options.gap is not None or options.points is not None or options.method not in _METHODS:
            message = tr(
                "--resume goes on with the search for all plans of a model with whole decisions "
                "and linear effects"
            )
            help = tr("leave out --gap, --points and --method, or --resume")
            raise UsageError(message, help=help)
        self._own = paths.state(self._path)
        return Checkpoints(self._save, self._load())

    def _save(self, saved: Saved, /) -> None:
        if self._lost:
            return
        try:
            with one_at_a_time(self._path.parent.parent):
                if self._is_free(saved.gap):
                    write_folder(self._path.parent, {self._path.name: self._text(saved)})
                    self._own = paths.state(self._path)
        except UsageError:
            # the end of the run says why nothing can be saved there; until then it can be finished
            self._lost = True

    def _is_free(self, gap: float | None) -> bool:
        """Whether a state that proves so much may be saved: what is there is of this run, or makes
        way.
        """
        if self._own == paths.state(self._path):
            return True
        found = state_in(self._path.parent)
        if found is not None and found.scenario_hash != self._hash:
            self._make_way(self._hash)
            return True
        proven = math.inf if gap is None else gap
        return found is None or self._replaces or proven <= found.gap

    def _text(self, saved: Saved) -> str:
        content = {
            "resume": _FORMAT,
            "version": installed_version(),
            "scenario_hash": self._hash,
            "digest": saved.digest,
            "gap": saved.gap,
            "plans": _packed(saved.plans),
            "numbers": {name: list(numbers) for name, numbers in saved.numbers.items()},
            "arrays": {name: _packed(array) for name, array in saved.arrays.items()},
        }
        return json.dumps({**content, "check": _check(content)}) + "\n"

    def _load(self) -> Saved:
        """The saved state; of another version of the program only its plans."""
        from optimiser.engine import Saved

        try:
            content = json.loads(paths.content(self._path).decode("utf-8"))
            if content["resume"] != _FORMAT or content["scenario_hash"] != self._hash:
                message = tr(
                    "{path} is the state of another scenario, or of another version of this one",
                    path=self._path,
                )
                raise UsageError(message, help=tr("leave out --resume to start again"))
            if content.pop("check") != _check(content):
                raise ValueError("it was changed")
            packed = [content["plans"], *content["arrays"].values()]
            if sum(map(_size, packed)) > _LARGEST:
                raise ValueError("the arrays are too large")
            plans = _unpacked(content["plans"]).astype(np.float64)
            if plans.ndim != _TABLE:
                raise ValueError("plans are a table")
            if content["version"] != installed_version():
                return Saved("", plans)
            numbers = {
                str(name): tuple(map(int, values)) for name, values in content["numbers"].items()
            }
            arrays = {str(name): _unpacked(array) for name, array in content["arrays"].items()}
            gap = content["gap"]
            return Saved(
                str(content["digest"]), plans, None if gap is None else float(gap), numbers, arrays
            )
        except FileNotFoundError:
            message = tr(
                "there is nothing to go on with: no {file} in {folder}",
                file=RESUME_FILE,
                folder=self._path.parent,
            )
            help = tr("leave out --resume, or name the folder of the stopped run with -o")
            raise UsageError(message, help=help) from None
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            zlib.error,
        ) as error:
            message = tr("{path} cannot be read as the state of a run", path=self._path)
            raise UsageError(message, help=tr("leave out --resume to start again")) from error


def _check(content: dict[str, Any], /) -> str:
    """SHA-256 of a state: damage is no proof."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _packed(array: NDArray[Any], /) -> dict[str, Any]:
    kind = "<f8" if array.dtype.kind == "f" else "<i8"
    packed = base64.b64encode(zlib.compress(array.astype(kind).tobytes(), 1)).decode("ascii")
    return {"type": kind, "shape": list(array.shape), "data": packed}


def _unpacked(content: dict[str, Any], /) -> NDArray[Any]:
    kind = {"<f8": np.float64, "<i8": np.int64}[content["type"]]
    shape = tuple(int(length) for length in content["shape"])
    size = _size(content)
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(base64.b64decode(content["data"], validate=True), size + 1)
    if len(data) != size:
        raise ValueError("an array is not as long as it says")
    return np.frombuffer(data, dtype=kind).reshape(shape).copy()


def _size(content: dict[str, Any], /) -> int:
    """Bytes of an array as its shape says them."""
    shape = [int(length) for length in content["shape"]]
    if min(shape, default=0) < 0:
        raise ValueError("an array has a negative length")
    return math.prod(shape) * 8
