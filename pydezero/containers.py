"""One container: its parts and their names, what is static in it, and one like it with other parts.

`tree` goes down through containers of containers with these.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeAlias

import attrs
import numpy as np

from pydezero.arrays.wrappers import WRAPPERS, rebuilt
from pydezero.core.variable import Variable

# A container of the user's, of any type, or a leaf.
Container: TypeAlias = Any


class _Hole:
    """The type of `HOLE`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "HOLE"

    def __reduce__(self) -> str:
        return "HOLE"  # by its name: a template is known by it


HOLE: Final = _Hole()
"""Stands in a template, which is a container, in the place of a value that was taken out."""


# The leaves that are met most (a Variable is one, although attrs made it); to find out of another type that it is no
# container takes several times as long.
LEAVES: Final = frozenset({np.ndarray, Variable, np.float64, float, int, complex, str, bool, type(None), _Hole})


# As a tuple: a union would be made anew in every call that asks for one.
_SEQUENCES: Final = (list, tuple)


class _Kind(NamedTuple):
    """What is known of a type of containers or leaves.

    Attributes:
        parts: the function that gives the parts of a container, None of a leaf.
        static: the names of the fields that are the structure beside the parts; None where something else is: the keys
            of a dict, the labels of an array of another library.
    """

    parts: Callable[[Any], Sequence[Any] | None]
    static: tuple[str, ...] | None = None


class _Kinds(dict[type, _Kind]):
    """What is known of a type, which is found out when one of this type is met for the first time."""

    def __missing__(self, kind: type) -> _Kind:
        self[kind] = found = _kind_of_type(kind)
        return found


def _kind_of_type(kind: Any) -> _Kind:  # Any: typeshed doubts that a type has a hash
    if kind in LEAVES:
        return _LEAF
    if issubclass(kind, _SEQUENCES):
        return _Kind(list, ())
    if issubclass(kind, dict):
        return _Kind(_values)
    if WRAPPERS[kind] is not None:
        return _Kind(WRAPPERS[kind].parts)
    fields = _fields(kind)
    if fields is None:
        return _LEAF
    names = fields.parts
    if len(names) > 1:
        return _Kind(attrgetter(*names), fields.static)
    # Of one name `attrgetter` gives what it stands for, and no tuple.
    return _Kind(lambda tree: [getattr(tree, name) for name in names], fields.static)


def _values(tree: dict[Any, Any]) -> list[Any]:
    return list(tree.values())


_KINDS: Final = _Kinds()
_LEAF: Final = _Kind(lambda _: None)


def children_of(tree: Container) -> Sequence[Any] | None:
    """The parts of a container, None for a leaf."""
    return _KINDS[type(tree)].parts(tree)


def parts_of_both(a: Container, b: Container) -> tuple[Sequence[Any], Sequence[Any]] | None:
    """The parts of two containers of one type, whose structures are then the same but for the number of the parts.

    None where that is not known at sight: of a dict and of containers of other libraries, of static fields with other
    objects in them, and of leaves.
    """
    kind = _KINDS[type(a)]
    if kind.static is None:
        return None
    for name in kind.static:
        if getattr(a, name) is not getattr(b, name):
            return None
    parts: Any = kind.parts  # Any: it gives the parts, as this is no leaf
    return parts(a), parts(b)


class _Fields(NamedTuple):
    """The names of the fields of a class: those that hold parts of the container, and those that are static."""

    parts: tuple[str, ...]
    static: tuple[str, ...]


def _fields_of(tree: Container) -> _Fields | None:
    """The fields of an instance of a dataclass or attrs class; a class by itself has none."""
    kind: Any = type(tree)  # Any: typeshed doubts that a type has a hash
    return _fields(kind)


@lru_cache(maxsize=1024)
def _fields(kind: type) -> _Fields | None:
    """The fields of a dataclass or attrs class."""
    dataclasses = sys.modules.get("dataclasses")  # who has made a dataclass has imported it
    fields: Iterable[Any]  # Any: those of the one or of the other
    if dataclasses is not None and dataclasses.is_dataclass(kind):
        fields = dataclasses.fields(kind)
    elif attrs.has(kind):
        fields = attrs.fields(kind)
    else:
        return None
    static = [field.name for field in fields if field.metadata.get("static") is True]
    return _Fields(tuple([field.name for field in fields if field.name not in static]), tuple(static))


def own_static(tree: Container) -> dict[str, Any]:
    """The static fields of a container itself."""
    fields = None if isinstance(tree, list | tuple | dict) else _fields_of(tree)
    return {} if fields is None else {name: getattr(tree, name) for name in fields.static}


def _part_names(tree: Container) -> tuple[str, ...]:
    """The names of the fields that hold parts of an instance of a dataclass or attrs class."""
    fields = _fields_of(tree)
    return () if fields is None else fields.parts


def steps_of(tree: Container) -> list[str]:
    """The path to each part of a container."""
    if isinstance(tree, dict):
        return [f"[{key!r}]" for key in tree]
    if isinstance(tree, list | tuple):
        fields = getattr(tree, "_fields", None)
        return [f"[{i}]" for i in range(len(tree))] if fields is None else [f".{name}" for name in fields]
    wrapper = WRAPPERS[type(tree)]
    if wrapper is not None:
        steps: list[str] = wrapper.steps(tree)
        return steps
    return [f".{name}" for name in _part_names(tree)]


def with_parts(tree: Container, parts: list[Any]) -> Container:
    """A container like a tree, with other parts."""
    kind = type(tree)
    if kind is list:
        return parts
    if kind is dict:
        return dict(zip(tree, parts, strict=True))
    if isinstance(tree, tuple):
        if hasattr(tree, "_make"):
            return tree._make(parts)
        return tuple(parts) if kind is tuple else kind(parts)
    if WRAPPERS[kind] is not None:
        return rebuilt(tree, parts)
    # A copy keeps what a subclass has beside its parts, as a defaultdict its factory, but not what it computed of them.
    new = copy.copy(tree)
    for name in [name for name in getattr(new, "__dict__", ()) if _is_cached(kind, name)]:
        del new.__dict__[name]
    # By the methods of list and dict, because those of a subclass may do something else: a Counter adds up.
    if isinstance(tree, list):
        list.__setitem__(new, slice(None), parts)
    elif isinstance(tree, dict):
        dict.update(new, zip(tree, parts, strict=True))
    else:
        for name, part in zip(_part_names(tree), parts, strict=True):
            object.__setattr__(new, name, part)
    return new


def _is_cached(kind: type, name: str) -> bool:
    return isinstance(getattr(kind, name, None), cached_property)
