"""What is shown: as plain text, and as rich draws it on a terminal. rich takes long to load, and a
pipe shows neither colours nor widths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Drawn", "Styled"]


class Drawn:
    """Something that is shown."""

    @property
    def text(self) -> str:
        """It without colours, and as wide as it wants."""
        raise NotImplementedError

    def __rich__(self) -> RenderableType:
        raise NotImplementedError


@dataclass(frozen=True)
class Styled(Drawn):
    """A text in a style of rich."""

    words: str
    style: str = ""

    @property
    def text(self) -> str:
        """The words."""
        return self.words

    def __rich__(self) -> RenderableType:
        from rich.text import Text

        return Text(self.words, style=self.style)
