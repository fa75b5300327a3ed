"""Derivatives of incomplete gamma and beta functions by their parameters are exact to ten digits, in both tails."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import mpmath as mp
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special as scipys

from pydezero import grad, hessian, jvp
from pydezero.scipy import special

SHAPES: Final = (1e-6, 1e-3, 0.05, 0.7, 1.0, 3.0, 50.0, 1e3, 1e4)
PROBABILITIES: Final = (1e-12, 0.1, 0.5, 0.999, 1.0)  # the last stands for 1 - 1e-12


def _slope(f: Callable[[Any], Any], a: float) -> float:
    """The derivative of a function in mpmath."""
    step = mp.mpf(a) * mp.mpf(10) ** -15
    return float((f(a + step) - f(a - step)) / (2 * step))


def _gamma(a: Any, at: float, above: bool) -> Any:
    return -mp.gammainc(a, at, mp.inf, regularized=True) if above else mp.gammainc(a, 0, at, regularized=True)


def _beta(a: Any, b: Any, at: float, above: bool) -> Any:
    if above:
        return -mp.betainc(b, a, 0, 1 - mp.mpf(at), regularized=True)
    return mp.betainc(a, b, 0, at, regularized=True)


def _student(n: Any, at: float) -> Any:
    return mp.betainc(n / 2, mp.mpf(1) / 2, 0, n / (n + mp.mpf(at) ** 2), regularized=True) / 2


def _gamma_points() -> tuple[np.ndarray[Any, Any], ...]:
    pairs = [
        (a, scipys.gammainccinv(a, 1e-12) if p == 1 else scipys.gammaincinv(a, p))
        for a, p in itertools.product(SHAPES, PROBABILITIES)
    ]
    a, x = np.array([pair for pair in pairs if pair[1] > 1e-300]).T
    return a, x


def test_gamma_by_its_parameter() -> None:
    a, x = _gamma_points()
    right = []
    with mp.workdps(50):
        for shape, at in zip(a.tolist(), x.tolist(), strict=True):
            above = at > shape  # the smaller of the two has the digits
            right.append(_slope(partial(_gamma, at=at, above=above), shape))
    functions: list[tuple[Callable[..., Any], int]] = [(special.gammainc, 1), (special.gammaincc, -1)]
    for function, sign in functions:
        f: Callable[[Any], Any] = partial(_of_first, function, x)
        assert_allclose(grad(lambda a, f=f: np.sum(f(a)))(a), sign * np.array(right), rtol=1e-10)
        assert_allclose(jvp(f, (a,), (np.ones_like(a),))[1], sign * np.array(right), rtol=1e-10)


def _of_first(function: Callable[..., Any], x: Any, a: Any) -> Any:
    return function(a, x)


def _beta_points() -> tuple[np.ndarray[Any, Any], ...]:
    triples = [
        (a, b, scipys.betaincinv(a, b, p))
        for a, b, p in itertools.product(SHAPES[1:-1], SHAPES[1:-1], (1e-9, 0.3, 0.8))
    ]
    a, b, x = np.array([triple for triple in triples if 1e-300 < triple[2] < 0.999]).T
    return a, b, x


def test_beta_by_its_parameters() -> None:
    a, b, x = _beta_points()
    by_a, by_b = [], []
    with mp.workdps(50):
        for first, second, at in zip(a.tolist(), b.tolist(), x.tolist(), strict=True):
            above = at > first / (first + second)
            by_a.append(_slope(partial(_beta, b=second, at=at, above=above), first))
            by_b.append(_slope(partial(_beta, first, at=at, above=above), second))
    found = grad(lambda a, b: np.sum(special.betainc(a, b, x)), argnums=(0, 1))(a, b)
    assert_allclose(found[0], by_a, rtol=1e-10)
    assert_allclose(found[1], by_b, rtol=1e-10)


def test_student_by_its_degrees_of_freedom() -> None:
    df, t = np.array(
        [(n, t) for n in (0.3, 1.0, 4.0, 30.0, 300.0, 1e4, 1e6) for t in (-1e8, -3.0, -0.5, -1e-6, 2.0, 40.0)]
    ).T
    right = []
    with mp.workdps(50):
        for n, at in zip(df.tolist(), t.tolist(), strict=True):
            slope = _slope(partial(_student, at=at), n)
            right.append(slope if at < 0 else -slope)
    assert_allclose(grad(lambda df: np.sum(special.stdtr(df, t)))(df), right, rtol=1e-8)


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda v: special.gammainc(v[0], v[1]), (2.0, 0.0)),
        (lambda v: special.betainc(v[0], v[1], v[2]), (2.0, 3.0, 0.0)),
        (lambda v: special.betaincc(v[0], v[1], v[2]), (2.0, 3.0, 1.0)),
    ],
    ids=["gammainc at 0", "betainc at 0", "betaincc at 1"],
)
def test_ends_of_the_domain(f: Callable[[Any], Any], at: tuple[float, ...]) -> None:
    v = np.array(at)
    assert_allclose(grad(f)(v), np.zeros_like(v), atol=1e-15)
    assert_allclose(hessian(f)(v)[0, :2], 0, atol=1e-15)


def test_parameters_that_are_no_shapes_have_no_derivative() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(grad(lambda a: special.gammainc(a, 1.0))(-0.5))
        assert np.isnan(grad(lambda a: special.betainc(a, 1.0, 0.5))(-0.5))
        assert np.isnan(grad(lambda df: special.stdtr(df, 0.5))(-1.0))


@pytest.mark.parametrize("shapes", [(0.5, 0.5), (1.5, 0.5), (0.3, 2.7), (2.0, 3.0)])
def test_fourth_derivative_of_beta_by_x(shapes: tuple[float, float]) -> None:
    """Densities in it are infinite where the shapes add up to an integer."""
    x = 0.4

    def of_density(y: Any) -> Any:
        a, b = shapes
        return y ** (a - 1) * (1 - y) ** (b - 1) / mp.beta(a, b)

    def forward(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda y: jvp(f, (y,), (1.0,))[1]

    f = partial(special.betainc, *shapes)
    expected = float(mp.diff(of_density, x, 3))
    assert_allclose(forward(forward(forward(forward(f))))(x), expected, rtol=1e-9)
    assert_allclose(grad(grad(grad(grad(f))))(x), expected, rtol=1e-9)
