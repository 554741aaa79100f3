"""Plans, rankings and numbers of a result in words: text only, for every place that shows one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from optimiser.language import listed, marked, retold, tr
from optimiser.results.printable import excerpt, excerpts
from optimiser.results.table import is_number
from optimiser.results.tolerances import ROUNDING, SMALLEST_PLAIN

if TYPE_CHECKING:
    from optimiser.front import Column, Front
    from optimiser.results.ranked_plans import RankedPlans, ReferenceOutcome
    from optimiser.scenario import Scenario

__all__ = [
    "ARROWS",
    "ILLUSTRATIVE",
    "Heading",
    "arrow",
    "column_words",
    "decision_title",
    "decision_words",
    "differ",
    "headings",
    "override_words",
    "plan_words",
    "readable",
    "readable_columns",
    "readable_or",
    "reference_words",
    "reference_words_each",
    "rule_words",
    "says_more",
    "signed",
    "title_words",
    "titled_words",
    "told_apart",
]

ARROWS: Mapping[str, str] = {"maximise": "↑", "minimise": "↓", "": ""}
"""Which way a sense is."""

ILLUSTRATIVE = marked("illustrative: invented numbers")

_ENDS: Mapping[str, str] = {
    "low": marked("at: low (uncertain parameters at the low end of their ranges)"),
    "high": marked("at: high (uncertain parameters at the high end of their ranges)"),
}

_MOST_DIGITS = 17  # that are written out before exponents are
_FEW = 3  # decimals that stay as given in long numbers


def arrow(column: Column, /) -> str:
    """Which way an objective gets better; empty for an indicator that is no objective."""
    return ARROWS[column.sense]


def override_words(scenario: Scenario, /) -> str:
    """What was changed in a scenario when it was read, and where its uncertain parameters were put;
    empty where it is as it is written.
    """
    typed, at = scenario.changes
    words = [tr("set: {values}", values=excerpts(typed))] if typed else []
    if at:
        words.append(tr(_ENDS[at]) if at in _ENDS else tr("at: {at}", at=excerpt(at)))
    if scenario.robust is not None:
        words.append(scenario.robust.words)
    return tr("; ").join(words)


def title_words(scenario: Scenario, /) -> str:
    """The scenario's title with its name, or the name alone."""
    name = str(scenario.name)
    return tr("{title} ({name})", title=scenario.title, name=name) if scenario.title else name


def readable(values: Sequence[float], /, *, exact: bool = False) -> list[str]:
    """One column of numbers with the same number of decimals, as many as reading needs.

    Short decimals stay as given; others get five significant digits, or more where the range is
    narrow. Numbers that differ look different.

    Args:
        values: of one column.
        exact: they were rounded once, so that even the last bit of two numbers tells them apart;
            else a difference of that size is taken for rounding.

    >>> readable([0.1, 11.0, 7.25]), readable([1 / 3, 2000 / 3])
    (['0.10', '11.00', '7.25'], ['0.33', '666.67'])
    >>> readable([123456789.25, 123456789.5, 0.01])
    ['123456789.25', '123456789.50', '0.01']
    """
    texts = _short(values)
    numbers = [float(value) + 0.0 for value in values] if exact else _rounded(values)
    if differ(texts, numbers):
        return texts
    places = max(map(_places, numbers))
    width = _whole_digits(max(map(abs, numbers)))
    few = places if places <= _FEW else 0
    for decimals in range(few, min(places, _MOST_DIGITS - width) + 1):
        texts = [f"{value:.{decimals}f}" for value in numbers]
        if differ(texts, numbers) and not _vanishes(texts, numbers):
            return texts
    return next(
        texts
        for digits in range(5, 18)  # 17 digits tell any two numbers apart
        if differ(texts := [f"{value:.{digits}g}" for value in numbers], numbers)
    )


def _short(values: Sequence[float], /) -> list[str]:
    """As few digits as a reader needs who is not after small differences; each rounded once."""
    clean = [_without_noise(value) for value in values]
    places = max((_places(value) for value in clean), default=0)
    largest = max(map(abs, clean), default=0.0)
    if largest >= 1e15 or 0.0 < largest < SMALLEST_PLAIN:
        return [f"{value + 0.0:.5g}" for value in values]
    if places > 0 and _whole_digits(largest) + places > 7:
        span = max(clean) - min(clean)
        needed = 4 - _magnitude(largest)
        if span > 0.0:
            needed = max(needed, 3 - _magnitude(span))
        places = min(places, max(0, min(needed, 10)))
    texts = [f"{value:.{places}f}" for value in values]
    if _vanishes(texts, values):
        return [f"{value + 0.0:.5g}" for value in values]
    return [text.removeprefix("-") if float(text) == 0.0 else text for text in texts]


