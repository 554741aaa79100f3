"""A linear problem as readable text in the CPLEX LP format, exact to the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from optimiser.engine.problem import Domain, Linear, Row
from optimiser.language import stored

__all__ = ["lp_text"]

_WIDTH = 110


def lp_text(linear: Linear, /) -> str:
    """The problem, its objectives as rows ``objective NAME`` under a comment that says how they are
    scaled.

    The format knows one objective: the first is written as such, all of them stand in comments.
    """
    names = [_name(column.name) for column in linear.columns]
    lines = [stored("\\ every objective is minimised; rows are scaled to whole numbers")]
    for row, linked in zip(linear.objectives, linear.linked, strict=True):
        words = stored(", ordered as the {function} of this row", function=linked) if linked else ""
        lines.append(f"\\ objective {row.name}: scale {row.scale}, constant {row.constant}{words}")
        lines += _wrapped(f"\\   {_sum(row, names)}", "\\     ")
    lines += [
        "Minimize",
        *_wrapped(
            f" {_name(linear.objectives[0].name)}: {_sum(linear.objectives[0], names)}", "   "
        ),
    ]
    lines.append("Subject To")
    for number, row in enumerate(linear.rows, 1):
        for suffix, relation in _relations(row):
            lines += _wrapped(
                f" r{number}{suffix}: {_sum(row, names)} {relation}  \\ {row.group}", "   "
            )
    lines += ["Bounds", *(f" {bound}" for bound in _bounds(linear.columns, names))]
    general = [
        name
        for column, name in zip(linear.columns, names, strict=True)
        if column.discrete and not column.binary
    ]
    binary = [name for column, name in zip(linear.columns, names, strict=True) if column.binary]
    if general:
        lines += ["General", *_wrapped(" " + " ".join(general), " ")]
    if binary:
        lines += ["Binary", *_wrapped(" " + " ".join(binary), " ")]
    return "\n".join([*lines, "End", ""])


def _relations(row: Row) -> Iterator[tuple[str, str]]:
    if row.lower is not None and row.lower == row.upper:
        yield "", f"= {row.lower}"
        return
    both = row.lower is not None and row.upper is not None
    if row.lower is not None:
        yield "a" if both else "", f">= {row.lower}"
    if row.upper is not None:
        yield "b" if both else "", f"<= {row.upper}"


def _sum(row: Row, names: Sequence[str]) -> str:
    if not row.terms:
        return f"0 {names[0]}" if names else "0"
    text = " ".join(
        f"{'-' if c < 0 else '+'} {abs(c)} {names[j]}"
        if abs(c) != 1
        else f"{'-' if c < 0 else '+'} {names[j]}"
        for j, c in row.terms
    )
    return text.removeprefix("+ ")


def _bounds(columns: Sequence[Domain], names: Sequence[str]) -> Iterator[str]:
    for column, name in zip(columns, names, strict=True):
        if column.binary:
            continue
        lower = "-inf" if column.lower is None else _number(column.lower)
        upper = "+inf" if column.upper is None else _number(column.upper)
        yield f"{lower} <= {name} <= {upper}"


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else repr(float(value))


def _name(name: str) -> str:
    """Names in this format hold no ``*``, ``:``, ``=`` or blanks."""
    return "".join(
        c if c.isalnum() or c in "_.#@" else {"*": "&", ":": "#", "=": "~"}.get(c, "_")
        for c in name
    )


def _wrapped(text: str, indent: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) > _WIDTH:
            yield line
            line = indent + word
        else:
            line = f"{line} {word}" if line else word if not text.startswith(" ") or word else " "
    yield line
