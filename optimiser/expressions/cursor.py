"""Where reading stands among the tokens, and what is wrong with one that does not fit there."""

from __future__ import annotations

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.hints import FOREIGN, LOGIC
from optimiser.expressions.tokens import Token

__all__ = ["MAX_DEPTH", "MAX_NODES", "Cursor"]

MAX_NODES = 50_000
MAX_DEPTH = 100


class Cursor:
    """Reads tokens one after the other.

    Args:
        tokens: the tokens, the last of them the end.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._nodes = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self._tokens[self._at]

    @property
    def end(self) -> int:
        """Where the last token read ends."""
        return self._tokens[self._at - 1].end if self._at else 0

    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.token.kind == "end"

    def sees(self, *operators: str) -> bool:
        """Whether the next token is one of these operators."""
        token = self.token
        return token.kind == "operator" and token.text in operators

    def take(self) -> Token:
        """Read a token."""
        token = self.token
        self._at += 1
        return token

    def error(self, message: str, *, help: str = "", start: int | None = None) -> ExpressionError:
        """An error at the next token, or from ``start`` on."""
        token = self.token
        start = token.start if start is None else start
        return ExpressionError(message, start=start, end=max(token.end, token.start + 1), help=help)

    def count(self) -> None:
        """Count a number, a name or an operation."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self.error(
                f"more than {MAX_NODES:,} numbers, names and operations",
                help="split it into several indicators",
            )

    def enter(self) -> None:
        """Go one level deeper."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(
                f"nested more than {MAX_DEPTH} deep", help="split it into several indicators"
            )

    def leave(self) -> None:
        """Go back one level."""
        self._depth -= 1

    def close(self, opened: int) -> None:
        """Read the parenthesis that ends what was opened."""
        if not self.sees(")"):
            if self.token.kind != "end":
                raise self.unexpected()
            fix = "add ); inside { } an expression with commas needs quotes"
            raise ExpressionError(
                "a parenthesis is not closed", start=opened, end=opened + 1, help=fix
            )
        self.take()

    def unexpected(self, before: Token | None = None) -> ExpressionError:
        """The error for a token where the expression could have ended; ``before`` is the value in
        front of it.
        """
        token = self.token
        beside = before is not None and before.end == token.start and before.kind == "number"
        if token.kind == "name":
            if token.text in LOGIC:
                return self.error(
                    f"'{token.text}' is reserved, but no syntax", help=LOGIC[token.text]
                )
            if token.text in FOREIGN:
                return self.error(f"'{token.text}' is not an operator", help=FOREIGN[token.text])
            if beside and token.text in ("e", "E"):
                return self.error(
                    "the exponent of the number is missing",
                    help=f"write {self._tokens[self._at - 1].text}e6",
                )
        if token.kind == "number" and token.text.startswith("."):
            return self.error(
                "a point too many",
                help="decimals have one point: 0.5; a member is a name: pv.scale",
            )
        if token.kind in ("number", "name") or self.sees("("):
            left = (
                before.text
                if before is not None
                and before.kind in ("number", "name")
                and before.end == self.end
                else "..."
            )
            right = "(...)" if token.text == "(" else token.text
            return self.error(
                f"an operator is missing before '{token.text}'", help=f"write {left} * {right}"
            )
        if token.kind == "string":
            return self.error(
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
        return self.error(message, help=fix)

    def nothing_adjacent(self, before: Token) -> None:
        """Refuse a value right behind a value."""
        token = self.token
        if token.kind in ("number", "name", "string") or self.sees("(", "[", "."):
            raise self.unexpected(before)
