"""Workbooks that are small and cost much, or whose parts contradict one another."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from tests.robustness.bases import TABLE
from tests.robustness.judging import Trial
from tests.robustness.running import Server
from tests.robustness.scenarios import damaged_bytes
from tests.robustness.tables import read_table

__all__ = ["COSTLY", "packed", "sheet_rows", "workbook_bytes", "workbook_costly", "workbook_parts"]

Parts = dict[str, bytes]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = "xl/worksheets/sheet1.xml"
_STYLES = "xl/styles.xml"
_TYPES = "[Content_Types].xml"
_BOOK = "xl/workbook.xml"


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def sheet_rows(rows: list[list[str]], /) -> str:
    """The rows of a sheet as its part has them."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{_letters(i)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for i, text in enumerate(row, 1)
            if text
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return "".join(lines)


def _sheet(inside: str, after: str = "", before: str = "") -> bytes:
    text = f'{_XML}<worksheet xmlns="{_MAIN}">{before}<sheetData>{inside}</sheetData>{after}'
    return f"{text}</worksheet>".encode()


def _sound() -> Parts:
    """The parts of a workbook with the table."""
    fonts = "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills>"
    fonts += "<borders><border/></borders>"
    fonts += "<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/></cellXfs>"
    return {
        _TYPES: (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{_BOOK}" ContentType="{_KIND}.sheet.main+xml"/>'
            f'<Override PartName="/{_SHEET}" ContentType="{_KIND}.worksheet+xml"/>'
            f'<Override PartName="/{_STYLES}" ContentType="{_KIND}.styles+xml"/></Types>'
        ).encode(),
        "_rels/.rels": (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="{_BOOK}"/></Relationships>'
        ).encode(),
        _BOOK: (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Table" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ).encode(),
        _STYLES: f'{_XML}<styleSheet xmlns="{_MAIN}">{fonts}</styleSheet>'.encode(),
        _SHEET: _sheet(sheet_rows(TABLE)),
    }


def packed(parts: Mapping[str, bytes], /, *, way: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way, compresslevel=9) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def workbook_bytes(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Bytes of the archive changed."""
    data, trial.words = damaged_bytes(packed(_sound()), rng)
    read_table(trial, server, folder, "table.xlsx", data)


def workbook_parts(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Parts left out, exchanged, damaged inside, with other numbers in their XML."""
    parts = _sound()
    for _ in range(rng.choice([1, 1, 2])):
        name, how = rng.choice(sorted(parts)), rng.randrange(6)
        if how == 0:
            parts[name], words = damaged_bytes(parts[name], rng)
        elif how == 1 and len(parts) > 1:
            del parts[name]
            words = "gone"
        elif how == 2:
            other = rng.choice(sorted(parts))
            parts[name], parts[other], words = parts[other], parts[name], f"is {other}"
        elif how == 3:
            parts[name], words = b"", "empty"
        else:
            # an attribute or a text, somewhere
            found = list(re.finditer(rb'"[^"]*"|>[^<]+<', parts[name]))
            if not found:
                continue
            at = rng.choice(found)
            value = rng.choice(_ATTRIBUTES)
            parts[name] = parts[name][: at.start() + 1] + value + parts[name][at.end() - 1 :]
            words = f"{at[0][:30]!r} = {value[:30]!r}"
        trial.words += f"{name}: {words}; "
    read_table(trial, server, folder, "table.xlsx", packed(parts))


_ATTRIBUTES = [b"", b"-1", b"0", b"1048577", b"99999999999999999999", b"A0", b"ZZZZZZ9999999"]
_ATTRIBUTES += [b"1e999", b"NaN", b"../../x", b"/etc/passwd", b"&#x1b;[31m", b"&amp;", b"&bad;"]
_ATTRIBUTES += [b"n", b"s", b"b", b"e", b"d", b"str", b"inlineStr", b"A1:XFD1048576", b"\xc3\xa9"]


def _many_styles(n: int) -> Parts:
    text = _sound()[_STYLES].decode()
    formats = "".join(f'<numFmt numFmtId="{200 + i}" formatCode="0.0{i}"/>' for i in range(n))
    text = text.replace("<fonts>", f"<numFmts>{formats}</numFmts><fonts>")
    xfs = "".join(f'<xf numFmtId="{200 + i}" applyNumberFormat="1"/>' for i in range(n))
    text = text.replace("<cellXfs><xf/>", f"<cellXfs><xf/>{xfs}")
    return {_STYLES: text.encode()}


def _same_styles(n: int) -> Parts:
    text = _sound()[_STYLES].decode().replace("<cellXfs><xf/>", "<cellXfs>" + "<xf/>" * 40 * n)
    return {_STYLES: text.encode()}


def _fonts(n: int) -> Parts:
    text = _sound()[_STYLES].decode().replace("<font/>", "<font><b/><sz val='9'/></font>" * 10 * n)
    return {_STYLES: text.encode()}


def _merged(n: int) -> Parts:
    """Overlapping ranges, each as large as a sheet can be."""
    ranges = '<mergeCell ref="A1:XFD1048576"/>' * n
    after = f"<mergeCells>{ranges}</mergeCells>"
    return {_SHEET: _sheet(sheet_rows(TABLE), after)}


def _merged_in_a_comment(n: int) -> Parts:
    return {_SHEET: _sheet(sheet_rows(TABLE), "<!--" + "<mergeCell " * 10 * n + "-->")}


def _names(n: int) -> Parts:
    names = "".join(f'<definedName name="n{i}">Table!$A$1</definedName>' for i in range(10 * n))
    text = _sound()[_BOOK].decode()
    return {
        _BOOK: text.replace(
            "</workbook>", f"<definedNames>{names}</definedNames></workbook>"
        ).encode()
    }


def _long(n: int) -> Parts:
    """Rows with a cell each."""
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>1</v></c></row>' for i in range(6, 30 * n + 6))
    return {_SHEET: _sheet(sheet_rows(TABLE) + rows)}


def _bare(n: int) -> Parts:
    """Rows without cells."""
    return {_SHEET: _sheet(sheet_rows(TABLE) + "<row/>" * 100 * n)}


def _formatted(n: int) -> Parts:
    rows = "".join(
        f'<row r="{i}"><c r="A{i}" s="0"/><c r="C{i}" s="0"/></row>' for i in range(6, 30 * n + 6)
    )
    return {_SHEET: _sheet(sheet_rows(TABLE) + rows)}


def _far(n: int) -> Parts:
    """A row whose number says that all rows before it are there, and a far column in each."""
    rows = "".join(f'<row r="{i}"><c r="XFD{i}"><v>1</v></c></row>' for i in range(6, n // 100 + 7))
    return {_SHEET: _sheet(sheet_rows(TABLE) + rows + '<row r="1048576"/>')}


def _beyond(n: int) -> Parts:
    row = f'<row r="{10**9 + n}"><c r="A{10**9 + n}"><v>1</v></c></row>'
    return {_SHEET: _sheet(sheet_rows(TABLE) + row)}


def _deep(n: int) -> Parts:
    return {_SHEET: _sheet(sheet_rows(TABLE), "<x>" * 10 * n + "</x>" * 10 * n)}


def _deep_styles(n: int) -> Parts:
    text = _sound()[_STYLES].decode()
    return {_STYLES: text.replace("<font/>", "<font>" * n + "</font>" * n).encode()}


def _entities(n: int) -> Parts:
    lines = "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "x" * 10}">' for i in range(min(n, 12))
    )
    text = _sound()[_SHEET].decode().replace("<worksheet", f"<!DOCTYPE x [{lines}]><worksheet", 1)
    return {_SHEET: text.replace("Roof", f"&a{min(n, 12) - 1};").encode()}


def _zeros(n: int) -> Parts:
    return {"xl/media/image1.png": bytes(4_000 * n)}


def _spaces(n: int) -> Parts:
    """A sheet of white space that unpacks to a thousand times its size."""
    return {_SHEET: _sheet(sheet_rows(TABLE) + " " * 3_000 * n)}


def _strings(n: int) -> Parts:
    items = "<si><t>x</t></si>" * 20 * n
    types = _sound()[_TYPES].decode()
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/>'
    return {
        _TYPES: types.replace("</Types>", f"{part}</Types>").encode(),
        "xl/sharedStrings.xml": f'{_XML}<sst xmlns="{_MAIN}">{items}</sst>'.encode(),
    }


def _wide_text(n: int) -> Parts:
    return {_SHEET: _sheet(sheet_rows([*TABLE, ["x", "a" * 1_000 * n, "1", "1", "1"]]))}


def _types(n: int) -> Parts:
    types = _sound()[_TYPES].decode()
    more = "".join(f'<Override PartName="/x{i}" ContentType="x"/>' for i in range(10 * n))
    return {_TYPES: types.replace("</Types>", f"{more}</Types>").encode()}


def _sheets(n: int) -> Parts:
    more = "".join(f'<sheet name="s{i}" sheetId="{i + 2}" r:id="rId1"/>' for i in range(n // 10))
    return {_BOOK: _sound()[_BOOK].decode().replace("</sheets>", f"{more}</sheets>").encode()}


def _columns(n: int) -> Parts:
    rows = [[*row, *[str(i) for i in range(min(n, 16_000))]] for row in TABLE]
    return {_SHEET: _sheet(sheet_rows(rows))}


COSTLY: Mapping[str, Callable[[int], Parts]] = {
    "many styles": _many_styles,
    "equal styles": _same_styles,
    "fonts": _fonts,
    "merged ranges": _merged,
    "merged in a comment": _merged_in_a_comment,
    "defined names": _names,
    "rows": _long,
    "empty rows": _bare,
    "formatted cells": _formatted,
    "far cells": _far,
    "beyond the last row": _beyond,
    "deep XML": _deep,
    "deep styles": _deep_styles,
    "entities": _entities,
    "zeros": _zeros,
    "spaces": _spaces,
    "shared strings": _strings,
    "a long text": _wide_text,
    "content types": _types,
    "sheets": _sheets,
    "columns": _columns,
}


def workbook_costly(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """A sound workbook with much of one thing."""
    kinds = sorted(COSTLY)
    # each in turn, so that a few trials see them all
    name = kinds[trial.number % len(kinds)]
    n = rng.choice([3_000, 30_000])
    trial.words = f"{name}, {n}"
    data = packed({**_sound(), **COSTLY[name](n)})
    if len(data) > 10_000_000:
        trial.words += ": larger than 10 MB"
        return
    read_table(trial, server, folder, "table.xlsx", data)
