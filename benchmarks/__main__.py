"""Everything that is measured, section by section.

python -m benchmarks               starting, parameters, exact fronts, nonlinear fronts: what ends
                                   within about ten minutes
python -m benchmarks starting
python -m benchmarks parameters    a problem for other parameter values, against compiling anew
python -m benchmarks exact ...     exact fronts: --help lists instances, peers and files
python -m benchmarks explaining    what is said of a plan of a long front
python -m benchmarks nonlinear ... nonlinear fronts: --help lists the problems
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks import exact, explaining, parameters, starting

__all__: list[str] = []

_SHORT_TIMEOUT = "15"
_SHORT_PROBLEMS = "zdt1,osy,re21,dtlz2"


def main() -> None:
    """Run the section that the first argument names, or a short version of all."""
    name, *rest = sys.argv[1:] or [""]
    if name == "exact":
        exact.main(rest)
    elif name == "nonlinear":
        sys.exit(_nonlinear(rest))
    elif name == "explaining":
        explaining.main()
    elif name == "starting":
        starting.main()
    elif name == "parameters":
        parameters.main()
    elif name == "":
        starting.main()
        parameters.main()
        explaining.main()
        exact.main(["--timeout", _SHORT_TIMEOUT])
        print("\n## Nonlinear fronts\n", flush=True)
        sys.exit(_nonlinear(["--problems", _SHORT_PROBLEMS, "--seeds", "3"]))
    else:
        sys.exit(
            f"{__doc__}\nunknown section {name!r}: expected exact, explaining, nonlinear, "
            "parameters or starting"
        )


def _nonlinear(arguments: list[str]) -> int:
    """In a process of its own: it measures CPU seconds from its start."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.nonlinear", *arguments], check=False
    ).returncode


if __name__ == "__main__":
    main()
