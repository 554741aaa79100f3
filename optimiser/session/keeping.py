"""Which folder a result is kept in, and what becomes of what is there: an earlier state of the
scenario moves aside, other runs go beside, and nothing weaker takes the place of anything stronger.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import listed, tr
from optimiser.patterns import pattern
from optimiser.results.folder import copy_aside
from optimiser.results.places import CERTIFICATE_FILE, FRONT_FILE, RESULT_FILE
from optimiser.session.outputs import Output, guard, inputs_of, of_folder
from optimiser.study.resuming import RESUME_FILE, state_in

if TYPE_CHECKING:
    from optimiser.front import Proof
    from optimiser.results.result import Result
    from optimiser.scenario import Scenario
    from optimiser.session.request import Request

__all__ = ["RESULTS", "Place", "place_of", "reserved", "settle"]

RESULTS: Final = "results"
_DIGITS: Final = 6
_HASH: Final = pattern("[0-9a-f]{64}")


@dataclass(frozen=True)
class Place:
    """Where a run keeps its state and its result.

    Attributes:
        folder: the result folder.
        chosen: whether it was asked for, so that a result of another scenario makes way.
        replace: whether a stronger result of the same scenario makes way, too.
        words: why it is not the folder that a run of the scenario usually has; empty where it is.
    """

    folder: Path
    chosen: bool = True
    replace: bool = False
    words: str = ""

    def make_way(self, own: str, /) -> None:
        """Keep the state of an earlier state of the file, before it is replaced by one of the
        scenario with the hash ``own``; in a folder that was asked for it is not missed.

        Raises:
            UsageError: it cannot be kept.
        """
        if not self.chosen:
            _keep_state(self.folder, own)


@dataclass(frozen=True)
class _Held:
    """What is told of the result in a folder: enough to choose what becomes of it."""

    scenario_hash: str
    file: str
    strength: tuple[int, float]


def reserved(
    scenario: Scenario,
    request: Request,
    output: Path | None,
    /,
    *,
    csv: Path | None = None,
    replace: bool = False,
    overwrite: bool = False,
) -> Place:
    """The place of a run, once it is sure that nothing which it writes lands on what would be
    missed.

    Args:
        scenario: what is solved.
        request: whether values are changed.
        output: the folder that was asked for, if any.
        csv: another file for the plans.
        replace: whether a stronger result makes way.
        overwrite: whether files of others do.

    Raises:
        UsageError: a file is in the way.
    """
    place = place_of(scenario, request, output, replace=replace)
    outputs = of_folder(place.folder)
    if csv is not None:
        outputs = (*outputs, Output("--csv", csv, (".csv",)))
    guard(outputs, inputs_of(scenario), overwrite=overwrite)
    return place


def place_of(
    scenario: Scenario, request: Request, output: Path | None, /, *, replace: bool = False
) -> Place:
    """The place of a run: ``results/NAME`` for a plain one of the scenario's file, a folder beside
    it for one of changed values or of another file with a scenario of this name.

    Args:
        scenario: what is solved.
        request: whether values are changed.
        output: the folder that was asked for, if any.
        replace: whether a stronger result makes way.
    """
    if output is not None:
        return Place(output, replace=replace)
    usual = Path(RESULTS, scenario.name)
    # a name that is given to a run is where it is kept
    sets = [text for text in request.overrides if text.partition("=")[0].strip() != "name"]
    asked = (("--set", sets), ("--at", request.at), ("--robust", request.robust))
    changed = [option for option, given in asked if given]
    held = _held(usual)
    if changed:
        words = tr("beside: a run with {options}", options=listed(changed, last="and"))
    elif held is not None and _of_another(held, scenario):
        words = _of_another_words(usual, held)
    else:
        return Place(usual, chosen=False, replace=replace)
    return Place(_beside(usual, scenario.scenario_hash), replace=replace, words=words)


def settle(place: Place, result: Result, /) -> Place:
    """The place where a result is saved, now that it is there; an earlier state of the scenario is
    moved aside.

    Raises:
        UsageError: that cannot be written.
    """
    held, own = _held(place.folder), result.scenario.scenario_hash
    if held is None:
        return place
    if held.scenario_hash == own:
        if place.replace or held.strength <= _strength(result.front.proof):
            return place
        words = tr(
            "beside: {folder} holds a stronger result of this scenario; --replace replaces it",
            folder=place.folder,
        )
        return Place(_partial(place.folder, own, _strength(result.front.proof)), words=words)
    if place.chosen:
        return place
    if _of_another(held, result.scenario):  # one that was saved in the meantime
        words = _of_another_words(place.folder, held)
        return Place(_beside(place.folder, own), words=words)
    aside = _beside(place.folder, held.scenario_hash)
    there = _held(aside)
    if there is not None and there.strength > held.strength:
        aside = _partial(aside, held.scenario_hash, held.strength)
    copy_aside(place.folder, aside, {FRONT_FILE, RESULT_FILE, CERTIFICATE_FILE})
    _keep_state(place.folder, own)
    words = tr("moved to {folder}: an earlier state of the file", folder=aside)
    return Place(place.folder, place.chosen, place.replace, words)


def _of_another(held: _Held, scenario: Scenario, /) -> bool:
    """Whether a result is of another scenario in another file, which is still there: one that is
    gone has got another name.
    """
    if held.scenario_hash == scenario.scenario_hash or not held.file or not scenario.file:
        return False
    return held.file != scenario.file and (not Path(held.file).suffix or os.path.lexists(held.file))


def _of_another_words(folder: Path, held: _Held, /) -> str:
    return tr("beside: {folder} is of another file, {file}", folder=folder, file=held.file)


def _beside(folder: Path, scenario_hash: str, /) -> Path:
    """The folder of another run: named by so many digits as tell it from what is there."""
    for digits in range(_DIGITS, len(scenario_hash) + 1):
        beside = folder.with_name(f"{folder.name}-{scenario_hash[:digits]}")
        held = _held(beside)
        if held is None or held.scenario_hash == scenario_hash:
            return beside
    return beside


def _partial(folder: Path, scenario_hash: str, strength: tuple[int, float], /) -> Path:
    """The folder of a result beside a stronger one; it leaves alone what is stronger there."""
    digits = scenario_hash[:_DIGITS]
    name = folder.name if folder.name.endswith(f"-{digits}") else f"{folder.name}-{digits}"
    for number in count(1):
        partial = folder.with_name(f"{name}-partial" + (f"-{number}" if number > 1 else ""))
        held = _held(partial)
        if held is None or held.scenario_hash != scenario_hash or held.strength <= strength:
            break
    return partial


def _strength(proof: Proof, /) -> tuple[int, float]:
    return _rank(proof.status, proof.basis, proof.gap, proof.stopped)


def _rank(status: object, basis: object, gap: object, stopped: object, /) -> tuple[int, float]:
    """How much a front claims: complete exactly, complete numerically, covering by a smaller gap,
    approximate. A complete one that was stopped lists plans that are not all canonical.
    """
    if status == "complete":
        return (3 if basis == "exact" else 2, 0.0 if stopped is None else -1.0)
    if status != "covering":
        return 0, 0.0
    return 1, -float(gap) if isinstance(gap, int | float) else -math.inf


def _held(folder: Path, /) -> _Held | None:
    """What a folder holds; None where that is no result, or none that may be read: what is in the
    way of writing is said when it is written.
    """
    state = paths.state(folder / RESULT_FILE)
    return None if state is None else _read(folder, state)


@lru_cache(maxsize=16)
def _read(folder: Path, _state: tuple[int, ...], /) -> _Held | None:
    """The same of a file in a known state: a large one is read once in a run."""
    try:
        content = paths.content(folder / RESULT_FILE)
    except (OSError, UsageError):
        return None
    try:
        document: Any = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    # what cannot be told apart by its scenario is told apart by what it is
    own = hashlib.sha256(content).hexdigest()
    if not isinstance(document, dict):
        return _Held(own, "", (0, 0.0))
    proof = document.get("proof")
    claimed: Mapping[str, Any] = proof if isinstance(proof, dict) else {}
    scenario_hash = str(document.get("scenario_hash"))
    return _Held(
        scenario_hash if _HASH.fullmatch(scenario_hash) else own,
        str(document.get("scenario_file", "")),
        _rank(*(claimed.get(name) for name in ("status", "basis", "gap", "stopped"))),
    )


def _keep_state(folder: Path, own: str, /) -> None:
    """Keep the state of a run of an earlier state of the file, with its result or where that will
    be; one that proves more stays there.

    Args:
        folder: where it is.
        own: hash of the scenario as it is now.
    """
    state = state_in(folder)
    if state is None or state.scenario_hash == own:
        return
    aside = _beside(folder, state.scenario_hash)
    there = state_in(aside)
    if there is None or there.scenario_hash != state.scenario_hash or state.gap <= there.gap:
        copy_aside(folder, aside, {RESUME_FILE})
