"""What a scenario means, read once more: a reading of generated scenarios that shares no code with
the package.

A scenario is plain data: whole numbers and fractions where the file has numbers, text where it has
expressions and percentages. Whole decisions are enumerated; what is left in the real ones is
extracted as exact linear forms, one polyhedron for each assignment of the whole decisions. No
phases is one phase.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.attacks.exact_lp import Vector
from tests.attacks.expressions import evaluated, number_of, sides_of

__all__ = ["Choice", "Data", "Meaning", "Requirement", "TooLargeError"]

Data = dict[str, Any]
Choice = dict[str, Any]
# of a decision: of a variable its value, None where it is real; of a technology 0 or (mode,
# position of its phase), the mode being 1, a level or an amount, None where that is real

TOLERANCE = Fraction(1, 10**6)  # of violations, times max(1, |bound|)


class TooLargeError(Exception):
    """More assignments of the whole decisions than an oracle should enumerate."""


@dataclass(frozen=True)
class Requirement:
    """left <= right or left == right, one of them a number, the bound."""

    name: str
    value: Fraction
    relation: str  # "<=", ">=", "=="
    bound: Fraction

    @property
    def slack(self) -> Fraction:
        """How much a violation may measure within the tolerance."""
        return TOLERANCE * max(Fraction(1), abs(self.bound))


_FLIPPED = {"<=": ">=", ">=": "<=", "==": "=="}


class Meaning:
    """A scenario's decisions, rules and values."""

    def __init__(self, data: Data, /) -> None:
        self.data = data
        self.variables: Data = data.get("variables", {})
        self.technologies: Data = data.get("technologies", {})
        self.indicators: Data = data.get("indicators", {})
        self.phases: list[Data] = data.get("phases") or [{"name": "", "years": 1}]
        self.phase_names = [phase["name"] for phase in self.phases]
        goals = {
            name: g if isinstance(g, dict) else {"sense": g}
            for name, g in data["objectives"].items()
        }
        self.objectives: dict[str, Data] = goals
        self.signs = [-1 if g["sense"].startswith("max") else 1 for g in goals.values()]

    # ---- decisions

    def options(self, decision: str, /) -> list[Any]:
        """What a decision may be."""
        if decision in self.variables:
            return self._values(self.variables[decision])
        technology = self.technologies[decision]
        found: list[Any] = [0]
        for mode in self._modes(technology):
            first = self._place(self._said(decision, mode, "earliest", self.phase_names[0]))
            last = self._place(self._said(decision, mode, "latest", self.phase_names[-1]))
            found += [(mode, phase) for phase in range(first, last + 1)]
        return found

    @staticmethod
    def _values(entry: Data) -> list[Any]:
        if "values" in entry:
            return sorted({Fraction(v) for v in entry["values"]})
        if entry["type"] == "binary":
            return [Fraction(0), Fraction(1)]
        if entry["type"] == "real":
            return [None]
        low, high = entry["min"], entry["max"]
        if not isinstance(low, int) or not isinstance(high, int) or high - low > 5000:
            raise TooLargeError
        return [Fraction(v) for v in range(low, high + 1)]

    @staticmethod
    def _modes(technology: Data) -> list[Any]:
        if "levels" in technology:
            return list(technology["levels"])
        if "scale" not in technology:
            return [1]
        scale = technology["scale"]
        if "step" not in scale:
            return [None]
        low, high, step = (Fraction(scale[key]) for key in ("min", "max", "step"))
        return [low + step * k for k in range(int((high - low) // step) + 1)]

    def _said(self, technology: str, mode: Any, key: str, otherwise: Any) -> Any:
        """What is written for a level, else for its technology, else the default."""
        written = self.technologies[technology]
        level = written["levels"][mode] if "levels" in written else {}
        return level.get(key, written.get(key, otherwise))

    def _place(self, phase: str) -> int:
        return self.phase_names.index(phase)

    def choices(self, most: int, /) -> Iterator[Choice]:
        """Every assignment of the whole decisions that holds all rules over technologies."""
        names = [*self.variables, *self.technologies]
        options = [self.options(name) for name in names]
        size = 1
        for values in options:
            size *= len(values)
        if size > most:
            raise TooLargeError
        for cells in itertools.product(*options):
            choice = dict(zip(names, cells, strict=True))
            if self.allowed(choice):
                yield choice

    @staticmethod
    def _start(choice: Choice, member: str) -> int | None:
        name, _, level = member.partition(".")
        cell = choice[name]
        return None if cell == 0 or (level and cell[0] != level) else cell[1]

    def allowed(self, choice: Choice, /) -> bool:
        """Whether a choice holds all rules over technologies."""
        for name, technology in self.technologies.items():
            own = self._start(choice, name)
            if own is None:
                continue
            for wanted in technology.get("requires", []):
                member, lead = (
                    (wanted["technology"], wanted.get("lead", 0))
                    if isinstance(wanted, dict)
                    else (wanted, 0)
                )
                start = self._start(choice, member)
                if start is None or start > own - lead:
                    return False
            for some in technology.get("requires_any", []):
                starts = [self._start(choice, member) for member in some]
                if not any(start is not None and start <= own for start in starts):
                    return False
            if any(
                self._start(choice, other) is not None for other in technology.get("excludes", [])
            ):
                return False
        for group in self.data.get("groups", {}).values():
            count = sum(self._start(choice, member) is not None for member in group["of"])
            if "exactly" in group and count != group["exactly"]:
                return False
            if count < group.get("at_least", 0) or count > group.get("at_most", count):
                return False
        return True

    # ---- values

    def _effects(
        self, technology: str, mode: Any, amount: Fraction
    ) -> Iterator[tuple[str, list[tuple[Any, Fraction]]]]:
        """The effects of one technology, each as its parts and what multiplies them: the parts of
        one make one factor.
        """
        written = self.technologies[technology]
        sources = [(written.get("effects", {}), Fraction(1))]
        if "levels" in written:
            sources.append((written["levels"][mode].get("effects", {}), Fraction(1)))
        if "scale" in written:
            sources.append((written.get("effects_per_unit", {}), amount))
        for indicator in dict.fromkeys(name for effects, _ in sources for name in effects):
            yield (
                indicator,
                [(effects[indicator], times) for effects, times in sources if indicator in effects],
            )

    def _size(self, indicator: str, parts: list[tuple[Any, Fraction]]) -> Fraction:
        """As an amount, of a compound indicator as a share."""
        entry = self.indicators[indicator]
        total = Fraction(0)
        for effect, times in parts:
            if isinstance(effect, str) and effect.endswith("%"):
                share = Fraction(effect[:-1]) / 100
                size = (
                    share
                    if entry.get("combine") == "compound"
                    else share * Fraction(entry.get("baseline", 0))
                )
            else:
                size = Fraction(effect)
            total += size * times
        return total

    def _acting(
        self, choice: Choice, amounts: Mapping[str, Fraction]
    ) -> Iterator[tuple[str, Fraction, int, int, list[Any]]]:
        """Every effect that counts: indicator, size, phase of the start, first phase of the effect,
        ramp.
        """
        begins: dict[str, int] = {}
        for name in self.technologies:
            if choice[name] == 0:
                continue
            mode, start = choice[name]
            begins[name] = start + self._said(name, mode, "delay", 0)
            amount = amounts.get(
                name,
                Fraction(mode)
                if "scale" in self.technologies[name] and mode is not None
                else Fraction(0),
            )
            for indicator, parts in self._effects(name, mode, amount):
                ramp = list(self._said(name, mode, "ramp", []))
                yield indicator, self._size(indicator, parts), start, begins[name], ramp
        for synergy in self.data.get("synergies", {}).values():
            starts = [self._start(choice, member) for member in synergy["between"]]
            known = [start for start in starts if start is not None]
            if len(known) == len(starts):
                first = max(begins[member.partition(".")[0]] for member in synergy["between"])
                for indicator, effect in synergy["effects"].items():
                    yield (
                        indicator,
                        self._size(indicator, [(effect, Fraction(1))]),
                        max(known),
                        first,
                        [],
                    )

    def values(self, choice: Choice, reals: Mapping[str, Fraction], /) -> dict[str, Any]:
        """Every name of an expression with its value; ``x@p`` is one phase's, of one-off ones what
        is spent in it.
        """
        names: dict[str, Any] = {
            name: Fraction(p) for name, p in self.data.get("parameters", {}).items()
        }
        for name in self.variables:
            names[name] = reals[name] if choice[name] is None else choice[name]
        for name, technology in self.technologies.items():
            mode = choice[name][0] if choice[name] != 0 else None
            names[name] = Fraction(choice[name] != 0)
            for level in technology.get("levels", {}):
                names[f"{name}.{level}"] = Fraction(mode == level)
            if "scale" in technology:
                names[f"{name}.scale"] = (
                    reals.get(name, Fraction(mode or 0)) if choice[name] != 0 else Fraction(0)
                )
        self._indicators(choice, reals, names)
        return names

    def _indicators(
        self, choice: Choice, reals: Mapping[str, Fraction], names: dict[str, Any]
    ) -> None:
        count = len(self.phases)
        per_phase: dict[str, list[Fraction]] = {}
        for name, entry in self.indicators.items():
            if "expr" not in entry:
                start = 0 if entry.get("timing") == "one_off" else entry.get("baseline", 0)
                per_phase[name] = [Fraction(start)] * count
        for indicator, size, start, first, ramp in self._acting(choice, reals):
            entry, line = self.indicators[indicator], per_phase[indicator]
            if entry.get("timing") == "one_off":
                line[start] += size
                continue
            for phase in range(first, count):
                share = Fraction(ramp[phase - first]) if phase - first < len(ramp) else Fraction(1)
                if entry.get("combine") == "compound":
                    line[phase] *= 1 + share * size
                else:
                    line[phase] += share * size
        for name, line in per_phase.items():
            names[name] = self._aggregate(self.indicators[name], line)
            names |= {
                f"{name}@{phase}": value
                for phase, value in zip(self.phase_names, line, strict=True)
            }
        for name, entry in self.indicators.items():
            if "expr" in entry:
                names[name] = Fraction(evaluated(str(entry["expr"]), names))

    def _aggregate(self, entry: Data, line: list[Fraction]) -> Fraction:
        years = [Fraction(phase.get("years", 1)) for phase in self.phases]
        if entry.get("timing") == "one_off":
            rate = (
                Fraction(self.data.get("discount_rate", 0))
                if entry.get("discount", True)
                else Fraction(0)
            )
            before = itertools.accumulate([Fraction(0), *years[:-1]])
            spent = sum(
                (v / (1 + rate) ** int(y) for v, y in zip(line, before, strict=True)), Fraction(0)
            )
            return Fraction(entry.get("baseline", 0)) + spent
        how = entry.get("aggregate", "mean")
        if how == "final":
            return line[-1]
        total = sum((v * y for v, y in zip(line, years, strict=True)), Fraction(0))
        return total if how == "total" else total / sum(years)

    def goals(self, names: Mapping[str, Any], /) -> Vector:
        """The minimised objectives."""
        raw = [
            evaluated(str(g["expr"]), names) if "expr" in g else names[name]
            for name, g in self.objectives.items()
        ]
        return tuple(sign * Fraction(value) for sign, value in zip(self.signs, raw, strict=True))

    def requirements(self, names: Mapping[str, Any], /) -> Iterator[Requirement]:
        """The constraints and the limits of the phases at one point."""
        for name, entry in self.data.get("constraints", {}).items():
            for left, relation, right in sides_of(str(entry)):
                bound = number_of(right)
                if bound is not None:
                    yield Requirement(name, Fraction(evaluated(left, names)), relation, bound)
                    continue
                bound = number_of(left)
                assert bound is not None, f"{entry}: one side must be a number"
                yield Requirement(
                    name, Fraction(evaluated(right, names)), _FLIPPED[relation], bound
                )
        through: dict[str, tuple[Fraction, Fraction]] = {}
        for phase in self.phases:
            for indicator, limit in phase.get("limits", {}).items():
                spent, allowed = names[f"{indicator}@{phase['name']}"], Fraction(limit)
                if self.data.get("carry_over"):
                    before = through.get(indicator, (Fraction(0), Fraction(0)))
                    spent, allowed = through[indicator] = (before[0] + spent, before[1] + allowed)
                yield Requirement(f"{indicator}@{phase['name']}", spent, "<=", allowed)
