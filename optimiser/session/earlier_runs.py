"""What was solved before is taken from where it is kept: from ``results``, and, where a scenario
was given in the place of a result, from ``.optimise`` beside it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from optimiser import paths
from optimiser.errors import OptimiseError
from optimiser.results import Result
from optimiser.results.folder import write_text
from optimiser.results.places import RESULT_FILE
from optimiser.results.store import asked_key, is_own, read_run
from optimiser.session.keeping import RESULTS

if TYPE_CHECKING:
    from optimiser.engine import Options
    from optimiser.scenario import Scenario

__all__ = ["IMPLICIT", "SolvedBefore", "has_implicit", "keep_implicit", "solved_before"]

IMPLICIT: Final = ".optimise"
_MOST: Final = 200


@dataclass(frozen=True)
class SolvedBefore:
    """An earlier run that is the answer.

    Attributes:
        result: what it found, of the scenario as it is read now.
        folder: where it is kept.
        same: whether it was read from the same file, with the same changes.
        implicit: whether it was kept of a scenario that was given in the place of a result, so that
            it has less than a run saves.
    """

    result: Result
    folder: Path
    same: bool
    implicit: bool


def solved_before(
    scenario: Scenario, options: Options, /, *, first: Path | None = None
) -> SolvedBefore | None:
    """The result of an earlier run of the same scenario, options and version; a complete front
    answers what asks for less, too.

    Args:
        first: a folder that is looked into before any other.
    """
    if not _anything_kept(first):
        return None
    asked = asdict(options)
    for folder in dict.fromkeys(_places(scenario, options, first)):
        with contextlib.suppress(OptimiseError, OSError, ValueError):
            if not is_own(folder) or not is_own(folder / RESULT_FILE):
                continue
            # it is loaded as a whole only if the little that is read first promises the answer
            if not read_run(folder).answers(scenario.scenario_hash, asked):
                continue
            found = Result.load(folder)
            if _is_ranked_as(found, scenario):
                own = found.scenario
                same = (own.file, own.changes) == (scenario.file, scenario.changes)
                implicit = folder.parent == Path(IMPLICIT)
                # what regret is measured from was solved for then
                known = scenario if own.robust is None else scenario.made_robust(own.robust)
                return SolvedBefore(replace(found, scenario=known), folder, same, implicit)
    return None


def _anything_kept(first: Path | None) -> bool:
    with contextlib.suppress(OptimiseError):
        kept = (Path(IMPLICIT), Path(RESULTS), *([first] if first is not None else []))
        return any(paths.is_folder(place) for place in kept)
    return True


def has_implicit() -> bool:
    """Whether there are results of scenarios that were given in the place of results, kept by this
    user.
    """
    try:
        return is_own(Path(IMPLICIT))
    except OSError:
        return False


def keep_implicit(result: Result, options: Options, /) -> None:
    """Keep a result of a run that came to its end; where that is not possible nothing is lost."""
    proof = result.front.proof
    if proof.stopped in ("time_limit", "interrupted"):
        return
    asked = replace(options, gap=None, points=None) if proof.status == "complete" else options
    with contextlib.suppress(OptimiseError, OSError, ValueError):
        kept = Path(IMPLICIT)
        if not kept.exists():
            kept.mkdir(mode=0o755, exist_ok=True)
            write_text(kept / ".gitignore", "*\n")
        if is_own(kept):
            result.save(kept / asked_key(result.scenario.scenario_hash, asdict(asked)))
            _forget(kept)


def _places(scenario: Scenario, options: Options, first: Path | None) -> Iterator[Path]:
    """Where the answer may be: where it would be saved, where it would be kept, and every result
    in ``results`` that has the hash of the scenario in it.
    """
    if first is not None:
        yield first
    if has_implicit():
        for asked in (replace(options, gap=None, points=None), options):
            yield Path(IMPLICIT, asked_key(scenario.scenario_hash, asdict(asked)))
    wanted = scenario.scenario_hash.encode()
    with contextlib.suppress(OSError), os.scandir(RESULTS) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            with contextlib.suppress(OSError, OptimiseError):
                if wanted in paths.content(Path(entry.path, RESULT_FILE)):
                    yield Path(entry.path)


def _is_ranked_as(found: Result, scenario: Scenario) -> bool:
    """Whether the plans are ranked as the scenario says, and not by hand in another way."""
    from optimiser.ranking import rank

    own, again = found.ranking, rank(found.front, **dict(scenario.ranking))
    return (own.method, own.score.tolist(), own.rank.tolist()) == (
        again.method,
        again.score.tolist(),
        again.rank.tolist(),
    )


def _forget(kept: Path, /) -> None:
    """Let go of the oldest results above so many."""
    with os.scandir(kept) as entries:
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    results = sorted(
        (entry for entry in folders if not entry.name.startswith(".")),
        key=lambda entry: entry.stat().st_mtime,
    )
    for entry in results[: max(0, len(results) - _MOST)]:
        shutil.rmtree(entry.path, ignore_errors=True)
