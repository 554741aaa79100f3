"""What a user waits for: CPU time of starting, and of solving each scenario of the library, in one run.

Starting is measured against its floor, importing typer and rich in a fresh process. Each figure is the best of a few.
"""

from __future__ import annotations

import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

import optimiser
from optimiser.errors import NoSolutionError
from optimiser.scenario import library

__all__: list[str] = []

_IMPORTS = "import typer, rich.console, rich.table"
_HELP = "import sys; sys.argv = ['optimise', '--help']; from cli import main; main()"
_CHECK = "import sys; sys.argv = ['optimise', 'check', 'smart_manufacturing']; from cli import main; main()"
_CLOCK = "import atexit, os, time; atexit.register(lambda: os.write(2, b'\\n' + repr(time.process_time()).encode())); "


def main() -> None:
    """Measure and print."""
    console = Console()
    console.print(_starts())
    console.print(_solves())


def _cpu(statement: str, *, times: int = 7) -> float:
    """Smallest CPU seconds of a fresh interpreter that runs a statement."""
    seconds = []
    for _ in range(times):
        done = subprocess.run([sys.executable, "-c", _CLOCK + statement], capture_output=True, check=True)
        seconds.append(float(done.stderr.splitlines()[-1]))
    return min(seconds)


def _starts() -> Table:
    floor = _cpu(_IMPORTS)
    table = Table("start", "CPU ms", "against the floor", title="Starting")
    for name, statement in {"import typer and rich": _IMPORTS, "optimise --help": _HELP, "optimise check": _CHECK}.items():
        seconds = _cpu(statement)
        table.add_row(name, f"{1000 * seconds:.0f}", f"{seconds / floor:.2f}")
    return table


def _solves() -> Table:
    table = Table("scenario", "plans", "claim", "solver", "CPU ms", title="Solving")
    for name in library():
        scenario = optimiser.load(name)
        begin = time.process_time()
        try:
            result = optimiser.solve(scenario)
        except NoSolutionError as error:
            table.add_row(name, "0", type(error).__name__, "", f"{1000 * (time.process_time() - begin):.0f}")
            continue
        seconds = time.process_time() - begin
        front = result.front
        table.add_row(name, str(len(front.y)), front.proof.status, front.provenance.solver, f"{1000 * seconds:.0f}")
    return table


if __name__ == "__main__":
    main()
