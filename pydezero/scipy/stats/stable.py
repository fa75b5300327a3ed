"""Functions that several distributions are made of, in forms without cancellation or underflow in the tails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from pydezero.core.types import Array
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.scipy.special.elementary import exprel
from pydezero.scipy.special.incomplete import betainc, betaincc, gammainc, gammaincc
from pydezero.scipy.special.tails import log_beta_tail, log_gamma_tail

__all__ = [
    "log_beta",
    "log_beta_rest",
    "log_gamma",
    "log_gamma_rest",
    "log_probability",
    "log_rise",
    "parts",
    "with_tail",
]

_TINY: Final = 1e-280


def parts(y: Array) -> tuple[Array, Array]:
    """The negative and the positive part of y; at 0 the derivative is that of the negative one."""
    above = np.greater(y, 0)
    return np.where(above, 0, y), np.where(above, y, 0)


def log_rise(v: Array) -> Array:
    """The logarithm of 1 - exp(-exp(v))."""
    low, high = parts(v)
    # On the left that is v, nearly: the quotient of 1 - exp(-u) and u is exprel(-u).
    return np.where(np.greater(v, 0), np.log1p(-np.exp(-np.exp(high))), low + np.log(exprel(-np.exp(low))))


def log_probability(p: Array, rest: Array) -> Array:
    """The logarithm of a probability, precise near 1, too, for which it is given 1 - p."""
    large = np.greater(p, 0.5)
    return np.where(large, np.log1p(-np.where(large, rest, 0)), np.log(np.where(large, 1, p)))


def with_tail(p: Array, rest: Array, tail: Callable[[], Array]) -> Array:
    """The logarithm of a probability, by `tail` where p is 0 or nearly underflows."""
    tiny = np.less(p, _TINY)
    if not may_hold(tiny):
        return log_probability(p, rest)
    return np.where(tiny, tail(), log_probability(np.where(tiny, 0.25, p), rest))


def log_gamma(a: Array, x: Array) -> Array:
    """The logarithm of gammainc(a, x)."""
    return with_tail(gammainc(a, x), gammaincc(a, x), lambda: log_gamma_tail(a, x))


def log_gamma_rest(a: Array, x: Array) -> Array:
    """The logarithm of gammaincc(a, x)."""
    return with_tail(gammaincc(a, x), gammainc(a, x), lambda: log_gamma_tail(a, x))


def log_beta(a: Array, b: Array, x: Array) -> Array:
    """The logarithm of betainc(a, b, x)."""
    return with_tail(betainc(a, b, x), betaincc(a, b, x), lambda: log_beta_tail(a, b, x))


def log_beta_rest(a: Array, b: Array, x: Array) -> Array:
    """The logarithm of betaincc(a, b, x)."""
    return with_tail(betaincc(a, b, x), betainc(a, b, x), lambda: log_beta_tail(b, a, 1 - x))
