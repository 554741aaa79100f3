"""Frozen dataclasses of our own against those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field
from functools import cached_property
from typing import Any, ClassVar

import pytest

from optimiser import frozen


def classes_of(make: Any) -> tuple[type[Any], ...]:
    @make(frozen=True)
    class Plain:
        """A text."""

        a: int
        b: str = "x"
        kinds: ClassVar[int] = 3

    @make(frozen=True)
    class Derived(Plain):
        c: list[int] = field(default_factory=list)
        d: float = field(default=0.5, compare=False, repr=False)

    @make(frozen=True, kw_only=True)
    class Named:
        start: int = field(default=0, compare=False)

    @make(frozen=True)
    class Mixed(Named):
        value: tuple[int, ...]
        made: int = field(init=False)
        fixed: int = field(init=False, default=4)
        fresh: dict[str, int] = field(init=False, default_factory=dict, compare=False)
        only: str = field(kw_only=True)

        def __post_init__(self) -> None:
            object.__setattr__(self, "made", sum(self.value))

        @cached_property
        def twice(self) -> int:
            return 2 * self.made

    @make(frozen=True, eq=False)
    class Itself:
        a: int = 0

    @make(frozen=True)
    class Empty:
        pass

    @make(frozen=True, repr=False)
    class Own:
        a: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, type(self))

        def __hash__(self) -> int:
            return 7

    return Plain, Derived, Mixed, Itself, Empty, Own


OURS, THEIRS = classes_of(frozen.dataclass), classes_of(dataclasses.dataclass)
CALLS: tuple[tuple[tuple[Any, ...], dict[str, Any]], ...] = (
    ((), {}),
    ((1,), {}),
    ((1, "y"), {}),
    ((1,), {"b": "z"}),
    ((1, "y", (2,), 4.0), {}),
    ((1,), {"a": 2}),
    ((1,), {"e": 2}),
    (((1, 2),), {"only": "o"}),
    (((1, 2),), {"only": "o", "start": 3}),
    (((1, 2), "o"), {}),
    ((float("nan"),), {}),
)


def _made(kinds: tuple[type[Any], ...]) -> list[list[Any]]:
    found = []
    for kind in kinds:
        own: list[Any] = []
        for positional, named in CALLS:
            try:
                own.append(kind(*positional, **named))
            except TypeError as error:
                own.append(str(error))
        found.append(own)
    return found


@pytest.mark.parametrize("place", range(len(OURS)))
def test_they_do_what_those_of_the_standard_library_do(place: int) -> None:
    ours, theirs = _made(OURS)[place], _made(THEIRS)[place]
    assert [repr(one) for one in ours] == [repr(one) for one in theirs]
    for i, mine in enumerate(ours):
        for j, other in enumerate(ours):
            assert (mine == other) == (theirs[i] == theirs[j])
        if isinstance(mine, str):
            continue
        if i < len(CALLS) - 1:  # no number is itself
            assert dataclasses.asdict(mine) == dataclasses.asdict(theirs[i])
            assert _hash(mine) == _hash(theirs[i])
        assert repr(copy.deepcopy(mine)) == repr(mine)
        assert vars(mine) == vars(copy.copy(mine))


def _hash(value: object) -> object:
    if type(value).__hash__ is object.__hash__:
        return None
    try:
        return hash(value)
    except TypeError as error:
        return str(error)


@pytest.mark.parametrize(("ours", "theirs"), list(zip(OURS, THEIRS, strict=True)))
def test_they_say_of_themselves_what_those_do(ours: type[Any], theirs: type[Any]) -> None:
    assert str(inspect.signature(ours)) == str(inspect.signature(theirs))
    assert [(f.name, f.type) for f in dataclasses.fields(ours)] == [
        (f.name, f.type) for f in dataclasses.fields(theirs)
    ]
    assert ours.__match_args__ == theirs.__match_args__
    assert ours.__init__.__qualname__ == theirs.__init__.__qualname__


def test_a_light_one_is_the_same_but_for_what_refuses_to_be_changed() -> None:
    def made(make: Any) -> tuple[type[Any], type[Any]]:
        @make(frozen=True)
        class Base:
            """A text."""

            a: int
            b: list[int] = field(default_factory=list, compare=False)

        @make(frozen=True)
        class Derived(Base):
            c: int = 3
            d: int = field(init=False, repr=False, compare=False)

            def __post_init__(self) -> None:
                object.__setattr__(self, "d", self.a + self.c)

        return Base, Derived

    for ours, theirs in zip(made(frozen.light), made(dataclasses.dataclass), strict=True):
        one, other = ours(1, [2]), theirs(1, [2])
        assert repr(one) == repr(other)
        assert vars(one) == vars(other)
        assert hash(one) == hash(other)
        assert one == ours(1) != ours(2)
        assert vars(dataclasses.replace(one, a=4)) == vars(dataclasses.replace(other, a=4))
        assert str(inspect.signature(ours)) == str(inspect.signature(theirs))
        one.a = 5  # the type checker alone tells
        assert one == ours(5)
    with pytest.raises(TypeError, match="not frozen"):
        frozen.light(frozen=False)


def _of_one_shape(make: Any) -> tuple[type[Any], type[Any]]:
    @make(frozen=True)
    class One:
        f1: int
        f0: str = "_set"
        made: list[int] = field(default_factory=list)

    @make(frozen=True)
    class Other:
        _0: int
        _given: str = "f0"
        kept: dict[str, int] = field(default_factory=dict)

    return One, Other


def testclasses_of_that_share_their_code_keep_their_names_and_defaults() -> None:
    for one, other in (_of_one_shape(frozen.dataclass), _of_one_shape(frozen.light)):
        for _ in range(2):
            assert vars(one(1)) == {"f1": 1, "f0": "_set", "made": []}
            assert vars(other(1, _given="x")) == {"_0": 1, "_given": "x", "kept": {}}
            assert vars(one(f0="f1", f1=2, made=[3])) == {"f1": 2, "f0": "f1", "made": [3]}


def test_no_field_without_a_default_follows_one_that_has_one() -> None:
    class Wrong:
        a: int = 0
        b: str = field()

    made: Any = frozen.dataclass(frozen=True)(Wrong)
    with pytest.raises(TypeError, match="a field without a default follows one that has one"):
        made(1, "x")


def test_the_standard_library_looks_at_a_class_when_its_fields_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Or where annotations and plain defaults do not say everything."""
    looked: list[str] = []
    look: Any = dataclasses.dataclass

    def seen(**options: Any) -> Any:
        def at(cls: type[Any]) -> Any:
            looked.append(cls.__name__)
            return look(**options)(cls)

        return at

    monkeypatch.setattr(frozen, "plain", seen)

    @frozen.dataclass(frozen=True)
    class Bare:
        a: int
        b: tuple[int, ...] = (2,)
        c: str = "c"

    @frozen.dataclass(frozen=True)
    class Derived(Bare):
        d: int = 4

    @frozen.light(frozen=True, kw_only=True)
    class Said:
        a: int = field(repr=False)

    one = Bare(1, c="d")
    assert (repr(one), hash(one) == hash(Bare(1, (2,), "d")), one == Bare(1)) == (
        f"{Bare.__qualname__}(a=1, b=(2,), c='d')",
        True,
        False,
    )
    assert looked == []
    assert vars(dataclasses.replace(one, a=3)) == {"a": 3, "b": (2,), "c": "d"}
    assert looked == ["Bare"]
    assert vars(Derived(1)) == {"a": 1, "b": (2,), "c": "c", "d": 4}
    assert repr(Said(a=1)) == f"{Said.__qualname__}()"
    assert looked == ["Bare", "Derived", "Said"]


