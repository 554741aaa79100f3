"""What a sweep varies: values of paths, rows of a table, samples of the uncertain parameters; and
the variants that come of it, the grid over all of them.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import marked, tr
from optimiser.patterns import pattern
from optimiser.results.table import is_number, number

if TYPE_CHECKING:
    from optimiser.scenario import Scenario

__all__ = [
    "MOST",
    "MOST_VALUES",
    "Variation",
    "grid",
    "sampled",
    "table_of",
    "tabulated",
    "varied",
]

MOST: Final = 1_000_000
"""Variants of one sweep: each is solved, and has a folder."""

#: values of a path, or rows of a table: several paths together make more variants
MOST_VALUES: Final = 100_000
#: columns and bytes of a table
_MOST_PATHS: Final = 1_000
_MOST_BYTES: Final = 64_000_000
#: numbers may be long, but not so that arithmetic takes seconds
_MOST_DIGITS: Final = 300

#: digits of a number of values
_COUNTED: Final = 9

#: what spreadsheet programs read as what separates cells, above the header
_SEPARATOR: Final = pattern(r"sep=(.)\n?", re.IGNORECASE)
_RANGE: Final = pattern(r"\s*([^:\s]+)\s*:\s*([^:\s]+)\s*:\s*([0-9]+)\s*")
_OPENING: Final = {"[": "]", "{": "}", "(": ")"}
_EXAMPLE: Final = marked(
    "write --vary parameters.carbon_price=50,80,120, or from 50 to 120 in 8 steps of equal size "
    "parameters.carbon_price=50:120:9, or name a table (.csv) whose columns are paths"
)


@dataclass(frozen=True)
class Variation:
    """Paths that are varied together.

    Attributes:
        paths: as ``--set`` takes them.
        points: the values of all of them, each as it is written.
        beside: what is set with every point.
    """

    paths: tuple[str, ...]
    points: tuple[tuple[str, ...], ...]
    beside: tuple[str, ...] = ()


def varied(text: str, /) -> Variation:
    """``PATH=a,b,c``, ``PATH=a:b:n`` (n values, both ends among them) or the name of a table.

    >>> varied("parameters.price=0:1:3").points
    (('0',), ('0.5',), ('1',))
    >>> varied("objectives.cost.range=[9, 0],[7, 0]").points
    (('[9, 0]',), ('[7, 0]',))

    Raises:
        UsageError: it is none of them.
    """
    table = table_of(text)
    if table is not None:
        return tabulated(table)
    path, equals, values = text.partition("=")
    path = path.strip()
    if not equals or not path or not values.strip():
        raise UsageError(tr("--vary {text}", text=text), help=tr(_EXAMPLE))
    asked = _RANGE.fullmatch(values)
    if asked is not None and is_number(asked[1]) and is_number(asked[2]):
        points = _evenly(_exact(asked[1]), _exact(asked[2]), asked[3], text)
    else:
        points = [value.strip() for value in _apart(values)]
    if not all(points):
        raise UsageError(
            tr("--vary {text}: a value is empty", text=text),
            help=tr("null takes out what is at a path"),
        )
    _refuse_repeated(points, text)
    return Variation((path,), tuple((_plain(point),) for point in points))


def table_of(text: str, /) -> Path | None:
    """The table that a text names; None where it names a path and its values."""
    return Path(text) if "=" not in text and text.lower().endswith(".csv") else None


def _plain(value: str) -> str:
    """A number in its shortest form, so that the same value has the same name."""
    exact = _exact(value)
    if exact is None:
        return value
    short = number(float(exact))
    return short if exact == Fraction(short) else value


def _exact(text: str) -> Fraction | None:
    """The value of a number as it is written; None of what is none, or too long to compute with."""
    if not is_number(text) or len(text) > _MOST_DIGITS:
        return None
    try:
        value = Decimal(text)
    except ArithmeticError:  # of an exponent of twenty digits
        return None
    if not value:
        return Fraction(0)
    return Fraction(value) if abs(value.adjusted()) <= _MOST_DIGITS else None


def _evenly(low: Fraction | None, high: Fraction | None, many: str, text: str) -> list[str]:
    """So many values from low to high; each one exactly where it has few digits, else rounded."""
    if low is None or high is None:
        raise UsageError(
            tr("--vary {text}: an end is out of range", text=text),
            help=tr("numbers lie between 1e-300 and 1e300"),
        )
    count = int(many) if len(many) <= _COUNTED else MOST_VALUES + 1
    if count < 2 or count > MOST_VALUES:
        raise UsageError(
            tr("--vary {text}: {count} values from one end to the other", text=text, count=many),
            help=tr(
                "ask for two values or more, {most:,} at the most: PATH=a:b:n gives n, both ends "
                "among them",
                most=MOST_VALUES,
            ),
        )
    step = (high - low) / (count - 1)
    return [number(float(low + place * step)) for place in range(count)]


def _apart(values: str) -> Iterator[str]:
    """Between commas that stand in no bracket and no quotes."""
    start, closing, quote = 0, "", ""
    for place, letter in enumerate(values):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in _OPENING:
            closing += _OPENING[letter]
        elif closing and letter == closing[-1]:
            closing = closing[:-1]
        elif letter == "," and not closing:
            yield values[start:place]
            start = place + 1
    yield values[start:]


def _refuse_repeated(points: Sequence[str], text: str) -> None:
    seen: set[str | Fraction] = set()
    for point in points:
        exact = _exact(point)
        key = point if exact is None else exact
        if key in seen:
            raise UsageError(
                tr("--vary {text}: {value} stands there twice", text=text, value=point),
                help=tr("name each value once"),
            )
        seen.add(key)


def tabulated(path: Path, /) -> Variation:
    """The rows of a CSV file, whose columns are paths.

    Raises:
        UsageError: there is no such file, or it is no table of values, or one of too many.
    """
    help = tr("the first line names paths, each other line a value of each of them")
    try:
        data = paths.content(path, most=_MOST_BYTES + 1, pipes=True)
    except FileNotFoundError:
        raise UsageError(tr("there is no file {path}", path=path), help=help) from None
    _refuse_more(path, tr("bytes"), len(data), _MOST_BYTES)
    text = io.StringIO(_text(data, path), newline=None)
    delimiter = _between(text)
    try:
        written = csv.reader(text, strict=True, delimiter=delimiter)
        found = ((written.line_num, row) for row in written if any(row))
        rows = list(islice(found, MOST_VALUES + 2))
    except csv.Error as error:
        raise UsageError(
            tr("cannot read {path}: {reason}", path=path, reason=error), help=help
        ) from None
    names = [name.strip() for name in rows[0][1]] if rows else []
    _refuse_more(path, tr("rows of values"), len(rows) - 1, MOST_VALUES)
    _refuse_more(path, tr("columns"), len(names), _MOST_PATHS)
    if len(rows) < 2 or not all(names) or len(set(names)) < len(names):
        raise UsageError(tr("{path} is no table of values", path=path), help=help)
    for line, row in rows[1:]:
        if len(row) != len(names) or not all(cell.strip() for cell in row):
            raise UsageError(
                tr("{path}, line {line}: not one value a column", path=path, line=line), help=help
            )
    points = [tuple(_plain(cell.strip()) for cell in row) for _, row in rows[1:]]
    return Variation(tuple(names), tuple(dict.fromkeys(points)))


def _text(data: bytes, path: Path, /) -> str:
    """The text of a table.

    Raises:
        UsageError: it is not UTF-8; says what it seems to be.
    """
    from optimiser.scenario.diagnostics import Findings
    from optimiser.scenario.source.csv_tables import table_text
    from optimiser.scenario.source.dialect import Dialect

    findings = Findings()
    source = table_text(data, str(path), Dialect(), findings)
    if source is None:
        (found,) = findings.ordered()
        message = tr("cannot read {path}: {reason}", path=path, reason=found.message)
        raise UsageError(message, help=found.help)
    return source.text


def _between(text: io.StringIO, /) -> str:
    """What separates cells, as the first line shows it, which is read where it says no more: no
    path holds one of these.
    """
    first = text.readline()
    hint = _SEPARATOR.fullmatch(first)
    if hint is not None:
        return hint[1]
    text.seek(0)
    return next((mark for mark in (",", ";", "\t") if mark in first), ",")


def _refuse_more(path: Path, things: str, number: int, most: int) -> None:
    if number > most:
        raise UsageError(
            tr("{path} holds more than {most:,} {things}", path=path, most=most, things=things),
            help=tr("vary less, or make several sweeps"),
        )


def sampled(
    scenario: Scenario,
    count: int,
    /,
    *,
    seed: int = 1,
    method: Literal["sobol", "latin_hypercube"] = "sobol",
) -> Variation:
    """Samples of the uncertain parameters, which have no range any more where they are drawn.

    Raises:
        UsageError: no parameter is uncertain, or there are too many samples.
    """
    from optimiser.scenario.sampling import drawn, sample

    _refuse_many(count)
    names = drawn(scenario)
    if not names:
        raise UsageError(
            tr("no parameter of {name} is uncertain", name=scenario.name),
            help=tr("say how far one can go: low and high of a parameter; or use --vary"),
        )
    found = sample(scenario, count, seed=seed, method=method)
    columns = dict(zip(found.names, found.values.T.tolist(), strict=True))
    moved = [_moved(scenario, name, columns) for name in names]
    return Variation(
        tuple(path for path, _ in moved),
        tuple(zip(*(texts for _, texts in moved), strict=True)),
        tuple(
            f"parameters.{name}.{end}=null" for name in names for end in _of_range(scenario, name)
        ),
    )


def _moved(
    scenario: Scenario, name: str, columns: Mapping[str, Sequence[float]]
) -> tuple[str, list[str]]:
    """The path of a parameter that was drawn, and what it is set to in each sample: a number, or
    the list of its values in the phases.
    """
    from optimiser.scenario.format.schema import keys_of

    if name not in scenario.by_phase:
        return f"parameters.{name}.value", [number(value) for value in columns[name]]
    of_phases = zip(*(columns[key] for key in keys_of(scenario, name)), strict=True)
    return f"parameters.{name}.by_phase", [f"[{', '.join(map(number, one))}]" for one in of_phases]


def _of_range(scenario: Scenario, name: str) -> list[str]:
    """What says how far an uncertain parameter can go."""
    written = scenario.parameters[name].model_dump(exclude_defaults=True)
    return [end for end in ("low", "high", "distribution") if end in written]


def _refuse_many(count: int) -> None:
    if count > MOST:
        raise UsageError(
            tr("{count:,} variants", count=count),
            help=tr("a sweep has {most:,} at the most: vary less, or make several", most=MOST),
        )


def grid(axes: Sequence[Variation], /) -> Iterator[tuple[Mapping[str, str], tuple[str, ...]]]:
    """Every point of one axis with every point of the others: the values by path, and what is set
    beside them.

    Raises:
        UsageError: nothing is varied, a path is varied twice, or there are too many variants.
    """
    names = [path for axis in axes for path in axis.paths]
    if not axes:
        raise UsageError(tr("nothing is varied"), help=tr(_EXAMPLE))
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise UsageError(tr("{path} is varied twice", path=twice), help=tr("name each path once"))
    _refuse_many(math.prod(len(axis.points) for axis in axes))
    beside = tuple(text for axis in axes for text in axis.beside)
    for points in product(*(axis.points for axis in axes)):
        values = (value for point in points for value in point)
        yield dict(zip(names, values, strict=True)), beside
