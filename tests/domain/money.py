"""Money over time, read independently: small models as plain data, every roadmap, every year.

Shares no code with the package and takes another way: it walks a calendar of moments (starts,
renewals, ends of lives, ends of years) in exact fractions, where the package builds expressions
over columns. Trusts its input.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import yaml

__all__ = ["Calendar", "Measure", "Plant", "Quantity", "random_plant"]

Starts = dict[str, int]  # measure -> position of the phase in which it starts


@dataclass(frozen=True)
class Quantity:
    """An indicator.

    Attributes:
        one_off: paid where something starts, or a value in every phase.
        aggregate: of a value in every phase: mean, total, final or present.
        baseline: a number, or one a phase.
        compound: measures multiply what the others leave.
        discount: whether a one-off is discounted.
        residual: whether what is not worn out is credited.
    """

    one_off: bool = False
    aggregate: str = "mean"
    baseline: Fraction | tuple[Fraction, ...] = Fraction(0)
    compound: bool = False
    discount: bool = True
    residual: bool = True


@dataclass(frozen=True)
class Measure:
    """A technology: effects by indicator (a number, or one a phase), and how it comes and goes."""

    effects: Mapping[str, Fraction | tuple[Fraction, ...]]
    lifetime: Fraction | None = None
    replace: bool = True
    delay: int = 0
    ramp: tuple[Fraction, ...] = ()
    earliest: int = 0


@dataclass(frozen=True)
class Plant:
    """What is planned: phases by their years, a rate, and who helps whom."""

    years: tuple[Fraction, ...]
    rate: Fraction
    quantities: Mapping[str, Quantity]
    measures: Mapping[str, Measure]
    synergies: Mapping[tuple[str, str], Mapping[str, Fraction]] = field(default_factory=dict)
    moment: str = "end"
    residual: bool = False
    limits: Mapping[int, Mapping[str, Fraction]] = field(default_factory=dict)
    carry_over: bool = False

    def roadmaps(self) -> Iterator[Starts]:
        """Every choice of a start or none for each measure, limits aside."""
        ways = [
            [None, *range(measure.earliest, len(self.years))] for measure in self.measures.values()
        ]
        for chosen in itertools.product(*ways):
            pairs = zip(self.measures, chosen, strict=True)
            yield {name: start for name, start in pairs if start is not None}


class Calendar:
    """What one roadmap of a plant comes to."""

    def __init__(self, plant: Plant, starts: Starts, /) -> None:
        self.plant, self.starts = plant, starts
        self.begins = [sum(plant.years[:p], Fraction(0)) for p in range(len(plant.years))]
        self.horizon = sum(plant.years, Fraction(0))
        self.grown = 1 + plant.rate

    def growth(self, years: Fraction) -> Fraction:
        """What money grows by; of half years the nearest float."""
        return Fraction(self.grown**years)

    # ---- moments

    def phase_of(self, moment: Fraction) -> int:
        return max(p for p, begin in enumerate(self.begins) if begin <= moment)

    def payments(self, name: str) -> list[tuple[Fraction, int]]:
        """When a measure is paid for, first and again: the whole years before, and the phase."""
        measure, begin = self.plant.measures[name], self.begins[self.starts[name]]
        moments = [begin]
        if measure.lifetime is not None and measure.replace:
            while moments[-1] + measure.lifetime < self.horizon:
                moments.append(moments[-1] + measure.lifetime)
        found = []
        for moment in moments:
            phase = self.phase_of(moment)
            since = moment - self.begins[phase]
            found.append((self.begins[phase] + since.numerator // since.denominator, phase))
        return found

    def life(self, name: str) -> tuple[Fraction, Fraction]:
        """From when on a measure acts, and until when."""
        measure, start = self.plant.measures[name], self.starts[name]
        acting = start + measure.delay
        begin = self.begins[acting] if acting < len(self.begins) else self.horizon
        if measure.lifetime is None or measure.replace:
            return begin, self.horizon
        return begin, min(self.horizon, self.begins[start] + measure.lifetime)

    def alive(self, names: tuple[str, ...], low: Fraction, high: Fraction) -> Fraction:
        """The share of a span in which all of some measures act."""
        lives = [self.life(name) for name in names]
        begin, end = max(low, *(a for a, _ in lives)), min(high, *(b for _, b in lives))
        return max(Fraction(0), end - begin) / (high - low)

    def spans(self, phase: int) -> Iterator[tuple[Fraction, Fraction]]:
        """The years of a phase, the last one perhaps a part."""
        begin, end = self.begins[phase], self.begins[phase] + self.plant.years[phase]
        while begin < end:
            yield begin, min(begin + 1, end)
            begin += 1

    # ---- values

    def at(self, value: Fraction | tuple[Fraction, ...], phase: int) -> Fraction:
        return value[phase] if isinstance(value, tuple) else value

    def share(self, name: str, phase: int) -> Fraction:
        """How much of its effect a measure has reached in a phase, by its ramp."""
        measure = self.plant.measures[name]
        reached = phase - self.starts[name] - measure.delay
        if reached < 0:
            return Fraction(0)
        return measure.ramp[reached] if reached < len(measure.ramp) else Fraction(1)

    def value(self, name: str, phase: int, low: Fraction, high: Fraction) -> Fraction:
        """An indicator with a value in every phase, over a span within one."""
        quantity = self.plant.quantities[name]
        baseline = self.at(quantity.baseline, phase)
        found = []
        for measure in self.starts:
            effect = self.at(self.plant.measures[measure].effects.get(name, Fraction(0)), phase)
            found.append(effect * self.share(measure, phase) * self.alive((measure,), low, high))
        for pair, effects in self.plant.synergies.items():
            if all(member in self.starts for member in pair):
                found.append(effects.get(name, Fraction(0)) * self.alive(pair, low, high))
        if not quantity.compound:
            return baseline + sum(found)
        result = baseline
        for effect in found:
            result *= 1 + effect
        return result

    def in_phase(self, name: str, phase: int) -> Fraction:
        """What a table shows of a phase: the value, or what is spent."""
        if self.plant.quantities[name].one_off:
            return self.spent(name, phase)
        begin = self.begins[phase]
        return self.value(name, phase, begin, begin + self.plant.years[phase])

    def spent(self, name: str, phase: int) -> Fraction:
        return sum((money for money, _, p in self.flows(name) if p == phase), Fraction(0))

    def flows(self, name: str) -> Iterator[tuple[Fraction, Fraction, int]]:
        """Each payment of a one-off indicator: how much, the whole years before, the phase."""
        for measure in self.starts:
            effect = self.plant.measures[measure].effects.get(name, Fraction(0))
            for before, phase in self.payments(measure):
                yield self.at(effect, phase), before, phase
        for pair, effects in self.plant.synergies.items():
            if all(member in self.starts for member in pair):
                phase = max(self.starts[member] for member in pair)
                yield effects.get(name, Fraction(0)), self.begins[phase], phase

    def credit(self, name: str) -> Fraction:
        """What is not worn out at the end, in the money of that year."""
        total = Fraction(0)
        for measure, start in self.starts.items():
            kind = self.plant.measures[measure]
            effect = kind.effects.get(name, Fraction(0))
            if kind.lifetime is None:
                continue
            begin = self.begins[start]
            while kind.replace and begin + kind.lifetime < self.horizon:
                begin += kind.lifetime
            unused = max(Fraction(0), begin + kind.lifetime - self.horizon) / kind.lifetime
            total += self.at(effect, self.phase_of(begin)) * unused
        return total

    def aggregated(self, name: str) -> Fraction:
        """The one value that objectives see."""
        quantity, plant = self.plant.quantities[name], self.plant
        last = len(plant.years) - 1
        if quantity.one_off:
            discounted = quantity.discount
            total = self.at(quantity.baseline, 0)
            for money, before, _ in self.flows(name):
                total += money / self.growth(before) if discounted else money
            if plant.residual and quantity.residual:
                worth = self.credit(name)
                total -= worth / self.growth(self.horizon) if discounted else worth
            return total
        if quantity.aggregate == "final":
            # what has ended before the horizon is over does not count at all
            moment = self.horizon
            return self.value(name, last, moment - Fraction(1, 10**9), moment)
        values = [self.in_phase(name, p) for p in range(len(plant.years))]
        if quantity.aggregate == "present":
            return sum(
                (
                    self.value(name, p, low, high)
                    * (high - low)
                    / self.growth(self._dated(low, high))
                    for p in range(len(plant.years))
                    for low, high in self.spans(p)
                ),
                Fraction(0),
            )
        total = sum((v * y for v, y in zip(values, plant.years, strict=True)), Fraction(0))
        return total if quantity.aggregate == "total" else total / self.horizon

    def _dated(self, low: Fraction, high: Fraction) -> Fraction:
        """When a year's value counts as paid."""
        return {"start": low, "middle": (low + high) / 2, "end": high}[self.plant.moment]

    def allowed(self) -> bool:
        """Whether every limit of a phase holds."""
        names = {name for limits in self.plant.limits.values() for name in limits}
        for name in names:
            spent = allowance = Fraction(0)
            for phase in range(len(self.plant.years)):
                if not self.plant.carry_over:
                    spent = allowance = Fraction(0)
                if name in self.plant.limits.get(phase, {}):
                    spent += self.spent(name, phase)
                    allowance += self.plant.limits[phase][name]
                    if spent > allowance:
                        return False
        return True


