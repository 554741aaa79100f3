"""What is built with the package: the catalogues of other languages, compiled from their texts, and
what is written in C++.

By hand: python hatch_build.py. Beside hatchling this needs CMake, Ninja and nanobind, and a C++
compiler: where there is none the package works without (CMakeLists.txt), and where it fails, so
does the build.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["Built", "built", "compiled"]

# the rooms that have a compiled part
_NATIVE = tuple(
    Path("optimiser", "engine", *room)
    for room in (("labels",), ("exact", "kernel"), ("nonlinear",))
)


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


def built(root: Path, /) -> list[Path]:
    """Build the compiled parts where they are imported from, and say where they are; none without
    a compiler.

    Raises:
        CalledProcessError: the compiler failed.
    """
    import cmake
    import ninja

    name = f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
    targets = [root / room / name for room in _NATIVE]
    for target in targets:
        # of an earlier build, perhaps with a compiler that is gone
        target.unlink(missing_ok=True)
    folder = root / "build" / f"native-{sysconfig.get_platform()}-{sys.implementation.cache_tag}"
    program = Path(cmake.CMAKE_BIN_DIR, "cmake")
    # on Windows CMake knows where Visual Studio is, Ninja does not
    ninja_ = (
        ()
        if sys.platform == "win32"
        else (
            "-G",
            "Ninja",
            f"-DCMAKE_MAKE_PROGRAM={Path(ninja.BIN_DIR, 'ninja')}",
        )
    )
    for arguments in (
        ("-S", root, "-B", folder, *ninja_, f"-DPython_EXECUTABLE={sys.executable}"),
        ("--build", folder, "--config", "Release"),
        ("--install", folder, "--config", "Release", "--prefix", root),
    ):
        subprocess.run([program, *arguments], check=True)
    return [target for target in targets if target.exists()]


class Built(BuildHookInterface[Any]):
    """Compiles before anything is packed; an editable installation reads the checkout itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling for every kind of build."""
        root = Path(self.root)
        compiled(root / "optimiser" / "locale")
        build_data["artifacts"].append("/optimiser/locale/**/*.mo")
        if self.target_name == "wheel" and (libraries := built(root)):
            build_data["artifacts"] += [f"/{one.relative_to(root).as_posix()}" for one in libraries]
            build_data["pure_python"], build_data["infer_tag"] = False, True


if __name__ == "__main__":
    here = Path(__file__).parent
    compiled(here / "optimiser" / "locale")
    built(here)
