"""Where the characters of a quoted text stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from optimiser.scenario.nodes import Position, ScalarNode, Source, text_position

_TEXTS = st.text("ab;. \t'\u4e2d", min_size=1, max_size=12)


@given(st.sampled_from(["", "x,", "\u4e2d: "]), _TEXTS, st.data())
def test_a_part_of_a_quoted_cell_stands_where_it_is_written(
    before: str, text: str, data: st.DataObject
) -> None:
    line = f'{before}"{text}",7'
    source = Source("t.csv", f"id\n{line}\n")
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    column = len(before) + 1
    node = ScalarNode(
        Position(source, 2, column), (2, column + len(text) + 2), text, "text", verbatim=False
    )
    at = text_position(node, start, end)
    if part := text[start:end].strip():
        assert at.line == 2
        assert source.line(2)[at.column - 1 :][: at.length] == part
        assert at.column + at.length - 1 <= column + end


def test_a_part_of_a_text_with_doubled_quotes_or_folds_is_followed() -> None:
    source = Source("t.yaml", "a: 'one ''two'\nb: |\n  one\n  two\n")
    folded = ScalarNode(Position(source, 2, 4), (4, 6), "one\ntwo", "text", verbatim=False)
    assert text_position(folded, 4, 7) == Position(source, 4, 3, 3)
    doubled = ScalarNode(Position(source, 1, 4), (1, 15), "one 'two", "text", verbatim=False)
    assert text_position(doubled, 5, 8) == doubled.start
