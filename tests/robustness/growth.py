"""Twice as much takes about twice as long, and not more than so many seconds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.robustness.judging import Trial, judge
from tests.robustness.running import Server

__all__ = ["GROWING", "Growing", "growth", "measured"]

# n log n and the noise of a busy machine, with what does not grow taken off.
_TIMES = 3.2
# below so many seconds a ratio says nothing
_NOISE = 0.25


@dataclass(frozen=True)
class Growing:
    """Something that grows.

    Attributes:
        build: writes the files of size n into a folder and gives the command line.
        n: the large size; half of it and next to nothing are timed, too.
        seconds: of the processor that the large size may take.
    """

    build: Callable[[Path, int], tuple[str, ...]]
    n: int
    seconds: float


def _sum(folder: Path, text: str) -> tuple[str, ...]:
    content = "optimise: 1\nname: sum\nindicators: {cost: {}, gain: {}}\n"
    content += "variables: {x: {min: 0, max: 1}}\ntechnologies: {a: {effects: {cost: 1}}}\n"
    content += "objectives: {cost: minimise, gain: maximise}\n"
    (folder / "case.yaml").write_text(f"{content}constraints:\n  c: {text}\n", encoding="utf-8")
    return "check", "case.yaml"


def _terms(n: int) -> str:
    return " + ".join(f"{i} * cost" for i in range(1, n + 1))


def _plain_sum(folder: Path, n: int) -> tuple[str, ...]:
    return _sum(folder, f"{_terms(n)} <= 1e9")


def _quoted_sum(folder: Path, n: int) -> tuple[str, ...]:
    return _sum(folder, f'"{_terms(n)} <= 1e9"')


def _single_quoted_sum(folder: Path, n: int) -> tuple[str, ...]:
    return _sum(folder, f"'{_terms(n)} <= 1e9'")


def _folded_sum(folder: Path, n: int) -> tuple[str, ...]:
    lines = "\n    ".join(f"+ {i} * cost" for i in range(1, n + 1))
    return _sum(folder, f">-\n    0\n    {lines}\n    <= 1e9")


def _escaped_sum(folder: Path, n: int) -> tuple[str, ...]:
    return _sum(folder, '"' + _terms(n).replace(" ", "\\x20") + ' <= 1e9"')


def _technologies(n: int, more: str = "", each: str = "") -> str:
    text = "optimise: 1\nname: many\nindicators: {gain: {}, cost: {}}\n"
    text += f"objectives: {{gain: maximise, cost: minimise}}\n{more}technologies:\n"
    return text + "".join(
        f"  t{i}: {{effects: {{gain: {i % 97 + 1}, cost: {i % 89 + 1}}}{each.format(i - 1)}}}\n"
        for i in range(n)
    )


def _checked(folder: Path, text: str) -> tuple[str, ...]:
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return "check", "case.yaml"


def _many_technologies(folder: Path, n: int) -> tuple[str, ...]:
    return _checked(folder, _technologies(n, "constraints: {budget: cost <= 100}\n"))


def _chained_technologies(folder: Path, n: int) -> tuple[str, ...]:
    text = _technologies(n, each=", requires: [t{0}]").replace(", requires: [t-1]", "")
    return _checked(folder, text)


def _paired_technologies(folder: Path, n: int) -> tuple[str, ...]:
    """Pairs that require one another, which is refused."""
    pairs = "".join(f"  t{i}: {{effects: {{gain: 1}}, requires: [t{i ^ 1}]}}\n" for i in range(n))
    head = _technologies(0)
    return _checked(folder, head + pairs)


def _prerequisites(folder: Path, n: int) -> tuple[str, ...]:
    """A table in which each technology requires forty before it."""
    rows = ["id,cost,gain,requires"]
    for i in range(n):
        before = ";".join(f"t{(i * 7 + 13 * j) % i}" for j in range(40)) if i > 600 else ""
        rows.append(f"t{i},{i % 89 + 1},{i % 97 + 1},{before}")
    (folder / "table.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    head = _technologies(0).replace("technologies:", "catalogue: table.csv")
    (folder / "case.yaml").write_text(head, encoding="utf-8")
    return "run", "case.yaml", "--time-limit", "1", "-o", "kept"


def _grouped_technologies(folder: Path, n: int) -> tuple[str, ...]:
    members = ", ".join(f"t{i}" for i in range(n))
    return _checked(folder, _technologies(n, f"groups: {{one: {{of: [{members}], at_most: 1}}}}\n"))


def _many_constraints(folder: Path, n: int) -> tuple[str, ...]:
    lines = "".join(f"  c{i}: cost <= {i + 100}\n" for i in range(n))
    return _checked(folder, _technologies(20, f"constraints:\n{lines}"))


def _many_parameters(folder: Path, n: int) -> tuple[str, ...]:
    lines = "".join(f"  p{i}: {f'p{i - 1} + 1' if i else 1}\n" for i in range(n))
    return _checked(folder, _technologies(20, f"parameters:\n{lines}"))


def _many_plans(folder: Path, n: int) -> tuple[str, ...]:
    lines = "".join(f"  q{i}: {{adopt: {{t{i % 20}: 1}}}}\n" for i in range(n))
    return _checked(folder, _technologies(20, f"plans:\n{lines}"))


def _many_mistakes(folder: Path, n: int) -> tuple[str, ...]:
    text = _technologies(n).replace("gain: ", "gian: ").replace("{gian: {}", "{gain: {}")
    return (*_checked(folder, text.replace("gian: max", "gain: max")), "--format", "json")


def _one_line_of_mistakes(folder: Path, n: int) -> tuple[str, ...]:
    inside = ", ".join(f"t{i}: {{effects: {{x{i}: 1}}}}" for i in range(n))
    text = "optimise: 1\nname: one\nindicators: {gain: {}, cost: {}}\n"
    text += "objectives: {gain: maximise, cost: minimise}\n"
    return (*_checked(folder, f"{text}technologies: {{{inside}}}\n"), "--format", "json")


def _table(folder: Path, rows: int, columns: int) -> tuple[str, ...]:
    head = ["id", "capex", "output", *(f"c{i}" for i in range(columns))]
    lines = [",".join(head)]
    lines += [",".join([f"t{i}", "1", str(i), *["1"] * columns]) for i in range(rows)]
    (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = "optimise: 1\nname: around\nindicators: {capex: {}, output: {}}\n"
    text += "catalogue: table.csv\nobjectives: {output: maximise, capex: minimise}\n"
    return _checked(folder, text)


def _columns(folder: Path, n: int) -> tuple[str, ...]:
    return _table(folder, 4, n)


def _rows(folder: Path, n: int) -> tuple[str, ...]:
    return _table(folder, n, 0)


def _started_columns(folder: Path, n: int) -> tuple[str, ...]:
    _table(folder, 4, n)
    return "init", "--from", "table.csv", f"new{n}"


def _compared(folder: Path, n: int) -> tuple[str, ...]:
    """Two results of n plans with the same scenario, one of them a little worse."""
    bits = (n - 1).bit_length()
    effects = "".join(
        f"  t{i}: {{effects: {{gain: {1 << i}, cost: {1 << i}}}}}\n" for i in range(bits)
    )
    text = "optimise: 1\nname: power\nindicators: {gain: {}, cost: {}}\n"
    text += f"objectives: {{gain: maximise, cost: minimise}}\ntechnologies:\n{effects}"
    (folder / "power.yaml").write_text(text, encoding="utf-8")
    return "compare", "one", "two"


def _nested(folder: Path, n: int) -> tuple[str, ...]:
    tree = "[" * n + "]" * n
    return _checked(folder, f"optimise: 1\nname: deep\ntechnologies: {tree}\n")


def _aliases(folder: Path, n: int) -> tuple[str, ...]:
    levels = min(40, n)
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, levels)]
    return _checked(folder, "optimise: 1\nname: lol\n" + "\n".join(lines) + "\n")


def _long_name(folder: Path, n: int) -> tuple[str, ...]:
    return _checked(folder, f"optimise: 1\nname: long\ntechnologies: {{{'x' * n}: {{}}}}\n")


def _small_values(folder: Path, n: int) -> tuple[str, ...]:
    return _checked(folder, f"optimise: 1\nname: small\ntechnologies: [{'1,' * n}1]\n")


def _unknown_names(folder: Path, n: int) -> tuple[str, ...]:
    """Effects on indicators that are not there, among a quarter as many that are."""
    known = "".join(f"  known{i}: {{}}\n" for i in range(n // 4))
    text = f"optimise: 1\nname: unknown\nindicators:\n  cost: {{}}\n{known}"
    text += "objectives: {cost: minimise}\ntechnologies:\n"
    effects = "".join(f"  t{i}: {{effects: {{unknown{i}: 1}}}}\n" for i in range(n))
    return _checked(folder, text + effects)


def _resolved(folder: Path, n: int) -> tuple[str, ...]:
    """A result of one plan with n reference plans that it does not have."""
    path = folder / "result.json"
    text = _technologies(2)
    (folder / "two.yaml").write_text(text, encoding="utf-8")
    record = {"name": "q", "title": "", "decisions": {}, "objectives": {}}
    path.write_text(
        json.dumps({"schema_version": 1, "reference_plans": [record] * n}), encoding="utf-8"
    )
    return "show", "result.json"


def _set_options(folder: Path, n: int) -> tuple[str, ...]:
    texts = [f"technologies.t{i}.effects.gain={i + 1}" for i in range(n)]
    return (*_checked(folder, _technologies(n)), *(w for text in texts for w in ("--set", text)))


def _wheres(folder: Path, n: int) -> tuple[str, ...]:
    _checked(folder, _technologies(8))
    wishes = [word for i in range(n) for word in ("--where", f"cost <= {400 + i}")]
    return "decide", "case.yaml", "--json", *wishes


def _measurements(folder: Path, n: int) -> tuple[str, ...]:
    _checked(folder, _technologies(12))
    rows = [f"t{i % 12},{('gain', 'cost')[i % 2]},{i % 12 + i / n:.3f}\n" for i in range(n)]
    (folder / "was.csv").write_text("technology,indicator,effect\n" + "".join(rows), "utf-8")
    return "assess", "case.yaml", "--measured", "was.csv", "--json"


def _assessed_group(folder: Path, n: int) -> tuple[str, ...]:
    _grouped_technologies(folder, n)
    return "assess", "case.yaml", "--json"


GROWING: Mapping[str, Growing] = {
    "a plain sum of terms": Growing(_plain_sum, 2000, 1.0),
    "a quoted sum of terms": Growing(_quoted_sum, 2000, 1.0),
    "a single-quoted sum of terms": Growing(_single_quoted_sum, 2000, 1.0),
    "a folded sum of terms": Growing(_folded_sum, 2000, 1.0),
    "an escaped sum of terms": Growing(_escaped_sum, 2000, 1.0),
    "technologies": Growing(_many_technologies, 5000, 5.0),
    "technologies that require one another": Growing(_chained_technologies, 2000, 5.0),
    "technologies that require one another in pairs": Growing(_paired_technologies, 5000, 5.0),
    "prerequisites in a table": Growing(_prerequisites, 5000, 16.0),
    "technologies in a group": Growing(_grouped_technologies, 5000, 5.0),
    "constraints": Growing(_many_constraints, 2000, 5.0),
    "parameters": Growing(_many_parameters, 2000, 5.0),
    "reference plans": Growing(_many_plans, 2000, 5.0),
    "mistakes, a line each": Growing(_many_mistakes, 2000, 5.0),
    "mistakes on one line": Growing(_one_line_of_mistakes, 2000, 5.0),
    "columns of a table": Growing(_columns, 20_000, 2.0),
    "rows of a table": Growing(_rows, 5000, 5.0),
    "columns of a table that a scenario is made around": Growing(_started_columns, 20_000, 2.0),
    "plans compared": Growing(_compared, 1 << 15, 5.0),
    "small values": Growing(_small_values, 400_000, 10.0),
    "unknown names among many": Growing(_unknown_names, 4000, 6.0),
    "nesting": Growing(_nested, 2000, 2.0),
    "aliases of aliases": Growing(_aliases, 40, 2.0),
    "a long name": Growing(_long_name, 1_000_000, 2.0),
    "reference plans of a result": Growing(_resolved, 20_000, 5.0),
    "options --set": Growing(_set_options, 1000, 3.0),
    "wishes of a decision": Growing(_wheres, 400, 10.0),
    "measurements": Growing(_measurements, 8000, 5.0),
    "technologies in a group, assessed": Growing(_assessed_group, 1000, 8.0),
}


def measured(name: str, server: Server, folder: Path, trial: Trial, /) -> tuple[float, ...]:
    """Seconds for next to nothing, for half and for the whole size; faults go to the trial."""
    growing = GROWING[name]
    spent = []
    for n in (2, growing.n // 2, growing.n):
        place = folder / str(n)
        place.mkdir()
        words = growing.build(place, n)
        if words[0] == "compare":
            for other in ("one", "two"):
                made = server.run(place, "run", "power.yaml", "-o", other, "-q", "--top", "1")
                judge(trial, made, size=100, codes={0})
        ended = server.run(place, *words)
        size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        judge(trial, ended, size=size)
        spent.append(ended.seconds)
        if ended.code is None:
            break
    return tuple(spent)


def growth(_rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """One thing after the other, in turn."""
    names = list(GROWING)
    name = names[trial.number % len(names)]
    spent = measured(name, server, folder, trial)
    growing = GROWING[name]
    trial.words = f"{name}, {growing.n:,}: {', '.join(f'{s:.2f}' for s in spent)} s"
    if len(spent) < 3:
        return
    least, half, whole = spent
    if whole - least > growing.seconds:
        trial.add("cost", f"{trial.words}; {growing.seconds:.0f} s are allowed")
    if half - least > _NOISE and whole - least > _TIMES * (half - least):
        trial.add("cost", f"{trial.words}: more than {_TIMES} times as long for twice as much")
