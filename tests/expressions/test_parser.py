"""The grammar: precedence, references, constraints, limits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from optimiser.expressions import (
    FUNCTIONS,
    RESERVED,
    Call,
    ComparisonChain,
    ExpressionError,
    Member,
    Name,
    Negate,
    Number,
    PhaseReference,
    Power,
    Product,
    Sum,
    Where,
    names,
    number,
    parse,
    unknown_function,
)
from tests.expressions.reference import evaluate

POINT = {"x": 3.0, "y": 5.0, "z": 2.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-x**2", -9),
        ("(-x)**2", 9),
        ("-x**2 + 1", -8),
        ("2**-1", 0.5),
        ("2**3**2", 512),
        ("(2**3)**2", 64),
        ("2**-x**2", 2**-9),
        ("-2**-2", -0.25),
        ("x - y - z", -4),
        ("x - (y - z)", 0),
        ("x / y / z", 0.3),
        ("x / (y / z)", 1.2),
        ("x / y * z", 1.2),
        ("x * y**2", 75),
        ("-x * y", -15),
        ("x * -y", -15),
        ("x - -y", 8),
        ("x + +y", 8),
        ("--x", 3),
        ("---x", -3),
        ("2 * x + 3 * y - z / 4", 20.5),
        ("1 - 2 * 3 - 4 / 2 / 2", -6),
        ("010 + .5 + 1. + 1e2 + 1E-1", 111.6),
        ("min(x, y) + max(x, y, z) + sum(x, y, z)", 18),
        ("where(x < y, 1, 2) + where(0 < x <= 2, 1, 2)", 3),
        ("where(x == 3, abs(-4), 0)", 4),
        ("(x\n + y)\t* z", 16),
    ],
)
def test_precedence(text: str, value: float) -> None:
    assert evaluate(parse(text), POINT) == pytest.approx(value)


def test_chains_are_flat() -> None:
    tree = parse("a - b + c")
    assert isinstance(tree, Sum)
    assert [(sign, term) for sign, term in tree.terms] == [
        (1, Name("a")),
        (-1, Name("b")),
        (1, Name("c")),
    ]
    product = parse("a / b * c")
    assert isinstance(product, Product)
    assert [exponent for exponent, _ in product.factors] == [1, -1, 1]


def test_every_kind_of_node() -> None:
    assert parse("-x**2") == Negate(Power(Name("x"), Number(Decimal(2))))
    assert parse("ai.full") == Member("ai", "full")
    assert parse('investment["2027"]') == PhaseReference("investment", "2027")
    assert parse("sqrt(x)") == Call("sqrt", (Name("x"),))
    assert parse("sales(ads=A, promotions=2)") == Call(
        "sales", (), (("ads", Name("A")), ("promotions", Number(Decimal(2))))
    )
    assert parse("where(x < 1, 2, 3)") == Where(
        ComparisonChain(("<",), (Name("x"), Number(Decimal(1)))),
        Number(Decimal(2)),
        Number(Decimal(3)),
    )
    assert parse("5 <= x <= 20", constraint=True) == ComparisonChain(
        ("<=", "<="), (Number(Decimal(5)), Name("x"), Number(Decimal(20)))
    )
    assert parse("a == b <= c", constraint=True) == ComparisonChain(
        ("==", "<="), (Name("a"), Name("b"), Name("c"))
    )


def test_offsets_point_into_the_text() -> None:
    text = "  alpha + (beta - 2) * gamma"
    tree = parse(text)
    assert isinstance(tree, Sum)
    assert [text[term.start : term.end] for _, term in tree.terms] == [
        "alpha",
        "(beta - 2) * gamma",
    ]


def test_decimals_are_kept_as_written() -> None:
    tree = parse("0.10")
    assert isinstance(tree, Number)
    assert str(tree.value) == "0.10"
    assert number(Decimal("0.1")) == Number(Decimal("0.1"))
    assert number(7) == Number(Decimal(7))


@pytest.mark.parametrize(
    "value",
    [Decimal("nan"), Decimal("inf"), Decimal("1e999999"), 10**5000, True, 0.5, None, "3"],
    ids=lambda value: type(value).__name__,
)
def test_numbers_are_checked(value: object) -> None:
    with pytest.raises(ExpressionError):
        number(value)  # type: ignore[arg-type]


def test_names_of_any_language_are_normalised() -> None:
    assert parse("\uff41\uff42") == Name("ab")
    assert parse("产量 * énergie") == Product(((1, Name("产量")), (1, Name("énergie"))))
    assert parse("yield + class + lambda") == Sum(
        ((1, Name("yield")), (1, Name("class")), (1, Name("lambda")))
    )


def test_names_in_the_order_of_the_text() -> None:
    found = names(parse('a + b.full * where(c < pi, f(k=d), g["1"]) - sqrt(e)'))
    assert [type(reference).__name__ for reference in found] == [
        "Name",
        "Member",
        "Name",
        "Call",
        "Name",
        "PhaseReference",
    ]
    assert [reference.start for reference in found] == sorted(
        reference.start for reference in found
    )


def test_functions_and_reserved_words() -> None:
    assert FUNCTIONS["where"] == (3, 3)
    assert FUNCTIONS["sum"] == (1, None)
    assert set(FUNCTIONS) | {"pi", "e", "and", "or", "not", "true", "false", "null"} == RESERVED
    assert len(FUNCTIONS) == 20


@pytest.mark.parametrize(
    ("text", "part", "fix"),
    [
        ("cost < 3", "<", "<="),
        ("3 > cost", ">", ">="),
        ("a <= b >= c", ">=", "two constraints"),
        ("a + b", "a + b", "cost <= 60"),
        ("a <= 3 and b <= 4", "and", "two constraints"),
        ("a = 3", "=", "=="),
        ("(a <= 3)", "<=", "remove the parentheses"),
        ("a ≤ 3", "≤", "<="),
        ("a =< 3", "=<", "<="),
        ("a => 3", "=>", ">="),
        ("a <=", "", "complete"),
    ],
)
def test_constraints_that_are_none(text: str, part: str, fix: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, constraint=True)
    error = caught.value
    assert text[error.start : error.end] == part
    assert fix in error.help


def test_an_unknown_function_names_the_nearest() -> None:
    with pytest.raises(ExpressionError, match="unknown function 'squrt'") as caught:
        parse("1 + squrt(x)")
    assert "sqrt" in caught.value.help
    assert (caught.value.start, caught.value.end) == (4, 9)
    call = parse("sales_modle(ads=1)")
    assert isinstance(call, Call)
    assert "sales_model" in unknown_function(call, ["sales_model"]).help


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sqrt(x, y)", "sqrt takes 1 argument, got 2"),
        ("sqrt()", "sqrt takes 1 argument, got 0"),
        ("where(x < 1, 2)", "where takes 3 arguments, got 2"),
        ("min()", "min takes at least 1 argument, got 0"),
    ],
)
def test_a_wrong_number_of_arguments_is_counted(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.message == message


def test_long_chains_parse_without_recursion() -> None:
    tree = parse(" + ".join(f"x{i}" for i in range(2000)))
    assert isinstance(tree, Sum)
    assert len(tree.terms) == 2000
    product = parse(" * ".join(f"x{i}" for i in range(2000)))
    assert isinstance(product, Product)
    assert parse("-" * 5001 + "x") == Negate(Name("x"))
    assert len(names(parse(" - ".join(f"(a{i} * b{i})" for i in range(2000))))) == 4000


def test_nesting_up_to_the_limit() -> None:
    assert parse("(" * 100 + "x" + ")" * 100) == Name("x")
    assert isinstance(parse("sqrt(" * 100 + "x" + ")" * 100), Call)
    with pytest.raises(ExpressionError, match="nested more than 100"):
        parse("(" * 101 + "x" + ")" * 101)
    with pytest.raises(ExpressionError, match="nested more than 100"):
        parse("**".join(["x"] * 200))


def test_size_limits() -> None:
    with pytest.raises(ExpressionError, match="200,000"):
        parse("x" * 200_001)
    with pytest.raises(ExpressionError, match="more than 50,000"):
        parse("+".join(["x"] * 60_000))


def test_a_branch_of_where_may_hold_nonsense() -> None:
    """The branch not chosen does not count, so it is no error either."""
    assert isinstance(parse("where(x > 0, 1, 1 / 0)"), Where)
