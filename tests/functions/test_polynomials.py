"""Polynomials: what their degree depends on, roots at the ends and repeated ones, laws and mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.interpolate
from hypothesis import given, settings
from hypothesis import strategies as st

from pydezero import Variable, functions, grad, jacobian, numerical_diff, vjp, vmap
from tests.functions.case import Array, generator

# NumPy, as no checker knows it: its stubs have no Variables.
N: Final[Any] = np

_settings: Final = settings(max_examples=60)


@_settings
@given(lengths=st.tuples(st.integers(1, 5), st.integers(1, 5)), zeros=st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_products_and_quotients_of_all_degrees(lengths: tuple[int, int], zeros: tuple[int, int]) -> None:
    rng = generator("degrees")
    p, q = (np.concatenate([np.zeros(z), rng.uniform(0.5, 1.5, n)]) for n, z in zip(lengths, zeros, strict=True))
    product = N.polymul(Variable(p), q)
    np.testing.assert_allclose(product.data, N.polymul(p, q), rtol=1e-14)
    found = vjp(N.polymul, p, q)[1](np.ones(product.shape))
    # The product at 1 is that of the values at 1. Of the zeros that lead only what they do to the others is seen.
    lost = sum(zeros)
    kept = np.sum(N.convolve(p, q)[lost:])
    np.testing.assert_allclose(kept, np.sum(p) * np.sum(q), rtol=1e-14)
    shifted = np.array([np.sum(N.convolve(np.eye(len(p))[i], q)[lost:]) for i in range(len(p))])
    np.testing.assert_allclose(found[0], shifted, rtol=1e-14)

    u, v = p[zeros[0] :], q[zeros[1] :]
    if len(u) < len(v):
        u, v = v, u
    quotient, rest = N.polydiv(Variable(u), v)
    expected = N.polydiv(u, v)
    np.testing.assert_allclose(quotient.data, expected[0], rtol=1e-12)
    np.testing.assert_allclose(rest.data, expected[1], rtol=1e-12, atol=1e-14)
    whole = N.polyadd(N.polymul(quotient, v), rest)
    # u = quotient * v + rest whatever u is, so the derivative of the right side is the identity.
    of_whole = jacobian(lambda u: N.polyadd(N.polymul(N.polydiv(u, v)[0], v), N.polydiv(u, v)[1]))(u)
    np.testing.assert_allclose(whole.data, u, rtol=1e-10)
    np.testing.assert_allclose(of_whole, np.eye(len(u)), atol=1e-9)


def _real_part_of_jacobian(p: Array) -> Array:
    """The derivative of the roots, by the real and the imaginary parts of them as functions of real coefficients."""
    of_real = jacobian(lambda p: np.real(N.roots(p)))(p)
    of_imaginary = jacobian(lambda p: np.imag(N.roots(p) + 0j))(p)
    result: Array = of_real + 1j * of_imaginary
    return result


@pytest.mark.parametrize(
    "p",
    [
        [1.0, -6.0, 11.0, -6.0],  # 3, 2, 1
        [2.0, 1.0, 3.0],  # a pair
        [1.0, -1.0, 1.0, -1.0],  # one and a pair
        [0.0, 1.0, -3.0, 2.0],  # of a lower degree
        [1.0, -3.0, 2.0, 0.0],  # one at 0
        [0.0, 0.0, 2.0, -1.0, 0.0],
    ],
    ids=str,
)
def test_the_derivative_of_roots_is_that_of_the_implicit_function(p: list[float]) -> None:
    found = np.array(p)
    roots = N.roots(found)
    slopes = N.polyval(N.polyder(found), roots)
    expected = -N.vander(roots, len(p)) / slopes[:, np.newaxis]
    np.testing.assert_allclose(_real_part_of_jacobian(found), expected, rtol=1e-9, atol=1e-12)


def test_roots_of_a_lower_degree_agree_with_differences() -> None:
    p = np.array([0.0, 1.0, -3.0, 2.0])
    found = jacobian(N.roots)(p)
    for i, of_roots in enumerate(found.T):
        # With a leading coefficient a little away from 0 there is a third root, far out.
        ahead, behind = (np.sort(np.abs(N.roots(p + step * np.eye(4)[i])))[:2] for step in (1e-5, -1e-5))
        np.testing.assert_allclose(of_roots, (ahead - behind)[::-1] / 2e-5, rtol=1e-6)


@pytest.mark.parametrize("p", [[0.0, 0.0], [3.0], [0.0, 2.0]], ids=str)
def test_polynomials_without_roots(p: list[float]) -> None:
    y, pullback = vjp(N.roots, np.array(p))
    assert y.shape == (0,)
    np.testing.assert_array_equal(pullback(np.zeros(0))[0], np.zeros(len(p)))


def test_the_derivative_of_a_repeated_root_is_infinite() -> None:
    of_double = jacobian(N.roots)(np.array([1.0, -2.0, 1.0 - 1e-12]))
    assert np.all(np.abs(of_double) > 1e5)
    _, pullback = vjp(N.roots, np.array([1.0, 0.0, 0.0]))
    with pytest.warns(RuntimeWarning, match="divide by zero|invalid value"):
        (found,) = pullback(np.array([1.0, 0.0]))
    assert not np.any(np.isfinite(found[-1]))
    for repeated in ([1.0, 1.0, 3.0], [0.3, 0.3, 0.3, -2.0]):
        roots, pullback = vjp(N.roots, N.poly(np.array(repeated)))
        double = np.abs(roots - repeated[0]) < 1e-3  # they are apart by a root of the precision
        with np.errstate(divide="ignore", invalid="ignore"):
            assert not np.all(np.isfinite(pullback(double.astype(roots.dtype))[0]))
        assert np.all(np.isfinite(pullback((~double).astype(roots.dtype))[0]))


def test_roots_of_a_batch() -> None:
    rng = generator("batch of roots")
    ps = rng.uniform(0.5, 1.5, (4, 4))
    np.testing.assert_allclose(vmap(N.roots)(ps), [N.roots(p) for p in ps], rtol=1e-13)
    ps[1, -1] = 0
    np.testing.assert_allclose(vmap(N.roots)(ps), [N.roots(p) for p in ps], rtol=1e-13)
    assert vmap(N.roots)(ps[:, :1]).shape == (4, 0)
    ps[2, 0] = 0
    with pytest.raises(ValueError, match="leading coefficient"):
        vmap(N.roots)(ps)


def test_conjugate_roots_have_a_real_polynomial() -> None:
    z = np.array([1 + 2j, 1 - 2j, 3.0])
    y, pullback = vjp(N.poly, z)
    assert y.dtype == np.float64
    np.testing.assert_allclose(y, N.poly(z), rtol=1e-15)
    g = np.array([1.0, 2.0, 3.0, 4.0])
    expected = numerical_diff(lambda z: np.sum(g * np.real(N.poly(z))), z)
    np.testing.assert_allclose(pullback(g)[0], expected, rtol=1e-6)


def test_roots_in_a_list() -> None:
    x = Variable(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(N.poly([x[0], x[1], 3.0]).data, N.poly([1.0, 2.0, 3.0]))
    assert functions.poly(Variable(np.zeros(0))).shape == (1,)


def test_a_poly1d_stands_for_its_coefficients() -> None:
    p, x = np.poly1d([1.0, 2.0]), Variable(np.array([3.0, 4.0, 5.0]))
    np.testing.assert_array_equal(N.polyadd(p, x).data, [3, 5, 7])
    np.testing.assert_array_equal(N.polymul(x, p).data, [3, 10, 13, 10])
    np.testing.assert_array_equal(N.polyval(p, x).data, [5, 6, 7])
    with pytest.raises(TypeError, match="polynomial of a polynomial"):
        N.polyval(x, p)
    of_both: Any = functions.polyadd(p, p)  # type: ignore[call-overload]  # to the types a list is no operand
    assert type(of_both) is np.poly1d


def test_a_value_of_no_polynomial_and_at_infinity_is_numpys() -> None:
    x = np.array([np.inf, -np.inf, np.nan, 2.0])
    for p in ([], [3.0], [1.0, 2.0]):
        with np.errstate(invalid="ignore"):  # inf * 0
            np.testing.assert_array_equal(functions.polyval(p, Variable(x)).data, N.polyval(p, x))
    assert grad(lambda p: N.polyval(p, 2.0))(np.zeros(0)).shape == (0,)


def test_constants_of_integration_are_differentiated() -> None:
    of_k = jacobian(lambda k: functions.polyint([3.0, 4.0], 2, k))  # type: ignore[call-overload]  # to the types a list is no operand
    np.testing.assert_array_equal(of_k(np.array([1.0, 2.0])), [[0, 0], [0, 0], [1, 0], [0, 1]])
    with pytest.raises(TypeError):
        N.polyint([3.0, 4.0], k=Variable(np.array([1.0])))


_MISTAKES: Final[tuple[tuple[Callable[..., Any], type[Exception], str], ...]] = (
    (lambda x: N.polyder(x[0], -1), ValueError, "np.polyint"),
    (lambda x: N.polyint(x[0], -1), ValueError, "np.polyder"),
    (lambda x: N.polyint(x[0], 3, k=[1.0, 2.0]), ValueError, "m=3"),
    (lambda x: N.polymul(x, x), ValueError, "one axis"),
    (lambda x: N.vander(x), ValueError, "one axis"),
    (lambda x: N.roots(x), ValueError, "one axis"),
    (lambda x: N.poly(x), ValueError, "square"),
    (lambda x: N.polyfit(x, x, 1), TypeError, "x must have one axis"),
    (lambda x: N.polyfit(x[0, :0], x[0], 1), TypeError, "empty"),
    (lambda x: N.polyfit(x[0], x[:, 0], 1), TypeError, "y must be"),
    (lambda x: N.polyfit(x[0], x[0], 1, w=[1.0, 2.0]), TypeError, "w must be"),
    (lambda x: N.polyfit(x[0], x[0], -1), ValueError, "deg"),
    (lambda x: N.polyfit(x[0], x[0], 2, cov=True), ValueError, "too few"),
)


@pytest.mark.parametrize(("f", "error", "message"), _MISTAKES)
def test_mistakes(f: Callable[..., Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.arange(6.0).reshape(2, 3)))


def test_points_that_determine_nothing_warn() -> None:
    with pytest.warns(np.exceptions.RankWarning):
        N.polyfit(Variable(np.ones(3)), np.ones(3), 1)


def test_a_fit_of_each_example() -> None:
    rng = generator("fits")
    xs, ys = rng.normal(size=(3, 6)), rng.normal(size=(3, 6))
    expected = [N.polyfit(x, y, 2) for x, y in zip(xs, ys, strict=True)]
    np.testing.assert_allclose(vmap(lambda x, y: N.polyfit(x, y, 2))(xs, ys), expected, rtol=1e-10)


@pytest.mark.filterwarnings("ignore:.*lagrange.* is deprecated:DeprecationWarning")
def test_a_poly1d_keeps_leading_coefficients_that_are_zero() -> None:
    weights = np.array([0.375, 0.75, -0.125])  # of Lagrange's polynomial through three points, at 1.5
    y = np.array([1.0, 2.0, 3.0])  # on a line: the leading coefficient is 0
    np.testing.assert_allclose(grad(lambda y: scipy.interpolate.lagrange([1.0, 2.0, 3.0], y)(1.5))(y), weights)
    np.testing.assert_array_equal(grad(lambda c: N.poly1d(c)(2.0))(np.array([0.0, 2.0, 3.0])), [4, 2, 1])
    assert N.poly1d(np.array([0.0, 2.0, 3.0])).order == 1
