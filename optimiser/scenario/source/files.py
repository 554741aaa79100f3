"""The files that a scenario names: where they are, whether it may read them, and what its data
files held.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import listed, tr
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Node, Position, ScalarNode, Source
from optimiser.scenario.source.yaml_reading import MOST_BYTES

if TYPE_CHECKING:
    from optimiser.scenario.source.dialect import Dialect
    from optimiser.scenario.source.tables import Table

__all__ = ["Files", "insist_on_table", "table_in"]

_PACKED = b"PK\x03\x04"
_EXAMPLES = {"extends": "base.yaml", "catalogue": "measures.csv", "data": "sales.csv"}


def table_in(path: Path, name: str, findings: Findings, /) -> Table | None:
    """The table in a file that is named on the command line; None, with the reasons in
    ``findings``, where it cannot be used.
    """
    node = ScalarNode(Position(Source(name)), (0, 0), path.name, "text")
    return Files(path, name, findings).table(node, key="data", said="")


def insist_on_table(path: str | Path, /, *, help: str) -> None:
    """Insist that a path on the command line names a file, which a scenario can name in turn.

    Raises:
        UsageError: there is none, or something else.
    """
    there = paths.kind(path)
    if there == "file":
        return
    message = tr("there is no table {path}", path=path)
    if there is not None:
        message = (
            tr("{path} is a folder, and no table", path=path)
            if there == "folder"
            else tr("{path} is a pipe or a device, and no table", path=path)
        )
    raise UsageError(message, help=help)


def _naming(path: Path) -> Path:
    """Beside what a file names others: standard input is as a file in the working folder."""
    return Path("-") if path == paths.STANDARD_INPUT else path


class Files:
    """The files of one scenario.

    Paths are relative to the file that names them, and stay inside the folder of the top scenario.

    Attributes:
        sources: the SHA-256 of every data file that was read, by its path from the folder of the
            top scenario.
    """

    def __init__(
        self, path: Path, name: str, findings: Findings, /, *, allow_outside: bool = False
    ) -> None:
        """``path`` is the top scenario, ``name`` what messages call it."""
        self.sources: dict[str, str] = {}
        self._findings = findings
        self._top = (path, name)
        self._folder = paths.resolved(_naming(path)).parent
        self._allow_outside = allow_outside
        self._named = {name: path}
        self._tables: dict[tuple[object, ...], Table | None] = {}

    @property
    def read(self) -> tuple[Path, ...]:
        """Every file that was followed, the top scenario first."""
        return tuple(self._named.values())

    def follow(self, node: Node, /, *, key: str) -> tuple[Path, str] | None:
        """The file that the value of ``key`` names, and what messages call it; None, with the
        reason, where it names none.

        What ``--set`` writes is relative to the top scenario.
        """
        text = node.text if isinstance(node, ScalarNode) and node.kind in ("text", "number") else ""
        if not text:
            self._findings.error(
                "S060",
                node,
                tr("{key} takes the path of one file", key=key),
                help=tr("write {yaml}", yaml=f"{key}: {_EXAMPLES[key]}"),
            )
            return None
        name = node.start.source.name
        name, current = (
            (name, self._named[name]) if name in self._named else (self._top[1], self._top[0])
        )
        path = _naming(current).parent / text
        try:
            target = paths.resolved(path)
            if not self._allow_outside and (
                Path(text).is_absolute()
                or text.startswith(("/", "\\"))
                or not target.is_relative_to(self._folder)
            ):
                help = tr("move the file beside the scenario, or use --allow-outside")
                self._findings.error(
                    "S060",
                    node,
                    tr("'{text}' leaves the folder of the scenario", text=text),
                    help=help,
                )
                return None
            exists = paths.is_file(target)
        except UsageError as error:
            message = tr(
                "the file '{text}' cannot be read: {reason}", text=text, reason=paths.reason(error)
            )
            self._findings.error("S060", node, message, help=tr("name a file that may be read"))
            return None
        if not exists:
            help = tr("the path is relative to the file that names it")
            self._findings.error(
                "S060", node, tr("the file '{text}' does not exist", text=text), help=help
            )
            return None
        shown = os.path.normpath(os.path.join(os.path.dirname(name), text))
        self._named[shown] = path
        return path, shown

    def table(
        self,
        node: Node,
        /,
        *,
        key: str,
        kinds: Sequence[str] = (".csv", ".xlsx"),
        said: str | None = None,
    ) -> Table | None:
        """The table in the data file that the value of ``key`` names, with what else it says of how
        that is read; None, with the reasons, where it cannot be used.

        Args:
            kinds: the endings of files that can be read here.
            said: where options are said instead of beside ``file``: ``--from``, or nowhere.
        """
        from optimiser.scenario.source.dialect import dialect_of

        described = dialect_of(node, key, self._findings)
        if described is None:
            return None
        named, dialect = described
        found = self.follow(named, key=key)
        if found is None:
            return None
        path, shown = found
        if path.suffix.lower() not in kinds:
            help = tr("save it as CSV with the encoding UTF-8")
            if ".xlsx" in kinds:
                help = tr("save it as CSV with the encoding UTF-8, or as .xlsx")
            message = tr(
                "'{key}' is a table in a file {kinds}, and this is '{name}'",
                key=key,
                kinds=listed(kinds, last="or"),
                name=path.name,
            )
            self._findings.error("S060", named, message, help=help)
            return None
        dialect = dialect if said is None else replace(dialect, key=said)
        identity = (paths.resolved(path), *dialect.identity)
        if identity not in self._tables:
            self._tables[identity] = self._read(path, shown, dialect)
        return self._tables[identity]

    def _read(self, path: Path, shown: str, dialect: Dialect) -> Table | None:
        whole = Position(Source(shown))
        self._findings.place(whole.source)
        try:
            data = paths.content(path, most=MOST_BYTES + 1)
        except (OSError, UsageError) as error:
            self._findings.error(
                "S001", whole, tr("the file cannot be read: {reason}", reason=paths.reason(error))
            )
            return None
        if len(data) > MOST_BYTES:
            self._findings.error(
                "S003",
                whole,
                tr("the file is larger than 10 MB"),
                help=tr("keep the columns and rows that are used"),
            )
            return None
        relative = Path(os.path.relpath(paths.resolved(path), self._folder)).as_posix()
        self.sources[relative] = hashlib.sha256(data).hexdigest()
        workbook = path.suffix.lower() == ".xlsx"
        for option in ("encoding",) if workbook else ("sheet", "hidden"):
            if option in dialect.places:
                what = tr("a CSV has no {option} part", option=option)
                if workbook:
                    what = tr("a workbook has no encoding")
                at = dialect.places[option]
                self._findings.error("S016", at, what, help=tr("leave {option} out", option=option))
                return None
        if workbook:
            from optimiser.scenario.source.workbooks import workbook_table

            return workbook_table(data, shown, dialect, self._findings)
        if data.startswith(_PACKED):
            self._findings.error(
                "S070",
                whole,
                tr("this is a workbook, and no CSV"),
                help=tr("call it .xlsx, or save it as CSV UTF-8"),
            )
            return None
        from optimiser.scenario.source.csv_tables import csv_table, table_text

        source = table_text(data, shown, dialect, self._findings)
        return None if source is None else csv_table(source, dialect, self._findings)
