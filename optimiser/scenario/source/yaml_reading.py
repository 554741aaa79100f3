"""Files that hold one YAML mapping: a scenario, or the values of parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import MappingNode, Position, ScalarNode, Source
from optimiser.scenario.source.encodings import decoded
from optimiser.scenario.source.foreign_files import (
    folder_help,
    foreign_bytes,
    foreign_mapping,
    foreign_text,
)
from optimiser.scenario.source.yaml_nodes import compose, kind_of

__all__ = ["MOST_BYTES", "SCENARIO", "read_file", "read_text"]

MOST_BYTES: Final = 10_000_000
SCENARIO: Final = ("a scenario", "start with 'optimise: 1' and 'name: ...'")


def read_file(
    path: Path, name: str, findings: Findings, /, *, holds: tuple[str, str] = SCENARIO
) -> tuple[Source, MappingNode | None]:
    """Read one file; ``name`` is how messages call it. None where it cannot be used, with the
    reasons in ``findings``.

    ``holds`` is what the file should hold, in a planner's words, and how to begin one.
    """
    source = Source(name)
    whole = Position(source)
    try:
        folder = paths.is_folder(path)
        data = None if folder else paths.content(path, most=MOST_BYTES + 1, pipes=True)
    except (OSError, UsageError) as error:
        findings.error("S001", whole, f"the file cannot be read: {paths.reason(error)}")
        return source, None
    if data is None:
        findings.error(
            "S001",
            whole,
            f"{holds[0]} is a file, and this is a folder",
            help=folder_help(path),
        )
        return source, None
    if len(data) > MOST_BYTES:
        findings.error(
            "S003",
            whole,
            "the file is larger than 10 MB",
            help=f"{holds[0]} is text written for people",
        )
        return source, None
    foreign = foreign_bytes(path, data) if holds is SCENARIO else None
    read = None if foreign is not None else decoded(data, name, findings)
    if read is not None and foreign is None and holds is SCENARIO:
        foreign = foreign_text(path, read.text)
    if foreign is not None:
        _refuse(foreign, whole, findings)
    if read is None or foreign is not None:
        return source, None
    return read, read_text(read, findings, holds=holds)


def read_text(
    source: Source, findings: Findings, /, *, holds: tuple[str, str] = SCENARIO
) -> MappingNode | None:
    """Read the one mapping that a source holds; None where it cannot be used."""
    node = compose(source, findings)
    if node is None:
        return None
    if isinstance(node, MappingNode):
        foreign = foreign_mapping(node) if holds is SCENARIO else None
        if foreign is not None:
            _refuse(foreign, Position(source), findings)
        return node if foreign is None else None
    if isinstance(node, ScalarNode) and node.kind == "null":
        findings.error("S002", Position(source), "the file is empty", help=holds[1])
    else:
        message = f"{holds[0]} is a mapping of keys, and this is {kind_of(node)}"
        findings.error("S002", node, message, help="write 'key: value' lines")
    return None


def _refuse(foreign: tuple[str, str], at: Position, findings: Findings) -> None:
    what, help = foreign
    message = f"{SCENARIO[0]} is a YAML file, and this is {what}"
    findings.error("S002", at, message, help=help)
