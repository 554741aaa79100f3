"""Methods of dataclasses that wait until they are called are those that they wait for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from optimiser.late_methods import compile_when_called


@dataclasses.dataclass(frozen=True)
class _Known:
    a: int
    b: str = "x"


@pytest.fixture(params=[{}, {"slots": True}])
def late(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A class made while methods wait, with fields as the one that is known."""
    if not hasattr(dataclasses, "_create_fn"):
        yield _Known  # the standard library makes them at once, and quickly
        return
    before = vars(dataclasses)["_create_fn"]
    compile_when_called()
    try:
        fields: list[Any] = [("a", int), ("b", str, dataclasses.field(default="x"))]
        yield dataclasses.make_dataclass("_Known", fields, frozen=True, order=True, **request.param)
    finally:
        vars(dataclasses)["_create_fn"] = before


def test_they_do_what_those_made_at_once_do(late: Any) -> None:
    one, same, other = late(1), late(1), late(2, b="y")
    for _ in range(2):
        assert repr(one) == repr(_Known(1))
        assert one == same != other
        assert hash(one) == hash(same) == hash(_Known(1))
        assert one < other
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.a = 3
        with pytest.raises(dataclasses.FrozenInstanceError):
            del one.a
    assert late.__eq__.__qualname__ == "_Known.__eq__"


def test_what_is_called_once_is_in_its_place(late: Any) -> None:
    """Later calls do not pass through what stood for it."""
    one = late(1)
    assert one == late(1)
    assert "once" not in vars(late)["__eq__"].__code__.co_freevars


def test_one_with_another_class_is_made_for_both(late: Any) -> None:
    class Narrow(late):  # type: ignore[misc]
        pass

    assert Narrow(1) == Narrow(1)
    assert late(1) == late(1)
    assert Narrow(1) != late(1)
