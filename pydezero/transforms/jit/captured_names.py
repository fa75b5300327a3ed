"""The captured values of a function: the names that it reads beside its arguments, and the arrays behind them.

A program reads captured arrays where they are. But a function may read a captured array by NumPy alone (`a.max()`), or
a captured number, before an argument comes in: then what it has read is part of the program. So a program notes what
the names stood for when it was made, and is made anew if one of them stands for something else, or if the elements of
an array have changed that it may have read then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import is_
from types import CellType, FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.snapshot import is_frozen, same_bits
from pydezero.core.types import NUMERIC_KINDS
from pydezero.core.variable import Variable
from pydezero.transforms.jit.reading import LIBRARIES, codes_in, global_names, is_foreign, may_look
from pydezero.tree import Tree, flatten, static_values


@attrs.frozen(eq=False)
class Name:
    """A name that a function reads, and what it stood for: a variable of the function around it, or an attribute."""

    key: str
    value: Any
    leaves: tuple[Any, ...]
    """The leaves of a container; none for what is none."""
    read: Callable[[str, Any], Any]
    """The function of the key and a default that gives what it stands for now."""

    def is_same(self) -> bool:
        """Whether it stands for the same."""
        value = self.read(self.key, self)
        if value is not self.value:
            return False
        if not self.leaves:
            return True
        leaves = flatten(value)
        return len(leaves) == len(self.leaves) and all(map(is_, leaves, self.leaves))


def _reader(place: object) -> Callable[[str, Any], Any]:
    """A function that reads a name at its place: in the cell of the variable, a namespace, or an object with slots."""
    if isinstance(place, CellType):
        return partial(_in_cell, place)
    if isinstance(place, dict):
        return place.get
    return vars(place).get if isinstance(place, type) else partial(getattr, place)


def _in_cell(cell: CellType, _key: str, default: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return default


# Up to this size a copy costs less than the two calls that go without one.
_SMALL: Final = 1 << 14


@attrs.frozen(eq=False)
class Copied:
    """An array, and the elements that it had."""

    array: NDArray[Any]
    elements: NDArray[Any]

    def is_same(self) -> bool:
        """Whether it has the same elements, to the bit."""
        a, b = self.array, self.elements
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return a.tobytes() == b.tobytes() if a.nbytes < _SMALL else same_bits(a, b)


@attrs.frozen(eq=False)
class Captured:
    """The captured names of a function, and whether its code may look at the elements of arrays by itself."""

    names: list[Name]
    may_look: bool


def captured_by(f: Callable[..., Any], objects: Sequence[object]) -> Captured:
    """The names that a function reads, by itself and in the functions that it calls by name.

    The attributes that it may read are among them: those of the user's objects that it captures, and of `objects`, its
    arguments. A function among these objects counts as one that it calls.
    """
    found = _Found()
    found.read_function(f)
    for x in objects:
        if isinstance(x, FunctionType | MethodType | partial):
            found.read_function(x)
    for x in objects:
        found.read_attributes(x, frozenset(found.words))
    return Captured(list(found.names.values()), found.may_look)


def arrays_of(names: Sequence[Name]) -> list[NDArray[Any]]:
    """The arrays that names stand for, if they can change."""
    leaves = [leaf for name in names for leaf in (name.leaves or (name.value,))]
    return list({id(x): x for x in leaves if isinstance(x, np.ndarray) and not is_frozen(x)}.values())


class _Found:
    """The names found so far, and the words in the code of the functions that read them."""

    def __init__(self) -> None:
        self.names: dict[tuple[int, str], Name] = {}
        self.words: set[str] = set()
        self.may_look = False
        self._seen: set[object] = set()

    def read_function(self, f: Any) -> None:
        """Find what a function reads."""
        if self._is_seen(id(f)):
            return
        self.may_look |= is_foreign(f)
        if isinstance(f, MethodType):
            self.read_function(f.__func__)
            self.read_attributes(f.__self__, frozenset(_words(f.__func__)))
        # What a transform has made reads what the function does that it was made of.
        elif hasattr(f, "__wrapped__"):
            self.read_function(f.__wrapped__)
        elif isinstance(f, partial):
            self._add(f, "args", f.args, frozenset())
            self._add(f, "keywords", f.keywords, frozenset())
            self.read_function(f.func)
        elif isinstance(f, FunctionType):
            if not _is_of_library(f):
                self.may_look |= may_look(f)
                self._read_names(f)
        else:
            self.read_attributes(f, frozenset())

    def read_attributes(self, x: object, words: frozenset[str]) -> None:
        """Find the attributes of an object that code with these words may read, by itself or by methods."""
        if isinstance(x, _NO_OBJECTS) or self._is_seen((id(x), words)):
            return
        if isinstance(x, ModuleType):
            if not _is_library(x.__name__):
                self._read_namespace(vars(x), vars(x), words)
        elif isinstance(x, type):
            self._read_class(x, words)
        elif type(x).__module__.startswith("scipy.sparse."):
            for key, value in vars(x).items():
                if isinstance(value, tuple) or (isinstance(value, np.ndarray) and value.dtype.kind in NUMERIC_KINDS):
                    self._add(vars(x), key, value, words)
        elif not _has_no_attributes(type(x)):
            self._read_object(x, words | {"__call__"})

    def _read_object(self, x: object, words: frozenset[str]) -> None:
        for key in sorted(words):
            method = getattr(type(x), key, None)
            method = method.fget if isinstance(method, property) else method
            if isinstance(method, FunctionType) and not self._is_seen((id(x), key)):
                self.read_function(method)
                self.read_attributes(x, frozenset(_words(method)))
            elif isinstance(method, MemberDescriptorType) and hasattr(x, key):  # of a class with slots
                self._add(x, key, getattr(x, key), words)
        own = getattr(x, "__dict__", {})
        self._read_namespace(own, own, words)
        self._read_class(type(x), words)

    def _read_class(self, kind: type, words: frozenset[str]) -> None:
        for base in kind.__mro__:
            if not _is_of_library(base):
                self._read_namespace(base, vars(base), words)
                for key in sorted(words & vars(base).keys()):
                    method = vars(base)[key]
                    if isinstance(method, staticmethod | classmethod):
                        self.read_function(method.__func__)
                        self.read_attributes(kind, frozenset(_words(method.__func__)))

    def _read_namespace(self, place: object, names: Mapping[str, Any], words: frozenset[str]) -> None:
        for key in sorted(words & names.keys()):
            value = names[key]
            if not isinstance(value, property | MemberDescriptorType | staticmethod | classmethod):
                self._add(place, key, value, words)

    def _read_names(self, f: FunctionType) -> None:
        words = frozenset(_words(f))
        self.words |= words
        for key, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
            try:
                self._add(cell, key, cell.cell_contents, words)
            except ValueError:  # not assigned yet
                continue
        for key in global_names(f):
            value = f.__globals__.get(key, f)
            if isinstance(value, ModuleType | type):
                self.read_attributes(value, words)
            elif value is not f:
                self._add(f.__globals__, key, value, words)
        for key in ("__defaults__", "__kwdefaults__"):
            defaults = getattr(f, key)
            if defaults:
                self._add(f, key, defaults, words)

    def _add(self, place: object, key: str, value: Tree, words: frozenset[str]) -> None:
        name = self.names.get((id(place), key))
        if name is None:
            name = self.names[id(place), key] = _name(place, key, value)
        for x in (*(name.leaves or (value,)), *static_values(value)):
            self.read_function(x)
            self.read_attributes(x, words)

    def _is_seen(self, key: object) -> bool:
        if key in self._seen:
            return True
        self._seen.add(key)
        return False


_NO_OBJECTS: Final[tuple[type, ...]] = (FunctionType, MethodType, partial, np.ndarray)


def _has_no_attributes(kind: type) -> bool:
    """Whether objects of a type have no attributes that a user sets."""
    return kind.__module__.partition(".")[0] in ("numpy", "scipy", "pydezero", "builtins")


def _is_of_library(x: object) -> bool:
    return _is_library(str(getattr(x, "__module__", "")))


def _is_library(module: str) -> bool:
    return module.partition(".")[0] in LIBRARIES


def _words(f: Any) -> list[str]:
    """The names of globals and attributes in the code of a function and of those inside it."""
    if not isinstance(f, FunctionType):
        return []
    return list(dict.fromkeys([name for code in codes_in(f.__code__) for name in code.co_names]))


def _name(place: object, key: str, value: Tree) -> Name:
    is_single = isinstance(value, np.ndarray | Variable | FunctionType)
    leaves = () if is_single else tuple(flatten(value))
    return Name(key, value, () if len(leaves) == 1 and leaves[0] is value else leaves, _reader(place))
