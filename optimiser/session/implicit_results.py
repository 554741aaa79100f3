"""Results of scenarios that were given where a result is expected: kept in ``.optimise`` beside
``results``, and taken from there when the same is asked for again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from optimiser.errors import OptimiseError
from optimiser.results import Result
from optimiser.results.folder import write_text
from optimiser.results.places import RESULT_FILE
from optimiser.results.versions import versions

if TYPE_CHECKING:
    from optimiser.engine import Options
    from optimiser.scenario import Scenario

__all__ = ["FOLDER", "keep_implicit", "kept_implicit"]

FOLDER: Final = ".optimise"
# workers and clocks change how long it takes, not what is found
_CLOCKS: Final = ("workers", "time_limit")
# a run that was asked for so many points is at its end when it has them
_ENDED: Final = (None, "points")
_MOST: Final = 200


def kept_implicit(scenario: Scenario, options: Options, /) -> tuple[Result, Path] | None:
    """The result of an earlier run of the same scenario, options and version, and where it is; a
    complete front answers what asks for less, too.
    """
    for key in dict.fromkeys((_key(scenario, _everything(options)), _key(scenario, options))):
        folder = Path(FOLDER, key)
        with contextlib.suppress(OptimiseError, OSError, ValueError):
            if not _own(Path(FOLDER)) or not _own(folder) or not _own(folder / RESULT_FILE):
                continue
            found = Result.load(folder)
            proof, source = found.front.proof, found.front.provenance
            if (
                found.scenario.scenario_hash == scenario.scenario_hash
                and source.versions == versions()
                and proof.stopped in _ENDED
                and (key == _key(scenario, options) or proof.status == "complete")
            ):
                return replace(found, scenario=scenario), folder
    return None


def keep_implicit(result: Result, options: Options, /) -> None:
    """Keep a result of a run that came to its end; where that is not possible nothing is lost."""
    proof = result.front.proof
    if proof.stopped not in _ENDED:
        return
    asked = _everything(options) if proof.status == "complete" else options
    with contextlib.suppress(OptimiseError, OSError, ValueError):
        kept = Path(FOLDER)
        if not kept.exists():
            kept.mkdir(mode=0o755, exist_ok=True)
            write_text(kept / ".gitignore", "*\n")
        if _own(kept):
            result.save(kept / _key(result.scenario, asked))
            _forget(kept)


def _everything(options: Options, /) -> Options:
    """The same options without what lets a run be content with less."""
    return replace(options, gap=None, points=None)


def _key(scenario: Scenario, options: Options, /) -> str:
    """SHA-256 of what decides a result: the scenario, what is asked of the run, the versions."""
    asked: dict[str, Any] = {
        name: value for name, value in asdict(options).items() if name not in _CLOCKS
    }
    plain = json.dumps([scenario.scenario_hash, asked, versions()], sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def _own(path: Path, /) -> bool:
    """Whether a folder or file is of this user, and not for everyone to change: a result of others
    is not taken for one's own.
    """
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode):
        return False
    return os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & stat.S_IWOTH)


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
