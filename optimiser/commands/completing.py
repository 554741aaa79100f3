"""What a shell offers for a word that is half typed: scenarios, results and plans by name.

Everything is looked up in files that lie here; what cannot be read is not offered. Where nothing of
a kind is found, files and folders are offered as shells do.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

import typer
from typer.models import ParameterInfo

from optimiser.errors import OptimiseError
from optimiser.language import tr

__all__ = ["completed", "plans", "results", "scenarios", "words_so_far"]

_DEEP: Final = 2  # folders below the one that is typed
_MOST: Final = 4_000  # entries that are looked at
_ENDINGS: Final = (".yaml", ".yml")
# of what is no result, or a damaged one
_UNREADABLE: Final = (
    OSError,
    OptimiseError,
    ValueError,
    LookupError,
    TypeError,
    RecursionError,
)


def words_so_far() -> list[str]:
    """What stands before the word that is half typed, as a shell says that asks."""
    typed = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")
    return re.split(r"[ \n]+", typed)[1:-1]


def completed(said: ParameterInfo, /) -> None:
    """Have a parameter offer what the word that stands for it means."""
    found = re.match(r"\W*(SCENARIO|RESULT|BASE|NEW|PLAN)", said.metavar or "")
    if found:
        said.autocompletion = _OFFERED[found[1]]


def scenarios(incomplete: str) -> list[str]:
    """Scenarios of the library, and files that may hold one."""
    from optimiser.scenario.source.library import library

    named = [name for name in library() if name.startswith(incomplete)]
    files = list(_below(incomplete, lambda entry: entry.name.endswith(_ENDINGS)))
    return named + files or list(_entries(incomplete))


def results(incomplete: str) -> list[str]:
    """Result folders; where there is none, scenarios, which are solved."""
    return list(_below(incomplete, _is_result)) or scenarios(incomplete)


def plans(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The plans of the result that was named: ids with their ranks, reference plans."""
    import csv  # no help needs them
    import json

    from optimiser import paths
    from optimiser.results.places import FRONT_FILE, RESULT_FILE

    named = Path(os.path.expanduser(str(ctx.params.get("result") or "")))
    folder = named.parent if named.suffix == ".json" else named
    found: list[tuple[str, str]] = []
    with suppress(*_UNREADABLE, csv.Error):
        with (folder / FRONT_FILE).open(encoding="utf-8", newline="") as lines:
            found += [
                (row["plan"], tr("rank {rank}", rank=row["rank"])) for row in csv.DictReader(lines)
            ]
        document = json.loads(paths.content(folder / RESULT_FILE))
        found += [(str(plan["name"]), tr("reference plan")) for plan in document["reference_plans"]]
    return [(name, about) for name, about in found if name.startswith(incomplete)]


_OFFERED: Final[Mapping[str, Callable[..., Any]]] = {
    "SCENARIO": scenarios,
    "RESULT": results,
    "BASE": results,
    "NEW": results,
    "PLAN": plans,
}


def _is_result(entry: os.DirEntry[str]) -> bool:
    from optimiser.results.places import RESULT_FILE

    return entry.is_dir() and os.path.isfile(os.path.join(entry.path, RESULT_FILE))


def _below(incomplete: str, wanted: Callable[[os.DirEntry[str]], bool]) -> Iterator[str]:
    """The paths that begin as typed and are wanted, some folders down; what is wanted is not
    looked into.
    """
    waiting = [(incomplete, 0)]
    seen = 0
    while waiting and seen < _MOST:
        typed, depth = waiting.pop(0)
        for text, entry in _listed(typed, _MOST - seen):
            seen += 1
            if wanted(entry):
                yield text
            elif depth < _DEEP and entry.is_dir():
                waiting.append((f"{text}/", depth + 1))


def _entries(incomplete: str) -> Iterator[str]:
    """Files and folders that begin as typed."""
    for text, entry in _listed(incomplete, _MOST):
        yield f"{text}/" if entry.is_dir() else text


def _listed(typed: str, most: int) -> list[tuple[str, os.DirEntry[str]]]:
    """The entries of a folder that begin as typed, as they would be typed; hidden ones where asked
    for.
    """
    head, start = typed[: typed.rfind("/") + 1], typed[typed.rfind("/") + 1 :]
    found = []
    with suppress(OSError, ValueError), os.scandir(os.path.expanduser(head) or ".") as entries:
        for entry in islice(entries, most):
            if entry.name.startswith(start) and (start or not entry.name.startswith(".")):
                found.append((head + entry.name, entry))
    return sorted(found, key=lambda pair: pair[0])
