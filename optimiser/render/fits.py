"""Fitted models with their diagnostics, and what they predict for one plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import listed, marked, tr, trn
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.predicting import doubt_words
from optimiser.scenario.checks.fit_warnings import collinear_groups, relation_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.formulate.fitted import Prediction
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.fitted_models import Fitted, FittedModel

__all__ = ["fits", "predicted"]

_TITLES = {
    "linear": marked("least squares"),
    "logistic": marked("logistic, maximum likelihood"),
    "table": marked("straight lines between points"),
}


def fits(scenario: Scenario, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """Every fitted model: coefficients with standard errors, how well it fits, what its data cannot
    tell.
    """
    for name, model in scenario.models.items():
        kind = tr(_TITLES[model.kind])
        yield Text(
            plain(
                tr("model {name}: {title}, {kind}", name=name, title=model.title, kind=kind)
                if model.title
                else tr("model {name}: {kind}", name=name, kind=kind)
            ),
            style="bold",
        )
        if model.kind == "table":
            points = model.points or (model.fitted.points if model.fitted is not None else ())
            yield from apart(
                [
                    Field(model.features[0], [str(x) for x, _ in points]),
                    Field(tr("value"), [str(y) for _, y in points]),
                ],
                width,
                keys=1,
            )
        elif model.fitted is not None:
            yield from apart(_coefficients(model, model.fitted), width, keys=1)
            yield from (Text(plain(line)) for line in _summary(model.fitted))
        yield ""


def _coefficients(model: FittedModel, fitted: Fitted) -> list[Field]:
    names = [tr("(constant)"), *model.features]
    values = [str(fitted.intercept), *(str(fitted.coefficients[name]) for name in model.features)]
    errors = [fitted.intercept_error, *(fitted.errors.get(name) for name in model.features)]
    ranges = [
        "",
        *(
            tr("{low} to {high}", low=fitted.ranges[name][0], high=fitted.ranges[name][1])
            for name in model.features
        ),
    ]
    return [
        Field("", names, left=True),
        Field(tr("data"), ranges, left=True),
        Field(tr("coefficient"), values),
        Field(
            tr("standard error"),
            [tr("not determined") if error is None else f"{error:.6g}" for error in errors],
        ),
    ]


def _summary(fitted: Fitted) -> Iterator[str]:
    parts = [trn("{number} observations", "{number} observations", fitted.observations)]
    if fitted.events is not None:
        parts.append(tr("{number} with target 1", number=fitted.events))
    if fitted.r_squared is not None:
        parts.append(f"R² {fitted.r_squared:.6g}")
    if fitted.residual_sd is not None:
        parts.append(tr("residual standard deviation {value:.6g}", value=fitted.residual_sd))
    if fitted.deviance is not None and fitted.null_deviance is not None:
        parts.append(
            tr(
                "deviance {deviance:.6g} (of the constant alone {null:.6g})",
                deviance=fitted.deviance,
                null=fitted.null_deviance,
            )
        )
    full = len(fitted.coefficients) + 1
    parts.append(tr("rank {rank} of {full}", rank=fitted.rank, full=full))
    if fitted.condition is not None:
        parts.append(tr("condition number {value:.6g}", value=fitted.condition))
    yield listed(parts)
    for group in collinear_groups(fitted):
        yield tr("cannot be told apart: {names}", names=tr(" and ").join(group))
    for relation in fitted.relations:
        yield tr("in every row: {relation}", relation=relation_words(relation))


def predicted(
    scenario: Scenario, predictions: Sequence[Prediction], /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """What the models predict for a plan, and what it rests on."""
    if not predictions:
        return
    arguments = [
        ", ".join(f"{name} = {value:.6g}" for name, value in p.arguments) for p in predictions
    ]
    doubts = [doubt_words(scenario, p) or tr("within the data") for p in predictions]
    yield from apart(
        [
            Field(tr("model"), [plain(p.model) for p in predictions], left=True),
            Field(tr("prediction"), [f"{p.value:.6g}" for p in predictions]),
            Field(
                tr("unit"), [plain(scenario.models[p.model].unit) for p in predictions], left=True
            ),
            Field(tr("at"), [plain(text) for text in arguments], left=True),
            Field("", [plain(text) for text in doubts], words=True),
        ],
        width,
        keys=1,
    )
    yield ""
