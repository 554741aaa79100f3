"""Which columns of the recorded fronts differ from those of a revision.

``python -m tests.golden.columns REVISION score`` ends with an error where anything else than
``score`` differs: heading, number of plans, their order, any other cell.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent / "fronts"


def differing(before: str, now: str, /) -> set[str]:
    """The columns in which two tables differ; ``rows`` where heading or number of rows differ."""
    old, new = (list(csv.reader(io.StringIO(text))) for text in (before, now))
    if old[0] != new[0] or len(old) != len(new):
        return {"rows"}
    return {
        name
        for a, b in zip(old, new, strict=True)
        for name, x, y in zip(old[0], a, b, strict=True)
        if x != y
    }


def main(revision: str, *allowed: str) -> int:
    """0 where only the allowed columns differ from the revision."""
    found: dict[str, set[str]] = {}
    for path in sorted(HERE.glob("*.csv")):
        shown = subprocess.run(
            ["git", "show", f"{revision}:./{path.name}"], cwd=HERE, capture_output=True, check=True
        )
        found[path.stem] = differing(shown.stdout.decode(), path.read_text(encoding="utf-8"))
    for name, columns in found.items():
        print(f"{name}: {', '.join(sorted(columns)) or 'the same'}")
    return int(any(columns - set(allowed) for columns in found.values()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
