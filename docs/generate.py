"""Write the generated parts of the documentation again: tables of what the code holds, and what
commands print.

The words live where the code is: field docs in the schema, help texts at the options, what a solver
proves in the solver. They come between two marks of a page that is otherwise written by hand.
``make docs`` writes, a test compares.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import typer.main

from docs.manual import MANUAL, manual
from docs.scenario_pages import files, result_of
from docs.structure import PICTURE, current
from docs.transcripts import language_of, prepared, refreshed
from optimiser.commands import application
from optimiser.commands.help import said_argument
from optimiser.engine import registry
from optimiser.errors import OptimiseError
from optimiser.exports import formats
from optimiser.expressions import FUNCTIONS
from optimiser.ranking import methods
from optimiser.results import Result
from optimiser.scenario import CODES, library, reference_markdown
from optimiser.scenario.format.published_schema import unwrapped

__all__ = [
    "LIBRARY",
    "PAGES",
    "ROOT",
    "SCENARIO_PAGES",
    "current_manual",
    "generated",
    "library_row",
    "parts",
    "with_part",
]

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = "library"
SCENARIO_PAGES = ROOT / "docs" / "scenarios"
PAGES = tuple(
    page
    for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "how-to")
    for page in sorted(folder.glob("README*.md" if folder == ROOT else "*.md"))
)

_ARROWS = {"maximise": "↑", "minimise": "↓"}
_FIRST_WARNING = "S101"


def generated(text: str, /) -> str:
    """A page with its generated parts as they have to be now; the library's table, which takes
    long, stays as it is.

    Raises:
        ValueError: the page has a mark that nothing is written for, or marks that do not match.
    """
    for name in parts(text):
        if name != LIBRARY:
            if name not in _PARTS:
                raise ValueError(
                    f"nothing is written between the marks of {name!r}; known: {', '.join(_PARTS)}"
                )
            text = with_part(text, name, _PARTS[name]())
    return text


def parts(text: str, /) -> list[str]:
    """The names of a page's generated parts."""
    return re.findall(r"^<!-- (.+): written by make docs -->$", text, re.MULTILINE)


def with_part(text: str, name: str, content: str, /) -> str:
    """The page with ``content`` between the marks of a generated part.

    Raises:
        ValueError: the marks are not there, once each.
    """
    begin, end = f"<!-- {name}: written by make docs -->\n", f"<!-- end of {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(
            f"the lines {begin.strip()!r} and {end!r} are needed, once each, in this order"
        )
    return text[: text.index(begin) + len(begin)] + content + text[text.index(end) :]


def library_row(name: str, result: Result, /) -> str:
    """The line of a library scenario: what it decides, what it wants, what is found and proven."""
    scenario, front = result.scenario, result.front
    proof = front.proof
    if proof.of == "points":
        found = _counted(len(front), "plan", "plans")
    else:
        found = (
            f"{_counted(len(front), 'vertex', 'vertices')}, "
            f"{_counted(len(proof.cells), 'segment', 'segments')}"
        )
    title = f"{scenario.title} (illustrative)" if scenario.illustrative else scenario.title
    objectives = ", ".join(
        f"{column.name} {_ARROWS[column.sense]}" for column in front.columns if column.sense
    )
    kinds = (
        (scenario.technologies, "technology", "technologies"),
        (scenario.variables, "variable", "variables"),
    )
    decisions = " and ".join(
        _counted(len(things), one, many) for things, one, many in kinds if things
    )
    within = "" if proof.gap is None else f" within {math.ceil(100 * proof.gap)} %"
    claim = f"{front.provenance.solver}: {proof.status}{within}"
    return _row((f"[{name}](scenarios/{name}.md)", title, decisions, objectives, claim, found))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _library_table(rows: Iterable[str]) -> str:
    header = ("scenario", "about", "decisions", "objectives", "solver and claim", "front")
    return _table(header, ()) + "".join(rows)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = tuple(header)
    return "".join(_row(line) for line in (columns, ("---",) * len(columns), *rows))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _solver_table() -> str:
    return _table(
        ("solver", "what it proves"),
        ((f"`{name}`", solver.proves) for name, solver in registry().items()),
    )


def _ranking_table() -> str:
    rows = (
        (f"`{name}`", method.title, method.normalisation or "`range` or `none`")
        for name, method in methods().items()
    )
    return _table(("method", "is", "normalisation"), rows)


def _format_table() -> str:
    return _table(
        ("suffix", "holds"), ((f"`{suffix}`", kind.title) for suffix, kind in formats().items())
    )


def _command_table() -> str:
    return _table(
        ("command", "what it does"), ((f"`{usage}`", help) for usage, help in _commands())
    )


def _commands() -> Iterator[tuple[str, str]]:
    for name, (command, _) in _registered().items():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        typed = [said_argument(p) for p in arguments]
        typed += [
            f"{p.opts[0]} {p.metavar}" for p in command.params if p not in arguments and p.required
        ]
        yield " ".join(["optimise", name, *typed]), command.get_short_help_str(200)


