"""A search along a line for a point where a function is smaller and its slope flatter."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import attrs

T = TypeVar("T")

# The part of what the slope promises that a step must gain, and the part of the slope that may be left; as in SciPy.
_GAIN: Final = 1e-4
_SLOPE_LEFT: Final = 0.9

# Values that differ by less are equal: so much of a value is rounding.
_ROUNDING: Final = 1e-14

_MOST_POINTS: Final = 30


@attrs.frozen(eq=False)
class Point(Generic[T]):
    """A point of a line.

    Attributes:
        at: where it is.
        value: the function there.
        slope: its derivative along the line.
        what: what was computed with them.
    """

    at: float
    value: float
    slope: float
    what: T

    @property
    def is_flat(self) -> bool:
        """Whether what the slope promises over a distance of 1 is less than even slopes can tell."""
        return abs(self.slope) <= _ROUNDING**2 * abs(self.value)

    @property
    def is_finite(self) -> bool:
        return math.isfinite(self.value) and math.isfinite(self.slope)


def search(function: Callable[[float], Point[T]], start: Point[T], least: float = 0.0) -> Point[T] | None:
    """A point that fulfils the strong Wolfe conditions; the lowest one if there is none; None if none is lower.

    J. Nocedal, S. J. Wright, "Numerical optimization" (2006), algorithms 3.5 and 3.6, with cubic interpolation. Where a
    value is as large as at the start up to rounding, the slope decides, as in W. W. Hager, H. Zhang, "A new conjugate
    gradient method with guaranteed descent and an efficient line search" (2005), equation 4.1. A point where the
    function is not finite is too far away.

    Args:
        function: gives the point at a number.
        start: the one at 0. Where its slope is not below 0 there is nothing to search for.
        least: two points that are no farther apart are the same.
    """
    low, high, at = start, None, 1.0
    lowest: Point[T] | None = None
    for _ in range(_MOST_POINTS if start.slope < 0 else 0):
        if abs(at - low.at) <= least:
            break
        new = function(at)
        before = low
        if not _is_lower(new, start) or (new.value > low.value and not _is_level(new, low)):
            high = new
        else:
            if abs(new.slope) <= -_SLOPE_LEFT * start.slope:
                return new
            if new.slope * ((math.inf if high is None else high.at) - low.at) > 0:
                high = low
            low = lowest = new
        at = _beyond(before, new) if high is None else _between(low, high)
    return lowest


def _is_lower(new: Point[T], start: Point[T]) -> bool:
    """Whether a point is lower than the start by what its distance calls for."""
    if not new.is_finite:
        return False
    if _is_level(new, start):
        return new.slope <= (2 * _GAIN - 1) * start.slope
    return new.value <= start.value + _GAIN * new.at * start.slope


def _is_level(a: Point[T], b: Point[T]) -> bool:
    """Whether two values differ by no more than rounding."""
    return abs(a.value - b.value) <= _ROUNDING * max(abs(a.value), abs(b.value))


def _between(low: Point[T], high: Point[T]) -> float:
    """A place between two points, not too near to either."""
    width = high.at - low.at
    if not high.is_finite:
        return low.at + 0.1 * width
    part = (_lowest_of_cubic(low, high) - low.at) / width
    return low.at + min(max(part, 0.1), 0.9) * width if math.isfinite(part) else low.at + 0.5 * width


def _beyond(before: Point[T], new: Point[T]) -> float:
    """A place farther away than a point that lies below another one before it."""
    width = new.at - before.at
    part = (_lowest_of_cubic(before, new) - new.at) / width
    return new.at + (min(max(part, 1.1), 4.0) if math.isfinite(part) else 4.0) * width


def _lowest_of_cubic(a: Point[T], b: Point[T]) -> float:
    """The place of the minimum of the cubic with these values and slopes (equation 3.59 of the book); nan for none."""
    d = a.slope + b.slope - 3 * (a.value - b.value) / (a.at - b.at)
    square = d * d - a.slope * b.slope
    if not square >= 0:
        return math.nan
    root = math.copysign(math.sqrt(square), b.at - a.at)
    divisor = b.slope - a.slope + 2 * root
    return b.at - (b.at - a.at) * (b.slope + root - d) / divisor if divisor else math.nan
