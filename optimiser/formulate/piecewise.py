"""Continuous piecewise linear functions of one linear form: tables, and choices between lines.

In the direction in which the function is convex its lines bound a column, and no binary is needed.
Else the form is filled segment by segment (the incremental formulation): with breakpoints t_0 < ...
< t_m over the range of g and slopes a_i::

    g = t_0 + sum_i d_i,   f = f(t_0) + sum_i a_i d_i,   0 <= d_i <= l_i = t_i - t_(i-1)
    d_i >= l_i w_i,   d_(i+1) <= l_(i+1) w_i,   w_i in {0, 1}

Its relaxation is the convex hull of the function's graph, and its vertices have whole w (Vielma,
Ahmed and Nemhauser 2010).

References:
    H. M. Markowitz, A. S. Manne, On the solution of discrete programming problems, Econometrica 25
        (1957) 84-110.
    J. P. Vielma, S. Ahmed, G. Nemhauser, Mixed-integer models for nonseparable piecewise-linear
        optimization: unifying framework and extensions, Operations Research 58 (2010) 303-315.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.engine.problem import Domain
from optimiser.formulate.columns import Columns
from optimiser.formulate.forms import Form, NotLinear, box, total
from optimiser.formulate.logic import RowDraft
from optimiser.formulate.sizes import MOST_STEPS
from optimiser.formulate.tabulated import tabulated
from optimiser.language import stored

__all__ = ["piecewise"]

#: monomial -> coefficient, without a constant
_Terms = dict[tuple[str, ...], Fraction]
#: a linear function of a form g: slope and constant
_Line = tuple[Fraction, Fraction]
_ONE = Fraction(1)


@dataclass(frozen=True)
class _Pieces:
    """Lines by ascending g, the breakpoints between them one fewer."""

    terms: _Terms
    lines: tuple[_Line, ...]
    breaks: tuple[Fraction, ...]


def piecewise(lines: Columns, node: int, /, *, direction: int) -> Form | None:
    """The linear form of a continuous piecewise linear function of one form; None where the node is
    none.

    Args:
        direction: as for ``Columns.form``.

    Raises:
        NotLinear: it is one, but its form has no bounds or no linear form itself.
    """
    pieces = _read(lines, node)
    if pieces is None:
        return None
    graph = lines.graph
    inner = graph.sum(
        [
            (c, graph.product([graph.symbol(name) for name in names]))
            for names, c in pieces.terms.items()
        ]
    )
    form = lines.form(inner, direction=0)
    low, high = box(form, lines.domains)
    pieces = _within(pieces, low, high)
    slopes = [slope for slope, _ in pieces.lines]
    if len(slopes) == 1:
        slope, constant = pieces.lines[0]
        return total((form.scaled(slope), Form({}, constant)))
    bounded = bool(direction) and all(
        (b - a) * direction >= 0 for a, b in itertools.pairwise(slopes)
    )
    if not bounded and (low is None or high is None):
        raise NotLinear(stored("a table of something without bounds"))
    places = (low, *pieces.breaks, high) if low is not None and high is not None else ()
    scale = (
        _unit(lines.domains, _sides(pieces, form))
        if bounded
        else _unit(lines.domains, [form], places)
    )
    if not scale and (found := tabulated(lines, node)) is not None:
        return found
    prefix = lines.curves.setdefault(node, f"curve#{len(lines.curves) + 1}")
    if bounded:
        return _bounded(lines, prefix, _sides(pieces, form), direction=direction, scale=scale)
    return _filled(lines, prefix, pieces, form, places, scale=scale)


def _read(lines: Columns, node: int) -> _Pieces | None:
    found = lines.graph.nodes[node]
    if found.operator == "where":
        return _chosen(lines, node)
    if found.operator == "call" and found.name in ("min", "max"):
        return _extreme(lines, found.children, sign=1 if found.name == "max" else -1)
    return None


def _chosen(lines: Columns, node: int) -> _Pieces | None:
    """Nested choices by comparisons of one form with constants."""
    reader = _Reader(lines)
    pieces: list[tuple[Fraction | None, Fraction | None, _Line]] = []
    stack: list[tuple[int, Fraction | None, Fraction | None]] = [(node, None, None)]
    while stack:
        current, low, high = stack.pop()
        if low is not None and high is not None and low >= high:
            continue
        found = lines.graph.nodes[current]
        if found.operator != "where":
            line = reader.line(current)
            if line is None:
                return None
            pieces.append((low, high, line))
            continue
        condition = lines.graph.nodes[found.children[0]]
        if condition.operator != "compare" or condition.name == "==":
            return None
        left, right = condition.children
        line = reader.line(lines.graph.sum([(1, left), (-1, right)]))
        if line is None or not line[0]:
            return None
        place = -line[1] / line[0]
        below, above = found.children[1:] if line[0] > 0 else reversed(found.children[1:])
        stack.append((above, place if low is None else max(low, place), high))
        stack.append((below, low, place if high is None else min(high, place)))
    ordered = tuple(line for _, _, line in pieces)
    breaks = tuple(low for low, _, _ in pieces[1:] if low is not None)
    for place, (a, b), (c, d) in zip(breaks, ordered, ordered[1:], strict=False):
        if a * place + b != c * place + d:
            return None
    return None if reader.terms is None else _Pieces(reader.terms, ordered, breaks)


def _extreme(lines: Columns, children: Sequence[int], *, sign: int) -> _Pieces | None:
    """The upper envelope of lines (sign 1), or the lower one (sign -1)."""
    reader = _Reader(lines)
    read = [reader.line(child) for child in children]
    if any(line is None for line in read) or reader.terms is None:
        return None
    best: dict[Fraction, Fraction] = {}
    for slope, constant in (line for line in read if line is not None):
        best[slope * sign] = max(constant * sign, best.get(slope * sign, constant * sign))
    hull: list[_Line] = []
    for line in sorted(best.items()):
        while len(hull) > 1 and _crossing(hull[-2], line) <= _crossing(hull[-2], hull[-1]):
            hull.pop()
        hull.append(line)
    breaks = tuple(_crossing(a, b) for a, b in itertools.pairwise(hull))
    return _Pieces(
        reader.terms, tuple((sign * slope, sign * constant) for slope, constant in hull), breaks
    )


def _crossing(a: _Line, b: _Line) -> Fraction:
    return (a[1] - b[1]) / (b[0] - a[0])


class _Reader:
    """Reads nodes as linear functions of one form, which the first that is no constant fixes."""

    def __init__(self, lines: Columns) -> None:
        self.terms: _Terms | None = None
        self._lines = lines

    def line(self, node: int) -> _Line | None:
        expanded = self._lines.polynomial(node)
        if expanded is None:
            return None
        constant = expanded.get((), Fraction(0))
        terms = {monomial: c for monomial, c in expanded.items() if monomial}
        if not terms:
            return Fraction(0), constant
        if self.terms is None:
            scale = abs(next(iter(terms.values())))
            self.terms = {monomial: c / scale for monomial, c in terms.items()}
        if terms.keys() != self.terms.keys():
            return None
        ratios = {c / self.terms[monomial] for monomial, c in terms.items()}
        return (ratios.pop(), constant) if len(ratios) == 1 else None


def _within(pieces: _Pieces, low: Fraction | None, high: Fraction | None) -> _Pieces:
    """The lines that matter between two bounds, neighbours that continue one another joined."""
    kept: list[_Line] = []
    breaks: list[Fraction] = []
    ends = [None, *pieces.breaks, None]
    for line, start, end in zip(pieces.lines, ends, ends[1:], strict=False):
        if (low is not None and end is not None and end <= low) or (
            high is not None and start is not None and start >= high
        ):
            continue
        if kept and kept[-1] == line:
            continue
        if kept:
            assert start is not None
            breaks.append(start)
        kept.append(line)
    if not kept:
        # the range is a single point, at a break
        assert low is not None
        kept.append(
            next(
                line
                for line, end in zip(pieces.lines, ends[1:], strict=True)
                if end is None or low <= end
            )
        )
    return _Pieces(pieces.terms, tuple(kept), tuple(breaks))


def _sides(pieces: _Pieces, form: Form) -> list[Form]:
    return [total((form.scaled(slope), Form({}, constant))) for slope, constant in pieces.lines]


def _bounded(
    lines: Columns, prefix: str, sides: Sequence[Form], /, *, direction: int, scale: int
) -> Form:
    """A column on the convex side of every line."""
    name = f"{prefix}_{'above' if direction > 0 else 'below'}"
    if name not in lines.domains:
        lows, highs = zip(*(box(side, lines.domains) for side in sides), strict=True)
        # the function's own range: the largest line where it is convex, the smallest where it is
        # concave
        pick = max if direction > 0 else min
        low = None if None in lows else pick(lows)
        high = None if None in highs else pick(highs)
        lines.domains[name] = Domain(
            name,
            "whole" if scale else "real",
            None if low is None else low * (scale or 1),
            None if high is None else high * (scale or 1),
        )
        for side in sides:
            terms = {column: -c for column, c in side.terms.items()} | {name: _ONE / (scale or 1)}
            lower, upper = (side.constant, None) if direction > 0 else (None, side.constant)
            own = {n: c for n, c in terms.items() if c}
            lines.drafts.append(RowDraft(prefix, prefix, own, lower, upper))
    return Form({name: _ONE / (scale or 1)})


def _filled(
    lines: Columns,
    prefix: str,
    pieces: _Pieces,
    form: Form,
    places: Sequence[Fraction],
    /,
    *,
    scale: int,
) -> Form:
    """The incremental formulation over the breakpoints ``places``."""
    lengths = [b - a for a, b in itertools.pairwise(places)]
    unit = Fraction(1, scale) if scale else _ONE
    columns = [f"{prefix}_{i}" for i in range(len(lengths))]
    if columns[0] not in lines.domains:
        lines.make_room(2 * len(columns))
        kind = "whole" if scale else "real"
        for column, length in zip(columns, lengths, strict=True):
            lines.domains[column] = Domain(
                column, "whole" if kind == "whole" else "real", Fraction(0), length / unit
            )
        link = {name: -c for name, c in form.terms.items()} | dict.fromkeys(columns, unit)
        start = form.constant - places[0]
        lines.drafts.append(RowDraft(prefix, prefix, link, start, start))
        for i in range(len(lengths) - 1):
            full = f"{prefix}_full{i}"
            lines.domains[full] = Domain(full, "whole", Fraction(0), _ONE)
            lines.drafts.append(
                RowDraft(
                    prefix, prefix, {columns[i]: _ONE, full: -lengths[i] / unit}, lower=Fraction(0)
                )
            )
            lines.drafts.append(
                RowDraft(
                    prefix,
                    prefix,
                    {columns[i + 1]: _ONE, full: -lengths[i + 1] / unit},
                    upper=Fraction(0),
                )
            )
    slope, constant = pieces.lines[0]
    value = {
        column: steepness * unit
        for column, (steepness, _) in zip(columns, pieces.lines, strict=True)
        if steepness
    }
    return Form(value, slope * places[0] + constant)


def _unit(
    domains: Mapping[str, Domain], forms: Sequence[Form], places: Sequence[Fraction] = ()
) -> int:
    """What makes forms of whole columns, and some places, whole; 0 where columns would be real, or
    take too many steps.
    """
    if any(domains[name].kind != "whole" for form in forms for name in form.terms):
        return 0
    numbers = [c for form in forms for c in (*form.terms.values(), form.constant)]
    scale = math.lcm(*(c.denominator for c in (*numbers, *places)))
    reach = [b - a for a, b in itertools.pairwise(places)]
    if not places:
        reach = [abs(end) for form in forms for end in box(form, domains) if end is not None]
    return scale if all(scale * length < MOST_STEPS for length in (Fraction(1), *reach)) else 0
