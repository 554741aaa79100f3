"""Pictures as files: what is in them, the same bytes each time, letters that no font has."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pytest

import optimiser
from optimiser.errors import UsageError
from optimiser.reports import (
    chart_of,
    fonts,
    kinds_of,
    matplotlib_drawing,
    picture_of,
    plotted,
)
from optimiser.reports.drawing import COLOURS, GROUNDS, Theme
from optimiser.reports.plotting import size_of, suffix_of
from tests.domain.solving import solved, written

SVG = "{http://www.w3.org/2000/svg}"
CHINESE = """
title: 智能制造
indicators: {output: {title: 产量, unit: 吨}, cost: {title: Cost}}
technologies:
  iot: {title: 物联网, effects: {output: 1, cost: 1}}
  人工智能: {effects: {output: 2, cost: 3}}
objectives: {output: maximise, cost: minimise}
"""


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_picture_is_the_same_bytes(suffix: str) -> None:
    """Also in another process, whose hashes are seeded otherwise."""
    chart = chart_of(solved("smart_city"))
    made = picture_of(chart, suffix)
    assert picture_of(chart, suffix) == made
    code = (
        "import hashlib, optimiser; from optimiser.reports import chart_of, picture_of; "
        "chart = chart_of(optimiser.solve(optimiser.load('smart_city'))); "
        f"print(hashlib.sha256(picture_of(chart, {suffix!r})).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    from hashlib import sha256

    assert done.stdout.strip() == sha256(made).hexdigest()


def test_a_png_has_the_size_that_was_asked_for() -> None:
    chart = chart_of(solved("smart_city"), "core")
    for size in ((300.0, 200.0), (1201.0, 640.0)):
        made = picture_of(chart, ".png", size=size)
        assert struct.unpack(">II", made[16:24]) == size


def test_an_svg_says_what_it_is_and_what_a_pointer_shows() -> None:
    result = solved("smart_factory")
    root = ElementTree.fromstring(picture_of(chart_of(result, "combinations"), ".svg"))
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert titles[0] == chart_of(result, "combinations").title
    assert any(title and result.front.ids[0] in title for title in titles[1:])
    assert root.attrib["role"] == "img"


def test_nothing_in_an_svg_leads_elsewhere() -> None:
    text = picture_of(chart_of(solved("cement_plant")), ".svg").decode("utf-8")
    links = set(re.findall(r'href="([^"]*)"', text))
    assert all(link.startswith("#") for link in links)
    assert "<script" not in text


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_marks_can_be_told_from_the_ground(theme: Theme) -> None:
    """AA: 4.5 for words, 3 for marks that mean something."""
    colours: Mapping[str, str] = {str(role): c for role, c in COLOURS[theme].items()}
    ground = GROUNDS[theme]
    for role in ("ink", "muted", "first", "knee", "reference", "good"):
        assert contrast(colours[role], ground) >= 4.5, role
    for role in ("plan", "bad", "limit", *(f"series{i}" for i in range(1, 7))):
        assert contrast(colours[role], ground) >= 3, role
    for layer in ("infrastructure", "platform", "application", "ecosystem", "surface"):
        assert contrast(colours["ink"], colours[layer]) >= 4.5, layer


def test_letters_that_no_font_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes were drawn for them: ids stand there, and what is left is spelled out."""
    monkeypatch.setattr(fonts, "installed_families", lambda: ("DejaVu Sans",))
    fonts._letters.cache_clear()
    try:
        result = optimiser.solve(optimiser.load(written(tmp_path, CHINESE)))
        for kind in kinds_of(result):
            made = plotted(result, ".png", kind=kind)
            if kind in ("core", "technologies"):
                assert "智" in made.missing
        assert fonts.missing_letters(["智é"]) == "智"
        assert fonts.spelled_out("ai 智") == "ai <667A>"
        assert fonts.spelled_out("Ｎ") == "N"
        assert plotted(result, ".svg").missing == ""
        assert "智能制造" in plotted(result, ".svg").content.decode("utf-8")
    finally:
        fonts._letters.cache_clear()


def test_titles_that_can_be_drawn_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from optimiser.reports import plotting

    monkeypatch.setattr(
        plotting, "missing_letters", lambda texts: "".join(c for t in texts for c in t if c > "一")
    )
    result = optimiser.solve(optimiser.load(written(tmp_path, CHINESE)))
    plain = plotting._by_ids(result)
    assert [column.title for column in plain.front.columns] == ["", "Cost"]
    assert [column.unit for column in plain.front.columns] == ["", ""]
    assert plain.scenario.title == ""
    assert plain.scenario.technologies["iot"].title == ""
    assert result.scenario.title == "智能制造"


@pytest.mark.parametrize(
    "text", ["", "800", "x", "800x", "8e2x600", "-800x600", "80x600", "9000x9"]
)
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="--size"):
        size_of(text)


@pytest.mark.parametrize("size", [(1, 1), (0, 300), (300, -300), (float("nan"), 300), (9000, 300)])
def test_sizes_from_python_are_those_that_can_be_typed(size: tuple[float, float]) -> None:
    with pytest.raises(UsageError, match="a side is 160 to 8000 pixels"):
        plotted(solved("smart_manufacturing"), ".svg", size=size)


def test_a_ground_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="--theme 'pink'"):
        plotted(solved("smart_manufacturing"), ".svg", theme=cast("Theme", "pink"))


def test_sizes() -> None:
    assert size_of("800x600") == size_of("800X600") == size_of("800×600") == (800, 600)
    assert suffix_of(".PNG") == ".png"


def test_points_without_hints_are_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pixel has no hints: a matrix of many objectives is a moment, and the same picture."""
    from matplotlib.axes import Axes

    found = solved("smart_manufacturing")
    calls: list[str] = []
    scatter = Axes.scatter

    def counted(axes: Axes, *places: Any, **look: Any) -> Any:
        calls.append(look["marker"])
        return scatter(axes, *places, **look)

    monkeypatch.setattr(Axes, "scatter", counted)
    drawn = plotted(found, ".png", kind="matrix").content
    panels = 6  # of four objectives
    assert len(calls) <= 3 * (panels + 1)  # roles, also in the legend
    monkeypatch.setattr(matplotlib_drawing, "_unhinted", list)
    calls.clear()
    assert plotted(found, ".png", kind="matrix").content == drawn
    assert len(calls) >= panels * len(found.front)
