"""The library of scenarios that comes with the program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from optimiser.errors import UsageError
from optimiser.scenario.diagnostics import nearest

__all__ = ["library", "locate"]


def library() -> Mapping[str, Path]:
    """Name -> file of every scenario in the library, by name.

    An installed package carries them in ``library/``; a checkout in ``scenarios/`` beside the
    package.
    """
    package = Path(__file__).resolve().parents[2]
    folder = next(
        (f for f in (package / "library", package.parent / "scenarios") if f.is_dir()), None
    )
    found: dict[str, Path] = {}
    if folder is None:
        return found
    for path in sorted(folder.rglob("*.yaml")) + sorted(folder.rglob("*.yml")):
        if path.stem in found:
            raise RuntimeError(f"two scenarios of the library are called '{path.stem}'")
        found[path.stem] = path
    return dict(sorted(found.items()))


def locate(name: str | Path, /) -> tuple[Path, str]:
    """The file of a path or library name, and how messages call it.

    Raises:
        UsageError: there is neither a file nor a library scenario of that name.
    """
    path = Path(name)
    known = library()
    try:
        # A folder of that name, a result perhaps, does not hide a scenario of the library.
        if path.is_file() or (path.exists() and str(name) not in known):
            _one_meant(path, str(name), known)
            return path, str(name)
        beside = [file for file in map(Path, _with_endings(str(name))) if file.is_file()]
    except (OSError, ValueError):
        raise UsageError(
            f"'{name}' cannot be a path", help="name a scenario file, or a scenario of the library"
        ) from None
    if str(name) in known:
        for file in beside:
            _one_meant(file, str(name), known)
        return known[str(name)], str(known[str(name)])
    if beside:
        raise UsageError(f"there is no scenario '{name}'", help=f"did you mean {beside[0]}?")
    near = nearest(Path(name).stem, known)
    help = (
        f"did you mean the library scenario '{near}'?"
        if near
        else "name a scenario file, or a scenario of the library: optimise scenarios"
    )
    raise UsageError(f"there is no scenario '{name}'", help=help)


def _with_endings(name: str) -> list[str]:
    return [f"{name}.yaml", f"{name}.yml"]


def _one_meant(file: Path, name: str, known: Mapping[str, Path]) -> None:
    """A name that means a file here and another scenario in the library means neither.

    Raises:
        UsageError: it does.
    """
    if name not in known:
        return
    try:
        if file.read_bytes() == known[name].read_bytes():
            return
    except OSError:
        pass  # what it holds cannot be told
    raise UsageError(
        f"'{name}' is a scenario of the library, and {file} is here too",
        help=f"write ./{file} for the file, or {known[name]} for that of the library",
    )
