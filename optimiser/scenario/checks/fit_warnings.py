"""Warnings about fitted models: what their data do not tell, or hardly."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from optimiser.expressions import Call
from optimiser.language import tr, trn
from optimiser.scenario.format.fitted_models import Fitted, Relation
from optimiser.scenario.source.draft import Draft

__all__ = ["advise_models", "collinear_groups", "relation_words"]

# : of the centred, scaled features: beyond, relative errors of the data may come back a thousand
# times as large
_CONDITION: Final = 1_000
#: observations for each number that a linear fit estimates
_LINEAR: Final = 3
# : observations of the rarer outcome for each feature of a logistic fit (E. Vittinghoff, C. E.
# McCulloch, Relaxing the rule of : ten events per variable in logistic and Cox regression, Amer. J.
# Epidemiol. 165 (2007) 710-718: 5 to 9 are often enough)
_EVENTS: Final = 5


def advise_models(draft: Draft, /) -> None:
    """Add the warnings about fitted models to the findings."""
    called = {
        leaf.function
        for _, formula in draft.formulas
        for leaf in formula.names
        if isinstance(leaf, Call)
    }
    for name, model in draft.scenario.models.items():
        at = draft.key("models", name)
        if name not in called:
            features = ", ".join(f"{feature}=..." for feature in model.features)
            help = tr("write {name}({features}) where it matters", name=name, features=features)
            draft.findings.warning(
                "S144", at, tr("model '{name}' is not used", name=name), help=help
            )
        if model.fitted is not None and model.kind != "table":
            _dependences(draft, name, model.fitted)
            if model.fitted.observations:
                _scarcity(draft, name, model.fitted, len(model.features))
            if model.kind == "linear" and model.fitted.binary_target:
                message = tr(
                    "model '{name}' is linear and its target is 0 or 1: predictions below "
                    "0 and above 1 are no probabilities",
                    name=name,
                )
                draft.findings.warning("S142", at, message, help=tr("write kind: logistic"))


def collinear_groups(fitted: Fitted, /) -> list[list[str]]:
    """Features that cannot be told apart, those that relations connect together."""
    groups: list[set[str]] = []
    for relation in fitted.relations:
        joined = set(relation.coefficients)
        groups, apart = (
            [group for group in groups if not group & joined],
            [group for group in groups if group & joined],
        )
        groups.append(joined.union(*apart))
    return [[name for name in fitted.coefficients if name in group] for group in groups]


def relation_words(relation: Relation, /) -> str:
    """``ads - promotions = -100``."""
    text = ""
    for name, formula in relation.coefficients.items():
        value = formula.exact or Fraction(0)
        size = "" if abs(value) == 1 else f"{_number(abs(value))} "
        text += (
            f"{' - ' if value < 0 else ' + '}{size}{name}"
            if text
            else f"{'-' if value < 0 else ''}{size}{name}"
        )
    return f"{text} = {relation.value.text}"


def _dependences(draft: Draft, name: str, fitted: Fitted) -> None:
    at = draft.key("models", name)
    if fitted.relations:
        groups = tr("; ").join(tr(" and ").join(group) for group in collinear_groups(fitted))
        relations = tr("; ").join(relation_words(relation) for relation in fitted.relations[:3])
        message = tr(
            "model '{name}': its data cannot tell apart {groups}", name=name, groups=groups
        )
        label = tr("in every row {relations}", relations=relations)
        help = tr(
            "leave features out, or add rows in which they vary apart; what depends on the "
            "choice is marked 'not identified'"
        )
        draft.findings.warning("S140", at, message, label=label, help=help)
    elif fitted.condition is not None and fitted.condition > _CONDITION:
        mixed = tr(" and ").join(fitted.weakest)
        message = tr(
            "model '{name}': its data hardly tell apart {mixed} (condition number {condition:.3g})",
            name=name,
            mixed=mixed,
            condition=fitted.condition,
        )
        draft.findings.warning(
            "S141", at, message, help=tr("leave features out, or add rows in which they vary apart")
        )


def _scarcity(draft: Draft, name: str, fitted: Fitted, features: int) -> None:
    at, rank = draft.key("models", name), fitted.rank or 1
    if fitted.events is not None:
        rarer = min(fitted.events, fitted.observations - fitted.events)
        if rarer < _EVENTS * features:
            message = trn(
                "model '{name}': {rarer} rows of the rarer outcome for {number} feature are few",
                "model '{name}': {rarer} rows of the rarer outcome for {number} features are few",
                features,
                name=name,
                rarer=rarer,
            )
            help = tr("{number} or more would be a sounder basis", number=_EVENTS * features)
            draft.findings.warning("S143", at, message, help=help)
    elif fitted.observations < _LINEAR * rank:
        message = tr(
            "model '{name}': {observations} observations for {rank} numbers are few",
            name=name,
            observations=fitted.observations,
            rank=rank,
        )
        help = tr("{number} or more would be a sounder basis", number=_LINEAR * rank)
        draft.findings.warning("S143", at, message, help=help)


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
