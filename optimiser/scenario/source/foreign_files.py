"""What is given where a scenario is expected: folders, tables, results, workbooks, web pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from optimiser.language import listed, marked, tr
from optimiser.scenario.nodes import MappingNode

__all__ = ["folder_help", "foreign_bytes", "foreign_mapping", "foreign_text"]

_MOST_NAMED: Final = 5
_TABLES: Final = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_STARTS: Final = (
    (_WORKBOOKS[0], marked("a workbook or archive")),
    (_WORKBOOKS[1], marked("a workbook of the old kind (.xls)")),
    (b"\x1f\x8b", marked("a compressed file")),
    (b"%PDF", marked("a PDF")),
    (b"\x89PNG", marked("a picture")),
    (b"\xff\xd8\xff", marked("a picture")),
)
#: how every front.csv begins
_FRONT: Final = "plan,rank,score"
_SEPARATORS: Final = ",;\t"


def folder_help(folder: Path, /) -> str:
    """Which scenarios a folder holds, of which one is meant; or what it is otherwise."""
    try:
        names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in (".yaml", ".yml"))
        result = (folder / "result.json").is_file()
    except OSError:
        return tr("name the YAML file in it")
    if len(names) == 1:
        return tr("name the file in it: {file}", file=folder / names[0])
    if len(names) > _MOST_NAMED:
        return tr(
            "name the one that is meant: {file}; there are {names}, ... ({number} in all)",
            file=folder / names[0],
            names=listed(names[:_MOST_NAMED]),
            number=len(names),
        )
    if names:
        return tr(
            "name the one that is meant: {file}; there are {names}",
            file=folder / names[0],
            names=listed(names),
        )
    if result:
        return tr(
            "it holds a result: name the scenario that was solved; show, rank and verify take it"
        )
    return tr("name a YAML file; there is none in this folder")


def foreign_bytes(path: Path, data: bytes, /) -> tuple[str, str] | None:
    """What a file is by its ending and first bytes, and what to do with it; None where it may be
    YAML.
    """
    suffix = path.suffix.lower()
    if suffix in _TABLES:
        if data.removeprefix(b"\xef\xbb\xbf").startswith(_FRONT.encode()):
            return _front(path)
        return tr("a table"), _table_help(path)
    for start, what in _STARTS:
        if data.startswith(start):
            help = tr("a scenario is text: a YAML file")
            return tr(what), _table_help(path) if start in _WORKBOOKS else help
    return None


def foreign_text(path: Path, text: str, /) -> tuple[str, str] | None:
    """What a text is that is no YAML, and what to do with it; None where it may be YAML."""
    if text.startswith(_FRONT):
        return _front(path)
    lines = text[:4000].split("\n", 2)
    if lines[0].lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
        return tr("a web page"), tr("download the file itself, not the page that shows it")
    if len(lines) > 1 and ":" not in lines[0] and lines[0][:1] not in ("#", "-", "{", "["):
        for separator in _SEPARATORS:
            if 0 < lines[0].count(separator) == lines[1].count(separator):
                return tr("a table"), _table_help(path)
    return None


def foreign_mapping(node: MappingNode, /) -> tuple[str, str] | None:
    """What a mapping is that is no scenario: a result as it is stored."""
    if "schema_version" in node.entries and "plans" in node.entries and "scenario" in node.entries:
        return tr("a result"), tr(_RESULT_HELP)
    return None


_RESULT_HELP: Final = marked(
    "name the YAML file of its scenario; show, rank, compare and verify take the result's folder"
)


def _front(path: Path) -> tuple[str, str]:
    return tr("the table of a result ({name})", name=path.name), tr(_RESULT_HELP)


def _table_help(path: Path) -> str:
    return tr(
        "optimise init --from {name} starts a scenario around it; a scenario reads it "
        "with 'catalogue: {name}'",
        name=path.name,
    )
