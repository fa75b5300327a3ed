"""Interpolation on a grid of integers: values, and all partial derivatives, of a spline with given coefficients.

The value at a place u is the sum, over the elements i of the grid, of c[i] times the product over the axes of

    beta_k(u - i),    the centred B-spline of degree k

The sum is linear in c, and its partial derivatives in u are sums of the same kind with derivatives of beta_k. So two
primitives are closed under differentiation: `gather_p` computes the sums, `spread_p` is its transpose in c. SciPy
computes the values; the formulas here are those of M. Unser, "Splines: a perfect fit for signal and image processing",
IEEE Signal Processing Magazine 16 (1999).

Where beta_k has a kink its derivative is the mean of both slopes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from pydezero.core.batching import looped
from pydezero.core.bind import bind
from pydezero.core.primitive import General, Linear, define
from pydezero.core.types import Array

# The derivatives of a spline that are taken along each axis.
Orders = tuple[int, ...]

# In lines that are shorter SciPy's filter is not quite that of its equations, whose transpose is known.
_LONG: Final = 32

# Beyond the ends by this or more, a continued spline of any order is constant.
_FAR: Final = 6

# Beyond the ends of these the spline goes on as something else, so that it has a slope on one side alone.
_ENDING: Final = ("constant", "wrap")


@attrs.frozen
class Spline:
    """The degree of a spline, and how it goes on beyond the ends of the grid, in SciPy's words."""

    order: int
    mode: str

    def taps(
        self, u: NDArray[Any], shape: tuple[int, ...], nu: Orders
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[Any]]]:
        """The elements of the grid that the places depend on, one for each place at a time, with their weights.

        The elements are counted in the order of their memory.
        """
        axes = [_taps_of_axis(*one, self.order, self.mode) for one in zip(u, shape, nu, strict=True)]

        def products(axis: int, index: Array, weight: Array) -> Iterator[tuple[Array, Array]]:
            if axis == len(axes):
                yield index, weight
                return
            for element, factor in axes[axis]:
                yield from products(axis + 1, index * shape[axis] + element, weight * factor)

        return products(0, 0, 1.0)


def _gather(c: Array, u: Array, spline: Spline, nu: Orders) -> Array:
    if not any(nu):
        options: Any = {"order": spline.order, "mode": spline.mode}  # Any: the literals of SciPy's stubs
        return scipy.ndimage.map_coordinates(c, u, prefilter=False, **options)
    out, elements = np.zeros(u.shape[1:], c.dtype), np.ravel(c)
    for index, weight in spline.taps(u, c.shape, nu):
        out += np.take(elements, index) * weight
    return out


def _spread(g: Array, u: Array, spline: Spline, nu: Orders, shape: tuple[int, ...]) -> Array:
    if g.dtype.kind == "c":
        return _spread(g.real, u, spline, nu, shape) + 1j * _spread(g.imag, u, spline, nu, shape)
    out = np.zeros(math.prod(shape))
    for index, weight in spline.taps(u, shape, nu):
        out += np.bincount(np.ravel(index), np.ravel(g * weight), out.size)
    return np.reshape(out, shape)


def _taps_of_axis(
    u: NDArray[Any], n: int, nu: int, order: int, mode: str
) -> list[tuple[NDArray[np.intp], NDArray[Any]]]:
    """The elements along an axis that each place depends on, with the derivatives of their weights."""
    if nu > order:
        return []
    place, factor = _mapped(u, n, nu, mode)
    piece = np.floor(place if order % 2 else place + 0.5)
    start = piece - order // 2
    if nu < order or not order:
        weights = _weights(place - piece + (0.0 if order % 2 else 0.5), order, nu)
        return [(_index(start + i, n, mode), weight * factor) for i, weight in enumerate(weights)]
    # The highest derivative is constant within a piece. Where two pieces meet it is the mean of both.
    slopes = [(-1.0) ** (order - i) * math.comb(order, i) for i in range(order + 1)]
    right = _share_of_right(place, place - piece == (0.0 if order % 2 else -0.5), n, order, mode)
    weights = [right * a + (1 - right) * b for a, b in zip([0.0, *slopes], [*slopes, 0.0], strict=True)]
    return [(_index(start + i - 1, n, mode), weight * factor) for i, weight in enumerate(weights)]


def _weights(t: NDArray[Any], order: int, nu: int) -> list[Any]:
    """The derivatives nu of the B-splines that are not 0 in a piece, at places t from 0 to 1 in it."""
    if not order:
        return [np.ones_like(t)]
    lower = _weights(t, order - 1, max(nu - 1, 0))
    pairs = list(enumerate(zip([0.0, *lower], [*lower, 0.0], strict=True)))
    if nu:
        return [a - b for _, (a, b) in pairs]
    return [((t + order - j) * a + (j + 1 - t) * b) / order for j, (a, b) in pairs]


def _share_of_right(place: NDArray[Any], meets: NDArray[Any], n: int, order: int, mode: str) -> NDArray[Any]:
    """The weight of the piece on the right of each place: half where two meet, but not beyond an end."""
    right = np.where(meets, 0.5, 1.0)
    if mode in _ENDING and order % 2:
        right = np.where(place == 0, 1.0, np.where(place == n - 1, 0.0, right))
    return right


