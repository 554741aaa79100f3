"""Sound inputs that are then damaged, and what is put in the place of what was there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.robustness.running import ROOT, finished, program

__all__ = ["SCENARIOS", "STATE", "TABLE", "TALL", "damaged", "nasty", "places", "saved", "stopped"]

SCENARIOS = tuple(sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml")))

# A little of everything, solved in no time.
TALL = """\
optimise: 1
name: tall
title: A little of everything
source: invented
parameters:
  cap: {value: 12, unit: M, title: Cap, low: 8, high: 14}
indicators:
  output: {baseline: 100, unit: kt, combine: compound, title: Output}
  energy: {baseline: 50, unit: GWh}
  capex: {unit: M}
  share: {expr: energy / output, unit: GWh/kt}
technologies:
  iot: {title: Internet of things, effects: {output: +4%, energy: -3, capex: 1.8}}
  ai:
    requires: [iot]
    levels:
      pilot: {effects: {output: +2%, capex: 0.9}}
      full: {effects: {output: +7%, energy: -5, capex: 3.1}}
  robots: {scale: {min: 2, max: 6, step: 2}, effects_per_unit: {output: +1%, capex: 1.2}}
  mes: {excludes: [ai], effects: {output: +1%, capex: 0.4}}
synergies:
  both: {between: [iot, robots], effects: {output: +1%}}
constraints:
  budget: capex <= cap
  clean: {expr: share <= 0.49, why: a rule}
objectives:
  output: {sense: maximise, weight: 0.5}
  energy: {sense: minimise, weight: 0.2}
  capex: {sense: minimise, weight: 0.3, target: 5}
plans:
  today: {title: As it is}
  later: {title: Proposal, adopt: {iot: 1, ai: full}}
