"""Roots of many functions of a number at once, each in a bracket, by the method of R. P. Brent.

It is that of "Algorithms for Minimization without Derivatives" (1973), chapter 4: a step of the secant or of inverse
quadratic interpolation where it is short enough, and else half the bracket. All functions are evaluated together; one
whose root is found stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.transforms.implicit.operation import Together
from pydezero.tree import Tree

__all__ = ["Brent", "of_brackets"]


@attrs.frozen(eq=False)
class Brent:
    """Brent's method with its tolerances, as `scipy.optimize.brentq` has them.

    Attributes:
        xtol: the absolute one, of x.
        rtol: the one relative to x.
        maxiter: the number of steps after which it fails.
    """

    xtol: float
    rtol: float
    maxiter: int

    def __call__(
        self, function: Callable[[NDArray[Any]], NDArray[Any]], a: NDArray[Any], b: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]] | None:
        """The roots of the functions, how many steps each took, and how many values; None if one has none."""
        last, x = a, b
        of_last, y = function(last), function(x)
        if not np.all(np.isfinite(of_last) & np.isfinite(y) & (np.sign(of_last) * np.sign(y) <= 0)):
            return None
        at_end = (of_last == 0) | (y == 0)
        x, y = np.where(of_last == 0, last, x), np.where(of_last == 0, 0.0, y)
        other, of_other = last, of_last
        step = before = x - last
        steps, is_done = np.zeros(x.shape, int), at_end
        for count in range(1, self.maxiter + 1):
            crosses = np.sign(of_last) * np.sign(y) < 0
            other, of_other = np.where(crosses, last, other), np.where(crosses, of_last, of_other)
            step, before = np.where(crosses, x - last, step), np.where(crosses, x - last, before)
            swaps = np.abs(of_other) < np.abs(y)
            last, of_last = np.where(swaps, x, last), np.where(swaps, y, of_last)
            x, other = np.where(swaps, other, x), np.where(swaps, last, other)
            y, of_other = np.where(swaps, of_other, y), np.where(swaps, of_last, of_other)
            least, half = 0.5 * (self.xtol + self.rtol * np.abs(x)), 0.5 * (other - x)
            steps = np.where(is_done, steps, count)
            is_done = is_done | (y == 0) | (np.abs(half) < least)
            if np.all(is_done):
                return x, np.where(at_end, 0, steps), np.where(at_end, 2, steps + 1)
            wanted = _interpolated(x, y, last, of_last, other, of_other)
            is_short = 2 * np.abs(wanted) < np.minimum(np.abs(before), 3 * np.abs(half) - least)
            is_short &= (np.abs(before) > least) & (np.abs(y) < np.abs(of_last))
            step, before = np.where(is_short, wanted, half), np.where(is_short, step, half)
            moved = x + np.where(np.abs(step) > least, step, np.copysign(least, half))
            last, of_last, x = np.where(is_done, last, x), np.where(is_done, of_last, y), np.where(is_done, x, moved)
            y = np.where(is_done, 0.0, function(x))  # a root of which nothing is near enough to change places with it
        return None


def of_brackets(brent: Brent, bracket: Callable[[Tree], tuple[Array, Array]] = tuple) -> Together:
    """A solver for a batch of equations in brackets: the outputs are the roots, and what SciPy reports beside them."""

    def solve(residual: Callable[[Array], Array], start: Tree, size: int) -> Sequence[Array] | None:
        ends = [np.broadcast_to(np.asarray(end, float), (size,)) for end in bracket(start)]
        if np.shape(residual(ends[0])) != (size,):
            return None
        found = brent(residual, *ends)
        if found is None:
            return None
        converged = np.ones(size, bool)
        root, steps, calls = found
        return root, converged, steps, calls, converged

    return solve


def _interpolated(*points: NDArray[Any]) -> NDArray[Any]:
    """The step from x to the root of the secant, or of the quadratic in y through three points where they differ."""
    x, y, last, of_last, other, of_other = points
    with np.errstate(all="ignore"):
        secant = -y * (x - last) / (y - of_last)
        to_last, to_other = (of_last - y) / (last - x), (of_other - y) / (other - x)
        above = of_other * to_other - of_last * to_last
        quadratic = -y * above / (to_other * to_last * (of_other - of_last))
        found: NDArray[Any] = np.where(last == other, secant, quadratic)
    return found
