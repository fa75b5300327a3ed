"""The ufuncs of NumPy and SciPy, and their methods, called with a Variable: `__array_ufunc__`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

import numpy as np

from pydezero import functions as F
from pydezero.core.ownership import register_dispatcher
from pydezero.core.placing import operand_beside
from pydezero.core.snapshot import check_arithmetic
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.lazy import load
from pydezero.numpy_protocol.lookup import call, counterpart, not_differentiable

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

UFUNCS: Final[dict[np.ufunc, Callable[..., Array]]] = {}
"""Our functions for the ufuncs that have been called; the others are added when they are first called."""

# The keywords of np.add.reduce that `functions.sum` takes.
_OF_SUM: Final = frozenset({"axis", "keepdims"})

# The methods of x.at that do the same as `ufunc.at`.
_AT: Final[dict[np.ufunc, str]] = {
    np.add: "add(v)",
    np.subtract: "add(-v)",
    np.multiply: "multiply(v)",
    np.divide: "divide(v)",
    np.maximum: "max(v)",
    np.minimum: "min(v)",
}


_ABSENT: Final = object()


def array_ufunc(
    self: Variable, ufunc: np.ufunc, method: str, x: Array, y: Array = _ABSENT, *more: Array, **kwargs: Any
) -> Array:
    """The method `__array_ufunc__` of a Variable; two operands have names, because to pass a tuple on is slower."""
    if method == "__call__" and not kwargs and not more:
        function = UFUNCS.get(ufunc)
        if function is not None:
            return function(x) if y is _ABSENT else function(x, y)
    return _first_or_with_options(ufunc, method, (x, *(() if y is _ABSENT else (y, *more))), kwargs)


register_dispatcher(array_ufunc.__code__)


def _first_or_with_options(ufunc: np.ufunc, method: str, inputs: Sequence[Array], kwargs: dict[str, Any]) -> Array:
    """The first call of a ufunc, a call with keywords, or a call of a method."""
    if method == "reduce" and ufunc is np.add and kwargs.keys() <= _OF_SUM and inputs[0].shape:
        return F.sum(*inputs, **{"axis": 0, **kwargs})  # the rules of all that broadcasts sum like this
    name = _name(ufunc, method)
    for x in inputs:
        if isinstance(x, np.ndarray) and type(x) is not np.ndarray:
            check_arithmetic(type(x), name)
    if method == "at":
        raise TypeError(f"{name} would write into an array, where a derivative is lost. Write {_instead_of_at(ufunc)}")
    if kwargs.pop("out", None) is not None:
        raise TypeError(
            f"{name} would write a Variable into an array, where its derivative is lost. "
            f"Write y = {name}(...) without out= (and b = b + x rather than b += x); "
            "to update some elements, x.at[i].set(v)"
        )
    if ufunc.__name__ == "clip":  # has no public name; it is what the method `clip` of an ndarray calls
        return F.clip(*inputs)
    if ufunc in NONDIFFERENTIABLE_UFUNCS:
        return nondifferentiable(ufunc if method == "__call__" else getattr(ufunc, method), *inputs, **kwargs)
    function = UFUNCS.get(ufunc) or counterpart(ufunc) or _counterpart_in_scipy(ufunc)
    if function is None:
        raise not_differentiable(name)
    UFUNCS[ufunc] = function
    return _with_options(ufunc, method, function, inputs, kwargs)


def _with_options(
    ufunc: np.ufunc, method: str, function: Callable[..., Array], inputs: Sequence[Array], kwargs: dict[str, Any]
) -> Array:
    """A differentiable ufunc with the keywords that all ufuncs have, or a method of it."""
    name = _name(ufunc, method)
    dtype = kwargs.pop("dtype", None)
    if dtype is not None:
        # In these two the operands behind the first are indices and exponents.
        count = 1 if method == "reduceat" or ufunc is np.ldexp else len(inputs)
        converted = [_ufunc_methods().in_dtype(name, operand_beside(x, *inputs), dtype) for x in inputs[:count]]
        inputs = [*converted, *inputs[count:]]
    if method != "__call__":
        if method != "outer" and ufunc not in _ufunc_methods().REDUCTIONS:
            raise not_differentiable(name)
        return call(_ufunc_methods().METHODS[method], name, (ufunc, function, *inputs), kwargs)
    if kwargs.pop("where", True) is not True:
        raise TypeError(
            f"{name} of a Variable does not take where=: what it leaves out would be whatever the memory holds. "
            f"Write np.where(mask, {name}(np.where(mask, x, 1)), 0)"
        )
    return call(function, name, inputs, kwargs)


def _ufunc_methods() -> ModuleType:
    """The module of the methods of ufuncs, which few programs call."""
    module: ModuleType = load("pydezero.numpy_protocol", "ufunc_methods")
    return module


def _counterpart_in_scipy(ufunc: np.ufunc) -> Callable[..., Array] | None:
    scipy = _scipy_protocol()
    found: Callable[..., Array] | None = None if scipy is None else scipy.counterpart(ufunc)
    return found


def _scipy_protocol() -> ModuleType | None:
    """The module that knows SciPy's ufuncs, if the program has imported `scipy.special`."""
    return load("pydezero.scipy", "protocol") if "scipy.special" in sys.modules else None


def _name(ufunc: np.ufunc, method: str) -> str:
    """The name of a ufunc, or of its method, in messages."""
    name = ufunc.__name__
    scipy = None if getattr(np, name, None) is ufunc else _scipy_protocol()
    room = "scipy.special" if scipy and scipy.is_scipys(ufunc) else "np"
    return f"{room}.{name}" if method == "__call__" else f"{room}.{name}.{method}"


def _instead_of_at(ufunc: np.ufunc) -> str:
    """The code to write instead of `ufunc.at(x, i, v)`."""
    otherwise = f"set({_name(ufunc, '__call__')}(x[i]{', v' * (ufunc.nin - 1)}))"
    update = _AT.get(ufunc, otherwise)
    return f"x = x.at[i].{update}, for a Variable x, and x = pydezero.at(x)[i].{update} for an array x"
