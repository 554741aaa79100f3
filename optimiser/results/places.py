"""Where results are: the names of their files, and the results that a path names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from optimiser.errors import UsageError

__all__ = ["CERTIFICATE_FILE", "FRONT_FILE", "RESULT_FILE", "is_result", "results_in"]

CERTIFICATE_FILE = "certificate.jsonl.gz"
FRONT_FILE = "front.csv"
RESULT_FILE = "result.json"


def is_result(path: str, /) -> bool:
    """Whether ``path`` names a saved result rather than a scenario."""
    place = Path(path)
    if place.is_dir():
        if not (place / RESULT_FILE).is_file():
            raise UsageError(
                f"no {RESULT_FILE} in the folder {place}",
                help="name a result's folder, or a scenario",
            )
        return True
    if place.suffix.lower() != ".json" or not place.is_file():
        return False
    if place.name == RESULT_FILE:
        return True
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError):
        return True  # a damaged result says what is wrong with it
    return isinstance(content, dict) and "optimise" not in content


def results_in(paths: Sequence[str], /) -> list[str]:
    """These paths, a folder of results as the results in it, in the order of their names.

    Raises:
        UsageError: a folder holds none.
    """
    found: list[str] = []
    for path in paths:
        place = Path(path)
        if not place.is_dir() or (place / RESULT_FILE).is_file():
            found.append(path)
            continue
        inside = sorted(str(file.parent) for file in place.rglob(RESULT_FILE))
        if not inside:
            raise UsageError(
                f"no {RESULT_FILE} in the folder {place} or below",
                help="name a result's folder, or a scenario",
            )
        found += inside
    return list(dict.fromkeys(found))
