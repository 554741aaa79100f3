"""What a plan stands on: the columns at their ends and the tight rows from which its exact
decisions are solved again.

A vertex of linear rows is a rational that its printed decimals are only near. It is kept as the
rows that hold it: their names and sides, from which anyone can solve for it, and where these leave
something open, the fraction itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.engine.elimination import determined, reduced
from optimiser.front import Stand
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine.elimination import Line
    from optimiser.engine.problem import Domain, Point, Problem, Row

__all__ = ["rebuilt", "row_names", "standing"]

#: unknowns beyond which solving again costs more than it tells: the fractions themselves are kept
_MOST_UNKNOWNS: Final = 120


def row_names(problem: Problem, /) -> tuple[str, ...]:
    """A name of its own for every row that plans can stand on, in their order: repeated ones are
    numbered.
    """
    taken: set[str] = set()
    names = []
    for row in _system(problem)[0]:
        name, count = row.name, 1
        while name in taken:
            count += 1
            name = f"{row.name} ({count})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def standing(problem: Problem, x: Sequence[float], columns: Sequence[Fraction], /) -> Stand | None:
    """What a plan stands on; None where its decisions are the decimals that their cells show.

    Args:
        problem: of which it is a plan.
        x: (n,) its decisions as printed.
        columns: its decisions exactly, or all columns of ``problem.linear``.
    """
    n = len(problem.decisions)
    shown = problem.point(x)
    if tuple(columns[:n]) == shown:
        return None
    rows, domains = _system(problem)
    values = list(columns) if len(columns) == len(domains) else list(columns[:n])
    known = {j for j in range(n) if values[j] == shown[j]}
    at = {
        j: side
        for j in range(len(values))
        if j not in known and (side := _side(domains[j], values[j]))
    }
    unknown = set(range(len(values))) - known - set(at)
    chosen, solved = (
        _independent(rows, values, unknown) if len(unknown) <= _MOST_UNKNOWNS else ([], set())
    )
    at |= {j: str(values[j]) for j in unknown - solved}
    used = {*range(n), *(j for i, _ in chosen for j, _ in rows[i].terms)}
    names = row_names(problem)
    return Stand(
        columns=tuple((domains[j].name, side) for j, side in sorted(at.items()) if j in used),
        rows=tuple((names[i], side) for i, side in sorted(chosen)),
        solved=tuple(domains[j].name for j in sorted(solved) if j < n),
    )


def rebuilt(problem: Problem, x: Sequence[float], stand: Stand | None, /) -> Point:
    """The exact decisions of a plan: of one that stands on nothing, the decimals that its cells
    show.

    Args:
        problem: of which it is a plan.
        x: (n,) its decisions as printed.
        stand: what it stands on.

    Raises:
        ValueError: a name is unknown, a side is none, or the rows do not determine the decisions.
    """
    shown = problem.point(x)
    if stand is None:
        return shown
    rows, domains = _system(problem)
    places = {domain.name: j for j, domain in enumerate(domains)}
    numbers = {name: i for i, name in enumerate(row_names(problem))}
    fixed = {
        _place(places, name): _end(domains[_place(places, name)], side)
        for name, side in stand.columns
    }
    solved_for = {_place(places, name) for name in stand.solved}
    fixed |= {j: value for j, value in enumerate(shown) if j not in fixed and j not in solved_for}
    lines = []
    for name, side in stand.rows:
        if name not in numbers:
            raise ValueError(tr("there is no row '{name}'", name=name))
        row = rows[numbers[name]]
        bound = row.lower if side == "lower" else row.upper if side == "upper" else None
        if bound is None:
            raise ValueError(tr("row '{name}' has no side '{side}'", name=name, side=side))
        lines.append(_line(row, Fraction(bound - row.constant), fixed))
    form = reduced(lines)
    if form is None:
        raise ValueError(tr("the rows contradict each other"))
    values = fixed | determined(form[0])
    missing = [domains[j].name for j in range(len(shown)) if j not in values]
    if missing:
        raise ValueError(tr("the rows do not determine '{name}'", name=missing[0]))
    return tuple(values[j] for j in range(len(shown)))


def _place(places: Mapping[str, int], name: str) -> int:
    if name not in places:
        raise ValueError(tr("there is no column '{name}'", name=name))
    return places[name]


def _system(problem: Problem) -> tuple[tuple[Row, ...], tuple[Domain, ...]]:
    """The exact rows that plans can stand on, and their columns."""
    if problem.linear and problem.linear.resolution is None:
        return problem.linear.rows, problem.linear.columns
    return problem.logic, problem.decisions


def _side(domain: Domain, value: Fraction) -> str:
    return "lower" if value == domain.lower else "upper" if value == domain.upper else ""


def _end(domain: Domain, side: str) -> Fraction:
    found = domain.lower if side == "lower" else domain.upper if side == "upper" else None
    if found is not None:
        return found
    try:
        return Fraction(side)
    except (ValueError, ZeroDivisionError):
        raise ValueError(
            tr("column '{name}' has no {side!r}", name=domain.name, side=side)
        ) from None


def _independent(
    rows: Sequence[Row], values: Sequence[Fraction], unknown: set[int]
) -> tuple[list[tuple[int, str]], set[int]]:
    """Tight rows, as few as determine as many of the unknown columns as tight rows can, and the
    columns they determine.
    """
    tight: list[tuple[int, str]] = []
    for i, row in enumerate(rows):
        if any(j >= len(values) for j, _ in row.terms) or not any(
            j in unknown for j, _ in row.terms
        ):
            continue
        total = sum((c * values[j] for j, c in row.terms), Fraction(row.constant))
        side = "lower" if total == row.lower else "upper" if total == row.upper else ""
        if side:
            tight.append((i, side))
    form = reduced(({j: c for j, c in rows[i].terms if j in unknown}, 0) for i, _ in tight)
    if form is None:
        raise AssertionError("lines whose right sides are 0 do not contradict each other")
    return [tight[place] for place in form[1]], set(form[0])


def _line(row: Row, right: Fraction, fixed: Mapping[int, Fraction]) -> Line:
    """A tight row over the columns that are not fixed."""
    rest = right - sum((c * fixed[j] for j, c in row.terms if j in fixed), Fraction(0))
    return {j: c for j, c in row.terms if j not in fixed}, rest
