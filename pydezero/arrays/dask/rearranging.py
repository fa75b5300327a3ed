"""The same elements in other places: shapes, axes, joining, repeating, padding."""

from __future__ import annotations

from typing import Any

import dask.array as da
import numpy as np

from pydezero.arrays.dask.chunks import ChunkedShape, DaskArray, chunks_of, in_chunks_of, reshaped, small_joined
from pydezero.arrays.dask.indexing import getitem, scattered
from pydezero.arrays.dask.table import INSTRUCTIONS, as_dask, by_elements, instruction
from pydezero.core.types import Array, Shape


@instruction("reshape")
def _reshape(x: DaskArray, shape: Shape, order: str = "C") -> DaskArray:
    lengths = (shape,) if isinstance(shape, int | np.integer) else shape
    if order in ("C", "A", "K"):
        return in_chunks_of(reshaped(x, tuple(lengths)), lengths)
    reversed_axes = reshaped(da.transpose(x), tuple(lengths)[::-1])
    return in_chunks_of(da.transpose(reversed_axes), lengths)


@instruction("broadcast_to")
def broadcast_to(x: Array, shape: Shape) -> DaskArray:
    """A Dask array repeated to a shape, in chunks that the shape knows."""
    lengths = (shape,) if isinstance(shape, int | np.integer) else shape
    x = as_dask(x)
    chunks = list(chunks_of(lengths, x.dtype))
    added = len(chunks) - x.ndim
    for axis, n in enumerate(x.shape):
        if n != 1 and not isinstance(lengths, ChunkedShape):
            chunks[added + axis] = x.chunks[axis]
    x = x.rechunk(tuple([(1,) if n == 1 else chunks[added + axis] for axis, n in enumerate(x.shape)]))
    return da.broadcast_to(x, tuple(lengths), chunks=tuple(chunks))


@instruction("broadcast")
def _broadcast(x: Array, shape: Shape, dtype: Any) -> DaskArray:
    return broadcast_to(x, shape).astype(dtype)


@instruction("concatenate")
def _concatenate(*xs: Array, axis: int, bounds: Any) -> DaskArray:
    return small_joined(da.concatenate(list(map(as_dask, xs)), axis=axis), axis)


@instruction("stack")
def _stack(*xs: Array, axis: int) -> DaskArray:
    return small_joined(da.stack(list(map(as_dask, xs)), axis=axis), axis)


@instruction("astype")
def _astype(x: DaskArray, dtype: Any, from_dtype: Any = None) -> DaskArray:
    return x.astype(dtype)


def _chosen(condition: DaskArray, x: Array, y: Array) -> DaskArray:
    return by_elements(np.where, condition, x, y)


INSTRUCTIONS.update(
    {
        "transpose": lambda x, axes: da.transpose(x, axes),
        "astype_integer": lambda x, dtype: x.astype(dtype),
        "stop_gradient": lambda x: x,
        "flip": lambda m, axis: da.flip(m, axis),
        "roll": lambda x, shift, axis: da.roll(x, shift, axis),
        "rot90": lambda m, k, axes: da.rot90(m, k, axes),
        "tril": lambda x, k: _chosen(da.tri(*x.shape[-2:], k, bool, x.chunks[-2:]), x, 0),
        "triu": lambda x, k: _chosen(da.tri(*x.shape[-2:], k - 1, bool, x.chunks[-2:]), 0, x),
    }
)


@instruction("repeat", "repeat_each")
def _repeat(x: DaskArray, repeats: Any, axis: int) -> DaskArray:
    return _taken(x, np.repeat(np.arange(x.shape[axis]), repeats), axis)


@instruction("add_runs")
def _add_runs(x: DaskArray, counts: Any, axis: int) -> DaskArray:
    return _added(x, np.repeat(np.arange(len(counts)), counts), axis, len(counts))


@instruction("resize")
def _resize(x: DaskArray, new_shape: Shape) -> DaskArray:
    lengths = (new_shape,) if isinstance(new_shape, int | np.integer) else tuple(new_shape)
    places = np.resize(np.arange(x.size), lengths) if x.size else np.zeros(0, np.intp)
    return reshaped(_taken(reshaped(x, (-1,)), np.ravel(places), 0), lengths)


def _taken(x: DaskArray, places: Any, axis: int) -> DaskArray:
    return getitem(x, (*(slice(None),) * axis, places))


def _added(x: DaskArray, places: Any, axis: int, n: int) -> DaskArray:
    """Zeros of n elements along an axis, with those of x added at places."""
    shape = (*x.shape[:axis], n, *x.shape[axis + 1 :])
    return scattered(x, (*(slice(None),) * axis, places), shape)


@instruction("pad_constant")
def _pad_constant(x: Array, values: Array, widths: Any) -> DaskArray:
    out = as_dask(x)
    for axis, (before, after) in enumerate(widths):
        ends = []
        for i, n in enumerate((before, after)):
            shape = (*out.shape[:axis], n, *out.shape[axis + 1 :])
            chunks = (*out.chunks[:axis], chunks_of((n,), out.dtype)[0] if n else (0,), *out.chunks[axis + 1 :])
            value = as_dask(values[axis, i]).astype(out.dtype)
            ends.append(broadcast_to(value, ChunkedShape(shape, chunks)))
        out = da.concatenate([ends[0], out, ends[1]], axis=axis) if before or after else out
    return out


@instruction("pad_repeating")
def _pad_repeating(x: DaskArray, mode: Any, widths: Any) -> DaskArray:
    for axis, width in enumerate(widths):
        if any(width):
            x = _taken(x, np.pad(np.arange(x.shape[axis]), width, mode), axis)
    return x


@instruction("fold")
def _fold(g: DaskArray, mode: Any, widths: Any) -> DaskArray:
    for axis, (before, after) in enumerate(widths):
        if before or after:
            n = g.shape[axis] - before - after
            g = _added(g, np.pad(np.arange(n), (before, after), mode), axis, n)
    return g


@instruction("sliding_window_view")
def _windows(x: DaskArray, window_shape: Any, axis: Any) -> DaskArray:
    return _spread_windows(x, window_shape, axis, (1,) * len(axis), (1,) * len(axis))


@instruction("spread_windows")
def _spread_windows(x: DaskArray, window_shape: Any, axis: Any, steps: Any, gaps: Any) -> DaskArray:
    axes = [along % x.ndim for along in axis]
    spans = [1 + gap * (n - 1) for n, gap in zip(window_shape, gaps, strict=True)]
    out = x
    for along, span, step, gap in zip(axes, spans, steps, gaps, strict=True):
        places = np.arange(0, out.shape[along] - span + 1, step)[:, None] + np.arange(0, span, gap)
        out = da.moveaxis(_taken(out, places, along), along + 1, -1)
    return out


@instruction("add_windows")
def _add_windows(g: DaskArray, shape: Any, window_shape: Any, axis: Any, steps: Any, gaps: Any) -> DaskArray:
    ndim = len(shape)
    axes = [along % ndim for along in axis]
    out = g
    for i in reversed(range(len(axes))):
        along, span = axes[i], 1 + gaps[i] * (window_shape[i] - 1)
        n = shape[along]
        places = np.arange(0, n - span + 1, steps[i])[:, None] + np.arange(0, span, gaps[i])
        out = da.moveaxis(out, -1, along + 1)
        target = (*out.shape[:along], n, *out.shape[along + 2 :])
        out = scattered(out, (*(slice(None),) * along, places), target)
    return in_chunks_of(out, shape)
