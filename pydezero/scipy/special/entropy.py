"""Entropies, divergences and losses.

A term whose probability is 0 is 0, and so is its derivative with respect to the other factor. The derivative of
p log(p) at 0 is its limit, which is infinite.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.power_series import ConditionalRule, Further, Series, convolved, less, of_log1p, of_logarithm
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.functions.elementwise.slopes import are_positive, may_hold, no_slope, times_steep
from pydezero.functions.elementwise.trigonometric import cosine_of_point
from pydezero.scipy.special.definition import binary, unary
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "entr",
    "huber",
    "kl_div",
    "pseudo_huber",
    "rel_entr",
    "xlog1py",
    "xlogy",
]


def _zeros(x: Array, y: Array) -> Array:
    """The mask of the elements where both are 0."""
    return np.logical_and(np.equal(x, 0), np.equal(y, 0))


def _ratio(x: Array, y: Array) -> Array:
    """x / y, and 0 where both are; how that changes is not known."""
    zeros = _zeros(x, y)
    if not may_hold(zeros):
        return x / y
    return np.where(zeros, _no_slopes(x, y, zeros), x) / np.where(zeros, 1, y)


def _no_slopes(x: Array, y: Array, at: Array) -> Array:
    """Zeros, with derivatives that are not known where a condition holds."""
    return no_slope(x, at) + no_slope(y, at)


def _times_log_of_ratio(t: Array, x: Array, y: Array) -> Array:
    ratio = x / y
    found = special.xlogy(t, ratio)
    least = np.finfo(ratio.dtype).tiny  # a quotient below has lost digits
    beyond = (np.isinf(ratio) | np.less(abs(ratio), least)) & np.isfinite(x) & np.isfinite(y) & np.not_equal(x, 0)
    return (
        np.where(beyond & np.not_equal(y, 0), special.xlogy(t, x) - special.xlogy(t, y), found)
        if may_hold(beyond)
        else found
    )


# t log(x / y), and 0 where t is 0. Its derivative with respect to y exists at x = 0, too.
_times_log_of_ratio_p: Final[Elementwise] = define(
    Elementwise,
    "times_log_of_ratio",
    _times_log_of_ratio,
    lambda g, x, y, z: bind(_times_log_of_ratio_p, g, y, z),
    lambda g, x, y: times_steep(g, _ratio(x, y)),
    lambda g, x, z: -g * x / z,
)


def _log_of_ratio_rule(t: Array, x: Array, y: Array) -> Array:
    """t log(x / y), and 0 where both are 0."""
    zeros = _zeros(x, y)
    if may_hold(zeros):
        x, y = np.where(zeros, 1 + _no_slopes(x, y, zeros), x), np.where(zeros, 1, y)
    return bind(_times_log_of_ratio_p, t, x, y)


def _log_ratio(x: Series, y: Series) -> Series:
    """The series of log(x / y)."""
    above, below = of_logarithm(x), of_logarithm(y)
    return Series([np.log(x(0) / y(0))], lambda k: less(above(k), below(k)))


def _kl_series(out: Series, x: Series, y: Series) -> Further:
    log = _log_ratio(x, y)
    return lambda k: less(convolved(x, log, k), less(x(k), y(k)))


xlogy: BinaryFunction = binary(
    special.xlogy,
    lambda t, y: special.xlogy(t, y),
    lambda t, x, y: t * _ratio(x, y),
    "x log(y), and 0 where x is 0; there the derivative with respect to y is 0, also at y = 0.",
    coefficient=ConditionalRule(
        lambda out, x, y: partial(convolved, x, of_logarithm(y)), lambda moving, x, y: are_positive(y)
    ),
)
xlog1py: BinaryFunction = binary(
    special.xlog1py,
    lambda t, y: special.xlog1py(t, y),
    lambda t, x, y: t * _ratio(x, 1 + y),
    "x log(1 + y), and 0 where x is 0; there the derivative with respect to y is 0, also at y = -1.",
    coefficient=ConditionalRule(
        lambda out, x, y: partial(convolved, x, of_log1p(y)), lambda moving, x, y: are_positive(1 + y)
    ),
)


def _entropy_series(out: Series, x: Series) -> Further:
    log = of_logarithm(x)
    return lambda k: less(None, convolved(x, log, k))


entr: UnaryFunction = unary(
    special.entr,
    lambda t, x: -special.xlogy(t, x) - t,
    "-x log(x), and 0 at 0, where the derivative is infinite.",
    coefficient=ConditionalRule(_entropy_series, lambda moving, x: are_positive(x)),
)
rel_entr: BinaryFunction = binary(
    special.rel_entr,
    lambda t, x, y: _log_of_ratio_rule(t, x, y) + np.where(_zeros(x, y), 0, t),
    lambda t, x, y: -t * _ratio(x, y),
    "x log(x / y), and 0 where x is 0; where both are 0 so are the derivatives.",
    coefficient=ConditionalRule(
        lambda out, x, y: partial(convolved, x, _log_ratio(x, y)), lambda moving, x, y: are_positive(x, y)
    ),
)
kl_div: BinaryFunction = binary(
    special.kl_div,
    _log_of_ratio_rule,
    lambda t, x, y: t * (1 - _ratio(x, y)),
    "x log(x / y) - x + y, and y where x is 0; where both are 0 the derivatives are 0 and 1.",
    coefficient=ConditionalRule(_kl_series, lambda moving, x, y: are_positive(x, y)),
)


def _huber_rule_delta(t: Array, x: Array, y: Array) -> Array:
    excess = np.absolute(y) - x
    return t * np.where(np.greater(excess, 0), excess, 0)


huber: BinaryFunction = binary(
    special.huber,
    _huber_rule_delta,
    lambda t, x, y: t * np.where(np.absolute(y) > x, x * np.sign(y), y),
    "Huber's loss, r^2 / 2 up to |r| = delta and delta (|r| - delta / 2) beyond (P. J. Huber, 1964).",
)


def _pseudo_huber_rule_delta(t: Array, x: Array, y: Array) -> Array:
    h, zeros = _hypotenuse(x, y)
    share = np.where(zeros, 0, y) / (h + x)
    return _but_at_origin(t, x, y, zeros, t * (share * share) * (y * (y / h)))


def _pseudo_huber_slope(x: Array, y: Array) -> Array:
    h, _ = _hypotenuse(x, y)
    return np.where(np.less(abs(x), abs(y)), x * (y / h), y * (x / h))  # the smaller quotient may underflow


def _times_cube_of_cosine(t: Array, x: Array, y: Array) -> Array:
    return t * cosine_of_point(x, y, _hypotenuse(x, y)[0]) ** 3


# delta r / hypot(delta, r). As products and quotients its derivatives would be differences of nearly equal numbers.
_pseudo_huber_slope_p: Final[Elementwise] = define(
    Elementwise,
    "pseudo_huber.slope",
    _pseudo_huber_slope,
    lambda t, x, y: _times_cube_of_cosine(t, y, x),
    _times_cube_of_cosine,
)


def _pseudo_huber_rule_r(t: Array, x: Array, y: Array) -> Array:
    return _but_at_origin(t, x, y, _zeros(x, y), t * bind(_pseudo_huber_slope_p, x, y))


def _but_at_origin(t: Array, x: Array, y: Array, zeros: Array, found: Array) -> Array:
    """The result of a rule, with a derivative that is not known where both are 0."""
    return found + t * _no_slopes(x, y, zeros) if may_hold(zeros) else found


def _hypotenuse(x: Array, y: Array) -> tuple[Array, Array]:
    """The length of the hypotenuse, 1 where both sides are 0; and the mask of those elements."""
    zeros = _zeros(x, y)
    return np.hypot(np.where(zeros, 1, x), y), zeros


pseudo_huber: BinaryFunction = binary(
    special.pseudo_huber,
    _pseudo_huber_rule_delta,
    _pseudo_huber_rule_r,
    "delta^2 (sqrt(1 + (r / delta)^2) - 1), a smooth form of Huber's loss (P. J. Huber, 1964).",
)
