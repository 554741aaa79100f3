"""An independent reading of scenarios with phases: every roadmap of a small model, valued phase by
phase.

Like ``oracle``, on which it rests for numbers and expressions, it shares no code with the package
and trusts its input. A choice gives each technology 0 or (mode, phase), the mode being 1, a level
or an amount, the phase a position in the list.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.domain import oracle

__all__ = ["Point", "amounts", "canonical", "cells", "choices", "front", "plans", "readings"]

Data = dict[str, Any]
Choice = dict[str, Any]
Point = tuple[Fraction, ...]


def _said(data: Data, technology: str, mode: Any, key: str, otherwise: Any) -> Any:
    """What is written for a level, else for its technology, else the default."""
    written = data["technologies"][technology]
    level = written.get("levels", {}).get(mode, {})
    return level.get(key, written.get(key, otherwise))


def _names(data: Data) -> list[str]:
    return [phase["name"] for phase in data["phases"]]


def amounts(scale: Data) -> list[Fraction]:
    """The amounts in which a technology can be adopted."""
    low, high, step = (Fraction(str(scale[key])) for key in ("min", "max", "step"))
    return [low + step * k for k in range(int((high - low) // step) + 1)]


def _options(data: Data, decision: str) -> list[Any]:
    if decision in data.get("variables", {}):
        entry = data["variables"][decision]
        return list(range(entry["min"], entry["max"] + 1))
    technology, names = data["technologies"][decision], _names(data)
    modes = list(technology.get("levels", {})) or [1]
    if "scale" in technology:
        modes = amounts(technology["scale"])
    found: list[Any] = [0]
    for mode in modes:
        first = names.index(_said(data, decision, mode, "earliest", names[0]))
        last = names.index(_said(data, decision, mode, "latest", names[-1]))
        found += [(mode, phase) for phase in range(first, last + 1)]
    return found


def _start(choice: Choice, member: str) -> int | None:
    """The phase in which a technology, or ``technology.level``, starts; None where it is not
    adopted.
    """
    technology, _, level = member.partition(".")
    cell = choice[technology]
    return None if cell == 0 or (level and cell[0] != level) else cell[1]


def _allowed(data: Data, choice: Choice) -> bool:
    for name, technology in data["technologies"].items():
        own = _start(choice, name)
        if own is None:
            continue
        for wanted in technology.get("requires", []):
            member, lead = (
                (wanted["technology"], wanted.get("lead", 0))
                if isinstance(wanted, dict)
                else (wanted, 0)
            )
            start = _start(choice, member)
            if start is None or start + int(lead) > own:
                return False
        for alternatives in technology.get("requires_any", []):
            starts = [_start(choice, member) for member in alternatives]
            if not any(start is not None and start <= own for start in starts):
                return False
        if any(_start(choice, other) is not None for other in technology.get("excludes", [])):
            return False
    for group in data.get("groups", {}).values():
        count = sum(_start(choice, member) is not None for member in group["of"])
        least = group.get("exactly", group.get("at_least", 0))
        most = group.get("exactly", group.get("at_most", len(group["of"])))
        if not least <= count <= most:
            return False
    return True


def _share(data: Data, choice: Choice, technology: str, phase: int) -> Fraction:
    """How much of a technology's effect there is in a phase."""
    mode, start = choice[technology]
    since = phase - start - int(_said(data, technology, mode, "delay", 0))
    ramp = _said(data, technology, mode, "ramp", [])
    if since < 0:
        return Fraction(0)
    return Fraction(str(ramp[since])) if since < len(ramp) else Fraction(1)


def _effect(
    data: Data, choice: Choice, technology: str, indicator: str, constants: Mapping[str, Any]
) -> tuple[Any, Any]:
    """A technology's whole effect on an indicator once adopted, as an amount and as a share."""
    written = data["technologies"][technology]
    mode = choice[technology][0]
    baseline = oracle._number(data["indicators"][indicator].get("baseline", 0), constants)
    sources = [(written.get("effects", {}), 1)]
    if "levels" in written:
        sources.append((written["levels"][mode].get("effects", {}), 1))
    if "scale" in written:
        sources.append((written.get("effects_per_unit", {}), mode))
    sizes = [
        (oracle._size(effects[indicator], baseline, constants), times)
        for effects, times in sources
        if indicator in effects
    ]
    return sum((a * times for (a, _), times in sizes), Fraction(0)), sum(
        (s * times for (_, s), times in sizes), Fraction(0)
    )


def _begun(data: Data, choice: Choice, members: Sequence[str], *, delayed: bool) -> int | None:
    """The first phase in which all members have started (or their effects begun); None where not
    all are adopted.
    """
    found = []
    for member in members:
        start = _start(choice, member)
        if start is None:
            return None
        technology = member.partition(".")[0]
        found.append(
            start
            + (int(_said(data, technology, choice[technology][0], "delay", 0)) if delayed else 0)
        )
    return max(found)


def _value(
    data: Data, choice: Choice, name: str, phase: int, constants: Mapping[str, Any]
) -> Fraction:
    """An ongoing indicator in a phase; what is spent in it of one that is one_off."""
    indicator = data["indicators"][name]
    baseline = oracle._number(indicator.get("baseline", 0), constants)
    once = indicator.get("timing") == "one_off"
    amounts, shares = [], []
    for technology in data["technologies"]:
        if choice[technology] == 0:
            continue
        weight = (
            Fraction(choice[technology][1] == phase)
            if once
            else _share(data, choice, technology, phase)
        )
        amount, share = _effect(data, choice, technology, name, constants)
        amounts.append(weight * amount)
        shares.append(weight * share)
    for synergy in data.get("synergies", {}).values():
        begun = _begun(data, choice, synergy["between"], delayed=not once)
        if (
            name in synergy["effects"]
            and begun is not None
            and (begun == phase if once else begun <= phase)
        ):
            amount, share = oracle._size(synergy["effects"][name], baseline, constants)
            amounts.append(amount)
            shares.append(share)
    if indicator.get("combine") == "compound":
        value = baseline
        for share in shares:
            value *= 1 + share
        return Fraction(value)
    return sum(amounts, Fraction(0) if once else baseline)


