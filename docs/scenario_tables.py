"""What a scenario says, as tables in Markdown: what is wanted, can be decided and is measured.

A table without rows is no line at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from optimiser.reports import adoption
from optimiser.results import Result
from optimiser.results.ranking_words import weight_words
from optimiser.results.wording import (
    arrow,
    readable,
)
from optimiser.scenario import Formula, Scenario
from optimiser.scenario.format.schema import Effect, Technology, keys_of

__all__ = [
    "constraints",
    "flat",
    "indicators",
    "models",
    "objectives",
    "parameters",
    "phases",
    "relations",
    "table",
    "technologies",
    "variables",
]


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


def flat(words: str, /) -> str:
    return " ".join(words.split())


def _code(formula: Formula | str, /) -> str:
    words = formula if isinstance(formula, str) else formula.text
    return f"`{flat(words)}`"


def _amount(formula: Formula, /) -> str:
    return formula.text if formula.literal is not None else _code(formula)


def objectives(result: Result, /) -> list[str]:
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
                flat(column.title),
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


def constraints(scenario: Scenario, /) -> list[str]:
    rows = (
        (
            f"`{name}`",
            _code(c.expr) + ("" if c.phases is None else f" in {', '.join(c.phases)}"),
            flat(c.why or c.title),
        )
        for name, c in scenario.constraints.items()
    )
    return table(("constraint", "holds in every plan", "why"), rows)


def phases(scenario: Scenario, /) -> list[str]:
    rows = []
    for phase in scenario.phases:
        limits = ", ".join(f"{name} ≤ {_amount(limit)}" for name, limit in phase.limits.items())
        carried = "what is left moves on" if scenario.carry_over and limits else ""
        rows.append((phase.name, flat(phase.title), _amount(phase.years), limits, carried))
    return table(("phase", "about", "years", "limits", ""), rows)


def technologies(result: Result, /) -> list[str]:
    scenario = result.scenario
    counts, plans = adoption(result), len(result.front)
    rows = []
    for name, technology in scenario.technologies.items():
        share = f"{counts[name]} of {plans}" if result.front.proof.of == "points" else ""
        rows.append(
            (
                f"`{name}`",
                flat(technology.title),
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
    if technology.lifetime is not None:
        after = "" if technology.replace else ", not bought again"
        parts.append(f"lives {_amount(technology.lifetime)} years{after}")
    return ", ".join(parts)


def relations(scenario: Scenario, /) -> list[str]:
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
                flat(synergy.title),
            )
        )
    for number, group in enumerate(scenario.groups.values(), start=1):
        bounds = (
            ("at least", group.at_least),
            ("at most", group.at_most),
            ("exactly", group.exactly),
        )
        words = ", ".join(f"{word} {_amount(bound)}" for word, bound in bounds if bound is not None)
        rows.append((f"group {number}", f"{words} of {_names(group.of)}", flat(group.title)))
    return table(("rule", "says", "about"), rows)


def _names(members: Iterable[str], /) -> str:
    return ", ".join(f"`{member}`" for member in members)


def variables(scenario: Scenario, /) -> list[str]:
    rows = []
    for name, variable in scenario.variables.items():
        if variable.values is not None:
            domain = ", ".join(map(_amount, variable.values))
        elif variable.type == "binary":
            domain = "0 or 1"
        else:
            ends = [_amount(end) if end is not None else "" for end in (variable.min, variable.max)]
            domain = " to ".join(ends) + (", whole" if variable.type == "integer" else "")
        rows.append((f"`{name}`", flat(variable.title), domain, variable.unit))
    return table(("variable", "about", "values", "unit"), rows)


def indicators(scenario: Scenario, /) -> list[str]:
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
            else f"{indicator.aggregate or 'mean'} of phases"
        )
        rows.append((f"`{name}`", flat(indicator.title), indicator.unit, how, timing))
    return table(("indicator", "about", "unit", "value", "in phases"), rows)


def models(scenario: Scenario, /) -> list[str]:
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
                flat(model.title),
                model.kind,
                source,
                " ".join(terms) or _names(features),
                quality,
            )
        )
    return table(("model", "about", "kind", "learnt from", "says", "on"), rows)


def parameters(scenario: Scenario, /) -> list[str]:
    rows = []
    for name, p in scenario.parameters.items():
        own = [scenario.constants[key] for key in keys_of(scenario, name)]
        low, value, high = (
            ", ".join(dict.fromkeys(_amount(f) for f in ends if isinstance(f, Formula)))
            for ends in zip(*((c.low, c.value, c.high) for c in own), strict=True)
        )
        span = f"{low} to {high}" if low and high else ""
        rows.append((f"`{name}`", flat(p.title), value, span, p.unit))
    return table(("parameter", "about", "value", "uncertain", "unit"), rows)
