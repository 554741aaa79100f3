"""What is built with the package: the catalogues of other languages, compiled from their texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["Catalogues", "compiled"]


def compiled(folder: Path, /) -> list[Path]:
    """Compile every catalogue below a folder and say where all of them are.

    Fuzzy translations are guesses and are left out.
    """
    written: list[Path] = []
    for text in sorted(folder.rglob("*.po")):
        machine = text.with_suffix(".mo")
        with text.open("rb") as source:
            catalogue = read_po(source)
        with machine.open("wb") as target:
            write_mo(target, catalogue, use_fuzzy=False)
        written.append(machine)
    return written


class Catalogues(BuildHookInterface[Any]):
    """Compiles before anything is packed; an editable installation reads the checkout itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling for every kind of build."""
        root = Path(self.root)
        compiled(root / "optimiser" / "locale")
        build_data["artifacts"].append("/optimiser/locale/**/*.mo")


if __name__ == "__main__":
    compiled(Path(__file__).parent / "optimiser" / "locale")
