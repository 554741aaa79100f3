"""Which module of the product imports which, read from the source: nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path

__all__ = ["PACKAGE", "import_graph", "imported"]

PACKAGE = Path(__file__).resolve().parent.parent / "optimiser"


def imported(module: str, text: str, known: frozenset[str], /, *, package: bool) -> set[str]:
    """The known modules that a module imports, type-only and function-level imports included.

    Args:
        module: its full name.
        text: its source.
        known: full names of all modules.
        package: whether it is the ``__init__`` of a package.
    """
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            home = module.split(".") if package else module.split(".")[:-1]
            base = node.module or ""
            if node.level:
                home = home[: len(home) - node.level + 1]
                base = ".".join([*home, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.add(inner if inner in known else base)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return (found & known) - {module}


@cache
def import_graph() -> Mapping[str, Set[str]]:
    """Module -> the modules of the product that it imports."""
    files = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.parent if file.stem == "__init__" else file.with_suffix("")
        files[".".join(place.relative_to(PACKAGE.parent).parts)] = file
    known = frozenset(files)
    return {
        name: imported(
            name, file.read_text(encoding="utf-8"), known, package=file.stem == "__init__"
        )
        for name, file in files.items()
    }