def readings(data: Data, choice: Choice, /) -> dict[Any, Any]:
    """Parameters, decisions and indicators of one roadmap; an indicator in a phase under (name,
    phase name).
    """
    constants = oracle._constants(data)
    names: dict[Any, Any] = {
        **constants,
        **{k: Fraction(v) for k, v in choice.items() if k in data.get("variables", {})},
    }
    phases = _names(data)
    for technology, written in data["technologies"].items():
        cell = choice[technology]
        names[technology] = Fraction(cell != 0)
        if "scale" in written:
            names[technology, "scale"] = Fraction(0) if cell == 0 else Fraction(cell[0])
        for level in written.get("levels", {}):
            names[technology, level] = Fraction(cell != 0 and cell[0] == level)
    years = [Fraction(str(phase.get("years", 1))) for phase in data["phases"]]
    rate = oracle._number(data.get("discount_rate", 0), constants)
    for name, indicator in data["indicators"].items():
        if "expr" in indicator:
            for phase in phases:
                now = {
                    **names,
                    **{n: names[n, phase] for n in data["indicators"] if (n, phase) in names},
                }
                names[name, phase] = oracle._number(indicator["expr"], now)
            names[name] = oracle._number(indicator["expr"], names)
            continue
        values = [_value(data, choice, name, p, constants) for p in range(len(phases))]
        names.update({(name, phase): value for phase, value in zip(phases, values, strict=True)})
        if indicator.get("timing") == "one_off":
            before = [sum(years[:p], Fraction(0)) for p in range(len(phases))]
            factors = [
                (1 + rate) ** -b if indicator.get("discount", True) else Fraction(1) for b in before
            ]
            baseline = oracle._number(indicator.get("baseline", 0), constants)
            names[name] = baseline + sum(f * v for f, v in zip(factors, values, strict=True))
        else:
            weighted = sum(y * v for y, v in zip(years, values, strict=True))
            kind = indicator.get("aggregate", "mean")
            names[name] = (
                values[-1]
                if kind == "final"
                else weighted
                if kind == "total"
                else weighted / sum(years)
            )
    return names


def _within_limits(data: Data, names: Mapping[Any, Any]) -> bool:
    constants = oracle._constants(data)
    limited = {name for phase in data["phases"] for name in phase.get("limits", {})}
    for name in limited:
        spent = allowed = Fraction(0)
        for phase in data["phases"]:
            if name not in phase.get("limits", {}):
                continue
            if not data.get("carry_over", False):
                spent = allowed = Fraction(0)
            spent += names[name, phase["name"]]
            allowed += oracle._number(phase["limits"][name], constants)
            if spent > allowed:
                return False
    return True


def choices(data: Data, /) -> Iterator[Choice]:
    """Every combination of what each decision can be, rules and limits aside."""
    decisions = [*data.get("variables", {}), *data["technologies"]]
    for options in itertools.product(*(_options(data, d) for d in decisions)):
        yield dict(zip(decisions, options, strict=True))


def plans(data: Data, /) -> Iterator[tuple[Choice, Point]]:
    """Every feasible roadmap with its objectives, by plain enumeration."""
    for choice in choices(data):
        if not _allowed(data, choice):
            continue
        names = readings(data, choice)
        held = all(oracle._number(c["expr"], names) for c in data["constraints"].values())
        if held and _within_limits(data, names):
            yield choice, oracle._goals(data, names)


def cells(data: Data, choice: Choice, /) -> tuple[str, ...]:
    """The cells of front.csv."""
    phases = _names(data)

    def text(option: Any) -> str:
        if not isinstance(option, tuple):
            return str(option)
        mode = option[0] if isinstance(option[0], str) else f"{float(option[0]):.12g}"
        return f"{mode}@{phases[option[1]]}"

    return tuple(text(option) for option in choice.values())


def _order(data: Data, choice: Choice) -> tuple[Any, ...]:
    """What the canonical one of equal plans is the least in."""
    adopted = [option for option in choice.values() if isinstance(option, tuple)]
    digits: list[Any] = []
    for name, option in choice.items():
        if not isinstance(option, tuple):
            digits += [0, 0] if name in data["technologies"] else [option]
        elif "levels" in data["technologies"][name]:
            # not adopted before the first level of the file, that before later ones; then the phase
            digits += [1 + list(data["technologies"][name]["levels"]).index(option[0]), option[1]]
        else:
            digits += [1 + option[1], option[0]]
    return len(adopted), sum(phase for _, phase in adopted), digits


def canonical(data: Data, found: Sequence[tuple[Choice, Point]], /) -> dict[Point, tuple[str, ...]]:
    """Each point with the cells of the plan that stands for it."""
    best: dict[Point, Choice] = {}
    for choice, point in found:
        if point not in best or _order(data, choice) < _order(data, best[point]):
            best[point] = choice
    return {point: cells(data, choice) for point, choice in best.items()}


def front(data: Data, /) -> dict[Point, tuple[str, ...]]:
    """Every efficient point with the cells of its canonical plan."""
    found = list(plans(data))
    return canonical(data, oracle.front(found, data))
