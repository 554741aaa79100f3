"""Numbers and expressions as fields of a scenario: parsed when read, kept as written."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from optimiser.expressions import ExpressionError, Negate, Number, Tree, names, parse
from optimiser.frozen import light
from optimiser.language import marked, tr
from optimiser.patterns import pattern

__all__ = ["MEMBER", "NUMBER", "Formula", "bound", "comparison", "decimal", "finding"]

NUMBER: Final = pattern(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
#: technology, or technology.level
MEMBER: Final = pattern(r"[^\W\d][^\s.]*(\.[^\W\d][^\s.]*)?")
_INFINITE: Final = pattern(r"[-+]?\.(inf|Inf|INF)")
_NAN: Final = pattern(r"\.(nan|NaN|NAN)")
#: what would be read as another number, or as a difference or quotient that nobody means
_NO_NUMBERS: Final = (
    (
        pattern(r"[-+]?0[xob][0-9a-fA-F]+"),
        marked("'{text}' is not a decimal literal"),
        marked("write the number in decimal digits"),
    ),
    (
        pattern(
            r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-[0-3][0-9]|"
            r"[0-3]?[0-9]/[0-3]?[0-9]/(?:19|20)[0-9]{2}"
        ),
        marked("'{text}' reads as a date"),
        marked("write a number; a difference or quotient is written with blanks, as in 7 - 5"),
    ),
)
_NO_TEXTS: Final = {
    bool: marked("expected a number or an expression, got true or false"),
    dict: marked("expected a number or an expression, got a mapping"),
    list: marked("expected a number or an expression, got a list"),
}
_NO_TEXT: Final = marked("expected a number or an expression, got something else")
_HUGE: Final = pattern(r"(?<!\w)(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?0*[0-9]{4,}|[0-9]{400,}")
_MOST_DIGITS: Final = 300
#: of texts that are written again and again what they mean is kept, while they are short
_SHORT, _MOST_KEPT = 60, 10_000


@light(frozen=True)
class Formula:
    """A number or an expression: the text as written, and its tree; of a plain number its value,
    where it is finite also as a fraction, which is asked for many times a run.
    """

    text: str
    tree: Tree = field(repr=False)
    literal: Decimal | None = field(init=False, repr=False, compare=False, default=None)

    exact: Fraction | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        match self.tree:
            case Number(value=value):
                literal = value
            case Negate(operand=Number(value=value)):
                literal = -value
            case _:
                return
        object.__setattr__(self, "literal", literal)
        if literal.is_finite():
            object.__setattr__(self, "exact", Fraction(literal))

    @property
    def infinite(self) -> int:
        """-1 or +1 for an infinite bound, else 0."""
        value = self.tree.value if isinstance(self.tree, Number) else Decimal(0)
        return 0 if value.is_finite() else (1 if value > 0 else -1)

    @cached_property
    def names(self) -> tuple[Tree, ...]:
        """Every reference, with its position in the text."""
        return () if self.literal is not None else names(self.tree)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of(cls, value: object, /, *, constraint: bool = False, infinite: bool = False) -> Formula:
        """Parse a text or number.

        Raises:
            PydanticCustomError: with code, message, help and the offsets of what is wrong.
        """
        if isinstance(value, str) and len(value) <= _SHORT:
            return _kept(value, constraint, infinite)
        if isinstance(value, Formula):
            return value
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise finding(
                "S014",
                tr(_NO_TEXTS.get(type(value), _NO_TEXT)),
                help=tr("write a number, or an expression over parameters"),
            )
        text = value if isinstance(value, str) else str(Decimal(str(value)))
        return cls(text, _tree(text, constraint, infinite))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.of, serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": ["number", "string"]}


@lru_cache(maxsize=_MOST_KEPT)
def _kept(text: str, constraint: bool, infinite: bool, /) -> Formula:
    return Formula(text, _tree(text, constraint, infinite))


def comparison(value: object, /) -> Formula:
    """Validator of a constraint."""
    return Formula.of(value, constraint=True)


def bound(value: object, /) -> Formula:
    """Validator of a bound, which may be infinite."""
    return Formula.of(value, infinite=True)


def finding(
    code: str, message: str, /, *, help: str = "", start: int = -1, end: int = -1
) -> PydanticCustomError:
    """An error that a validator raises; it becomes a diagnostic with this code, at these offsets of
    the text.
    """
    context = {"message": message, "help": help, "start": start, "end": end, "code": code}
    return PydanticCustomError("finding", "{message}", context)


def _tree(text: str, constraint: bool, infinite: bool, /) -> Tree:
    stripped = text.strip()
    if NUMBER.fullmatch(stripped):
        value = decimal(stripped)
        if value is None:
            raise finding(
                "S021",
                tr("{number} is out of range", number=_short(stripped)),
                help=tr("numbers lie between 1e-300 and 1e300"),
            )
        if constraint:
            raise finding(
                "S047",
                tr("a constraint compares, and this is the number {number}", number=stripped),
                help=tr("write for example 'investment <= 60'"),
            )
        return Number(value or Decimal(0))
    if _INFINITE.fullmatch(stripped):
        if not infinite:
            raise finding(
                "S021",
                tr("{number} is not allowed here", number=stripped),
                help=tr("only min and max of a variable may be infinite"),
            )
        return Number(Decimal("-Infinity" if stripped.startswith("-") else "Infinity"))
    if _NAN.fullmatch(stripped):
        raise finding(
            "S021", tr("NaN is no number a plan can be made with"), help=tr("write a number")
        )
    for written, fault, fix in _NO_NUMBERS:
        if written.fullmatch(stripped):
            raise finding("S021", tr(fault, text=stripped), help=tr(fix))
    huge = _HUGE.search(text)
    if huge:
        raise finding(
            "S021",
            tr("{number} is out of range", number=_short(huge.group())),
            start=huge.start(),
            end=huge.end(),
            help=tr("numbers lie between 1e-300 and 1e300"),
        )
    try:
        return parse(text, constraint=constraint)
    except ExpressionError as error:
        raise finding(
            "S030", error.message, help=error.help, start=error.start, end=error.end
        ) from None


def decimal(text: str, /) -> Decimal | None:
    """A number as written; None where it is out of range."""
    try:
        value = Decimal(text)
    except ArithmeticError:
        return None
    small = value == 0 or -_MOST_DIGITS <= value.adjusted() <= _MOST_DIGITS
    return value if small and len(text) <= _MOST_DIGITS else None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
