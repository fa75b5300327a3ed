"""Which NumPy function is which of ours: what is behind `np.sin(variable)`.

NumPy hands a call with a Variable among its arguments to `__array_ufunc__` (ufuncs) or `__array_function__` (all
others). Where a function of ours has the same name, that one is called; the few that are not so simple have an entry in
a table. Functions whose result is not differentiated (a comparison, a shape, an index) see plain arrays. Any other
raises.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import CO_VARARGS, CO_VARKEYWORDS, signature, unwrap
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero import functions as F
from pydezero.lazy import load

if TYPE_CHECKING:
    from pydezero.numpy_protocol import ufunc_methods as ufunc_methods

from pydezero.core.operators import ArrayOperators
from pydezero.core.types import Array, Shape
from pydezero.core.variable import Variable, bottom, shape_of
from pydezero.functions.nondifferentiable.functions import NONDIFFERENTIABLE_FUNCTIONS, nondifferentiable

NONDIFFERENTIABLE_UFUNCS: Final[frozenset[np.ufunc]] = frozenset(
    {
        np.bitwise_and,
        np.bitwise_count,
        np.bitwise_or,
        np.bitwise_xor,
        np.equal,
        np.gcd,
        np.greater,
        np.greater_equal,
        np.invert,
        np.isfinite,
        np.isinf,
        np.isnan,
        np.isnat,
        np.lcm,
        np.left_shift,
        np.less,
        np.less_equal,
        np.logical_and,
        np.logical_not,
        np.logical_or,
        np.logical_xor,
        np.not_equal,
        np.right_shift,
        np.signbit,
    }
)


def _clip(a: Array, a_min: Array = None, a_max: Array = None, *, min: Array = None, max: Array = None) -> Array:
    """`np.clip` knows its bounds by two names each."""
    return F.clip(a, a_min if min is None else min, a_max if max is None else max)


def _where(condition: Array, *branches: Array) -> Array:
    """`np.where` with the condition alone is `np.nonzero`."""
    return F.where(condition, *branches) if branches else nondifferentiable(np.nonzero, condition)


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

UFUNCS: Final[dict[np.ufunc, Callable[..., Array]]] = {}
"""The ufuncs that were called already; the others join them when they are first called."""


def counterpart(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Our function of the same name as a function of `numpy`, `numpy.linalg` or `numpy.fft`, if there is one."""
    theirs, ours = np, F
    for namespace in (".linalg", ".fft"):
        if getattr(function, "__module__", "").endswith(namespace):
            theirs, ours = getattr(np, namespace[1:]), getattr(F, namespace[1:])
    name = getattr(function, "__name__", "")
    found = getattr(ours, name, None) if getattr(theirs, name, None) is function else None
    return found if callable(found) else None  # a family has the name of a function, too: `shape`


def _array_ufunc(self: Variable, ufunc: np.ufunc, method: str, *inputs: Array, **kwargs: Any) -> Array:
    if method == "__call__" and not kwargs:
        function = UFUNCS.get(ufunc)
        if function is not None:
            return function(*inputs)
    return _array_ufunc_otherwise(ufunc, method, inputs, kwargs)


def _array_ufunc_otherwise(ufunc: np.ufunc, method: str, inputs: Sequence[Array], kwargs: dict[str, Any]) -> Array:
    name = _name(ufunc, method)
    if method == "at":
        raise TypeError(f"{name} would write into an array, where a derivative is lost. Write {_of_at(ufunc)}")
    if kwargs.pop("out", None) is not None:
        raise TypeError(
            f"{name} would write a Variable into an array, where its derivative is lost. "
            f"Write y = {name}(...) without out= (and b = b + x rather than b += x); "
            "to update some elements, x.at[i].set(v)"
        )
    if method == "reduce" and ufunc is np.add and kwargs.keys() <= _OF_SUM and inputs[0].shape:
        return F.sum(*inputs, **{"axis": 0, **kwargs})  # the rules of all that broadcasts sum like this
    if ufunc.__name__ == "clip":  # has no public name; it is what the method `clip` of an ndarray calls
        return F.clip(*inputs)
    if ufunc in NONDIFFERENTIABLE_UFUNCS:
        return nondifferentiable(ufunc if method == "__call__" else getattr(ufunc, method), *inputs, **kwargs)
    function = UFUNCS.get(ufunc) or counterpart(ufunc) or _counterpart_in_scipy(ufunc)
    if function is None:
        raise TypeError(_unknown(name))
    UFUNCS[ufunc] = function
    return _with_keywords(ufunc, method, function, inputs, kwargs)


def _with_keywords(
    ufunc: np.ufunc, method: str, function: Callable[..., Array], inputs: Sequence[Array], kwargs: dict[str, Any]
) -> Array:
    """A ufunc with the keywords that all of them have, or a method of it."""
    name = _name(ufunc, method)
    dtype = kwargs.pop("dtype", None)
    if dtype is not None:
        # What stands behind the first operand there are indices and exponents.
        count = 1 if method == "reduceat" or ufunc is np.ldexp else len(inputs)
        inputs = [*[_ufunc_methods().in_dtype(name, x, dtype) for x in inputs[:count]], *inputs[count:]]
    if method != "__call__":
        if method != "outer" and ufunc not in _ufunc_methods().REDUCTIONS:
            raise TypeError(_unknown(name))
        return _call(_ufunc_methods().METHODS[method], name, (ufunc, function, *inputs), kwargs)
    if kwargs.pop("where", True) is not True:
        raise TypeError(
            f"{name} of a Variable does not take where=: what it leaves out would be whatever the memory holds. "
            f"Write np.where(mask, {name}(np.where(mask, x, 1)), 0)"
        )
    return _call(function, name, inputs, kwargs)


