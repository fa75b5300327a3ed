"""Which NumPy function is which of ours: what is behind `np.sin(variable)`.

NumPy hands a call with a Variable among its arguments to `__array_ufunc__` (ufuncs) or `__array_function__` (all
others). Where a function of ours has the same name, that one is called; the few that are not so simple have an entry in
a table. Functions whose result is not differentiated (a comparison, a shape, an index) see plain arrays. Any other
raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import CO_VARARGS, signature, unwrap
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero import functions as F
from pydezero.core.surface import ArraySurface
from pydezero.core.types import Array, Shape
from pydezero.core.variable import Variable, bottom, shape_of
from pydezero.functions.plain import PLAIN_FUNCTIONS, plain

REDUCTIONS: Final[dict[np.ufunc, Callable[..., Array]]] = {
    np.add: F.sum,
    np.multiply: F.prod,
    np.maximum: F.max,
    np.minimum: F.min,
}
"""What `ufunc.reduce` computes."""

PLAIN_UFUNCS: Final[frozenset[np.ufunc]] = frozenset(
    {
        np.bitwise_and,
        np.bitwise_or,
        np.bitwise_xor,
        np.equal,
        np.greater,
        np.greater_equal,
        np.invert,
        np.isfinite,
        np.isinf,
        np.isnan,
        np.less,
        np.less_equal,
        np.logical_and,
        np.logical_not,
        np.logical_or,
        np.logical_xor,
        np.not_equal,
        np.signbit,
    }
)


def _clip(a: Array, a_min: Array = None, a_max: Array = None, *, min: Array = None, max: Array = None) -> Array:
    """`np.clip` knows its bounds by two names each."""
    return F.clip(a, a_min if min is None else min, a_max if max is None else max)


def _where(condition: Array, *branches: Array) -> Array:
    """`np.where` with the condition alone is `np.nonzero`."""
    return F.where(condition, *branches) if branches else plain(np.nonzero, condition)


def _full_like(a: Array, fill_value: Array, dtype: DTypeLike | None = None, shape: Shape | None = None) -> Array:
    if not isinstance(fill_value, Variable):
        return np.full_like(bottom(a), fill_value, dtype=dtype, shape=shape_of(a) if shape is None else shape)
    filled = F.broadcast_to(fill_value, shape_of(a) if shape is None else shape)
    return F.astype(filled, a.dtype if dtype is None else dtype)


FUNCTIONS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    np.clip: _clip,
    np.copy: F.positive,
    np.full_like: _full_like,
    np.where: _where,
}
"""Functions that are not simply ours of the same name; those that are join them when they are first called."""

UFUNCS: Final[dict[np.ufunc, Callable[..., Array]]] = {
    ufunc: getattr(F, ufunc.__name__)
    for ufunc in vars(np).values()
    if isinstance(ufunc, np.ufunc) and ufunc.__name__ in vars(F)
}
"""The ufuncs of the families that are imported already; the others join them when they are first called."""


def counterpart(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Our function of the same name as a function of `numpy`, `numpy.linalg` or `numpy.fft`, if there is one."""
    theirs, ours = np, F
    for namespace in (".linalg", ".fft"):
        if getattr(function, "__module__", "").endswith(namespace):
            theirs, ours = getattr(np, namespace[1:]), getattr(F, namespace[1:])
    name = function.__name__
    return getattr(ours, name, None) if getattr(theirs, name, None) is function else None


def _array_ufunc(self: Variable, ufunc: np.ufunc, method: str, *inputs: Array, **kwargs: Any) -> Array:
    if method == "__call__" and not kwargs:
        function = UFUNCS.get(ufunc)
        if function is not None:
            return function(*inputs)
    return _array_ufunc_otherwise(ufunc, method, inputs, kwargs)


