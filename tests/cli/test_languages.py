"""The language of a command: who decides it, where it reaches, and that it changes no answer."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from optimiser import language
from tests.cli.processes import ROOT, Done, finished, on_terminal, process

Optimise = Callable[..., Done]
CHINESE = re.compile(r"[一-鿿]")
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
NONE = dict.fromkeys(LOCALES, "")

SCENARIO = """\
optimise: 1
name: 工厂
title: 智能工厂改造
indicators:
  投资: {title: 总投资, unit: 万元, timing: one_off}
  产量: {title: 年产量, baseline: 100, unit: 吨}
technologies:
  物联网: {title: 设备联网, effects: {投资: 120, 产量: +3%}}
  排产: {title: 智能排产, effects: {投资: 80, 产量: +4%}, requires: [物联网]}
  mes: {title: 制造执行系统, effects: {投资: 95, 产量: 2}}
objectives: {投资: minimise, 产量: {sense: maximise, target: 105}}
constraints: {预算: {expr: 投资 <= 250, why: 已批准}}
plans: {现状: {title: 维持现状, adopt: {}}}
"""

# more plans than are looked at one by one: with few of them listed, a covering front
WIDE = "optimise: 1\nname: wide\nindicators: {gain: {}, cost: {}}\ntechnologies:\n"
WIDE += "".join(
    f"  t{i}: {{effects: {{gain: {7 + i * 37 % 101}, cost: {11 + i * 53 % 97}}}}}\n"
    for i in range(40)
)
WIDE += "objectives: {gain: maximise, cost: minimise}\n"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "factory.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


def told(folder: Path, *arguments: str, **environment: str) -> Done:
    """How a command off a terminal ends."""
    return finished(process(*arguments, folder=folder, **{**NONE, **environment}))


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LANG": "zh-Hans@pinyin"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zhuang"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB", "LANG": "C"}, "zh"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "en_GB"}, "zh"),
        ({"LC_MESSAGES": "en_GB", "LANG": "zh_CN"}, "en"),
    ],
)
def test_the_first_locale_that_is_set_decides(environment: dict[str, str], spoken: str) -> None:
    assert language.locale_language(environment) == spoken


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "C.UTF-8"])
def test_off_a_terminal_english_is_spoken_unless_asked_otherwise(
    scenario: Path, locale: str
) -> None:
    folder = scenario.parent
    plain = told(folder, "check", "factory.yaml", LANG=locale)
    asked = told(folder, "check", "factory.yaml", "--lang", "zh", LANG=locale)
    assert (plain.code, plain.out) == (0, "factory.yaml: valid\n")
    assert (asked.code, asked.out) == (0, "factory.yaml：有效\n")


@pytest.mark.parametrize(
    "words",
    [
        ("--lang", "zh", "check", "nothing.yaml"),
        ("--lang=zh", "check", "nothing.yaml"),
        ("check", "--lang", "zh", "nothing.yaml"),
        ("check", "nothing.yaml", "--lang=zh"),
        ("--lang", "en", "check", "nothing.yaml", "--lang", "zh"),
    ],
)
def test_the_language_is_asked_for_before_or_behind_a_command(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    done = told(tmp_path, *words)
    assert done.code == 2
    assert done.err.startswith("error: 情景 'nothing.yaml' 不存在\n  = 帮助：")


def test_a_language_that_nobody_speaks_is_refused(tmp_path: Path) -> None:
    for words in (("--lang", "fr", "scenarios"), ("scenarios", "--lang", "fr")):
        done = told(tmp_path, *words)
        assert (done.code, done.out) == (2, "")
        assert "'--lang'" in done.err
        assert "fr" in done.err


def test_what_is_wrong_with_a_command_line_is_said_in_the_language_it_asks_for(
    tmp_path: Path,
) -> None:
    done = told(tmp_path, "check", "--lang", "zh", "--nothing")
    assert done.code == 2
    assert "没有选项 --nothing" in done.err
    helped = told(tmp_path, "--lang", "zh", "run", "--help")
    assert helped.out.startswith("用法：optimise run")
    assert max(map(cell_len, helped.out.splitlines())) <= 80
    assert "选项：" in helped.out.splitlines()


def test_texts_that_were_not_compiled_are_missed_only_where_they_are_asked_for(
    tmp_path: Path,
) -> None:
    shutil.copytree(
        ROOT / "optimiser",
        tmp_path / "optimiser",
        ignore=shutil.ignore_patterns("*.mo", "__pycache__"),
    )
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copy(ROOT / "cli.py", tmp_path)

    def call(*words: str) -> Done:
        done = subprocess.run(
            [sys.executable, str(tmp_path / "cli.py"), *words],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**os.environ, **NONE, "LANG": "zh_CN.UTF-8", "PYTHONPATH": str(tmp_path)},
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    asked = call("check", "ecommerce", "--lang", "zh")
    assert (asked.code, asked.out) == (2, "")
    assert asked.err.startswith("error: the texts of --lang zh were not compiled\n")
    assert call("check", "ecommerce") == (0, "ecommerce: valid\n", "")


def without_times(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return re.sub(r'"(seconds|date|started|created)": [^,\n]*', "", text)


@pytest.mark.parametrize(
    "words",
    [
        ("factory.yaml",),
        ("factory.yaml", "--certificate"),
        ("product_quality", "--points", "5"),
        ("wide.yaml", "--points", "6"),
        ("smart_manufacturing_phases",),
        ("sales_regression",),
    ],
    ids=" ".join,
)
def test_a_result_is_the_same_in_every_language(
    scenario: Path, words: tuple[str, ...], optimise: Optimise
) -> None:
    folder = scenario.parent
    (folder / "wide.yaml").write_text(WIDE, encoding="utf-8")
    for spoken in language.LANGUAGES:
        done = optimise("run", *words, "--no-cache", "--lang", spoken, "-o", spoken)
        assert done.code == 0, done.err
    for name in ("result.json", "front.csv"):
        english, chinese = (without_times(folder / spoken / name) for spoken in language.LANGUAGES)
        assert english == chinese
    shown = [
        optimise("show", other, "--json", "--lang", spoken).out
        for spoken, other in itertools.product(language.LANGUAGES, repeat=2)
    ]
    assert shown[0] == shown[2]
    assert shown[1] == shown[3]
    assert json.loads(shown[0])["plans"] == json.loads(shown[1])["plans"]


def test_tables_stand_in_line_whatever_is_wide(scenario: Path) -> None:
    """Chinese ids, titles, units and headings: every row is as wide as the line above it."""
    done = told(scenario.parent, "run", "factory.yaml", "--lang", "zh", "-q")
    lines = done.out.splitlines()
    rules = [number for number, line in enumerate(lines) if line and set(line) == {"─"}]
    assert rules
    for rule in rules:
        heading = lines[rule - 1]
        width = cell_len(lines[rule])
        block = list(itertools.takewhile(bool, lines[rule + 1 :]))
        assert block
        assert all(cell_len(line) <= width for line in [heading, *block])
    ranked = [line for line in lines if re.match(r" +\d+  p[0-9a-f]{12}  \d", line)]
    assert len(ranked) >= 4
    # numbers end in the same cell, whatever stands before them
    ends = {cell_len(match[0]) for line in ranked if (match := re.match(r".*?\d\.\d{4}", line))}
    assert len(ends) == 1
    assert "被 p" in done.out or "在前沿上：p" in done.out


def test_a_caret_stands_under_what_it_means(scenario: Path) -> None:
    scenario.write_text(
        SCENARIO.replace("requires: [物联网]", "requires: [物联]"), encoding="utf-8"
    )
    done = told(scenario.parent, "check", "factory.yaml", "--lang", "zh")
    assert done.code == 3
    lines = done.err.splitlines()
    caret = next(number for number, line in enumerate(lines) if "^" in line)
    source, marks = lines[caret - 1], lines[caret]
    before, meant = source.split("[物联]")[0] + "[", "物联"
    assert cell_len(marks[: marks.index("^")]) == cell_len(before)
    assert marks.count("^") == cell_len(meant)
    assert lines[0] == "error[S012]: 技术 '排产' 的 requires 中有未知的技术 '物联'"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
@pytest.mark.parametrize(
    ("environment", "words", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, (), True),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, (), False),
        ({"LANG": "zh_CN.UTF-8"}, ("--lang", "en"), False),
        ({"LANG": "en_GB.UTF-8"}, ("--lang", "zh"), True),
    ],
)
def test_on_a_terminal_the_locale_decides(
    environment: dict[str, str], words: tuple[str, ...], chinese: bool, scenario: Path
) -> None:
    code, shown = on_terminal(
        "run",
        "factory.yaml",
        *words,
        folder=scenario.parent,
        **{**NONE, "TERM": "dumb", "COLUMNS": "80", **environment},
    )
    assert code == 0
    lines = shown.splitlines()
    assert ("名次" in "".join(lines)) is chinese
    assert ("rank" in "".join(lines)) is not chinese
    assert max(map(cell_len, lines)) <= 80
    assert [line for line in lines if line.lstrip().startswith(tuple("，。；：、）”"))] == []
