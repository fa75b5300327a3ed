"""The words that rules use where not every array library has NumPy's.

A rule is a NumPy expression, which NumPy's protocols hand to the library of its arrays. Where a library lacks a word,
or has a better one, the rule asks `WORDS[type(x)]` for it. Of an ndarray, a number and a Variable it is NumPy's own
function, at the cost of a look-up in a dictionary; a Variable hands it on to the library of its value. The adapter of
another library is a module of this package, which is imported when the first array of that library is met.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np

from pydezero.lazy import load

PullRules: TypeAlias = Mapping[tuple[str, int], tuple[str, str]]
"""For the name of a primitive and the position of an argument the names of the parts of the residual, and an expression
in C++ of these and of the cotangent g of the result, which it has once."""


class Ufuncs(dict[Any, Any]):
    """The functions of a library by NumPy's ufuncs; a ufunc itself where the library has none of its name.

    It is what NumPy's protocol comes to, without the questions on the way. What is no ufunc is returned as it is.
    """

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find = find

    def __missing__(self, ufunc: Any) -> Any:
        found = self._find(ufunc.__name__) if isinstance(ufunc, np.ufunc) else None
        self[ufunc] = ufunc if found is None else found
        return self[ufunc]


class Words:
    """The words of NumPy. An adapter is a subclass, which overrides what its library says otherwise."""

    library: ClassVar[str] = "NumPy"

    refusal: ClassVar[str] = ""
    """Words of the error that an array of the library raises where it is to be converted to an ndarray, if it does."""

    advice: ClassVar[str] = ""
    """What to write where an array of the library has met one of another."""

    dense: ClassVar[str] = "np.asarray(x)"
    """How an array x of the library is made an ndarray."""

    is_known: ClassVar[bool] = False
    """Whether it is known that the arrays hold numbers and nothing else, and share memory as NumPy's do."""

    # Any: arrays of any library. As NumPy's own functions they cost no call in Python.
    sum: Callable[..., Any] = np.add.reduce
    """The sum of x along `axis`, with `keepdims` and `dtype`."""

    in_numpy: Callable[..., Any] = np.array
    """A fresh ndarray of x, which is the gradient by an ndarray."""

    primitives: Mapping[str, Callable[..., Any]] = {}
    """The functions that compute primitives of one argument in another way, by the names of the primitives."""

    ufuncs: Mapping[Any, Any] = Ufuncs(lambda _: None)
    """What is called in the place of each ufunc of NumPy, where its protocol takes long to find that."""

    add_at: Callable[..., Any] = np.add.at
    """Adds x to the elements of an array, which is nobody else's, at an index that may name one several times."""

    set_at: Callable[..., Any] = operator.setitem
    """Sets the elements of such an array at an index to x; of several values for one element the last stays."""

    by_dense: Callable[..., Any] | None = None
    """What a function that writes into an array gives, `by_dense(function, *xs)`, where no array can be written to."""

    def check(self, x: Any, where: str) -> None:
        """Raise a TypeError that says what to write, if the library cannot compute with x."""

    def copy(self, x: Any) -> Any:
        """The array in memory of its own."""
        return x.copy()

    def on_host(self, x: Any) -> Any:
        """The array as one on the host, where functions of SciPy compute."""
        return x

    def elementwise(self, function: Callable[..., Any], *args: Any) -> Any:
        """The result of a function that works element by element, and is written for ndarrays, for other arrays."""
        return function(*args)

    def chosen(self, x: Any, extreme: Any, dtype: Any) -> Any:
        """1 for each element of x that is equal to the extreme one, or nan as that is; 0 for others."""
        return np.logical_or(np.equal(x, extreme), np.isnan(x)).astype(dtype)

    def shared(self, g: Any, ties: Any, chosen: Any) -> Any:
        """The cotangent of an extreme element, shared equally by the `chosen` elements; `ties` is their number."""
        return g / ties * chosen

    def sample(self, x: Any) -> Any:  # noqa: ARG002  # an adapter looks at it
        """A sample by which to tell later whether an array that is not copied has changed; None for one that is copied.

        It has a copy of some elements, spread over all of it.
        """
        return None

    def is_unchanged(self, sample: Any) -> bool:
        """Whether the elements that a sample was taken of are what they were."""
        raise NotImplementedError  # who takes samples defines it


def adapter_of(kind: type, adapters: Mapping[str, str]) -> str:
    """The adapter of the library that a type is of, or one that it is derived from; empty if none of these has one."""
    libraries = [base.__module__.partition(".")[0] for base in kind.__mro__]
    return next((adapters[library] for library in libraries if library in adapters), "")


class KernelWords(Words):
    """The words of a library for which each call costs more than its numbers, and which makes kernels of expressions.

    A reverse pass of its arrays computes several rules in one kernel (`pydezero.graph.pending`).
    """

    pulls: ClassVar[PullRules] = {}
    """The rules of elementwise primitives as expressions."""

    def computed(self, parameters: str, expression: str, name: str, operands: Sequence[Any]) -> Any:
        """An expression of the elements of arrays of one dtype, and of floats, by the names of the parameters."""
        raise NotImplementedError

    def number(self, value: float, dtype: Any) -> Any:
        """An array of shape () of a number."""
        raise NotImplementedError


class _Registry(dict[type, Words]):
    """The words for arrays of each type, looked up by the library of the type when it is first met."""

    def __missing__(self, kind: type) -> Words:
        adapter = adapter_of(kind, ADAPTERS)
        words: Words = load("pydezero.arrays", adapter) if adapter else NUMPY
        self[kind] = words
        return words


NUMPY: Final = Words()

ADAPTERS: Final[Mapping[str, str]] = {"cupy": "cupy_words", "sparse": "sparse_words"}
"""The adapter of each library that has one, as this package exports it."""

WORDS: Final = _Registry()
"""The words for arrays of a type: `WORDS[type(x)].sum(x, axis=0)`."""
