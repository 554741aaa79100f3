"""Checks of numbers: bounds, amounts, effects, weights, counts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from optimiser.errors import ScenarioError
from optimiser.expressions import ExpressionError
from optimiser.language import tr
from optimiser.patterns import pattern
from optimiser.scenario.format.by_phase import in_phase
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.schema import Group, Objective, Scale, Variable
from optimiser.scenario.format.values import named
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["check_quantities"]

_PREFERENCE: Final = pattern(
    r"usual|(v_shape|linear:(?P<q>\d*\.?\d+(e-?\d+)?)):(?P<p>\d*\.?\d+(e-?\d+)?)", re.ASCII
)
_MOST_STEPS: Final = 1_000_000


def check_quantities(draft: Draft, /) -> None:
    """Report numbers that cannot be what they are used for."""
    _finite(draft)
    for name, variable in draft.scenario.variables.items():
        if draft.whole("variables", name):
            _variable(draft, name, variable)
    for name, technology in draft.scenario.technologies.items():
        if technology.scale is not None and draft.whole("technologies", name):
            _scale(draft, name, technology.scale)
    for name, group in draft.scenario.groups.items():
        if draft.whole("groups", name):
            _group(draft, name, group)
    _weights(draft)
    _ranking(draft)


def _finite(draft: Draft) -> None:
    """Every expression over parameters has a finite value."""
    varying = draft.scenario.by_phase
    for path, written in draft.formulas:
        if path[-1] == "expr":
            continue
        for phase in draft.phases if varying.intersection(map(named, written.names)) else ("",):
            _has_value(draft, path, in_phase(written, phase, varying) if phase else written)


def _has_value(draft: Draft, path: Path, formula: Formula) -> None:
    if not all(named(leaf) in draft.values.known for leaf in formula.names):
        return  # an unknown name, a cycle, or a parameter that is itself reported
    try:
        draft.values(formula)
    except (ScenarioError, ExpressionError) as error:
        help = tr(
            "check for a division by 0, a root or logarithm of a negative number, or an overflow"
        )
        draft.findings.error(
            "S034",
            draft.at(*path),
            tr("{place}: {error}", place=describe(path), error=error),
            help=help,
        )


def _variable(draft: Draft, name: str, variable: Variable) -> None:
    own: Path = ("variables", name)
    if variable.values is not None:
        _listed(draft, name, variable)
        return
    binary = variable.type == "binary"
    for key in ("min", "max"):
        if getattr(variable, key) is None and not binary:
            message = tr("'{key}' is missing in variable '{name}'", key=key, name=name)
            draft.findings.error(
                "S013",
                draft.key(*own),
                message,
                help=tr("write {key}; .inf and -.inf are for linear models", key=key),
            )
    low, high = draft.values.get(variable.min), draft.values.get(variable.max)
    for key, bound, wrong in (("min", variable.min, 1), ("max", variable.max, -1)):
        if bound is not None and bound.infinite and (binary or bound.infinite == wrong):
            message = tr(
                "'{key}' of variable '{name}' cannot be {written}",
                key=key,
                name=name,
                written=bound.text,
            )
            draft.findings.error("S044", draft.at(*own, key), message, help=tr("write a number"))
    if binary and (low not in (None, 0) or high not in (None, 1)):
        draft.findings.error(
            "S043",
            draft.key(*own),
            tr("variable '{name}' is binary, so its bounds are 0 and 1", name=name),
            help=tr("remove min and max"),
        )
    elif low is not None and high is not None and low > high:
        message = tr(
            "min {low} of variable '{name}' is above max {high}",
            low=_shown(low),
            name=name,
            high=_shown(high),
        )
        draft.findings.error("S043", draft.at(*own, "min"), message, help=tr("swap them"))
    elif (
        variable.type == "integer"
        and low is not None
        and high is not None
        and math.ceil(low) > math.floor(high)
    ):
        message = tr("no whole number lies between min and max of variable '{name}'", name=name)
        draft.findings.error("S043", draft.at(*own, "min"), message)


def _listed(draft: Draft, name: str, variable: Variable) -> None:
    own: Path = ("variables", name)
    for key in ("min", "max"):
        if getattr(variable, key) is not None:
            message = tr(
                "'{key}' and 'values' of variable '{name}' exclude each other", key=key, name=name
            )
            draft.findings.error(
                "S016",
                draft.key(*own, key),
                message,
                help=tr("remove '{key}', or leave the value out of the list", key=key),
            )
    if variable.type == "binary":
        message = tr("type binary and 'values' of variable '{name}' exclude each other", name=name)
        draft.findings.error(
            "S016", draft.key(*own, "type"), message, help=tr("remove one of them")
        )
    assert variable.values is not None
    if not variable.values:
        draft.findings.error(
            "S043",
            draft.at(*own, "values"),
            tr("variable '{name}' has no allowed values", name=name),
            help=tr("list at least one"),
        )
    for i, formula in enumerate(variable.values):
        value = draft.values.get(formula)
        if variable.type == "integer" and value is not None and value.denominator != 1:
            message = tr(
                "{written} is not a whole number, and variable '{name}' is an integer",
                written=formula.text,
                name=name,
            )
            draft.findings.error(
                "S043", draft.at(*own, "values", i), message, help=tr("remove type, or the value")
            )


def _scale(draft: Draft, name: str, scale: Scale) -> None:
    own: Path = ("technologies", name, "scale")
    low, high, step = (draft.values.get(f) for f in (scale.min, scale.max, scale.step))
    if low is not None and low <= 0:
        message = tr(
            "'min' of the scale of '{name}' must be above 0, and is {low}",
            name=name,
            low=_shown(low),
        )
        draft.findings.error(
            "S043",
            draft.at(*own, "min"),
            message,
            help=tr("min is the smallest amount once adopted; not adopting is always possible"),
        )
    if low is not None and high is not None and low > high:
        message = tr(
            "min {low} of the scale of '{name}' is above max {high}",
            low=_shown(low),
            name=name,
            high=_shown(high),
        )
        draft.findings.error("S043", draft.at(*own, "min"), message, help=tr("swap them"))
    if step is None or low is None or high is None:
        return
    if step <= 0:
        message = tr(
            "'step' of the scale of '{name}' must be above 0, and is {step}",
            name=name,
            step=_shown(step),
        )
        draft.findings.error(
            "S043",
            draft.at(*own, "step"),
            message,
            help=tr("leave it out for any amount between min and max"),
        )
    elif (high - low) / step > _MOST_STEPS:
        message = tr(
            "the scale of '{name}' has more than {number:,} steps", name=name, number=_MOST_STEPS
        )
        draft.findings.error(
            "S043", draft.at(*own, "step"), message, help=tr("use a larger step, or none")
        )


def _group(draft: Draft, name: str, group: Group) -> None:
    own: Path = ("groups", name)
    wanted = {
        key: getattr(group, key)
        for key in ("at_least", "at_most", "exactly")
        if getattr(group, key) is not None
    }
    if not wanted:
        message = tr(
            "group '{name}' says nothing: at_least, at_most or exactly is missing", name=name
        )
        draft.findings.error(
            "S013", draft.key(*own), message, help=tr("write for example 'at_most: 1'")
        )
    if "exactly" in wanted and len(wanted) > 1:
        other = "at_least" if "at_least" in wanted else "at_most"
        message = tr(
            "'{other}' and 'exactly' of group '{name}' exclude each other", other=other, name=name
        )
        draft.findings.error("S016", draft.key(*own, other), message, help=tr("remove one of them"))
    _counts(draft, name, group, wanted)


def _counts(draft: Draft, name: str, group: Group, wanted: Mapping[str, Formula]) -> None:
    """What a group asks for, by key, are numbers of its members."""
    own: Path = ("groups", name)
    values: dict[str, Fraction] = {}
    for key, formula in wanted.items():
        value = draft.values.get(formula)
        if value is None:
            continue
        values[key] = value
        if value.denominator != 1 or value < 0:
            message = tr(
                "'{key}' of group '{name}' counts technologies: expected a whole number, "
                "got {value}",
                key=key,
                name=name,
                value=_shown(value),
            )
            draft.findings.error(
                "S049", draft.at(*own, key), message, help=tr("write 0, 1, 2, ...")
            )
    low = values.get("exactly", values.get("at_least", Fraction(0)))
    if low > len(group.of):
        key = "exactly" if "exactly" in values else "at_least"
        message = tr(
            "group '{name}' has {number} members, of which {low} must be adopted",
            name=name,
            number=len(group.of),
            low=_shown(low),
        )
        draft.findings.error(
            "S049", draft.at(*own, key), message, help=tr("add members, or ask for fewer")
        )
    elif low > values.get("at_most", low):
        message = tr(
            "group '{name}' asks for at least {low} and at most {at_most}",
            name=name,
            low=_shown(low),
            at_most=_shown(values["at_most"]),
        )
        draft.findings.error("S049", draft.at(*own, "at_least"), message, help=tr("swap them"))


def _weights(draft: Draft) -> None:
    weights = {}
    for name, objective in draft.scenario.objectives.items():
        _range(draft, name, objective)
        value = draft.values.get(objective.weight)
        weights[name] = value
        if value is not None and value < 0:
            message = tr("the weight of objective '{name}' is negative", name=name)
            draft.findings.error(
                "S045",
                draft.at("objectives", name, "weight"),
                message,
                help=tr("use sense: maximise or minimise says what is better"),
            )
    if (
        weights
        and all(value == 0 for value in weights.values())
        and len(weights) == len(draft.declared["objectives"])
    ):
        draft.findings.error(
            "S045",
            draft.key("objectives"),
            tr("all weights are 0"),
            help=tr("leave the weights out for equal ones"),
        )


def _ranking(draft: Draft) -> None:
    """A ranking that is asked for can be made, before hours are spent on the plans."""
    ranking, objectives = draft.scenario.ranking, draft.scenario.objectives.values()
    if ranking.method == "achievement" and not any(
        objective.target is not None and draft.values.get(objective.weight) != 0
        for objective in objectives
    ):
        draft.findings.error(
            "S045",
            draft.at("ranking", "method"),
            tr("no objective that has a weight has a target"),
            help=tr("state what you aim at: target: 120 at an objective"),
        )
    preference = _PREFERENCE.fullmatch(ranking.preference or "usual")
    if preference is None or not float(preference["q"] or 0) < float(preference["p"] or 1):
        draft.findings.error(
            "S045",
            draft.at("ranking", "preference"),
            tr("'{text}' is no preference function", text=ranking.preference),
            help=tr(
                "write usual, v_shape:P or linear:Q:P; Q and P are shares of each objective's "
                "range, a difference up to Q counts 0, one from P on counts 1"
            ),
        )


def _range(draft: Draft, name: str, objective: Objective) -> None:
    """A range goes from worst to best, so its ends differ, in the direction of the sense."""
    if objective.range is None:
        return
    worst, best = map(draft.values.get, objective.range)
    if worst is None or best is None:
        return
    if worst != best and (worst < best) == (objective.sense == "maximise"):
        return
    ends = {"worst": _shown(worst), "best": _shown(best)}
    message = (
        tr(
            "the range of objective '{name}' goes from {worst} to {best}, and it is maximised",
            name=name,
            **ends,
        )
        if objective.sense == "maximise"
        else tr(
            "the range of objective '{name}' goes from {worst} to {best}, and it is minimised",
            name=name,
            **ends,
        )
    )
    help = (
        tr("write [worst, best]")
        if worst == best
        else tr("write [worst, best]: [{best}, {worst}]", **ends)
    )
    draft.findings.error("S045", draft.at("objectives", name, "range"), message, help=help)


def _shown(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
