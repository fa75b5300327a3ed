"""The functions that look for Variables in lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from pydezero import functions as F
from pydezero.core.typed import has_variable
from pydezero.core.types import Shape
from pydezero.core.variable import Variable, bottom

__all__ = [
    "append",
    "array",
    "asarray",
    "c_",
    "column_stack",
    "concatenate",
    "dot",
    "dstack",
    "full",
    "hstack",
    "int8",
    "int16",
    "int32",
    "int64",
    "make_diagonal",
    "max",
    "mean",
    "min",
    "outer",
    "prod",
    "r_",
    "stack",
    "std",
    "sum",
    "var",
    "vstack",
    "where",
]

# Any: autograd's programs are not typed, and NumPy's stubs know no Variable.
Function = Callable[..., Any]
_where: Function = np.where


def array(
    A: Any,  # noqa: N803  # autograd's name
    dtype: DTypeLike | None = None,
    *args: Any,
    ndmin: int = 0,
    **kwargs: Any,
) -> Any:
    """An array of nested lists, which may hold Variables. See `pydezero.array`.

    >>> from pydezero import grad
    >>> float(grad(lambda x: array([x, [x * x]][1])[0])(3.0))
    6.0
    """
    if has_variable(A):
        return F.array(A, dtype, ndmin=ndmin)
    return np.array(A, dtype, *args, ndmin=ndmin, **kwargs)


def asarray(A: Any, dtype: DTypeLike | None = None, **kwargs: Any) -> Any:  # noqa: N803  # autograd's name
    """An array of nested lists, which may hold Variables; an array is returned as it is."""
    return F.array(A, dtype) if has_variable(A) else np.asarray(A, dtype, **kwargs)


def full(shape: Shape, fill_value: Any, dtype: DTypeLike | None = None, **kwargs: Any) -> Any:
    """An array of one value everywhere, which may be a Variable."""
    if not has_variable(fill_value):
        return np.full(shape, fill_value, dtype, **kwargs)
    filled = F.broadcast_to(fill_value, shape)
    return filled if dtype is None else F.astype(filled, dtype)


def where(condition: Any, *args: Any, **kwargs: Any) -> Any:
    """Elements of x or y, as a condition chooses: Python's numbers and lists where all three are."""
    branches = [*args, *[kwargs.pop(name) for name in ("x", "y") if name in kwargs]]
    found: Any = _where(condition, *[F.array(x) if isinstance(x, list | tuple) else x for x in branches], **kwargs)
    is_plain = bool(branches) and not any(isinstance(x, Variable | np.ndarray | np.generic) for x in _leaves(branches))
    return found.tolist() if is_plain and not isinstance(condition, np.ndarray | Variable) else found


def _leaves(x: Any) -> list[Any]:
    return [leaf for part in x for leaf in _leaves(part)] if isinstance(x, list | tuple) else [x]


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:  # noqa: N803  # autograd's name
    """Matrices, along the last two axes, with the last axis of D on their diagonals."""
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError("make_diagonal: offset must be 0, axis1 -1 and axis2 -2")
    return D[..., None] * np.eye(np.shape(D)[-1])


def of_lists(function: Function) -> Function:
    """A function of which each argument may be a list that holds Variables."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return function(*[F.array(x) if isinstance(x, list | tuple) and has_variable(x) else x for x in args], **kwargs)

    return wrapped


def _of_parts(function: Function) -> Function:
    """A function of a list of arrays, of which each may be a list that holds Variables."""

    @wraps(function)
    def wrapped(arrays: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        return function([array(x) if isinstance(x, list | tuple) else x for x in arrays], *args, **kwargs)

    return wrapped


append: Function = of_lists(np.append)
dot: Function = of_lists(np.dot)
max: Function = of_lists(np.max)
mean: Function = of_lists(np.mean)
min: Function = of_lists(np.min)
outer: Function = of_lists(np.outer)
prod: Function = of_lists(np.prod)
std: Function = of_lists(np.std)
sum: Function = of_lists(np.sum)
var: Function = of_lists(np.var)

column_stack: Function = _of_parts(np.column_stack)
concatenate: Function = _of_parts(np.concatenate)
dstack: Function = _of_parts(np.dstack)
hstack: Function = _of_parts(np.hstack)
stack: Function = _of_parts(np.stack)
vstack: Function = _of_parts(np.vstack)


class _Indexed:
    """`r_` and `c_`: what NumPy makes of numbers, applied to the places of the Variables."""

    def __init__(self, numpys: Any) -> None:
        self._numpys = numpys

    def __getitem__(self, parts: Any) -> Any:
        if not has_variable(parts):
            return self._numpys[parts]
        if not isinstance(parts, tuple):
            parts = (parts,)
        arrays = [np.r_[x] if isinstance(x, slice) else F.atleast_1d(x) for x in parts]
        return F.concatenate(arrays) if self._numpys is np.r_ else F.column_stack(arrays)


r_: _Indexed = _Indexed(np.r_)
c_: _Indexed = _Indexed(np.c_)


class _OfBare(type):
    """Integer types that convert the bare value of a Variable, and are else NumPy's own."""

    def __call__(cls, x: Any = 0) -> Any:
        return cls.__mro__[1](bottom(x))

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])


class int8(np.int8, metaclass=_OfBare):  # noqa: N801  # NumPy's name
    """`numpy.int8`, also of a Variable."""


class int16(np.int16, metaclass=_OfBare):  # noqa: N801  # NumPy's name
    """`numpy.int16`, also of a Variable."""


class int32(np.int32, metaclass=_OfBare):  # noqa: N801  # NumPy's name
    """`numpy.int32`, also of a Variable."""


class int64(np.int64, metaclass=_OfBare):  # noqa: N801  # NumPy's name
    """`numpy.int64`, also of a Variable."""
