"""Bring the catalogues in line with the code: ``python -m docs.messages``.

Messages are found where the code says them (`optimiser.language`), by Babel, and in the docstrings
of what a schema describes. New ones come without a translation, changed ones are new, those that
nothing says any longer go. A test compares.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from pydantic import BaseModel

from hatch_build import compiled
from optimiser.commands import application
from optimiser.commands.help import said_of
from optimiser.language import RETOLD
from optimiser.results.document_schema import Record
from optimiser.scenario.format.fields import Section
from optimiser.scenario.format.published_schema import unwrapped

__all__ = ["CATALOGUES", "Said", "brought_in_line", "read", "said", "written"]

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = tuple(sorted((ROOT / "optimiser" / "locale").glob("*/LC_MESSAGES/*.po")))
_SAYS = {"tr": None, "trn": (1, 2), "marked": None}
_KEEPS = {"stored": None}  # English for now, and said again later
_REMARK = "translators:"


class Said(NamedTuple):
    """A message of the code, in ``one`` and ``many`` forms where numbers matter."""

    file: str
    message: str | tuple[str, ...]
    remarks: list[str]
    context: str | None


def said() -> Iterator[Said]:
    """Every message, file by file; the docstrings of commands are their help."""
    for keywords, context in ((_SAYS, None), (_KEEPS, RETOLD)):
        found = extract_from_dir(
            str(ROOT),
            [("optimiser/**.py", "python")],
            keywords=keywords,
            comment_tags=(_REMARK,),
            strip_comment_tags=True,
            directory_filter=_of_the_program,
        )
        for file, _, message, remarks, _ in found:
            yield Said(file, message, remarks, context)
    for command in application().registered_commands:
        function = inspect.unwrap(command.callback) if command.callback else None
        if function is not None:
            file = f"{function.__module__.replace('.', '/')}.py"
            yield Said(file, said_of(function.__doc__ or ""), ["what a command does"], None)
    yield from _described(Section)
    yield from _described(Record)


def _described(model: type[BaseModel], /) -> Iterator[Said]:
    """The docstrings of the models made from one, by which a published schema describes them: not
    of those that only hold against what a room of its own kept.
    """
    for made in model.__subclasses__():
        file = f"{made.__module__.replace('.', '/')}.py"
        if not made.__name__.startswith("_"):
            yield Said(file, unwrapped(made.__doc__ or ""), [], None)
        yield from _described(made)


def _of_the_program(folder: str) -> bool:
    return ROOT / "optimiser" in (Path(folder), *Path(folder).parents)


def read(path: Path, /) -> Catalog:
    """A catalogue as it is."""
    with path.open("rb") as file:
        return read_po(file)


def brought_in_line(old: Catalog, /) -> Catalog:
    """The messages of the code, by file and place, with the translations that the old catalogue
    has.
    """
    new = Catalog(locale=old.locale, project="optimise", charset="utf-8", fuzzy=False)
    for file, message, remarks, context in said():
        known = old.get(message if isinstance(message, str) else message[0], context)
        same = known is not None and known.id == message and not known.fuzzy
        new.add(
            message,
            known.string if known is not None and same else None,
            locations=[(file, None)],  # type: ignore[list-item]  # a file is enough, Babel agrees
            flags=["python-brace-format"] if "{" in str(message) else [],
            auto_comments=remarks,
            context=context,
        )
    return new


def written(catalogue: Catalog, /) -> bytes:
    """A catalogue as text, without the times and addresses of a header, so that a change of it
    shows what changed.
    """
    text = io.BytesIO()
    write_po(text, catalogue, width=100, omit_header=True, sort_by_file=True)
    return _HEADER.format(locale=catalogue.locale, plurals=catalogue.plural_forms).encode() + (
        text.getvalue()
    )


_HEADER = """msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def main() -> None:
    """Write every catalogue again, and compile it."""
    for path in CATALOGUES:
        catalogue = brought_in_line(read(path))
        path.write_bytes(written(catalogue))
        missing = sum(1 for message in catalogue if message.id and not _translated(message.string))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {missing} to translate")
    compiled(ROOT / "optimiser" / "locale")


def _translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return string is not None and all([string] if isinstance(string, str) else string)


if __name__ == "__main__":
    main()