def _vanishes(texts: Sequence[str], values: Sequence[float], /) -> bool:
    """Whether some number that is not 0 looks like it."""
    return any(
        value != 0.0 and float(text) == 0.0 for value, text in zip(values, texts, strict=True)
    )


def differ(texts: Sequence[str], values: Sequence[float], /) -> bool:
    """Whether the texts are as many as the numbers."""
    return len(set(texts)) >= len(set(values))


def _rounded(values: Sequence[float], /) -> list[float]:
    """The numbers, those that differ by rounding only as one: 0.1 + 0.2 as 0.3."""
    kept: dict[float, float] = {}
    last = math.nan
    for value in sorted({float(value) + 0.0 for value in values}):
        if not value - last <= ROUNDING * max(abs(value), abs(last)):
            last = value
        kept[value] = last
    return [kept[float(value) + 0.0] for value in values]


def told_apart(texts: Sequence[str], values: Sequence[float], /) -> list[str]:
    """Numbers of different things below one another, with more digits where they look alike.

    >>> told_apart(["520", "0.12346", "0.12346"], [520.0, 0.123456, 0.123457])
    ['520', '0.123456', '0.123457']
    """
    found = list(texts)
    for _, same in groupby(sorted(range(len(texts)), key=texts.__getitem__), texts.__getitem__):
        rows = list(same)
        alike = [values[row] for row in rows]
        if len(set(alike)) > 1:
            for row, more in zip(rows, readable(alike, exact=True), strict=True):
                found[row] = more
    return found


def _without_noise(value: float, /) -> float:
    """0.30000000000000004 as 0.3; whole numbers keep all their digits."""
    return float(value) + 0.0 if float(value).is_integer() else float(f"{value:.12g}")


def _places(value: float, /) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _magnitude(value: float, /) -> int:
    return math.floor(math.log10(value)) if value > 0.0 else 0


def _whole_digits(value: float, /) -> int:
    return max(1, _magnitude(value) + 1)


def readable_or(values: Sequence[float | None], missing: str, /) -> list[str]:
    """As ``readable`` of exact values, with a word in the place of every one that is none."""
    there = [value is not None and math.isfinite(value) for value in values]
    texts = iter(
        readable(
            [
                value
                for value, known in zip(values, there, strict=True)
                if known and value is not None
            ],
            exact=True,
        )
    )
    return [next(texts) if known else missing for known in there]


def signed(values: Sequence[float | None], /) -> list[str]:
    """One column of changes, each with its sign; empty where undefined."""
    texts = iter(readable([value for value in values if value is not None]))
    return ["" if value is None else f"{'+' if value > 0 else ''}{next(texts)}" for value in values]


def readable_columns(columns: Iterable[Sequence[float | None]], /) -> list[list[str]]:
    """Several columns, each as ``readable``, with gaps where a value is none."""
    return [readable_or(column, "") for column in columns]


def plan_words(
    scenario: Scenario,
    front: Front,
    rows: Iterable[int],
    /,
    *,
    without: Set[str] = frozenset(),
) -> list[list[str]]:
    """Of each of these plans the decisions that are not 0, each in a few words.

    Amounts that differ look different; the columns ``without`` are left out.
    """
    if without:
        nothing = tr("nothing else")
    else:
        nothing = tr("nothing adopted") if scenario.technologies else tr("everything at 0")
    chosen = [front.cells[row] for row in rows]
    words: list[list[str]] = [[] for _ in chosen]
    for j, name in enumerate(front.decision_columns):
        if name not in without:
            cells = [row[j] for row in chosen]
            for line, cell, amount in zip(words, cells, _amounts(cells), strict=True):
                if cell != "0":
                    line.append(decision_words(scenario, name, cell, amount=amount))
    return [line or [nothing] for line in words]


def _amounts(cells: Sequence[str], /) -> list[str]:
    """The amounts in a column of cells with six digits, or as many as tell them apart."""
    modes = [cell.partition("@")[0] for cell in cells]
    exact = {mode: float(mode) for mode in modes if is_number(mode) and not mode.isdigit()}
    for digits in range(6, 18):
        short = {mode: f"{value:.{digits}g}" for mode, value in exact.items()}
        if differ(list(short.values()), list(exact.values())):
            break
    return [short.get(mode, mode) for mode in modes]


def decision_words(scenario: Scenario, name: str, cell: str, /, *, amount: str = "") -> str:
    """One decision: ``iot``, ``ai_scheduling (pilot)``, ``rooftop_pv (5 MW from 2027)``, ``A = 3 M
    CNY``; with its amount as it is written among others.
    """
    if name in scenario.variables:
        variable = scenario.variables[name]
        if variable.type == "binary":
            return name
        return f"{name} = {amount or _amounts([cell])[0]}{_unit(variable.unit)}"
    words = _manner(scenario, name, cell, amount)
    return tr("{name} ({words})", name=name, words=words) if words else name


