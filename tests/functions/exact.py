"""Exact derivatives of elementwise functions, by mpmath, and how far ours may be from them.

A row gives the first derivatives of a function in closed form; the second ones are differences of them at a precision
of hundreds of bits. An argument is known to its last bit only, and so a derivative is known to the change that half
of such a bit makes: |x f''(x)| times the rounding unit. A few of these are allowed for, besides the relative tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import attrs
import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from pydezero import grad, jvp

Number: TypeAlias = Any  # mpmath has no types: its numbers are what its functions give
Slope: TypeAlias = Callable[..., Number]
Floats: TypeAlias = NDArray[np.float64]

FIRST: Final = 1e-10
SECOND: Final = 1e-8
_UNIT: Final = 8 * np.finfo(np.float64).eps
_TINY: Final = float(np.finfo(np.float64).tiny)
_STEP: Final = 100
_BITS: Final = 450
_BITS_OF_VALUES: Final = 150  # where no differences are taken

_SMALL: Final = (1e-300, 1e-160, 1e-100, 1e-20, 1e-9, 1e-5, 1e-3, 0.03, 0.1, 0.14, 0.16, 0.3, 0.499, 0.6, 0.8, 0.99)
_LARGE: Final = (1.0, 1.2, 1.7, 2.3, 3.1, 4.6, 6.2, 8.0, 11.0, 15.0, 19.5, 25.0, 30.0, 36.5, 38.0, 45.0, 70.0, 150.0)
_HUGE: Final = (
    300.0,
    500.0,
    705.0,
    712.0,
    740.0,
    1e3,
    1e4,
    1e6,
    1e8,
    1e12,
    1e17,
    1e50,
    1e100,
    1e153,
    1e160,
    1e200,
    1e300,
)
_NEAR: Final = (1e-16, 3e-16, 1e-14, 1e-11, 1e-8, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.25)


def _points(*groups: Sequence[float]) -> Floats:
    return np.array(sorted({x for group in groups for x in group}))


POSITIVE: Final = _points(_SMALL, _LARGE, _HUGE, [1 + d for d in _NEAR], [1 - d for d in _NEAR])
NONZERO: Final = np.concatenate([-POSITIVE[::-1], POSITIVE])
LINE: Final = np.sort(np.append(NONZERO, 0.0))
PROBABILITY: Final = _points(_SMALL, [1 - d for d in _NEAR])[:-1]
UNIT: Final = np.concatenate([-PROBABILITY[::-1], [0.0], PROBABILITY])
ABOVE_ONE: Final = _points([1 + d for d in _NEAR if d > 2e-16], _LARGE, _HUGE)[1:]
ABOVE_MINUS_ONE: Final = np.unique(np.concatenate([-PROBABILITY, [0.0], POSITIVE]))
MODERATE: Final = LINE[np.abs(LINE) < 800]
SPARSE: Final = np.array(
    [1e-300, 1e-160, 1e-20, 1e-6, 0.1, 0.7, 1.0, 1.5, 3.0, 20.0, 38.0, 730.0, 1e5, 1e17, 1e160, 1e300]
)
SPARSE_LINE: Final = np.concatenate([-SPARSE[::-1], [0.0], SPARSE])


def within(low: float, high: float, points: Floats = LINE) -> Floats:
    """The points of an interval, without its ends."""
    return points[(points > low) & (points < high)]


@attrs.frozen(eq=False)
class Exact:
    """The first derivatives of a function in each of its arguments, in mpmath, and the points to compare at.

    The arguments in front, `given`, are not differentiated. Two differentiated arguments are taken in all pairs of the
    points of both, but for those that `except_at` tells. `output` is the position in a tuple of results. Second
    derivatives are compared at `second_points`, if there are others for them. `reason` says why points are left out, or
    why the tolerances are others than FIRST and SECOND.
    """

    slopes: tuple[Slope, ...]
    points: tuple[Floats, ...]
    given: tuple[float, ...] = ()
    except_at: Callable[..., Any] | None = None
    output: int | None = None
    second_points: tuple[Floats, ...] | None = None
    tolerances: tuple[float, float] = (FIRST, SECOND)
    reason: str = ""

    def grid(self, order: int = 1) -> list[Floats]:
        """The arguments of all points, for derivatives of first or second order."""
        points = self.points if order == 1 or self.second_points is None else self.second_points
        mesh = [x.ravel() for x in np.meshgrid(*points, indexing="ij")]
        if self.except_at is None:
            return mesh
        keep = ~np.asarray(self.except_at(*mesh))
        return [x[keep] for x in mesh]


def first(exact: Exact, i: int) -> Slope:
    """The derivative in argument i, as a function of all arguments."""
    return exact.slopes[i]


def second(exact: Exact, i: int, j: int) -> Slope:
    """The derivative in argument j of that in argument i."""
    return lambda *at: _difference(exact.slopes[i], at, j + len(exact.given))


def values(slope: Slope, exact: Exact, xs: Sequence[Floats], bits: int = _BITS) -> Floats:
    """A derivative at some points."""
    return np.array([_value(slope, (*exact.given, *point), bits) for point in zip(*xs, strict=True)])


def _value(slope: Slope, point: Sequence[float], bits: int) -> float:
    at = [mp.mpf(float(x)) for x in point]
    with mp.workprec(_bits(at, bits)):
        return _as_float(slope(*at))


def _spread(slope: Slope, point: Sequence[float], given: int) -> float:
    """By how much the rounding of the arguments alone may change a derivative."""
    at = [mp.mpf(float(x)) for x in point]
    with mp.workprec(_bits(at)):
        return _UNIT * sum(_as_float(abs(at[j] * _difference(slope, at, j))) for j in range(given, len(at)))


def _bits(at: Sequence[Number], bits: int = _BITS) -> int:
    return bits + 3 * sum([abs(int(mp.mag(x))) for x in at if x])


def _difference(f: Slope, at: Sequence[Number], j: int) -> Number:
    h = mp.ldexp(min([abs(x) for x in at if x], default=mp.mpf(1)), -_STEP)
    h = min(h, mp.ldexp(1, -_STEP))
    ahead, behind = ([*at[:j], at[j] + step, *at[j + 1 :]] for step in (h, -h))
    return (f(*ahead) - f(*behind)) / (2 * h)


def _as_float(x: Number) -> float:
    return float(mp.re(x))


def misses(
    found: Floats, right: Floats, slope: Slope, exact: Exact, xs: Sequence[Floats], tolerance: float
) -> list[int]:
    """Where a derivative is further from the right one than it may be."""
    largest = np.finfo(np.float64).max * (1 - 1e-9)
    with np.errstate(all="ignore"):
        close = np.abs(found - right) <= tolerance * np.abs(right) + _TINY
        overflows = (np.abs(right) >= largest) & ~np.isfinite(found)
    return [
        int(k)
        for k in np.flatnonzero(~(close | overflows))
        if not abs(found[k] - right[k]) <= _spread(slope, (*exact.given, *[float(x[k]) for x in xs]), len(exact.given))
    ]


def check_first(function: Callable[..., Any], exact: Exact) -> None:
    """Compare first derivatives, in reverse and in forward mode."""
    f = _of_differentiated(function, exact)
    xs = exact.grid()
    for i, x in enumerate(xs):
        of_one = _of_argument(f, xs, i)
        slope = first(exact, i)
        right = values(slope, exact, xs, _BITS_OF_VALUES)
        found = {
            "reverse": grad(lambda x, f=of_one: np.sum(f(x)))(x),
            "forward": jvp(of_one, (x,), (np.ones_like(x),))[1],
        }
        _compare(found, right, slope, exact, xs, exact.tolerances[0], f"argument {i}")


def check_second(function: Callable[..., Any], exact: Exact) -> None:
    """Compare second derivatives, in reverse mode over itself, forward over reverse, and forward over itself."""
    f = _of_differentiated(function, exact)
    xs = exact.grid(2)
    for i in range(len(xs)):
        for j in range(i, len(xs)):
            slope = second(exact, i, j)
            right = values(slope, exact, xs)
            for a, b in {(i, j), (j, i)}:
                found = _second_derivatives(f, xs, a, b)
                _compare(found, right, slope, exact, xs, exact.tolerances[1], f"arguments {a}, {b}")


def _second_derivatives(f: Callable[..., Any], xs: Sequence[Floats], i: int, j: int) -> dict[str, Floats]:
    one = np.ones_like(xs[j])

    def reverse(x: Any) -> Any:
        of_one = _of_argument(f, _with(xs, j, x), i)
        return grad(lambda y: np.sum(of_one(y)))(x if i == j else xs[i])

    def forward(x: Any) -> Any:
        return jvp(_of_argument(f, _with(xs, j, x), i), (x if i == j else xs[i],), (one,))[1]

    return {
        "reverse over reverse": grad(lambda x: np.sum(reverse(x)))(xs[j]),
        "forward over reverse": jvp(reverse, (xs[j],), (one,))[1],
        "forward over forward": jvp(forward, (xs[j],), (one,))[1],
    }


def _of_differentiated(function: Callable[..., Any], exact: Exact) -> Callable[..., Any]:
    """The function of the arguments that are differentiated."""

    def f(*xs: Any) -> Any:
        out = function(*exact.given, *xs)
        return out if exact.output is None else out[exact.output]

    return f


def _of_argument(f: Callable[..., Any], xs: Sequence[Any], i: int) -> Callable[[Any], Any]:
    return lambda x: f(*_with(xs, i, x))


def _with(xs: Sequence[Any], i: int, x: Any) -> list[Any]:
    return [*xs[:i], x, *xs[i + 1 :]]


def _compare(
    found: dict[str, Floats],
    right: Floats,
    slope: Slope,
    exact: Exact,
    xs: Sequence[Floats],
    tolerance: float,
    what: str,
) -> None:
    lines = [
        f"{what}, {mode}, at {[float(x[k]) for x in xs]}: {y[k]}, and not {right[k]}"
        for mode, y in found.items()
        for k in misses(y, right, slope, exact, xs, tolerance)
    ]
    assert not lines, "\n".join(lines[:20])
