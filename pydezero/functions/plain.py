"""Functions whose results are not differentiated: comparisons, tests, indices, shapes.

They look through the transforms that differentiate, at the values. A Variable that stands for more than one value (a
batch, a value that is traced) stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np

from pydezero.core.batching import elementwise, shifted
from pydezero.core.bind import bind
from pydezero.core.constant import is_array
from pydezero.core.primitive import BatchRule, Plain, define
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Variable, bottom, shape_of, undifferentiated
from pydezero.functions.shape import normalize_axes

_Functions: TypeAlias = frozenset[Callable[..., Any]]


def _functions(*functions: Callable[..., Any]) -> _Functions:
    return frozenset(functions)


_WITH_AXIS: Final[_Functions] = _functions(np.all, np.any, np.argmax, np.argmin, np.argsort, np.count_nonzero)
_INDICES: Final[_Functions] = _functions(np.argmax, np.argmin, np.argsort)
_OF_SHAPE: Final[_Functions] = _functions(np.iscomplexobj, np.isrealobj, np.ndim, np.result_type, np.shape, np.size)
_LIKE: Final[_Functions] = _functions(np.empty_like, np.ones_like, np.zeros_like)
_TEXT: Final[_Functions] = _functions(np.array2string, np.array_repr, np.array_str)
_OTHER: Final[_Functions] = _functions(
    np.allclose,
    np.array_equal,
    np.array_equiv,
    np.isclose,
    np.isin,
    np.searchsorted,
)
_SHAPED_BY_VALUES: Final[_Functions] = _functions(np.argwhere, np.flatnonzero, np.nonzero)

PLAIN_FUNCTIONS: Final[_Functions] = _WITH_AXIS | _OF_SHAPE | _LIKE | _TEXT | _OTHER | _SHAPED_BY_VALUES


def plain(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of `PLAIN_FUNCTIONS`, or a ufunc with booleans or integers as results, of Variables."""
    if function in _LIKE:
        return function(bottom(args[0]), *args[1:], **{"shape": shape_of(args[0]), **kwargs})
    if function in _OF_SHAPE:
        return function(*map(_stand_in, args), **kwargs)
    if function in _TEXT:
        return function(*map(bottom, args), **kwargs)
    args = tuple(map(_looked_through, args))
    kwargs = {key: _looked_through(value) for key, value in kwargs.items()}
    if Variable in map(type, kwargs.values()):
        raise TypeError(
            f"np.{function.__name__}: {', '.join([f'{key}=' for key, x in kwargs.items() if type(x) is Variable])} "
            "depends on what is batched or traced, which only an argument that is passed by position may"
        )
    if Variable not in map(type, args):
        return function(*args, **kwargs)
    if function in _WITH_AXIS and len(args) > 1:
        args, kwargs = args[:1], {"axis": args[1], **kwargs}
    return bind(_primitive(function), *args, **kwargs)


def _looked_through(x: Any) -> Any:
    """An argument without the transforms that differentiate it, in a list or out of it."""
    return [undifferentiated(item) for item in x] if isinstance(x, list | tuple) else undifferentiated(x)


def _stand_in(x: Any) -> Any:
    """For a Variable an array of its shape and dtype."""
    return np.broadcast_to(np.empty((), x.dtype), x.shape) if type(x) is Variable else x


@cache
def _primitive(function: Callable[..., Any]) -> Plain:
    batch: BatchRule | None = None
    if isinstance(function, np.ufunc) or function is np.isclose:
        batch = elementwise(function)
    elif function in _WITH_AXIS:
        batch = _batched_with_axis(function, -1 if function is np.argsort else None)
    elif function.__name__ == "reduce":
        batch = _batched_with_axis(function, 0)
    elif function in _SHAPED_BY_VALUES:
        batch = _refused(function)
    return define(Plain, function.__name__, function, None, batch=batch)


def _refused(function: Callable[..., Any]) -> BatchRule:
    def rule(_batched: Sequence[bool], *args: Array, **params: Any) -> Array:
        raise TypeError(
            f"np.{function.__name__} under vmap: how much it finds differs between the examples. "
            "Write np.where(condition, x, y), which gives every example a result of one shape"
        )

    return rule


def _batched_with_axis(function: Callable[..., Any], default: int | None) -> BatchRule:
    def rule(_batched: Sequence[bool], x: Array, axis: Axis = default, **params: Any) -> Array:
        if axis is None and function in _INDICES:
            return function(np.reshape(x, (len(x), -1)), axis=1, **params)
        axes = shifted(normalize_axes(axis, len(x.shape) - 1))
        return function(x, axis=axes[0] if len(axes) == 1 else axes, **params)

    return rule


# A copy: what comes out of a transform shares no memory with what it has recorded.
stop_gradient_p: Final[Plain] = define(
    Plain,
    "stop_gradient",
    lambda x: x.copy() if is_array(x) else x,
    None,
    batch=lambda _batched, x: bind(stop_gradient_p, x),
)
