"""`derivative`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, functions, grad, numerical_diff
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.jacobians.derivative import derivative
from pydezero.transforms.jacobians.jacobian import jacfwd

X = np.array([[0.4, -1.2, 0.9], [0.1, 0.2, -0.3]])

CASES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sin": (np.sin, np.cos),
    "polynomial": (lambda x: 2 * x**3 - x, lambda x: 6 * x**2 - 1),
    "composition": (lambda x: np.tanh(x**2), lambda x: 2 * x * (1 - np.tanh(x**2) ** 2)),
    "where": (lambda x: np.where(x > 0, x**2, -x), lambda x: np.where(x > 0, 2 * x, -1)),
    "a constant": (lambda x: np.ones_like(x), np.zeros_like),
    "with an array beside": (lambda x: x * np.ones(3), np.ones_like),
    "identity": (lambda x: x, np.ones_like),
}


@pytest.mark.parametrize("x", [X, X[0], X[:1, :1], X[0, 0], X[:0]], ids=lambda x: str(np.shape(x)))
@pytest.mark.parametrize(("f", "expected"), CASES.values(), ids=list(CASES))
def test_element_by_element(f: Callable[[Any], Any], expected: Callable[[Any], Any], x: Any) -> None:
    if np.shape(f(x)) != np.shape(x) and np.ndim(x):
        pytest.skip("broadcast to another shape")
    found = derivative(f)(x)
    assert type(found) is (np.ndarray if np.shape(f(x)) else np.float64)
    assert (found.shape, found.dtype) == (np.shape(f(x)), np.float64)
    assert_allclose(found, expected(x) * np.ones(np.shape(f(x))), rtol=1e-12)
    if np.shape(f(x)) == np.shape(x):
        assert_allclose(found, numerical_diff(f, x), rtol=1e-5, atol=1e-5)


def test_higher_orders() -> None:
    f: Any = np.sin
    for expected in (np.cos(X), -np.sin(X), -np.cos(X), np.sin(X)):
        f = derivative(f)
        assert_allclose(f(X), expected, rtol=1e-12)


def test_a_function_of_a_number_may_be_any() -> None:
    assert_allclose(derivative(lambda t: np.stack([np.cos(t), t**2]))(0.3), [-np.sin(0.3), 0.6])
    found: Any = derivative(lambda t: {"x": np.cos(t), "name": "point", "y": (t * np.ones(2),)})(0.3)
    assert_allclose(found["x"], -np.sin(0.3))
    assert found["name"] == "point"
    assert_array_equal(found["y"][0], [1, 1])


def test_several_arguments() -> None:
    def f(x: Any, name: str, y: Any, *, power: int = 2) -> Any:
        return x * y**power

    y = np.array([1.0, 2.0, 3.0])
    assert_array_equal(derivative(f)(X[0], "f", y), y**2)
    assert_array_equal(derivative(f, 2)(X[0], "f", y, power=3), 3 * X[0] * y**2)
    by_y, by_x = derivative(f, (-1, 0))(X[0], "f", y)
    assert_array_equal(by_x, y**2)
    assert_array_equal(by_y, 2 * X[0] * y)
    assert_array_equal(derivative(f)(2.0, "f", y), y**2)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_a_real_dtype_stays(dtype: Any) -> None:
    assert derivative(lambda x: x**2 + 1)(X.astype(dtype)).dtype == dtype


@pytest.mark.parametrize("x", [3, True, np.array([1, 2])], ids=repr)
def test_integers_become_float64(x: Any) -> None:
    found = derivative(lambda x: x**2)(x)
    assert found.dtype == np.float64
    assert_array_equal(found, 2.0 * np.asarray(x, float))


def test_complex() -> None:
    z = X[0] * (1 + 2j)
    assert_allclose(derivative(lambda t: np.exp(1j * t))(X), 1j * np.exp(1j * X))
    assert_allclose(derivative(np.exp, holomorphic=True)(z), np.exp(z))
    with pytest.raises(TypeError, match=r"derivative\(exp\): an argument is complex.*holomorphic=True"):
        derivative(np.exp)(z)
    with pytest.raises(TypeError, match=r"derivative\(absolute\) with holomorphic: the function returns real"):
        derivative(np.abs, holomorphic=True)(z)
    with pytest.raises(TypeError, match=r"derivative\(exp\) with holomorphic: the arguments must be complex"):
        derivative(np.exp, holomorphic=True)(X)


def number(x: Any) -> Any:
    return x


_untyped: Any = np  # what the stubs say of the arguments of np.sum depends on the version of NumPy

MISTAKES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no function": (
        lambda: derivative(X),  # type: ignore[call-overload]  # the point
        TypeError,
        r"derivative\(f\): f must be a function, got an array",
    ),
    "not elementwise": (
        lambda: derivative(_untyped.sum)(X),
        ValueError,
        r"derivative\(sum\): the function is not elementwise: argument 0 has shape \(2, 3\), the result \(\); use jaco",
    ),
    "a container": (
        lambda: derivative(lambda p: p["a"])({"a": X}),
        TypeError,
        r"derivative\(<lambda>\): argument 0 must be an array or a number, got a dict; jacobian\(f\) takes",
    ),
    "text": (lambda: derivative(np.sin)("text"), TypeError, r"derivative\(sin\): argument 0 is 'text'"),  # type: ignore[call-overload]  # the types refuse it, too
    "no result": (lambda: derivative(lambda x: None)(X), TypeError, r"derivative\(<lambda>\).*is a return missing"),
    "booleans": (lambda: derivative(lambda x: x > 0)(X), TypeError, "returns bool, which has no derivative"),
    "argnums": (lambda: derivative(number, 1)(X), TypeError, r"derivative\(number\): argnums is 1"),  # type: ignore[arg-type, call-overload]  # the types refuse it, too
}


@pytest.mark.parametrize(("wrong", "error", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_mistakes_say_what_to_write(wrong: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s){message}"):
        wrong()


def test_nesting() -> None:
    assert type(derivative(np.sin)(Variable(X))) is Variable
    assert type(derivative(lambda x: x * 2)(Variable(X))) is Variable
    assert type(derivative(lambda x: np.ones((2, 3)))(Variable(X))) is Variable
    assert_allclose(grad(lambda x: functions.sum(derivative(np.sin)(x) ** 2))(X), -2 * np.sin(X) * np.cos(X))
    assert_allclose(
        derivative(lambda t: grad(lambda x: np.sum(np.sin(x * t)))(X[0]))(0.5),
        np.cos(X[0] / 2) - X[0] / 2 * np.sin(X[0] / 2),
    )
    assert_allclose(vmap(derivative(np.sin))(X), np.cos(X))
    assert_allclose(jacfwd(derivative(np.sin))(X[0]), np.diag(-np.sin(X[0])))


def test_no_perturbation_confusion() -> None:
    """The example of Siskind and Pearlmutter (2005): d/dx (x d/dy (x + y)) at 1 is 1, not 2."""
    assert derivative(lambda x: x * derivative(lambda y: x + y)(1.0))(1.0) == 1


def test_results_share_no_memory() -> None:
    x = X.copy()
    for f in (lambda x: x, lambda x: x * 1.0, lambda x: np.ones((2, 3))):
        first, again = derivative(f)(x), derivative(f)(x)
        assert not any(np.shares_memory(a, b) for a, b in [(first, again), (first, x), (again, x)])
        first[...] = 7
        assert_array_equal(derivative(f)(x), again)
    pair: Any = derivative(lambda t: (t * np.ones(3),) * 2)(1.0)
    a, b = pair
    assert not np.shares_memory(a, b)
    assert_array_equal(x, X)


@settings(max_examples=50)
@given(x=st.lists(st.floats(-2, 2), min_size=1, max_size=4), a=st.floats(-5, 5))
def test_linearity_product_and_chain_rule(x: list[float], a: float) -> None:
    at = np.array(x)

    def f(x: Any) -> Any:
        return np.sin(x) * x

    def g(x: Any) -> Any:
        return x**3 - x

    df, dg = derivative(f)(at), derivative(g)(at)
    assert_allclose(derivative(lambda x: f(x) + a * g(x))(at), df + a * dg, atol=1e-9)
    assert_allclose(derivative(lambda x: f(x) * g(x))(at), df * g(at) + f(at) * dg, atol=1e-9)
    assert_allclose(derivative(lambda x: f(g(x)))(at), derivative(f)(g(at)) * dg, atol=1e-9)
