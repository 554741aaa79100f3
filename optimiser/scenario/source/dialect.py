"""How a table is read where its file alone does not say: the keys beside ``file``.

``catalogue: {file: m.xlsx, sheet: Massnahmen, header: 3, columns: {投资: capex}}``; the short form
is the file alone. ``init --from`` takes the same as options.
"""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import listed, tr
from optimiser.patterns import pattern
from optimiser.scenario.diagnostics import Findings, did_you_mean, known
from optimiser.scenario.nodes import Entry, MappingNode, Node, Position, ScalarNode, Source
from optimiser.scenario.source.yaml_writing import text_scalar

__all__ = ["ENCODINGS", "OPTIONS", "Dialect", "dialect_of", "option_entries"]

OPTIONS: Final = ("sheet", "header", "decimal", "encoding", "columns", "hidden")
#: what tables come in, by the names that people use
ENCODINGS: Final = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16", "utf16": "utf-16",
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030",
    "big5": "big5", "cp1252": "cp1252", "windows-1252": "cp1252", "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
}  # fmt: skip
_PLAIN_ARGUMENT: Final = pattern(r"[\w.,=-]+")
_MOST_HEADER: Final = 1_000_000
_ONE_OF: Final = {"decimal": (".", ","), "hidden": ("read", "skip")}


@dataclass(frozen=True, eq=False)
class Dialect:
    """How a table is read.

    Attributes:
        file: its name, as it is written.
        key: the key that names it, ``--from`` on the command line; empty where there are no
            options.
        sheet: of a workbook; empty for the first visible one.
        header: the line or row that names the columns; 0 for the first that is not empty.
        decimal: what stands before the decimals of a number.
        encoding: of a text, as Python calls it; empty for UTF-8.
        hidden: ``read`` or ``skip`` hidden rows and columns.
        columns: what columns are called here, by their heading; empty for one to leave out.
        places: where each option is written, and each heading of ``columns``.
    """

    file: str = ""
    key: str = ""
    sheet: str = ""
    header: int = 0
    decimal: str = "."
    encoding: str = ""
    hidden: str = "read"
    columns: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Position] = field(default_factory=dict)

    def advice(self, options: Mapping[str, object], /) -> str:
        """How to say these options besides those that are given; empty where none can be said."""
        if not self.key:
            return ""
        if self.key == "--from":
            typed = " ".join(_argument(name, value) for name, value in options.items())
            return tr("add {options}", options=typed)
        return tr("write {yaml}", yaml=f"{self.key}: {self.written(options)}")

    def written(self, options: Mapping[str, object], /) -> str:
        """The table as YAML on one line, with these options besides those that are given."""
        given: dict[str, Any] = {
            "sheet": self.sheet,
            "header": self.header,
            "decimal": self.decimal if self.decimal != "." or "decimal" in self.places else "",
            "encoding": self.encoding,
            "columns": {heading: name or None for heading, name in self.columns.items()},
            "hidden": self.hidden if self.hidden != "read" else "",
        }
        columns = options.get("columns")
        if isinstance(columns, Mapping):
            options = {**options, "columns": {**given["columns"], **columns}}
        written = {name: value for name, value in {**given, **options}.items() if value}
        return _flow({"file": self.file, **written} if written else self.file)

    @property
    def identity(self) -> tuple[object, ...]:
        """What two readings of one file have in common when they are the same."""
        columns = tuple(self.columns.items())
        return self.sheet, self.header, self.decimal, self.encoding, self.hidden, columns


def dialect_of(node: Node, key: str, findings: Findings, /) -> tuple[Node, Dialect] | None:
    """The node that names a table's file, and how that is read; None, with the reasons in
    ``findings``, where an option cannot be used.
    """
    if not isinstance(node, MappingNode):
        file = node.text if isinstance(node, ScalarNode) else ""
        return node, Dialect(file, key)
    errors = findings.errors
    for name, entry in node.entries.items():
        if name not in ("file", *OPTIONS):
            names = ("file", *OPTIONS)
            findings.error(
                "S011",
                entry.key,
                tr("unknown key '{name}' in {key}", name=name, key=key),
                label=known("keys", names),
                help=did_you_mean(name, names),
            )
    named = node.get("file")
    if named is None:
        help = tr("write {key}: {{file: measures.csv}}", key=key)
        findings.error("S013", node, tr("'file' is missing in {key}", key=key), help=help)
        return None
    given: dict[str, Any] = {
        name: value
        for name, entry in node.entries.items()
        if name in OPTIONS
        and name != "columns"
        and (value := _option(name, entry.value, findings)) is not None
    }
    columns, places = _columns(node.get("columns"), findings)
    if findings.errors > errors:
        return None
    places |= {name: entry.key for name, entry in node.entries.items()}
    text = named.text if isinstance(named, ScalarNode) else ""
    return named, Dialect(text, key, columns=columns, places=places, **given)


