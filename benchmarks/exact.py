"""Exact fronts: this version against other houses' solvers, pyaugmecon, HiGHS for every
sub-problem, and another revision.

Every line is a process of its own; CPU seconds are those of solving, without starting, importing
and compiling. Short measurements are the median of three. The rows are Markdown.

python -m benchmarks exact                       the generated instances, 30 CPU seconds a peer
python -m benchmarks exact --timeout 120 --against v0.1.0
                                                 longer peers, and a revision in git
python -m benchmarks exact --pyaugmecon peers/bin/python
                                                 the interpreter that has pyaugmecon and highspy
python -m benchmarks exact --generated classes --peers gurobi,cplex,scip,cp-sat,cbc \
    --solvers peers/bin/python                   one instance of each class, against the solvers
                                                 that this interpreter has (gurobipy, cplex,
                                                 pyscipopt, ortools); see the ms a solve
python -m benchmarks exact --generated none --peers none FILES...
                                                 files of others, our own time only
"""

from __future__ import annotations

import argparse
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from benchmarks.instance_files import read
from benchmarks.instances import CLASSES, GENERATED, Instance, published
from benchmarks.measure import Measured, median
from benchmarks.starting import against_imports

__all__ = ["main"]

_ROOT = Path(__file__).parent.parent
_CHILDREN = Path(__file__).parent / "peers"
_SOLVERS = {
    "milp": "scipy milp, rebuilt",
    "gurobi": "Gurobi",
    "cplex": "CPLEX",
    "scip": "SCIP",
    "cp-sat": "CP-SAT, rebuilt",
    "cbc": "CBC",
}
# of these, which are our own, what they are called
_OURS = {
    "zones": "search zones alone",
    "labels": "labels alone",
    "highs": "HiGHS for every sub-problem",
}
_PEERS = (*_OURS, "pyaugmecon", *_SOLVERS)
_USUAL = ("highs", "pyaugmecon", "milp")
_OWN_LIMIT = 3600.0
_LINEAR_SEEDS = (0, 1, 2)
_HEAD = (
    "| instance | by | points | solves | CPU s | ratio | ms a solve | ratio | peak MB | points |"
)


@dataclass(frozen=True)
class _Setting:
    """What all measurements of a run share: peers, their CPU seconds, an interpreter, and where
    another revision lies.
    """

    peers: tuple[str, ...]
    timeout: float
    repeats: int
    pyaugmecon: str
    solvers: str
    revision: str
    tree: Path | None


def main(arguments: Sequence[str] | None = None, /) -> None:
    """Measure and print, line by line."""
    options = _options().parse_args(arguments)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # so that children and folders are cleared away
    try:
        known = GENERATED | CLASSES
        wanted = {"all": GENERATED, "classes": CLASSES}.get(options.generated)
        names = wanted or _chosen(options.generated, tuple(known), "instances")
        instances = [known[name]() for name in names]
        instances += [read(path) for path in options.files]
        peers = _USUAL if options.peers == "all" else _chosen(options.peers, _PEERS, "peers")
    except (OSError, ValueError) as error:
        sys.exit(f"benchmarks exact: {error}")
    with _checked_out(options.against) as tree:
        setting = _Setting(
            peers,
            options.timeout,
            options.repeats,
            options.pyaugmecon,
            options.solvers,
            options.against,
            tree,
        )
        print(f"## Exact fronts\n\n{_versions(setting)}\n")
        if instances:
            print(f"{_HEAD}\n|{'---|' * 10}", flush=True)
        own = [(instance, _compared(instance, setting)) for instance in instances]
    _families(own)
    if not options.fronts_only:
        _linear()
        _whole_process()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks exact",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        help="knapsacks, set packing, .fgt of MOrepo, .mof.json",
    )
    parser.add_argument(
        "--generated",
        default="all",
        help=f"all, classes, none, or some of {', '.join([*GENERATED, *CLASSES])}",
    )
    parser.add_argument(
        "--peers",
        default="all",
        help=f"all ({', '.join(_USUAL)}), none, or some of {', '.join(_PEERS)}",
    )
    parser.add_argument(
        "--timeout", type=float, default=30.0, help="CPU seconds for every peer and instance (30)"
    )
    parser.add_argument(
        "--repeats",
        type=int,
        default=3,
        help="runs of what takes less than 5 seconds; the median counts (3)",
    )
    parser.add_argument(
        "--against",
        default="",
        metavar="REV",
        help="a revision in git of this project to compare with",
    )
    parser.add_argument(
        "--pyaugmecon",
        default=sys.executable,
        metavar="PYTHON",
        help="the interpreter that has pyaugmecon",
    )
    parser.add_argument(
        "--solvers",
        default=sys.executable,
        metavar="PYTHON",
        help="the interpreter that has the other houses' solvers",
    )
    parser.add_argument(
        "--fronts-only", action="store_true", help="without linear programs and whole processes"
    )
    return parser


