"""All windows of an array."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

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


# Any: the stubs of NumPy 2.0 know one axis alone
def _windows(x: Array, window_shape: tuple[int, ...], axis: Any, writeable: bool = False) -> Array:
    return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis, writeable=writeable)


def _windows_rule(g: Array, x_shape: tuple[int, ...], window_shape: tuple[int, ...], axis: tuple[int, ...]) -> Array:
    """The cotangents of all windows that an element is in, added up."""
    if len(set(axis)) == len(axis):
        return add_windows(g, x_shape, window_shape, axis)
    places = _windows(np.arange(math.prod(x_shape)).reshape(x_shape), window_shape, axis)
    return reshape(scatter(ravel(g), places.ravel(), (math.prod(x_shape),)), x_shape)


_windows_p: Final[Linear] = define(
    Linear,
    "sliding_window_view",
    _windows,
    _windows_rule,
    batch=lambda _, x, window_shape, axis: bind(_windows_p, x, window_shape=window_shape, axis=shifted(axis)),
)


def _spread_windows(
    x: Array,
    window_shape: tuple[int, ...],
    axis: tuple[int, ...],
    steps: tuple[int, ...],
    gaps: tuple[int, ...],
    writeable: bool = False,
) -> Array:
    lengths = [1 + gap * (n - 1) for n, gap in zip(window_shape, gaps, strict=True)]
    windows = _windows(x, tuple(lengths), axis, writeable)
    index = [slice(None)] * windows.ndim
    for i, (along, step, gap) in enumerate(zip(axis, steps, gaps, strict=True)):
        index[along] = slice(None, None, step)
        index[x.ndim + i] = slice(None, None, gap)
    return windows[tuple(index)]


def _add_windows(
    g: Array,
    shape: tuple[int, ...],
    window_shape: tuple[int, ...],
    axis: tuple[int, ...],
    steps: tuple[int, ...],
    gaps: tuple[int, ...],
) -> Array:
    """Strided additions: one for each element of a window, or one for all windows side by side if these are fewer."""
    total = np.zeros_like(g, shape=shape)
    counts = [g.shape[along] for along in axis]
    spans = [1 + gap * (n - 1) for n, gap in zip(window_shape, gaps, strict=True)]
    # So many windows behind each there is one that has no element in common with it.
    apart = [min(-(-span // step), count) for span, step, count in zip(spans, steps, counts, strict=True)]
    if math.prod(apart) < math.prod(window_shape):
        targets = _spread_windows(total, window_shape, axis, steps, gaps, writeable=True)
        for first in np.ndindex(*apart):
            chosen = [slice(None)] * g.ndim
            for along, start, distance in zip(axis, first, apart, strict=True):
                chosen[along] = slice(start, None, distance)
            targets[tuple(chosen)] += g[tuple(chosen)]
        return total
    for place in np.ndindex(*window_shape):
        target = [slice(None)] * len(shape)
        source: list[slice | int] = [slice(None)] * g.ndim
        for i, (at, along, step, gap) in enumerate(zip(place, axis, steps, gaps, strict=True)):
            target[along] = slice(at * gap, at * gap + step * (counts[i] - 1) + 1, step)
            source[len(shape) + i] = at
        total[tuple(target)] += g[tuple(source)]
    return total


windows_p: Final[Linear] = define(
    Linear,
    "spread_windows",
    _spread_windows,
    lambda g, x_shape, window_shape, axis, steps, gaps: add_windows(g, x_shape, window_shape, axis, steps, gaps),
    batch=lambda _, x, window_shape, axis, steps, gaps: windows(x, window_shape, shifted(axis), steps, gaps),
)

add_windows_p: Final[Linear] = define(
    Linear,
    "add_windows",
    _add_windows,
    lambda g, window_shape, axis, steps, gaps: windows(g, window_shape, axis, steps, gaps),
    batch=lambda _, g, shape, window_shape, axis, steps, gaps: add_windows(
        g, (g.shape[0], *shape), window_shape, shifted(axis), steps, gaps
    ),
)


def windows(
    x: Operand, window_shape: tuple[int, ...], axis: tuple[int, ...], steps: tuple[int, ...], gaps: tuple[int, ...]
) -> Array:
    """The windows of an array, of which each begins `steps` after the one before, and whose elements lie `gaps` apart.

    They lie as those of `sliding_window_view`. The axes are different, and counted from the front.
    """
    return bind(windows_p, x, window_shape=window_shape, axis=axis, steps=steps, gaps=gaps)


def add_windows(
    g: Operand,
    shape: tuple[int, ...],
    window_shape: tuple[int, ...],
    axis: tuple[int, ...],
    steps: tuple[int, ...] | None = None,
    gaps: tuple[int, ...] | None = None,
) -> Array:
    """An array of a shape, in which each element is the sum of those of its windows; the transpose of `windows`."""
    ones = (1,) * len(axis)
    return bind(
        add_windows_p,
        g,
        shape=shape,
        window_shape=window_shape,
        axis=axis,
        steps=ones if steps is None else steps,
        gaps=ones if gaps is None else gaps,
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
