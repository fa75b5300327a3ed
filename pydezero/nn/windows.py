"""The windows of sequences and images, for convolution and pooling, and the numbers that describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pydezero.core.types import Array
from pydezero.functions.indexing.windows import windows
from pydezero.transforms.boundary.arguments import is_int


def window_view(
    x: Array,
    size: tuple[int, ...],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    where: str,
    value: float = 0.0,
) -> Array:
    """The windows of an array along its last axes, padded with a value: with axes of the places, and then of windows.

    Raises:
        ValueError: a window is longer than its axis with the padding.
    """
    n = len(size)
    front = x.ndim - n
    for length, k, p, gap in zip(x.shape[front:], size, padding, dilation, strict=True):
        if length + 2 * p < (k - 1) * gap + 1:
            raise ValueError(
                f"{where}: x of the shape {x.shape}, with padding {tuple(padding)}, is smaller than a window, which is "
                f"{tuple([(k - 1) * gap + 1 for k, gap in zip(size, dilation, strict=True)])}; pad more"
            )
    if any(padding):
        x = np.pad(x, [(0, 0)] * front + [(p, p) for p in padding], constant_values=value)
    return windows(x, size, tuple(range(front, front + n)), tuple(stride), tuple(dilation))


def as_lengths(where: str, name: str, value: object, n: int, least: int) -> tuple[Any, ...]:
    """A number for each axis; Any, because a checker does not know how many there are.

    Raises:
        TypeError: it is neither an integer nor a tuple of them.
        ValueError: one is too small, or there are more or fewer.
    """
    values: tuple[Any, ...] = tuple(value) if isinstance(value, tuple | list) else (value,) * n
    if not all(map(is_int, values)):
        raise TypeError(f"{where}: {name} must be an integer, or a tuple of one for each axis, got {value!r}")
    if len(values) != n or min(values) < least:
        raise ValueError(f"{where}: {name} must be at least {least}, or {n} such numbers, got {value!r}")
    return tuple(map(int, values))
