"""Where reading stands among the tokens, and what is wrong with one that does not fit there."""

from __future__ import annotations

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.hints import FOREIGN, LOGIC
from optimiser.expressions.tokens import Token
from optimiser.language import marked, tr

__all__ = ["MAX_DEPTH", "MAX_NODES", "Cursor"]

MAX_NODES = 50_000
MAX_DEPTH = 100

#: an operator where the expression could have ended -> what is wrong, and the fix
_UNEXPECTED = {
    ")": (marked("a parenthesis is closed but never opened"), marked("remove )")),
    "=": (marked("'{text}' is not an operator here"), marked("write ==")),
    ",": (
        marked("unexpected '{text}'"),
        marked("write one expression; decimals have a point: 0.5"),
    ),
}


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
                tr("more than {most:,} numbers, names and operations", most=MAX_NODES),
                help=tr("split it into several indicators"),
            )

    def enter(self) -> None:
        """Go one level deeper."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(
                tr("nested more than {most} deep", most=MAX_DEPTH),
                help=tr("split it into several indicators"),
            )

    def leave(self) -> None:
        """Go back one level."""
        self._depth -= 1

    def close(self, opened: int) -> None:
        """Read the parenthesis that ends what was opened."""
        if not self.sees(")"):
            if self.token.kind != "end":
                raise self.unexpected()
            fix = tr("add ); inside { } an expression with commas needs quotes")
            raise ExpressionError(
                tr("a parenthesis is not closed"), start=opened, end=opened + 1, help=fix
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
                    tr("'{word}' is reserved, but no syntax", word=token.text),
                    help=tr(LOGIC[token.text]),
                )
            if token.text in FOREIGN:
                return self.error(
                    tr("'{word}' is not an operator", word=token.text),
                    help=tr(FOREIGN[token.text]),
                )
            if beside and token.text in ("e", "E"):
                return self.error(
                    tr("the exponent of the number is missing"),
                    help=tr("write {text}", text=self._tokens[self._at - 1].text + "e6"),
                )
        if token.kind == "number" and token.text.startswith("."):
            return self.error(
                tr("a point too many"),
                help=tr("decimals have one point: 0.5; a member is a name: pv.scale"),
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
            product = f"{left} * {right}"
            return self.error(
                tr("an operator is missing before '{text}'", text=token.text),
                help=tr("write {text}", text=product),
            )
        if token.kind == "string":
            return self.error(
                tr("a text is no value"), help=tr('texts only name phases: indicator["2027"]')
            )
        message, fix = _UNEXPECTED.get(
            token.text, (marked("unexpected '{text}'"), marked("only arithmetic is allowed here"))
        )
        return self.error(tr(message, text=token.text), help=tr(fix))

    def nothing_adjacent(self, before: Token) -> None:
        """Refuse a value right behind a value."""
        token = self.token
        if token.kind in ("number", "name", "string") or self.sees("(", "[", "."):
            raise self.unexpected(before)
