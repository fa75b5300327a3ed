"""Filters with a finite impulse response between two sampling rates.

The result is y[n] = sum h[n * down - m * up] x[m] over m. Its transpose in x goes from the second rate to the first,
by the reversed h. Of h, the elements h[r], h[r + up], ... of each phase r meet the elements x[m], x[m - 1], ...
(P. P. Vaidyanathan, "Multirate Systems and Filter Banks", 4.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from scipy import signal

from pydezero.core.batching import looped
from pydezero.core.bind import bind
from pydezero.core.primitive import Multilinear, define
from pydezero.core.typed import binary_array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable
from pydezero.functions.fft.transforms import cropped_or_padded
from pydezero.functions.shapes.padding import pad
from pydezero.functions.shapes.shape import in_dtype, normalize_axes
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["upfirdn"]

Extension: TypeAlias = Literal[
    "constant", "symmetric", "reflect", "edge", "wrap", "smooth", "line", "antisymmetric", "antireflect"
]
EXTENSIONS: Final = (
    "constant",
    "symmetric",
    "reflect",
    "edge",
    "wrap",
    "smooth",
    "line",
    "antisymmetric",
    "antireflect",
)


def _upfirdn(h: Array, x: Array, up: int, down: int) -> Array:
    return signal.upfirdn(h, x, up, down)


def length_of_result(taps: int, length: int, up: int, down: int) -> int:
    """How many elements the result has for a filter with so many taps and a signal of some length."""
    return ((length - 1) * up + taps - 1) // down + 1


def _rule_signal(g: Array, x: Array, y_shape: tuple[int, ...], up: int, down: int) -> Array:
    """The transpose: of the result that it gives, those elements that stand for an element of the signal."""
    taps = x.shape[0]
    missing = -(taps - 1) % up
    reverse = np.concatenate([np.zeros(missing, x.dtype), x[::-1]])
    back = bind(upfirdn_p, reverse, g, up=down, down=up)
    return cropped_or_padded(back[..., (taps - 1 + missing) // up :], y_shape[-1], len(y_shape) - 1)


def _rule_taps(g: Array, y: Array, x_shape: tuple[int, ...], up: int, down: int) -> Array:
    """For each phase, the products of the cotangents with the elements of the signal that its taps meet."""
    (taps,) = x_shape
    phases = up // math.gcd(up, down)  # those that occur, one after the other and then again
    per_phase = -(-taps // up)
    rounds = -(-g.shape[-1] // phases)
    g = cropped_or_padded(np.reshape(g, (-1, g.shape[-1])), rounds * phases, 1)
    y = np.reshape(y, (-1, y.shape[-1]))
    newest = np.arange(rounds * phases) * down // up
    y = np.pad(y, [(0, 0), (per_phase - 1, max(0, int(newest[-1]) + 1 - y.shape[-1]))])
    met = y[:, newest[:, np.newaxis] + np.arange(per_phase)[::-1]]
    shape = (-1, rounds, phases)
    sums = np.einsum("bip,bipj->pj", np.reshape(g, shape), np.reshape(met, (*shape, per_phase)))
    places = np.full(up, phases)  # a row of zeros for a phase that does not occur
    places[np.arange(phases) * down % up] = np.arange(phases)
    rows = np.concatenate([sums, np.zeros((1, per_phase), sums.dtype)])[places]
    return np.reshape(rows.T, (-1,))[:taps]


def _batched(batched: Sequence[bool], h: Array, x: Array, up: int, down: int) -> Array:
    if batched[0]:
        return looped(batched, upfirdn_p, (h, x), {"up": up, "down": down})
    return bind(upfirdn_p, h, x, up=up, down=down)


upfirdn_p: Final[Multilinear] = define(
    Multilinear, "signal.upfirdn", _upfirdn, _rule_taps, _rule_signal, batch=_batched
)


@binary_array_function
@as_in_scipy(signal.upfirdn)
def upfirdn(
    h: Operand,
    x: Operand,
    up: int = 1,
    down: int = 1,
    axis: int = -1,
    mode: Extension = "constant",
    cval: Operand = 0,
) -> Array:
    """A signal with zeros between its elements, filtered, and of that one element of several.

    Args:
        h: the coefficients of the filter, a vector.
        x: the signal, along an axis.
        up: how many times as many elements it has with the zeros.
        down: which elements are left: one of so many.
        axis: of x.
        mode: how x is extended at both ends: by `cval`, or as by `np.pad` in the modes "symmetric", "reflect", "edge"
            and "wrap"; "antisymmetric" and "antireflect" are odd, "smooth" goes on with the slope of two elements, and
            "line" with that from the first to the last.
        cval: the value for "constant".

    Raises:
        ValueError: h is no vector with elements, x has no elements along the axis, up or down is not positive, or there
            is no such mode.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> upfirdn([0.5, 1.0, 0.5], Variable(np.array([2.0, 4.0])), up=2)
    variable([1. 2. 3. 4. 2.])
    """
    taps, y = as_operand(h), as_operand(x)
    up, down = int(up), int(down)
    if len(taps.shape) != 1 or not taps.shape[0] or up < 1 or down < 1:
        raise ValueError(
            f"scipy.signal.upfirdn: h must be a vector with elements, got the shape {taps.shape}; up and down must be "
            f"positive, got {up} and {down}"
        )
    (axis,) = normalize_axes(axis, len(y.shape))
    if mode not in EXTENSIONS or not y.shape[axis]:
        raise ValueError(
            f"scipy.signal.upfirdn: mode must be one of {', '.join(EXTENSIONS)}, got {mode!r}; x must have elements "
            f"along the axis {axis}, got the shape {y.shape}"
        )
    dtype = np.result_type(taps.dtype, y.dtype, np.float32)
    taps, y = in_dtype(taps, dtype), np.moveaxis(in_dtype(y, dtype), axis, -1)
    length = length_of_result(taps.shape[0], y.shape[-1], up, down)
    start = 0
    if mode != "constant" or type(cval) is Variable or cval != 0:
        step = down // math.gcd(up, down)
        before = -(-(-(-taps.shape[0] // up) - 1) // step) * step  # so that they give a whole number of results
        y = _extended(y, before, (taps.shape[0] - 1) // up, mode, cval)
        start = before * up // down
    return np.moveaxis(bind(upfirdn_p, taps, y, up=up, down=down)[..., start : start + length], -1, axis)


def _extended(x: Array, before: int, after: int, mode: Any, cval: Any) -> Array:
    """A signal with so many elements more at the ends of the last axis."""
    widths = [*[(0, 0)] * (len(x.shape) - 1), (before, after)]
    if mode == "constant":
        return in_dtype(pad(x, widths, constant_values=cval), x.dtype)
    if mode == "antireflect":
        return np.pad(x, widths, "reflect", reflect_type="odd")
    if mode == "antisymmetric":
        return np.pad(x, widths, "symmetric") * _signs(x.shape[-1], before, after).astype(x.dtype)
    if mode not in ("line", "smooth"):
        return np.pad(x, widths, mode)
    first, last = x[..., :1], x[..., -1:]
    count = x.shape[-1] - 1
    if mode == "line":
        slopes = ((last - first) / max(count, 1),) * 2
    else:
        slopes = x[..., min(1, count), np.newaxis] - first, last - x[..., max(count - 1, 0), np.newaxis]
    ahead = first - np.arange(before, 0, -1, dtype=x.real.dtype) * slopes[0]
    behind = last + np.arange(1, after + 1, dtype=x.real.dtype) * slopes[1]
    return np.concatenate([ahead, x, behind], axis=-1)


def _signs(length: int, before: int, after: int) -> Array:
    """The sign of each mirror image: that of the signal itself is positive, and that of its neighbours negative."""
    return 1 - 2 * (np.arange(-before, length + after) // length % 2)
