"""Scenario data as YAML text, every number as an exact decimal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

__all__ = ["decimal", "expression", "scenario_text"]


def decimal(value: Fraction | int, /) -> str:
    """The decimal literal of a number that has a finite one; no exponent, so that every reader
    takes it for a number.
    """
    number = Fraction(value)
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
        assert digits < 400, f"{value} has no finite decimal"
    whole = int(abs(number) * 10**digits)
    text = f"{whole:0{digits + 1}d}"
    sign = "-" if number < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def expression(terms: Sequence[tuple[Fraction | int, str]], constant: Fraction | int = 0, /) -> str:
    """A weighted sum of names as text."""
    parts = [f"{decimal(c)} * {name}" for c, name in terms if c != 0]
    if constant or not parts:
        parts.append(decimal(constant))
    return " + ".join(parts)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction | int):
        return decimal(value)
    return str(value) if value in (".inf", "-.inf") else json.dumps(str(value), ensure_ascii=False)


def _key(name: Any) -> str:
    text = str(name)
    return text if text.isidentifier() else json.dumps(text, ensure_ascii=False)


def scenario_text(data: dict[str, Any], /) -> str:
    """A scenario file: an entry of a section a line."""
    lines = []
    for section, content in {"optimise": 1, "name": "attack", **data}.items():
        if isinstance(content, dict) and content:
            lines.append(f"{section}:")
            lines += [f"  {_key(name)}: {_flow(entry)}" for name, entry in content.items()]
        elif content != {}:
            lines.append(f"{section}: {_flow(content)}")
    return "\n".join(lines) + "\n"