"""

TABLE = [
    ["id", "title", "capex", "output", "energy", "requires"],
    ["iot", "Internet of things", "1.8", "4.5", "-3", ""],
    ["ai", "Scheduling", "3.1", "7.25", "-5", "iot"],
    ["pv", "Roof", "2.5", "0", "-12.5", ""],
    ["heat", "Heat recovery", "1200.5", "1e1", "-4", "iot; ai"],
]

# As many technologies as keep the exact search busy, with a state on the disk meanwhile.
STATE = "optimise: 1\nname: state\nindicators: {gain: {}, cost: {}, risk: {}}\n"
STATE += "technologies:\n"
STATE += "".join(
    f"  t{i}: {{effects: {{gain: {7 + i * 37 % 101}, cost: {11 + i * 53 % 97}, "
    f"risk: {5 + i * 71 % 89}}}}}\n"
    for i in range(46)
)
STATE += "objectives: {gain: max, cost: min, risk: min}\n"


@cache
def _made(name: str, text: str, *words: str) -> tempfile.TemporaryDirectory[str]:
    """A folder with a scenario and its result."""
    made = tempfile.TemporaryDirectory()
    (Path(made.name) / f"{name}.yaml").write_text(text, encoding="utf-8")
    ended = finished(program("run", f"{name}.yaml", *words), Path(made.name))
    assert ended.code == 0, ended.err
    return made


def saved(folder: Path, /) -> Path:
    """A sound result of the small scenario, put into this folder with it."""
    made = _made("tall", TALL, "-o", "sound")
    shutil.copytree(made.name, folder, dirs_exist_ok=True)
    return folder / "sound"


def stopped(folder: Path, /) -> Path:
    """The folder of a run that was stopped, with its state, put into this folder."""
    made = _made("state", STATE, "--method", "exact", "--time-limit", "2", "-o", "half")
    shutil.copytree(made.name, folder, dirs_exist_ok=True)
    return folder / "half"


def places(tree: Any, /) -> Iterator[tuple[Any, ...]]:
    """Where something stands in nested lists and mappings, the root aside."""
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), tree)]
    while waiting:
        path, node = waiting.pop()
        if path:
            yield path
        if isinstance(node, dict):
            waiting += [((*path, key), value) for key, value in node.items()]
        elif isinstance(node, list):
            waiting += [((*path, i), value) for i, value in enumerate(node)]


def _deep(rng: Random) -> Any:
    tree: Any = 1
    for _ in range(rng.choice([5, 60, 600])):
        tree = [tree] if rng.random() < 0.5 else {"a": tree}
    return tree


_WORDS = [
    "",
    " ",
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\x00b",
    "\x7f\x08\x08",
    "\u202eevil",
    "e\u0301" * 50,
    "../../x",
    "a/b",
    "-x",
    "--json",
    "[red]x[/]",
    "[/]",
    "%s%n{0}",
    "=cmd()",
    "x" * 5000,
    "ümlaut 智能",
    "id: [",
    "a\nb",
    "a\rb",
    "__class__",
    "1e999",
    "-1e999",
    "1" * 400,
    "9" * 5000,
    "0x" + "f" * 300,
    "1_000",
    ".inf",
    ".nan",
    "nan",
    "1/0",
    "output / (output - output)",
    "(" * 300 + "1" + ")" * 300,
    "-" * 500 + "1",
    "+".join(["output"] * 600),
    "2 ** 2 ** 2 ** 2 ** 2 ** 2",
    "10 ** 10 ** 10",
    "exp(exp(exp(100)))",
    "log(0)",
    "sqrt(-1)",
    "sum(",
    'output["2027"]',
    "__import__('os')",
    "().__class__",
    "lambda: 1",
    "+4%",
    "1e308%",
    "-101%",
    "2027-01-01",
    "yes",
    "~",
    "*a",
    "&a x",
    "!!python/object:os.system x",
]

_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -0.0,
    -1,
    10**30,
    -(10**400),
    2**63,
    2**64,
    1e308,
    -1e308,
    5e-324,
    1e-320,
    float("inf"),
    float("-inf"),
    float("nan"),
    0.1 + 0.2,
    [],
    {},
    [[]],
    [None],
    {"": ""},
    {"a": {"b": {"c": 1}}},
    [1, "a", None],
    {1: 2},
]


def nasty(rng: Random, /) -> Any:
    """Something that does not belong where it is put."""
    how = rng.random()
    if how < 0.5:
        return rng.choice(_WORDS)
    if how < 0.93:
        return rng.choice(_VALUES)
    return _deep(rng) if how < 0.97 else [nasty(rng) for _ in range(rng.choice([2, 30]))]


def damaged(tree: Any, rng: Random, other: Callable[[Random], Any], /) -> str:
    """Change one place of a tree of lists and mappings, in place; what was done, in words."""
    path = rng.choice(sorted(places(tree), key=str))
    holder = tree
    for step in path[:-1]:
        holder = holder[step]
    last, how = path[-1], rng.random()
    where = ".".join(map(str, path))[:80]
    if how < 0.5:
        holder[last] = value = other(rng)
        return f"{where} = {value!r}"[:160]
    if how < 0.65:
        del holder[last]
        return f"{where} deleted"
    paths = sorted(places(tree), key=str)
    node = tree
    for step in (source := rng.choice(paths)):
        node = node[step]
    if how < 0.8:
        # a copy, so that a tree stays one
        holder[last] = _copied(node)
        return f"{where} = what is at {'.'.join(map(str, source))[:60]}"
    if isinstance(holder, dict):
        value = other(rng)
        key = value if isinstance(value, str | int | float | bool) or value is None else str(value)
        holder[key if isinstance(last, str) and how < 0.97 else str(key)] = (
            holder.pop(last) if how < 0.9 else _copied(holder[last])
        )
        return f"{where} is called {str(key)[:60]!r}"
    holder.insert(last, _copied(holder[last]))
    return f"{where} twice"


def _copied(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    return [_copied(value) for value in node] if isinstance(node, list) else node
