"""Inputs that mean harm, or are honest mistakes: an error with a place and a fix, at once, and
nothing is run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimiser.expressions import ExpressionError, Graph, Member, compile_program, parse
from tests.expressions.reference import build

HOSTILE = [
    "__import__('os')",
    "__import__('os').system('true')",
    "().__class__",
    "().__class__.__bases__[0]",
    "''.__class__",
    "x.__class__.__mro__",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "getattr(x, y)",
    "globals()",
    "lambda x: x",
    "(lambda: 1)()",
    "[x for x in y]",
    "{x for x in y}",
    "(x for x in y)",
    "{'a': 1}",
    "f'{x}'",
    "b'x'",
    "'os'",
    '"""',
    "'",
    "a.b.c",
    "a.b()",
    "x[0]",
    "x[a]",
    "x['",
    "x['2027'",
    "x := 3",
    "(x := 3)",
    "x; y",
    "import os",
    "x if c else y",
    "x and y",
    "x or y",
    "not x",
    "x is y",
    "x in y",
    "true",
    "null",
    "9**9**9",
    "9**9**9**9",
    "9**(9**9)",
    "9.9**999999999",
    "10**400",
    "(1e308*10)",
    "-1e308*10",
    "1e308+1e308",
    "1e999999999",
    "1e99999999999999999999999",
    "1e-999999999",
    "9" * 500,
    "9" * 100_000,
    "0." + "1" * 100_000,
    "1/0",
    "1/(2-2)",
    "0**-1",
    "log(0)",
    "sqrt(-1)",
    "(-8)**0.5",
    "exp(1e5)",
    "[" * 5000,
    "(" * 5000,
    "(" * 5000 + "x" + ")" * 5000,
    "sqrt(" * 5000,
    "where(x<" * 5000,
    "2**" * 5000 + "2",
    "x " * 5000,
    "x" * 200_001,
    "+".join("x" * 60_000),
    "a\0b",
    "\0",
    "\ud800",
    "x\u200b",
    "\ufeffx",
    "x\u202ey",
    "\u2028",
    "x\x0b+1",
    "🙂",
    "x^2",
    "x = 3",
    "x == 3",
    "x <= 3",
    "x != 3",
    "x ≤ 3",
    "2×x",
    "x÷2",
    "x−1",
    "x²",
    "½",
    "√x",
    "π²",
    "x，y",
    "（x）",
    "max（x，y）",
    "2x",
    "2(x)",
    "x(2)",
    "(x)(y)",
    "x y",
    "2 3",
    "1,5",
    "1_000",
    "0x10",
    "0b1",
    "1j",
    "1e",
    "1..2",
    "x.",
    ".x",
    ".",
    "x %",
    "5%",
    "x // 2",
    "x @ y",
    "~x",
    "x!",
    "x?",
    "$x",
    "#x",
    "`x`",
    "\\x",
    "x & y",
    "x | y",
    "x << 2",
    "*x",
    "**x",
    "max(*x)",
    "f(**x)",
    "f(a=1, a=2)",
    "f(a=1, 2)",
    "f(pi=1)",
    "sqrt(x=1)",
    "sqr(x)",
    "sqrt",
    "sqrt x",
    "sqrt(x, y)",
    "min()",
    "max(1,)",
    "max(,1)",
    "where(x, 1, 2)",
    "where(x < 1, 2)",
    "where(x < 1 and y < 1, 1, 2)",
    "where(0 < x > 2, 1, 2)",
    "abs(x < 1)",
    "(x < 1) * 2",
    "where(1, x < 2, 3)",
    "",
    "   ",
    "x +",
    "+",
    "* x",
    "(x",
    "x)",
    "()",
    "x + * y",
    "a, b",
    "(a, b)",
    "...",
    "x → y",
    5,
    5.0,
    None,
    True,
    b"x",
    ["x"],
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:30])
def test_hostile_input_is_an_error_with_a_place_and_a_fix(text: Any) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert error.message
    assert "\n" not in error.message + error.help
    assert len(error.message + error.help) < 300
    if isinstance(text, str):
        assert error.help
        assert 0 <= error.start <= error.end <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("x^2", "write **"),
        ("x = 3", "write =="),
        ("x ≤ 3", "write <="),
        ("2 × x", "write *"),
        ("x ÷ 2", "write /"),
        ("x − 1", "write -"),
        ("x²", "write **2"),
        ("2x", "write 2 * x"),
        ("2(x)", "write 2 * (...)"),
        ("max（x, y)", "write ("),
        ("max(x，y)", "write ,"),
        ("x；y", "write ;"),
        ("x and y", "write two constraints"),
        ("x if c else y", "where(condition, a, b)"),
        ("x // 2", "floor(a / b)"),
        ("5%", "0.04"),
        ("1,5", "0.5"),
        ("e(x)", "exp(x)"),
        ("1/0", "other than 0"),
    ],
)
def test_the_easiest_fix(text: str, fix: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert fix in caught.value.help


@pytest.mark.parametrize(
    "text",
    [
        "exec",
        "eval",
        "__class__",
        "x.__class__",
        "import_",
        "os",
        "__builtins__",
        "nan",
        "inf",
        "X",
        "P",
        "v1",
        "where_",
    ],
)
def test_names_are_only_names(text: str) -> None:
    """Whatever a column is called, the generated code does not hold it."""
    if "." in text:
        assert isinstance(parse(text), Member)
        return
    graph = Graph()
    program = compile_program(graph, [build(graph, f"2 * {text} + {text}**2")], inputs=[text])
    assert program.values(np.full((1, 1), 3.0))[0, 0] == 15.0


def test_a_power_of_parameters_does_not_hang() -> None:
    graph = Graph()
    nine = graph.symbol("nine")
    node = graph.power(nine, graph.power(nine, nine))
    program = compile_program(graph, [node], inputs=["nine"])
    assert program.exact([9]) == [None]
    assert program.exact([2]) == [16]
    assert program.values(np.full((1, 1), 9.0))[0, 0] == float("inf")


def test_constants_that_grow_are_stopped() -> None:
    with pytest.raises(ExpressionError, match="binary digits"):
        build(Graph(), " + ".join(f"x / {i}" for i in range(1, 20_000, 2)))
    with pytest.raises(ExpressionError, match="binary digits"):
        parse(" + ".join(f"1 / {i}" for i in range(1, 20_000, 2)))
    graph = Graph()
    long = build(graph, "1.05**2000 * x")
    values = compile_program(graph, [long], inputs=["x"]).values(np.ones((1, 1)))
    assert values[0, 0] == pytest.approx(1.05**2000)
