"""Exponentials over their sum, their logarithms, and the derivative of the logarithm of that sum.

Where one weight is nearly 1, its distance from 1 is taken as the sum of the others: a difference would lose its digits.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pydezero.core.batching import all_batched, shifted
from pydezero.core.bind import bind
from pydezero.core.broadcasting import reduced_axes
from pydezero.core.primitive import General, define
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Variable

# 1 less a larger weight than this has less than ten digits.
_NEARLY_ONE: Final = 1 - 1e-5


def difference(x: Array, out: Array) -> Array:
    """x - out, and 0 also where both are the same infinity: masked probabilities have logarithms of -inf."""
    if type(out) is not Variable and np.all(np.isfinite(out)):
        return x - out
    same = np.equal(x, out) & np.isinf(out)  # finite numbers that are equal move apart
    return np.where(same, 0, x) - np.where(same, 0, out)


def softmax_rule(g: Array, out: Array, axis: tuple[int, ...]) -> Array:
    """The cotangent of x, from that of the weights `out`."""
    large = np.real(out) > _NEARLY_ONE
    if type(large) is not np.ndarray or large.any():
        # As the weights add up to 1, a constant in g makes no difference: that of the large one is taken away.
        g = g - np.sum(np.where(large, g, 0), axis=axis, keepdims=True)
    weighted = g * out
    return weighted - out * np.sum(weighted, axis=axis, keepdims=True)


def log_softmax_rule(g: Array, out: Array, axis: tuple[int, ...]) -> Array:
    """The cotangent of x, from that of the logarithms of the weights."""
    weights = np.exp(out)
    large = weights > _NEARLY_ONE
    total = np.sum(g, axis=axis, keepdims=True)
    if type(large) is np.ndarray and not large.any():
        return g - weights * total
    rest = np.sum(np.where(large, 0, weights), axis=axis, keepdims=True)
    others = np.sum(np.where(large, 0, g), axis=axis, keepdims=True)
    return np.where(large, g * rest - weights * others, g - weights * total)


def softmax_of_array(x: Array, axis: tuple[int, ...]) -> Array:
    """exp(x) over its sum along some axes, without overflow."""
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax_of_array(x: Array, axis: tuple[int, ...]) -> Array:
    """The logarithms of the exponentials over their sum along some axes."""
    top = np.max(x, axis=axis, keepdims=True)
    z = x - np.where(np.isfinite(top), top, 0)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


_softmax_p: Final[General] = define(
    General,
    "softmax",
    softmax_of_array,
    softmax_rule,
    batch=lambda _, x, axis: bind(_softmax_p, x, axis=shifted(axis)),
)
_log_softmax_p: Final[General] = define(
    General,
    "log_softmax",
    log_softmax_of_array,
    log_softmax_rule,
    batch=lambda _, x, axis: bind(_log_softmax_p, x, axis=shifted(axis)),
)


def softmax_along(x: Array, axis: Axis) -> Array:
    """The softmax of an array of at least one axis; None stands for all axes."""
    return bind(_softmax_p, x, axis=reduced_axes(axis, len(x.shape)))


def log_softmax_along(x: Array, axis: Axis) -> Array:
    """The logarithm of the softmax of an array of at least one axis; None stands for all axes."""
    return bind(_log_softmax_p, x, axis=reduced_axes(axis, len(x.shape)))


def _weights(x: Array, y: Array, axis: tuple[int, ...]) -> Array:
    if np.isfinite(y).all():
        e = np.exp(x - y)
        return e / np.sum(e, axis=axis, keepdims=True)
    e = np.exp(difference(x, y))
    return e / np.where(np.isinf(y), 1, np.sum(e, axis=axis, keepdims=True))


_weights_p: Final[General] = define(
    General,
    "softmax_given_logsumexp",
    _weights,
    lambda g, y, out, axis: np.where(np.isinf(y), 0, softmax_rule(g, out, axis)),
    None,  # only how they are rounded depends on y
    batch=lambda batched, x, y, axis: bind(_weights_p, *all_batched(batched, (x, y)), axis=shifted(axis)),
)


def weights(x: Array, out: Array, axis: tuple[int, ...]) -> Array:
    """exp(x) over its sum along some axes, given the logarithm `out` of that sum.

    Where `out` is infinite, an element equal to it has the weight 1. The weights add up to 1 however large x is. Those
    of exp(x - out) do not: the last bit of a large `out` counts.
    """
    return bind(_weights_p, x, out, axis=axis)
