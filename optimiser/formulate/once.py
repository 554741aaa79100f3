"""Methods that are asked the same again, and make what they answer with once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

__all__ = ["once"]

_P = ParamSpec("_P")
_O = TypeVar("_O")
_T = TypeVar("_T")


def once(method: Callable[Concatenate[_O, _P], _T], /) -> Callable[Concatenate[_O, _P], _T]:
    """The method, which keeps its answers with the object: of the same arguments the same, which
    must be hashable.
    """
    place = f"_known_{method.__name__}"

    @wraps(method)
    def known(self: _O, /, *arguments: _P.args, **named: _P.kwargs) -> _T:
        answers: dict[Any, _T] = self.__dict__.setdefault(place, {})
        asked = (arguments, tuple(sorted(named.items())))
        if asked not in answers:
            answers[asked] = method(self, *arguments, **named)
        return answers[asked]

    return known
