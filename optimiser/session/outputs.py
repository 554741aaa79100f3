"""What an option writes lands on nothing that would be missed: on no file that the scenario was
read from, and on no file of others unless that is asked for.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import listed, marked, tr
from optimiser.patterns import pattern
from optimiser.results.folder import write_text
from optimiser.results.places import CERTIFICATE_FILE, FRONT_FILE, RESULT_FILE
from optimiser.study.resuming import RESUME_FILE

if TYPE_CHECKING:
    from optimiser.scenario import Scenario

__all__ = [
    "MARK",
    "Output",
    "guard",
    "inputs_of",
    "of_folder",
    "of_result",
    "with_mark",
    "write_all",
]

#: what is in every file of ours that says so in no other way
MARK: Final = "written by optimise"
_COMMENTS: Final = {
    ".md": f"<!-- {MARK} -->\n",
    ".xml": f"<!-- {MARK} -->\n",
    ".opb": f"* {MARK}\n",
    ".tex": f"% {MARK}\n",
    ".txt": f"# {MARK}\n",
}
_ENDINGS: Final = {"md": ".md", "junit": ".xml", "github": ".txt", "csv": ".csv", "json": ".json"}
_HEADERS: Final = (
    b"plan,rank,score",
    codecs.BOM_UTF8 + b"plan,rank,score",
    codecs.BOM_UTF8 + b"plan;rank;score",
    b"variant,plan,rank,score",
)
_JSON: Final = pattern(
    rb'\s*(\{(.*\s)?"schema_version"\s*:\s*\d|\[\s*\{\s*"base":\s*("[^"]*"|null),\s*"new":'
    rb'|\[?\s*\{\s*"result":\s*"[^"]*",\s*"file":|\[\s*\{\s*"code":\s*"[^"]*",\s*"severity":'
    rb"|\[\]\s*$)",
    re.DOTALL,
)
_COMPARISON: Final = b"base,new,metric,base_value"
_ENDS: Final = 4096
_INPUT: Final = marked(
    "it is read by this command; nothing allows that to be replaced: name another file"
)


@dataclass(frozen=True)
class Output:
    """A file that an option writes.

    Attributes:
        option: as it is typed.
        path: where to.
        suffixes: what its name may end in; none where the format is said beside it.
        ours: whether what is there is known to be of this program.
    """

    option: str
    path: Path
    suffixes: tuple[str, ...] = ()
    ours: bool = False


def of_folder(folder: Path, /) -> tuple[Output, ...]:
    """The files of a result folder."""
    names = (FRONT_FILE, RESULT_FILE, CERTIFICATE_FILE, RESUME_FILE)
    return tuple(Output("-o", folder / name) for name in names)


def inputs_of(scenario: Scenario, /, *more: Path | None) -> tuple[Path, ...]:
    """The files that a scenario was read from, or, where it comes from a result, those that can be
    found again.
    """
    files = list(scenario.files)
    if not files and scenario.file.endswith((".yaml", ".yml")):
        top = Path(scenario.file)
        files = [top, *(top.parent / name for name in scenario.sources)]
    return (*files, *(path for path in more if path is not None))


def of_result(path: str | Path, /) -> tuple[Path, ...]:
    """The files of a result, which ``path`` names by its folder or by its ``result.json``."""
    place = Path(path)
    if place.name != RESULT_FILE and not paths.is_folder(place):
        return (place,)
    folder = place.parent if place.name == RESULT_FILE else place
    return tuple(output.path for output in of_folder(folder))


def guard(
    outputs: Iterable[Output], inputs: Sequence[Path] = (), /, *, overwrite: bool = False
) -> None:
    """Refuse what would be missed, before anything is solved.

    Pipes, devices and empty files are always allowed. What the system says against a path is told
    when it is written.

    Args:
        outputs: what is going to be written.
        inputs: what it is made from.
        overwrite: whether files of others may be replaced.

    Raises:
        UsageError: an output has the wrong suffix, is an input, is another's, or is written twice.
    """
    outputs = tuple(outputs)
    for output in outputs:
        for source in inputs:
            if _exists(output.path) and paths.same_file(output.path, source):
                message = tr(
                    "{option} {path} would replace {source}",
                    option=output.option,
                    path=output.path,
                    source=source,
                )
                raise UsageError(message, help=tr(_INPUT))
        if not _plain(output.path):
            continue
        if output.suffixes and output.path.suffix.lower() not in output.suffixes:
            ends = listed(output.suffixes, last="or")
            raise UsageError(
                tr(
                    "{option} {path}: {option} writes {ends}",
                    option=output.option,
                    path=output.path,
                    ends=ends,
                ),
                help=tr("name a file that ends in {ends}", ends=ends),
            )
        if not (overwrite or output.ours) and _foreign(output.path):
            raise UsageError(
                tr("{path} is there already, and optimise did not write it", path=output.path),
                help=tr(
                    "name another file for {option}, or replace it with --overwrite",
                    option=output.option,
                ),
            )
    _refuse_twice([output for output in outputs if _plain(output.path)])


def write_all(files: Iterable[tuple[str, Path]], text: Callable[[str], str], /) -> list[UsageError]:
    """Write something to several files, with the mark of its format, such as ``md`` or ``junit``;
    what is in the way of some is given back, since there is more to tell.

    Args:
        files: format and file of each.
        text: what it is in a format.
    """
    refused = []
    for format, file in files:
        words = text(format)
        try:
            write_text(file, with_mark(words, _ENDINGS[format]) if _plain(file) else words)
        except UsageError as error:
            refused.append(error)
    return refused


def with_mark(text: str, suffix: str, /) -> str:
    """A text with the mark of this program at its end, where its format has comments; below the
    head that some solvers ask for.
    """
    comment = _COMMENTS.get(suffix.lower(), "")
    if suffix.lower() != ".opb":
        return text + comment
    head, end, rest = text.partition("\n")
    return head + end + comment + rest


def _refuse_twice(outputs: Sequence[Output], /) -> None:
    seen: dict[Path, Output] = {}
    for output in outputs:
        place = Path(*output.path.absolute().parts)
        if place in seen:
            both = listed(dict.fromkeys([seen[place].option, output.option]), last="and")
            raise UsageError(
                tr("{options} both write {path}", options=both, path=output.path),
                help=tr("name two files"),
            )
        seen[place] = output


def _exists(path: Path, /) -> bool:
    try:
        return paths.kind(path) is not None
    except UsageError:
        return False


def _plain(path: Path, /) -> bool:
    """Whether a file is there, or nothing yet: not a device or a pipe, nor what cannot be told."""
    try:
        return paths.kind(path) in ("file", None)
    except UsageError:
        return False


def _foreign(path: Path, /) -> bool:
    """Whether a file holds something that this program did not write."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_ENDS)
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - _ENDS))
            tail = stream.read()
    except paths.REFUSALS:
        return False
    if not head:
        return False
    if path.name in (CERTIFICATE_FILE, RESUME_FILE):
        return False  # no one else calls a file so
    ours = head.startswith((*_HEADERS, _COMPARISON)) or _JSON.match(head)
    return not ours and MARK.encode() not in head + tail
