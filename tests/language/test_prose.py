"""What a person reads goes through the catalogue: no sentence of the code escapes it."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import optimiser
from tests.syntax import parsed

HOUSE = Path(optimiser.__file__).parent
SAYS = ("tr", "trn", "marked", "stored")
# two words with a space between, or the end of one sentence and the beginning of the next
PROSE = re.compile(r"[a-z]{2,} [a-z]{2,}|[a-z]{3,}[.,:;] [a-z]")

# What is read by programs and by nobody else, each with its reason.
SILENT: dict[str, str] = {
    "growth of half a year": "the name of a constant, which no name of a scenario can be",
    "abs acos asin atan ceil cos cosh exp floor log log10 sin sinh sqrt tan tanh": "functions",
    "def run(X, P, Y, J):\n{}\n": "a program",
    **dict.fromkeys(("bold red", "bold green", "bold yellow"), "a style"),
    "method: auto": "a key with its value",
    "'--method auto'": "an option with its value",
    "feasible set": "a key: what is not checked is about it",
    r"\bnumerical|\bunconfirmed|\bnot confirmed": "looked for in a note, English for every reader",
    "written by optimise": "the mark of a file, by which it is known again",
    "optimise certificate": "a format's name in its file",
    "optimise certificate of a continuous front": "a format's name in its file",
    "zones unresolved": "a key of the statistics",
    # why HiGHS or the compiled engine is not asked, which the engine decides by and nobody is told
    "coefficients too far apart for HiGHS": "not told",
    "bounds beyond what HiGHS takes for finite": "not told",
    "limits beyond what HiGHS takes for finite": "not told",
    "whole numbers too wide for HiGHS": "not told",
    "whole columns without bounds": "not told",
}

# What other programs read: markup, types, a command as it is typed, an attribute that a module
# lacks.
FOREIGN = re.compile(r"\s*[<*]|tuple\[|optimise \{?[a-z]|module .* has no attribute")

# What a room raises where its own code is wrong, or between its own functions: no command shows it.
BUGS = {
    "frozen.py": ("FrozenInstanceError", "TypeError"),
    "language.py": ("ValueError",),
    "expressions": ("AssertionError", "ValueError"),
    "fitting": ("ValueError",),
    "dominance.py": ("ValueError",),
    "front.py": ("ValueError",),
    "formulate": ("AssertionError", "AttributeError", "ValueError"),
    "study": ("AttributeError", "ValueError"),
    "results": ("AttributeError",),
    "session": ("AttributeError",),
    "engine": ("AssertionError", "AttributeError", "RefusedError", "ValueError"),
}


def prose(text: str, bugs: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """The line and the words of every string of a program that reads like a sentence, docstrings,
    messages of the catalogue and those of bugs, by the names of their exceptions, aside.
    """
    nodes = list(ast.walk(parsed(text)))
    seen = {id(node) for node in _docstrings(nodes)}
    for node in nodes:
        if (
            isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and isinstance(node.exc.func, ast.Name)
            and node.exc.func.id in bugs
        ):
            seen |= {id(part) for part in ast.walk(node.exc)}
        if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
            seen |= {id(part) for part in ast.walk(node)}
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            seen |= {id(part) for word in node.args for part in ast.walk(word)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            seen |= {id(part) for part in node.values}
            words = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        else:
            continue
        if id(node) not in seen and PROSE.search(words) and not FOREIGN.match(words):
            yield node.lineno, words


@functools.cache
def values() -> frozenset[str]:
    """What stands in a ``Literal``: a value that programs compare and JSON holds, which is said in
    words of its own.
    """
    trees = [parsed(path.read_text(encoding="utf-8")) for path in HOUSE.rglob("*.py")]
    return frozenset(
        part.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Literal"
        for part in ast.walk(node.slice)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _docstrings(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield statement.value


@pytest.mark.parametrize("room", sorted(path.name for path in HOUSE.iterdir()))
def test_no_sentence_escapes_the_catalogue(room: str) -> None:
    place = HOUSE / room
    found = [
        (path.relative_to(HOUSE).as_posix(), line, words)
        for path in sorted(place.rglob("*.py") if place.is_dir() else [place])
        if path.suffix == ".py"
        for line, words in prose(path.read_text(encoding="utf-8"), BUGS.get(room, ()))
        if words not in SILENT and words not in values()
    ]
    assert found == []


def test_no_message_stands_where_babel_does_not_look() -> None:
    """Inside an f-string it would silently be missing from every catalogue."""
    hidden = [
        (path.name, ast.unparse(call))
        for path in sorted(HOUSE.rglob("*.py"))
        for string in ast.walk(parsed(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in SAYS
        and any(isinstance(word, ast.Constant) for word in call.args)
    ]
    assert hidden == []


@pytest.mark.parametrize(
    ("program", "escapes"),
    [
        ('raise ValueError("no such plan")', True),
        ('raise ValueError(f"no such {plan}, though")', True),
        ('raise ValueError(tr("no such plan"))', False),
        ('def f():\n    """Says no such plan."""', False),
        ('x = "{name} not here".format(name=1)', True),
        ('x = trn("one plan here", "{number} plans here", 3)', False),
        ('def __repr__(self):\n    return f"{self.name} has plans"', False),
    ],
)
def test_the_finder_finds(program: str, escapes: bool) -> None:
    assert bool(list(prose(program))) is escapes


def test_only_bugs_are_silent() -> None:
    bug, error = 'raise ValueError("no such plan")', 'raise UsageError("no such plan")'
    assert [bool(list(prose(text, ("ValueError",)))) for text in (bug, error)] == [False, True]