def _wrong(make: Any) -> list[str]:
    """What is said of classes that are none, once they are used."""

    none: list[int] = []

    class Mutable:
        a: list[int] = none

    class Slotted:
        __slots__ = ("a",)
        a: int

    said = []
    for cls in (Mutable, Slotted):
        try:
            made = make(frozen=True)(cls)
            said.append(f"{made(3).a} {inspect.signature(made)}")
        except (TypeError, ValueError) as error:
            said.append(str(error))
    return said


def test_what_is_wrong_with_a_class_is_said_by_the_standard_library() -> None:
    assert _wrong(frozen.dataclass) == _wrong(dataclasses.dataclass)


def test_nothing_can_be_changed_but_in_a_copy() -> None:
    plain, _, mixed, *_ = OURS
    one = plain(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'a'"):
        one.a = 2
    with pytest.raises(FrozenInstanceError):
        one.other = 2
    with pytest.raises(FrozenInstanceError):
        del one.a
    assert dataclasses.replace(one, a=2) == plain(2)
    assert mixed((1, 2), only="").twice == 6
    assert mixed((1,), only="").fresh is not mixed((1,), only="").fresh


@frozen.dataclass(frozen=True)
class _Kept:
    a: int


def test_they_are_pickled() -> None:
    assert pickle.loads(pickle.dumps(_Kept(3))) == _Kept(3)


@pytest.mark.parametrize(
    "ask",
    [
        repr,
        hash,
        lambda one: one == copy.copy(one),
        dataclasses.fields,
        dataclasses.asdict,
        copy.copy,
    ],
)
def test_an_object_that_came_from_elsewhere_may_be_the_first(ask: Any) -> None:
    """As one that another process pickled: nothing called ``__init__`` here."""

    def first(make: Any) -> object:
        @make(frozen=True)
        class One:
            a: int
            b: tuple[int, ...] = field(default=(2,))

        one = object.__new__(One)
        vars(one).update(a=1, b=(3,))
        found = ask(one)
        if isinstance(found, One):
            return vars(found)
        return [f.name for f in found] if ask is dataclasses.fields else found

    assert first(frozen.dataclass) == first(dataclasses.dataclass)


def test_a_class_may_be_matched_derived_from_or_asked_before_it_has_objects() -> None:
    @frozen.dataclass(frozen=True)
    class Matched:
        a: int

    empty: Any = object.__new__(Matched)
    assert Matched.__match_args__ == ("a",)
    match empty:
        case Matched(a):
            found = [a]
        case _:
            found = []
    assert not found

    @frozen.dataclass(frozen=True)
    class Base:
        a: int

    @frozen.dataclass(frozen=True)
    class Derived(Base):
        b: int = 5

    assert [f.name for f in dataclasses.fields(Derived)] == ["a", "b"]
    assert list(inspect.signature(Derived).parameters) == ["a", "b"]
    assert Derived(1) == Derived(a=1, b=5)
    assert Derived(1) != Base(1)

    @frozen.dataclass(frozen=True)
    class Root:
        a: int

    class Plain(Root):
        def __init__(self) -> None:
            super().__init__(7)

    assert Plain().a == 7


def test_threads_may_make_the_first_object_at_once() -> None:
    for _ in range(20):

        @frozen.dataclass(frozen=True)
        class One:
            a: int
            b: list[int] = field(default_factory=list)

        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(One, range(40)))
        assert made == [One(i) for i in range(40)]
        assert [vars(one) for one in made] == [{"a": i, "b": []} for i in range(40)]


def test_what_is_not_frozen_is_refused() -> None:
    with pytest.raises(TypeError, match="dataclasses"):
        frozen.dataclass(frozen=False)
