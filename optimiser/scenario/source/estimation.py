"""From the data that a scenario names to its fitted models: what is used is what is reported, to
twelve digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.language import listed, tr
from optimiser.scenario.format.fitted_models import Fitted, FittedModel, Relation
from optimiser.scenario.format.formulas import Formula, decimal
from optimiser.scenario.source.draft import Draft, Path
from optimiser.scenario.source.observations import (
    DataColumns,
    data_columns,
    is_binary,
    table_points,
)

if TYPE_CHECKING:
    from optimiser.fitting import Dependence, LinearFit, LogisticFit, Observations
    from optimiser.scenario.source.files import Files

__all__ = ["fit_models"]

#: significant digits of a coefficient: more than data carry, few enough for rows of 64-bit integers
DIGITS: Final = 12
#: a condition number from which it is told what the data hardly tell apart
_STRAINED: Final = 100
#: characters up to which a number is written without an exponent
_PLAIN: Final = 16
#: powers of ten that a number of a scenario may have
_FURTHEST: Final = 300


def fit_models(draft: Draft, files: Files | None, /) -> Draft:
    """The draft with every model fitted that can be; what keeps one from it is in the findings.

    Args:
        files: where data are read from; None where the scenario is a result's, which holds its
            fits.
    """
    fitted: dict[str, FittedModel] = {}
    for name, model in draft.scenario.models.items():
        if not draft.whole("models", name):
            continue
        found = (
            _checked(draft, name, model) if model.fitted is None else _complete(draft, name, model)
        )
        if found is None:
            continue
        if found.fitted is None and not found.points:
            found = None if files is None else _from_data(draft, files, name, found)
        if found is not None:
            fitted[name] = found
    refused = {("models", name) for name in draft.scenario.models if name not in fitted}
    scenario = draft.scenario.model_copy(update={"models": fitted})
    return replace(draft, scenario=scenario, damaged=draft.damaged | refused)


def _checked(draft: Draft, name: str, model: FittedModel) -> FittedModel | None:
    """The model, where what is written of it fits together."""
    own: Path = ("models", name)
    errors = draft.findings.errors
    if not model.features:
        draft.findings.error(
            "S013",
            draft.key(*own),
            tr("'features' is missing in model '{name}'", name=name),
            help=tr("write features: [ads, price]"),
        )
    _check_features(draft, name, model)
    if model.kind == "table" and len(model.features) > 1:
        message = tr(
            "a table has one feature, and model '{name}' has {number}",
            name=name,
            number=len(model.features),
        )
        help = tr("use kind: linear, or a table a feature")
        draft.findings.error("S016", draft.at(*own, "features"), message, help=help)
    if model.points:
        _inline(draft, name, model)
    else:
        for key in ("data", "target"):
            if getattr(model, key) is None:
                help = tr("name the column that is predicted")
                if key == "data":
                    help = tr("write data: sales.csv")
                    if model.kind == "table":
                        help = tr("write data: sales.csv, or points: [[0, 0], [5, 12]]")
                draft.findings.error(
                    "S013",
                    draft.key(*own),
                    tr("'{key}' is missing in model '{name}'", key=key, name=name),
                    help=help,
                )
    return model if draft.findings.errors == errors else None


def _check_features(draft: Draft, name: str, model: FittedModel) -> None:
    own: Path = ("models", name)
    for i, feature in enumerate(model.features):
        at = draft.at(*own, "features", i)
        if not feature.isidentifier():
            message = tr(
                "feature '{feature}' of model '{name}' cannot be a keyword: a letter or _, "
                "then letters, digits, _",
                feature=feature,
                name=name,
            )
            draft.findings.error(
                "S018",
                at,
                message,
                help=tr("rename the column; a unit may follow in brackets: cost [M CNY]"),
            )
        elif feature in model.features[:i] or feature == model.target:
            message = tr(
                "'{feature}' is listed twice in model '{name}'", feature=feature, name=name
            )
            if feature == model.target:
                message = tr(
                    "'{feature}' is the target in model '{name}'", feature=feature, name=name
                )
            draft.findings.error(
                "S016",
                at,
                message,
                help=tr("remove it from features"),
            )


def _complete(draft: Draft, name: str, model: FittedModel) -> FittedModel | None:
    """The model, where it comes with a fit that is one of its kind."""
    fitted = model.fitted
    assert fitted is not None
    if model.kind == "table":
        whole = len(model.features) == 1 and len(fitted.points or model.points) > 1
    else:
        numbers = [
            *fitted.coefficients.values(),
            *([] if fitted.intercept is None else [fitted.intercept]),
        ]
        whole = list(fitted.coefficients) == list(model.features) and fitted.intercept is not None
        whole &= all(number.literal is not None for number in numbers)
    if whole:
        return model
    message = tr(
        "'fitted' of model '{name}' does not hold a {kind} fit of {features}",
        name=name,
        kind=model.kind,
        features=listed(model.features) or tr("its features"),
    )
    draft.findings.error(
        "S080",
        draft.at("models", name, "fitted"),
        message,
        help=tr("remove it, so that the data are fitted again"),
    )
    return None


def _inline(draft: Draft, name: str, model: FittedModel) -> None:
    own: Path = ("models", name)
    if model.kind != "table":
        message = tr(
            "'points' are for kind: table, and model '{name}' is {kind}", name=name, kind=model.kind
        )
        draft.findings.error(
            "S016",
            draft.key(*own, "points"),
            message,
            help=tr("write data: and target:, or kind: table"),
        )
    for key in ("data", "target"):
        if getattr(model, key) is not None:
            message = tr(
                "'{key}' and 'points' of model '{name}' exclude each other", key=key, name=name
            )
            draft.findings.error(
                "S016", draft.key(*own, key), message, help=tr("remove one of them")
            )
    if len(model.points) < 2:
        draft.findings.error(
            "S080",
            draft.at(*own, "points"),
            tr("model '{name}' has one point", name=name),
            help=tr("a line needs two"),
        )
    _ascending(draft, name, model)


def _ascending(draft: Draft, name: str, model: FittedModel) -> None:
    own: Path = ("models", name)
    before: Decimal | None = None
    for i, (x, _) in enumerate(model.points):
        place = x.literal
        at = draft.at(*own, "points", i, 0)
        if place is None:
            draft.findings.error(
                "S080",
                at,
                tr("x of a point of model '{name}' is a plain number", name=name),
                help=tr("only y may be an expression"),
            )
        elif before is not None and place <= before:
            message = tr(
                "x = {text} comes after a larger one in model '{name}'", text=x.text, name=name
            )
            if place == before:
                message = tr("x = {text} comes twice in model '{name}'", text=x.text, name=name)
            draft.findings.error(
                "S080",
                at,
                message,
                help=tr("list points by ascending x, each once"),
            )
        before = place if place is not None else before


def _from_data(draft: Draft, files: Files, name: str, model: FittedModel) -> FittedModel | None:
    node = draft.node_at("models", name, "data")
    table = None if node is None else files.table(node, key="data")
    if table is None:
        return None
    read = data_columns(draft, name, model, table)
    if read is None:
        return None
    fitted = (
        table_points(draft, name, read)
        if model.kind == "table"
        else _regression(draft, name, model, read)
    )
    return None if fitted is None else model.model_copy(update={"fitted": fitted})


def _regression(draft: Draft, name: str, model: FittedModel, read: DataColumns) -> Fitted | None:
    from optimiser.fitting import FitError, Observations, SeparationError, fit_linear, fit_logistic

    if model.kind == "logistic" and not is_binary(draft, read):
        return None
    try:
        sample = Observations(model.features, read.columns[:-1], read.columns[-1])
        return _described(
            model, sample, fit_linear(sample) if model.kind == "linear" else fit_logistic(sample)
        )
    except SeparationError as error:
        message = tr("model '{name}' has no fit: {message}", name=name, message=error.message)
        draft.findings.error("S081", draft.key("models", name), message, help=error.help)
    except FitError as error:
        at = (
            draft.key("models", name)
            if error.feature is None
            else read.table.at(-1, read.places[error.feature])
        )
        draft.findings.error(
            "S080",
            at,
            tr("model '{name}' cannot be fitted: {message}", name=name, message=error.message),
            help=error.help,
        )
    return None


def _described(model: FittedModel, sample: Observations, found: LinearFit | LogisticFit) -> Fitted:
    from optimiser.fitting import LogisticFit

    names = model.features
    errors = {
        name: _digits(e) for name, e in zip(names, found.errors[1:], strict=True) if e is not None
    }
    special: dict[str, object]
    if isinstance(found, LogisticFit):
        special = {
            "events": found.events,
            "deviance": _digits(found.deviance),
            "null_deviance": _digits(found.null_deviance),
        }
    else:
        special = {
            "r_squared": None if found.r_squared is None else _digits(found.r_squared),
            "residual_sd": None if found.residual_sd is None else _digits(found.residual_sd),
            "binary_target": sample.binary,
        }
    return Fitted(
        intercept=_rounded(found.intercept),
        coefficients={name: _rounded(c) for name, c in zip(names, found.coefficients, strict=True)},
        ranges={
            name: (_exact(min(c)), _exact(max(c))) for name, c in zip(names, sample.x, strict=True)
        },
        relations=tuple(_relation(names, dependence) for dependence in found.dependences),
        observations=found.observations,
        rank=found.rank,
        intercept_error=None if found.errors[0] is None else _digits(found.errors[0]),
        errors=errors,
        condition=None if found.condition is None else float(f"{found.condition:.6g}"),
        weakest=found.weakest if (found.condition or 0) > _STRAINED else (),
        **special,  # type: ignore[arg-type]  # each by the name of its field
    )


def _relation(names: Sequence[str], dependence: Dependence) -> Relation:
    coefficients = {
        name: _exact(c) for name, c in zip(names, dependence.coefficients, strict=True) if c
    }
    return Relation(coefficients=coefficients, value=_exact(dependence.value))


def _rounded(value: Fraction) -> Formula:
    return _formula(
        Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    )


def _exact(value: Fraction) -> Formula:
    """A number that is a decimal, as all sums of data are."""
    size = len(str(value.numerator)) + 4 * len(str(value.denominator))
    return _formula(
        Context(prec=max(28, size)).divide(Decimal(value.numerator), Decimal(value.denominator))
    )


def _formula(value: Decimal) -> Formula:
    """A decimal without zeros at its end, with an exponent where it would be long; one too small to
    matter is 0.

    Raises:
        FitError: it is too large, or takes too many digits.
    """
    from optimiser.fitting import FitError

    value = value.normalize()
    if not value or value.adjusted() < -_FURTHEST:
        return Formula.of("0")
    plain = f"{value:f}" if value.adjusted() < _FURTHEST else ""
    text = plain if 0 < len(plain) <= _PLAIN else f"{value:e}"
    if value.adjusted() >= _FURTHEST or decimal(text) is None:
        raise FitError(
            tr("the numbers are too large, or too far apart"), help=tr("choose other units")
        )
    return Formula.of(text)


def _digits(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
