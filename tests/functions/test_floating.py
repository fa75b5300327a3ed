"""Floating-point numbers as such: what is plain, exact derivatives at steps and zeros, and mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, grad, vmap
from pydezero.functions import i0, ldexp, real_if_close
from pydezero.transforms.staging.trace import trace
from tests.functions.case import Array

INF: Final = np.inf
NAN: Final = np.nan


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: np.fmod(x, 2.0), [-3, 0, 2, 7.5], [1] * 4),
        (lambda y: np.fmod(np.array([-7.0, 7.0, 6.0]), y), [2, -2, 2], [3, 3, -3]),
        # The quotient rounds up to 1.
        (lambda y: np.fmod(1 - 2**-53, y), [1], [0]),
        (lambda x: np.frexp(x)[0], [0, 1, -6, 5e-324], [1, 0.5, 0.125, INF]),
        (lambda x: np.modf(x)[0], [0, -2, 1.5], [1] * 3),
        (lambda x: np.modf(x)[1], [0, -2, 1.5], [0] * 3),
        (lambda x: np.nextafter(x, x), [0, 1], [1, 1]),
        (np.spacing, [0, 1, -2], [0] * 3),
        (np.round, [0.5, 1, 2.5], [0] * 3),
        (np.nan_to_num, [NAN, INF, -INF, 0], [0, 0, 0, 1]),
        (np.angle, [-1, 0, 2], [0] * 3),
        (np.angle, [0, 2j, -4], [0, -0.5, 0.25j]),
        (np.i0, [0], [0]),
        (np.unwrap, [0, 4, 8], [1] * 3),
        (lambda x: np.float_power(x, 0), [-2, 0], [0, 0]),
    ],
)
def test_at_points(f: Callable[[Any], Any], x: Any, expected: Any) -> None:
    x = np.asarray(x, complex if np.iscomplexobj(x) else float)
    with np.errstate(over="ignore"):
        found = grad(lambda x: np.sum(f(x)))(x)
    np.testing.assert_allclose(found, expected, rtol=1e-15)


@pytest.mark.parametrize(("order", "expected"), [(1, 0.0), (2, 1 / 2), (3, 0.0), (4, 3 / 8), (5, 0.0), (6, 5 / 16)])
def test_derivatives_of_the_bessel_function_at_zero(order: int, expected: float) -> None:
    # I_0(x) is the sum of (x^2 / 4)^k / (k!)^2.
    f: Callable[[Any], Any] = np.i0
    for _ in range(order):
        f = grad(f)
    assert f(0.0) == pytest.approx(expected, rel=1e-14, abs=1e-16)


@pytest.mark.parametrize("x", [1e-9, 0.3, 2.0, 7.0, 30.0, 700.0, -30.0])
def test_the_bessel_function_solves_its_equation(x: float) -> None:
    """x^2 y'' + x y' = x^2 y (DLMF 10.25.1)."""
    of_variables: Callable[[Variable], Variable] = i0
    first, second = float(grad(of_variables)(x)), float(grad(grad(of_variables))(x))
    assert second + first / x == pytest.approx(float(np.i0(x)), rel=1e-12)
    assert first == pytest.approx(x / 2 * float(np.i0(x)), rel=1e-9) or abs(x) > 1e-4


def test_exponents_are_plain() -> None:
    x = np.array([0.3, -7.0, 0.0])
    mantissa, exponent = np.frexp(Variable(x))
    assert type(mantissa) is Variable
    assert type(exponent) is np.ndarray
    np.testing.assert_array_equal(exponent, np.frexp(x)[1])
    np.testing.assert_array_equal(vmap(lambda x: np.frexp(x)[1])(x), np.frexp(x)[1])
    np.testing.assert_array_equal(ldexp(2.0, Variable(np.array([1, 2]))), [4.0, 8.0])


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda x: np.ldexp(x, x), TypeError, "ldexp"),
        (lambda x: np.i0(x + 1j), TypeError, "i0"),
        (lambda x: np.fmod(x + 1j, 1.0), TypeError, "fmod"),
        (lambda x: np.unwrap(x, axis=1), np.exceptions.AxisError, "axis 1"),
        (lambda x: np.vecdot(x, np.ones(1)), ValueError, "vecdot"),
        (lambda x: np.vecdot(x[0], x), ValueError, "vecdot"),
        (lambda x: np.gcd(x, 2), TypeError, "gcd"),
        (lambda x: np.left_shift(x, 2), TypeError, "left_shift"),
        (lambda x: np.isnat(x), TypeError, "isnat"),
        (lambda x: vmap(np.real_if_close)(x + 1j), TypeError, r"np\.real"),
        (lambda x: trace(np.real_if_close)(x.data + 1j), TypeError, r"np\.real"),
    ],
)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.array([1.0, 2.0, 3.0])))


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="NumPy 2.2")
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.matvec(x, np.ones(2)),
        lambda x: np.matvec(x[0], np.ones(3)),
        lambda x: np.vecmat(np.ones(3), x),
        lambda x: np.vecmat(x, x[0]),
    ],
)
def test_vectors_that_do_not_fit(f: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match=r"matvec|vecmat"):
        f(Variable(np.ones((2, 3))))


@pytest.mark.parametrize(
    "f",
    [
        lambda n: np.gcd(n, 4),
        lambda n: np.lcm(n, 4),
        lambda n: np.left_shift(n, 2),
        lambda n: np.right_shift(n, 1),
        np.bitwise_count,
    ],
)
def test_integers_of_integers_are_plain(f: Callable[[Any], Any]) -> None:
    n = np.array([4, 6, 7])
    found = f(Variable(n))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(vmap(lambda n: f(n))(n) if f is not np.bitwise_count else found, found)


@pytest.mark.parametrize("x", [np.array([1 + 1e-15j, 2.0]), np.array([1 + 1j, 2.0])], ids=["close", "apart"])
def test_real_if_close_has_the_dtype_of_numpys(x: Array) -> None:
    expected = np.real_if_close(x)
    found = real_if_close(Variable(x))
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found.data, expected)
    np.testing.assert_array_equal(grad(lambda x: np.real(np.sum(np.real_if_close(x))))(x), [1, 1])


def test_replacements_are_differentiated() -> None:
    x = np.array([NAN, INF, -INF, 1.0])
    found = grad(lambda a, b, c: np.sum(np.nan_to_num(a * x, nan=a, posinf=b, neginf=c)), (0, 1, 2))(2.0, 3.0, 5.0)
    assert found == (2.0, 1.0, 1.0)
