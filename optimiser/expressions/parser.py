"""Tokens to trees: a small grammar, nothing else is syntax.

::

    constraint = sum (("<=" | ">=" | "==") sum)+           chains point one way
    sum        = product (("+" | "-") product)*            n-ary, not nested
    product    = operand (("*" | "/") operand)*
    operand    = ("+" | "-")* atom ("**" operand)?         so -x**2 is -(x**2), and ** groups from
    the right atom       = number | "(" sum ")" | name | name "." name | name "[" string "]" | name
    "(" arguments ")"
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.hints import FOREIGN, LOGIC, misplaced, unknown_function
from optimiser.expressions.tokens import Token, exact_decimal, tokenise
from optimiser.expressions.tree import (
    FUNCTIONS,
    RESERVED,
    Call,
    ComparisonChain,
    Member,
    Name,
    Negate,
    Number,
    PhaseReference,
    Power,
    Product,
    Sum,
    Tree,
    Where,
)

__all__ = ["MAX_DEPTH", "MAX_NODES", "number", "parse"]

MAX_NODES = 50_000
MAX_DEPTH = 100

_COMPARISONS = frozenset({"<=", ">=", "==", "<", ">"})


def parse(text: str, /, *, constraint: bool = False) -> Tree:
    """The tree of an expression, or of a constraint (then always a ``Comparison``).

    Raises:
        ExpressionError: with offsets, what was expected and the easiest fix.
    """
    from optimiser.expressions.build import check_literals

    parser = _Parser(tokenise(text))
    try:
        tree = parser.whole(constraint=constraint)
    except RecursionError:
        raise ExpressionError(
            "nested too deeply", end=len(text), help="split it into several indicators"
        ) from None
    check_literals(tree)
    return tree


def number(value: Decimal | int, /) -> Tree:
    """The tree of a plain number.

    Raises:
        ExpressionError: not a number, not finite, or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise ExpressionError(
            f"expected a number, got {type(value).__name__}", help="write a number or an expression"
        )
    if isinstance(value, int):
        # a huge int would be slow to turn into decimal digits
        if value.bit_length() > 1024:
            raise ExpressionError("the number is too large", help="choose another unit")
        value = Decimal(value)
    if value.is_nan():
        raise ExpressionError("expected a number, got NaN", help="write a number")
    return Number(exact_decimal(value))


def _decimal(literal: str, /) -> Decimal:
    mantissa, _, _ = literal.lower().partition("e")
    return Decimal(literal) if any(digit in "123456789" for digit in mantissa) else Decimal(0)


