"""What a user waits for: CPU seconds of whole processes, and of solving each scenario of the
library.

A whole `optimise run` loads, formulates, solves, ranks, prints and saves.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

import optimiser
from benchmarks.measure import cpu
from optimiser.errors import NoSolutionError
from optimiser.scenario import library

__all__ = ["against_imports", "beyond_solving", "forty", "main", "sixteen"]

_IMPORTS = "import typer, rich.console, rich.table"
_PACKAGES = "import typer, rich, numpy, pydantic, yaml, moocore"
_SAVED = ("cement_plant", "smart_manufacturing", "industrial_park")
_ASKED = ("rank", "show", "show 1", "explain 1", "decide", "assess")
_LOADED = """import sys
sys.argv = {}
from optimiser.__main__ import main
try:
    main()
finally:
    print(*(n for n in sys.modules if n not in sys.builtin_module_names and n != "__main__"))
"""
# as the command does, which leaves cycles alone
_IMPORTED = """import gc, importlib
gc.set_threshold(100_000)
for name in {}:
    importlib.import_module(name)
gc.freeze()
"""
_SOLVING = """import time
import optimiser
from optimiser.engine import solve
from optimiser.formulate import formulate
problem = formulate(optimiser.load({!r})).at()
began = time.process_time()
solve(problem)
print(time.process_time() - began)
"""
_CALL = "import sys; sys.argv = {}; from optimiser.__main__ import main; main()"


def main() -> None:
    """Measure and print."""
    console = Console()
    console.print(_starts())
    console.print(_questions())
    console.print(_solves())


def against_imports(*, times: int = 7) -> tuple[float, float]:
    """CPU seconds of importing the packages, and of `optimise run` of 16 technologies, each as a
    whole process.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sixteen.yaml"
        path.write_text(sixteen())
        output = str(Path(folder) / "result")
        # solved in every turn, and not taken from the one before
        arguments = ["optimise", "run", str(path), "--no-cache", "--output", output]
        packages, run = cpu(_PACKAGES, _CALL.format(arguments), times=times)
        return packages, run


def beyond_solving(*, times: int = 7) -> tuple[float, float, float]:
    """CPU seconds of `optimise run` of 40 technologies as a whole process, of importing the same
    modules, and of solving.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forty.yaml"
        path.write_text(forty())
        arguments = ["optimise", "run", str(path), "--no-cache", "--output", f"{folder}/result"]
        modules = _printed(_LOADED.format(arguments))
        imports = _IMPORTED.format(modules.split())
        solving = float(_printed(_SOLVING.format(str(path))))
        whole, loading = cpu(_CALL.format(arguments), imports, times=times)
        return whole, loading, solving


def _printed(statement: str) -> str:
    """The last line that a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", statement], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def _questions() -> Table:
    """Whole processes that ask something of a result that was saved."""
    table = Table("scenario", *_ASKED, title="Asking a saved result, CPU ms")
    with tempfile.TemporaryDirectory() as folder:
        for name in _SAVED:
            saved = str(Path(folder) / name)
            subprocess.run(
                [sys.executable, "-c", _CALL.format(["optimise", "run", name, "-q", "-o", saved])],
                stdout=subprocess.DEVNULL,
                check=True,
            )
            calls = [
                _CALL.format(["optimise", command, saved, *more])
                for command, *more in map(str.split, _ASKED)
            ]
            table.add_row(name, *(f"{1000 * seconds:.0f}" for seconds in cpu(*calls)))
    return table


def sixteen() -> str:
    """A scenario of 16 technologies, 8 synergies and 3 objectives."""
    objectives = ["  output: maximise", "  cost: minimise", "  energy: minimise"]
    return _scenario("sixteen", 16, objectives)


def forty() -> str:
    """A scenario of 40 technologies, 8 synergies and 2 objectives."""
    return _scenario("forty", 40, ["  output: maximise", "  cost: minimise"])


def _scenario(title: str, count: int, objectives: Sequence[str]) -> str:
    names = [f"t{j:02}" for j in range(count)]
    lines = ["optimise: 1", f"name: {title}", "indicators:"]
    lines += [f"  {name}: {{unit: pt}}" for name in ("output", "cost", "energy")]
    lines.append("technologies:")
    for j, name in enumerate(names):
        effects = (
            f"{{output: {10 + 37 * j % 89}, cost: {10 + 53 * j % 83}, energy: {29 * j % 71 - 25}}}"
        )
        needs = f", requires: [{names[j - 5]}]" if j % 5 == 4 and j > 5 else ""
        lines.append(f"  {name}: {{effects: {effects}{needs}}}")
    lines.append("synergies:")
    lines += [
        f"  s{j}: {{between: [{names[j]}, {names[j + 7]}], effects: {{output: {5 + 3 * j}}}}}"
        for j in range(8)
    ]
    lines += ["objectives:", *objectives]
    lines += ["constraints:", "  budget: cost <= 400"]
    return "\n".join(lines) + "\n"


def _starts() -> Table:
    table = Table("process", "CPU ms", "against the imports", title="Starting")
    statements = {
        "import typer, rich.console, rich.table": _IMPORTS,
        "optimise --help": _CALL.format(["optimise", "--help"]),
        "optimise check smart_manufacturing": _CALL.format(
            ["optimise", "check", "smart_manufacturing"]
        ),
    }
    found = cpu(*statements.values())
    for name, seconds in zip(statements, found, strict=True):
        table.add_row(name, f"{1000 * seconds:.0f}", f"{seconds / found[0]:.2f}")
    table.add_section()
    imports, run = against_imports()
    table.add_row(_PACKAGES, f"{1000 * imports:.0f}", "1.00")
    table.add_row("optimise run of 16 technologies", f"{1000 * run:.0f}", f"{run / imports:.2f}")
    table.add_section()
    run, imports, solving = beyond_solving()
    for name, seconds in (
        ("optimise run of 40 technologies", run),
        ("importing the same modules", imports),
        ("solving", solving),
        ("what is beyond both", run - imports - solving),
    ):
        table.add_row(name, f"{1000 * seconds:.0f}", "")
    return table


def _solves() -> Table:
    table = Table("scenario", "plans", "claim", "solver", "CPU ms", title="Solving")
    for name in library():
        scenario = optimiser.load(name)
        begin = time.process_time()
        try:
            result = optimiser.solve(scenario)
        except NoSolutionError as error:
            table.add_row(
                name, "0", type(error).__name__, "", f"{1000 * (time.process_time() - begin):.0f}"
            )
            continue
        seconds = time.process_time() - begin
        front = result.front
        table.add_row(
            name,
            str(len(front.y)),
            front.proof.status,
            front.provenance.solver,
            f"{1000 * seconds:.0f}",
        )
    return table
