"""A page for each scenario of the library: the problem, its technologies and its front as pictures,
what there is to learn.

A page follows from the scenario's file and from its result. Results that take long, or that are
found by a search whose last digits depend on the machine, are kept under ``docs/scenarios/kept``;
they are solved again when the scenario has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import optimiser
from docs.front_facts import adoption, lessons
from docs.front_picture import front_picture
from docs.technology_graph import technology_graph
from optimiser.errors import OptimiseError
from optimiser.exports import text
from optimiser.exports.roadmap_texts import roadmap_markdown
from optimiser.results import Result
from optimiser.results.claim_words import best_flags, proof_words
from optimiser.results.wording import (
    ILLUSTRATIVE,
    arrow,
    ranking_words,
    readable,
    reference_words,
    weight_words,
)
from optimiser.scenario import Formula, Scenario
from optimiser.scenario.format.schema import Effect, Technology

__all__ = ["KEPT", "TOP", "files", "kept", "result_of", "table"]

KEPT = frozenset(
    {"cement_plant_bill", "cement_plant_compound", "factory_roadmap", "smart_agriculture"}
)
"""Scenarios whose result is kept."""

TOP = 8
"""How many plans a page shows."""

_MANY = 24  # decisions of a plan that are still listed
_FOLDER = Path(__file__).resolve().parent / "scenarios"
_LIBRARY = Path(__file__).resolve().parent.parent / "scenarios"


def kept(name: str, /) -> Path:
    """Where a scenario's result is kept."""
    return _FOLDER / "kept" / f"{name}.json"


def result_of(name: str, /) -> Result:
    """A scenario's result: the kept one where it still belongs to the scenario, else solved and
    kept where that is meant.
    """
    scenario = optimiser.load(name)
    if name in KEPT and kept(name).is_file():
        with suppress(OptimiseError):  # written by an older version of the program
            result = Result.load(kept(name))
            if result.scenario == scenario:
                return result
    result = optimiser.solve(scenario)
    if name in KEPT:
        kept(name).parent.mkdir(parents=True, exist_ok=True)
        kept(name).write_text(result.json_text(), encoding="utf-8", newline="\n")
    return result


def files(result: Result, /) -> dict[str, str]:
    """The page and its pictures, by file name."""
    name = result.scenario.name
    found = {}
    if len(result.scenario.technologies) > 1:
        found[f"{name}-technologies.svg"] = technology_graph(result.scenario)
    picture = front_picture(result)
    if picture is not None:
        found[f"{name}-front.svg"] = picture
    return {f"{name}.md": "\n".join(_page(result, found)) + "\n", **found}


def table(header: Iterable[str], rows: Iterable[Iterable[str]], /) -> list[str]:
    """The lines of a Markdown table; empty where there is no row, and without columns that are
    empty in every row.
    """
    columns, body = list(header), [list(row) for row in rows]
    if not body:
        return []
    used = [i for i in range(len(columns)) if any(row[i] for row in body)]
    lines = [columns, ["---"] * len(columns), *body]
    return ["| " + " | ".join(line[i].replace("|", "\\|") for i in used) + " |" for line in lines]


def _page(result: Result, pictures: Mapping[str, str], /) -> Iterator[str]:
    scenario = result.scenario
    yield f"# {scenario.title or scenario.name}"
    yield ""
    mark = f"*{ILLUSTRATIVE}* · " if scenario.illustrative else ""
    yield (
        f"{mark}file: [{scenario.name}.yaml](../../scenarios/{scenario.name}.yaml) · `optimise "
        f"run {scenario.name}`"
    )
    yield ""
    yield from _comment((_LIBRARY / f"{scenario.name}.yaml").read_text(encoding="utf-8"))
    yield f"**The question.** {_flat(scenario.description)}"
    yield ""
    yield f"**The numbers.** {_flat(scenario.source)}"
    yield ""
    yield from _section(
        "What is wanted", _objectives(result), _constraints(scenario), _phases(scenario)
    )
    yield from _section(
        "What can be decided", _technologies(result), _relations(scenario), _variables(scenario)
    )
    if f"{scenario.name}-technologies.svg" in pictures:
        yield (
            "![The technologies of "
            f"{scenario.title or scenario.name}]({scenario.name}-technologies.svg)"
        )
        yield ""
    yield from _section(
        "What is measured", _indicators(scenario), _models(scenario), _parameters(scenario)
    )
    yield from _found(result, pictures)


