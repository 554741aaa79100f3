"""Scenarios to start from: the commented one here, and those of the library."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from optimiser.errors import UsageError
from optimiser.scenario import library, nearest
from optimiser.study.folder import write_folder

__all__ = ["STARTER", "start"]

STARTER = "starter"


def start(folder: str | Path, /, *, template: str = STARTER) -> Path:
    """Write a scenario to start from into ``folder``, with every file it extends.

    Returns:
        The scenario's file.

    Raises:
        UsageError: no such template, or a file is there already: nothing is overwritten.
    """
    texts = _texts(template)
    target = Path(folder)
    taken = [name for name in texts if (target / name).exists()]
    if taken:
        raise UsageError(f"{target / taken[0]} is there already", help="choose another folder; init overwrites nothing")
    write_folder(target, texts)
    return target / next(iter(texts))


def _texts(template: str, /) -> dict[str, str]:
    """File name -> content, the scenario itself first."""
    if template == STARTER:
        return {"scenario.yaml": (files("optimiser.study") / "starter.yaml").read_text(encoding="utf-8")}
    known = library()
    if template not in known:
        near = nearest(template, (STARTER, *known))
        hint = f"did you mean '{near}'? " if near else ""
        raise UsageError(f"there is no template '{template}'", help=f"{hint}templates: {', '.join((STARTER, *known))}")
    return {path.name: path.read_text(encoding="utf-8") for path in _chain(known[template])}


def _chain(path: Path, /) -> list[Path]:
    """The file and those it extends; the library's own files hold no surprises."""
    import yaml

    found = [path]
    while (content := yaml.safe_load(found[-1].read_text(encoding="utf-8"))) and "extends" in content:
        found.append(found[-1].parent / content["extends"])
    return found
