"""What is said in several languages, once: of all but the first language only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["changes", "others_as_changes"]

_DRAWN: Final = ("charts", "pictures", "robust")
"""What is mostly numbers, which are the same in every language."""

_WHOLE: Final = ""  # the key under which something stands in the place of the other whole


def others_as_changes(words: Mapping[str, dict[str, Any]], /) -> dict[str, dict[str, Any]]:
    """Words by language; of the charts of all languages but the first what they change of its."""
    first = next(iter(words.values()))
    return {
        language: own
        if own is first
        else {**own, **{key: changes(first[key], own[key]) for key in _DRAWN}}
        for language, own in words.items()
    }


def changes(base: Any, own: Any, /) -> Any:
    """What makes ``own`` of a value that is not the same: in its objects and lists, by key and
    position, what is to be changed; ``changed`` of the page makes it again.

    >>> changes([1, {"a": "x", "b": 2}], [1, {"a": "y", "b": 2}])
    {'1': {'a': 'y'}}
    >>> changes([1, 2], [1]), changes("x", "y"), changes({"a": 1}, {"a": 1})
    ({'': [1]}, 'y', {})
    """
    if isinstance(base, dict) and isinstance(own, dict) and base.keys() == own.keys():
        return {key: changes(base[key], own[key]) for key in own if own[key] != base[key]}
    if isinstance(base, list) and isinstance(own, list) and len(base) == len(own):
        pairs = zip(base, own, strict=True)
        return {str(at): changes(a, b) for at, (a, b) in enumerate(pairs) if a != b}
    return {_WHOLE: own} if isinstance(base, dict | list) else own
