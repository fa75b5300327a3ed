"""Derivatives of derivatives: orders, closures, and levels that must not be confused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, functions, grad, gradients, numerical_diff, value_and_grad, vjp


def by_pullback(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: vjp(f, x)[1](1.0)[0]


def with_value(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: value_and_grad(f)(x)[1]


DERIVATIVES: dict[str, Callable[[Callable[[Any], Any]], Callable[[Any], Any]]] = {
    "grad": grad,
    "value_and_grad": with_value,
    "vjp": by_pullback,
}
D = pytest.mark.parametrize("d", DERIVATIVES.values(), ids=list(DERIVATIVES))


@D
@pytest.mark.parametrize(
    ("f", "derivatives"),
    [
        (lambda x: x**4, [32.0, 48.0, 48.0]),
        (lambda x: np.sin(x), [np.cos(2), -np.sin(2), -np.cos(2)]),
        (lambda x: np.exp(2 * x), [2 * np.exp(4), 4 * np.exp(4), 8 * np.exp(4)]),
        (lambda x: 1 / x, [-1 / 4, 2 / 8, -6 / 16]),
        (lambda x: np.log(x) * x, [np.log(2) + 1, 1 / 2, -1 / 4]),
        (lambda x: 3.0 * x, [3.0, 0.0, 0.0]),
    ],
)
def test_three_orders(d: Any, f: Callable[[Any], Any], derivatives: list[float]) -> None:
    for expected in derivatives:
        f = d(f)
        found = f(2.0)
        assert type(found) is np.float64
        assert_allclose(found, expected)


@pytest.mark.parametrize("first", DERIVATIVES)
@pytest.mark.parametrize("second", DERIVATIVES)
@pytest.mark.parametrize("third", DERIVATIVES)
def test_any_transforms_nest(first: str, second: str, third: str) -> None:
    f: Callable[[Any], Any] = lambda x: np.sin(x) * x**2
    nested = DERIVATIVES[third](DERIVATIVES[second](DERIVATIVES[first](f)))
    x = 0.7
    assert_allclose(nested(x), (6 - x**2) * np.cos(x) - 6 * x * np.sin(x))


# Perturbation confusion: Siskind & Pearlmutter, Perturbation Confusion and Referential Transparency (2005), and
# Nesting Forward-Mode AD in a Functional Framework (2008).


@D
def test_the_inner_derivative_does_not_see_the_outer_variable(d: Any) -> None:
    """d/dx [x * d/dy (x + y) at 1] at 1 is 1, not 2."""
    assert d(lambda x: x * d(lambda y: x + y)(1.0))(1.0) == 1.0


@D
def test_a_product_across_levels(d: Any) -> None:
    """d/dx [x * d/dy (x y) at 2] at 3 is 6."""
    assert d(lambda x: x * d(lambda y: x * y)(2.0))(3.0) == 6.0


@D
def test_the_inner_derivative_at_the_outer_variable(d: Any) -> None:
    """d/dx [d/dy (x y^3) at x] at 2: of 3 x^3, 36."""
    assert d(lambda x: d(lambda y: x * y**3)(x))(2.0) == 36.0


@D
def test_three_levels(d: Any) -> None:
    """d/dx d/dy d/dz of x^2 y^2 z^2, each at the variable outside: d/dx of [d/dy (2 x^2 y^3) at x] = 6 x^4, 24 x^3."""

    def along_z(x: Any, y: Any) -> Any:
        return d(lambda z: x**2 * y**2 * z**2)(y)

    assert d(lambda x: d(lambda y: along_z(x, y))(x))(1.0) == 24.0


@D
def test_the_derivative_of_a_constant_of_the_inner_level_is_zero(d: Any) -> None:
    assert d(lambda x: x * d(lambda y: x)(1.0))(1.0) == 0.0
    assert d(lambda x: d(lambda y: x * x)(x) + x)(3.0) == 1.0


@D
def test_a_value_of_an_inner_level_that_escapes_is_a_constant_outside(d: Any) -> None:
    escaped: list[Any] = []

    def inner(y: Any) -> Any:
        escaped.append(y * y)
        return y * y

    def outer(x: Any) -> Any:
        slope = d(inner)(2.0)
        return x * slope

    assert d(outer)(3.0) == 4.0
    assert escaped[0].data == 4.0


@D
def test_an_inner_minimum_by_newton_is_differentiated_through(d: Any) -> None:
    """argmin over y of (y^2 - x)^2 / 4 is sqrt(x), found by Newton's method on the derivatives."""

    def root(x: Any) -> Any:
        slope = d(lambda y: (y * y - x) ** 2 / 4)
        y: Any = 1.5
        for _ in range(8):
            y = y - slope(y) / d(slope)(y)
        return y

    assert_allclose(root(2.0), np.sqrt(2))
    assert_allclose(d(root)(2.0), 0.5 / np.sqrt(2))