def _manner(scenario: Scenario, name: str, cell: str, amount: str) -> str:
    """At which level, by how much and from when a technology is adopted, as far as there is a
    choice.
    """
    mode, _, phase = cell.partition("@")
    technology = scenario.technologies.get(name)
    if technology is not None and technology.scale is not None:
        words = f"{amount or _amounts([cell])[0]}{_unit(technology.scale.unit)}"
    else:
        words = "" if mode == "1" else mode
    if not phase:
        return words
    if not words:
        return tr("from {phase}", phase=phase)
    return tr("{words} from {phase}", words=words, phase=phase)


def decision_title(scenario: Scenario, name: str, cell: str = "", /) -> str:
    """The title of a decision and of its level; empty where it is no more than the id."""
    if name in scenario.variables:
        titles = [scenario.variables[name].title]
    elif name in scenario.technologies:
        technology = scenario.technologies[name]
        level = technology.levels.get(cell.partition("@")[0])
        titles = [technology.title, level.title if level else ""]
    else:
        titles = []
    return ": ".join(title for title in titles if says_more(title, name))


def titled_words(scenario: Scenario, name: str, cell: str, /) -> str:
    """A decision with its title beside its id, without a cell the id alone: ``iot (Sensors)``,
    ``ai (full, Scheduling)``.
    """
    words = decision_words(scenario, name, cell) if cell else name
    title = decision_title(scenario, name, cell)
    if not title:
        return words
    if cell and name in scenario.technologies and (how := _manner(scenario, name, cell, "")):
        return tr("{name} ({words})", name=name, words=listed([how, title]))
    return tr("{name} ({words})", name=words, words=title)


def column_words(column: Column, /) -> str:
    """An objective or indicator with its title beside its id: ``Output (output)``."""
    if says_more(column.title, column.name):
        return tr("{title} ({name})", title=column.title, name=column.name)
    return column.title or column.name


class Heading(NamedTuple):
    """Of a column of numbers: a title, the id where that says something else, the unit, and which
    way is better.
    """

    title: str
    name: str
    unit: str
    arrow: str


def headings(columns: Iterable[Column], /) -> list[Heading]:
    """What stands above the numbers of objectives and indicators."""
    return [
        Heading(
            column.title or column.name,
            column.name if says_more(column.title, column.name) else "",
            column.unit,
            arrow(column) if column.sense else "",
        )
        for column in columns
    ]


def says_more(title: str, name: str, /) -> bool:
    """Whether a title tells a reader more than the id: ``Output`` of ``output`` does not."""
    return title.casefold() not in ("", name.casefold())


def _unit(unit: str | None, /) -> str:
    return f" {unit}" if unit else ""


def reference_words_each(result: RankedPlans, /) -> list[str]:
    """The same of each reference plan."""
    return [reference_words(result, outcome) for outcome in result.reference_plans]


def reference_words(result: RankedPlans, outcome: ReferenceOutcome, /) -> str:
    """How a reference plan stands against the front."""
    if outcome.violated:
        return tr("infeasible: {rules}", rules=rule_words(result.scenario, outcome.violated))
    if outcome.tolerated:
        rules = rule_words(result.scenario, outcome.tolerated)
        return tr("holds within tolerance only: {rules}", rules=rules)
    if outcome.equals is not None:
        front = result.front
        equal = front.cells[front.ids.index(outcome.equals)]
        if dict(zip(front.decision_columns, equal, strict=True)) == dict(outcome.cells):
            return tr("on the front: {plan}", plan=outcome.equals)
        return tr("on the front: {plan}, another plan with the same values", plan=outcome.equals)
    if outcome.dominated_by is not None:
        return tr("dominated by {plan}", plan=outcome.dominated_by)
    if outcome.dominates:
        plans = listed(outcome.dominates[:3])
        if len(outcome.dominates) > 3:
            return tr("better than {plans} and others", plans=plans)
        return tr("better than {plans}", plans=plans)
    if outcome.mixed:
        return _mixture_words(outcome)
    return tr("not listed, and no listed plan dominates it")


def _mixture_words(outcome: ReferenceOutcome) -> str:
    plans = listed(outcome.mixed, last="and")
    if len(outcome.mixed) == 1:
        if outcome.on_front:
            return tr("on the front, on the half-open segment from {plan}", plan=plans)
        return tr("dominated by the half-open segment from {plan}", plan=plans)
    if outcome.on_front:
        return tr("on the front, between {plans}", plans=plans)
    return tr("dominated by a mixture of {plans}", plans=plans)


def rule_words(scenario: Scenario, rules: Iterable[str], /) -> str:
    """Rules that a plan breaks as a reader knows them: constraints by their ids, what adoption
    itself imposes in words.
    """
    return listed(rule if rule in scenario.constraints else retold(rule) for rule in rules)
