"""Frozen dataclasses of which the fields are asked for before any object is made."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import field
from typing import Any

import pytest

from optimiser import frozen
from tests.test_frozen import CALLS, OURS, classes_of


def looked_at(make: Any) -> tuple[type[Any], ...]:
    """Classes of which the fields are asked for before any object is made, as who reads an object
    back from bytes may do.
    """
    found = classes_of(make)
    for kind in reversed(found):
        dataclasses.fields(kind)
    return found


@pytest.mark.parametrize("place", range(len(OURS)))
def test_a_class_may_be_looked_at_before_it_makes_an_object(place: int) -> None:
    ours, theirs = (looked_at(make)[place] for make in (frozen.dataclass, dataclasses.dataclass))
    assert str(inspect.signature(ours)) == str(inspect.signature(theirs))
    for args, named in CALLS:
        try:
            expected = vars(theirs(*args, **named))
        except TypeError:
            with pytest.raises(TypeError):
                ours(*args, **named)
        else:
            assert repr(vars(ours(*args, **named))) == repr(expected)


def test_what_has_many_objects_may_be_looked_at_first_too() -> None:
    @frozen.light(frozen=True)
    class Many:
        a: int
        b: list[int] = field(default_factory=list)

    assert [one.name for one in dataclasses.fields(Many)] == ["a", "b"]
    assert vars(Many(1)) == {"a": 1, "b": []}
