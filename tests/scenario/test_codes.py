"""Error codes: broken YAML, and where the error points."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from optimiser.advice import check
from optimiser.errors import Diagnostic, ScenarioError
from optimiser.scenario import load

HEAD = """\
optimise: 1
name: test
indicators: {cost: {unit: EUR}, output: {baseline: 100}}
objectives: {cost: minimise}
"""

PHASES = "phases:\n  - {name: a}\n  - {name: b}\n"

# what follows HEAD -> the errors: code, line, column
BROKEN: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "syntax": ("groups: [a, b\n", [("S005", 6, 1)]),
    "tab": ("technologies:\n\ta: {}\n", [("S005", 6, 1)]),
    "duplicate key": ("technologies:\n  a: {}\n  a: {}\n", [("S006", 7, 3)]),
    "duplicate after NFKC": ("technologies:\n  fi: {}\n  \ufb01: {}\n", [("S006", 7, 3)]),
    "documents": ("---\nname: b\n", [("S007", 5, 1)]),
    "tag": ("title: !!str 5\n", [("S008", 5, 8)]),
    "python tag": (
        "title: !!python/object/apply:os.system [ls]\n",
        [("S008", 5, 8), ("S014", 5, 8)],
    ),
    "unknown alias": ("title: *x\n", [("S009", 5, 8)]),
    "cyclic alias": ("title: &x [*x]\n", [("S009", 5, 12)]),
    "deep": (f"title: {'[' * 50}{']' * 50}\n", [("S010", 5, 47)]),
    "very deep": (f"title: {'[' * 100_000}\n", [("S010", 5, 47)]),
    "full-width colon": ("technologies:\n  a: {title： b}\n", [("S017", 6, 12)]),
    "unknown key": ("indicatrs: {}\n", [("S011", 5, 1)]),
    "unknown inner key": ("technologies:\n  a: {colour: red}\n", [("S011", 6, 7)]),
    "merge key": ("<<: {title: x}\n", [("S011", 5, 1)]),
    "unknown indicator": ("technologies:\n  a: {effects: {cots: 1}}\n", [("S012", 6, 17)]),
    "unknown technology in requires": ("technologies:\n  a: {requires: [b]}\n", [("S012", 6, 18)]),
    "unknown level in requires": (
        "technologies:\n  a: {levels: {x: {}}}\n  b: {requires: [a.y]}\n",
        [("S012", 7, 18)],
    ),
    "requires an amount": (
        "technologies:\n  a: {scale: {min: 1, max: 2}}\n  b: {requires: [a.scale]}\n",
        [("S012", 7, 18)],
    ),
    "unknown in a group": ("groups:\n  g: {of: [a], at_most: 1}\n", [("S012", 6, 12)]),
    "unknown in a synergy": (
        "technologies: {a: {}}\nsynergies:\n  s: {between: [a, b], effects: {}}\n",
        [("S012", 7, 20)],
    ),
    "missing value": ("parameters:\n  p: {unit: EUR}\n", [("S013", 6, 3)]),
    "missing max": ("variables:\n  x: {type: real, min: 0}\n", [("S013", 6, 3)]),
    "silent group": ("technologies: {a: {}}\ngroups:\n  g: {of: [a]}\n", [("S013", 7, 3)]),
    "list for mapping": ("technologies: [a, b]\n", [("S014", 5, 15)]),
    "text for list": ("technologies:\n  a: {}\n  b: {requires: a}\n", [("S014", 7, 17)]),
    "YAML 1.1 truth": ("illustrative: yes\n", [("S014", 5, 15)]),
    "bool for a number": ("parameters:\n  p: true\n", [("S014", 6, 6)]),
    "one technology in a synergy": (
        "technologies: {a: {}}\nsynergies:\n  s: {between: [a], effects: {cost: 1}}\n",
        [("S014", 7, 16)],
    ),
    "unknown sense": (
        "constraints: {}\nvariables:\n  x: {type: int, min: 0, max: 1}\n",
        [("S015", 7, 13)],
    ),
    "levels and scale": (
        "technologies:\n  a: {levels: {x: {}}, scale: {min: 1, max: 2}}\n",
        [("S016", 6, 24)],
    ),
    "value and percent": (
        "technologies:\n  a: {effects: {output: {value: 1, percent: 2}}}\n",
        [("S016", 6, 25)],
    ),
    "values and min": ("variables:\n  x: {values: [1], min: 0}\n", [("S016", 6, 20)]),
    "exactly and at_most": (
        "technologies: {a: {}}\ngroups:\n  g: {of: [a], exactly: 1, at_most: 1}\n",
        [("S016", 7, 28)],
    ),
    "per unit without scale": (
        "technologies:\n  a: {effects_per_unit: {cost: 1}}\n",
        [("S016", 6, 7)],
    ),
    "derived with baseline": ("parameters: {}\nplans: {}\n", []),
    "model without data": ("models: {m: {kind: linear}}\n", [("S013", 5, 10)] * 3),
    "catalogue that is not there": ("catalogue: a.csv\n", [("S060", 5, 12)]),
    "low without high": ("parameters:\n  p: {value: 1, low: 0}\n", [("S016", 6, 17)]),
    "high without low": ("parameters:\n  p: {value: 1, high: 2}\n", [("S016", 6, 17)]),
    "distribution without a range": (
        "parameters:\n  p: {value: 1, distribution: uniform}\n",
        [("S016", 6, 17)],
    ),
    "unknown distribution": (
        "parameters:\n  p: {value: 1, low: 0, high: 2, distribution: trianglar}\n",
        [("S015", 6, 48)],
    ),
    "low above high": ("parameters:\n  p: {value: 1, low: 2, high: 0}\n", [("S054", 6, 22)]),
    "value outside its range": (
        "parameters:\n  p: {value: 3, low: 0, high: 2}\n",
        [("S054", 6, 14)],
    ),
    "value outside a range of expressions": (
        "parameters:\n  q: 4\n  p: {value: q, low: q / 3, high: q - 1}\n",
        [("S054", 7, 14)],
    ),
    "a normal distribution leans": (
        "parameters:\n  p: {value: 1, low: 0, high: 3, distribution: normal}\n",
        [("S054", 6, 48)],
    ),
    "unknown name in a range": (
        "parameters:\n  p: {value: 1, low: qq, high: 2}\n",
        [("S031", 6, 22)],
    ),
    "ramp without phases": ("technologies:\n  a: {ramp: [0.5]}\n", [("S016", 6, 7)]),
    "earliest without phases": ('technologies:\n  a: {earliest: "2027"}\n', [("S016", 6, 7)]),
    "delay of a level without phases": (
        "technologies:\n  a: {levels: {x: {delay: 1}}}\n",
        [("S016", 6, 20)],
    ),
    "lead without phases": (
        "technologies:\n  b: {}\n  a: {requires: [{technology: b, lead: 1}]}\n",
        [("S016", 7, 34)],
    ),
    "cell with phase, without phases": (
        'technologies: {a: {}}\nplans:\n  p: {adopt: {a: "1@2027"}}\n',
        [("S050", 7, 18)],
    ),
    "phase value without phases": ('constraints:\n  c: cost["2027"] <= 1\n', [("S016", 6, 6)]),
    "no phases at all": ("phases: []\n", [("S014", 5, 9)]),
    "phase without a name": ("phases: [{years: 1}]\n", [("S013", 5, 10)]),
    "phase with @": ('phases: [{name: "a@b"}]\n', [("S018", 5, 17)]),
    "phase twice": (f"{PHASES}  - {{name: a}}\n", [("S006", 8, 12)]),
    "phase twice after NFKC": ("phases:\n  - {name: fi}\n  - {name: \ufb01}\n", [("S006", 7, 12)]),
    "unknown earliest": (f"{PHASES}technologies:\n  t: {{earliest: c}}\n", [("S012", 9, 17)]),
    "earliest after latest": (
        f"{PHASES}technologies:\n  t: {{earliest: b, latest: a}}\n",
        [("S043", 9, 7)],
    ),
    "level after its technology": (
        f"{PHASES}technologies:\n  t: {{latest: a, levels: {{x: {{earliest: b}}}}}}\n",
        [("S043", 9, 31)],
    ),
    "negative delay": (f"{PHASES}technologies:\n  t: {{delay: -1}}\n", [("S059", 9, 14)]),
    "half a delay": (f"{PHASES}technologies:\n  t: {{delay: 0.5}}\n", [("S059", 9, 14)]),
    "half a lead": (
        f"{PHASES}technologies:\n  u: {{}}\n  t: {{requires: [{{technology: u, lead: 1.5}}]}}\n",
        [("S059", 10, 40)],
    ),
    "share above 1": (f"{PHASES}technologies:\n  t: {{ramp: [0.5, 80]}}\n", [("S059", 9, 19)]),
    "no years": ("phases:\n  - {name: a, years: 0}\n", [("S059", 6, 22)]),
    "discount rate of -1": (f"{PHASES}discount_rate: -1\n", [("S059", 8, 16)]),
    "limit of nothing": ("phases:\n  - {name: a, limits: {cots: 1}}\n", [("S012", 6, 24)]),
    "limit of an ongoing indicator": (
        "phases:\n  - {name: a, limits: {cost: 1}}\n",
        [("S016", 6, 24)],
    ),
    "unknown phase in an expression": (
        f'{PHASES}constraints:\n  c: cost["c"] <= 1\n',
        [("S012", 9, 6)],
    ),
    "unknown indicator in a phase": (
        f'{PHASES}constraints:\n  c: cots["a"] <= 1\n',
        [("S031", 9, 6)],
    ),
    "technology in a phase": (
        f'technologies: {{t: {{}}}}\n{PHASES}constraints:\n  c: t["a"] <= 1\n',
        [("S031", 10, 6)],
    ),
    "cell with an unknown phase": (
        f"technologies: {{t: {{}}}}\n{PHASES}plans:\n  p: {{adopt: {{t: 1@c}}}}\n",
        [("S012", 10, 18)],
    ),
    "cell before the earliest": (
        f"technologies: {{t: {{earliest: b}}}}\n{PHASES}plans:\n  p: {{adopt: {{t: 1@a}}}}\n",
        [("S050", 10, 18)],
    ),
    "cell 0 in a phase": (
        f"technologies: {{t: {{}}}}\n{PHASES}plans:\n  p: {{adopt: {{t: 0@a}}}}\n",
        [("S050", 10, 18)],
    ),
    "id": ("technologies:\n  a-b: {}\n", [("S018", 6, 3)]),
    "id starts with digit": ("technologies:\n  2b: {}\n", [("S018", 6, 3)]),
    "level id": ("technologies:\n  a: {levels: {1: {}}}\n", [("S018", 6, 16)]),
    "reserved function": ("parameters:\n  max: 1\n", [("S019", 6, 3)]),
    "reserved column": ("technologies:\n  rank: {}\n", [("S019", 6, 3)]),
    "reserved constant": ("parameters:\n  e: 1\n", [("S019", 6, 3)]),
    "one name twice": ("technologies:\n  cost: {}\n", [("S020", 6, 3)]),
    "NaN": ("parameters:\n  p: .nan\n", [("S021", 6, 6)]),
    "infinite": ("parameters:\n  p: .inf\n", [("S021", 6, 6)]),
    "hexadecimal": ("parameters:\n  p: 0x10\n", [("S021", 6, 6)]),
    "octal": ("parameters:\n  p: 0o7\n", [("S021", 6, 6)]),
    "huge": ("parameters:\n  p: 1e999999999\n", [("S021", 6, 6)]),
    "huge in an expression": ("constraints:\n  c: cost <= 1e999999999\n", [("S021", 6, 14)]),
    "expression": ("constraints:\n  c: cost + <= 1\n", [("S030", 6, 13)]),
    "strict comparison": ("constraints:\n  c: cost < 1\n", [("S030", 6, 11)]),
    "expression in a percent": (
        "technologies:\n  a: {effects: {output: {percent: 4 * }}}\n",
        [("S030", 6, 38)],
    ),
    "quoted expression": ('constraints:\n  c: "cost <= 5 +"\n', [("S030", 6, 18)]),
    "unknown name": ("constraints:\n  c: cots <= 1\n", [("S031", 6, 6)]),
    "unknown name in a folded text": (
        "constraints:\n  c: >\n    cost +\n      oops <= 1\n",
        [("S031", 8, 7)],
    ),
    "unknown function": ("constraints:\n  c: root(cost) <= 1\n", [("S030", 6, 6)]),
    "unknown model": ("constraints:\n  c: forecast(ads=cost) <= 1\n", [("S031", 6, 6)]),
    "unknown level": (
        "technologies: {a: {levels: {x: {}}}}\nconstraints:\n  c: a.y <= 1\n",
        [("S031", 7, 6)],
    ),
    "no scale": ("technologies: {a: {}}\nconstraints:\n  c: a.scale <= 1\n", [("S031", 7, 6)]),
    "variable in a number": (
        "variables: {x: {type: binary}}\nparameters:\n  p: 2 * x\n",
        [("S032", 7, 10)],
    ),
    "cycle of parameters": ("parameters:\n  p: q\n  q: p + 1\n", [("S033", 6, 6)]),
    "division by zero": ("parameters:\n  p: 0\n  q: 1 / p\n", [("S034", 7, 6)]),
    "complex": ("parameters:\n  p: -1\n  q: sqrt(p)\n", [("S034", 7, 6)]),
    "zero baseline": ("technologies:\n  a: {effects: {cost: +4%}}\n", [("S042", 6, 23)]),
    "min above max": ("variables:\n  x: {type: real, min: 2, max: 1}\n", [("S043", 6, 24)]),
    "no whole number": (
        "variables:\n  x: {type: integer, min: 0.2, max: 0.8}\n",
        [("S043", 6, 27)],
    ),
    "no values": ("variables:\n  x: {values: []}\n", [("S043", 6, 15)]),
    "scale from 0": ("technologies:\n  a: {scale: {min: 0, max: 2}}\n", [("S043", 6, 20)]),
    "negative step": (
        "technologies:\n  a: {scale: {min: 1, max: 2, step: -1}}\n",
        [("S043", 6, 37)],
    ),
    "infinite min": ("variables:\n  x: {type: real, min: .inf, max: 1}\n", [("S044", 6, 24)]),
    "infinite binary": ("variables:\n  x: {type: binary, max: .inf}\n", [("S044", 6, 26)]),
    "constants compared": ("parameters: {p: 1}\nconstraints:\n  c: p <= 2\n", [("S047", 7, 6)]),
    "number as constraint": ("constraints:\n  c: 5\n", [("S047", 6, 6)]),
    "value as constraint": ("constraints:\n  c: cost + 5\n", [("S030", 6, 6)]),
    "prerequisite cycle": (
        "technologies:\n  a: {requires: [b]}\n  b: {requires: [a]}\n",
        [("S048", 6, 7)],
    ),
    "requires and excludes": (
        "technologies:\n  a: {requires: [b], excludes: [b]}\n  b: {}\n",
        [("S048", 6, 18)],
    ),
    "excludes itself": ("technologies:\n  a: {excludes: [a]}\n", [("S048", 6, 18)]),
    "too many of a group": (
        "technologies: {a: {}}\ngroups:\n  g: {of: [a], at_least: 2}\n",
        [("S049", 7, 26)],
    ),
    "half a technology": (
        "technologies: {a: {}}\ngroups:\n  g: {of: [a], at_least: 0.5}\n",
        [("S049", 7, 26)],
    ),
    "cell of yes/no": ("technologies: {a: {}}\nplans:\n  p: {adopt: {a: 2}}\n", [("S050", 7, 18)]),
    "cell of levels": (
        "technologies: {a: {levels: {x: {}}}}\nplans:\n  p: {adopt: {a: 1}}\n",
        [("S050", 7, 18)],
    ),
    "cell outside the scale": (
        "technologies: {a: {scale: {min: 1, max: 2}}}\nplans:\n  p: {adopt: {a: 5}}\n",
        [("S050", 7, 18)],
    ),
    "cell between steps": (
        "technologies: {a: {scale: {min: 1, max: 2, step: 0.5}}}\nplans:\n  p: {adopt: {a: 1.2}}\n",
        [("S050", 7, 18)],
    ),
    "unknown in a plan": ("plans:\n  p: {adopt: {a: 1}}\n", [("S012", 6, 15)]),
    "setting outside": (
        "variables: {x: {type: integer, min: 0, max: 4}}\nplans:\n  p: {set: {x: 5}}\n",
        [("S051", 7, 16)],
    ),
    "setting not listed": (
        "variables: {x: {values: [1, 2]}}\nplans:\n  p: {set: {x: 1.5}}\n",
        [("S051", 7, 16)],
    ),
    "gate": ("gates: [hypervolume]\n", [("S052", 5, 9)]),
    "gate with a sign": ('gates: ["best.cost:+1%"]\n', [("S052", 5, 9)]),
    "gate of an unknown objective": ('gates: ["best.cots:1%"]\n', [("S052", 5, 9)]),
    "gate of an unknown plan": ('gates: ["plan.x:dominated"]\n', [("S052", 5, 9)]),
    "solver option": ("solver: {gap: -1}\n", [("S053", 5, 15)]),
    "solver number": ("solver: {time_limit: 1_000}\n", [("S053", 5, 22)]),
    "solver nan": ("solver: {feasibility: nan}\n", [("S053", 5, 23)]),
    "solver seed": ("solver: {seed: 1.5}\n", [("S053", 5, 16)]),
    "no base": ("extends: missing.yaml\n", [("S060", 5, 10)]),
    "base outside": ("extends: ../x.yaml\n", [("S060", 5, 10)]),
    "absolute base": ("extends: /etc/passwd\n", [("S060", 5, 10)]),
    "list of bases": ("extends: [a.yaml]\n", [("S060", 5, 10)]),
    "itself": ("extends: scenario.yaml\n", [("S061", 5, 10)]),
    "null": ("title:\n", [("S062", 5, 1)]),
    "null in a list": (
        "technologies: {a: {}}\ngroups:\n  g: {of: [a, null], at_most: 1}\n",
        [("S062", 7, 15)],
    ),
}
BROKEN.pop("derived with baseline")


def found(folder: Path, text: str) -> list[Diagnostic]:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    scenario, diagnostics = check(path)
    errors = [d for d in diagnostics if d.severity == "error"]
    assert scenario is None
    assert tuple(errors) == caught.value.diagnostics
    assert all(d.file == str(path) for d in errors)
    return errors


@pytest.mark.parametrize("name", BROKEN)
def test_error_after_head(name: str, tmp_path: Path) -> None:
    text, expected = BROKEN[name]
    assert [(d.code, d.line, d.column) for d in found(tmp_path, HEAD + text)] == expected


def test_set_that_cannot_be_applied(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(HEAD)
    for override, column in (("no path", 1), ("a..b=1", 1), ("name.x=1", 1), ("extends=a.yaml", 1)):
        with pytest.raises(ScenarioError) as caught:
            load(path, overrides=[override])
        diagnostic = caught.value.diagnostics[0]
        assert (diagnostic.code, diagnostic.file, diagnostic.column) == ("S063", "--set", column)
        assert diagnostic.source == override


def test_all_errors_in_one_run_ordered_by_position(tmp_path: Path) -> None:
    text = HEAD + textwrap.dedent("""\
        technologies:
          a: {colour: red, effects: {cots: 1}}
          b: {effects: {cost: 3 * (}}
          c: {requires: [bb], layer: [x]}
        constraints:
          k: cost + unknown <= 3
        """)
    assert [(d.code, d.line) for d in found(tmp_path, text)] == [
        ("S011", 6),
        ("S012", 6),
        ("S030", 7),
        ("S012", 8),
        ("S014", 8),
        ("S031", 10),
    ]


def test_a_refused_entry_is_still_known(tmp_path: Path) -> None:
    """A mistake inside an indicator must not make every use of it an unknown name."""
    text = (
        HEAD.replace("cost: {unit: EUR}", "cost: {colour: red, baseline: (}")
        + "constraints: {k: cost <= 1}\n"
    )
    assert [d.code for d in found(tmp_path, text)] == ["S011", "S030"]
