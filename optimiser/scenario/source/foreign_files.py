"""What is given where a scenario is expected: folders, tables, results, workbooks, web pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from optimiser.scenario.nodes import MappingNode

__all__ = ["folder_help", "foreign_bytes", "foreign_mapping", "foreign_text"]

_MOST_NAMED: Final = 5
_TABLES: Final = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
_STARTS: Final = (
    (b"PK\x03\x04", "a workbook or archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook of the old kind (.xls)"),
    (b"\x1f\x8b", "a compressed file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
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
        return "name the YAML file in it"
    if len(names) == 1:
        return f"name the file in it: {folder / names[0]}"
    if names:
        more = f", ... ({len(names)} in all)" if len(names) > _MOST_NAMED else ""
        shown = ", ".join(names[:_MOST_NAMED])
        return f"name the one that is meant: {folder / names[0]}; there are {shown}{more}"
    if result:
        return "it holds a result: name the scenario that was solved; show, rank and verify take it"
    return "name a YAML file; there is none in this folder"


def foreign_bytes(path: Path, data: bytes, /) -> tuple[str, str] | None:
    """What a file is by its ending and first bytes, and what to do with it; None where it may be
    YAML.
    """
    suffix = path.suffix.lower()
    if suffix in _TABLES:
        if data.removeprefix(b"\xef\xbb\xbf").startswith(_FRONT.encode()):
            return _front(path)
        return "a table", _table_help(path)
    for start, what in _STARTS:
        if data.startswith(start):
            help = _table_help(path) if "workbook" in what else "a scenario is text: a YAML file"
            return what, help
    return None


def foreign_text(path: Path, text: str, /) -> tuple[str, str] | None:
    """What a text is that is no YAML, and what to do with it; None where it may be YAML."""
    if text.startswith(_FRONT):
        return _front(path)
    lines = text[:4000].split("\n", 2)
    if lines[0].lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
        return "a web page", "download the file itself, not the page that shows it"
    if len(lines) > 1 and ":" not in lines[0] and lines[0][:1] not in ("#", "-", "{", "["):
        for separator in _SEPARATORS:
            if 0 < lines[0].count(separator) == lines[1].count(separator):
                return "a table", _table_help(path)
    return None


def foreign_mapping(node: MappingNode, /) -> tuple[str, str] | None:
    """What a mapping is that is no scenario: a result as it is stored."""
    if "schema_version" in node.entries and "plans" in node.entries and "scenario" in node.entries:
        return "a result", _RESULT_HELP
    return None


_RESULT_HELP: Final = (
    "name the YAML file of its scenario; show, rank, compare and verify take the result's folder"
)


def _front(path: Path) -> tuple[str, str]:
    return f"the table of a result ({path.name})", _RESULT_HELP


def _table_help(path: Path) -> str:
    return (
        f"optimise init --from {path.name} starts a scenario around it; a scenario reads it with "
        f"'catalogue: {path.name}'"
    )
