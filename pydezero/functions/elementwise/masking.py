"""Choosing between an array and 0, without a branch for each element."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pydezero.core.types import Array

# Integers as wide as the floats that they stand for. Their product with 0 and 1 keeps each bit, also of nan and inf.
_INTEGERS: Final = {np.dtype(np.float32): np.dtype(np.int32), np.dtype(np.float64): np.dtype(np.int64)}
# With fewer elements `np.where` is as fast.
_MANY: Final = 500


def masked(mask: Array, x: Array) -> Array:
    """x where the mask is true, and 0 elsewhere: `np.where(mask, x, 0)`.

    `np.where` decides element by element. A processor cannot predict the signs of random numbers, and then takes 10 ns
    for each element, twenty times as long as for a product.
    """
    if _is_large(x) and type(mask) is np.ndarray and mask.dtype == np.bool:
        found: Array = np.multiply(x.view(_INTEGERS[x.dtype]), mask).view(x.dtype)
        return found
    return np.where(mask, x, 0)


def masked_out(mask: Array, x: Array) -> Array:
    """x where the mask is false, and 0 elsewhere: `np.where(mask, 0, x)`."""
    if _is_large(x) and type(mask) is np.ndarray and mask.dtype == np.bool:
        return masked(np.logical_not(mask), x)
    return np.where(mask, 0, x)


def choose(condition: Array, x: Array, y: Array) -> Array:
    """`np.where(condition, x, y)`."""
    if _is_large(x) and _is_zero(y):
        return masked(condition, x)
    if _is_large(y) and _is_zero(x):
        return masked_out(condition, y)
    return np.where(condition, x, y)


def _is_zero(x: Array) -> bool:
    """Whether x is the number 0 of Python's, which takes the dtype of what it meets; not -0.0."""
    return x == 0 and math.copysign(1.0, x) > 0 if type(x) is float else type(x) is int and x == 0


def _is_large(x: Array) -> bool:
    return type(x) is np.ndarray and x.size >= _MANY and x.dtype in _INTEGERS
