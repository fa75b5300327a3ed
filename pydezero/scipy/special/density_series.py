"""The power series of densities, and of the derivatives of distribution functions with respect to a parameter."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from pydezero.core.composition import composed, composed_along, integrals_of_powers
from pydezero.core.power_series import (
    Further,
    Series,
    by_recurrence,
    convolved,
    less,
    of_exponential,
    of_log1p,
    of_logarithm,
    of_power,
    of_product,
    of_quotient,
    of_square,
    plus,
    scaled,
)
from pydezero.core.types import Array
from pydezero.scipy.special.gammas import fall_of_psi
from pydezero.scipy.special.hurwitz import hurwitz
from pydezero.scipy.special.ufuncs import special

_FEW: Final = 8


def _exponential(first: Array, *terms: tuple[float, Series]) -> Series:
    """The series of a value times the exponential of a sum of series without values, each times a constant."""

    def sum_of_terms(k: int) -> Array | None:
        parts = [factor * series(k) for factor, series in terms if series(k) is not None]
        return sum(parts[1:], parts[0]) if parts else None

    return by_recurrence(first, of_exponential, Series([None], sum_of_terms))


def _power(first: Array, x: Series, n: Array) -> Series:
    """The series of a value times (x / x(0)) ** n, in which nothing cancels where n is an integer."""
    return by_recurrence(first, partial(of_power, n=n), x)


def _product(x: Series, y: Series, first: Array | None = None) -> Series:
    """The series of a product, of which the value is given."""
    return Series([first], partial(convolved, x, y))


def _integral(slope: Series, x: Series) -> Series:
    """The series of the integral of a function of x(t) over x, without its value."""
    return Series([None], lambda k: of_exponential(k, slope, x))


def series_of_psi(a: Series) -> Series:
    """The series of psi(a), without its value."""
    return Series([None], composed(lambda n: (-1) ** (n + 1) * hurwitz(n + 1.0, a(0)), a))


def series_of_fall(a: Series, b: Series) -> Series:
    """The series of psi(a) - psi(a + b)."""
    total = Series([a(0) + b(0)], lambda k: plus(a(k), b(k)))
    of_a, of_total = series_of_psi(a), series_of_psi(total)
    return Series([fall_of_psi(a(0), b(0))], lambda k: less(of_a(k), of_total(k)))


def _few(n: Array) -> Array:
    """The part of an exponent for which a power is computed as such.

    A power of large exponent times an exponential cancels: there the exponents are added. The exponential of a
    logarithm cancels where the power is a polynomial.
    """
    return np.clip(n, -_FEW, _FEW)


def gamma_series(out: Series, a: Series, x: Series) -> Further:
    """The coefficients of the density of the gamma distribution."""
    log, psi = of_logarithm(x), Series([special.psi(a(0))], series_of_psi(a))
    few = _few(a(0) - 1)
    rest = _exponential(1.0, (1, _product(Series([a(0) - 1 - few], a), log)), (-1, x), (-1, _integral(psi, a)))
    return partial(convolved, _power(out(0), x, few), rest)


def beta_series(out: Series, a: Series, b: Series, x: Series) -> Further:
    """The coefficients of the density of the beta distribution."""
    other = Series([1 - x(0)], scaled(x, -1))
    few, few_of_other = _few(a(0) - 1), _few(b(0) - 1)
    powers = _product(_power(out(0), x, few), _power(1.0, other, few_of_other), out(0))
    rest = _exponential(
        1.0,
        (1, _product(Series([a(0) - 1 - few], a), of_logarithm(x))),
        (1, _product(Series([b(0) - 1 - few_of_other], b), of_logarithm(other, np.log1p(-x(0))))),
        (-1, _integral(series_of_fall(a, b), a)),
        (-1, _integral(series_of_fall(b, a), b)),
    )
    return partial(convolved, powers, rest)


def _moved(x: Series) -> Series:
    """The series of x less its value."""
    return Series([None], x)


def negative(x: Series) -> Series:
    """The series of -x."""
    return Series([-x(0)], scaled(x, -1))


def student_series(out: Series, df: Series, t: Series) -> Further:
    """The coefficients of the density of Student's distribution."""
    half, above = (Series([0.5 * (df(0) + i)], scaled(df, 0.5)) for i in (0, 1))
    return _exponential(
        out(0),
        (-1, _integral(series_of_fall(half, Series([np.float64(0.5)])), half)),
        (-0.5, of_logarithm(df)),
        (-1, _product(above, of_log1p(square_of_share(df, t)))),
    )


def square_of_share(df: Series, t: Series) -> Series:
    """The series of t ** 2 / df."""
    square = by_recurrence(t(0) * t(0), of_square, t)
    return by_recurrence(square(0) / df(0), of_quotient, square, df)


def first_moment(
    out: Series, a: Series, fall: Series, f: Series, centred: Series, x: Series, moment: Callable[[int], Array]
) -> Further:
    """The coefficients of the derivative of a distribution function with respect to a parameter a, which moves as x.

    With m = a(t) - a(0) the density is that of a(0), which is `f`, times c exp(m l), where l is the centred logarithm
    and c' = -c m' fall, for the movement `fall` of the centre. So its integral is c times the sum of m^n / n! times
    moment n, and that of its product with l less `fall` is the derivative.
    """
    moved = _moved(fall)

    def moments(f: Series, first: int) -> Series:
        """The series of the sum of m^n / n! times moment n + `first`."""
        integrals = integrals_of_powers(f, centred, x, lambda n: moment(n + first), lambda n: 1 / math.factorial(n))
        return Series([moment(first)], composed_along(integrals, a))

    plain = moments(f, 0)
    weighted = moments(by_recurrence(f(0) * centred(0), of_product, f, centred), 1)
    factor = _exponential(1.0, (-1, _integral(moved, a)))
    shifted = _product(moved, plain)
    difference = Series([out(0)], lambda k: less(weighted(k), shifted(k)))
    return partial(convolved, factor, difference)