def option_entries(
    *,
    sheet: str | None = None,
    header: int | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    columns: Sequence[str] = (),
) -> dict[str, Entry]:
    """Options of the command line as entries beside ``file``.

    Args:
        columns: ``编号=id``, several with commas between or one after another; nothing behind ``=``
            leaves a column out.

    Raises:
        UsageError: ``columns`` without ``=``.
    """
    found = {}
    given = {"sheet": sheet, "header": header, "decimal": decimal, "encoding": encoding}
    for name, value in given.items():
        if value is not None:
            found[name] = _entry(f"--{name}", str(value))
    renamed: dict[str, Entry] = {}
    for text in columns:
        rest = ""
        for part in re.split("[,\uff0c]", text):
            heading, equals, name = (rest + part).rpartition("=")
            if equals:
                renamed[heading.strip()] = _entry("--columns", name.strip(), text)
            rest = "" if equals else f"{rest}{part},"
        if rest:
            raise UsageError(
                tr("--columns {text}: '{part}' has no =", text=text, part=rest[:-1]),
                help=tr("write HEADING=NAME, as in --columns 编号=id,投资=capex"),
            )
    if renamed:
        at = next(iter(renamed.values())).key
        found["columns"] = Entry(at, MappingNode(at, (1, 1), renamed))
    return found


def _entry(option: str, value: str, shown: str = "") -> Entry:
    at = Position(Source(option, shown or value), 1, 1, max(1, len(shown or value)))
    kind = "text" if value else "null"
    return Entry(at, ScalarNode(at, (1, 1), value, kind))


def _option(name: str, node: Node, findings: Findings) -> str | int | None:
    """The value of an option; None, reported, where it cannot be used."""
    text = node.text.strip() if isinstance(node, ScalarNode) and node.kind != "null" else ""
    if name == "header":
        if text.isascii() and text.isdigit() and 0 < int(text) <= _MOST_HEADER:
            return int(text)
        message = tr(
            "'header' is the number of the row that names the columns, counted from 1, got "
            "'{text}'",
            text=text,
        )
        help = tr("write for example header: 3")
    elif name == "encoding":
        if text.casefold() in ENCODINGS:
            return ENCODINGS[text.casefold()]
        message = tr("'encoding' is an encoding of a text, got '{text}'", text=text)
        help = tr("one of {names}", names=listed(dict.fromkeys(ENCODINGS.values())))
    elif name in _ONE_OF:
        if text in _ONE_OF[name]:
            return text
        allowed = listed((f"'{value}'" for value in _ONE_OF[name]), last="or")
        message = tr("'{name}' is {allowed}, got '{text}'", name=name, allowed=allowed, text=text)
        help = tr("write {yaml}", yaml=f"{name}: {json.dumps(_ONE_OF[name][1])}")
    elif text:
        return text
    else:
        message = tr("'sheet' is the name of a sheet, got '{text}'", text=text)
        help = tr("write for example sheet: Measures")
    findings.error("S015", node, message, help=help)
    return None


def _columns(node: Node | None, findings: Findings) -> tuple[dict[str, str], dict[str, Position]]:
    """What columns are called, by their heading in NFKC, and where that is written."""
    if node is None:
        return {}, {}
    if not isinstance(node, MappingNode):
        help = tr("write columns: {编号: id, 投资: capex}; null leaves a column out")
        findings.error("S014", node, tr("'columns' names columns by their heading"), help=help)
        return {}, {}
    found, places = {}, {}
    for heading, entry in node.entries.items():
        value = entry.value
        if not isinstance(value, ScalarNode):
            help = tr("write one name, with a unit where it has one: capex, or 'capex [M CNY]'")
            findings.error(
                "S014", value, tr("column '{heading}' takes one name", heading=heading), help=help
            )
            continue
        key = " ".join(unicodedata.normalize("NFKC", heading).split())
        found[key] = "" if value.kind == "null" else unicodedata.normalize("NFKC", value.text)
        places[f"columns.{key}"] = entry.key
    return found, places


def _argument(name: str, value: object) -> str:
    """An option as it is typed in a shell."""
    if isinstance(value, Mapping):
        pairs = ",".join(f"{heading}={new or ''}" for heading, new in value.items())
        value = pairs
    text = str(value)
    return f"--{name} {text if _PLAIN_ARGUMENT.fullmatch(text) else shlex.quote(text)}"


def _flow(value: object) -> str:
    """A value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if value is None or isinstance(value, int):
        return "null" if value is None else str(value)
    # Within braces a text is plain only where no bracket or comma is in it.
    text = text_scalar(str(value))
    return json.dumps(text, ensure_ascii=False) if re.match(r"[^\"].*[\[\]{},]", text) else text
