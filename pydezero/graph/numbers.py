"""Numbers by which dependence is found: an operation gives 0 for them where nothing depends on anything."""

from __future__ import annotations

import math

import numpy as np

from pydezero.core.types import Array

_GOLDEN = 0.6180339887498949


def irregular(shape: tuple[int, ...]) -> Array:
    """Positive numbers of which no sum or difference is 0, but by an unlikely chance."""
    numbers = np.arange(1, math.prod(shape) + 1) * _GOLDEN
    numbers -= np.floor(numbers)  # as `% 1` does, in a tenth of the time
    numbers += 1
    return np.reshape(numbers, shape)
