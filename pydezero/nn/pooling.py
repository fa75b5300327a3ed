"""Pooling: the largest element, or the mean, of each window of a sequence or an image."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from pydezero.core.types import Array
from pydezero.nn.arguments import X, check_array, check_real
from pydezero.nn.windows import as_lengths, window_view

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "max_pool1d",
    "max_pool2d",
]

_AXES: Final = {1: "length", 2: "height, width"}


def max_pool1d(x: X, size: int, *, stride: int | None = None, padding: int = 0, dilation: int = 1) -> X:
    """The largest element of each window along the last axis; see `max_pool2d`.

    >>> import numpy as np
    >>> max_pool1d(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    array([[3., 2.]])
    """
    y: X = _largest("max_pool1d", x, 1, size, stride, padding, dilation)
    return y


def max_pool2d(
    x: X,
    size: int | tuple[int, int],
    *,
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
) -> X:
    """The largest element of each window of images, of the shape (..., height, width).

    Elements that are equally large share the derivative, as they do in `np.max`.

    Args:
        x: the images.
        size: the lengths of a window; a number is for both axes, here and below.
        stride: the step from one window to the next, by default their size.
        padding: how far windows may reach beyond the image; at most half of their size.
        dilation: the distance between the elements of a window.

    Raises:
        TypeError: one of these is no integer; x is complex.
        ValueError: one is too small, or the padding too large; an image is smaller than a window.

    >>> import numpy as np
    >>> max_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 5.,  7.],
            [13., 15.]]])
    """
    y: X = _largest("max_pool2d", x, 2, size, stride, padding, dilation)
    return y


def avg_pool1d(x: X, size: int, *, stride: int | None = None, padding: int = 0) -> X:
    """The mean of each window along the last axis; see `avg_pool2d`.

    >>> import numpy as np
    >>> avg_pool1d(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    array([[2., 1.]])
    """
    y: X = _mean("avg_pool1d", x, 1, size, stride, padding)
    return y


def avg_pool2d(
    x: X,
    size: int | tuple[int, int],
    *,
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
) -> X:
    """The mean of each window of images, of the shape (..., height, width).

    Args:
        x: the images. The mean of a whole one is `x.mean(axis=(-2, -1))`.
        size: the lengths of a window; a number is for both axes, here and below.
        stride: the step from one window to the next, by default their size.
        padding: the number of zeros on either side, which count in the mean; at most half of the size.

    Raises:
        TypeError: one of these is no integer.
        ValueError: one is too small, or the padding too large; an image is smaller than a window.

    >>> import numpy as np
    >>> avg_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """
    y: X = _mean("avg_pool2d", x, 2, size, stride, padding)
    return y


def _largest(where: str, x: Array, n: int, size: object, stride: object, padding: object, dilation: object) -> Array:
    check_array(where, "x", x)
    check_real(where, "x", x)
    return _by_window(where, x, n, size, stride, padding, dilation, _least(x.dtype)).max(axis=0)


def _mean(where: str, x: Array, n: int, size: object, stride: object, padding: object) -> Array:
    check_array(where, "x", x)
    parts = _by_window(where, x, n, size, stride, padding, 1, 0)
    return parts.mean(axis=0)


def _least(dtype: np.dtype[Any]) -> float:
    """A number that is not larger than any other of a dtype."""
    return -np.inf if dtype.kind == "f" else 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)


def _by_window(
    where: str, x: Array, n: int, size: object, stride: object, padding: object, dilation: object, value: float
) -> Array:
    """The windows, whose elements lie along the first axis.

    The reshape copies the windows of images one element after the other. Where they share the memory of the images, the
    axes of a window are the innermost ones whatever their order is, and NumPy takes forty times as long.
    """
    lengths = as_lengths(where, "size", size, n, 1)
    steps = lengths if stride is None else as_lengths(where, "stride", stride, n, 1)
    margins = as_lengths(where, "padding", padding, n, 0)
    gaps = as_lengths(where, "dilation", dilation, n, 1)
    if any(2 * p > k for p, k in zip(margins, lengths, strict=True)):
        raise ValueError(f"{where}: padding must be at most half of the size, got {padding!r} for {size!r}")
    if x.ndim < n:
        raise ValueError(f"{where}: x must have the shape (..., {_AXES[n]}), got {x.shape}")
    parts = window_view(x, lengths, steps, margins, gaps, where, value)
    first = parts.transpose(*range(x.ndim, x.ndim + n), *range(x.ndim))
    return first.reshape(math.prod(lengths), *first.shape[n:])