def _found(result: Result, pictures: Mapping[str, str], /) -> Iterator[str]:
    scenario, front = result.scenario, result.front
    yield "## What is found"
    yield ""
    if f"{scenario.name}-front.svg" in pictures:
        yield f"![The front of {scenario.title or scenario.name}]({scenario.name}-front.svg)"
        yield ""
    yield f"**{proof_words(front)}** ({front.provenance.reason})"
    yield ""
    learnt = list(lessons(result))
    if learnt:
        yield "What a planner learns:"
        yield ""
        yield from (f"- {lesson}" for lesson in learnt)
        yield ""
    yield f"The first of {len(front)} plans:" if len(front) > TOP else "The plans:"
    yield ""
    lines = [line for line in text(result, ".md").splitlines() if line.startswith("|")]
    yield from map(_shortened, lines[: 2 + min(TOP, len(front))])
    yield ""
    ranked = ranking_words(front, result.ranking)
    bold = "Bold: the best of its objective, proven. " if best_flags(front).any() else ""
    yield f"{bold}{ranked[:1].upper()}{ranked[1:]}."
    yield ""
    if scenario.phases:
        yield "The first plan, phase by phase:"
        yield ""
        yield roadmap_markdown(result, 0)
    if result.reference_plans:
        yield "Plans to compare with:"
        yield ""
        yield from table(
            ("plan", "about", "against the front"),
            (
                (f"`{r.name}`", _flat(r.title), reference_words(result, r))
                for r in result.reference_plans
            ),
        )
        yield ""
    yield "[All scenarios](../scenarios.md)"


def _shortened(row: str, /) -> str:
    """A row of plans whose decisions are counted where they are too many to be read."""
    *cells, decisions = row.removesuffix(" |").split(" | ")
    count = decisions.count(" + ") + 1
    return row if count <= _MANY else " | ".join([*cells, f"{count} technologies |"])


def _section(title: str, /, *tables: list[str]) -> Iterator[str]:
    shown = [lines for lines in tables if lines]
    if shown:
        yield f"## {title}"
        yield ""
        for lines in shown:
            yield from lines
            yield ""


def _comment(text: str, /) -> Iterator[str]:
    """The comment that a file begins with, as Markdown: indented commands, with the lines they go
    on in, are code.
    """
    code, goes_on = False, False
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words = line.removeprefix("#").removeprefix(" ")
        command = words.startswith("  ") and (goes_on or words.split()[0] in ("optimise", "python"))
        if command is not code:
            yield ""
        code, goes_on = command, command and words.endswith("\\")
        yield f"    {words.strip()}" if command else words
    yield ""


def _flat(words: str, /) -> str:
    return " ".join(words.split())


def _code(formula: Formula | str, /) -> str:
    words = formula if isinstance(formula, str) else formula.text
    return f"`{_flat(words)}`"


def _amount(formula: Formula, /) -> str:
    return formula.text if formula.literal is not None else _code(formula)


def _objectives(result: Result, /) -> list[str]:
    front = result.front
    rows = []
    weights = [weight_words(weight) for weight in result.ranking.weights.tolist()]
    for column, weight, best, worst in zip(
        front.columns, weights, front.ideal.tolist(), front.nadir.tolist(), strict=True
    ):
        low, high = readable([_clean(best, worst), _clean(worst, best)])
        target = "" if column.target is None else readable([column.target])[0]
        expr = result.scenario.objectives[column.name].expr
        value = "" if expr is None else _code(expr)
        rows.append(
            (
                f"`{column.name}` {arrow(column)}",
                _flat(column.title),
                value,
                column.unit,
                weight,
                target,
                low,
                high,
            )
        )
    return table(
        ("objective", "about", "value", "unit", "weight", "target", "best plan", "worst plan"), rows
    )


def _clean(value: float, other: float, /) -> float:
    """Without what is nothing beside the range."""
    return 0.0 if abs(value) < 1e-9 * abs(value - other) else value


def _constraints(scenario: Scenario, /) -> list[str]:
    rows = (
        (f"`{name}`", _code(c.expr), _flat(c.why or c.title))
        for name, c in scenario.constraints.items()
    )
    return table(("constraint", "holds in every plan", "why"), rows)


def _phases(scenario: Scenario, /) -> list[str]:
    rows = []
    for phase in scenario.phases:
        limits = ", ".join(f"{name} ≤ {_amount(limit)}" for name, limit in phase.limits.items())
        carried = "what is left moves on" if scenario.carry_over and limits else ""
        rows.append((phase.name, _flat(phase.title), _amount(phase.years), limits, carried))
    return table(("phase", "about", "years", "limits", ""), rows)


def _technologies(result: Result, /) -> list[str]:
    scenario = result.scenario
    counts, plans = adoption(result), len(result.front)
    rows = []
    for name, technology in scenario.technologies.items():
        share = f"{counts[name]} of {plans}" if result.front.proof.of == "points" else ""
        rows.append(
            (
                f"`{name}`",
                _flat(technology.title),
                technology.layer,
                _effect_words(technology),
                _when(technology),
                share,
            )
        )
    return table(("technology", "about", "layer", "effects", "when", "in plans"), rows)


def _effect_words(technology: Technology, /) -> str:
    parts = [_effects(technology.effects)] if technology.effects else []
    if technology.scale is not None:
        scale = technology.scale
        step = f", in steps of {_amount(scale.step)}" if scale.step is not None else ""
        parts.append(
            f"each of {_amount(scale.min)} to {_amount(scale.max)} {scale.unit}{step}: "
            f"{_effects(technology.effects_per_unit)}"
        )
    parts += [
        f"**{level}**: {_effects(written.effects)}" for level, written in technology.levels.items()
    ]
    return "; ".join(parts)


