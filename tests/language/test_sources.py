"""What is wrong with files, tables and cells is said in the reader's language, with what was
written in it.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from optimiser import paths
from optimiser.errors import Diagnostic, UsageError
from optimiser.language import speaking
from optimiser.scenario.loading import examine
from optimiser.scenario.source import yaml_faults
from optimiser.scenario.source.cells import number_fault
from optimiser.scenario.source.draft import KINDS, describe

WRONG_YAML = (
    "a: [1, 2\nb: 3\n",
    'a: "x\nb: 3\n',
    "\ta: 1\n",
    "a: @x\n",
    "a: b: c\n",
    'a: "\\q"\n',
    "a: *x\n",
    "- 1\n- 2\n",
    "",
    "a: 1\na: 2\n",
    "a: !!str 1\n---\nb: 1\n",
    "? [a]\n: 1\n",
    "%FOO\n",
    "a: {b: 1, c：2}\n",
    "a:\u3000{b: 1}\n",
    "id,cost\na,1\n",
    "<html>\n",
)

WRONG_SCENARIO = """\
optimise: 1
name: faulty
zzzz: 1
indicators: {cost: {baseline: 0}, gain: [1], 2x: {baseline: 0}, plan: {baseline: 0}}
parameters: {price: {value: 10, low: 12, high: 8}, rent: {value: 3, low: 1}}
technologies: {ai: {effects: {cost: 1}, requires: {a: 1}}, iot: {levels: {full: {effects: 1}}}}
models: {m: {kind: table, points: [[1, 2]]}}
objectives: {cost: minimise}
catalogue: measures.csv
"""

MEASURES = """\
key,cost,notes
a,1-2,some words
b,3
"""

WRONG_CELLS = (
    *("1,5", "1.500.000", "1 500", "(3)", "3-5", "~4", "1/2", "5‰", "12 M CNY", "3h", "n/a"),
    *("2024-01-02", "7:30", "5-", "0x1F", "=1+1", "1_000", "3 percent", "5²", "1·5", "−3", "１２"),
    *("1 + 1", "some words", "4\u200b", "10 20", "3%", "3 bps"),
)


def examined(text: str, folder: Path, *overrides: str) -> tuple[Diagnostic, ...]:
    (folder / "measures.csv").write_text(MEASURES, encoding="utf-8")
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return examine(file, overrides=overrides)[1].ordered()


def chinese(text: str) -> bool:
    return re.search(r"[一-鿿]", text) is not None


def quoted(text: str) -> set[str]:
    return set(re.findall(r"'[^']+'", text))


@pytest.mark.parametrize("text", [*WRONG_YAML, WRONG_SCENARIO])
def test_faults_of_a_file_are_the_same_in_every_language(text: str, tmp_path: Path) -> None:
    overrides = ("foo", "extends=x.yaml", "objectives.cost.x.y=1", "models.m.points.7=[1, 2]")
    ours = examined(text, tmp_path, *overrides)
    with speaking("zh"):
        theirs = examined(text, tmp_path, *overrides)
    assert ours
    for english, other in zip(ours, theirs, strict=True):
        assert (english.code, english.line, english.column) == (
            other.code,
            other.line,
            other.column,
        )
        assert chinese(other.message), other.message
        assert not other.help or chinese(other.help), other.help
        assert quoted(english.message) == quoted(other.message)
        assert "{" not in other.message or "{" in english.message


@pytest.mark.parametrize("cell", WRONG_CELLS)
@pytest.mark.parametrize("decimal", [".", ","])
def test_faults_of_a_cell_are_the_same_in_every_language(cell: str, decimal: str) -> None:
    def fault() -> tuple[str, str] | None:
        return number_fault(cell, decimal=decimal, named=())

    ours = fault()
    with speaking("zh"):
        theirs = fault()
    assert (ours is None) is (theirs is None)
    if ours is not None and theirs is not None:
        assert all(map(chinese, theirs))
        assert f"'{cell}'" in ours[0]
        assert f"'{cell}'" in theirs[0]
        # numbers that are to be written are the same
        assert sorted(re.findall(r"[\d.,]*\d", ours[1])) == sorted(
            re.findall(r"[\d.,]*\d", theirs[1])
        )


def test_text_of_a_cell_is_never_taken_for_a_place() -> None:
    """A cell ``{text} 5{0}`` was to be filled in again."""
    for cell in ("{text} words", "{} 5", "5 {x!r}", "{text}\u200b"):
        fault = number_fault(cell, named=())
        assert fault is not None
        assert fault[0].startswith(f"'{cell}'")


def test_reasons_of_the_system_are_its_own_words() -> None:
    """Else they would not be found; other systems say it otherwise, and are quoted."""
    with speaking("zh"):
        for number in (errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.ENAMETOOLONG):
            assert chinese(paths.reason(OSError(number, os.strerror(number))))
        assert paths.reason(OSError(errno.EACCES, "said otherwise")) == "said otherwise"
        with (
            pytest.raises(UsageError, match=r"^无法读取 x：权限不足$") as raised,
            paths.explained("read", "x", help="name another place"),
        ):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    assert raised.value.help == "请指定其他位置"


def test_the_words_of_the_parser_are_those_that_are_listed(tmp_path: Path) -> None:
    """Of every text that is no YAML the problem is translated, so that nothing stays English."""
    listed = {*yaml_faults._ADVICE, *yaml_faults._SAYS}
    for text in WRONG_YAML:
        for finding in examined(text, tmp_path):
            if finding.code == "S005" and "tab is not" not in finding.message:
                said = finding.message.removeprefix("not valid YAML: ").removesuffix(")")
                assert set(said.split(" (")) <= listed, finding.message


def test_what_a_path_is_reads_from_the_whole_to_the_part() -> None:
    path = ("technologies", "ai", "levels", "full", "effects", "output")
    assert describe(path) == "the effect on 'output' of level 'full' of technology 'ai'"
    with speaking("zh"):
        assert describe(path) == "技术 'ai' 的等级 'full' 对 'output' 的效果"
        assert all(chinese(describe((section, "x"))) for section in KINDS)