def _array_ufunc_otherwise(ufunc: np.ufunc, method: str, inputs: Sequence[Array], kwargs: dict[str, Any]) -> Array:
    name = f"np.{ufunc.__name__}" if method == "__call__" else f"np.{ufunc.__name__}.{method}"
    if kwargs.pop("out", None) is not None or method == "at":
        raise TypeError(
            f"{name} would write a Variable into an array, where its derivative is lost. "
            f"Write y = {name}(...) without out= (and b = b + x rather than b += x); "
            "to update some elements, x.at[i].set(v)"
        )
    if ufunc.__name__ == "clip":  # has no public name; it is what the method `clip` of an ndarray calls
        return F.clip(*inputs)
    if ufunc in PLAIN_UFUNCS:
        return plain(ufunc if method == "__call__" else getattr(ufunc, method), *inputs, **kwargs)
    if method == "reduce" and ufunc in REDUCTIONS:
        return _call(REDUCTIONS[ufunc], name, inputs, {"axis": 0, **kwargs})
    function = UFUNCS.get(ufunc) or counterpart(ufunc)
    if method != "__call__" or function is None:
        raise TypeError(_unknown(name))
    UFUNCS[ufunc] = function
    kwargs = {key: value for key, value in kwargs.items() if not (key == "where" and value is True)}
    return _call(function, name, inputs, kwargs)


def _array_function(
    self: Variable, func: Callable[..., Any], types: object, args: Sequence[Any], kwargs: dict[str, Any]
) -> Array:
    function = FUNCTIONS.get(func)
    if function is None:
        function = None if func in PLAIN_FUNCTIONS else counterpart(func)
        if function is not None:
            FUNCTIONS[func] = function
    if function is not None and not kwargs and len(args) == 1:
        return function(*args)
    name = f"{func.__module__}.{func.__name__}".replace("numpy.", "np.", 1)
    if func in PLAIN_FUNCTIONS:
        return plain(func, *args, **kwargs)
    if function is None:
        raise TypeError(_unknown(name))
    code = unwrap(function).__code__
    if len(args) > code.co_argcount and not code.co_flags & CO_VARARGS:
        args, kwargs = _by_name(func, args, kwargs)
    if kwargs.get("out") is not None:
        raise TypeError(
            f"{name} would write a Variable into an array, where its derivative is lost; write y = {name}(...)"
        )
    return _call(function, name, args, kwargs)


def _unknown(name: str) -> str:
    return (
        f"{name} cannot be differentiated by pydezero. If its result needs no derivative, pass it x.data; "
        "if it does, compose it of functions of pydezero.functions, or define it as a pydezero.Function"
    )


@cache
def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    """What a function of ours takes by name."""
    code = unwrap(function).__code__  # all are Python functions
    return frozenset(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def _call(function: Callable[..., Array], name: str, args: Sequence[Array], kwargs: Mapping[str, Any]) -> Array:
    """Call a function of ours with the arguments of NumPy's, and say so where NumPy has parameters that ours lacks."""
    known = _parameters(function)
    if kwargs.keys() <= known:
        return function(*args, **kwargs)
    unknown = sorted(key for key, value in kwargs.items() if key not in known and not _is_default(value))
    if unknown:
        raise TypeError(f"{name} of a Variable does not take {', '.join(f'{key}=' for key in unknown)}")
    return function(*args, **{key: value for key, value in kwargs.items() if key in known})


def _is_default(value: object) -> bool:
    """Whether a value is what NumPy takes for nothing given."""
    return value is None or value is np._NoValue


def _by_name(
    func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Sequence[Any], dict[str, Any]]:
    """The arguments behind the first by NumPy's names for them: it has parameters in between that we lack."""
    names = list(signature(func).parameters)
    return args[:1], {**dict(zip(names[1:], args[1:], strict=False)), **kwargs}


def install() -> None:
    """Make NumPy's functions find ours."""
    setattr(ArraySurface, "__array_ufunc__", _array_ufunc)  # noqa: B010  # a checker takes it for a declared method
    setattr(ArraySurface, "__array_function__", _array_function)  # noqa: B010  # likewise