def test_a_saddle_point_by_nested_optimisation() -> None:
    """min over x of max over y of x^2 + x y - y^2: descent on a derivative of an ascent on a derivative, to (0, 0)."""

    def best_answer(x: Any) -> Any:
        y: Any = 0.3
        slope = grad(lambda y: x * x + x * y - y * y)
        for _ in range(40):
            y = y + 0.4 * slope(y)
        return y

    def value(x: Any) -> Any:
        y = best_answer(x)
        return x * x + x * y - y * y

    x: Any = 1.0
    for _ in range(40):
        x = x - 0.3 * grad(value)(x)
    assert_allclose([x, best_answer(x)], [0, 0], atol=1e-6)


def test_closures_over_outer_variables_at_both_levels() -> None:
    def f(x: Any) -> Any:
        inner = grad(lambda y: np.sum(np.sin(x * y) + x * x))
        return np.sum(inner(np.ones(2)) * inner(x))

    x = np.array([0.4, 0.9])
    expected = numerical_diff(lambda x: np.sum(x * np.cos(x) * x * np.cos(x * x)), x)
    assert_allclose(grad(f)(x), expected, rtol=1e-6)


def test_a_variable_made_by_hand_is_below_all_transforms() -> None:
    x = Variable(np.array(3.0))
    y: Any = grad(lambda z: x * x * z)(2.0)
    assert type(y) is Variable
    assert gradients(y, x) == 6.0


def test_called_with_a_variable_a_transform_gives_variables_also_for_zeros_and_constants() -> None:
    x = Variable(np.array([1.0, 2.0]))
    several: list[Callable[[Any], Any]] = [functions.sum, lambda x: 3.0, lambda x: functions.sum(x * x)]
    for f in several:
        value, gradient = value_and_grad(f)(x)
        assert type(value) is type(gradient) is Variable
        assert gradient.shape == (2,)


def test_hessian_of_a_multivariate_function() -> None:
    def f(x: Any) -> Any:
        return np.sum(x**2) * np.prod(x)

    x = np.array([1.0, 2.0, 3.0])

    def slope(i: int) -> Callable[[Any], Any]:
        return lambda x: grad(f)(x)[i]

    hessian = [grad(slope(i))(x) for i in range(3)]
    slopes = [numerical_diff(slope(i), x) for i in range(3)]
    assert_allclose(hessian, slopes, rtol=1e-6)
    assert_array_equal(hessian, np.transpose(hessian))


def test_mixed_derivatives_of_two_arguments_commute() -> None:
    f: Callable[..., Any] = lambda x, y: np.sin(x * y) * x
    assert_allclose(grad(grad(f, 0), 1)(0.3, 0.8), grad(grad(f, 1), 0)(0.3, 0.8))


def test_grad_of_a_pair_of_gradients() -> None:
    def f(x: Any, y: Any) -> Any:
        of_x, of_y = grad(lambda x, y: x**2 * y**3, (0, 1))(x, y)
        return of_x * of_y

    # 2 x y^3 * 3 x^2 y^2 = 6 x^3 y^5
    assert grad(f, (0, 1))(1.0, 2.0) == (18.0 * 32, 30.0 * 16)


def test_plain_and_outer_arguments_together() -> None:
    def f(x: Any) -> Any:
        of_x, of_plain = grad(lambda a, b: a * b * b, (0, 1))(x, 3.0)
        assert type(of_x) is type(of_plain) is Variable
        return of_x + of_plain * x

    assert grad(f)(2.0) == 12 * 2.0  # 9 + 6 x^2
