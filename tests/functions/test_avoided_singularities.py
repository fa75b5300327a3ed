"""Second derivatives where a rule steps around a singularity, by a `where` or a limit: known numbers, all nestings."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, Final

import numpy as np
import pytest
import scipy.special as sp
from numpy.testing import assert_allclose

from pydezero import grad, jacfwd, jacrev, vmap
from pydezero.scipy.special import log_softmax, logsumexp, softmax
from tests.rows import over_rows

Function = Callable[[Any], Any]

_NESTINGS: Final[dict[str, Callable[[Function], Function]]] = {
    "forward over reverse": lambda f: jacfwd(grad(f)),
    "reverse over reverse": lambda f: jacrev(grad(f)),
    "forward over forward": lambda f: jacfwd(jacfwd(f)),
    "reverse over forward": lambda f: jacrev(jacfwd(f)),
    "in a batch": lambda f: lambda x: vmap(jacfwd(grad(f)))(np.stack([x, x]))[0],
}
_LOG_2: Final = np.log(2.0)
_LOG_23: Final = np.log(23.0)
_INF: Final = np.inf
_LOG_TINY: Final = np.log(1e-300)
_LOG_SUBNORMAL: Final = np.log(1e-310)
_OF_SUBNORMAL: Final = [[0, 1 + _LOG_SUBNORMAL], [1 + _LOG_SUBNORMAL, 1e-310 * _LOG_SUBNORMAL**2]]


def _not_taken(f: Function) -> tuple[Function, list[float], Any]:
    """A row for a function of x and y that has no derivative at 0, where x ** 2 is taken in its place."""
    return lambda v: np.where(v[0] > 0, f(v), v[0] ** 2), [0.0, 0.0], [[2, 0], [0, 0]]


def _but_at_origin(f: Function) -> tuple[Function, list[float], Any]:
    """A row for a function of points of the plane, which is left out at the origin; x ** 2 stands there."""

    def chosen(v: Any) -> Any:
        points = np.reshape(v, (-1, 2))
        return np.sum(np.where(np.any(points != 0, axis=1), f(points), points[:, 0] ** 2))

    return chosen, [0.0, 0.0], [[2, 0], [0, 0]]


# The function of a vector, where it is differentiated, and the second derivative there.
_ROWS: Final[dict[str, tuple[Function, list[float], Any]]] = {
    "x ** y at y = 0": (lambda v: v[0] ** v[1], [23.0, 0.0], [[0, 1 / 23], [1 / 23, _LOG_23**2]]),
    "x ** y at x = 0, y = 2": (lambda v: v[0] ** v[1], [0.0, 2.0], [[2, 0], [0, 0]]),
    "x ** y at x = 0, y = 2.5": (lambda v: v[0] ** v[1], [0.0, 2.5], [[0, 0], [0, 0]]),
    "x ** y at x = 0, y = 3": (lambda v: v[0] ** v[1], [0.0, 3.0], [[0, 0], [0, 0]]),
    "float_power at y = 0": (
        lambda v: np.float_power(v[0], v[1]),
        [23.0, 0.0],
        [[0, 1 / 23], [1 / 23, _LOG_23**2]],
    ),
    "float_power at x = 0": (lambda v: np.float_power(v[0], v[1]), [0.0, 2.0], [[2, 0], [0, 0]]),
    "powm1 at y = 0": (lambda v: sp.powm1(v[0], v[1]), [23.0, 0.0], [[0, 1 / 23], [1 / 23, _LOG_23**2]]),
    "powm1 at x = 0": (lambda v: sp.powm1(v[0], v[1]), [0.0, 2.0], [[2, 0], [0, 0]]),
    "powm1 at x = 1": (lambda v: sp.powm1(v[0], v[1]), [1.0, 2.0], [[2, 1], [1, 0]]),
    "powers of an array": (lambda v: np.sum(v ** np.array([2.0, 0.0])), [0.0, 0.0], [[2, 0], [0, 0]]),
    "exponents of an array": (
        lambda v: np.sum(np.array([0.0, 2.0]) ** v),
        [0.5, 1.0],
        [[0, 0], [0, 2 * _LOG_2**2]],
    ),
    "x ** y at x = 1e-300": (
        lambda v: v[0] ** v[1] * 1e150,
        [1e-300, 1.5],
        [[7.5e299, 1 + 1.5 * _LOG_TINY], [1 + 1.5 * _LOG_TINY, 0]],
    ),
    "powm1 at x = 1e-300": (
        lambda v: sp.powm1(v[0], v[1]) * 1e150,
        [1e-300, 1.5],
        [[7.5e299, 1 + 1.5 * _LOG_TINY], [1 + 1.5 * _LOG_TINY, 0]],
    ),
    "float_power at x = 1e-300": (
        lambda v: np.float_power(v[0], v[1]) * 1e150,
        [1e-300, 1.5],
        [[7.5e299, 1 + 1.5 * _LOG_TINY], [1 + 1.5 * _LOG_TINY, 0]],
    ),
    "power of a subnormal number": (lambda v: v[0] ** v[1], [1e-310, 1.0], _OF_SUBNORMAL),
    "norm of order 3": (lambda v: np.linalg.norm(v, 3) ** 3, [2.0, 0.0], [[12, 0], [0, 0]]),
    "norm of order 4": (lambda v: np.linalg.norm(v, 4) ** 4, [2.0, 0.0], [[48, 0], [0, 0]]),
    "norm of order 2.5": (lambda v: np.linalg.norm(v, 2.5) ** 4, [2.0, 0.0], [[48, 0], [0, 0]]),
    "norm of order 1": (lambda v: np.linalg.norm(v, 1) ** 2, [2.0, 1.0], [[2, 2], [2, 2]]),
    "norm of order inf": (lambda v: np.linalg.norm(v, np.inf) ** 2, [2.0, 0.0], [[2, 0], [0, 0]]),
    "logsumexp with a weight 0": (lambda v: logsumexp(v, b=np.array([1.0, 0.0])), [1.0, 2.0], [[0, 0], [0, 0]]),
    "logsumexp at a weight 0": (
        lambda v: logsumexp(np.array([1.0, 2.0]), b=v),
        [1.0, 0.0],
        [[-1, -np.e], [-np.e, -(np.e**2)]],
    ),
    "logsumexp at both": (
        lambda v: logsumexp(v[:2], b=v[2:]),
        [1.0, 2.0, 1.0, 0.0],
        [[0, 0, 0, -np.e], [0, 0, 0, np.e], [0, 0, -1, -np.e], [-np.e, np.e, -np.e, -(np.e**2)]],
    ),
    "xlogy at x = 0": (lambda v: sp.xlogy(v[0], v[1]), [0.0, 2.0], [[0, 0.5], [0.5, 0]]),
    "xlogy": (lambda v: sp.xlogy(v[0], v[1]), [3.0, 2.0], [[0, 0.5], [0.5, -0.75]]),
    "xlog1py at x = 0": (lambda v: sp.xlog1py(v[0], v[1]), [0.0, 2.0], [[0, 1 / 3], [1 / 3, 0]]),
    "xlog1py at x = 0, y = 0": (lambda v: sp.xlog1py(v[0], v[1]), [0.0, 0.0], [[0, 1], [1, 0]]),
    "entr": (lambda v: sp.entr(v[0]), [2.0], [[-0.5]]),
    "entr at 0": (lambda v: sp.entr(v[0]), [0.0], [[-_INF]]),
    "rel_entr": (lambda v: sp.rel_entr(v[0], v[1]), [3.0, 2.0], [[1 / 3, -0.5], [-0.5, 0.75]]),
    "kl_div": (lambda v: sp.kl_div(v[0], v[1]), [3.0, 2.0], [[1 / 3, -0.5], [-0.5, 0.75]]),
    "sinc": (lambda v: np.sum(np.sinc(v)), [0.0], [[-(np.pi**2) / 3]]),
    "hypot on an axis": (lambda v: np.hypot(v[0], v[1]), [2.0, 0.0], [[0, 0], [0, 0.5]]),
    "arctan2 on one axis": (lambda v: np.arctan2(v[0], v[1]), [0.0, 2.0], [[0, -0.25], [-0.25, 0]]),
    "arctan2 on the other": (lambda v: np.arctan2(v[0], v[1]), [2.0, 0.0], [[0, 0.25], [0.25, 0]]),
    "var of equal elements": (np.var, [2.0, 2.0], [[0.5, -0.5], [-0.5, 0.5]]),
    "std ** 2 of equal elements": (lambda v: np.std(v) ** 2, [2.0, 2.0], [[0.5, -0.5], [-0.5, 0.5]]),
    "prod at zeros": (np.prod, [0.0, 0.0, 3.0], [[0, 3, 0], [3, 0, 0], [0, 0, 0]]),
    "cumprod at zeros": (lambda v: np.cumprod(v)[-1], [0.0, 0.0, 3.0], [[0, 3, 0], [3, 0, 0], [0, 0, 0]]),
    "logaddexp at -inf": (lambda v: np.logaddexp(v[0], v[1]), [1.0, -_INF], [[0, 0], [0, 0]]),
    "huber at 0": (lambda v: sp.huber(1.0, v[0]), [0.0], [[1]]),
    "pseudo_huber at r = 0": (lambda v: sp.pseudo_huber(v[0], v[1]), [1.0, 0.0], [[0, 0], [0, 1]]),
    "boxcox at lambda = 0": (
        lambda v: sp.boxcox(v[0], v[1]),
        [2.0, 0.0],
        [[-0.25, _LOG_2 / 2], [_LOG_2 / 2, _LOG_2**3 / 3]],
    ),
    "exprel at 0": (lambda v: sp.exprel(v[0]), [0.0], [[1 / 3]]),
    "iv at 0": (lambda v: sp.iv(2, v[0]), [0.0], [[0.25]]),
    "i0 at 0": (lambda v: sp.i0(v[0]), [0.0], [[0.5]]),
    "j1 at 0": (lambda v: sp.j1(v[0]), [0.0], [[0]]),
    "logsumexp, not taken": _not_taken(lambda v: logsumexp(np.log(v))),
    "logsumexp with weights, not taken": _not_taken(lambda v: logsumexp(np.log(v), b=np.array([1.0, 2.0]))),
    "logaddexp.reduce, not taken": _not_taken(lambda v: np.logaddexp.reduce(np.log(v))),
    "log_softmax, not taken": _not_taken(lambda v: log_softmax(np.log(v))[0]),
    "softmax, not taken": _not_taken(lambda v: softmax(np.log(v))[0]),
    "var, not taken": _not_taken(lambda v: np.var(np.log(v))),
    "prod, not taken": _not_taken(lambda v: np.prod(1 / v)),
    "cumprod, not taken": _not_taken(lambda v: np.cumprod(1 / v)[-1]),
    "interp, not taken": _not_taken(lambda v: np.interp(1 / v[0], np.array([0.0, 1.0]), np.array([1.0, 3.0]))),
    "polyval, not taken": _not_taken(lambda v: np.polyval(np.log(v), 1 / v[0])),
    "polyval of third degree, not taken": _not_taken(lambda v: np.polyval(np.stack([*np.log(v), *v]), 1 / v[1])),
    "norm, left out": _but_at_origin(lambda p: np.cosh(np.linalg.norm(p, axis=1))),
    "norm of order 3, left out": _but_at_origin(lambda p: np.cosh(np.linalg.norm(p, 3, axis=1))),
    "std, left out": _but_at_origin(lambda p: np.cosh(np.std(p, axis=1))),
    "complex absolute, left out": _but_at_origin(lambda p: np.cosh(np.abs(p[:, 0] + 1j * p[:, 1]))),
    "complex angle, left out": _but_at_origin(lambda p: np.cos(np.angle(p[:, 0] + 1j * p[:, 1]))),
    "complex sign, left out": _but_at_origin(lambda p: np.real(np.sign(p[:, 0] + 1j * p[:, 1]))),
    "arctan2, left out": _but_at_origin(lambda p: np.cos(np.arctan2(p[:, 1], p[:, 0]))),
}
# A nan stands for what is not finite, and must not be found to be.
_PARTLY: Final[dict[str, tuple[Function, list[float], Any]]] = {
    "x ** y at x = 0, y = 1": (lambda v: v[0] ** v[1], [0.0, 1.0], [[0, np.nan], [np.nan, 0]]),
    "float_power at x = 0, y = 1": (lambda v: np.float_power(v[0], v[1]), [0.0, 1.0], [[0, np.nan], [np.nan, 0]]),
    "powm1 at x = 0, y = 1": (lambda v: sp.powm1(v[0], v[1]), [0.0, 1.0], [[0, np.nan], [np.nan, 0]]),
    "x ** y at x = 0, y = 1.5": (lambda v: v[0] ** v[1], [0.0, 1.5], [[np.nan, 0], [0, 0]]),
    "norm of order 1.5": (lambda v: np.linalg.norm(v, 1.5) ** 4, [2.0, 0.0], [[48, 0], [0, np.nan]]),
    "rel_entr at x = 0": (lambda v: sp.rel_entr(v[0], v[1]), [0.0, 2.0], [[np.nan, -0.5], [-0.5, 0]]),
    "kl_div at x = 0": (lambda v: sp.kl_div(v[0], v[1]), [0.0, 2.0], [[np.nan, -0.5], [-0.5, 0]]),
    "cbrt ** 3 at 0": (lambda v: np.cbrt(v[0]) ** 3, [0.0], [[0]]),
}


@over_rows(product(_NESTINGS, _ROWS), by=lambda row: row[0])
def test_second_derivatives(row: tuple[str, str]) -> None:
    nesting, (f, x, expected) = _NESTINGS[row[0]], _ROWS[row[1]]
    with np.errstate(all="ignore"):
        found = nesting(f)(np.array(x))
    assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("nesting", _NESTINGS.values(), ids=list(_NESTINGS))
@pytest.mark.parametrize("name", _PARTLY)
def test_no_wrong_number_where_a_part_is_not_finite(name: str, nesting: Callable[[Function], Function]) -> None:
    f, x, expected = _PARTLY[name]
    with np.errstate(all="ignore"):
        found = nesting(f)(np.array(x))
    known = np.isfinite(expected)
    right = np.isclose(found, np.where(known, expected, 0), rtol=1e-10, atol=1e-12)
    assert np.all(np.where(known, right | np.isnan(found), ~np.isfinite(found)))


@pytest.mark.parametrize("nesting", _NESTINGS.values(), ids=list(_NESTINGS))
@pytest.mark.parametrize("f", [np.power, np.float_power, sp.powm1])
def test_the_mixed_derivative_of_a_power_at_0(f: Any, nesting: Callable[[Function], Function]) -> None:
    with np.errstate(all="ignore"):
        found = nesting(lambda v: f(v[0], v[1]))(np.array([0.0, 1.0]))
    assert found[0, 1] == found[1, 0] == -_INF


@pytest.mark.parametrize("nesting", _NESTINGS.values(), ids=list(_NESTINGS))
@pytest.mark.parametrize("f", [sp.rel_entr, sp.kl_div])
def test_divergences_where_the_first_argument_is_0(f: Any, nesting: Callable[[Function], Function]) -> None:
    with np.errstate(all="ignore"):
        found = nesting(lambda v: f(v[0], v[1]))(np.array([0.0, 2.0]))
    assert np.array_equal(found, [[_INF, -0.5], [-0.5, 0]])


@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
@pytest.mark.parametrize("x", [_INF, -_INF])
def test_of_equal_infinities_each_counts_as_if_it_were_alone(f: Any, x: float) -> None:
    both = np.array([x, x])
    assert np.array_equal(grad(lambda v: f(v[0], v[1]))(both), [1, 1])
    assert np.array_equal(grad(f.reduce)(both), [1, 1])
