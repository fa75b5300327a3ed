"""Which bounds and constraints hold a minimum, found at the place that a solver has returned.

A method that stays inside of an end stops at some distance from it. The end holds the minimum if that would lie beyond
it otherwise: if the function falls towards the end by more than its curvature takes back on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import attrs
import numpy as np
import scipy.optimize
from numpy.typing import NDArray

NEAR: Final = 1e-3
"""How far from an end, relative to 1 and the end, an end is looked at; what misses a solution by more is none."""


@attrs.frozen(eq=False)
class Gaps:
    """How far plain values are from their lower and upper ends: infinite where there is none.

    Attributes:
        to: the distances to the lower and to the upper ends, along the first axis.
        is_near: which of them are small.
    """

    to: NDArray[np.float64]
    is_near: NDArray[np.bool]


def gaps_of(x: NDArray[Any], lower: Any, upper: Any) -> Gaps:
    """The gaps of values within ends, which broadcast to their shape."""
    ends = np.stack([np.broadcast_to(np.asarray(end, float), x.shape) for end in (lower, upper)])
    to = np.stack([x - ends[0], ends[1] - x])
    return Gaps(to, to <= NEAR * (1 + np.abs(np.where(np.isfinite(ends), ends, 0.0))))


def sides(gaps: Gaps) -> NDArray[np.float64]:
    """-1 for values at or below the lower end, 1 for those at or above the upper one, 0 for others."""
    return np.where(gaps.to[0] <= 0, -1.0, np.where(gaps.to[1] <= 0, 1.0, 0.0))


def held_by_bounds(
    gaps: Gaps, gradient: Callable[[], NDArray[Any]], curvature: Callable[[NDArray[Any]], float]
) -> NDArray[np.float64]:
    """The side of the bound that holds each element of a minimum, as `sides` has it.

    `curvature` is that of the function along a direction. It is asked for elements that are near a bound and not at it.
    """
    held = sides(gaps)
    near = np.flatnonzero((held == 0) & np.any(gaps.is_near, axis=0))
    if not len(near):
        return held
    slopes, directions = gradient(), np.eye(len(held))
    for i in near:
        is_high = int(gaps.to[1, i] < gaps.to[0, i])
        push = -slopes[i] if is_high else slopes[i]
        if push > 0 and push > curvature(directions[i]) * gaps.to[is_high, i]:
            held[i] = 1.0 if is_high else -1.0
    return held


def multipliers_of(
    gradient: NDArray[Any], slopes: NDArray[Any], gaps: Gaps, curvature: Callable[[NDArray[Any], NDArray[Any]], float]
) -> NDArray[np.float64]:
    """The multipliers of constraints, whose slopes are the rows: positive of one that is held at its lower end.

    With them the slopes add up to the gradient, as nearly as they can where each constraint pushes to one side.
    `curvature` is that of the Lagrangian of some multipliers along a direction.
    """
    is_equation = gaps.to[0] == -gaps.to[1]
    pushing = [(i, high) for i in range(len(slopes)) for high in (0, 1) if is_equation[i] or gaps.is_near[high, i]]
    while True:
        found = np.zeros(len(slopes))
        signs = np.array([-1.0 if high else 1.0 for _, high in pushing])
        columns = np.array([sign * slopes[i] for sign, (i, _) in zip(signs, pushing, strict=True)])
        sizes = scipy.optimize.nnls(columns.T, gradient)[0] if pushing else signs
        for sign, size, (i, _) in zip(signs, sizes, pushing, strict=True):
            found[i] += sign * size
        of_found = partial(curvature, found)
        remaining = [
            (i, high)
            for (i, high), size in zip(pushing, sizes, strict=True)
            if is_equation[i] or size > _least(slopes[i], gaps.to[high, i], of_found)
        ]
        if len(remaining) == len(pushing):
            return found
        pushing = remaining


def _least(slope: NDArray[Any], distance: float, curvature: Callable[[NDArray[Any]], float]) -> float:
    """The bound that the multiplier of a constraint exceeds if it holds the minimum at a distance."""
    square = float(slope @ slope)
    return max(0.0, distance * curvature(slope) / square**2) if distance > 0 and square else 0.0
