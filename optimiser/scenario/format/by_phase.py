"""Values of a parameter that differ between phases: how they are written, and how a formula reads
in one phase.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Final, Protocol

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from optimiser.expressions import Name
from optimiser.language import tr
from optimiser.scenario.format.formulas import Formula, finding
from optimiser.scenario.format.values import phase_key

__all__ = ["ByPhase", "End", "in_phase", "phase_values"]


class _Named(Protocol):
    @property
    def name(self) -> str:
        """Its name."""


def _by_phase(value: object) -> tuple[Formula, ...] | dict[str, Formula]:
    """A list or a mapping, also under the key ``by_phase`` again."""
    if isinstance(value, Mapping) and list(value) == ["by_phase"]:
        value = value["by_phase"]
    if isinstance(value, Mapping):
        texts = {unicodedata.normalize("NFKC", str(k).strip()): v for k, v in value.items()}
        return {name: Formula.of(item) for name, item in texts.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(Formula.of(item) for item in value)
    raise finding(
        "S014",
        tr("expected one value a phase"),
        help=tr('write [80, 95, 110], or {"2027": 80, "2028": 95}'),
    )


def _end(value: object) -> Formula | tuple[Formula, ...] | dict[str, Formula]:
    """One value, or one a phase."""
    return _by_phase(value) if isinstance(value, list | tuple | Mapping) else Formula.of(value)


def _plain(value: object) -> object:
    match value:
        case dict():
            return {name: str(formula) for name, formula in value.items()}
        case tuple():
            return [str(formula) for formula in value]
    return None if value is None else str(value)


_NUMBER: Final = {"type": ["number", "string"]}
_MANY: Final = [
    {"type": "array", "items": _NUMBER},
    {"type": "object", "additionalProperties": _NUMBER},
]

ByPhase = Annotated[
    tuple[Formula, ...] | dict[str, Formula],
    PlainValidator(_by_phase),
    PlainSerializer(_plain),
    WithJsonSchema({"anyOf": _MANY}),
]
End = Annotated[
    Formula | tuple[Formula, ...] | dict[str, Formula],
    PlainValidator(_end),
    PlainSerializer(_plain),
    WithJsonSchema({"anyOf": [_NUMBER, *_MANY]}),
]


def phase_values(written: Any, phases: Sequence[_Named], /) -> list[Formula | None]:
    """The value in each phase, of one value the same in all; None where there is none."""
    if isinstance(written, Mapping):
        return [written.get(phase.name) for phase in phases]
    if isinstance(written, tuple):
        return [written[p] if p < len(written) else None for p in range(len(phases))]
    return [written] * len(phases)


def in_phase(formula: Formula, phase: str, varying: Collection[str], /) -> Formula:
    """A formula with the names that vary put in one phase."""
    found = [leaf for leaf in formula.names if isinstance(leaf, Name) and leaf.id in varying]
    if not found:
        return formula
    text = formula.text
    for leaf in sorted(found, key=lambda leaf: -leaf.start):
        text = text[: leaf.start] + phase_key(leaf.id, phase) + text[leaf.end :]
    return Formula.of(text)
