"""The picture of the house: as the house is, and honest about what it cannot draw."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

import pytest

from docs.structure import PICTURE, Panel, between, current, layers, picture

SVG = "{http://www.w3.org/2000/svg}"


def panel(*pairs: tuple[str, str]) -> Panel:
    return Panel("Two", (("roof", "shed"), ("ground",)), Counter(pairs), frozenset({"roof"}))


def test_the_picture_is_current() -> None:
    """``make docs`` draws it again."""
    assert PICTURE.read_text(encoding="utf-8") == current()


def test_every_room_is_in_a_layer() -> None:
    rooms = [room for layer in layers("optimiser") for room in layer]
    assert len(rooms) == len(set(rooms)) > 12
    assert {"commands", "engine", "front"} <= set(rooms)


def test_imports_are_counted_by_pairs_of_modules() -> None:
    graph = {
        "p.a.x": {"p.b.y", "p.b.z", "p.a.w", "q.c"},
        "p.a.w": {"p.b.y"},
        "p.b.y": set(),
    }
    assert between(graph, "p") == {("a", "b"): 3}


def test_numbers_stand_where_lines_turn() -> None:
    root = ElementTree.fromstring(picture([panel(("roof", "ground"), ("roof", "ground"))]))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[:5] == ["Two", "roof", "shed", "ground", "2"]
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert "roof imports ground: 2" in titles


@pytest.mark.parametrize("wrong", [("ground", "roof"), ("roof", "shed")])
def test_an_import_that_goes_up_or_aside_is_refused(wrong: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=f"{wrong[0]} -> {wrong[1]}"):
        picture([panel(wrong)])
