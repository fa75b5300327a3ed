"""The primitive behind the linear filters: the sums of an array, window by window, weighted by a kernel.

    out[i] = sum over k of x[i + k] * w[k],    for each i for which the window is inside x

It is a product of x and w, and its transposes are products of the same kind: in w it is the sums of x weighted by the
cotangent, in x those of the cotangent, with zeros around it, weighted by w reversed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import scipy.ndimage

from pydezero.core.batching import looped
from pydezero.core.bind import bind
from pydezero.core.primitive import Multilinear, define
from pydezero.core.types import Array


def _windows(x: Array, w: Array) -> Array:
    shape = tuple([n - m + 1 for n, m in zip(x.shape, w.shape, strict=True)])
    dtype = np.result_type(x.dtype, np.complex64) if "c" in (x.dtype.kind, w.dtype.kind) else x.dtype
    if not shape:
        return np.asarray(x * w, dtype)
    if w.size > np.prod(shape):  # in the derivative with respect to a kernel
        return _by_outputs(x, w, shape, dtype)
    w = np.conjugate(w)  # which SciPy conjugates
    long = [axis for axis, m in enumerate(w.shape) if m != 1]
    if len(long) <= 1:
        axis = long[0] if long else 0
        whole = scipy.ndimage.correlate1d(x, np.ravel(w), axis, mode="constant")
    else:
        whole = scipy.ndimage.correlate(x, w, mode="constant")
    return whole[tuple([slice(m // 2, m // 2 + n) for n, m in zip(shape, w.shape, strict=True)])].astype(dtype)


def _by_outputs(x: Array, w: Array, shape: tuple[int, ...], dtype: np.dtype[Array]) -> Array:
    out = np.empty(shape, dtype)
    for i in np.ndindex(*shape):
        window = x[tuple([slice(start, start + m) for start, m in zip(i, w.shape, strict=True)])]
        out[i] = np.sum(window * w)
    return out


def _reversed(x: Array) -> Array:
    return x[(slice(None, None, -1),) * x.ndim]


def _rule_x(g: Array, y: Array) -> Array:
    around = tuple([(m - 1, m - 1) for m in y.shape])
    return bind(windows_p, np.pad(g, around), _reversed(y))


def _windows_batched(batched: Sequence[bool], x: Array, w: Array) -> Array:
    return looped(batched, windows_p, (x, w), {}) if batched[1] else bind(windows_p, x, w[np.newaxis])


windows_p: Final[Multilinear] = define(
    Multilinear,
    "windows",
    _windows,
    _rule_x,
    lambda g, x: bind(windows_p, x, g),
    batch=_windows_batched,
    keeps_dtype=False,
)
