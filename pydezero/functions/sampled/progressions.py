"""Numbers at equal distances, or with equal ratios, between two ends that are differentiated."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Final, Literal, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pydezero.core.batching import aligned
from pydezero.core.bind import bind, weakly_promoted
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.placing import beside, operand_beside
from pydezero.core.primitive import Linear, define
from pydezero.core.snapshot import is_number
from pydezero.core.typed import binary_array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.elementwise.arithmetic import power
from pydezero.functions.elementwise.exponential import log10
from pydezero.functions.elementwise.kinks import floor, sign
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.shapes.shape import as_operand, astype, broadcast_to, expand_dims, moveaxis, reshape

__all__ = [
    "geomspace",
    "linspace",
    "logspace",
]


def _share(num: int, endpoint: bool, g: Array) -> Array:
    """The weight of the last end in each of the numbers; that of the first is the rest to 1."""
    return beside((np.arange(num) / max(num - endpoint, 1)).astype(np.empty(0, g.dtype).real.dtype), g)


def _linspace_batched(batched: Sequence[bool], x: Array, y: Array, num: int, endpoint: bool) -> Array:
    return np.moveaxis(bind(_linspace_p, *aligned(batched, (x, y)), num=num, endpoint=endpoint), 0, 1)


_linspace_p: Final[Linear] = define(
    Linear,
    "linspace",
    np.linspace,
    lambda g, x_shape, num, endpoint: unbroadcast(np.tensordot(1 - _share(num, endpoint, g), g, axes=1), x_shape),
    lambda g, y_shape, num, endpoint: unbroadcast(np.tensordot(_share(num, endpoint, g), g, axes=1), y_shape),
    batch=_linspace_batched,
)


@overload
def linspace(
    start: Variable,
    stop: Operand,
    num: int = ...,
    endpoint: bool = ...,
    retstep: Literal[False] = ...,
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> Variable: ...
@overload
def linspace(
    start: ArrayOrNumber,
    stop: Variable,
    num: int = ...,
    endpoint: bool = ...,
    retstep: Literal[False] = ...,
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> Variable: ...
@overload
def linspace(
    start: ArrayOrNumber,
    stop: ArrayOrNumber,
    num: int = ...,
    endpoint: bool = ...,
    retstep: Literal[False] = ...,
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> NDArray[Any]: ...
@overload
def linspace(
    start: Operand,
    stop: Operand,
    num: int = ...,
    endpoint: bool = ...,
    *,
    retstep: Literal[True],
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> tuple[Variable, Variable]: ...
@without_variables(np.linspace)
def linspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Array:
    """`num` numbers at equal distances from `start` to `stop`, or up to the one before it without `endpoint`.

    The ends are differentiated. If they are arrays, which broadcast against each other, the numbers lie along a new
    axis of the result. With `retstep` the result is a tuple of the numbers and the distance, which is nan if there are
    too few of them. An integer dtype rounds down, and has derivative 0.

    Raises:
        ValueError: `num` is negative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> linspace(0.0, Variable(np.array(1.0)), 3)
    variable([0.  0.5 1. ])
    """
    num = operator.index(num)
    if num < 0:
        raise ValueError(f"linspace: num must not be negative, got {num}")
    first, last = weakly_promoted((_operand(start), _operand(stop)))
    y = bind(_linspace_p, first, last, num=num, endpoint=endpoint)
    if axis:
        y = moveaxis(y, 0, axis)
    if dtype is not None:
        y = astype(floor(y) if np.issubdtype(dtype, np.integer) else y, dtype)
    if not retstep:
        return y
    intervals = num - 1 if endpoint else num
    return y, (last - first) / intervals if intervals > 0 else np.nan


@binary_array_function
@without_variables(np.logspace)
def logspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    base: Operand = 10.0,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Array:
    """`num` numbers with equal ratios from `base ** start` to `base ** stop`; see `linspace` for the arguments.

    Both ends and the base are differentiated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> logspace(0.0, Variable(np.array(2.0)), 3)
    variable([  1.  10. 100.])
    """
    start, stop, base = (_operand(operand_beside(x, start, stop, base)) for x in (start, stop, base))
    if not shape_of(base):
        start, stop, base = weakly_promoted((start, stop, base))
    else:
        ndim = max(len(shape_of(x)) for x in (start, stop, base))
        start, stop, base = (reshape(x, (1,) * (ndim - len(shape_of(x))) + shape_of(x)) for x in (start, stop, base))
        base = expand_dims(base, axis)
    y = power(base, linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else astype(y, dtype)


@binary_array_function
@without_variables(np.geomspace)
def geomspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Array:
    """`num` numbers with equal ratios from `start` to `stop`, which are differentiated; see `linspace`.

    Complex ends are joined by a spiral. As in NumPy the result is at least of double precision.

    Raises:
        ValueError: one of the ends is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> geomspace(1.0, Variable(np.array(100.0)), 3)
    variable([  1.  10. 100.])
    """
    first, last = _operand(start), _operand(stop)
    for name, x in (("start", first), ("stop", last)):
        value = undifferentiated(x)
        if type(value) is not Variable and np.any(np.equal(value, 0)):
            raise ValueError(f"geomspace: {name} is or contains 0, from which and to which there is no constant ratio")
    kind = np.result_type(*(x if is_number(x) else x.dtype for x in (first, last)), 0.0, np.dtype(dtype))
    first, last = astype(first, kind), astype(last, kind)
    # Rotated so that it begins with a positive number, whose logarithm is real.
    direction = sign(first)
    first, last = first / direction, last / direction
    y = logspace(log10(first), log10(last), num, endpoint)
    # The ends are exactly those that were given, in spite of the rounding of the logarithms.
    shape = shape_of(y)[1:]
    first, last = (reshape(broadcast_to(x, shape), (1, *shape)) for x in (first, last))
    if num > 1 and endpoint:
        y = concatenate([first, getitem(y, slice(1, -1)), last])
    elif num:
        y = concatenate([first, getitem(y, slice(1, None))])
    y = y * direction
    if axis:
        y = moveaxis(y, 0, axis)
    return y if dtype is None else astype(y, dtype)


def _operand(x: Operand) -> Array:
    return x if is_number(x) else as_operand(x)
