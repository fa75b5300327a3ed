"""Which NumPy function is which of ours: the tables behind `np.sin(variable)`.

NumPy hands a call with a Variable among its arguments to `__array_ufunc__` (ufuncs) or `__array_function__` (all
others). A function is in one of four tables: differentiable ufuncs, differentiable functions, and two of functions
whose result is not differentiated (a comparison, a shape, an index) and that see plain arrays. A function in none of
them raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import CO_VARARGS, signature
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero import functions as F
from pydezero.core.surface import ArraySurface
from pydezero.core.types import Array, Shape
from pydezero.core.variable import Variable, bottom, shape_of
from pydezero.functions.plain import PLAIN_FUNCTIONS, plain

UFUNCS: Final[dict[np.ufunc, Callable[..., Array]]] = {
    np.absolute: F.absolute,
    np.add: F.add,
    np.arccos: F.arccos,
    np.arccosh: F.arccosh,
    np.arcsin: F.arcsin,
    np.arcsinh: F.arcsinh,
    np.arctan: F.arctan,
    np.arctan2: F.arctan2,
    np.arctanh: F.arctanh,
    np.cbrt: F.cbrt,
    np.ceil: F.ceil,
    np.conjugate: F.conjugate,
    np.copysign: F.copysign,
    np.cos: F.cos,
    np.cosh: F.cosh,
    np.deg2rad: F.deg2rad,
    np.degrees: F.rad2deg,
    np.divide: F.divide,
    np.divmod: F.divmod,
    np.exp: F.exp,
    np.exp2: F.exp2,
    np.expm1: F.expm1,
    np.fabs: F.fabs,
    np.floor: F.floor,
    np.floor_divide: F.floor_divide,
    np.fmax: F.fmax,
    np.fmin: F.fmin,
    np.heaviside: F.heaviside,
    np.hypot: F.hypot,
    np.log: F.log,
    np.log10: F.log10,
    np.log1p: F.log1p,
    np.log2: F.log2,
    np.logaddexp: F.logaddexp,
    np.logaddexp2: F.logaddexp2,
    np.matmul: F.matmul,
    np.maximum: F.maximum,
    np.minimum: F.minimum,
    np.multiply: F.multiply,
    np.negative: F.negative,
    np.positive: F.positive,
    np.power: F.power,
    np.rad2deg: F.rad2deg,
    np.radians: F.deg2rad,
    np.reciprocal: F.reciprocal,
    np.remainder: F.remainder,
    np.rint: F.rint,
    np.sign: F.sign,
    np.sin: F.sin,
    np.sinh: F.sinh,
    np.sqrt: F.sqrt,
    np.square: F.square,
    np.subtract: F.subtract,
    np.tan: F.tan,
    np.tanh: F.tanh,
    np.trunc: F.trunc,
}

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
    np.amax: F.max,
    np.amin: F.min,
    np.astype: F.astype,
    np.broadcast_to: F.broadcast_to,
    np.clip: _clip,
    np.concatenate: F.concatenate,
    np.copy: F.positive,
    np.cumsum: F.cumsum,
    np.diag: F.diag,
    np.diagonal: F.diagonal,
    np.dot: F.dot,
    np.einsum: F.einsum,
    np.expand_dims: F.expand_dims,
    np.full_like: _full_like,
    np.hstack: F.hstack,
    np.imag: F.imag,
    np.inner: F.inner,
    np.max: F.max,
    np.mean: F.mean,
    np.min: F.min,
    np.moveaxis: F.moveaxis,
    np.outer: F.outer,
    np.prod: F.prod,
    np.ravel: F.ravel,
    np.real: F.real,
    np.reshape: F.reshape,
    np.sinc: F.sinc,
    np.split: F.split,
    np.squeeze: F.squeeze,
    np.stack: F.stack,
    np.std: F.std,
    np.sum: F.sum,
    np.swapaxes: F.swapaxes,
    np.take: F.take,
    np.tensordot: F.tensordot,
    np.trace: F.trace,
    np.transpose: F.transpose,
    np.var: F.var,
    np.vdot: F.vdot,
    np.vstack: F.vstack,
    np.where: _where,
}


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
    if method != "__call__" or ufunc not in UFUNCS:
        raise TypeError(_unknown(name))
    kwargs = {key: value for key, value in kwargs.items() if not (key == "where" and value is True)}
    return _call(UFUNCS[ufunc], name, inputs, kwargs)


def _array_function(
    self: Variable, func: Callable[..., Any], types: object, args: Sequence[Any], kwargs: dict[str, Any]
) -> Array:
    function = FUNCTIONS.get(func)
    if function is not None and not kwargs and len(args) == 1:
        return function(*args)
    name = f"{func.__module__}.{func.__name__}".replace("numpy.", "np.", 1)
    if func in PLAIN_FUNCTIONS:
        return plain(func, *args, **kwargs)
    if function is None:
        raise TypeError(_unknown(name))
    code = function.__code__  # all in the tables are Python functions
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


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    code = function.__code__  # all in the tables are Python functions
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


_PARAMETERS: Final = {
    function: frozenset(_parameters(function))
    for function in {*UFUNCS.values(), *FUNCTIONS.values(), *REDUCTIONS.values()}
}
"""What our functions take by name."""


def _call(function: Callable[..., Array], name: str, args: Sequence[Array], kwargs: Mapping[str, Any]) -> Array:
    """Call a function of ours with the arguments of NumPy's, and say so where NumPy has parameters that ours lacks."""
    known = _PARAMETERS[function]
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
