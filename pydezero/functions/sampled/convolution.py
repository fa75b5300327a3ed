"""Convolution and correlation of sequences."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.primitive import Multilinear, define
from pydezero.core.typed import binary_array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.functions.elementwise.complex import conjugate
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.shapes.shape import as_operand, reshape

__all__ = [
    "convolve",
    "correlate",
]

Mode: TypeAlias = Literal["full", "same", "valid"]

_MODES: Final = ("full", "same", "valid")

# From this many products an example on, a loop over the examples is faster than all of them at once.
_LARGE: Final = 1 << 12

# BLAS divides longer dot products among threads; while other threads are busy that takes far longer than the product.
_LONG: Final = 10_000


def _convolve(x: Array, y: Array, mode: Mode) -> Array:
    """The convolution along the last axis; in the mode "valid" x must not be the shorter one."""
    if mode == "full" and x.shape[-1] < y.shape[-1]:
        x, y = y, x
    n = y.shape[-1]
    if mode == "full" or n <= _LONG:
        if x.ndim == y.ndim == 1:
            return np.convolve(x, y, mode)
        if x.shape[-1] * n >= _LARGE and x.size and y.size:
            return _convolve_each(x, y, mode)
    if mode == "full":
        margin = np.zeros_like(x, shape=(*x.shape[:-1], n - 1))
        x = np.concatenate([margin, x, margin], axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(x, n, axis=-1)
    return np.einsum("...ij,...j->...i", windows, y[..., ::-1].copy())  # faster with a copy than with a view


def _convolve_each(x: Array, y: Array, mode: Mode) -> Array:
    examples = np.broadcast_shapes(x.shape[:-1], y.shape[:-1])
    x, y = (np.broadcast_to(z, (*examples, z.shape[-1])) for z in (x, y))
    return np.reshape([np.convolve(x[i], y[i], mode) for i in np.ndindex(*examples)], (*examples, -1))


# The transpose of "full" is "valid" with the other factor reversed, and the other way round.
_convolve_p: Final[Multilinear] = define(
    Multilinear,
    "convolve",
    _convolve,
    lambda g, y, x_shape, mode: unbroadcast(
        bind(_convolve_p, g, y[..., ::-1], mode="valid" if mode == "full" else "full"), x_shape
    ),
    lambda g, x, y_shape, mode: unbroadcast(
        bind(_convolve_p, *((g, x[..., ::-1]) if mode == "full" else (x[..., ::-1], g)), mode="valid"), y_shape
    ),
    batch=lambda batched, x, y, mode: bind(_convolve_p, *aligned(batched, (x, y)), mode=mode),
)


def _convolved(x: Array, y: Array, mode: Mode) -> Array:
    """The convolution of an x with a y that is not longer."""
    if mode != "same":
        return bind(_convolve_p, x, y, mode=mode)
    start = (y.shape[0] - 1) // 2
    return getitem(bind(_convolve_p, x, y, mode="full"), slice(start, start + x.shape[0]))


@binary_array_function
@without_variables(np.convolve)
def convolve(a: Operand, v: Operand, mode: Mode = "full") -> Array:
    """The convolution of two sequences: the sums of `a[i] * v[k - i]` over i, for each k.

    The mode says for which k: all with at least one product ("full"), the middle ones, as many as the longer sequence
    has elements ("same"), or those for which no product is missing ("valid").

    Raises:
        ValueError: a sequence is empty or has several axes; there is no such mode.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> convolve(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]))
    variable([ 1.  1.  1. -3.])
    """
    x, y = _sequence(a, "convolve", "a", (0, 1)), _sequence(v, "convolve", "v", (0, 1))
    _check_mode(mode, "convolve")
    return _convolved(y, x, mode) if len(y) > len(x) else _convolved(x, y, mode)


@binary_array_function
@without_variables(np.correlate)
def correlate(a: Operand, v: Operand, mode: Mode = "valid") -> Array:
    """The correlation of two sequences: the sums of `a[k + i] * conj(v[i])` over i, for each k.

    The modes are those of `convolve`.

    Raises:
        ValueError: a sequence is empty or does not have one axis; there is no such mode.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> correlate(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]))
    variable([-1. -1.])
    """
    x, y = _sequence(a, "correlate", "a", (1,)), _sequence(v, "correlate", "v", (1,))
    _check_mode(mode, "correlate")
    if y.dtype.kind == "c":
        y = conjugate(y)
    if len(y) > len(x):
        return getitem(_convolved(y, getitem(x, _REVERSED), mode), _REVERSED)
    return _convolved(x, getitem(y, _REVERSED), mode)


_REVERSED: Final = slice(None, None, -1)


def _sequence(x: Operand, function: str, name: str, ndims: tuple[int, ...]) -> Array:
    values = as_operand(x)
    if len(values.shape) not in ndims:
        raise ValueError(f"{function}: {name} must have one axis, got the shape {values.shape}")
    if not values.size:
        raise ValueError(f"{function}: {name} must not be empty")
    return values if values.shape else reshape(values, (1,))


def _check_mode(mode: str, function: str) -> None:
    if mode not in _MODES:
        raise ValueError(f"{function}: mode must be 'full', 'same' or 'valid', got {mode!r}")
