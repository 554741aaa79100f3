"""Calls: whether a function is known and takes what it is given."""

from __future__ import annotations

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.hints import unknown_function
from optimiser.expressions.tree import (
    FUNCTIONS,
    REPORTED,
    Baseline,
    Call,
    ComparisonChain,
    Name,
    PhaseReference,
    Tree,
    Where,
)
from optimiser.language import tr, trn

__all__ = ["checked"]


def checked(call: Call, /) -> Tree:
    """The call, once its function and the number of its arguments are known to fit; of ``where``
    and ``base`` what they are.

    Raises:
        ExpressionError: they do not.
    """
    limits = FUNCTIONS.get(call.function)
    if call.arguments and call.function in REPORTED:
        limits = (REPORTED[call.function],) * 2
    if call.arguments and call.function == "base":
        return _baseline(call)
    if limits is None:
        if call.arguments or not call.keywords:
            raise unknown_function(call)
        return call
    fewest, most = limits
    count = len(call.arguments)
    if count < fewest or (most is not None and count > most):
        message = (
            trn(
                "{function} takes {number} argument, got {count}",
                "{function} takes {number} arguments, got {count}",
                fewest,
                function=call.function,
                count=count,
            )
            if most == fewest
            else tr(
                "{function} takes at least {fewest} argument, got {count}",
                function=call.function,
                fewest=fewest,
                count=count,
            )
        )
        fix = (
            tr("write where(condition, a, b)")
            if call.function == "where"
            else tr("write {text}", text=call.function + "(x)")
        )
        raise ExpressionError(message, start=call.start, end=call.end, help=fix)
    if call.function != "where":
        return call
    condition, then, otherwise = call.arguments
    if not isinstance(condition, ComparisonChain):
        raise ExpressionError(
            tr("the first argument of where must be a comparison"),
            start=condition.start,
            end=condition.end,
            help=tr("write for example where(x > 0, a, b)"),
        )
    return Where(condition, then, otherwise, start=call.start, end=call.end)


def _baseline(call: Call, /) -> Tree:
    """``base`` of one indicator."""
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Name | PhaseReference):
        raise ExpressionError(
            tr("base takes one indicator"),
            start=call.start,
            end=call.end,
            help=tr("write {text}", text="base(bill)"),
        )
    return Baseline(call.arguments[0], start=call.start, end=call.end)
