"""The primitives behind the kinds of padding that are linear: constants around an array, and its elements repeated.

The transpose of the repetition adds each element of the padding to the one that it repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import batch_size, repeated
from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.primitive import Linear, define
from pydezero.core.snapshot import LARGE_BYTES
from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.shapes.shape import broadcast_to

# How much is added in front of the array and behind it, along each axis.
Widths: TypeAlias = tuple[tuple[int, int], ...]


def _core(shape: tuple[int, ...], widths: Widths) -> tuple[slice, ...]:
    """The part of the padded array that is the array itself."""
    return tuple([slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True)])


def _values_rule(g: Array, x_shape: tuple[int, ...], widths: Widths) -> Array:
    """The sum of the cotangent over the padding of each side; a corner counts to the last of the axes that share it."""
    rows = []
    for axis in reversed(range(len(x_shape))):
        before, end = widths[axis][0], widths[axis][0] + x_shape[axis]
        lead = (slice(None),) * axis
        rows.append(np.stack([np.sum(g[(*lead, slice(before))]), np.sum(g[(*lead, slice(end, None))])]))
        g = g[(*lead, slice(before, end))]
    return np.stack(rows[::-1])


def _constant_batched(batched: Sequence[bool], x: Array, values: Array, widths: Widths) -> Array:
    if not batched[1]:
        of_batch = np.pad(values, ((1, 0), (0, 0)))
        return bind(constant_p, x, of_batch, widths=((0, 0), *widths))
    size = batch_size(batched, (x, values))
    x = x if batched[0] else repeated(x, size)
    for axis, (before, after) in enumerate(widths):
        front, back = (np.reshape(values[:, axis, side], (size, *(1,) * len(widths))) for side in (0, 1))
        x = extended(x, axis + 1, front if before else None, back if after else None, before, after)
    return x


def extended(x: Array, axis: int, front: Array | None, back: Array | None, before: int, after: int) -> Array:
    """An array with padding in front of it and behind it along an axis, to which the two values are broadcast."""
    shape = shape_of(x)
    parts = [x]
    if front is not None:
        parts.insert(0, broadcast_to(front, (*shape[:axis], before, *shape[axis + 1 :])))
    if back is not None:
        parts.append(broadcast_to(back, (*shape[:axis], after, *shape[axis + 1 :])))
    return concatenate(parts, axis)


def _sources(mode: str, n: int, places: NDArray[np.intp]) -> Array:
    """The element, of n along an axis, that each place of the padding repeats; places are counted from the first."""
    if mode == "edge" or n == 1:
        return np.clip(places, 0, n - 1)
    if mode == "wrap":
        return places % n
    # Back and forth: past the elements at the ends once (reflect) or twice (symmetric).
    period = 2 * n - 2 if mode == "reflect" else 2 * n
    places = places % period
    return np.minimum(places, (period if mode == "reflect" else period - 1) - places)


@lru_cache(maxsize=256)
def runs_of_padding(mode: str, n: int, first: int, length: int) -> tuple[tuple[slice, slice], ...]:
    """The padding from a first place on in pieces: slices of the padding, with the slices that they repeat.

    The elements of a piece are at equal distances, so that a slice names each of them once; where the distance is 0
    the slice names the one element that all of the piece repeats.
    """
    sources = _sources(mode, n, np.arange(first, first + length))
    # Where the distance to the next element is another than that to the one before.
    bends = [*(np.flatnonzero(np.diff(sources, 2)) + 1).tolist(), length - 1]
    runs = []
    start = 0
    for bend in bends:
        # From the first element of a piece any distance may follow; only the last one stands alone.
        if bend > start or start == bend == length - 1:
            begin, end = int(sources[start]), int(sources[bend])
            step = (end - begin) // max(bend - start, 1)
            stop = end + (1 if step >= 0 else -1)
            runs.append((slice(start, bend + 1), slice(begin, stop if stop >= 0 else None, step or 1)))
            start = bend + 1
    return tuple(runs)


def _folded(g: Array, mode: str, widths: Widths) -> Array:
    """An array with each element of its padding added to the one that it repeats: the transpose of the repetition."""
    out = g
    for axis, (before, after) in enumerate(widths):
        if not before and not after:
            continue
        lead = (slice(None),) * axis
        n = out.shape[axis] - before - after
        core = out[(*lead, slice(before, before + n))]
        core = core.copy() if out is g else core  # in memory of its own, which is then written into
        for padding, first, length in ((slice(before), -before, before), (slice(before + n, None), n, after)):
            part = out[(*lead, padding)]
            for piece, source in runs_of_padding(mode, n, first, length):
                x = part[(*lead, piece)]
                y = core[(*lead, source)]
                y += x if x.shape == y.shape else np.add.reduce(x, axis=axis, keepdims=True)
        out = core
    return out


def _with_constants(x: Array, values: Array, widths: Widths) -> Array:
    if type(x) is np.ndarray and x.nbytes < LARGE_BYTES and not values.any():
        # By itself: `np.pad` takes several times as long to look at the widths.
        out = np.zeros([before + n + after for n, (before, after) in zip(x.shape, widths, strict=True)], x.dtype)
        out[_core(x.shape, widths)] = x
        return out
    if isinstance(x, np.ndarray):
        return np.pad(x, widths, constant_values=values)
    # Other libraries take numbers for the values; these may be arrays of theirs.
    for axis, (before, after) in enumerate(widths):
        sides = beside(values[axis, 0], x), beside(values[axis, 1], x)
        front, back = (np.broadcast_to(v, (1,) * x.ndim).astype(x.dtype) for v in sides)
        x = extended(x, axis, front if before else None, back if after else None, before, after)
    return x


def _with_repetitions(x: Array, mode: Any, widths: Widths) -> Array:
    return np.pad(x, widths, mode)


constant_p: Final[Linear] = define(
    Linear,
    "pad_constant",
    _with_constants,
    lambda g, x_shape, widths: g[_core(x_shape, widths)],
    _values_rule,
    batch=_constant_batched,
)
repeating_p: Final[Linear] = define(
    Linear,
    "pad_repeating",
    _with_repetitions,
    lambda g, mode, widths: bind(_folded_p, g, mode=mode, widths=widths),
    batch=lambda _, x, mode, widths: bind(repeating_p, x, mode=mode, widths=((0, 0), *widths)),
)
_folded_p: Final[Linear] = define(
    Linear,
    "fold",
    _folded,
    lambda g, mode, widths: bind(repeating_p, g, mode=mode, widths=widths),
    batch=lambda _, x, mode, widths: bind(_folded_p, x, mode=mode, widths=((0, 0), *widths)),
)
