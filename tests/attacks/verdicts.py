"""What is wrong with a run, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

__all__ = ["Fault", "Record", "Verdict", "shown"]

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    ``false`` is a refuted claim; ``value`` a printed number that is not the correctly rounded one;
    ``rounding`` a bound that is wrong in its last digits only; ``scale`` one that is not the
    corners'; ``canonical`` another plan than the canonical one; ``trouble`` a crash, a hang or
    something written where nothing belongs.
    """

    kind: str
    text: str


@dataclass
class Verdict:
    """How one run ended.

    Attributes:
        claim: status and basis in a word, such as ``complete exact``.
        faults: what is wrong.
        given_up: less is claimed than the oracle shows to be possible; empty where not.
    """

    claim: str
    faults: list[Fault] = field(default_factory=list)
    given_up: str = ""

    def add(self, kind: str, text: str, /) -> None:
        """Note a fault; of one kind two say enough."""
        if sum(fault.kind == kind for fault in self.faults) < 2:
            self.faults.append(Fault(kind, text))


def shown(values: Sequence[Fraction | None], /) -> str:
    """A point as messages show it."""
    return "(" + ", ".join("none" if v is None else f"{float(v):.12g}" for v in values) + ")"
