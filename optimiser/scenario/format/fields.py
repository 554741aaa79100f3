"""The kinds of fields that a scenario is made of: each is read, checked and kept in one
spelling.
"""

import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from optimiser.language import tr
from optimiser.scenario.format.formulas import (
    MEMBER,
    NUMBER,
    Formula,
    bound,
    comparison,
    decimal,
    finding,
)
from optimiser.scenario.format.gates import parse_gate

__all__ = [
    "LONGEST_ID",
    "ONE",
    "ZERO",
    "Bound",
    "Cell",
    "Comparison",
    "Flag",
    "Gate",
    "Integer",
    "Line",
    "Member",
    "Members",
    "Name",
    "Prose",
    "Real",
    "Section",
    "Sense",
    "Version",
]

ZERO: Final = Formula.of("0")
ONE: Final = Formula.of("1")

LONGEST_ID: Final = 255
"""Characters of an id or a name: more than any file may have as its own."""

_SENSES: Final = {
    "maximise": "maximise",
    "maximize": "maximise",
    "max": "maximise",
    "minimise": "minimise",
    "minimize": "minimise",
    "min": "minimise",
}


def _sense(value: object) -> object:
    return _SENSES.get(value, value) if isinstance(value, str) else value


def _name(value: str) -> str:
    name = unicodedata.normalize("NFKC", value)
    if not name or not all(c == "-" or f"a{c}".isidentifier() for c in name):
        raise finding(
            "S018",
            tr("'{name}' cannot be a scenario's name", name=value),
            help=tr("use letters, digits, - and _; the title may be any text"),
        )
    return name


def _member(value: str) -> str:
    if value.isascii() and value.isidentifier():  # nearly always
        return value
    member = unicodedata.normalize("NFKC", value)
    if not MEMBER.fullmatch(member):
        raise finding(
            "S018",
            tr("'{name}' names no technology", name=value),
            help=tr("write a technology, or technology.level"),
        )
    return member


def _version(value: object) -> object:
    if value in ("1", 1) and not isinstance(value, bool):
        return 1
    raise finding(
        "S015",
        tr("format version {version!s} is not known", version=value),
        help=tr("this program reads 'optimise: 1'"),
    )


def _real(value: object) -> object:
    # float() reads more than a decimal literal: 1_000, nan, infinity.
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise finding(
            "S053",
            tr("expected a number, got '{text}'", text=value),
            help=tr("write a decimal number"),
        )
    return value


def _cell(value: object) -> object:
    """A cell of a plan in its one spelling: ``5.0`` becomes ``5``."""
    if isinstance(value, bool):
        raise finding(
            "S050",
            tr("a cell is 1, a level, an amount or 0, not {value}", value=str(value).lower()),
            help=tr("write 1 or 0"),
        )
    if not isinstance(value, str):
        return value
    text, separator, phase = unicodedata.normalize("NFKC", value.strip()).partition("@")
    number = decimal(text) if NUMBER.fullmatch(text) else None
    return (text if number is None else f"{number.normalize() + 0:f}") + separator + phase


def _gate(value: str) -> str:
    try:
        parse_gate(value)
    except ValueError as error:
        raise finding(
            "S052",
            tr("gate '{gate}': {fault}", gate=value[:60], fault=error),
            help=tr("write METRIC:THRESHOLD, for example hypervolume:1%"),
        ) from None
    return value


def _integer(value: object) -> object:
    number = decimal(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None
    return int(number) if number is not None and number == int(number) else value


# A text is shown in every table, format and picture, there again for each plan: what is longer than
# anybody writes is refused where it stands, and nothing that shows it has to bound it.
Line = Annotated[str, Field(max_length=1_000)]
Prose = Annotated[str, Field(max_length=20_000)]
Name = Annotated[str, Field(max_length=LONGEST_ID), AfterValidator(_name)]
Member = Annotated[str, AfterValidator(_member)]
Members = tuple[Member, ...]
Sense = Annotated[
    Literal["maximise", "minimise"],
    BeforeValidator(_sense),
    WithJsonSchema({"enum": list(_SENSES)}),
]
Flag = Annotated[bool, Field(strict=True)]
Bound = Annotated[Formula, BeforeValidator(bound)]
Comparison = Annotated[Formula, BeforeValidator(comparison)]
Cell = Annotated[str, BeforeValidator(_cell), WithJsonSchema({"type": ["string", "number"]})]
Gate = Annotated[str, AfterValidator(_gate)]
Integer = Annotated[int, BeforeValidator(_integer)]
Real = Annotated[float, BeforeValidator(_real)]
Version = Annotated[Literal[1], BeforeValidator(_version)]


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as _AsWritten
else:

    class _AsWritten(type(BaseModel)):
        """What is made in Python is kept as it is written, whatever that is: it is checked with
        the scenario that it becomes a part of, short forms and all, so that every mistake has its
        code and its path.
        """

        def __call__(cls, /, **written: Any) -> Any:
            try:
                return super().__call__(**written)
            except ValidationError:
                made = cls.model_construct(_fields_set=set(written), **written)
                vars(made).update(written)
                return made


class Section(BaseModel, metaclass=_AsWritten):
    """A mapping of the format: frozen, and nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; of one with other values nothing is known that was computed of those before."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            own = vars(copied)
            for name in [
                n for n in own if isinstance(getattr(type(self), n, None), cached_property)
            ]:
                del own[name]
        return copied