# ---- as a scenario


def _text(value: Fraction | tuple[Fraction, ...], name: str, parameters: dict[str, Any]) -> Any:
    """A number as YAML has it; one a phase becomes a parameter."""
    if isinstance(value, tuple):
        parameters[name] = {"by_phase": [float(v) for v in value]}
        return name
    return float(value)


def written(plant: Plant, objectives: Mapping[str, str], /) -> str:
    """The same plant as a scenario, with given objectives: name -> sense."""
    parameters: dict[str, Any] = {}
    indicators: dict[str, Any] = {}
    for name, quantity in plant.quantities.items():
        entry: dict[str, Any] = {"baseline": _text(quantity.baseline, f"b_{name}", parameters)}
        if quantity.one_off:
            entry |= {"timing": "one_off"}
            entry |= {} if quantity.discount else {"discount": False}
            entry |= {} if quantity.residual else {"residual": False}
        else:
            entry |= {"aggregate": quantity.aggregate}
            entry |= {"combine": "compound"} if quantity.compound else {}
        indicators[name] = entry
    technologies: dict[str, Any] = {}
    for name, measure in plant.measures.items():
        effects: dict[str, Any] = {}
        for indicator, effect in measure.effects.items():
            if plant.quantities[indicator].compound:
                assert isinstance(effect, Fraction)
                effects[indicator] = f"{float(effect * 100):g}%"
            elif isinstance(effect, tuple):
                effects[indicator] = {"value": _text(effect, f"e_{name}_{indicator}", parameters)}
            else:
                effects[indicator] = float(effect)
        entry = {"effects": effects}
        entry |= {} if measure.lifetime is None else {"lifetime": float(measure.lifetime)}
        entry |= {} if measure.replace else {"replace": False}
        entry |= {"delay": measure.delay} if measure.delay else {}
        entry |= {"ramp": [float(share) for share in measure.ramp]} if measure.ramp else {}
        entry |= {"earliest": f"p{measure.earliest + 1}"} if measure.earliest else {}
        technologies[name] = entry
    phases = []
    for place, years in enumerate(plant.years):
        phase: dict[str, Any] = {"name": f"p{place + 1}", "years": float(years)}
        if place in plant.limits:
            phase["limits"] = {k: float(v) for k, v in plant.limits[place].items()}
        phases.append(phase)
    data: dict[str, Any] = {
        "optimise": 1,
        "name": "plant",
        "parameters": parameters,
        "indicators": indicators,
        "technologies": technologies,
        "synergies": {
            f"s_{a}_{b}": {
                "between": [a, b],
                "effects": {
                    k: f"{float(v * 100):g}%" if plant.quantities[k].compound else float(v)
                    for k, v in effects.items()
                },
            }
            for (a, b), effects in plant.synergies.items()
        },
        "objectives": dict(objectives),
        "phases": phases,
        "carry_over": plant.carry_over,
        "discount_rate": float(plant.rate),
        "discount_timing": plant.moment,
    }
    if plant.residual:
        data["residual_value"] = "linear"
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def random_plant(seed: int, /) -> Plant:
    """Two to four phases, two to five measures, everything that money over time knows."""
    r = random.Random(seed)

    def money(low: int, high: int) -> Fraction:
        return Fraction(r.randint(low * 10, high * 10), 10)

    count = r.randint(2, 4)
    years = tuple(Fraction(r.choice((1, 1, 2, 3))) for _ in range(count))
    if r.random() < 0.15:
        years = tuple(Fraction(r.choice((1, 2, 3, 5)), 2) for _ in range(count))

    def varied(low: int, high: int) -> Fraction | tuple[Fraction, ...]:
        if r.random() < 0.3:
            return tuple(money(low, high) for _ in range(count))
        return money(low, high)

    quantities = {
        "capex": Quantity(one_off=True, discount=r.random() < 0.8, residual=r.random() < 0.8),
        "saved": Quantity(aggregate=r.choice(("present", "present", "total", "mean", "final"))),
        "energy": Quantity(
            aggregate=r.choice(("present", "total", "mean", "final")),
            baseline=varied(50, 90),
            compound=r.random() < 0.3,
        ),
    }
    measures = {}
    for name in "abcdf"[: r.randint(2, 5)]:
        effects: dict[str, Fraction | tuple[Fraction, ...]] = {"capex": varied(5, 40)}
        if r.random() < 0.9:
            effects["saved"] = varied(2, 20)
        if r.random() < 0.6:
            compound = quantities["energy"].compound
            effects["energy"] = Fraction(r.randint(-30, 5), 100) if compound else varied(-20, 5)
        lifetime = Fraction(r.choice((1, 2, 3, 4, 5, 7))) if r.random() < 0.6 else None
        if lifetime is not None and r.random() < 0.1:
            lifetime += Fraction(1, 2)
        measures[name] = Measure(
            effects,
            lifetime=lifetime,
            replace=lifetime is None or r.random() < 0.6,
            delay=r.choice((0, 0, 0, 1)),
            ramp=r.choice(((), (), (Fraction(1, 2),), (Fraction(1, 4), Fraction(3, 4)))),
            earliest=r.choice((0, 0, 1)),
        )
    names = sorted(measures)
    synergies = {}
    if len(names) > 2 and r.random() < 0.5:
        effects_of: dict[str, Fraction] = {"saved": money(-3, 6), "capex": money(-4, 2)}
        synergies[names[0], names[1]] = effects_of
    limits: dict[int, dict[str, Fraction]] = {}
    if r.random() < 0.4:
        limits = {p: {"capex": money(20, 90)} for p in range(count)}
    return Plant(
        years,
        Fraction(r.choice((0, 3, 5, 6, 8, 12)), 100),
        quantities,
        measures,
        synergies,
        moment=r.choice(("end", "end", "middle", "start"))
        if all(y.denominator == 1 for y in years)
        else "end",
        residual=r.random() < 0.5,
        limits=limits,
        carry_over=bool(limits) and r.random() < 0.5,
    )
