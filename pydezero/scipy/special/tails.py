"""Logarithms of the tails of gamma and beta distributions that are too small for a floating-point number.

The derivative of such a logarithm is the hazard (the density over the probability of the tail) with respect to the end
of the tail, and the mean of a centred logarithm over the tail with respect to a parameter (see `log_moments`). The
derivatives of hazards and of such means are made of them again.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.scipy.special.definition import floating
from pydezero.scipy.special.gammas import fall_of_psi
from pydezero.scipy.special.hurwitz import hurwitz
from pydezero.scipy.special.log_moments import beta_hazard, beta_tail_mean, gamma_hazard, gamma_tail_mean
from pydezero.scipy.special.ufuncs import special

__all__ = ["log_beta_tail", "log_gamma_tail"]


def _side(a: Array, x: Array) -> Array:
    """1 for a tail on the left of x, -1 for one on the right."""
    return np.where(x < a, 1.0, -1.0)


def _of_gamma(a: Array, x: Array) -> Array:
    a, x = floating(a, x)
    return gamma_tail_mean(a, x, 0)


def _hazard_of_gamma(a: Array, x: Array) -> Array:
    a, x = floating(a, x)
    return gamma_hazard(a, x)


def _mean_of_gamma(a: Array, x: Array, k: int) -> Array:
    a, x = floating(a, x)
    return gamma_tail_mean(a, x, k)


def _mean_rule_a(t: Array, x: Array, y: Array, out: Array, k: int) -> Array:
    found = bind(_gamma_mean_p, x, y, k=k + 1) - out * bind(_gamma_mean_p, x, y, k=1)
    lower = bind(_gamma_mean_p, x, y, k=k - 1) if k > 1 else 1
    return t * (found - k * hurwitz(2.0, x) * lower)


_gamma_tail_p: Final[Elementwise] = define(
    Elementwise,
    "log_gamma_tail",
    _of_gamma,
    lambda t, x, y: t * bind(_gamma_mean_p, x, y, k=1),
    lambda t, x, y: t * _side(x, y) * bind(_gamma_hazard_p, x, y),
)
_gamma_hazard_p: Final[Elementwise] = define(
    Elementwise,
    "gamma_hazard",
    _hazard_of_gamma,
    lambda t, x, y, out: t * out * (np.log(y) - special.psi(x) - bind(_gamma_mean_p, x, y, k=1)),
    lambda t, x, y, out: t * out * ((x - 1) / y - 1 - _side(x, y) * out),
)
_gamma_mean_p: Final[Elementwise] = define(
    Elementwise,
    "gamma_tail_mean",
    _mean_of_gamma,
    _mean_rule_a,
    lambda t, x, y, out, k: t * _side(x, y) * bind(_gamma_hazard_p, x, y) * ((np.log(y) - special.psi(x)) ** k - out),
)


def log_gamma_tail(a: Array, x: Array) -> Array:
    """The logarithm of gammainc(a, x) for x < a, of gammaincc(a, x) elsewhere, where these are very small."""
    return bind(_gamma_tail_p, a, x)


def _logit(x: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(x) - np.log1p(-x)


def _of_beta(a: Array, b: Array, x: Array) -> Array:
    a, b, x = floating(a, b, x)
    return beta_tail_mean(a, b, _logit(x), 0, 0)


def _hazard_of_beta(a: Array, b: Array, x: Array) -> Array:
    a, b, x = floating(a, b, x)
    return beta_hazard(a, b, _logit(x)) / (x * (1 - x))


def _mean_of_beta(a: Array, b: Array, x: Array, j: int, k: int) -> Array:
    a, b, x = floating(a, b, x)
    return beta_tail_mean(a, b, _logit(x), j, k)


def _mean(at: tuple[Array, Array, Array], j: int, k: int) -> Array:
    return bind(_beta_mean_p, *at, j=j, k=k) if j or k else 1


def _beta_mean_by(
    at: tuple[Array, Array, Array], out: Array, orders: tuple[int, int], first: tuple[int, int], own: Array
) -> Array:
    """The derivative of a mean by a or b, whose orders are the first and the second; `own` is that parameter."""
    (j, k), (of_a, of_b) = orders, first
    rise = hurwitz(2.0, at[0] + at[1])
    found = _mean(at, j + of_a, k + of_b) - out * _mean(at, of_a, of_b)
    if j:
        found = found + j * (rise - of_a * hurwitz(2.0, own)) * _mean(at, j - 1, k)
    if k:
        found = found + k * (rise - of_b * hurwitz(2.0, own)) * _mean(at, j, k - 1)
    return found


def _powers(at: tuple[Array, Array, Array], j: int, k: int) -> Array:
    a, b, x = at
    return (np.log(x) - fall_of_psi(a, b)) ** j * (np.log1p(-x) - fall_of_psi(b, a)) ** k


_beta_tail_p: Final[Elementwise] = define(
    Elementwise,
    "log_beta_tail",
    _of_beta,
    lambda t, x, y, z: t * _mean((x, y, z), 1, 0),
    lambda t, x, y, z: t * _mean((x, y, z), 0, 1),
    lambda t, x, y, z: t * bind(_beta_hazard_p, x, y, z),
)
_beta_hazard_p: Final[Elementwise] = define(
    Elementwise,
    "beta_hazard",
    _hazard_of_beta,
    lambda t, x, y, z, out: t * out * (_powers((x, y, z), 1, 0) - _mean((x, y, z), 1, 0)),
    lambda t, x, y, z, out: t * out * (_powers((x, y, z), 0, 1) - _mean((x, y, z), 0, 1)),
    lambda t, x, y, z, out: t * out * ((x - 1) / z - (y - 1) / (1 - z) - out),
)
_beta_mean_p: Final[Elementwise] = define(
    Elementwise,
    "beta_tail_mean",
    _mean_of_beta,
    lambda t, x, y, z, out, j, k: t * _beta_mean_by((x, y, z), out, (j, k), (1, 0), x),
    lambda t, x, y, z, out, j, k: t * _beta_mean_by((x, y, z), out, (j, k), (0, 1), y),
    lambda t, x, y, z, out, j, k: t * bind(_beta_hazard_p, x, y, z) * (_powers((x, y, z), j, k) - out),
)


def log_beta_tail(a: Array, b: Array, x: Array) -> Array:
    """The logarithm of betainc(a, b, x) for x < a / (a + b), where that is very small."""
    return bind(_beta_tail_p, a, b, x)
