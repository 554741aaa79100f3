"""Frozen dataclasses that a process makes quickly: those of what every run loads.

``dataclasses.dataclass(frozen=True)`` compiles six functions from text for each class, which takes
0.4 ms, and a run of a small scenario loads a hundred such classes. Of these one function is
compiled, ``__init__``, once for all classes with as many fields and the same kinds of them; the
others close over what they ask for. And all of it waits until somebody
asks for a part of it, as making the first object does: a third of the classes are not used in such
a run. Nor does the standard library look at a class that its annotations and plain defaults say
everything of, until somebody asks what its fields are. For everything else
(:func:`dataclasses.fields`, :func:`dataclasses.replace`, a type checker) they are dataclasses; what
is wrong with a class is said when it is first used.

Refusing to assign makes an object four times as slow to make. Of what a large scenario makes by the
hundred thousand, :func:`light`, the type checker alone refuses it.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, field
from dataclasses import dataclass as plain
from dataclasses import fields as fields_of
from functools import cache, partial
from inspect import get_annotations
from itertools import dropwhile
from operator import attrgetter
from reprlib import recursive_repr
from threading import RLock
from types import CodeType, FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from dataclasses import dataclass
    from dataclasses import dataclass as light
    from typing import Any

__all__ = ["dataclass", "light"]


class _Factory:
    def __repr__(self) -> str:
        return "<factory>"


_FACTORY: Final = _Factory()
_GIVING: Final = RLock()
#: how a field is set when an object is made
_FROZEN: Final = " _set(self, {name!r}, {value})"
_LIGHT: Final = " self.{name} = {value}"
#: what it is given for those who ask it about itself
_DESCRIBING: Final = ("__dataclass_fields__", "__dataclass_params__")
#: what makes no field of an annotation, or another kind of them
_OTHERWISE: Final = ("ClassVar", "InitVar", "KW_ONLY")

if not TYPE_CHECKING:

    def dataclass(cls=None, /, *, frozen, eq=True, repr=True, kw_only=False):
        """As :func:`dataclasses.dataclass`, of which it takes what is asked for here."""
        if not frozen:
            raise TypeError("what is not frozen is made by dataclasses.dataclass")
        if cls is None:
            return partial(dataclass, frozen=frozen, eq=eq, repr=repr, kw_only=kw_only)
        made = _made(cls, eq=eq, repr=repr, kw_only=kw_only, light=False)
        for name in ("__setattr__", "__delattr__"):
            if name not in cls.__dict__:
                setattr(cls, name, _refuse)
        return made

    def light(*, frozen, eq=True, kw_only=False):
        """The same of a class with many objects, to which nothing refuses to assign."""
        if not frozen:
            raise TypeError("what is not frozen is made by dataclasses.dataclass")
        return partial(_made, eq=eq, repr=True, kw_only=kw_only, light=True)


def _made(cls: type, *, eq: bool, repr: bool, kw_only: bool, light: bool) -> type:
    if cls.__doc__ is None:  # else a signature is written for it
        cls.__doc__ = cls.__name__
    later = _Later(cls, eq=eq, repr=repr, kw_only=kw_only, light=light)
    for name in later.names:
        if cls.__dict__.get(name) is None:  # a class that has __eq__ has a __hash__ that is None
            setattr(cls, name, _Asked(later, name))
    return cls


class _Later:
    """What a class is still to be given, once it is asked for a part of it."""

    def __init__(self, cls: type, *, eq: bool, repr: bool, kw_only: bool, light: bool) -> None:
        self._cls, self._eq, self._repr, self._kw_only = cls, eq, repr, kw_only
        self._light = light
        made = [
            "__init__",
            *(["__repr__"] if repr else []),
            *(["__eq__", "__hash__"] if eq else []),
        ]
        self.names = (*_DESCRIBING, "__match_args__", *made)

    def give(self, name: str) -> None:
        """Give what goes with one of them: by one thread, while the others wait."""
        with _GIVING:
            if isinstance(self._cls.__dict__[name], _Asked):
                if name in _DESCRIBING:
                    self._describe()
                else:
                    self._take(self._parts())

    def _take(self, parts: Mapping[str, Any]) -> None:
        for name, part in parts.items():
            if isinstance(self._cls.__dict__[name], _Asked):
                setattr(self._cls, name, part)

    def found(self, name: str, instance: object, owner: type) -> Any:
        """One of them, as the class has it now."""
        found = self._cls.__dict__[name]
        return found.__get__(instance, owner) if hasattr(found, "__get__") else found

    def _describe(self) -> None:
        """Let the standard library look at it."""
        makes = {"init": False, "repr": False, "eq": False, "match_args": False}
        plain(**makes, kw_only=self._kw_only)(self._cls)

    def _fields(self) -> Sequence[Field[Any]]:
        """Its fields, as the standard library finds them where more is said of one than its name
        and a default, where it has them from another class, or where it has looked for them
        already: then nothing of what was said is left in the class.
        """
        if not isinstance(self._cls.__dict__["__dataclass_fields__"], _Asked):
            return fields_of(self._cls)
        said = get_annotations(self._cls)
        values: dict[str, Any] = {name: getattr(self._cls, name, MISSING) for name in said}
        own = not any("__dataclass_fields__" in vars(base) for base in self._cls.__mro__[1:])
        if not (
            own and all(map(_says_a_type, said.values())) and all(map(_plain, values.values()))
        ):
            return fields_of(self._cls)
        found: list[Field[Any]] = []
        for name, kind in said.items():
            found.append(field(default=values[name], kw_only=self._kw_only))
            found[-1].name, found[-1].type = name, kind
        return found

    def _parts(self) -> dict[str, Any]:
        fields = self._fields()
        typed = tuple(f.name for f in fields if f.init and not f.kw_only)
        init = _init(self._cls, fields, _LIGHT if self._light else _FROZEN)
        given: dict[str, Any] = {"__match_args__": typed, "__init__": init}
        if self._repr:
            given["__repr__"] = _repr(tuple(f.name for f in fields if f.repr))
        if self._eq:
            key = _key(tuple(f.name for f in fields if f.compare))
            given |= {"__eq__": _eq(key), "__hash__": lambda self: hash(key(self))}
        return given


def _says_a_type(annotation: object) -> bool:
    return type(annotation) is str and not any(map(annotation.count, _OTHERWISE))


def _plain(default: object) -> bool:
    """Whether the standard library, too, would take it as it is; MISSING is such a one."""
    return (
        not isinstance(default, Field | MemberDescriptorType) and type(default).__hash__ is not None
    )


class _Asked:
    """Stands for one of them until then."""

    def __init__(self, later: _Later, name: str) -> None:
        self._later, self._name = later, name

    def __get__(self, instance: object, owner: type) -> Any:
        self._later.give(self._name)
        return self._later.found(self._name, instance, owner)


def _init(cls: type, fields: Sequence[Field[Any]], assigned: str) -> Callable[..., None]:
    """Sets every field, then what the class does besides."""
    # others are what __post_init__ sets, or what the class has
    here = [f for f in fields if f.init or f.default_factory is not MISSING]
    factories = {f"_{i}": f.default_factory for i, f in enumerate(here)}
    known = factories | {"_set": object.__setattr__, "_given": _given}
    shape = tuple((f.init, f.kw_only, f.default_factory is not MISSING) for f in here)
    code = _code(shape, assigned, hasattr(cls, "__post_init__"))
    code = _renamed(code, {f"f{i}": f.name for i, f in enumerate(here)})
    function = FunctionType(code, known, "__init__")
    asked = [f for f in here if f.init]
    typed = {f.name: _default(f) for f in asked if not f.kw_only}
    named = {f.name: _default(f) for f in asked if f.kw_only}
    after = list(dropwhile(lambda value: value is MISSING, typed.values()))
    if MISSING in after:
        raise TypeError(f"{cls.__qualname__}: a field without a default follows one that has one")
    function.__defaults__ = tuple(after)
    function.__kwdefaults__ = {k: value for k, value in named.items() if value is not MISSING}
    function.__module__, function.__qualname__ = cls.__module__, f"{cls.__qualname__}.__init__"
    function.__annotations__ = {f.name: f.type for f in asked} | {"return": None}
    return function


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else _FACTORY


@cache
def _code(shape: tuple[tuple[bool, bool, bool], ...], assigned: str, post: bool) -> CodeType:
    """The code for fields f0, f1 and so on, which is compiled once for all classes of a shape.

    Args:
        shape: of each field whether it is given, by name only, and whether a factory makes it.
        assigned: how a field is set.
        post: whether the class does anything besides.
    """
    typed = [f"f{i}" for i, (given, named, _) in enumerate(shape) if given and not named]
    named = [f"f{i}" for i, (given, named, _) in enumerate(shape) if given and named]
    lines = [f"def __init__({', '.join(['self', *typed, *(['*', *named] if named else [])])}):"]
    for i, (given, _, made) in enumerate(shape):
        value = f"f{i}" if not made else f"_given(f{i}, _{i})" if given else f"_{i}()"
        lines.append(assigned.format(name=f"f{i}", value=value))
    lines += [" self.__post_init__()"] if post else []
    known: dict[str, Any] = {}
    exec("\n".join(lines if len(lines) > 1 else [*lines, " pass"]), known)
    code: CodeType = known["__init__"].__code__
    return code


def _renamed(code: CodeType, names: Mapping[str, str]) -> CodeType:
    """The same code with other names of arguments, attributes and constants."""

    def new(old: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(names.get(name, name) if type(name) is str else name for name in old)

    return code.replace(
        co_varnames=new(code.co_varnames),
        co_names=new(code.co_names),
        co_consts=new(code.co_consts),
    )


def _given(value: object, factory: Callable[[], object]) -> object:
    return factory() if value is _FACTORY else value


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _repr(names: Sequence[str]) -> Callable[[object], str]:
    @recursive_repr()
    def shown(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({values})"

    return shown


def _key(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    """What is compared, as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _eq(key: Callable[[object], tuple[Any, ...]]) -> Callable[[object, object], bool]:
    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if type(other) is type(self) else NotImplemented

    return equal
