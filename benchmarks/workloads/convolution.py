"""The convolution of 32 images of three colours with 16 filters of 3 times 3, by the filters and what is added."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, one_call

_IMAGES, _COLOURS, _FILTERS, _SIZE = 32, 3, 16, 3


def _problem(side: int) -> Arrays:
    """The filters, what is added, and the images."""
    rng = np.random.default_rng(0)
    w = rng.normal(0, 0.3, (_FILTERS, _COLOURS, _SIZE, _SIZE))
    return w, rng.normal(0, 0.1, _FILTERS), rng.normal(0, 1, (_IMAGES, _COLOURS, side, side))


def _loss(xp: Namespace, w: Tensor, b: Tensor, x: Tensor) -> Tensor:
    y = xp.conv2d(x, w, b)
    return xp.sum(y * y)


def _by_hand(w: FloatArray, b: FloatArray, x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    """The windows side by side, as the columns of a matrix for each image."""
    side = x.shape[-1]
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)]), (_SIZE, _SIZE), axis=(2, 3)
    )
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(_IMAGES, -1, side * side)
    y = w.reshape(_FILTERS, -1) @ columns
    y += b[:, np.newaxis]
    value = float(np.vdot(y, y))
    y *= 2
    return value, ((y @ columns.transpose(0, 2, 1)).sum(axis=0).reshape(w.shape), y.sum(axis=(0, 2)))


convolution = derivative_workload(
    "convolution",
    f"convolution of {_IMAGES} images, {_FILTERS} filters of {_SIZE} times {_SIZE}",
    (32,),
    "pixels a side",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("gradient-conv", _loss, 2),
)
