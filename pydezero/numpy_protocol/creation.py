"""NumPy's functions that make arrays, called with `like=` a Variable: `np.array([x, x * x], like=x)`.

What depends on no Variable is an array, as `np.zeros_like(x)` is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero import functions as F
from pydezero.core.typed import has_variable
from pydezero.core.types import Array, Shape
from pydezero.core.variable import Variable, bottom
from pydezero.numpy_protocol.lookup import call


def _array(nested: Array, dtype: DTypeLike | None = None, *, ndmin: int = 0, **_: object) -> Array:
    """The function `array`; whether NumPy copies and in which order of memory has no meaning for a Variable."""
    return F.array(nested, dtype, ndmin=ndmin)


def _asarray(nested: Array, dtype: DTypeLike | None = None, *_: object, **__: object) -> Array:
    return F.array(nested, dtype)


def _contiguous(nested: Array, dtype: DTypeLike | None = None) -> Array:
    return F.array(nested, dtype, ndmin=1)


def _full(shape: Shape, fill_value: Array, dtype: DTypeLike | None = None, order: str = "C") -> Array:
    filled = F.broadcast_to(fill_value, shape)
    return filled if dtype is None else F.astype(filled, dtype)


_OF_VARIABLES: Final[dict[Callable[..., Any], Callable[..., Array]]] = {
    np.array: _array,
    np.asanyarray: _asarray,
    np.asarray: _asarray,
    np.ascontiguousarray: _contiguous,
    np.asfortranarray: _contiguous,
    np.full: _full,
    np.require: _asarray,
}


def created(like: Variable, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Array:
    """The result of a function that makes an array, in the library of the value of `like` if no Variable is involved.

    Raises:
        TypeError: it cannot make one of Variables.
    """
    name = f"np.{func.__name__}"
    if not has_variable((*args, kwargs)):
        model = bottom(like)
        return func(*args, **kwargs, like=None if isinstance(model, np.generic) else model)
    function = _OF_VARIABLES.get(func)
    if function is None:
        raise TypeError(
            f"{name} of a Variable: the number of elements or their dtype would depend on a value. "
            "Write start + step * np.arange(n) or np.linspace(start, stop, n), "
            "and pydezero.array(xs) for an array of Variables"
        )
    return call(function, name, args, kwargs)
