"""Small random models with uncertain effects, and what their plans come to, without the program:
effects are the numbers that went into the YAML, values are sums of fractions.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Small", "Theta", "small"]

Theta = Mapping[str, Fraction]


@dataclass(frozen=True)
class Small:
    """A model of yes/no technologies with effects ``a + b * p``.

    Attributes:
        effects: technology -> indicator -> (a, parameter, b).
        budget: the most that ``spent`` may be, ``spent`` being uncertain as well.
        ranges: parameter -> (low, value, high, distribution).
        maximised: whether ``gain`` is.
    """

    effects: dict[str, dict[str, tuple[Fraction, str, Fraction]]]
    budget: Fraction
    ranges: dict[str, tuple[Fraction, Fraction, Fraction, str]]

    def text(self) -> str:
        """As YAML."""
        lines = ["optimise: 1", "name: small", "parameters:"]
        for name, (low, value, high, kind) in self.ranges.items():
            numbers = f"value: {float(value)}, low: {float(low)}, high: {float(high)}"
            lines.append(f"  {name}: {{{numbers}, distribution: {kind}}}")
        lines += ["indicators:", "  gain: {}", "  spent: {}", "  harm: {}", "technologies:"]
        for tech, own in self.effects.items():
            parts = [
                f"{indicator}: {{value: {float(a)} + {float(b)} * {p}}}"
                for indicator, (a, p, b) in own.items()
            ]
            lines.append(f"  {tech}: {{effects: {{{', '.join(parts)}}}}}")
        lines += ["objectives:", "  gain: maximise", "  harm: minimise", "constraints:"]
        lines.append(f"  budget: spent <= {float(self.budget)}")
        return "\n".join(lines)

    def value(self, indicator: str, plan: tuple[int, ...], theta: Theta) -> Fraction:
        """An indicator of a plan."""
        found = Fraction(0)
        for adopted, own in zip(plan, self.effects.values(), strict=True):
            if adopted:
                a, p, b = own[indicator]
                found += a + b * theta[p]
        return found

    def loss(self, name: str, plan: tuple[int, ...], theta: Theta) -> Fraction:
        """What is to be small, or at most 0."""
        if name == "budget":
            return self.value("spent", plan, theta) - self.budget
        return self.value(name, plan, theta) * (-1 if name == "gain" else 1)

    @property
    def plans(self) -> list[tuple[int, ...]]:
        """All of them."""
        return list(itertools.product((0, 1), repeat=len(self.effects)))

    def corners(self, most: int) -> list[dict[str, Fraction]]:
        """Every vector with at most so many parameters at an end, the others at their value."""
        ways = [[(v, 0), (low, 1), (high, 1)] for low, v, high, _ in self.ranges.values()]
        return [
            {name: v for name, (v, _) in zip(self.ranges, chosen, strict=True)}
            for chosen in itertools.product(*ways)
            if sum(off for _, off in chosen) <= most
        ]

    def mean(self) -> dict[str, Fraction]:
        """Each parameter at its mean."""
        found = {}
        for name, (low, value, high, kind) in self.ranges.items():
            shape = {"uniform": (low, high), "triangular": (low, value, high), "normal": (value,)}
            found[name] = sum(shape[kind], Fraction(0)) / len(shape[kind])
        return found


def small(seed: int, *, technologies: int = 5) -> Small:
    """A random one."""
    rng = random.Random(seed)

    def number(low: int, high: int) -> Fraction:
        return Fraction(rng.randint(low, high), rng.choice([1, 2, 4]))

    ranges = {}
    for name in ("p", "q", "r")[: rng.randint(1, 3)]:
        value = number(-4, 12)
        kind = rng.choice(["uniform", "triangular", "normal"])
        below = number(0, 8)
        above = below if kind == "normal" else number(0, 8)
        ranges[name] = (value - below, value, value + above + (below + above == 0), kind)
    effects = {
        f"t{i}": {
            indicator: (number(-6, 20), rng.choice(list(ranges)), number(-4, 4))
            for indicator in ("gain", "spent", "harm")
        }
        for i in range(technologies)
    }
    ranges = {
        n: (low, v, high, "uniform" if kind == "normal" and 2 * v != low + high else kind)
        for n, (low, v, high, kind) in ranges.items()
    }
    return Small(effects, number(20, 120), ranges)