def _effects(effects: Mapping[str, Effect], /) -> str:
    return ", ".join(f"{name} {_effect(effect)}" for name, effect in effects.items())


def _effect(effect: Effect, /) -> str:
    formula = effect.value if effect.percent is None else effect.percent
    assert formula is not None
    sign = (
        "+"
        if formula.literal is not None and formula.literal > 0 and not formula.text.startswith("+")
        else ""
    )
    return f"{sign}{_amount(formula)}" + ("" if effect.percent is None else " %")


def _when(technology: Technology, /) -> str:
    parts = [f"from {technology.earliest}"] if technology.earliest else []
    parts += [f"until {technology.latest}"] if technology.latest else []
    if technology.delay.literal != 0:
        parts.append(f"effect {_amount(technology.delay)} later")
    if technology.ramp:
        parts.append("ramp " + ", ".join(map(_amount, technology.ramp)))
    return ", ".join(parts)


def _relations(scenario: Scenario, /) -> list[str]:
    rows = []
    for name, technology in scenario.technologies.items():
        for needed in technology.requires:
            lead = "" if needed.lead.literal == 0 else f", {_amount(needed.lead)} phases before"
            rows.append((f"`{name}`", f"requires `{needed.technology}`{lead}", ""))
        rows += [
            (f"`{name}`", "requires one of " + _names(choice), "")
            for choice in technology.requires_any
        ]
        rows += [(f"`{name}`", f"excludes `{other}`", "") for other in technology.excludes]
    for number, synergy in enumerate(scenario.synergies.values(), start=1):
        rows.append(
            (
                f"synergy {number}",
                f"{_names(synergy.between)}: {_effects(synergy.effects)}",
                _flat(synergy.title),
            )
        )
    for number, group in enumerate(scenario.groups.values(), start=1):
        bounds = (
            ("at least", group.at_least),
            ("at most", group.at_most),
            ("exactly", group.exactly),
        )
        words = ", ".join(f"{word} {_amount(bound)}" for word, bound in bounds if bound is not None)
        rows.append((f"group {number}", f"{words} of {_names(group.of)}", _flat(group.title)))
    return table(("rule", "says", "about"), rows)


def _names(members: Iterable[str], /) -> str:
    return ", ".join(f"`{member}`" for member in members)


def _variables(scenario: Scenario, /) -> list[str]:
    rows = []
    for name, variable in scenario.variables.items():
        if variable.values is not None:
            domain = ", ".join(map(_amount, variable.values))
        elif variable.type == "binary":
            domain = "0 or 1"
        else:
            ends = [_amount(end) if end is not None else "" for end in (variable.min, variable.max)]
            domain = " to ".join(ends) + (", whole" if variable.type == "integer" else "")
        rows.append((f"`{name}`", _flat(variable.title), domain, variable.unit))
    return table(("variable", "about", "values", "unit"), rows)


def _indicators(scenario: Scenario, /) -> list[str]:
    rows = []
    for name, indicator in scenario.indicators.items():
        if indicator.expr is not None:
            how = _code(indicator.expr)
        elif indicator.combine == "compound":
            how = f"{_amount(indicator.baseline)}, times 1 + each effect"
        else:
            how = (
                "sum of effects"
                if indicator.baseline.literal == 0
                else f"{_amount(indicator.baseline)} plus effects"
            )
        timing = (
            ""
            if not scenario.phases
            else "paid once"
            if indicator.timing == "one_off"
            else f"{indicator.aggregate} of phases"
        )
        rows.append((f"`{name}`", _flat(indicator.title), indicator.unit, how, timing))
    return table(("indicator", "about", "unit", "value", "in phases"), rows)


def _models(scenario: Scenario, /) -> list[str]:
    rows = []
    for name, model in scenario.models.items():
        fitted, features = model.fitted, list(model.features)
        source = f"`{model.target}` in {model.data}" if model.data else "points of a curve"
        terms = []
        if fitted is not None and fitted.intercept is not None:
            slopes = [(f" {feature}", formula) for feature, formula in fitted.coefficients.items()]
            terms = [
                f"{float(scenario.number(formula)):+.4g}{word}"
                for word, formula in [("", fitted.intercept), *slopes]
            ]
        quality = ""
        if fitted is not None and fitted.observations:
            explained = "" if fitted.r_squared is None else f", R² {fitted.r_squared:.3f}"
            quality = (
                f"{fitted.observations} rows, rank {fitted.rank} of {len(features) + 1}{explained}"
            )
        rows.append(
            (
                f"`{name}`",
                _flat(model.title),
                model.kind,
                source,
                " ".join(terms) or _names(features),
                quality,
            )
        )
    return table(("model", "about", "kind", "learnt from", "says", "on"), rows)


def _parameters(scenario: Scenario, /) -> list[str]:
    rows = []
    for name, p in scenario.parameters.items():
        span = "" if p.low is None or p.high is None else f"{_amount(p.low)} to {_amount(p.high)}"
        rows.append((f"`{name}`", _flat(p.title), _amount(p.value), span, p.unit))
    return table(("parameter", "about", "value", "uncertain", "unit"), rows)
