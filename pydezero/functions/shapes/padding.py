"""Padding: an array with more elements in front of it and behind it along each axis.

The padding is made of numbers of its own (`constant`), or of elements of the array, or is computed from them (a ramp, a
mean); then it is composed of functions that have derivatives of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.elementwise.floating import round
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.joining.joining import concatenate, stack
from pydezero.functions.sampled.progressions import linspace
from pydezero.functions.shapes.padding_rules import Widths, constant_p, extended, repeating_p
from pydezero.functions.shapes.rearranging import flip
from pydezero.functions.shapes.shape import as_operand, astype, broadcast_to, reshape

__all__ = [
    "pad",
]

_Mode: TypeAlias = Literal[
    "constant",
    "edge",
    "empty",
    "linear_ramp",
    "maximum",
    "mean",
    "median",
    "minimum",
    "reflect",
    "symmetric",
    "wrap",
]
_PadWidth: TypeAlias = ArrayOrNumber | Listed | Mapping[int, int | tuple[int, int]]
# One value for all sides, one for each side, or one for each side of each axis.
_Values: TypeAlias = Operand | Sequence[Operand] | Sequence[Sequence[Operand]]

_STATISTICS: Final[dict[str, Callable[..., Array]]] = {
    "maximum": np.max,
    "mean": np.mean,
    "median": np.median,
    "minimum": np.min,
}
_REPEATING: Final = ("edge", "reflect", "symmetric", "wrap")


@overload
def pad(
    array: Variable,
    pad_width: _PadWidth,
    mode: _Mode = ...,
    *,
    stat_length: ArrayOrNumber | None = ...,
    constant_values: _Values = ...,
    end_values: _Values = ...,
    reflect_type: Literal["even", "odd"] = ...,
) -> Variable: ...
@overload
def pad(
    array: ArrayOrNumber, pad_width: _PadWidth, mode: Literal["constant"] = ..., *, constant_values: Variable
) -> Variable: ...
@overload
def pad(
    array: ArrayOrNumber, pad_width: _PadWidth, mode: Literal["linear_ramp"], *, end_values: Variable
) -> Variable: ...
@overload
def pad(
    array: ArrayOrNumber,
    pad_width: _PadWidth,
    mode: _Mode = ...,
    *,
    stat_length: ArrayOrNumber | None = ...,
    constant_values: ArrayOrNumber = ...,
    end_values: ArrayOrNumber = ...,
    reflect_type: Literal["even", "odd"] = ...,
) -> NDArray[Any]: ...
@without_variables(np.pad)
def pad(
    array: Operand,
    pad_width: _PadWidth,
    mode: str = "constant",
    *,
    stat_length: ArrayOrNumber | None = None,
    constant_values: _Values | None = None,
    end_values: _Values | None = None,
    reflect_type: str | None = None,
) -> Array:
    """The array with `pad_width` elements added in front of it and behind it along each axis.

    `pad_width` is a number for all sides, a pair (before, after) for all axes, a pair for each axis, or a dict of the
    axes that are padded. The elements depend on `mode`:

    - `"constant"`: `constant_values`, 0 by default, of which there are as many as of widths; they are differentiated;
    - `"linear_ramp"`: on the line from the outermost element to `end_values`, 0 by default; they are differentiated;
    - `"edge"`, `"wrap"`, `"reflect"`, `"symmetric"`: the outermost element; the elements from the other end; those in
      reverse order, without the outermost one or with it. Where `reflect_type` is `"odd"`, twice the outermost element
      minus those in reverse order;
    - `"maximum"`, `"mean"`, `"median"`, `"minimum"`: that of the `stat_length` outermost elements, or of all. Elements
      that tie share the derivative as they do in `np.max` and `np.median`;
    - `"empty"`: zeros, where NumPy's are arbitrary.

    `np.pad` finds a Variable in the array alone: where only the values are Variables, call `functions.pad`.

    Raises:
        TypeError: the mode is a function, which would write into the array.
        ValueError: there is no such mode; a keyword argument is for another mode; or an axis without elements is to be
            padded with elements of its own.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pad(Variable(np.array([1.0, 2.0, 3.0])), (1, 2), "wrap")
    variable([3. 1. 2. 3. 1. 2.])
    """
    given = {
        "stat_length": stat_length,
        "constant_values": constant_values,
        "end_values": end_values,
        "reflect_type": reflect_type,
    }
    _check(mode, {name for name, value in given.items() if value is not None})
    x = as_operand(array)
    if not x.ndim:
        return positive(x)
    widths = _widths(pad_width, x.ndim)
    if mode in ("constant", "empty"):
        values = _zeros(x.ndim, x.dtype) if constant_values is None else _pairs(constant_values, x.ndim)
        return bind(constant_p, x, astype(values, x.dtype), widths=widths)
    for axis, (n, width) in enumerate(zip(x.shape, widths, strict=True)):
        if not n and any(width):
            raise ValueError(f"pad: axis {axis} has no elements, so that only constants can pad it, got mode {mode!r}")
    if mode in _REPEATING and reflect_type != "odd":
        return bind(repeating_p, x, mode=mode, widths=widths)
    ends = _pairs(0 if end_values is None else end_values, x.ndim)
    lengths = _lengths(stat_length, x.ndim, mode)
    for axis, (before, after) in enumerate(widths):
        if before or after:
            x = _along_axis(x, axis, before, after, mode, lengths[axis], ends[axis])
    return x


def _along_axis(
    x: Array, axis: int, before: int, after: int, mode: str, lengths: Sequence[int | None], ends: Array
) -> Array:
    if mode in _STATISTICS:
        return _with_statistics(x, axis, before, after, mode, lengths)
    if mode == "linear_ramp":
        return _with_ramps(x, axis, before, after, ends)
    return _reflected(x, axis, before, after, int(mode == "reflect"))


_KEYWORDS: Final[dict[str, str | None]] = {
    **dict.fromkeys(_STATISTICS, "stat_length"),
    "constant": "constant_values",
    "edge": None,
    "empty": None,
    "linear_ramp": "end_values",
    "reflect": "reflect_type",
    "symmetric": "reflect_type",
    "wrap": None,
}


def _check(mode: Any, keywords: set[str]) -> None:
    if callable(mode):
        raise TypeError(
            "pad: a function as the mode would write into the array, where derivatives are lost; "
            "compute the padding and join it to the array with np.concatenate"
        )
    if mode not in _KEYWORDS:
        raise ValueError(f"pad: there is no mode {mode!r}; the modes are {', '.join(sorted(_KEYWORDS))}")
    for keyword in keywords - {_KEYWORDS[mode]}:
        raise ValueError(f"pad: {keyword} is not for the mode {mode!r}")


def _widths(pad_width: Any, ndim: int) -> Widths:
    if isinstance(pad_width, Mapping):
        by_axis = {normalize_axis_index(axis, ndim): width for axis, width in pad_width.items()}
        pad_width = [np.broadcast_to(by_axis.get(axis, 0), 2).tolist() for axis in range(ndim)]
    if type(pad_width) is int and pad_width >= 0:
        return ((pad_width, pad_width),) * ndim
    widths = np.asarray(pad_width)
    if widths.dtype.kind not in "iu":
        raise TypeError(f"pad: pad_width must be made of integers, got {pad_width}")
    if np.any(widths < 0):
        raise ValueError(f"pad: pad_width must not be negative, got {pad_width}")
    return tuple([(before, after) for before, after in np.broadcast_to(widths, (ndim, 2)).tolist()])


def _lengths(stat_length: Any, ndim: int, mode: str) -> Array:
    """The number of elements that a statistic takes in on each side of each axis, None for all."""
    least = 1 if mode in ("maximum", "minimum") else 0
    lengths = np.broadcast_to(np.asarray(stat_length, object), (ndim, 2))
    if any(length is not None and length < least for length in lengths.flat):
        raise ValueError(f"pad: stat_length must be at least {least} for the mode {mode!r}, got {stat_length!r}")
    return lengths


def _pairs(values: Any, ndim: int) -> Array:
    """A value for each side of each axis."""
    return broadcast_to(_stacked(values), (ndim, 2))


@lru_cache(maxsize=128)
def _zeros(ndim: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """A zero for each side of each axis."""
    zeros = np.zeros((ndim, 2), dtype)
    zeros.flags.writeable = False
    return zeros


def _stacked(values: Any) -> Array:
    """One operand made of nested lists in which there may be Variables."""
    return stack([_stacked(x) for x in values]) if isinstance(values, list | tuple) else values


def _with_statistics(x: Array, axis: int, before: int, after: int, mode: str, lengths: Sequence[int | None]) -> Array:
    n = x.shape[axis]
    at_front, at_back = (n if length is None else min(int(length), n) for length in lengths)
    front = _statistic(x, axis, slice(at_front), mode) if before else None
    if at_front == at_back == n and front is not None:
        return extended(x, axis, front, front if after else None, before, after)
    back = _statistic(x, axis, slice(n - at_back, None), mode) if after else None
    return extended(x, axis, front, back, before, after)


def _statistic(x: Array, axis: int, part: slice, mode: str) -> Array:
    y = _STATISTICS[mode](_along(x, axis, part), axis=axis, keepdims=True)
    return astype(round(y), x.dtype) if x.dtype.kind in "iu" else y


def _with_ramps(x: Array, axis: int, before: int, after: int, ends: Array) -> Array:
    parts = [x]
    if before:
        edge = reshape(_along(x, axis, slice(1)), (*x.shape[:axis], *x.shape[axis + 1 :]))
        parts.insert(0, linspace(beside(ends[0], edge), edge, before, endpoint=False, dtype=x.dtype, axis=axis))
    if after:
        edge = reshape(_along(x, axis, slice(-1, None)), (*x.shape[:axis], *x.shape[axis + 1 :]))
        parts.append(flip(linspace(beside(ends[1], edge), edge, after, endpoint=False, dtype=x.dtype, axis=axis), axis))
    return concatenate(parts, axis)


def _reflected(x: Array, axis: int, before: int, after: int, skip: int) -> Array:
    """The array with its odd reflection on both sides, repeated until there are enough elements.

    `skip` is the number of outermost elements that a reflection leaves out.
    """
    if x.shape[axis] == 1:
        return extended(x, axis, x, x, before, after)
    while before or after:
        n = x.shape[axis]
        front, back = min(before, n - skip), min(after, n - skip)
        parts = [
            2 * _along(x, axis, slice(1)) - flip(_along(x, axis, slice(skip, skip + front)), axis),
            x,
            2 * _along(x, axis, slice(-1, None)) - flip(_along(x, axis, slice(n - skip - back, n - skip)), axis),
        ]
        x = concatenate(parts, axis)
        before, after = before - front, after - back
    return x


def _along(x: Array, axis: int, part: slice) -> Array:
    return getitem(x, (*(slice(None),) * axis, part))
