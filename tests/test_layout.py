"""How the columns of a table share a terminal."""

from __future__ import annotations

from rich.cells import cell_len

from optimiser.render.layout import Field, tables
from tests.test_render import printed


def test_names_alone_are_no_block() -> None:
    """What was decided stood there twice, first without its titles."""
    fields = [
        Field("decision", ["iot", "ai_scheduling (full)"], left=True),
        Field("", ["Industrial internet of things", "Scheduling by AI"], words=True),
    ]
    assert [len(table.fields) for table in tables(fields, 40, keys=1)] == [2]
    assert all(
        cell_len(line) <= 40 for line in printed(tables(fields, 40, keys=1), 40).splitlines()
    )


def test_a_long_title_leaves_numbers_their_room() -> None:
    """Beside a title of 76 cells each column of numbers had a table of its own, wider than 80."""
    title = "a title that is long enough to wrap at several places in a narrow terminal ↑"
    numbers = ["123456789.125", "2.000"]
    fields = [
        Field("objective", [title, "cost ↓"], left=True),
        Field("value", numbers),
        Field("best of all", numbers),
        Field("unit", ["M CNY", "t"], left=True),
    ]
    (table,) = tables(fields, 80, keys=1)
    for lines in (table.text, printed([table], 80)):
        assert all(cell_len(line) <= 80 for line in lines.splitlines())
        rows = lines.splitlines()[2:]
        assert rows[0].split()[-4:] == ["123456789.125", "123456789.125", "M", "CNY"]
        words = " ".join(row[:30].strip() for row in rows)
        assert words.split() == [*title.split(), "cost", "↓"]
    narrow = tables(fields, 48, keys=1)
    assert len(narrow) == 3
    assert all(cell_len(line) <= 48 for one in narrow for line in one.text.splitlines())
