"""Tokens to trees: a small grammar, nothing else is syntax.

::

    constraint = sum (("<=" | ">=" | "==") sum)+           chains point one way
    sum        = product (("+" | "-") product)*            n-ary, not nested
    product    = operand (("*" | "/") operand)*
    operand    = ("+" | "-")* atom ("**" operand)?         so -x**2 is -(x**2), and ** groups from
                                                           the right
    atom       = number | "(" sum ")" | name | name "." name | name "[" string "]"
                 | name "(" arguments ")"
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from optimiser.expressions.building import check_literals
from optimiser.expressions.cursor import Cursor
from optimiser.expressions.error import ExpressionError
from optimiser.expressions.hints import LOGIC, misplaced
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
)
from optimiser.language import tr

__all__ = ["number", "parse"]

_COMPARISONS = frozenset({"<=", ">=", "==", "<", ">"})


def parse(text: str, /, *, constraint: bool = False) -> Tree:
    """The tree of an expression, or of a constraint (then always a ``Comparison``).

    Raises:
        ExpressionError: with offsets, what was expected and the easiest fix.
    """
    parser = _Parser(tokenise(text))
    try:
        tree = parser.whole(constraint=constraint)
    except RecursionError:
        raise ExpressionError(
            tr("nested too deeply"), end=len(text), help=tr("split it into several indicators")
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
            tr("expected a number, got {kind}", kind=type(value).__name__),
            help=tr("write a number or an expression"),
        )
    if isinstance(value, int):
        # a huge int would be slow to turn into decimal digits
        if value.bit_length() > 1024:
            raise ExpressionError(tr("the number is too large"), help=tr("choose another unit"))
        value = Decimal(value)
    if value.is_nan():
        raise ExpressionError(tr("expected a number, got NaN"), help=tr("write a number"))
    return Number(exact_decimal(value))


def _decimal(literal: str, /) -> Decimal:
    mantissa, _, _ = literal.lower().partition("e")
    return Decimal(literal) if any(digit in "123456789" for digit in mantissa) else Decimal(0)


class _Parser(Cursor):
    def whole(self, *, constraint: bool) -> Tree:
        if self.ended():
            raise ExpressionError(
                tr("expected an expression, got nothing"),
                end=self.token.end,
                help=tr("write a number"),
            )
        start = self.token.start
        tree = self._sum()
        if self.token.text in _COMPARISONS and self.token.kind == "operator":
            if not constraint:
                raise self.error(
                    tr("a comparison ('{text}') is no value", text=self.token.text),
                    help=tr("comparisons belong into constraints, or into where(condition, a, b)"),
                )
            tree = self._comparison(tree, start, strict=False)
        elif constraint and self.ended():
            raise ExpressionError(
                tr("expected a comparison, got only a value"),
                start=start,
                end=self.end,
                help=tr("write for example: cost <= 60"),
            )
        if not self.ended():
            raise self.unexpected()
        return tree

    # -- grammar

    def _comparison(self, first: Tree, start: int, *, strict: bool) -> ComparisonChain:
        operators: list[str] = []
        operands = [first]
        while self.sees(*_COMPARISONS):
            operator = self.token.text
            if operator in "<>" and not strict:
                raise self.error(
                    tr("'{text}' is not allowed in a constraint", text=operator),
                    help=tr("write {text}", text=operator + "="),
                )
            if any(
                earlier[0] != operator[0]
                for earlier in operators
                if "=" not in (earlier[0], operator[0])
            ):
                raise self.error(
                    tr("a chain of comparisons must point one way"),
                    help=tr("write two constraints"),
                )
            self.take()
            operators.append(operator)
            operands.append(self._sum())
        self.count()
        return ComparisonChain(tuple(operators), tuple(operands), start=start, end=self.end)

    def _sum(self) -> Tree:
        start = self.token.start
        terms = [(1, self._product())]
        while self.sees("+", "-"):
            sign = 1 if self.take().text == "+" else -1
            terms.append((sign, self._product()))
        if len(terms) == 1:
            return terms[0][1]
        self.count()
        return Sum(tuple(terms), start=start, end=self.end)

    def _product(self) -> Tree:
        start = self.token.start
        factors = [(1, self._operand())]
        while self.sees("*", "/"):
            exponent = 1 if self.take().text == "*" else -1
            factors.append((exponent, self._operand()))
        if len(factors) == 1:
            return factors[0][1]
        self.count()
        return Product(tuple(factors), start=start, end=self.end)

    def _operand(self) -> Tree:
        start = self.token.start
        negative = False
        while self.sees("+", "-"):
            negative ^= self.take().text == "-"
        base_start = self.token.start
        tree = self._atom()
        if self.sees("**"):
            self.take()
            self.enter()
            exponent = self._operand()
            self.leave()
            self.count()
            tree = Power(tree, exponent, start=base_start, end=self.end)
        if negative:
            self.count()
            tree = Negate(tree, start=start, end=self.end)
        return tree

    def _atom(self) -> Tree:
        token = self.token
        if token.kind == "number":
            self.take()
            self.count()
            tree: Tree = Number(_decimal(token.text), start=token.start, end=token.end)
        elif token.kind == "name":
            tree = self._reference()
        elif self.sees("("):
            self.take()
            tree = self._nested()
        elif token.kind == "string":
            raise self.error(
                tr("a text is no value"), help=tr("write a number or a name without quotes")
            )
        elif token.kind == "end":
            raise self.error(
                tr("expected a number, a name or ( at the end"),
                help=tr("complete it, or remove the last operator"),
            )
        elif self.sees("["):
            raise self.error(
                tr("a list is no value"),
                help=tr('write sum(a, b), or name["2027"] for one phase'),
            )
        else:
            raise self.error(
                tr("expected a number, a name or (, got '{text}'", text=token.text),
                help=misplaced(token.text),
            )
        self.nothing_adjacent(token)
        return tree

    def _nested(self) -> Tree:
        opened = self.end - 1
        self.enter()
        if self.sees(")"):
            raise self.error(
                tr("nothing between the parentheses"),
                start=opened,
                help=tr("write a value, or remove them"),
            )
        tree = self._sum()
        if self.sees(*_COMPARISONS):
            raise self.error(
                tr("a comparison inside parentheses is no value"),
                help=tr("remove the parentheses, or write where(condition, a, b)"),
            )
        if self.sees(","):
            raise self.error(
                tr("a list of values is no value"),
                help=tr("write sum(a, b), min(a, b) or max(a, b)"),
            )
        self.close(opened)
        self.leave()
        return tree

    def _reference(self) -> Tree:
        token = self.take()
        self.count()
        name = token.text
        if name in LOGIC:
            raise ExpressionError(
                tr("'{word}' is reserved, but no syntax", word=name),
                start=token.start,
                end=token.end,
                help=tr(LOGIC[name]),
            )
        if self.sees("("):
            self.take()
            return self._call(token)
        if name in FUNCTIONS:
            raise ExpressionError(
                tr("'{name}' is a function", name=name),
                start=token.start,
                end=token.end,
                help=tr("write {text}", text=name + "(...)"),
            )
        if self.sees("."):
            return self._member(token)
        if self.sees("["):
            return self._phase(token)
        return Name(name, start=token.start, end=token.end)

    def _member(self, owner: Token) -> Tree:
        self.take()
        if self.token.kind != "name":
            raise self.error(
                tr("expected a level or 'scale' after the point"),
                help=tr(
                    "write {technology}.scale, or the name of one of its levels",
                    technology=owner.text,
                ),
            )
        member = self.take()
        if self.sees("."):
            raise self.error(
                tr("a level has no members"),
                help=tr("write technology.level or technology.scale"),
            )
        if self.sees("("):
            raise self.error(
                tr("members cannot be called"), help=tr("only plain functions can be called")
            )
        return Member(owner.text, member.text, start=owner.start, end=self.end)

    def _phase(self, indicator: Token) -> Tree:
        self.take()
        if self.token.kind != "string":
            near = self.token.text if self.token.kind in ("name", "number") else "2027"
            example = f'{indicator.text}["{near}"]'
            raise self.error(
                tr("expected the name of a phase in quotes"),
                help=tr("write {text}", text=example),
            )
        phase = self.take()
        if not self.sees("]"):
            example = f'{indicator.text}["{phase.text}"]'
            raise self.error(
                tr("expected ] after the phase"),
                help=tr("write {text}", text=example),
            )
        self.take()
        return PhaseReference(
            indicator.text,
            unicodedata.normalize("NFC", phase.text),
            start=indicator.start,
            end=self.end,
        )

    def _call(self, function: Token) -> Tree:
        from optimiser.expressions.calls import checked

        self.enter()
        opened = self.end - 1
        arguments: list[Tree] = []
        keywords: list[tuple[str, Tree]] = []
        while not self.sees(")"):
            keyword = self._keyword(function, keywords)
            start = self.token.start
            value = self._sum()
            if self.sees(*_COMPARISONS):
                if function.text != "where" or arguments:
                    raise self.error(
                        tr("a comparison is no value"),
                        help=tr("only where takes one, and as its first argument"),
                    )
                value = self._comparison(value, start, strict=True)
            if keyword:
                keywords.append((keyword, value))
            elif keywords:
                raise self.error(
                    tr("a plain argument after keywords"),
                    start=start,
                    help=tr("give every argument its keyword"),
                )
            else:
                arguments.append(value)
            if not self.sees(","):
                break
            self.take()
            if self.sees(")"):
                raise self.error(
                    tr("nothing after the comma"),
                    help=tr("remove the comma, or add an argument"),
                )
        self.close(opened)
        self.leave()
        call = Call(
            function.text, tuple(arguments), tuple(keywords), start=function.start, end=self.end
        )
        return checked(call)

    def _keyword(self, function: Token, earlier: list[tuple[str, Tree]]) -> str:
        token = self.token
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if token.kind != "name" or following.kind != "operator" or following.text != "=":
            return ""
        if function.text in FUNCTIONS:
            raise self.error(
                tr("{function} takes no keywords", function=function.text),
                help=tr("write {function}(x); for equality write ==", function=function.text),
            )
        if token.text in RESERVED:
            raise self.error(
                tr("'{name}' is reserved", name=token.text),
                help=tr("give the feature another name"),
            )
        if token.text in dict(earlier):
            raise self.error(
                tr("'{name}' is given twice", name=token.text), help=tr("remove one of them")
            )
        self.take()
        self.take()
        return token.text
