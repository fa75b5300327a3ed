"""What a function captures: the names that it reads beside its arguments, and the arrays behind them.

A program reads captured arrays where they are. But a function may read a captured array by NumPy alone (`a.max()`), or
a captured number, before an argument comes in: then what it has read is part of the program. So a program notes what
the names stood for when it was made, and is made anew if one of them stands for something else, or if the elements of
an array have changed that it has only read then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.snapshot import is_frozen
from pydezero.core.variable import Variable
from pydezero.tree import Tree, flatten, static_values

_LIBRARIES = ("numpy", "scipy", "pydezero", "builtins")


@attrs.frozen(eq=False)
class Name:
    """A name that a function reads: a variable of the function around it, or of its module; and what it stood for."""

    place: CellType | dict[str, Any]
    key: str
    value: Any
    leaves: tuple[Any, ...]
    """The leaves of a container; none for what is none."""

    def read(self) -> Any:
        """What it stands for now; itself where it stands for nothing."""
        if isinstance(self.place, dict):
            return self.place.get(self.key, self)
        try:
            return self.place.cell_contents
        except ValueError:
            return self

    def is_same(self) -> bool:
        """Whether it stands for the same."""
        value = self.read()
        if value is not self.value:
            return False
        if not self.leaves:
            return True
        leaves = flatten(value)
        return len(leaves) == len(self.leaves) and all(map(_is, leaves, self.leaves))


def _is(a: object, b: object) -> bool:
    return a is b


@attrs.frozen(eq=False)
class Copied:
    """An array, and the elements that it had."""

    array: NDArray[Any]
    elements: NDArray[Any]

    def is_same(self) -> bool:
        """Whether it has the same elements, to the bit."""
        a, b = self.array, self.elements
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def captured_names(f: Callable[..., Any], objects: Sequence[object]) -> list[Name]:
    """The names that a function reads, and those that the functions read that it refers to by them.

    So are the attributes of objects of the user's that it may read: of what it captures and of `objects`, which it is
    given. What functions among these read, it reads, too.
    """
    found = _Found()
    found.read_function(f)
    for x in objects:
        if isinstance(x, FunctionType | MethodType | partial):
            found.read_function(x)
    for x in objects:
        found.read_attributes(x, frozenset(found.words))
    return list(found.names.values())


def arrays_of(names: Sequence[Name]) -> list[NDArray[Any]]:
    """The arrays that names stand for, if they can change."""
    leaves = [leaf for name in names for leaf in (name.leaves or (name.value,))]
    return list({id(x): x for x in leaves if isinstance(x, np.ndarray) and not is_frozen(x)}.values())


class _Found:
    """The names found so far, and the words in the code of the functions that read them."""

    def __init__(self) -> None:
        self.names: dict[tuple[int, str], Name] = {}
        self.words: set[str] = set()
        self._seen: set[object] = set()

    def read_function(self, f: Any) -> None:
        """Find what a function reads."""
        if self._is_seen(id(f)):
            return
        if isinstance(f, MethodType):
            self.read_function(f.__func__)
            self.read_attributes(f.__self__, frozenset(_words(f.__func__)))
        # What a transform has made reads what the function does that it was made of.
        elif hasattr(f, "__wrapped__"):
            self.read_function(f.__wrapped__)
        elif isinstance(f, partial):
            for part in (f.func, *f.args, *f.keywords.values()):
                self.read_function(part)
        elif isinstance(f, FunctionType):
            if not _is_of_library(f):
                self._read_names(f)
        else:
            self.read_attributes(f, frozenset())

    def read_attributes(self, x: object, words: frozenset[str]) -> None:
        """Find the attributes of an object that code with these words may read, by itself or by methods."""
        own = getattr(x, "__dict__", None)
        if type(own) is not dict or isinstance(x, _NO_OBJECTS) or _is_of_library(type(x)):
            return
        words = words | {"__call__"}
        if self._is_seen((id(x), words)):
            return
        for key in sorted(words):
            method = getattr(type(x), key, None)
            method = method.fget if isinstance(method, property) else method
            if isinstance(method, FunctionType) and not self._is_seen((id(x), key)):
                self.read_function(method)
                self.read_attributes(x, frozenset(_words(method)))
        for key in sorted(words & own.keys()):
            self._add(_name(own, key, own[key]), words)

    def _read_names(self, f: FunctionType) -> None:
        words = frozenset(_words(f))
        self.words |= words
        for key, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
            try:
                self._add(_name(cell, key, cell.cell_contents), words)
            except ValueError:  # not assigned yet
                continue
        for key in _words(f):
            value = f.__globals__.get(key, f)
            if value is not f and not isinstance(value, ModuleType | type):
                self._add(_name(f.__globals__, key, value), words)

    def _add(self, name: Name, words: frozenset[str]) -> None:
        if (id(name.place), name.key) not in self.names:
            self.names[id(name.place), name.key] = name
        for x in (*(name.leaves or (name.value,)), *static_values(name.value)):
            self.read_function(x)
            self.read_attributes(x, words)

    def _is_seen(self, key: object) -> bool:
        if key in self._seen:
            return True
        self._seen.add(key)
        return False


_NO_OBJECTS: Final[tuple[type, ...]] = (FunctionType, MethodType, ModuleType, type, partial, np.ndarray)


def _is_of_library(x: object) -> bool:
    return str(getattr(x, "__module__", "")).partition(".")[0] in _LIBRARIES


def _words(f: Any) -> list[str]:
    """The names of globals and attributes in the code of a function and of those inside it."""
    return list(dict.fromkeys(_words_in(f.__code__))) if isinstance(f, FunctionType) else []


def _words_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words_in(constant)


def _name(place: CellType | dict[str, Any], key: str, value: Tree) -> Name:
    is_single = isinstance(value, np.ndarray | Variable | FunctionType)
    leaves = () if is_single else tuple(flatten(value))
    return Name(place, key, value, () if len(leaves) == 1 and leaves[0] is value else leaves)