def _chosen(text: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    names = known if text == "all" else () if text == "none" else tuple(text.split(","))
    if unknown := [name for name in names if name not in known]:
        raise ValueError(
            f"unknown {what}: {', '.join(unknown)}; known: all, none, {', '.join(known)}"
        )
    return names


@contextmanager
def _checked_out(revision: str) -> Iterator[Path | None]:
    """A temporary folder with that revision of the project; None where there is none."""
    if not revision:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(_ROOT), "worktree"]
        done = subprocess.run(
            [*git, "add", "--detach", str(tree), revision],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"revision {revision}: {done.stderr.strip().splitlines()[-1]}; left out\n")
            yield None
            return
        # what it has in C++; what numba compiles in an earlier one asks for the extra age-moea
        subprocess.run(
            [sys.executable, str(tree / "hatch_build.py")], capture_output=True, check=False
        )
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], capture_output=True, check=False)


def _versions(setting: _Setting) -> str:
    def of(name: str) -> str:
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            return f"{name} not installed"

    ask = (
        'from importlib.metadata import version as v; print(f\'pyaugmecon {v("pyaugmecon")} '
        "with "
        'highspy {v("highspy")}\')'
    )
    try:
        done = subprocess.run(
            [setting.pyaugmecon, "-c", ask], capture_output=True, text=True, check=False
        )
        peer = done.stdout.strip() or "pyaugmecon not installed"
    except OSError as error:
        peer = f"pyaugmecon not found ({error.strerror})"
    parts = [
        f"Python {platform.python_version()}",
        *map(of, ("numpy", "highspy", "scipy", "moocore")),
        peer,
    ]
    return ", ".join(parts)


