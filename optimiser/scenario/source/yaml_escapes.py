"""Characters that JSON writes as two escapes, half a character each, where YAML wants one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from optimiser.patterns import pattern
from optimiser.scenario.source.yaml_faults import LOADER

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

__all__ = ["joined"]

_PAIR: Final = r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
_ANYWHERE: Final = pattern(_PAIR)
#: a pair, or any other escape, which it may not begin in
_ESCAPE: Final = pattern(rf"{_PAIR}|\\.")


def joined(text: str, /) -> str:
    """A text in whose double-quoted scalars each pair of surrogate escapes (RFC 8259, section 7) is
    the one escape that YAML has for it. What stands behind such a scalar stays in its columns.

    >>> print(joined(r'{"title": "\\ud83d\\ude00", "unit": "t"}'))
    {"title": "\\U0001f600"  , "unit": "t"}
    """
    if _ANYWHERE.search(text) is None:  # nearly always
        return text
    pieces, done = [], 0
    for token in _tokens(_ANYWHERE.sub(r"\\ufffd\\ufffd", text)):
        if isinstance(token, yaml.ScalarToken) and token.style == '"':
            start, end = token.start_mark.index, token.end_mark.index
            scalar = _ESCAPE.sub(_one, text[start:end])
            last = len(text[start:end].splitlines()[-1]) - len(scalar.splitlines()[-1])
            pieces += [text[done:start], scalar, " " * last]
            done = end
    return "".join([*pieces, text[done:]])


def _tokens(text: str) -> Iterator[Any]:
    """Those of a text as far as it is YAML: its faults are reported by who reads it."""
    try:
        yield from yaml.scan(text, Loader=LOADER)
    except yaml.YAMLError:
        return


def _one(match: re.Match[str]) -> str:
    if match["high"] is None:
        return match.group()
    high, low = int(match["high"], 16), int(match["low"], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:08x}"
