"""Densities of the gamma, beta and Student distributions, and incomplete moments of logarithms under them.

They are what the derivatives of incomplete gamma and beta functions are made of, in a form whose own derivatives are
right at the ends of their domains, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.composition import in_shape
from pydezero.core.placing import everywhere
from pydezero.core.power_series import (
    ConditionalRule,
    Further,
    Series,
    by_recurrence,
    of_log1p,
    of_logarithm,
    of_power,
    of_product,
    of_quotient,
    scaled,
)
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.functions.elementwise.slopes import are_positive, may_hold
from pydezero.scipy.special.definition import TernaryFunction, elementwise, floating
from pydezero.scipy.special.density_series import (
    beta_series,
    first_moment,
    gamma_series,
    negative,
    series_of_fall,
    series_of_psi,
    square_of_share,
    student_series,
)
from pydezero.scipy.special.density_values import (
    beta_density_value,
    gamma_density_value,
    log_half_step_value,
    student_density_value,
)
from pydezero.scipy.special.gammas import fall_of_psi
from pydezero.scipy.special.hurwitz import hurwitz
from pydezero.scipy.special.log_moments import beta_moment, gamma_moment
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "beta_density",
    "beta_slope_a",
    "beta_slope_b",
    "gamma_density",
    "gamma_slope",
    "log_half_step",
    "student_density",
    "student_slope",
]


log_half_step: UnaryFunction = elementwise(
    log_half_step_value,
    {"x": lambda t, x: -t * fall_of_psi(x, np.float64(0.5).astype(x.dtype))},
    "The logarithm of gamma(z + 1 / 2) / gamma(z), which has all digits for large z, too.",
    "log_half_step",
)


def _gamma_density_slope(a: Array, x: Array, out: Array) -> Array:
    """The derivative with respect to x: the difference of two densities, but for those that are nearly equal."""
    near = np.less(abs(a - 1 - x), 0.5 * x)
    if not may_hold(near):
        return gamma_density(a - 1, x) - out
    usual = gamma_density(np.where(near, 1, a - 1), x) - out
    at = np.where(near, x, 1)
    return np.where(near, out * ((a - 1 - at) / at), usual)


gamma_density: BinaryFunction = elementwise(
    gamma_density_value,
    {
        "a": lambda t, x, y, out: t * (special.xlogy(out, y) - out * special.psi(x)),
        "x": lambda t, x, y, out: t * _gamma_density_slope(x, y, out),
    },
    "x ** (a - 1) exp(-x) / gamma(a).",
    "gamma_density",
    coefficient=ConditionalRule(
        gamma_series,
        lambda moving, a, x: 1 in moving and are_positive(x, *([a] if 0 in moving else [])),
    ),
)


def _beta_density_slope(a: Array, b: Array, x: Array, out: Array) -> Array:
    """The derivative with respect to x: the difference of two densities, but for those that are nearly equal.

    They are large where a + b is near 1. Where a is an integer, too, a or b is a pole, and all is 0.
    """
    inside = np.greater(x, 0) & np.less(x, 1)
    excess, rise = a + b - 1, (a - 1) * (1 - x)
    near = (np.equal(excess, 0) | (np.less(abs(excess), 0.25) & inside)) & np.not_equal(a, np.floor(a))
    near = near | (np.less(abs(rise - (b - 1) * x), 0.5 * rise) & inside)
    # The values of large parameters have all digits if both are positive, and a - 1 may be negative.
    near = near | (
        np.greater(a, 0)
        & np.greater(b, 0)
        & np.greater(np.maximum(a, b), 15)
        & inside
        & (np.greater(x, 1e-20) | np.less(a, 1))
    )
    if not may_hold(near):
        return _beta_density_slope_elsewhere(a, b, x)
    usual = _beta_density_slope_elsewhere(np.where(near, 2, a), b, x)
    x = np.where(near, x, 0.5)
    return np.where(near, out * ((a - 1) / x - (b - 1) / (1 - x)), usual)


def _beta_density_slope_elsewhere(a: Array, b: Array, x: Array) -> Array:
    return (a + b - 1) * (beta_density(a - 1, b, x) - beta_density(a, b - 1, x))


beta_density: TernaryFunction = elementwise(
    beta_density_value,
    {
        "a": lambda t, x, y, z, out: t * (special.xlogy(out, z) - out * fall_of_psi(x, y)),
        "b": lambda t, x, y, z, out: t * (special.xlog1py(out, -z) - out * fall_of_psi(y, x)),
        "x": lambda t, x, y, z, out: t * _beta_density_slope(x, y, z, out),
    },
    "x ** (a - 1) (1 - x) ** (b - 1) / beta(a, b).",
    "beta_density",
    coefficient=ConditionalRule(
        beta_series,
        lambda moving, a, b, x: 2 in moving and are_positive(x, 1 - x, *[(a, b)[i] for i in moving if i < 2]),
    ),
)


def _student_density_rule_df(t: Array, x: Array, y: Array, out: Array) -> Array:
    square = y * y
    centre = fall_of_psi(0.5 * x, np.float64(0.5))
    return 0.5 * t * out * (square * (x + 1) / (x * (x + square)) - np.log1p(square / x) - centre - 1 / x)


student_density: BinaryFunction = elementwise(
    student_density_value,
    {
        "df": _student_density_rule_df,
        "t": lambda t, x, y, out: -t * (x + 1) * y * out / (x + y * y),
    },
    "The density of Student's distribution.",
    "student_density",
    coefficient=ConditionalRule(student_series, lambda moving, df, t: list(moving) == [0, 1] and are_positive(df)),
)


def _gamma_moment_series(out: Series, a: Series, x: Series, k: int) -> Further:
    a, x = (in_shape(s, out(0).shape) for s in (a, x))
    density = Series([gamma_density(a(0), x(0))])
    density.define(gamma_series(density, Series([a(0)]), x))
    centred = of_logarithm(x, np.log(x(0)) - special.psi(a(0)))
    return first_moment(out, a, series_of_psi(a), density, centred, x, lambda n: bind(_gamma_moment_p, a(0), x(0), k=n))


# The moments of `log_moments`: their derivative with respect to a parameter is a moment of the next order, less what
# comes of the centres, which are derivatives of psi.
_gamma_moment_p: Final[Elementwise] = define(
    Elementwise,
    "gamma_moment",
    gamma_moment,
    lambda t, x, y, k: t * _gamma_moment_by_a(x, y, k),
    lambda t, x, y, k: t * _times_logs(gamma_density(x, y), (y, special.psi(x), k)),
    coefficient=ConditionalRule(
        _gamma_moment_series, lambda moving, a, x, k: k == 1 and list(moving) == [0, 1] and are_positive(a, x)
    ),
)


def _times_logs(density: Array, *logs: tuple[Array, Array, int]) -> Array:
    """A density times powers of log(x) less its centre, as triples of x, centre and power; 0 where the density is 0."""
    for x, centre, power in logs:
        for _ in range(power):
            density = special.xlogy(density, x) - density * centre
    return density


def _gamma_moment_by_a(a: Array, x: Array, k: int) -> Array:
    above = bind(_gamma_moment_p, a, x, k=k + 1)
    return above - k * hurwitz(2.0, a) * bind(_gamma_moment_p, a, x, k=k - 1) if k else above


def gamma_slope(a: Array, x: Array) -> Array:
    """The derivative of `gammainc` with respect to a."""
    return bind(_gamma_moment_p, a, x, k=1)


@everywhere
def _moment_of_beta(a: Array, b: Array, x: Array, j: int, k: int) -> Array:
    a, b, x = floating(a, b, x)
    with np.errstate(divide="ignore", invalid="ignore"):
        return beta_moment(a, b, np.log(x) - np.log1p(-x), j, k)


def _beta_moment_series(out: Series, a: Series, b: Series, x: Series, j: int, k: int) -> Further:
    a, b, x = (in_shape(s, out(0).shape) for s in (a, b, x))
    at = a(0), b(0), x(0)
    density = Series([beta_density(*at)])
    density.define(beta_series(density, Series([a(0)]), Series([b(0)]), x))
    if j:
        fall, log = series_of_fall(a, b), of_logarithm(x)
        moved, moment = a, lambda n: _beta_moment(*at, n, 0)
    else:
        fall, log = series_of_fall(b, a), of_log1p(negative(x))
        moved, moment = b, lambda n: _beta_moment(*at, 0, n)
    return first_moment(out, moved, fall, density, Series([log(0) - fall(0)], log), x, moment)


def _has_beta_moment_series(moving: Sequence[int], a: Array, b: Array, x: Array, j: int, k: int) -> bool:
    """Whether it is the derivative with respect to the only parameter that moves."""
    return (list(moving), j, k) in (([0, 2], 1, 0), ([1, 2], 0, 1)) and are_positive(a, b, x, 1 - x)


def _beta_rule_x(t: Array, xs: Array, j: int, k: int) -> Array:
    a, b, x = xs
    return t * _times_logs(beta_density(a, b, x), (x, fall_of_psi(a, b), j), (1 - x, fall_of_psi(b, a), k))


_beta_moment_p: Final[Elementwise] = define(
    Elementwise,
    "beta_moment",
    _moment_of_beta,
    lambda t, x, y, z, j, k: t * _beta_moment_by_first(_beta_moment, (x, y, z), j, k),
    lambda t, x, y, z, j, k: t * _beta_moment_by_first(_beta_moment_swapped, (y, x, z), k, j),
    lambda t, x, y, z, j, k: _beta_rule_x(t, (x, y, z), j, k),
    coefficient=ConditionalRule(_beta_moment_series, _has_beta_moment_series),
)


def _beta_moment(a: Array, b: Array, x: Array, j: int, k: int) -> Array:
    return bind(_beta_moment_p, a, b, x, j=j, k=k)


def _beta_moment_swapped(b: Array, a: Array, x: Array, k: int, j: int) -> Array:
    return bind(_beta_moment_p, a, b, x, j=j, k=k)


def _beta_moment_by_first(moment: Callable[..., Array], at: tuple[Array, Array, Array], j: int, k: int) -> Array:
    """The derivative with respect to a; or, of the moment with its arguments swapped, with respect to b."""
    a, b, _ = at
    found = moment(*at, j + 1, k)
    if j:
        found = found - j * (hurwitz(2.0, a) - hurwitz(2.0, a + b)) * moment(*at, j - 1, k)
    if k:
        found = found + k * hurwitz(2.0, a + b) * moment(*at, j, k - 1)
    return found


def beta_slope_a(a: Array, b: Array, x: Array) -> Array:
    """The derivative of `betainc` with respect to a."""
    return _beta_moment(a, b, x, 1, 0)


def beta_slope_b(a: Array, b: Array, x: Array) -> Array:
    """The derivative of `betainc` with respect to b."""
    return _beta_moment(a, b, x, 0, 1)


# For Student's variable t, df / (df + t ** 2) has a beta distribution, of the parameters df / 2 and 1 / 2 (Abramowitz
# and Stegun 26.5.27). Its moment with the sign of t is smooth in t.
@everywhere
def _moment_of_student(df: Array, t: Array, k: int) -> Array:
    df, t = floating(df, t)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sign(t) * beta_moment(0.5 * df, 0.5, np.log(df) - 2 * np.log(np.abs(t)), k, 0)


def _student_moment_series(out: Series, df: Series, t: Series, k: int) -> Further:
    """As that of gamma: where t ** 2 / df stays, the moment is one of the beta distribution of the parameter df / 2."""
    df, t = (in_shape(s, out(0).shape) for s in (df, t))
    start = Series([df(0)])
    share = by_recurrence(np.ones_like(df(0)), of_quotient, df, start)
    root = by_recurrence(share(0), partial(of_power, n=-0.5), share)
    x = by_recurrence(t(0), of_product, t, root)
    density = Series([student_density(df(0), t(0))])
    density.define(student_series(density, start, x))
    half = Series([0.5 * df(0)], scaled(df, 0.5))
    fall = series_of_fall(half, Series([np.float64(0.5)]))
    log = of_log1p(square_of_share(start, x))
    centred = Series([-log(0) - fall(0)], scaled(log, -1))
    f = Series([-2 * density(0)], scaled(density, -2))
    return first_moment(out, half, fall, f, centred, x, lambda n: bind(_student_moment_p, df(0), t(0), k=n))


_student_moment_p: Final[Elementwise] = define(
    Elementwise,
    "student_moment",
    _moment_of_student,
    lambda t, x, y, k: t * _student_moment_by_df(x, y, k),
    lambda t, x, y, k: -2 * t * _student_power(x, y, k) * student_density(x, y),
    coefficient=ConditionalRule(
        _student_moment_series, lambda moving, df, t, k: k == 1 and list(moving) == [0, 1] and are_positive(df)
    ),
)


def _student_power(df: Array, t: Array, k: int) -> Array:
    return (-np.log1p(t * t / df) - fall_of_psi(0.5 * df, np.float64(0.5))) ** k if k else 1


def _student_moment_by_df(df: Array, t: Array, k: int) -> Array:
    found = 0.5 * bind(_student_moment_p, df, t, k=k + 1) + _student_power(df, t, k) * t * student_density(df, t) / df
    if not k:
        return found
    fall = hurwitz(2.0, 0.5 * df) - hurwitz(2.0, 0.5 * df + 0.5)
    return found - 0.5 * k * fall * bind(_student_moment_p, df, t, k=k - 1)


def student_slope(df: Array, t: Array) -> Array:
    """The derivative of `stdtr` with respect to df."""
    return -0.25 * bind(_student_moment_p, df, t, k=1) - 0.5 * t * student_density(df, t) / df
