"""How the house is written, as rules that bite: each is a function that finds what breaks it, and
is tried on a planted violation as well as on every file.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from docs.imports import import_graph, imported
from tests.syntax import parsed
from tests.test_architecture import MODULES, PACKAGE, ROOT, SOURCES, relative

LINE = 100
FUNCTION = 50
PARAMETERS = 8
# YAML as planners write it and published tables, in texts of several lines.
WIDE = frozenset({"benchmarks/large_roadmap.py", "tests/fitting/published.py"})
TOLERANCES = "tolerances.py"
# What a tolerance looks like; larger numbers are shares and sizes.
SMALL = 1e-3
ARRAYS = re.compile(r"\b(Floats|Flags|Integers|NDArray|ndarray)\b")
SHAPE = re.compile(r"\(\w+(, ?[\w +*-]+)*,?\)")
# Every suppression there is, and why: the rule does not fit the place.
NOQA: Mapping[str, frozenset[str]] = {
    # open for as long as the process lives
    "optimiser/__main__.py": frozenset({"SIM115"}),
    # a process speaks one language
    "optimiser/language.py": frozenset({"PLW0603"}),
}


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def parts() -> list[str]:
    """The rooms, those of the engine one by one."""
    found = set()
    for file in MODULES:
        inside = file.relative_to(PACKAGE).parts
        depth = 2 if inside[0] == "engine" and len(inside) > 2 else 1
        found.add("/".join(inside[:depth] if len(inside) > depth else inside))
    return sorted(found)


ROOMS = parts()


def files_of(room: str) -> list[Path]:
    place = PACKAGE / room
    if place.suffix:
        return [place]
    return sorted(place.glob("*.py") if room == "engine" else place.rglob("*.py"))


# ---- finders


def long_lines(text: str) -> list[int]:
    """Lines above 100 columns, texts of several lines aside."""
    if all(len(line) <= LINE for line in text.splitlines()):
        return []
    inside: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING and token.start[0] != token.end[0]:
            inside |= set(range(token.start[0], token.end[0] + 1))
    lines = text.splitlines()
    documented = {
        number
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node) is not None
        for number in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    return [
        n
        for n, line in enumerate(lines, 1)
        if len(line) > LINE and (n not in inside or n in documented)
    ]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def large_functions(text: str) -> list[str]:
    """Functions of more than 50 lines, their docstring aside, or with more than 8 parameters."""
    found = []
    for node in functions(parsed(text)):
        documented = ast.get_docstring(node) is not None
        first = node.body[0]
        lines = (node.end_lineno or 0) - node.lineno + 1
        lines -= (first.end_lineno or 0) - first.lineno + 1 if documented else 0
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = sum(a.arg not in ("self", "cls") for a in given)
        if lines > FUNCTION:
            found.append(f"{node.name}: {lines} lines")
        if count > PARAMETERS:
            found.append(f"{node.name}: {count} parameters")
    return found


def public_functions(text: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods that other files may call: no part of their name is private."""

    def visit(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
        for node in body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{prefix}{node.name}", node

    return visit(parsed(text).body, "")


def undocumented(text: str) -> list[str]:
    return [name for name, node in public_functions(text) if ast.get_docstring(node) is None]


def shapeless(text: str) -> list[str]:
    """Public functions that take or give arrays, and no shape in their docstring."""
    found = []
    for name, node in public_functions(text):
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        kinds = [ast.unparse(a.annotation) for a in given if a.annotation]
        kinds += [ast.unparse(node.returns)] if node.returns else []
        if any(ARRAYS.search(kind) for kind in kinds):
            said = ast.get_docstring(node) or ""
            if not SHAPE.search(said):
                found.append(name)
    return found


def inline_tolerances(text: str) -> list[str]:
    """Small numbers and powers of a half in the middle of the code."""
    found = []
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            if 0 < abs(node.value) <= SMALL:
                found.append(f"{node.value!r} in line {node.lineno}")
        elif (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Pow)
            and isinstance(node.left, ast.Constant)
            and isinstance(node.left.value, float)
            and isinstance(node.right, ast.UnaryOp)
            and isinstance(node.right.op, ast.USub)
        ):
            found.append(f"{ast.unparse(node)} in line {node.lineno}")
    return found


def comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def unreasoned(text: str) -> list[int]:
    """Lines that ask the type checker to look away and do not say why."""
    ignoring = re.compile(r"#\s*type:\s*ignore(\[[\w, -]+\])?(?P<why>\s*#\s*\w.{7,})?")
    return [
        line
        for line, words in (comments(text) if "type:" in text else ())
        if (found := ignoring.match(words)) and not found["why"]
    ]


def suppressions(text: str) -> frozenset[str]:
    """The lint codes that are switched off somewhere in a file."""
    found = set()
    for _, words in comments(text) if "noqa" in text else ():
        if match := re.match(r"#\s*(?:noqa|ruff:\s*noqa)(?::\s*(?P<codes>[A-Z0-9, ]+))?", words):
            found |= set(re.findall(r"[A-Z]+\d+", match["codes"] or "")) or {"everything"}
    return frozenset(found)


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The strongly connected parts of more than one node (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            place = stack.index(node)
            part = sorted(stack[place:])
            del stack[place:]
            if len(part) > 1:
                found.append(part)

    for node in graph:
        if node not in index:
            visit(node)
    return sorted(found)


def repeated(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Name -> files, of public classes that bear the name of another."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, file in names:
        found[name].append(file)
    return {name: files for name, files in found.items() if len(files) > 1}


def orders(texts: Iterable[str]) -> list[list[tuple[str, ...]]]:
    """The values of literals that stand somewhere else in another order: to Python they are equal,
    and whichever it meets first stands for both.
    """
    found: dict[frozenset[str], set[tuple[str, ...]]] = defaultdict(set)
    for text in texts:
        for node in ast.walk(parsed(text)):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
                inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                values = tuple(map(ast.unparse, inside))
                found[frozenset(values)].add(values)
    return [sorted(several) for several in found.values() if len(several) > 1]


def public_classes(text: str) -> list[str]:
    nodes = parsed(text).body
    return [n.name for n in nodes if isinstance(n, ast.ClassDef) and not n.name.startswith("_")]


# ---- the rules


def test_lines_are_not_too_long() -> None:
    found = {relative(f): lines for f in SOURCES if (lines := long_lines(read(f)))}
    assert {file: lines for file, lines in found.items() if file not in WIDE} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_functions_are_not_too_large(room: str) -> None:
    found = {
        relative(file): large for file in files_of(room) if (large := large_functions(read(file)))
    }
    assert found == {}


@pytest.mark.parametrize("room", ROOMS)
def test_public_functions_are_documented(room: str) -> None:
    found = {relative(f): names for f in files_of(room) if (names := undocumented(read(f)))}
    assert found == {}


@pytest.mark.parametrize("room", ROOMS)
def test_arrays_have_shapes(room: str) -> None:
    found = {relative(f): names for f in files_of(room) if (names := shapeless(read(f)))}
    assert found == {}


@pytest.mark.parametrize("room", ROOMS)
def test_tolerances_have_names_in_one_place(room: str) -> None:
    found = {
        relative(f): numbers
        for f in files_of(room)
        if f.name != TOLERANCES and (numbers := inline_tolerances(read(f)))
    }
    assert found == {}


@pytest.mark.parametrize("room", ROOMS)
def test_looking_away_has_a_reason(room: str) -> None:
    found = {relative(f): lines for f in files_of(room) if (lines := unreasoned(read(f)))}
    assert found == {}


def test_suppressions_are_listed() -> None:
    found = {relative(f): codes for f in SOURCES if (codes := suppressions(read(f)))}
    assert found == NOQA


def test_no_module_is_in_a_circle() -> None:
    assert circles(import_graph()) == []


@pytest.mark.parametrize("inside", ["", "engine.", "scenario.", "engine.exact."])
def test_no_room_is_in_a_circle(inside: str) -> None:
    start = f"optimiser.{inside}"
    rooms: dict[str, set[str]] = defaultdict(set)
    for name, others in import_graph().items():
        if name.startswith(start):
            own = name[len(start) :].split(".")[0]
            seen = {o[len(start) :].split(".")[0] for o in others if o.startswith(start)}
            rooms[own] |= seen - {own}
    assert circles(rooms) == []


def test_public_classes_have_a_name_of_their_own() -> None:
    names = [(name, relative(file)) for file in MODULES for name in public_classes(read(file))]
    assert repeated(names) == {}


def test_values_of_a_literal_stand_in_one_order() -> None:
    """What a command was said to take was in the order of the module that was loaded first."""
    assert orders(map(read, MODULES)) == []


EXAMPLES = [file for file in MODULES if ">>>" in read(file)]


@pytest.mark.parametrize("file", EXAMPLES, ids=relative)
def test_examples_are_true(file: Path) -> None:
    package = file.stem == "__init__"
    place = (file.parent if package else file.with_suffix("")).relative_to(ROOT)
    module = importlib.import_module(".".join(place.parts))
    done = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert done.failed == 0
    assert done.attempted


# ---- each in the other direction

LONG_BODY = "def f():\n" + "    x = 1\n" * 51


@pytest.mark.parametrize(
    ("finder", "text"),
    [
        (long_lines, f"x = {'1' * 100}\n"),
        (long_lines, f'def f():\n    """{"word " * 30}\n    """\n'),
        (large_functions, LONG_BODY),
        (large_functions, "def f(a, b, c, d, e, f, g, h, i): ...\n"),
        (undocumented, "def f(): ...\n"),
        (undocumented, "class A:\n    def f(self): ...\n"),
        (shapeless, 'def f(x: Floats) -> int:\n    """The number of them."""\n'),
        (inline_tolerances, "if x < 1e-9: ...\n"),
        (inline_tolerances, "x = 2.0**-53\n"),
        (unreasoned, "x = y  # type: ignore[attr-defined]\n"),
        (suppressions, "x = 1  # noqa: E501\n"),
        (suppressions, "# ruff: noqa\n"),
    ],
)
def test_a_violation_is_seen(finder: Callable[[str], object], text: str) -> None:
    assert finder(text)


@pytest.mark.parametrize(
    ("finder", "text"),
    [
        (long_lines, f'x = """\n{"1" * 120}\n"""\n'),
        (
            large_functions,
            LONG_BODY.replace("f():\n", 'f():\n    """Said.\n\n    Why."""\n', 1)[:400],
        ),
        (undocumented, "def _f(): ...\n"),
        (shapeless, 'def f(x: Floats) -> int:\n    """The number of points (k, m)."""\n'),
        (inline_tolerances, "x = 0.25 * 1e9\n"),
        (unreasoned, "x = y  # type: ignore[attr-defined]  # made by the decorator\n"),
        (suppressions, "x = 1  # noqa is a word\n"[:5]),
    ],
)
def test_what_is_allowed_is_not(finder: Callable[[str], object], text: str) -> None:
    assert not finder(text)


def test_a_circle_is_seen() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == [["a", "b", "c"]]
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p import b\n"
    inner = "def f():\n    import p.b\n"
    for source in (text, inner):
        assert imported("p.a", source, frozenset({"p.a", "p.b"}), package=False) == {"p.b"}


def test_another_order_is_seen() -> None:
    texts = ['A = Literal["a", "b"]\n', 'def f(x: Literal["b", "a"] | None): ...\n']
    assert orders(texts) == [[("'a'", "'b'"), ("'b'", "'a'")]]
    assert orders([texts[0], texts[0], 'B = Literal["b"]\n']) == []


def test_a_repeated_name_is_seen() -> None:
    assert repeated([("A", "x.py"), ("B", "x.py"), ("A", "y.py")]) == {"A": ["x.py", "y.py"]}
