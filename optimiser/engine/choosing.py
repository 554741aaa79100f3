"""The solvers there are, and which of them a problem goes to."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

from optimiser.errors import UsageError
from optimiser.language import joined, listed, retold, stored, tr

if TYPE_CHECKING:
    from optimiser.engine.contract import Options, Solver
    from optimiser.engine.problem import Problem

__all__ = ["because", "choose", "compiled", "registry"]

_MEMBERS = ("declines", "name", "proof", "proves", "rank", "solve", "suits")


def compiled() -> bool:
    """Whether this installation has all that a C++ compiler builds; without it the method
    ``labels`` declines, and HiGHS takes every sub-problem of ``exact``.
    """
    from optimiser.engine.exact import kernel
    from optimiser.engine.labels import compiled

    return kernel.compiled() and compiled()


@cache
def registry() -> dict[str, Solver]:
    """Every solver of ``methods`` by name, strongest first: any class that has what a solver must
    have.

    A new solver is one new file.
    """
    package = importlib.import_module("optimiser.engine.methods")
    modules = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    found: dict[str, Solver] = {}
    for name in sorted(info.name for info in modules if not info.ispkg):
        content = importlib.import_module(name)
        kinds: list[tuple[str, Any]] = inspect.getmembers(content, inspect.isclass)
        for _, kind in kinds:
            if kind.__module__ == content.__name__ and all(
                hasattr(kind, member) for member in _MEMBERS
            ):
                if kind.name in found:
                    raise ValueError(f"two solvers are called {kind.name!r}")
                found[kind.name] = kind()
    return dict(sorted(found.items(), key=lambda item: (item[1].rank, item[0])))


def choose(problem: Problem, options: Options, /) -> tuple[Solver, str]:
    """The solver for the problem and why: "exact: 24 yes/no decisions, all effects linear".

    Raises:
        UsageError: the method is unknown, or every solver that it admits declines.
    """
    # a small model goes to enumeration without loading the others
    from optimiser.engine.methods.enumerate import Enumerate, sooner_by_labels

    chosen = options.method in ("auto", "exact")
    passed_over = chosen and _whole_list(options) and sooner_by_labels(problem)
    if (
        options.method == "auto"
        and not passed_over
        and (first := Enumerate()).declines(problem) is None
    ):
        return first, because(first.name, first.suits(problem))
    solvers = registry()
    known = ["auto", "exact", *(name for name in solvers if name != "exact")]
    method = options.method
    if method not in known:
        near = difflib.get_close_matches(method, known, 1, 0.5)
        hint = (
            tr(
                "did you mean {near!r}? known methods: {methods}",
                near=near[0],
                methods=listed(known),
            )
            if near
            else tr("known methods: {methods}", methods=listed(known))
        )
        raise UsageError(tr("unknown method {method!r}", method=method), help=hint)
    if method not in ("auto", "exact"):
        solver = solvers[method]
        reason = solver.declines(problem)
        if reason is not None:
            raise UsageError(
                tr(
                    "method {method!r} cannot take this model: {reason}",
                    method=method,
                    reason=retold(reason),
                ),
                help=tr("leave the method to 'auto'"),
            )
        reason = solver.suits(problem)
        return solver, stored("{solver}: asked for; {why}", solver=solver.name, why=reason)
    reasons: dict[str, str] = {}
    for name, solver in solvers.items():
        if (method == "exact" and not solver.proof) or (passed_over and name == Enumerate.name):
            continue
        why_not = solver.declines(problem)
        if why_not is None:
            return _ahead(solver, _because(solver, problem, reasons), problem, options)
        reasons[solver.name] = why_not
    raise _none(method, reasons)


def _none(method: str, reasons: dict[str, str]) -> UsageError:
    """Every solver declines."""
    every = retold(joined(*(because(name, why) for name, why in reasons.items())))
    if method == "exact":
        return UsageError(
            tr("no proving solver can take this model: {reasons}", reasons=every),
            help=tr("use `method=auto`"),
        )
    return UsageError(
        tr("no solver can take this model: {reasons}", reasons=every),
        help=tr("bound every variable, or make the model linear"),
    )


def _because(solver: Solver, problem: Problem, reasons: dict[str, str]) -> str:
    # a solver without proof is the last resort: what matters is why the proving ones could not be
    # used
    if not solver.proof and reasons:
        return reasons[list(reasons)[-1]] if problem.linear else problem.linear.reason
    return solver.suits(problem)


def because(solver: str, why: str, /) -> str:
    """Why a solver: ``exact: 24 yes/no decisions, all effects linear``."""
    return stored("{solver}: {why}", solver=solver, why=why)


def _whole_list(options: Options) -> bool:
    return options.points is None and options.gap is None


def _ahead(solver: Solver, why: str, problem: Problem, options: Options) -> tuple[Solver, str]:
    """What has its turn beside the search zones, or ahead of them where all plans are asked for,
    else the solver; and why.
    """
    if solver.name == "exact":
        from optimiser.engine.relaying import EvolutionBetween, LabelsFirst

        ahead: list[Solver] = [EvolutionBetween()]
        if _whole_list(options):
            ahead.append(LabelsFirst())
        solver = next((first for first in ahead if first.declines(problem) is None), solver)
    return solver, because(solver.name, why)
