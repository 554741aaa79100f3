"""The library of scenarios that comes with the program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import marked, tr
from optimiser.scenario.diagnostics import nearest

__all__ = ["library", "locate"]

_NO_SCENARIO: Final = marked("there is no scenario '{name}'")
_NO_RESULT: Final = marked("there is no result or scenario '{name}'")
_SCENARIOS: Final = marked("name a scenario file, or a scenario of the library: optimise scenarios")
_RESULTS: Final = marked(
    "name a result's folder (optimise results lists them), a scenario file, or a scenario of the "
    "library (optimise scenarios)"
)


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
        assert path.stem not in found, (path, found[path.stem])
        found[path.stem] = path
    return dict(sorted(found.items()))


def locate(name: str | Path, /, *, or_result: bool = False) -> tuple[Path, str]:
    """The file of a path or library name, and how messages call it; of ``-`` standard input.

    Args:
        or_result: whether a result might have been named as well, for the words of an error.

    Raises:
        UsageError: there is neither a file nor a library scenario of that name.
    """
    if str(name) == "-":
        return paths.STANDARD_INPUT, "<stdin>"
    path = Path(name)
    known = library()
    found = paths.kind(path)
    # A folder of that name, a result perhaps, does not hide a scenario of the library.
    if found == "file" or (found is not None and str(name) not in known):
        _one_meant(path, str(name), known)
        return path, str(name)
    beside = [file for file in map(Path, _with_endings(str(name))) if paths.is_file(file)]
    if str(name) in known:
        for file in beside:
            _one_meant(file, str(name), known)
        return known[str(name)], str(known[str(name)])
    missing = _NO_RESULT if or_result else _NO_SCENARIO
    if beside:
        help = tr("did you mean {name}?", name=beside[0])
    elif near := nearest(Path(name).stem, known):
        help = tr("did you mean the library scenario '{near}'?", near=near)
    else:
        help = tr(_RESULTS if or_result else _SCENARIOS)
    raise UsageError(tr(missing, name=name), help=help)


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
        if paths.content(file) == paths.content(known[name]):
            return
    except (OSError, UsageError):
        pass  # what it holds cannot be told
    raise UsageError(
        tr("'{name}' is a scenario of the library, and {file} is here too", name=name, file=file),
        help=tr(
            "write ./{file} for the file, or {other} for that of the library",
            file=file,
            other=known[name],
        ),
    )