def _compared(instance: Instance, setting: _Setting) -> Measured:
    """Measure an instance by everybody, a line each. Returns our own measurement."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.json"
        instance.write(path)
        ours = [sys.executable, str(_CHILDREN / "ours.py"), str(path)]
        own = median(
            [*ours, str(_OWN_LIMIT), "exact"],
            limit=_OWN_LIMIT,
            path=str(_ROOT),
            repeats=setting.repeats,
        )
        _line(instance.name, "optimise", own, own, _OWN_LIMIT)
        if own.answer:
            points = np.array(own.answer["points"])
            instance.write(
                path, ideal=points.min(axis=0).tolist(), nadir=points.max(axis=0).tolist()
            )
        limit = str(setting.timeout)
        if setting.tree is not None:
            before = median(
                [*ours, limit, "exact"],
                limit=setting.timeout,
                path=str(setting.tree),
                repeats=setting.repeats,
            )
            _line(instance.name, f"optimise {setting.revision}", before, own, setting.timeout)
        for peer in setting.peers:
            _line(instance.name, *_peer(peer, instance, path, setting), own, setting.timeout)
    return own


def _peer(peer: str, instance: Instance, path: Path, setting: _Setting) -> tuple[str, Measured]:
    """What to call the peer, and its measurement."""
    limit = setting.timeout
    if peer in _OURS:
        command = [sys.executable, str(_CHILDREN / "ours.py"), str(path), str(limit), peer]
        return _OURS[peer], median(command, limit=limit, path=str(_ROOT), repeats=setting.repeats)
    if peer == "pyaugmecon":
        command = [setting.pyaugmecon, str(_CHILDREN / "augmecon.py"), str(path), str(limit)]
        who = "pyaugmecon + HiGHS"
    else:
        program = sys.executable if peer == "milp" else setting.solvers
        command = [program, str(_CHILDREN / "sub_problems.py"), str(path), str(limit), peer]
        who = _SOLVERS[peer]
    found = median(command, limit=limit, path=str(_ROOT), repeats=setting.repeats)
    if "No module named" in found.failure:
        found = Measured(failure=f"not installed ({found.failure.split(':')[-1].strip()})")
    return who, found


def _line(name: str, who: str, found: Measured, own: Measured, limit: float) -> None:
    """One row of the table."""
    memory = f"{found.memory:.0f}" if found.memory else ""
    mine = own.answer.get("cpu")
    if found.failure:
        late = found.failure == "limit"
        seconds = f"> {limit:.0f}" if late else ""
        ratio = f"> {limit / mine:.0f}" if late and mine and found is not own else ""
        cells = [name, who, "", "", seconds, ratio, "", "", memory, "" if late else found.failure]
    else:
        answer, each = found.answer, _each(found)
        ratio = "" if found is own or not mine else f"{answer['cpu'] / mine:.1f}"
        same = (
            answer["claim"] if found is own else _same(answer["points"], own.answer.get("points"))
        )
        cells = [
            name,
            who,
            str(len(answer["points"])),
            str(answer["solves"]),
            f"{answer['cpu']:.3f}",
            ratio,
            f"{each:.2f}",
            "" if found is own or not mine else f"{each / _each(own):.1f}",
            memory,
            same,
        ]
    print(f"| {' | '.join(cells)} |", flush=True)


def _each(found: Measured) -> float:
    """Milliseconds a sub-problem."""
    return 1000.0 * float(found.answer["cpu"]) / max(1, int(found.answer["solves"]))


def _same(points: list[list[int]], own: list[list[int]] | None) -> str:
    """Whether two lists are the same points."""
    if own is None:
        return "nothing to compare with"
    these, those = set(map(tuple, points)), set(map(tuple, own))
    if these == those:
        return (
            "equal"
            if len(points) == len(these)
            else f"equal, {len(points) - len(these)} listed twice"
        )
    return f"{len(those - these)} missing, {len(these - those)} others"


def _families(own: list[tuple[Instance, Measured]]) -> None:
    """Sums over the instances with published figures, by objectives and items."""
    families: dict[tuple[int, int], list[tuple[float, float, bool]]] = {}
    for instance, found in own:
        known = published(instance)
        if "gurobi_s" in known and found.answer:
            key = (len(instance.objectives), instance.rows.shape[1])
            equal = len(found.answer["points"]) == known["points"]
            families.setdefault(key, []).append((found.answer["cpu"], known["gurobi_s"], equal))
    if families:
        print(
            "\n| files | instances | own CPU s | published Gurobi s, on another machine | ratio | "
            "numbers of points |"
        )
        print("|---|---|---|---|---|---|")
    for (m, n), rows in families.items():
        mine, theirs = sum(r[0] for r in rows), sum(r[1] for r in rows)
        same = "as published" if all(r[2] for r in rows) else "DIFFERENT"
        print(
            f"| {m} objectives, {n} items | {len(rows)} | {mine:.2f} | {theirs:.2f} | "
            f"{theirs / mine:.0f} | {same} |"
        )


def _linear() -> None:
    """Linear programs to a gap of cells."""
    print(
        "\n| linear program | points | solves | CPU s | proven gap | peak MB "
        "|\n|---|---|---|---|---|---|"
    )
    for seed in _LINEAR_SEEDS:
        command = [sys.executable, str(_CHILDREN / "linear.py"), str(seed), "60"]
        found = median(command, limit=60.0, path=str(_ROOT))
        name = f"60 variables, 3 objectives, seed {seed}"
        if found.failure:
            print(
                f"| {name} | | | {'> 60' if found.failure == 'limit' else found.failure} | | |",
                flush=True,
            )
            continue
        a = found.answer
        gap = "none" if a["gap"] is None else f"{a['gap']:.2e}"
        print(
            f"| {name} | {a['points']} | {a['solves']} | {a['cpu']:.3f} | {gap}, {a['claim']} | "
            f"{found.memory:.0f} |",
            flush=True,
        )


def _whole_process() -> None:
    """A small run as the user starts it."""
    imports, whole = against_imports()
    print("\n| whole process | CPU s | ratio |\n|---|---|---|")
    print(f"| import typer, rich, numpy, pydantic, yaml, moocore | {imports:.3f} | 1 |")
    print(f"| optimise run, 16 technologies | {whole:.3f} | {whole / imports:.2f} |", flush=True)
