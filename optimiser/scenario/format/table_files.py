"""A table in a file, and how it is read where the file does not say."""

from typing import Any, Literal, Self

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from optimiser.language import marked
from optimiser.scenario.format.fields import Integer, Section

__all__ = ["TableFile"]


class TableFile(Section):
    """A table: its file, and how it is read where the file does not say. Short form: the file
    alone.
    """

    file: str = Field(
        description=marked("The table, `.csv` or `.xlsx`, relative to the file that names it.")
    )
    sheet: str = Field(
        default="", description=marked("The sheet of a workbook; without it the first visible one.")
    )
    header: Integer = Field(
        default=1,
        ge=1,
        description=marked(
            "The row that names the columns, as the file counts them; without it the first that "
            "is not empty."
        ),
    )
    decimal: Literal[".", ","] = Field(
        default=".",
        description=marked("What stands before the decimals of numbers that are texts."),
    )
    encoding: str = Field(
        default="utf-8",
        description=marked(
            "How a CSV is encoded: `utf-8`, `utf-16`, `gb18030`, `big5` or `cp1252`."
        ),
    )
    columns: dict[str, str | None] = Field(
        default_factory=dict,
        description=marked(
            "Heading -> name, for headings that are no names here: `{编号: id, 投资: capex}`; null "
            "leaves a column out."
        ),
    )
    hidden: Literal["read", "skip"] = Field(
        default="read",
        description=marked("What to do with hidden and filtered rows and columns of a workbook."),
    )

    @model_validator(mode="wrap")
    @classmethod
    def _short(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return handler({"file": value} if isinstance(value, str) else value)

    @model_serializer(mode="wrap")
    def _shortest(self, handler: SerializerFunctionWrapHandler) -> str | dict[str, object]:
        """The file alone where nothing else is said."""
        whole: dict[str, object] = handler(self)
        return self.file if set(whole) == {"file"} else whole

    def __str__(self) -> str:
        return self.file