def _counterpart_in_scipy(ufunc: np.ufunc) -> Callable[..., Array] | None:
    scipy = _scipy_protocol()
    found: Callable[..., Array] | None = None if scipy is None else scipy.counterpart(ufunc)
    return found


def _scipy_protocol() -> ModuleType | None:
    """Imported when it is asked for, in a program that has imported SciPy's functions itself."""
    return load("pydezero.scipy", "protocol") if "scipy.special" in sys.modules else None


@cache
def _name(ufunc: np.ufunc, method: str) -> str:
    """What messages call a ufunc, or its method."""
    name = ufunc.__name__
    scipy = None if getattr(np, name, None) is ufunc else _scipy_protocol()
    room = "scipy.special" if scipy and scipy.is_scipys(ufunc) else "np"
    return f"{room}.{name}" if method == "__call__" else f"{room}.{name}.{method}"


def _ufunc_methods() -> ModuleType:
    """Imported when one of them is first called: few programs call any."""
    module: ModuleType = load("pydezero.numpy_protocol", "ufunc_methods")
    return module


_OF_SUM: Final = frozenset({"axis", "keepdims"})

# Where x.at has a method of its own.
_AT: Final[dict[np.ufunc, str]] = {
    np.add: "add(v)",
    np.subtract: "add(-v)",
    np.multiply: "multiply(v)",
    np.divide: "divide(v)",
    np.maximum: "max(v)",
    np.minimum: "min(v)",
}


def _of_at(ufunc: np.ufunc) -> str:
    """What to write for `ufunc.at(x, i, v)`."""
    otherwise = f"set({_name(ufunc, '__call__')}(x[i]{', v' * (ufunc.nin - 1)}))"
    return f"x = x.at[i].{_AT.get(ufunc, otherwise)}, for a Variable x"


def _array_function(
    self: Variable, func: Callable[..., Any], types: object, args: Sequence[Any], kwargs: dict[str, Any]
) -> Array:
    function = FUNCTIONS.get(func)
    if function is None:
        function = None if func in NONDIFFERENTIABLE_FUNCTIONS else counterpart(func)
        if function is not None:
            FUNCTIONS[func] = function
    if function is not None and not kwargs and len(args) == 1:
        return function(*args)
    name = f"{func.__module__}.{func.__name__}".replace("numpy.", "np.", 1)
    if func in NONDIFFERENTIABLE_FUNCTIONS:
        return nondifferentiable(func, *args, **kwargs)
    if function is None:
        raise TypeError(_unknown(name))
    code = unwrap(function).__code__
    if len(args) > code.co_argcount and not code.co_flags & CO_VARARGS:
        args, kwargs = _by_name(func, args, kwargs)
    if kwargs.get("out") is not None:
        raise TypeError(
            f"{name} would write a Variable into an array, where its derivative is lost; write y = {name}(...)"
        )
    kwargs = {key: value for key, value in kwargs.items() if not _is_default(func, key, value)}
    return _call(function, name, args, kwargs)


# What to write for functions that write into an array.
INSTEAD: Final[dict[str, str]] = {
    "np.copyto": "np.where(mask, values, x), and np.broadcast_to(v, a.shape) rather than np.full_like(a, v)",
    "np.fill_diagonal": "x.at[np.diag_indices(n)].set(v)",
    "np.place": "np.where(mask, values, x) or x.at[mask].set(v)",
    "np.put": "x.at[i].set(v)",
    "np.put_along_axis": "x.at[i].set(v)",
    "np.putmask": "np.where(mask, values, x)",
}


def _unknown(name: str) -> str:
    if name in INSTEAD:
        return f"{name} would write into an array, where a derivative is lost. Write {INSTEAD[name]}, which is a copy"
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
    if kwargs.keys() <= known or unwrap(function).__code__.co_flags & CO_VARKEYWORDS:
        return function(*args, **kwargs)
    unknown = sorted(key for key, value in kwargs.items() if key not in known and value is not None)
    if unknown:
        raise TypeError(f"{name} of a Variable does not take {', '.join(f'{key}=' for key in unknown)}")
    return function(*args, **{key: value for key, value in kwargs.items() if key in known})


def _is_default(numpys: Callable[..., Any], key: str, value: object) -> bool:
    """Whether a value is what NumPy's function has where nothing is given: its own wrappers hand those on."""
    if value is np._NoValue:
        return True
    return isinstance(value, str) and value == _defaults(numpys).get(key)


@cache
def _defaults(numpys: Callable[..., Any]) -> dict[str, object]:
    try:
        return {key: parameter.default for key, parameter in signature(numpys).parameters.items()}
    except ValueError:  # written in C
        return {"casting": "same_kind"}


def _by_name(
    func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Sequence[Any], dict[str, Any]]:
    """The arguments behind the first by NumPy's names for them: it has parameters in between that we lack."""
    names = list(signature(func).parameters)
    return args[:1], {**dict(zip(names[1:], args[1:], strict=False)), **kwargs}


def install() -> None:
    """Make NumPy's functions find ours."""
    setattr(ArrayOperators, "__array_ufunc__", _array_ufunc)  # noqa: B010  # a checker takes it for a declared method
    setattr(ArrayOperators, "__array_function__", _array_function)  # noqa: B010  # likewise
