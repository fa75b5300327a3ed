"""Derivatives where a function has a kink, a step or a removable singularity: exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pytest

from pydezero import grad, jvp, vjp
from tests.functions.case import Array

INF: Final = np.inf
NAN: Final = np.nan


def _gradient(f: Callable[..., Any], *xs: Sequence[Any] | float) -> Any:
    """The gradient of the sum of f, with respect to all arguments."""
    arrays = [np.asarray(x, complex if np.iscomplexobj(x) else float) for x in xs]
    y, pullback = vjp(f, *arrays)
    found = pullback(np.ones_like(y))
    return found[0] if len(arrays) == 1 else found


def _derivative(order: int, f: Callable[[Any], Any]) -> Callable[[float], Any]:
    for _ in range(order):
        f = grad(f)
    return f


def _hessian(f: Callable[[Any], Any], x: Sequence[float]) -> Array:
    rows = [grad(lambda x, i=i: grad(f)(x)[i])(np.asarray(x, float)) for i in range(len(x))]
    return np.stack(rows)


_EXTREMES: Final[tuple[tuple[str, Callable[[Any], Any], Any, Any], ...]] = (
    ("max", np.max, [1, 2, 2], [0, 0.5, 0.5]),
    ("max all", np.max, [2, 2, 2, 2], [0.25] * 4),
    ("max unique", np.max, [1, 3, 2], [0, 1, 0]),
    ("min", np.min, [1, 2, 1], [0.5, 0, 0.5]),
    ("max axis=0", lambda x: np.max(x, axis=0), [[1, 5], [1, 2]], [[0.5, 1], [0.5, 0]]),
    ("max axis=1", lambda x: np.max(x, axis=1), [[1, 1], [2, 5]], [[0.5, 0.5], [0, 1]]),
    ("max axis=1 keepdims", lambda x: np.max(x, axis=1, keepdims=True), [[1, 1], [2, 5]], [[0.5, 0.5], [0, 1]]),
    (
        "min axis=-1 keepdims",
        lambda x: np.min(x, axis=-1, keepdims=True),
        [[1, 1, 2], [2, 5, 1]],
        [[0.5, 0.5, 0], [0, 0, 1]],
    ),
    ("max of infinities", np.max, [INF, 1, INF], [0.5, 0, 0.5]),
    ("max of zeros of either sign", np.max, [0.0, -0.0], [0.5, 0.5]),
    ("amax method", lambda x: x.max(), [3, 3], [0.5, 0.5]),
)


@pytest.mark.parametrize(("f", "x", "expected"), [row[1:] for row in _EXTREMES], ids=[row[0] for row in _EXTREMES])
def test_ties_are_shared_evenly(f: Callable[[Any], Any], x: Any, expected: Any) -> None:
    np.testing.assert_array_equal(_gradient(f, x), expected)


@pytest.mark.parametrize("f", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_equal_arguments_get_half_each(f: Callable[..., Any]) -> None:
    for g in _gradient(f, [1.0, 0.0, -0.0], [1.0, -0.0, 0.0]):
        np.testing.assert_array_equal(g, [0.5] * 3)


@pytest.mark.parametrize("f", [np.fmax, np.fmin])
def test_the_argument_that_is_not_nan_is_chosen(f: Callable[..., Any]) -> None:
    x, y = _gradient(f, [NAN, 1.0], [1.0, NAN])
    np.testing.assert_array_equal(x, [0, 1])
    np.testing.assert_array_equal(y, [1, 0])


@pytest.mark.parametrize(
    ("x", "low", "high", "expected"),
    [
        ([-2.0, 0.0, 0.5, 1.0, 2.0], 0.0, 1.0, [0, 0.5, 1, 0.5, 0]),
        ([-2.0, 0.0, 2.0], 0.0, None, [0, 0.5, 1]),
        ([-2.0, 0.0, 2.0], None, 0.0, [1, 0.5, 0]),
        ([-2.0, 0.0, 2.0], None, None, [1, 1, 1]),
        ([-2.0, 0.0, 2.0], -np.inf, np.inf, [1, 1, 1]),
    ],
)
def test_clip(x: list[float], low: float | None, high: float | None, expected: list[float]) -> None:
    np.testing.assert_array_equal(_gradient(lambda x: np.clip(x, low, high), x), expected)


def test_clip_gives_the_derivative_to_the_bound_outside() -> None:
    x, low, high = _gradient(np.clip, [-2.0, 0.5, 2.0], [0.0] * 3, [1.0] * 3)
    np.testing.assert_array_equal(x, [0, 1, 0])
    np.testing.assert_array_equal(low, [1, 0, 0])
    np.testing.assert_array_equal(high, [0, 0, 1])


_AT_POINTS: Final[tuple[tuple[str, Callable[[Any], Any], Any, Any], ...]] = (
    ("absolute", np.absolute, [-2, 0, 3], [-1, 0, 1]),
    ("absolute complex", np.absolute, [0j, 3 + 4j], [0, 0.6 - 0.8j]),
    ("fabs", np.fabs, [-2, 0, 3], [-1, 0, 1]),
    ("sign", np.sign, [-2, 0, 3], [0, 0, 0]),
    ("floor", np.floor, [-1.5, 0, 1, 2.5], [0] * 4),
    ("ceil", np.ceil, [-1.5, 0, 1, 2.5], [0] * 4),
    ("rint", np.rint, [-1.5, 0, 0.5, 2.5], [0] * 4),
    ("trunc", np.trunc, [-1.5, 0, 1, 2.5], [0] * 4),
    ("floor_divide", lambda x: np.floor_divide(x, 2.0), [-1.5, 0, 2, 2.5], [0] * 4),
    ("floor_divide by", lambda x: np.floor_divide(2.0, x), [-1.5, 1, 2, 2.5], [0] * 4),
    ("heaviside", lambda x: np.heaviside(x, 0.5), [-1.5, 0, 2], [0] * 3),
    ("heaviside of the value at 0", lambda y: np.heaviside(np.array([-1.5, 0, 2]), y), [1, 1, 1], [0, 1, 0]),
    ("remainder", lambda x: np.remainder(x, 2.0), [-3, 0, 2, 2.5], [1] * 4),
    ("remainder by", lambda y: np.remainder(np.array([-3.5, 5.5]), y), [2, -2], [2, 3]),
    ("copysign", lambda x: np.copysign(x, np.array([1.0, -1.0, -0.0, 0.0])), [2, 2, -2, -2], [1, -1, 1, -1]),
    ("copysign of the sign", lambda y: np.copysign(2.0, y), [-2, 0, 3], [0] * 3),
    ("hypot at the origin", lambda x: np.hypot(x, 0.0), [-2, 0, 3], [-1, 0, 1]),
    ("std of equal elements", np.std, [2, 2, 2], [0] * 3),
    ("sinc", np.sinc, [0, 1], [0, -1]),
    ("square", np.square, [0, -1], [0, -2]),
    ("prod", np.prod, [2, 3, 4], [12, 8, 6]),
    ("prod with a zero", np.prod, [0, 3, 4], [12, 0, 0]),
    ("prod with two zeros", np.prod, [0, 3, 0], [0] * 3),
    ("prod with zeros along an axis", lambda x: np.prod(x, axis=1), [[0, 3], [0, 0], [2, 5]], [[3, 0], [0, 0], [5, 2]]),
    ("guarded log", lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0), [-1, 0, 2], [0, 0, 0.5]),
    ("logaddexp far apart", lambda x: np.logaddexp(x, 1000.0), [0, 1000, 3000], [0, 0.5, 1]),
    ("logaddexp2 far apart", lambda x: np.logaddexp2(x, 5000.0), [0, 5000, 9000], [0, 0.5, 1]),
    ("tanh far out", np.tanh, [-500, 500], [0, 0]),
    ("hypot large", lambda x: np.hypot(x, 4e200), [3e200], [0.6]),
    ("hypot small", lambda x: np.hypot(x, 4e-200), [3e-200], [0.6]),
    ("log1p near 0", np.log1p, [1e-20], [1]),
    ("expm1 near 0", np.expm1, [1e-20], [1]),
)


@pytest.mark.parametrize(("f", "x", "expected"), [row[1:] for row in _AT_POINTS], ids=[row[0] for row in _AT_POINTS])
def test_at_points(f: Callable[[Any], Any], x: Any, expected: Any) -> None:
    np.testing.assert_allclose(_gradient(f, x), expected, rtol=1e-12, atol=1e-15)


_POWERS: Final[tuple[tuple[float, list[float], list[float]], ...]] = (
    (0, [-2, 0, 2], [0, 0, 0]),
    (0.0, [-2, 0, 2], [0, 0, 0]),
    (1, [-2, 0, 2], [1, 1, 1]),
    (2, [-2, 0, 2], [-4, 0, 4]),
    (3, [-2, 0, 2], [12, 0, 12]),
    (4.0, [-2, 0, 2], [-32, 0, 32]),
    (1.5, [0, 4], [0, 3]),
    (-1, [-2, 2], [-0.25, -0.25]),
    (-2.0, [-2, 2], [0.25, -0.25]),
    (0.5, [4], [0.25]),
)
_EXPONENT_FORMS: Final[dict[str, Callable[[float], Any]]] = {
    "number": lambda n: n,
    "NumPy number": np.float64,
    "0-d array": lambda n: np.array(float(n)),
    "array": lambda n: np.array([float(n)]),
}


@pytest.mark.parametrize("form", _EXPONENT_FORMS.values(), ids=_EXPONENT_FORMS)
@pytest.mark.parametrize(("n", "x", "expected"), _POWERS)
def test_power_of_any_base(n: float, x: list[float], expected: list[float], form: Callable[[float], Any]) -> None:
    exponent = form(n)
    np.testing.assert_allclose(_gradient(lambda x: x**exponent, x), expected, rtol=1e-14)
    np.testing.assert_allclose(_gradient(lambda x: np.power(x, exponent), x), expected, rtol=1e-14)


@pytest.mark.parametrize(("n", "expected"), [(0, 0), (1, 0), (2, 2), (3, 0), (4, 0), (5, 0)])
def test_second_derivative_of_power_at_zero(n: int, expected: float) -> None:
    assert _derivative(2, lambda x: x**n)(0.0) == expected
    assert _derivative(2, lambda x: x ** np.array(float(n)))(0.0) == expected


def test_third_derivative_of_power_at_zero() -> None:
    assert _derivative(3, lambda x: x**3)(0.0) == 6.0
    assert _derivative(3, lambda x: x**2)(0.0) == 0.0


def test_power_with_respect_to_the_exponent() -> None:
    np.testing.assert_allclose(_gradient(lambda y: 2.0**y, [0, 3]), [np.log(2), 8 * np.log(2)])
    np.testing.assert_array_equal(_gradient(lambda y: 0.0**y, [1, 2]), [0, 0])
    x, y = _gradient(np.power, [0.0, 0.0], [1.0, 2.0])
    np.testing.assert_array_equal(x, [1, 0])
    np.testing.assert_array_equal(y, [0, 0])


def test_sinc_to_fourth_order_at_zero() -> None:
    assert _derivative(2, np.sinc)(0.0) == pytest.approx(-(np.pi**2) / 3, rel=1e-14)
    assert _derivative(3, np.sinc)(0.0) == 0.0
    assert _derivative(4, np.sinc)(0.0) == pytest.approx(np.pi**4 / 5, rel=1e-12)


@pytest.mark.parametrize("x", [0.1499, 0.1501, 0.05, 1e-8])
def test_sinc_is_precise_near_zero(x: float) -> None:
    series = sum((-1) ** k * 2 * k * np.pi ** (2 * k) * x ** (2 * k - 1) / _factorial(2 * k + 1) for k in range(1, 14))
    assert grad(np.sinc)(x) == pytest.approx(series, rel=1e-12)


def _factorial(n: int) -> float:
    return float(np.prod(np.arange(1.0, n + 1)))


def test_second_derivatives_of_prod_at_zeros() -> None:
    np.testing.assert_array_equal(_hessian(np.prod, [0, 3, 0]), [[0, 0, 3], [0, 0, 0], [3, 0, 0]])
    np.testing.assert_array_equal(_hessian(np.prod, [0, 3, 4]), [[0, 4, 3], [4, 0, 0], [3, 0, 0]])


@pytest.mark.parametrize("f", [np.absolute, np.fabs, np.sign, np.floor, np.max, lambda x: np.maximum(x, 0.0)])
def test_second_derivatives_of_kinks_are_zero(f: Callable[[Any], Any]) -> None:
    for x in (-1.5, 0.0, 2.5):
        assert _derivative(2, f)(x) == 0.0


def test_large_and_small_arguments_of_arctan2() -> None:
    y, x = _gradient(np.arctan2, [3.0, 0.0, 0.0], [4.0, 2.0, -2.0])
    np.testing.assert_allclose(y, [0.16, 0.5, -0.5])
    np.testing.assert_allclose(x, [-0.12, 0, 0], atol=1e-16)


def test_repeated_indices_add_up() -> None:
    np.testing.assert_array_equal(_gradient(lambda x: x[[0, 0, 2]], [1, 2, 3]), [2, 0, 1])


def test_of_several_values_set_to_one_element_the_last_counts() -> None:
    x, v = _gradient(lambda x, v: x.at[[0, 0, 2]].set(v), [1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    np.testing.assert_array_equal(x, [0, 1, 0])
    np.testing.assert_array_equal(v, [0, 1, 1])


@pytest.mark.parametrize(
    "f", [np.max, np.min, np.amax, lambda x: np.max(x, axis=0), lambda x: np.max(x, keepdims=True)]
)
@pytest.mark.parametrize("dtype", ["f8", "f4", "f2"])
@pytest.mark.parametrize("ties", [1, 4, 5, 6, 20, 40])
def test_few_and_many_equal_elements_share_alike(f: Callable[[Any], Any], dtype: str, ties: int) -> None:
    """Few of 40 elements are kept by their places, many by a mask."""
    x = np.zeros(40, dtype)
    x[::-1][:ties] = -1 if f is np.min else 1
    shares = np.where(x != 0, np.array(1 / ties, dtype), 0) if ties < 40 else np.full(40, 1 / ties, dtype)
    found = _pulled(f, x)
    assert found.dtype == x.dtype
    np.testing.assert_allclose(found, shares, rtol=1e-3 if dtype == "f2" else 1e-6)
    t = np.linspace(1, 2, 40).astype(dtype)
    np.testing.assert_allclose(np.sum(jvp(f, (x,), (t,))[1]), np.sum(t * shares), rtol=5e-3 if dtype == "f2" else 1e-6)
    twice = _pulled(lambda x: f(x) * 2 + f(x[20:]) + x[0], x)
    of_half = np.concatenate([np.zeros(20), _pulled(f, x[20:])])
    np.testing.assert_allclose(twice, 2 * shares + of_half + np.eye(40)[0], rtol=1e-3 if dtype == "f2" else 1e-6)
    np.testing.assert_array_equal(grad(lambda x: np.sum(t * grad(lambda x: np.sum(f(x)))(x)))(x), np.zeros(40))


def _pulled(f: Callable[[Any], Any], x: Array) -> Array:
    y, pullback = vjp(f, x)
    found: Array = pullback(np.ones_like(y))[0]
    return found
