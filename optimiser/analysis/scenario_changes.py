"""What differs between two scenarios: value by value, as they were merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from optimiser.results.table import is_number

if TYPE_CHECKING:
    from optimiser.scenario import Scenario

__all__ = ["Place", "ScenarioChange", "scenario_changes"]

Path = tuple[str | int, ...]
Place = Callable[[Path], tuple[str, int]]
"""Of a value the file in which it is written, and the line; 0 where that is not known."""

# what a data file held is told, and not that its hash is another one
_UNTOLD: Final = ("optimise", "sources")
_ABSENT: Final = object()


@dataclass(frozen=True)
class ScenarioChange:
    """A value that is another one.

    Attributes:
        path: as ``--set`` takes it.
        old: in BASE; None where it is not there.
        new: in NEW; None where it is not there.
        file: in which the value of NEW is written, or BASE's where it is gone.
        line: of it; 0 where that is not known.
    """

    path: str
    old: str | None
    new: str | None
    file: str = ""
    line: int = 0


def _nowhere(_path: Path) -> tuple[str, int]:
    return "", 0


def scenario_changes(
    base: Scenario, new: Scenario, /, *, before: Place = _nowhere, now: Place = _nowhere
) -> tuple[ScenarioChange, ...]:
    """What differs between two scenarios, in the order of NEW, what is gone where it stood.

    A number that is written in another way is the same number; an order of entries matters only as
    far as it is that of a list.

    Args:
        base: what is compared with.
        new: what is compared.
        before: where values of BASE are written.
        now: where values of NEW are.
    """
    if base.scenario_hash == new.scenario_hash:
        return ()
    changes = []
    for path, old, own in _differences(base.resolved(), new.resolved(), ()):
        if path[0] in _UNTOLD:
            continue
        file, line = before(path) if own is _ABSENT else now(path)
        shown = ".".join(map(str, path))
        changes.append(ScenarioChange(shown, _words(old), _words(own), file, line))
    return tuple(changes)


def _differences(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """The deepest values that differ; what is there on one side only is told as a whole."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*new, *old]):
            yield from _differences(old.get(key, _ABSENT), new.get(key, _ABSENT), (*path, str(key)))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, (*path, place))
    elif not _same(old, new):
        yield path, old, new


def _same(old: Any, new: Any) -> bool:
    """Whether two values are one; a number is kept as it was written."""
    if not (isinstance(old, str) and isinstance(new, str) and is_number(old) and is_number(new)):
        return bool(old == new)
    return Decimal(old) == Decimal(new)


def _words(value: Any) -> str | None:
    """A value on one line, as it could be written."""
    if value is _ABSENT:
        return None
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_words(own)}" for key, own in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(str(_words(own)) for own in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