def _registered() -> dict[str, tuple[Any, Any]]:
    """Every command by name, with the context in which it describes itself."""
    group: Any = typer.main.get_command(application())
    return {
        name: (command, command.context_class(command))
        for name, command in group.commands.items()
        if not command.hidden
    }


def _option_table() -> str:
    """Every option once, with the commands that have it; those of all commands come last."""
    found: dict[tuple[str, str], list[str]] = {}
    commands = _registered()
    for name, (command, context) in commands.items():
        for option in command.get_params(context):
            if option.param_type_name == "option" and "--help" not in option.opts:
                typed, help = option.get_help_record(context)
                found.setdefault((typed, help.replace("  [required]", "")), []).append(name)
    ordered = sorted(found.items(), key=lambda item: len(item[1]) == len(commands))
    return _table(
        ("option", "meaning", "commands"),
        (
            (
                f"`{typed}`",
                re.sub(r" +", " ", help),
                "all" if len(names) == len(commands) else ", ".join(names),
            )
            for (typed, help), names in ordered
        ),
    )


def _exit_table() -> str:
    rows = {
        0: "success; warnings included",
        1: "An internal error: a bug; the message says how to report it.",
    }
    for kind in _kinds(OptimiseError):
        # what stands behind is what Python finds in it
        words = _first_line(kind).partition(";")[0].rstrip(".")
        rows.setdefault(kind.exit_code, f"{words}.")
    return _table(
        ("exit code", "meaning"), ((f"{code}", text) for code, text in sorted(rows.items()))
    )


def _error_table() -> str:
    kinds = _kinds(OptimiseError)
    return _table(
        ("error", "exit code", "meaning"),
        ((f"`{k.__name__}`", f"{k.exit_code}", _first_line(k)) for k in kinds),
    )


def _first_line(kind: type) -> str:
    return unwrapped(kind.__doc__ or "").splitlines()[0].replace("``", "`")


def _kinds(root: type[OptimiseError]) -> Iterator[type[OptimiseError]]:
    # the one kind of error that lives with what raises it
    import_module("optimiser.engine.certificate")
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)


def _codes(keep: Callable[[str], bool]) -> str:
    return _table(
        ("code", "meaning"),
        (
            (f'<a id="{code.lower()}"></a>`{code}`', meaning)
            for code, meaning in CODES.items()
            if keep(code)
        ),
    )


def _key_reference() -> str:
    """The tables of keys out of the schema's own page, without its headline and its codes, which
    stand elsewhere.
    """
    page = reference_markdown()
    begin, end = page.index("## The top of the file"), page.index("## Errors and warnings")
    return page[begin:end].replace("\n## ", "\n### ").replace("## The top", "### The top", 1)


def _function_table() -> str:
    def arguments(least: int, most: int | None) -> str:
        if most is None:
            return f"{least} or more"
        return f"{least}" if least == most else f"{least} to {most}"

    grouped: dict[str, list[str]] = {}
    for name, (least, most) in FUNCTIONS.items():
        grouped.setdefault(arguments(least, most), []).append(f"`{name}`")
    return _table(
        ("arguments", "functions"),
        ((count, " ".join(sorted(names))) for count, names in sorted(grouped.items())),
    )


_PARTS: Mapping[str, Callable[[], str]] = {
    "solvers": _solver_table,
    "rankings": _ranking_table,
    "formats": _format_table,
    "commands": _command_table,
    "options": _option_table,
    "exit codes": _exit_table,
    "error classes": _error_table,
    "errors": lambda: _codes(lambda code: code < _FIRST_WARNING),
    "warnings": lambda: _codes(lambda code: code >= _FIRST_WARNING),
    "keys": _key_reference,
    "functions": _function_table,
}


def current_manual() -> str:
    """The manual page as it has to be now."""
    return manual(_exit_table())


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT).as_posix())


def _write_library() -> str:
    """The page and the pictures of every library scenario; the rows of the library's table."""
    rows, written = [], set()
    for name in library():
        result = result_of(name)
        rows.append(library_row(name, result))
        for file, text in files(result).items():
            _write(SCENARIO_PAGES / file, text)
            written.add(file)
    for path in SCENARIO_PAGES.iterdir():
        if path.is_file() and path.name not in written:
            path.unlink()
    return _library_table(rows)


def _main() -> None:
    _write(PICTURE, current())
    _write(MANUAL, current_manual())
    for path in PAGES:
        text = generated(path.read_text(encoding="utf-8"))
        if LIBRARY in parts(text):
            text = with_part(text, LIBRARY, _write_library())
        with tempfile.TemporaryDirectory() as folder:
            prepared(path, Path(folder))
            text = refreshed(text, Path(folder), language=language_of(path))
        _write(path, text)


if __name__ == "__main__":
    _main()
