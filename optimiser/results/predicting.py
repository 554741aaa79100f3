"""What fitted models predict for the plans of a result, and whether their data tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optimiser.front import finite
from optimiser.language import listed, marked, tr

if TYPE_CHECKING:
    from optimiser.formulate.fitted import Prediction
    from optimiser.results.ranked_plans import RankedPlans
    from optimiser.scenario import Scenario

__all__ = ["doubt_words", "doubtful_records", "predictions", "predictions_note"]


def predictions(result: RankedPlans, /) -> list[tuple[Prediction, ...]]:
    """For each plan, best rank first, what the calls of fitted models predict; nothing where there
    are no models.
    """
    front = result.front
    return _predicted(
        result, [dict(zip(front.decision_columns, cells, strict=True)) for cells in front.cells]
    )


def _predicted(
    result: RankedPlans, plans: Sequence[Mapping[str, str]]
) -> list[tuple[Prediction, ...]]:
    if not result.scenario.models or not plans:
        return [()] * len(plans)
    model = result.model
    return model.predictions(model.encode_all(plans))


def _of_references(result: RankedPlans) -> list[tuple[Prediction, ...]]:
    return _predicted(result, [dict(outcome.cells) for outcome in result.reference_plans])


def doubt_words(scenario: Scenario, prediction: Prediction, /) -> str:
    """Why a prediction does not rest on the data; empty where it does."""
    model, parts = scenario.models[prediction.model], []
    if prediction.beyond:
        arguments = dict(prediction.arguments)
        fitted = model.fitted
        points = model.points or (fitted.points if fitted is not None else ())
        ranges = (
            {model.features[0]: (points[0][0], points[-1][0])}
            if points
            else fitted.ranges
            if fitted is not None
            else {}
        )
        beyond = listed(
            tr(
                "{name} {value:.6g} is outside {low} to {high}",
                name=name,
                value=arguments[name],
                low=ranges[name][0],
                high=ranges[name][1],
            )
            for name in prediction.beyond
        )
        parts.append(tr("extrapolation: {arguments}", arguments=beyond))
    if not prediction.identified and model.fitted is not None:
        from optimiser.scenario.checks.fit_warnings import collinear_groups

        groups = tr("; ").join(
            listed(group, last="and") for group in collinear_groups(model.fitted)
        )
        parts.append(tr("not identified: the data cannot tell apart {groups}", groups=groups))
    return tr("; ").join(parts)


def predictions_note(result: RankedPlans, /) -> str:
    """One line about the plans whose predictions do not rest on the data; empty where there are
    none.
    """
    predicted, references = predictions(result), _of_references(result)
    parts = []
    for message, doubtful in (
        (marked("extrapolation in {where}"), lambda prediction: bool(prediction.beyond)),
        (marked("not identified in {where}"), lambda prediction: not prediction.identified),
    ):
        plans = sum(any(map(doubtful, plan)) for plan in predicted)
        named = [
            o.name
            for o, plan in zip(result.reference_plans, references, strict=True)
            if any(map(doubtful, plan))
        ]
        where = [tr("{plans} of {all} plans", plans=plans, all=len(predicted))] * bool(plans) + [
            tr("reference plan {name}", name=name) for name in named
        ]
        if where:
            parts.append(tr(message, where=listed(where, last="and")))
    if not parts:
        return ""
    return tr("fitted models: {doubts}; show PLAN says where", doubts=listed(parts))


def doubtful_records(result: RankedPlans, /) -> list[dict[str, Any]]:
    """The predictions that do not rest on the data, as ``result.json`` holds them."""
    references = zip(
        (outcome.name for outcome in result.reference_plans), _of_references(result), strict=True
    )
    plans = [
        (plan, False, found)
        for plan, found in zip(result.front.ids, predictions(result), strict=True)
    ]
    plans += [(name, True, found) for name, found in references]
    return [
        {
            "plan": plan,
            "reference": reference,
            "model": prediction.model,
            "arguments": {name: finite(value) for name, value in prediction.arguments},
            "extrapolation": list(prediction.beyond),
            "identified": prediction.identified,
        }
        for plan, reference, found in plans
        for prediction in found
        if not prediction.sound
    ]
