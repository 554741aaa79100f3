"""Random scenarios as plain data, for property tests: every modelling idea, decimals, both signs,
sometimes infeasible.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

__all__ = ["portfolios"]

Data = dict[str, Any]


@st.composite
def _number(draw: st.DrawFn, low: int, high: int, digits: int) -> str:
    whole = draw(st.integers(low * 10**digits, high * 10**digits))
    sign, size = ("-" if whole < 0 else ""), f"{abs(whole):0{digits + 1}d}"
    return f"{sign}{size[:-digits]}.{size[-digits:]}" if digits else f"{whole}"


@st.composite
def _effect(draw: st.DrawFn, *, compound: bool, digits: int) -> str:
    if compound or draw(st.integers(0, 4)) == 0:
        return f"{draw(_number(-30, 40, min(digits, 2)))}%"
    return draw(_number(-9, 20, digits))


@st.composite
def _effects(draw: st.DrawFn, indicators: Data, digits: int, fewest: int = 0) -> Data:
    chosen = draw(
        st.lists(
            st.sampled_from(sorted(indicators)),
            min_size=fewest,
            max_size=len(indicators),
            unique=True,
        )
    )
    compound = {name for name in chosen if indicators[name].get("combine") == "compound"}
    return {
        name: draw(_effect(compound=name in compound, digits=digits)) for name in sorted(chosen)
    }


@st.composite
def _technology(draw: st.DrawFn, indicators: Data, digits: int, kinds: tuple[str, ...]) -> Data:
    technology: Data = {"effects": draw(_effects(indicators, digits, 1))}
    kind = draw(st.sampled_from(kinds))
    if kind == "levels":
        count = draw(st.integers(1, 3))
        technology["levels"] = {
            f"l{i}": {"effects": draw(_effects(indicators, digits))} for i in range(count)
        }
    if kind == "scale":
        technology["scale"] = {
            "min": draw(st.integers(1, 2)),
            "max": draw(st.integers(2, 5)),
            "step": draw(st.integers(1, 2)),
        }
        per_unit = draw(_effects(indicators, digits))
        technology["effects_per_unit"] = {
            name: effect if indicators[name].get("combine") != "compound" else "1.5%"
            for name, effect in per_unit.items()
        }
    return technology


def _members(technologies: Data) -> list[str]:
    levels = [
        f"{name}.{level}" for name, t in technologies.items() for level in t.get("levels", {})
    ]
    return [*technologies, *levels]


@st.composite
def portfolios(
    draw: st.DrawFn,
    *,
    most: int = 5,
    objectives: tuple[int, int] = (1, 4),
    compound: bool = True,
    kinds: tuple[str, ...] = ("yes_no", "yes_no", "yes_no", "levels", "scale"),
    phases: bool = False,
) -> Data:
    """A scenario of technologies whose decisions are all discrete.

    Args:
        most: the most technologies.
        objectives: the fewest and the most objectives.
        compound: whether indicators may compound.
        kinds: the kinds of technologies to draw from.
        phases: whether there are phases.
    """
    digits = draw(st.integers(0, 4))
    count = draw(st.integers(*objectives))
    indicators: Data = {}
    for index in range(count):
        compounding = compound and draw(st.integers(0, 3)) == 0
        baseline = draw(_number(50, 120, 1)) if compounding or draw(st.booleans()) else "0"
        indicators[f"i{index}"] = (
            {"baseline": baseline, "combine": "compound"} if compounding else {"baseline": baseline}
        )
    zero = [name for name, i in indicators.items() if float(i["baseline"]) == 0]
    technologies: Data = {}
    for index in range(draw(st.integers(1, most))):
        technology = draw(_technology(indicators, digits, kinds))
        technologies[f"t{index}"] = _without_percentages(technology, zero)
    data: Data = {
        "optimise": 1,
        "name": "random",
        "indicators": indicators,
        "technologies": technologies,
        "objectives": {
            name: draw(st.sampled_from(["maximise", "minimise"])) for name in indicators
        },
    }
    names, members = list(technologies), _members(technologies)
    for index, name in enumerate(names):
        earlier = names[:index]
        if earlier and draw(st.integers(0, 2)) == 0:
            technologies[name]["requires"] = [draw(st.sampled_from(earlier))]
        elif earlier and draw(st.integers(0, 4)) == 0:
            technologies[name]["excludes"] = [draw(st.sampled_from(earlier))]
    if len(names) > 1:
        data["synergies"] = {}
        for index in range(draw(st.integers(0, 4))):
            between = draw(st.lists(st.sampled_from(members), min_size=2, max_size=3, unique=True))
            effects = _without_percentages(
                {"effects": draw(_effects(indicators, digits, 1))}, zero
            )["effects"]
            data["synergies"][f"s{index}"] = {"between": between, "effects": effects}
        if draw(st.booleans()):
            of = draw(st.lists(st.sampled_from(members), min_size=2, unique=True))
            rule = draw(st.sampled_from(["at_most", "at_least", "exactly"]))
            data["groups"] = {"g": {"of": of, rule: draw(st.integers(1, 2))}}
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(indicators)))
        relation = draw(st.sampled_from(["<=", ">="]))
        data["constraints"] = {"c": f"{name} {relation} {draw(_number(-10, 130, digits))}"}
    return draw(_phased(data, digits)) if phases else data


@st.composite
def _phased(draw: st.DrawFn, data: Data, digits: int) -> Data:
    """The scenario in two or three phases, with every kind of timing."""
    names = [
        f"p{index}"
        for index in range(
            draw(st.sampled_from([2, 3, 3, 4] if len(data["technologies"]) < 4 else [2, 3]))
        )
    ]
    data["phases"] = [
        {"name": name, "years": draw(st.sampled_from([1, 1, 2, 3]))} for name in names
    ]
    if draw(st.booleans()):
        data["discount_rate"] = draw(st.sampled_from(["0.05", "0.1", "0.25"]))
    for indicator in data["indicators"].values():
        if indicator.get("combine") != "compound" and draw(st.booleans()):
            indicator["timing"] = "one_off"
            indicator["discount"] = draw(st.booleans())
        else:
            indicator["aggregate"] = draw(st.sampled_from(["mean", "total", "final", "final"]))
    for technology in data["technologies"].values():
        draw(_timed(technology, names))
        for level in technology.get("levels", {}).values():
            if draw(st.integers(0, 3)) == 0:
                draw(_timed(level, names[names.index(technology.get("earliest", names[0])) :]))
                level.setdefault("latest", names[-1])
        technology["requires"] = [
            {"technology": wanted, "lead": draw(st.integers(0, 1))}
            if draw(st.booleans())
            else wanted
            for wanted in technology.get("requires", [])
        ]
    technologies = list(data["technologies"])
    if len(technologies) > 2 and draw(st.booleans()):
        data["technologies"][technologies[-1]]["requires_any"] = [technologies[:-1]]
    spent = [
        name
        for name, indicator in data["indicators"].items()
        if indicator.get("timing") == "one_off"
    ]
    if draw(st.booleans()) and spent:
        data["carry_over"] = draw(st.booleans())
        for phase in data["phases"]:
            if data["carry_over"] or draw(st.booleans()):
                limited = spent[0] if data["carry_over"] else draw(st.sampled_from(spent))
                phase["limits"] = {limited: draw(_number(4, 40, 1))}
    if draw(st.booleans()):
        name, phase = (
            draw(st.sampled_from(sorted(data["indicators"]))),
            draw(st.sampled_from(names)),
        )
        relation = draw(st.sampled_from(["<=", ">="]))
        bound = draw(_number(5, 160, digits) if relation == "<=" else _number(-40, 60, digits))
        data.setdefault("constraints", {})["in_phase"] = f'{name}["{phase}"] {relation} {bound}'
    if draw(st.integers(0, 2)) == 0:
        first, last = min(data["indicators"]), max(data["indicators"])
        data["indicators"]["derived"] = {"expr": f'2 * {first} - {last}["{names[0]}"]'}
        data.setdefault("constraints", {})["of_derived"] = (
            f'derived["{names[-1]}"] + derived >= {draw(_number(-500, 100, 1))}'
        )
    return data


@st.composite
def _timed(draw: st.DrawFn, mode: Data, names: list[str]) -> None:
    """Times for a technology or level, within the phases ``names``."""
    if draw(st.integers(0, 2)) == 0:
        first = draw(st.integers(0, len(names) - 1))
        mode["earliest"] = names[first]
        if draw(st.booleans()):
            mode["latest"] = names[draw(st.integers(first, len(names) - 1))]
    if draw(st.integers(0, 2)) == 0:
        mode["delay"] = draw(st.integers(0, 2))
    if draw(st.integers(0, 2)) == 0:
        mode["ramp"] = draw(
            st.lists(st.sampled_from(["0.5", "0.8", "0.25", "0", "1"]), min_size=0, max_size=2)
        )


def _without_percentages(technology: Data, zero: list[str]) -> Data:
    """Percentages of a zero baseline mean nothing: they become amounts."""

    def plain(effects: Data) -> Data:
        return {
            n: e.removesuffix("%") if n in zero and isinstance(e, str) else e
            for n, e in effects.items()
        }

    changed = dict(technology, effects=plain(technology["effects"]))
    if "effects_per_unit" in technology:
        changed["effects_per_unit"] = plain(technology["effects_per_unit"])
    if "levels" in technology:
        changed["levels"] = {
            n: {"effects": plain(level["effects"])} for n, level in technology["levels"].items()
        }
    return changed
