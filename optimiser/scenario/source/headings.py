"""Headings in the words of planners: which column holds the ids, and which row names the columns.

Nothing is read by these guesses: they only say, where a table is refused, what would read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from optimiser.expressions import RESERVED
from optimiser.patterns import pattern
from optimiser.scenario.source.cells import literal

__all__ = ["SUMS", "header_row", "named_columns"]

#: what columns of a catalogue are called in English, Chinese and German, folded
_WORDS: Final = {
    "id": [
        "id",
        "ids",
        "key",
        "code",
        "ident",
        "identifier",
        "number",
        "no.",
        "nr",
        "nr.",
        "nummer",
        "kennung",
        "kürzel",
        "kennzeichen",
        "schlüssel",
        "maßnahmennummer",
        "编号",
        "编码",
        "代码",
        "代号",
        "标识",
        "项目编号",
        "技术编号",
        "措施编号",
        "序号",
    ],
    "title": [
        "title",
        "name",
        "label",
        "measure",
        "technology",
        "project",
        "description",
        "bezeichnung",
        "titel",
        "maßnahme",
        "massnahme",
        "technologie",
        "projekt",
        "beschreibung",
        "名称",
        "项目名称",
        "技术名称",
        "措施名称",
        "措施",
        "技术",
        "项目",
        "说明",
    ],
    "layer": [
        "layer",
        "level",
        "category",
        "group",
        "ebene",
        "schicht",
        "kategorie",
        "bereich",
        "层",
        "层级",
        "层次",
        "类别",
        "分类",
        "类型",
    ],
    "requires": [
        "requires",
        "require",
        "needs",
        "prerequisite",
        "prerequisites",
        "depends",
        "dependencies",
        "erfordert",
        "benötigt",
        "voraussetzung",
        "voraussetzungen",
        "前置",
        "前提",
        "依赖",
        "需要",
        "前置条件",
        "前置技术",
        "前置项目",
        "前置措施",
        "依赖项",
    ],
    "excludes": [
        "excludes",
        "exclude",
        "conflicts",
        "conflict",
        "ausschluss",
        "ausschlüsse",
        "schließt",
        "konflikt",
        "互斥",
        "排斥",
        "排除",
        "冲突",
        "互斥项",
        "互斥技术",
        "互斥项目",
        "互斥措施",
    ],
}
#: what a row is called that adds up others, folded
SUMS: Final = frozenset(
    [
        "total",
        "totals",
        "sum",
        "subtotal",
        "summe",
        "gesamt",
        "gesamtsumme",
        "zwischensumme",
        "合计",
        "总计",
        "小计",
        "总和",
    ]
)
_ROWS_LOOKED_AT: Final = 20
_UNIT: Final = pattern(r"\s*[\[(\uff08].*")


def named_columns(header: Sequence[str], rows: Sequence[Sequence[str]], /) -> dict[str, str | None]:
    """The headings that the program does not know but a planner means by its names: heading ->
    name, ``id`` first; empty where no column can be the ids.
    """
    found: dict[str, str] = {}
    for name, words in _WORDS.items():
        if name in header:
            continue
        matches = [heading for heading in header if _plain(heading) in words]
        if name == "id":
            matches = [h for h in matches if _are_ids(header.index(h), rows)] or [
                h for i, h in enumerate(header) if h and _are_ids(i, rows)
            ]
            if not matches:
                return {}
        matches = [heading for heading in matches if heading not in found.values()]
        if matches:
            found[name] = matches[0]
    return {heading: name for name, heading in found.items()}


def header_row(rows: Sequence[Sequence[str]], /) -> int | None:
    """The row that names the columns where the first one does not: a title or a note stands above;
    None where the first row may well be the header.
    """
    first = [cell for cell in rows[0] if cell]
    looked_at = [[cell for cell in row if cell] for row in rows[:_ROWS_LOOKED_AT]]
    knows_ids = any(_plain(cell) == "id" for cell in first)
    for number, cells in enumerate(looked_at[1:], 1):
        if knows_ids or len(cells) < 2 or len(set(cells)) < len(cells):
            continue
        if any(re.match(r"[-+(]?[0-9]", cell) for cell in cells):
            continue
        longest = all(len(cells) >= len(row) for row in looked_at[number + 1 :])
        fuller = len(cells) > len(first) and (longest or len(first) == 1)
        if number + 1 < len(rows) and (fuller or any(_plain(cell) == "id" for cell in cells)):
            return number
    return None


def _plain(heading: str) -> str:
    """A heading without its unit, folded."""
    return _UNIT.sub("", heading).strip().casefold()


def _are_ids(column: int, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of a column could be ids, each once."""
    cells = [row[column] for row in rows if any(row)]
    return (
        bool(cells)
        and len(set(cells)) == len(cells)
        and all(
            cell.isidentifier() and cell not in RESERVED and literal(cell) is None for cell in cells
        )
    )
