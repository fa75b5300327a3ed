"""All windows of an array."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from pydezero.core.batching import shifted
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, Shape
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.indexing.indexing import scatter
from pydezero.functions.shapes.shape import normalize_axes, ravel, reshape

__all__ = [
    "sliding_window_view",
]


def _windows(x: Array, window_shape: tuple[int, ...], axis: tuple[int, ...]) -> Array:
    return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis)


def _windows_rule(g: Array, x_shape: tuple[int, ...], window_shape: tuple[int, ...], axis: tuple[int, ...]) -> Array:
    """The cotangents of all windows that an element is in, added up."""
    places = _windows(np.arange(math.prod(x_shape)).reshape(x_shape), window_shape, axis)
    return reshape(scatter(ravel(g), places.ravel(), (math.prod(x_shape),)), x_shape)


_windows_p: Final[Linear] = define(
    Linear,
    "sliding_window_view",
    _windows,
    _windows_rule,
    batch=lambda _, x, window_shape, axis: bind(_windows_p, x, window_shape=window_shape, axis=shifted(axis)),
)


@array_function
@without_variables(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x: Operand, window_shape: Shape, axis: int | Sequence[int] | None = None) -> Array:
    """All windows of a shape in x, as `np.lib.stride_tricks.sliding_window_view` has them.

    Args:
        x: an array or a Variable.
        window_shape: the lengths of a window, one for each axis in `axis`.
        axis: the axes along which the windows slide, by default all.

    Returns:
        An array with an axis of the positions of the windows in the place of each of these axes, and behind all others
        an axis along each window.

    Raises:
        ValueError: a window is longer than its axis, or there is not one length for each axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sliding_window_view(Variable(np.array([1.0, 2.0, 4.0])), 2)
    variable([[1. 2.]
              [2. 4.]])
    """
    lengths = (window_shape,) if isinstance(window_shape, int | np.integer) else tuple(window_shape)
    axes = (axis,) if isinstance(axis, int | np.integer) else axis
    ndim = len(shape_of(x))
    # Not normalize_axes alone: an axis may be named twice here.
    positive = tuple([normalize_axes(i, ndim)[0] for i in (range(ndim) if axes is None else axes)])
    return bind(_windows_p, x, window_shape=tuple([int(n) for n in lengths]), axis=positive)
