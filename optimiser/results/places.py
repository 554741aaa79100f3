"""Where results are: the names of their files, and the results that a path names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import tr

__all__ = ["CERTIFICATE_FILE", "FRONT_FILE", "RESULT_FILE", "is_result", "results_in"]

CERTIFICATE_FILE = "certificate.jsonl.gz"
FRONT_FILE = "front.csv"
RESULT_FILE = "result.json"


def is_result(path: str, /) -> bool:
    """Whether ``path`` names a saved result rather than a scenario."""
    place = Path(path)
    if paths.is_folder(place):
        if paths.kind(place / RESULT_FILE) is None:
            raise UsageError(
                tr("no {file} in the folder {folder}", file=RESULT_FILE, folder=place),
                help=tr("name a result's folder, or a scenario"),
            )
        return True
    if place.suffix.lower() != ".json" or not paths.is_file(place):
        return False
    if place.name == RESULT_FILE:
        return True
    try:
        import json  # no help needs it

        content = json.loads(paths.content(place).decode("utf-8"))
    except (ValueError, RecursionError, OSError, UsageError):
        return True  # a damaged result says what is wrong with it
    return isinstance(content, dict) and "optimise" not in content


def results_in(names: Sequence[str], /) -> list[str]:
    """These names, a folder of results as the results in it, in the order of their names.

    Raises:
        UsageError: a folder holds none.
    """
    found: list[str] = []
    for path in names:
        place = Path(path)
        if not paths.is_folder(place) or paths.kind(place / RESULT_FILE) is not None:
            found.append(path)
            continue
        inside = [str(file.parent) for file in paths.named(place, [RESULT_FILE])]
        if not inside:
            raise UsageError(
                tr("no {file} in the folder {folder} or below", file=RESULT_FILE, folder=place),
                help=tr("name a result's folder, or a scenario"),
            )
        found += inside
    return list(dict.fromkeys(found))