def _checked(call: Call, /) -> Tree:
    """The call, once its function and the number of its arguments are known to fit."""
    limits = FUNCTIONS.get(call.function)
    if limits is None:
        if call.arguments or not call.keywords:
            raise unknown_function(call)
        return call
    fewest, most = limits
    count = len(call.arguments)
    if count < fewest or (most is not None and count > most):
        wanted = (
            f"{fewest} argument{'s' if fewest > 1 else ''}"
            if most == fewest
            else f"at least {fewest} argument"
        )
        example = "where(condition, a, b)" if call.function == "where" else f"{call.function}(x)"
        raise ExpressionError(
            f"{call.function} takes {wanted}, got {count}",
            start=call.start,
            end=call.end,
            help=f"write {example}",
        )
    if call.function != "where":
        return call
    condition, then, otherwise = call.arguments
    if not isinstance(condition, ComparisonChain):
        raise ExpressionError(
            "the first argument of where must be a comparison",
            start=condition.start,
            end=condition.end,
            help="write for example where(x > 0, a, b)",
        )
    return Where(condition, then, otherwise, start=call.start, end=call.end)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._nodes = 0
        self._depth = 0

    def whole(self, *, constraint: bool) -> Tree:
        if self._ended():
            raise ExpressionError(
                "expected an expression, got nothing", end=self._token.end, help="write a number"
            )
        start = self._token.start
        tree = self._sum()
        if self._token.text in _COMPARISONS and self._token.kind == "operator":
            if not constraint:
                raise self._error(
                    f"a comparison ('{self._token.text}') is no value",
                    help="comparisons belong into constraints, or into where(condition, a, b)",
                )
            tree = self._comparison(tree, start, strict=False)
        elif constraint and self._ended():
            fix = "write for example: cost <= 60"
            raise ExpressionError(
                "expected a comparison, got only a value", start=start, end=self._end, help=fix
            )
        if not self._ended():
            raise self._unexpected()
        return tree

    # -- reading

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    @property
    def _end(self) -> int:
        """Where the last token read ends."""
        return self._tokens[self._at - 1].end if self._at else 0

    def _ended(self) -> bool:
        return self._token.kind == "end"

    def _sees(self, *operators: str) -> bool:
        token = self._token
        return token.kind == "operator" and token.text in operators

    def _take(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _error(self, message: str, *, help: str = "", start: int | None = None) -> ExpressionError:
        token = self._token
        start = token.start if start is None else start
        return ExpressionError(message, start=start, end=max(token.end, token.start + 1), help=help)

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._error(
                f"more than {MAX_NODES:,} numbers, names and operations",
                help="split it into several indicators",
            )

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(
                f"nested more than {MAX_DEPTH} deep", help="split it into several indicators"
            )

    # -- grammar

    def _comparison(self, first: Tree, start: int, *, strict: bool) -> ComparisonChain:
        operators: list[str] = []
        operands = [first]
        while self._sees(*_COMPARISONS):
            operator = self._token.text
            if operator in "<>" and not strict:
                raise self._error(
                    f"'{operator}' is not allowed in a constraint", help=f"write {operator}="
                )
            if any(
                earlier[0] != operator[0]
                for earlier in operators
                if "=" not in (earlier[0], operator[0])
            ):
                raise self._error(
                    "a chain of comparisons must point one way", help="write two constraints"
                )
            self._take()
            operators.append(operator)
            operands.append(self._sum())
        self._count()
        return ComparisonChain(tuple(operators), tuple(operands), start=start, end=self._end)

    def _sum(self) -> Tree:
        start = self._token.start
        terms = [(1, self._product())]
        while self._sees("+", "-"):
            sign = 1 if self._take().text == "+" else -1
            terms.append((sign, self._product()))
        if len(terms) == 1:
            return terms[0][1]
        self._count()
        return Sum(tuple(terms), start=start, end=self._end)

    def _product(self) -> Tree:
        start = self._token.start
        factors = [(1, self._operand())]
        while self._sees("*", "/"):
            exponent = 1 if self._take().text == "*" else -1
            factors.append((exponent, self._operand()))
        if len(factors) == 1:
            return factors[0][1]
        self._count()
        return Product(tuple(factors), start=start, end=self._end)

    def _operand(self) -> Tree:
        start = self._token.start
        negative = False
        while self._sees("+", "-"):
            negative ^= self._take().text == "-"
        base_start = self._token.start
        tree = self._atom()
        if self._sees("**"):
            self._take()
            self._enter()
            exponent = self._operand()
            self._depth -= 1
            self._count()
            tree = Power(tree, exponent, start=base_start, end=self._end)
        if negative:
            self._count()
            tree = Negate(tree, start=start, end=self._end)
        return tree

    def _atom(self) -> Tree:
        token = self._token
        if token.kind == "number":
            self._take()
            self._count()
            tree: Tree = Number(_decimal(token.text), start=token.start, end=token.end)
        elif token.kind == "name":
            tree = self._reference()
        elif self._sees("("):
            self._take()
            tree = self._nested()
        elif token.kind == "string":
            raise self._error("a text is no value", help="write a number or a name without quotes")
        elif token.kind == "end":
            raise self._error(
                "expected a number, a name or ( at the end",
                help="complete it, or remove the last operator",
            )
        elif self._sees("["):
            raise self._error(
                "a list is no value", help='write sum(a, b), or name["2027"] for one phase'
            )
        else:
            raise self._error(
                f"expected a number, a name or (, got '{token.text}'", help=misplaced(token.text)
            )
        self._nothing_adjacent(token)
        return tree

    def _nested(self) -> Tree:
        opened = self._end - 1
        self._enter()
        if self._sees(")"):
            raise self._error(
                "nothing between the parentheses",
                start=opened,
                help="write a value, or remove them",
            )
        tree = self._sum()
        if self._sees(*_COMPARISONS):
            raise self._error(
                "a comparison inside parentheses is no value",
                help="remove the parentheses, or write where(condition, a, b)",
            )
        if self._sees(","):
            raise self._error(
                "a list of values is no value", help="write sum(a, b), min(a, b) or max(a, b)"
            )
        self._close(opened)
        self._depth -= 1
        return tree

    def _close(self, opened: int) -> None:
        if not self._sees(")"):
            if self._token.kind != "end":
                raise self._unexpected()
            fix = "add ); inside { } an expression with commas needs quotes"
            raise ExpressionError(
                "a parenthesis is not closed", start=opened, end=opened + 1, help=fix
            )
        self._take()

    def _reference(self) -> Tree:
        token = self._take()
        self._count()
        name = token.text
        if name in LOGIC:
            raise ExpressionError(
                f"'{name}' is reserved, but no syntax",
                start=token.start,
                end=token.end,
                help=LOGIC[name],
            )
        if self._sees("("):
            self._take()
            return self._call(token)
        if name in FUNCTIONS:
            raise ExpressionError(
                f"'{name}' is a function",
                start=token.start,
                end=token.end,
                help=f"write {name}(...)",
            )
        if self._sees("."):
            return self._member(token)
        if self._sees("["):
            return self._phase(token)
        return Name(name, start=token.start, end=token.end)

    def _member(self, owner: Token) -> Tree:
        self._take()
        if self._token.kind != "name":
            raise self._error(
                "expected a level or 'scale' after the point",
                help=f"write {owner.text}.scale, or the name of one of its levels",
            )
        member = self._take()
        if self._sees("."):
            raise self._error(
                "a level has no members", help="write technology.level or technology.scale"
            )
        if self._sees("("):
            raise self._error("members cannot be called", help="only plain functions can be called")
        return Member(owner.text, member.text, start=owner.start, end=self._end)

    def _phase(self, indicator: Token) -> Tree:
        self._take()
        if self._token.kind != "string":
            near = self._token.text if self._token.kind in ("name", "number") else "2027"
            raise self._error(
                "expected the name of a phase in quotes", help=f'write {indicator.text}["{near}"]'
            )
        phase = self._take()
        if not self._sees("]"):
            raise self._error(
                "expected ] after the phase", help=f'write {indicator.text}["{phase.text}"]'
            )
        self._take()
        return PhaseReference(
            indicator.text,
            unicodedata.normalize("NFC", phase.text),
            start=indicator.start,
            end=self._end,
        )

    def _call(self, function: Token) -> Tree:
        self._enter()
        opened = self._end - 1
        arguments: list[Tree] = []
        keywords: list[tuple[str, Tree]] = []
        while not self._sees(")"):
            keyword = self._keyword(function, keywords)
            start = self._token.start
            value = self._sum()
            if self._sees(*_COMPARISONS):
                if function.text != "where" or arguments:
                    raise self._error(
                        "a comparison is no value",
                        help="only where takes one, and as its first argument",
                    )
                value = self._comparison(value, start, strict=True)
            if keyword:
                keywords.append((keyword, value))
            elif keywords:
                raise self._error(
                    "a plain argument after keywords",
                    start=start,
                    help="give every argument its keyword",
                )
            else:
                arguments.append(value)
            if not self._sees(","):
                break
            self._take()
            if self._sees(")"):
                raise self._error(
                    "nothing after the comma", help="remove the comma, or add an argument"
                )
        self._close(opened)
        self._depth -= 1
        call = Call(
            function.text, tuple(arguments), tuple(keywords), start=function.start, end=self._end
        )
        return _checked(call)

    def _keyword(self, function: Token, earlier: list[tuple[str, Tree]]) -> str:
        token = self._token
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if token.kind != "name" or following.kind != "operator" or following.text != "=":
            return ""
        if function.text in FUNCTIONS:
            raise self._error(
                f"{function.text} takes no keywords",
                help=f"write {function.text}(x); for equality write ==",
            )
        if token.text in RESERVED:
            raise self._error(f"'{token.text}' is reserved", help="give the feature another name")
        if token.text in dict(earlier):
            raise self._error(f"'{token.text}' is given twice", help="remove one of them")
        self._take()
        self._take()
        return token.text

    # -- errors of neighbours

    def _unexpected(self, before: Token | None = None) -> ExpressionError:
        """The error for a token where the expression could have ended; ``before`` is the value in
        front of it.
        """
        token = self._token
        beside = before is not None and before.end == token.start and before.kind == "number"
        if token.kind == "name":
            if token.text in LOGIC:
                return self._error(
                    f"'{token.text}' is reserved, but no syntax", help=LOGIC[token.text]
                )
            if token.text in FOREIGN:
                return self._error(f"'{token.text}' is not an operator", help=FOREIGN[token.text])
            if beside and token.text in ("e", "E"):
                return self._error(
                    "the exponent of the number is missing",
                    help=f"write {self._tokens[self._at - 1].text}e6",
                )
        if token.kind == "number" and token.text.startswith("."):
            return self._error(
                "a point too many",
                help="decimals have one point: 0.5; a member is a name: pv.scale",
            )
        if token.kind in ("number", "name") or self._sees("("):
            left = (
                before.text
                if before is not None
                and before.kind in ("number", "name")
                and before.end == self._end
                else "..."
            )
            right = "(...)" if token.text == "(" else token.text
            return self._error(
                f"an operator is missing before '{token.text}'", help=f"write {left} * {right}"
            )
        if token.kind == "string":
            return self._error(
                "a text is no value", help='texts only name phases: indicator["2027"]'
            )
        known = {
            ")": ("a parenthesis is closed but never opened", "remove )"),
            "=": ("'=' is not an operator here", "write =="),
            ",": ("unexpected ','", "write one expression; decimals have a point: 0.5"),
        }
        message, fix = known.get(
            token.text, (f"unexpected '{token.text}'", "only arithmetic is allowed here")
        )
        return self._error(message, help=fix)

    def _nothing_adjacent(self, before: Token) -> None:
        token = self._token
        if token.kind in ("number", "name", "string") or self._sees("(", "[", "."):
            raise self._unexpected(before)
