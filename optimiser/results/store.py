"""The runs that folders hold: what each was asked and found, without loading it as a result; and
the key under which the same question has the same answer.

The folders are all that is known: there is no index that could be stale. Of ``result.json`` only
the few values are read that a list shows, since it has every key of its own on a line of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any, Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import tr
from optimiser.results.places import RESULT_FILE
from optimiser.results.printable import LONGEST_TEXT, excerpts
from optimiser.results.versions import versions

__all__ = [
    "KeptRun",
    "asked_key",
    "changed_words",
    "changes",
    "is_own",
    "read_run",
    "run_folders",
    "runs",
    "runs_in",
]

# a run that was asked for so many points is at its end when it has them
_ENDED: Final = (None, "points")
# what lets a run be content with less than all plans
_LESS: Final = ("gap", "points")
# workers and clocks change how long it takes, not what is found; where the parameters are put is
# part of the scenario
_NOT_ASKED: Final = ("workers", "time_limit", "at")
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True)
class KeptRun:
    """What is told of a run.

    Attributes:
        folder: that holds it.
        scenario: the name of its scenario.
        scenario_hash: of the scenario as it was solved.
        file: from which that was read.
        overrides: what ``--set`` changed, in order.
        at: where ``--at`` put uncertain parameters; empty at their own values.
        robust: the sense in which its plans are robust; empty where in none.
        plans: how many are listed.
        proof: status, basis, gap and stopped of its claim.
        objectives: name, title, unit and sense of each.
        ideal: by objective the best listed value, in its unit.
        bounds: by objective the proven best possible value; None where there is none.
        solver: that found it.
        options: what was asked of it.
        versions: that found it.
        seconds: that it took.
        saved: when, in seconds since 1970.
        state: of its file when it was read, as :func:`optimiser.paths.state` has it.
    """

    folder: Path
    scenario: str
    scenario_hash: str
    file: str
    overrides: tuple[str, ...]
    at: str
    robust: str
    plans: int
    proof: Mapping[str, Any]
    objectives: tuple[Mapping[str, Any], ...]
    ideal: Mapping[str, float]
    bounds: Mapping[str, float | None]
    solver: str
    options: Mapping[str, Any]
    versions: Mapping[str, str]
    seconds: float
    saved: float = field(compare=False)
    state: tuple[int, ...] | None = field(default=None, compare=False, repr=False)

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.proof["stopped"] in _ENDED

    def answers(self, scenario_hash: str, options: Mapping[str, Any], /) -> bool:
        """Whether another run of this scenario and these options, by the versions that are here,
        would find the same: a complete front answers what asks for less, too.
        """
        if not self.finished or self.versions != versions():
            return False
        everything = dict.fromkeys(_LESS) if self.proof["status"] == "complete" else {}
        own = asked_key(self.scenario_hash, {**self.options, **everything})
        return own == asked_key(scenario_hash, {**options, **everything})

    @property
    def best(self) -> dict[str, tuple[float, bool]]:
        """By objective the best listed value, and whether it is proven that none is better."""
        return {name: (value, self.bounds.get(name) == value) for name, value in self.ideal.items()}


def asked_key(scenario_hash: str, options: Mapping[str, Any], /) -> str:
    """SHA-256 of what decides a result: the scenario, what is asked of the run, the versions.

    Args:
        scenario_hash: of the scenario as it is solved.
        options: those of :class:`optimiser.engine.Options`.
    """
    asked = {name: value for name, value in options.items() if name not in _NOT_ASKED}
    plain = json.dumps([scenario_hash, asked, versions()], sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def changes(overrides: Mapping[str, Any], /, *, form: str = "--{} {}") -> list[str]:
    """What was changed when the scenario of a run was read: the values of ``set``, and ``at`` and
    ``robust`` where they are not None, in a form for name and value.

    >>> changes({"set": ["price=3"], "at": "low", "robust": None}, form="{}: {}")
    ['price=3', 'at: low']
    """
    options = [
        form.format(name, overrides[name])
        for name in ("at", "robust")
        if overrides[name] is not None
    ]
    return [*overrides["set"], *options]


def changed_words(overrides: Mapping[str, Any], /) -> str:
    """The same in a line; of a long formula its beginning and its end."""
    return excerpts(changes(overrides))


def is_own(path: Path, /) -> bool:
    """Whether a folder or file is of this user, and not for everyone to change: a result of others
    is not taken for one's own.

    Raises:
        OSError: there is none.
    """
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode):
        return False
    return os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & stat.S_IWOTH)


def run_folders(folder: Path, /) -> list[Path]:
    """The folders below one that hold a result, and itself where it does, by name."""
    return [file.parent for file in paths.named(folder, [RESULT_FILE])]


def runs(folder: str | Path = "results", /) -> tuple[KeptRun, ...]:
    """The runs that a folder holds, and folders in it, the newest first; what is damaged is left
    out.
    """
    return tuple(runs_in(run_folders(Path(folder)))[0])


def runs_in(folders: Iterable[Path], /) -> tuple[list[KeptRun], list[str]]:
    """The runs that folders hold, the newest first; and of those that hold none that can be read
    why.
    """
    found: list[KeptRun] = []
    damaged: list[str] = []
    for folder in folders:
        try:
            found.append(read_run(folder))
        except FileNotFoundError:
            continue  # it went in the meantime
        except UsageError as error:
            damaged.append(error.message)
    return sorted(found, key=lambda run: (-run.saved, str(run.folder))), damaged


def read_run(folder: Path, /) -> KeptRun:
    """What is told of the run in a folder.

    Raises:
        FileNotFoundError: it holds none.
        UsageError: it cannot be read, or is no result.
    """
    file = folder / RESULT_FILE
    state = paths.state(file)
    data = paths.content(file)
    try:
        return replace(_run(folder, data.decode("utf-8"), os.stat(file).st_mtime), state=state)
    except FileNotFoundError:
        raise
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            tr("{path} is damaged, or no result", path=file),
            help=tr("remove it, or run the scenario again"),
        ) from None


_READ: Final = (
    "scenario_hash",
    "scenario_file",
    "objectives",
    "ideal",
    "proof",
    "bounds",
    "solver",
    "options",
    "overrides",
    "versions",
    "seconds",
)


def _run(folder: Path, text: str, saved: float) -> KeptRun:
    try:
        values = _glanced_at(text)
    except ValueError:
        # laid out by another program, or damaged
        whole = json.loads(text)
        values = {name: whole[name] for name in _READ}
        values |= {"plans": len(whole["plans"]), "name": whole["scenario"]["name"]}
        values["robust"] = whole.get("robust") or {}
    # what was asked of a run may be a formula
    asked = ("overrides", "options")
    _insist_on_short({name: value for name, value in values.items() if name not in asked})
    proof = values["proof"]
    return KeptRun(
        folder,
        str(values["name"]),
        str(values["scenario_hash"]),
        str(values["scenario_file"]),
        tuple(map(str, values["overrides"]["set"])),
        str(values["overrides"]["at"] or ""),
        str(values["robust"].get("typed", "")),
        values["plans"],
        {name: proof[name] for name in ("status", "basis", "gap", "stopped")},
        tuple(map(dict, values["objectives"])),
        {str(name): float(value) for name, value in values["ideal"].items()},
        dict(values["bounds"]),
        str(values["solver"]),
        dict(values["options"]),
        dict(values["versions"]),
        float(values["seconds"]),
        saved,
    )


def _insist_on_short(value: Any) -> None:
    """Refuse texts that no result holds, and which a list would show whole.

    Raises:
        ValueError: there is one.
    """
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValueError
    for part in [*value, *value.values()] if isinstance(value, dict) else ():
        _insist_on_short(part)
    for part in value if isinstance(value, list) else ():
        _insist_on_short(part)


def _glanced_at(text: str) -> dict[str, Any]:
    """The values that are read of a document that is laid out as this program does.

    Raises:
        ValueError: it is not.
    """
    if not text.endswith("\n}\n"):
        raise ValueError
    values = {name: _value(text, name) for name in _READ}
    values["robust"] = _value(text, "robust") if '\n "robust": ' in text else {}
    # a plan is one line, and so is what a scenario says of itself
    start, end = text.index('\n "plans": ['), text.index('\n "ranking": ')
    values["plans"] = text.count('\n  {"id": ', start, end)
    start, end = text.index('\n "scenario": {'), text.index('\n "scenario_hash": ')
    values["name"] = _value(text[start:end], "name", depth=2)
    return values


def _value(text: str, name: str, *, depth: int = 1) -> Any:
    """The value of a key of the document itself: only these have one space before them."""
    opening = f'\n{" " * depth}"{name}": '
    return _DECODER.raw_decode(text, text.index(opening) + len(opening))[0]