def _mapped(u: NDArray[Any], n: int, nu: int, mode: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """The place within the grid that each place stands for, and the power nu of its slope; 0 if it stands for none."""
    inside = (u >= 0) & (u <= n - 1)
    if mode == "constant":
        return np.where(inside, u, 0.0), inside.astype(float)
    if n == 1:
        return np.zeros_like(u), np.zeros_like(u) if nu else np.ones_like(u)
    if mode == "nearest":  # whose elements are continued, without moving the place
        return np.clip(u, -_FAR, n + _FAR), np.ones_like(u)
    if mode in ("wrap", "grid-wrap"):
        period = n - 1 if mode == "wrap" else n
        rest = u % period
        return np.where(inside, u, np.where((rest == 0) & (u < 0), period, rest)), np.ones_like(u)
    # Back and forth, about the elements at the ends or about half an element beyond them.
    twice = 0 if mode == "mirror" else 1
    period = 2 * (n - 1 + twice)
    rest = np.fmod(u, period)
    far = np.where(u < 0, rest < 1 - n - twice, rest >= n)
    returns = ~inside & ((u < 0) != far)
    place = np.where(returns, np.where(u < 0, 0, period) - twice - rest, np.where(far, rest + period, rest))
    return np.where(inside, u, place), np.where(returns, (-1.0) ** nu, 1.0)


def _index(index: NDArray[Any], n: int, mode: str) -> Array:
    """The elements that those beyond the ends repeat."""
    i = np.nan_to_num(index).astype(np.intp)
    if mode == "nearest" or n == 1:
        return np.clip(i, 0, n - 1)
    if mode == "grid-wrap":
        return i % n
    if mode == "reflect":
        i = i % (2 * n)
        return np.minimum(i, 2 * n - 1 - i)
    i = i % (2 * n - 2)
    return np.minimum(i, 2 * n - 2 - i)


def _rule_u(g: Array, partial: Any, spline: Spline, nu: Orders) -> Array:
    """The cotangent of the places, given the function of the orders that computes a partial derivative."""
    rows = []
    for axis, n in enumerate(nu):
        rows.append(g * partial((*nu[:axis], n + 1, *nu[axis + 1 :])) if n < spline.order else np.zeros_like(g))
    return np.real(np.stack(rows))


def _gather_rule_u(g: Array, x: Array, y: Array, spline: Spline, nu: Orders) -> Array:
    return _rule_u(g, lambda more: bind(gather_p, x, y, spline=spline, nu=more), spline, nu)


def _spread_rule_u(g: Array, x: Array, y: Array, spline: Spline, nu: Orders) -> Array:
    return _rule_u(x, lambda more: bind(gather_p, g, y, spline=spline, nu=more), spline, nu)


def _gather_batched(batched: Sequence[bool], c: Array, u: Array, **params: Any) -> Array:
    if batched[0]:
        return looped(batched, gather_p, (c, u), params)
    return bind(gather_p, c, np.moveaxis(u, 0, 1), **params)


gather_p: Final[General] = define(
    General,
    "spline_gather",
    _gather,
    lambda g, y, x_shape, spline, nu: bind(spread_p, g, y, spline=spline, nu=nu, shape=x_shape),
    _gather_rule_u,
    batch=_gather_batched,
    keeps_dtype=False,
)
spread_p: Final[General] = define(
    General,
    "spline_spread",
    _spread,
    lambda g, y, spline, nu: bind(gather_p, g, y, spline=spline, nu=nu),
    _spread_rule_u,
    batch=lambda batched, g, u, **params: looped(batched, spread_p, (g, u), params),
    keeps_dtype=False,
)


def _filtered(x: Array, axis: int, order: int, mode: str, transposed: bool) -> Array:
    if not x.size:
        return x
    if not transposed:
        return _by_scipy(x, axis, order, mode)
    n = x.shape[axis]
    if n < _LONG:
        matrix = _by_scipy(np.eye(n), 0, order, mode)
        return np.moveaxis(np.tensordot(matrix, x, (0, axis)), 0, axis)
    # The equations are symmetric, but that in all modes which do not repeat an end its coefficient counts half.
    shares = np.ones(n)
    if mode not in ("reflect", "grid-mirror", "nearest", "grid-wrap"):
        shares[[0, -1]] = 0.5
    shares = np.reshape(shares, [n if i == axis else 1 for i in range(x.ndim)])
    return shares * _by_scipy(x / shares, axis, order, mode)


def _by_scipy(x: Array, axis: int, order: Any, mode: Any) -> Array:  # Any: the literals of SciPy's stubs
    dtype: Any = np.complex128 if x.dtype.kind == "c" else np.float64
    return scipy.ndimage.spline_filter1d(x, order, axis, output=dtype, mode=mode)


filter_p: Final[Linear] = define(
    Linear,
    "spline_filter",
    _filtered,
    lambda g, axis, order, mode, transposed: bind(
        filter_p, g, axis=axis, order=order, mode=mode, transposed=not transposed
    ),
    batch=lambda _, x, axis, **params: bind(filter_p, x, axis=axis + 1, **params),
    keeps_dtype=False,
)
