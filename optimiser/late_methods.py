"""Methods of the standard library's dataclasses that are compiled when they are first called.

It compiles up to six for each class, 0.3 ms, as soon as there is the class. pydantic and
annotated_types have fifty classes, of which a run of a small scenario calls few methods but the
first; our own are made by :mod:`optimiser.frozen`.
"""

from __future__ import annotations

import dataclasses
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["compile_when_called"]

#: how it makes one of its name; from Python 3.13 on, all of a class at once
_MAKING: Final = "_create_fn"


def compile_when_called() -> None:
    """Let them wait for the rest of a command's own process; all but ``__init__``, which is asked
    what it takes.
    """
    if make := getattr(dataclasses, _MAKING, None):
        vars(dataclasses)[_MAKING] = partial(_waiting, make)


def _waiting(
    make: Callable[..., Callable[..., Any]], name: str, /, *given: Any, **named: Any
) -> Callable[..., Any]:
    """A method that puts the one it stands for in its place."""
    if name == "__init__":
        return make(name, *given, **named)
    once = cache(partial(make, name, *given, **named))

    def method(self: object, *others: object) -> Any:
        made = once()
        for cls in type(self).__mro__:
            if vars(cls).get(name) is method:
                made.__qualname__ = method.__qualname__
                setattr(cls, name, made)
        return made(self, *others)

    method.__name__ = name
    return method
