"""The functions of NumPy that are no ufuncs, called with a Variable: `__array_function__`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from inspect import CO_VARARGS, signature, unwrap
from typing import Any, Final

import numpy as np
from numpy._globals import _NoValue  # the stubs of NumPy 2.0 lack np._NoValue

from pydezero import functions as F
from pydezero.core.foreign import is_wrapper
from pydezero.core.snapshot import check_arithmetic
from pydezero.core.types import Array, DTypeLike, Shape
from pydezero.core.variable import Variable, bottom, shape_of
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.nondifferentiable.functions import NONDIFFERENTIABLE_FUNCTIONS, nondifferentiable
from pydezero.lazy import load
from pydezero.numpy_protocol.lookup import CREATION, call, counterpart, not_differentiable


def _clip(a: Array, a_min: Array = None, a_max: Array = None, *, min: Array = None, max: Array = None) -> Array:
    """The function `clip`, whose bounds have two names each in NumPy."""
    return F.clip(a, a_min if min is None else min, a_max if max is None else max)


def _where(condition: Array, *branches: Array) -> Array:
    """The function `where`, which in NumPy is `nonzero` if there is only a condition."""
    return F.where(condition, *branches) if branches else nondifferentiable(np.nonzero, condition)


def _full_like(a: Array, fill_value: Array, dtype: DTypeLike | None = None, shape: Shape | None = None) -> Array:
    if not isinstance(fill_value, Variable):
        return np.full_like(bottom(a), fill_value, dtype=dtype, shape=shape_of(a) if shape is None else shape)
    filled = F.broadcast_to(fill_value, shape_of(a) if shape is None else shape)
    return F.astype(filled, a.dtype if dtype is None else dtype)


def _windows(
    x: Array,
    window_shape: Shape,
    axis: int | Sequence[int] | None = None,
    *,
    subok: bool = False,
    writeable: bool = False,
) -> Array:
    if writeable:
        raise TypeError("np.lib.stride_tricks.sliding_window_view of a Variable is not writeable; write x.at[i].set(v)")
    return F.sliding_window_view(x, window_shape, axis)


FUNCTIONS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    np.clip: _clip,
    np.copy: positive,
    np.full_like: _full_like,
    np.lib.stride_tricks.sliding_window_view: _windows,
    np.where: _where,
}
"""Our functions for NumPy's. The dictionary begins with those that are not simply ours of the same name; the others are
added when they are first called."""


# The types of arrays whose arithmetic is NumPy's.
_OURS: Final = frozenset({Variable, np.ndarray})


def array_function(
    self: Variable, func: Callable[..., Any], types: Collection[type], args: Sequence[Any], kwargs: dict[str, Any]
) -> Array:
    """The method `__array_function__` of a Variable."""
    others = not _OURS.issuperset(types)
    if others and any(map(is_wrapper, types)):
        return NotImplemented
    function = FUNCTIONS.get(func)
    if function is None:
        function = None if func in NONDIFFERENTIABLE_FUNCTIONS or func in CREATION else counterpart(func)
        if function is not None:
            FUNCTIONS[func] = function
    if function is not None and not kwargs and len(args) == 1:
        return function(*args)
    if others:
        _check_types(types, func)
    if function is None:
        return _without_derivative(self, func, args, kwargs)
    if len(args) > _most_by_position(function):
        args, kwargs = _by_name(func, args, kwargs)
    if not kwargs:
        return function(*args)
    if kwargs.get("out") is not None:
        name = _name(func)
        raise TypeError(
            f"{name} would write a Variable into an array, where its derivative is lost; write y = {name}(...)"
        )
    # NumPy's own wrappers pass on the defaults of its functions.
    kwargs = {
        key: value
        for key, value in kwargs.items()
        if value is not _NoValue and (type(value) is not str or value != _defaults(func).get(key))
    }
    return call(function, _name(func), args, kwargs)


def _without_derivative(self: Variable, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Array:
    if func in NONDIFFERENTIABLE_FUNCTIONS:
        return nondifferentiable(func, *args, **kwargs)
    if func in CREATION:
        made: Array = load("pydezero.numpy_protocol", "created")(self, func, args, kwargs)
        return made
    raise not_differentiable(_name(func))


@cache
def _name(func: Callable[..., Any]) -> str:
    return f"{func.__module__}.{func.__name__}".replace("numpy.", "np.", 1)


def _check_types(types: Iterable[type], func: Callable[..., Any]) -> None:
    for kind in types:
        if kind is not Variable and kind is not np.ndarray and issubclass(kind, np.ndarray):
            check_arithmetic(kind, _name(func))


@cache
def _most_by_position(function: Callable[..., Any]) -> float:
    """The number of arguments that a function of ours takes by position."""
    code = unwrap(function).__code__  # all are Python functions
    return math.inf if code.co_flags & CO_VARARGS else code.co_argcount


def _by_name(
    func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Sequence[Any], dict[str, Any]]:
    """The arguments with all but the first by NumPy's names: NumPy has parameters in between that ours lack."""
    names = list(signature(func).parameters)
    return args[:1], {**dict(zip(names[1:], args[1:], strict=False)), **kwargs}


@cache
def _defaults(func: Callable[..., Any]) -> dict[str, object]:
    try:
        return {key: parameter.default for key, parameter in signature(func).parameters.items()}
    except ValueError:  # written in C
        return {"casting": "same_kind"}
