"""Tables for pages and papers: a comment has room for the one, TeX sets the other as written."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from optimiser.errors import UsageError
from optimiser.exports import export, format_of, markdown, parquet, tex
from optimiser.exports.escaping import latex
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.session.outputs import MARK, with_mark
from optimiser.study import solve
from tests.handmade import front, result, scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def long(folder: Path, plans: int, **changes: Any) -> Result:
    values = [[row, plans - row] for row in range(plans)]
    return result(folder, front(values), **changes)


def listed(page: str) -> list[str]:
    return re.findall(r"^\| \d+ \| `(p[0-9a-f]{12})`", page, re.MULTILINE)


def test_a_comment_has_room_for_the_top_and_says_how_many_more(tmp_path: Path) -> None:
    made = long(tmp_path, 3000)
    page = markdown.text(made)
    assert len(with_mark(page, ".md")) <= 65_536
    shown = listed(page)
    assert shown == list(made.front.ids[: len(shown)])
    assert f"{3000 - len(shown)} more lines, for which a comment has no room" in page
    # one more had no room
    assert len(page) + max(map(len, page.splitlines())) > 65_536 - 200
    assert page.rstrip().endswith("**complete: 3000 of 3000, proven**")


def test_what_is_bold_is_said_where_something_is(tmp_path: Path) -> None:
    """Of a line of plans two have a best value, and are ranked last; a page of all shows them."""
    bounds = (0.0, 0.0)
    values = [[0.0, 9000.0], *([row, 3001.0 - row] for row in range(1, 3001)), [9000.0, 0.0]]
    page = markdown.text(result(tmp_path, front(values, bounds=bounds)))
    assert len(listed(page)) < len(values)
    assert "Bold: the best of its objective" not in page
    page = markdown.text(result(tmp_path, front(values[:1] + values[-1:], bounds=bounds)))
    assert page.count("**0**") == 2
    assert "Bold: the best of its objective, proven. " in page


def test_a_page_that_fits_is_whole(tmp_path: Path) -> None:
    made = long(tmp_path, 300)
    page = markdown.text(made)
    assert listed(page) == list(made.front.ids)
    assert "more line" not in page


def test_a_title_that_fills_the_page_leaves_one_plan(tmp_path: Path) -> None:
    """A file may not have one so long; what makes scenarios in Python may."""
    made = long(tmp_path, 50)
    titled = made.scenario.model_copy(update={"title": "t" * 70_000})
    assert len(listed(markdown.text(replace(made, scenario=titled)))) == 1


def test_tex_is_a_table_with_booktabs(solved: Result) -> None:
    text = tex.text(solved)
    assert text.startswith("% \\usepackage{booktabs,longtable}\n% \\usepackage{ctex}\n")
    rows = re.findall(r"^\d+ & \\texttt\{(p[0-9a-f]{12})\} & .* \\\\$", text, re.MULTILINE)
    assert rows == list(solved.front.ids)
    head = re.search(r"\\begin\{longtable\}\{(.*)\}$", text, re.MULTILINE)
    assert head is not None
    columns = len(re.sub(r"p\{.*", "p", head[1]))
    for line in re.findall(r"^(.* & .*) \\\\$", text, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)&", line)) == columns - 1
    for mark in ("toprule", "midrule", "bottomrule", "endhead", "endfoot"):
        assert f"\\{mark}" in text
    assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}")


def test_tex_without_chinese_asks_for_no_package_for_it(tmp_path: Path) -> None:
    made = result(tmp_path, front([[0, 1], [1, 0]]), title="plain", plans={})
    assert "ctex" not in tex.text(made)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("50 % & $x_1^2$ #~", r"50 \% \& \$x\_1\textasciicircum{}2\$ \#\textasciitilde{}"),
        ("a--b", "a{-}{-}b"),
        ("``x''", r"\textasciigrave{}\textasciigrave{}x\symbol{39}\symbol{39}"),
        ("two\nlines", "two lines"),
        ("物联网", "物联网"),
        ("\x1b", r"\textbackslash{}u001b"),
    ],
)
def test_tex_sets_user_text_as_written(words: str, written: str) -> None:
    assert latex(words) == written


def test_parquet_asks_for_pyarrow(
    solved: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimiser.extras.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="without pyarrow") as caught:
        export(solved, tmp_path / "a.parquet")
    assert caught.value.help == "install it: pip install 'optimise[parquet]'"
    assert list(tmp_path.iterdir()) == []


class _Writer:
    """What pyarrow's writer does, with the table as text."""

    def __init__(self, stream: Any, schema: Any, *, store_schema: bool) -> None:
        self._stream = stream

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write_table(self, table: SimpleNamespace) -> None:
        self._stream.write(repr(table.columns).encode())

    def add_key_value_metadata(self, said: dict[str, str]) -> None:
        self._stream.write(repr(said).encode())


def test_parquet_columns_are_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake: Any = ModuleType("pyarrow")
    fake.float64, fake.int64, fake.string = lambda: "float", lambda: "int", lambda: "text"
    fake.array = lambda values, kind: (kind, list(values))
    fake.table = lambda columns: SimpleNamespace(columns=columns, schema=None)
    fake.parquet = SimpleNamespace(ParquetWriter=_Writer)
    monkeypatch.setitem(sys.modules, "pyarrow", fake)
    cells = [("0", "2.5", "1@2027", "a"), ("1", "3", "0", "0")]
    made = result(tmp_path, front([[0, 1], [2, 0]], cells=cells, decisions=tuple("abcd")))
    written = parquet.data(made).decode()
    assert "'rank': ('int', [1" in written
    assert "'o0': ('float', [" in written
    assert "'a': ('int', [" in written
    assert "'b': ('float', [" in written
    assert "'c': ('text', [" in written
    assert "'d': ('text', [" in written
    assert MARK in written[-4096:]


def test_a_format_that_needs_nothing_is_there() -> None:
    assert format_of(".XLSX").suffix == ".xlsx"
