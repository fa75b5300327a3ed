"""dtypes at the boundary of the transforms."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import (
    Function,
    Variable,
    checkpoint,
    custom_jvp,
    custom_vjp,
    derivative,
    functions,
    grad,
    hessian,
    jacfwd,
    jvp,
    linearize,
    numerical_diff,
    trace,
    value_and_grad,
    vjp,
    vmap,
)
from tests.rows import over_rows

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]


def f(x: Any) -> Any:
    return np.sum(2 * x * x / 3 + 1)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", [(), (2,)])
def test_a_real_dtype_stays(dtype: Any, shape: tuple[int, ...]) -> None:
    value, gradient = value_and_grad(f)(np.ones(shape, dtype))
    assert value.dtype == gradient.dtype == dtype
    assert_allclose(gradient, np.full(shape, 4 / 3), rtol=1e-3)
    assert grad(lambda x: functions.sum(grad(f)(x)))(np.ones(shape, dtype)).dtype == dtype


@pytest.mark.parametrize("x", [3, True, np.int8(3), np.array([1, 2]), np.array([True]), np.uint8(200)], ids=repr)
def test_integers_and_booleans_become_float64(x: Any) -> None:
    value, gradient = value_and_grad(lambda x: np.sum(x * x))(x)
    assert value.dtype == gradient.dtype == np.float64
    assert value == np.sum(np.square(x, dtype=float))
    assert_array_equal(gradient, 2.0 * np.asarray(x, float))
    assert vjp(lambda x: x, x)[0].dtype == np.float64


@pytest.mark.parametrize("number", [2, 2.0, True, np.float16(2)], ids=repr)
def test_numbers_do_not_promote(number: Any) -> None:
    x = np.ones(2, np.float32)
    for g in (lambda x: x * number, lambda x: number + x, lambda x: x**number, lambda x: number / x):
        assert grad(lambda x, g=g: np.sum(g(x)))(x).dtype == np.float32


def test_each_argument_has_a_gradient_of_its_own_dtype() -> None:
    arguments = [np.ones(2, dtype) for dtype in FLOATS]
    found = grad(lambda *xs: np.sum(xs[0] * xs[1] * xs[2] * xs[3]), (0, 1, 2, 3))(*arguments)
    assert [g.dtype for g in found] == FLOATS


def test_a_float32_variable_among_float64_constants() -> None:
    found = grad(lambda x: np.sum(np.sin(x) * np.ones(2)))(np.ones(2, np.float32))
    assert found.dtype == np.float32


@pytest.mark.parametrize("order", ["<", ">"])
def test_byte_order_is_no_obstacle(order: str) -> None:
    x = np.array([1.0, 2.0], f"{order}f8")
    assert_allclose(grad(f)(x), 4 / 3 * np.array([1.0, 2.0]))


# For f: C -> R the gradient is df/da - i df/db at a + ib.
COMPLEX: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "real": (lambda z: np.real(z), lambda z: np.ones_like(z)),
    "imag": (lambda z: np.imag(z), lambda z: -1j * np.ones_like(z)),
    "abs": (lambda z: np.abs(z), lambda z: np.conj(z) / abs(z)),
    "squared modulus": (lambda z: np.real(z * np.conj(z)), lambda z: 2 * np.conj(z)),
    "holomorphic": (lambda z: np.real(np.exp(z) * z), lambda z: np.exp(z) * (z + 1)),
    "with a constant": (lambda z: np.imag((2 - 1j) * z), lambda z: -1j * (2 - 1j) * np.ones_like(z)),
    "used thrice": (lambda z: np.real(z) + np.real(z) + np.imag(z) * np.real(z), lambda z: 2 + z.imag - 1j * z.real),
}


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize(("f", "expected"), COMPLEX.values(), ids=list(COMPLEX))
def test_the_convention_for_complex_arguments(f: Any, expected: Callable[[Any], Any], dtype: Any) -> None:
    z = np.array([1 + 2j, -0.5 + 1j, 3j], dtype)
    found = grad(lambda z: np.sum(f(z)))(z)
    assert found.dtype == dtype
    assert_allclose(found, expected(z), rtol=1e-5)
    assert_allclose(found, numerical_diff(f, z), rtol=1e-4, atol=1e-5)


def test_a_step_against_the_conjugate_descends() -> None:
    z: Any = np.array(1 + 2j)
    for _ in range(50):
        z = z - 0.1 * np.conj(grad(lambda z: functions.absolute(z - (3 - 1j)) ** 2)(z))
    assert_allclose(z, 3 - 1j, rtol=1e-3)


def test_real_arguments_of_a_complex_computation_have_real_gradients() -> None:
    found = grad(lambda x: functions.sum((x * 1j + x) * (1 - 1j)).real)(np.ones(2))
    assert found.dtype == np.float64
    assert_array_equal(found, [2, 2])


def test_complex_outputs_have_complex_cotangents() -> None:
    y, pullback = vjp(lambda x: x * (1 + 2j), np.array([1.0, 3.0]))
    assert y.dtype == np.complex128
    (found,) = pullback(np.array([1 + 0j, 1j]))
    assert found.dtype == np.float64
    assert_array_equal(found, [1, -2])
    assert_array_equal(pullback(np.array([1, 0]))[0], [1, 0])


# Functions of an array x of single precision and a Python number a.
WITH_NUMBER: dict[str, Callable[[Any, Any], Any]] = {
    "x * a": lambda x, a: x * a,
    "a - x": lambda x, a: a - x,
    "x ** a": lambda x, a: x**a,
    "a ** x": lambda x, a: a**x,
    "np.power(x, a)": lambda x, a: np.power(x, a),
    "a number times a": lambda x, a: x * (2 * a),
    "a times a": lambda x, a: x * (a * a),
    "a ** 2": lambda x, a: x / a**2,
    "-abs(a)": lambda x, a: x + -abs(a),
    "a // 1, a % 1": lambda x, a: x * (a // 1) + x * (a % 1),
    "polynomials of a": lambda x, a: (x - a) * (x + a) / (a * a + 1),
    "np.sin(a), which is of NumPy": lambda x, a: x * np.sin(a),
    "np.where": lambda x, a: np.where(x > 2, x, a),
    "np.clip": lambda x, a: np.clip(x, -a, a),
    "np.maximum": lambda x, a: np.maximum(x, a),
    "np.hypot": lambda x, a: np.hypot(a, x),
    "np.arctan2": lambda x, a: np.arctan2(x, a),
    "np.logaddexp": lambda x, a: np.logaddexp(x, a),
    "np.stack": lambda x, a: np.stack([x[0], a]),
    "an update": lambda x, a: x.at[0].set(a) + x.at[:].add(a) if isinstance(x, Variable) else x + a,
    "a complex number": lambda x, a: x * (a * 1j),
    "twice": lambda x, a: x * a + a,
}
BY: dict[str, Callable[[Callable[[Any, Any], Any], Any, Any], Any]] = {
    "vjp": lambda f, x, a: vjp(f, x, a)[0],
    "vjp of the number": lambda f, x, a: vjp(lambda a: f(x, a), a)[0],
    "jvp": lambda f, x, a: jvp(f, (x, a), (x, 1.0))[0],
    "a tangent": lambda f, x, a: jvp(f, (x, a), (x, 1.0))[1],
    "a tangent along the number": lambda f, x, a: derivative(f, 1)(x, a),
    "linearize": lambda f, x, a: linearize(f, x, a)[1](x, 1.0),
    "value_and_grad": lambda f, x, a: value_and_grad(lambda x, a: np.sum(np.real(f(x, a))), (0, 1))(x, a)[0],
    "in a container": lambda f, x, a: vjp(lambda p: f(p["x"], p["a"]), {"x": x, "a": a})[0],
    "vjp of vjp": lambda f, x, a: vjp(lambda x, a: vjp(f, x, a)[0], x, a)[0],
    "vjp of jvp": lambda f, x, a: vjp(lambda x, a: jvp(f, (x, a), (x, a))[0], x, a)[0],
    "vmap": lambda f, x, a: vmap(f, (0, None))(np.stack([x, x]), a),
    "vmap of vjp": lambda f, x, a: vmap(lambda x, a: vjp(f, x, a)[0], (0, None))(np.stack([x, x]), a),
    "vjp of vmap": lambda f, x, a: vjp(lambda a: vmap(lambda x: f(x, a))(np.stack([x, x])), a)[0],
    "trace": lambda f, x, a: trace(f)(x, a)(x, a),
    "trace of vjp": lambda f, x, a: trace(lambda x, a: vjp(f, x, a)[0])(x, a)(x, a),
    "vjp of trace": lambda f, x, a: vjp(trace(f)(x, a), x, a)[0],
    "checkpoint": lambda f, x, a: vjp(checkpoint(f), x, a)[0],
    "custom_vjp": lambda f, x, a: vjp(custom_vjp(lambda x, a: (f(x, a), x), lambda x, g: (x, 1.0))(f), x, a)[0],
    "custom_vjp, forward": lambda f, x, a: jvp(
        custom_vjp(lambda x, a: (f(x, a), x), lambda x, g: (np.real(g), np.sum(np.real(g))))(f), (x, a), (x, a)
    )[0],
    "custom_jvp": lambda f, x, a: vjp(custom_jvp(lambda p, t: (f(*p), jvp(f, p, t)[1]))(f), x, a)[0],
    "Function": lambda f, x, a: vjp(Function(f, lambda g, x, a: (x, 1.0)), x, a)[0],
}


IMPOSSIBLE: set[tuple[str, str]] = {
    # An array has no x.at.
    *product(["vjp of the number", "a tangent along the number", "vjp of vmap"], ["an update"]),
    # An example that is a number is one of NumPy's.
    ("vmap of vjp", "np.stack"),
}


@over_rows([row for row in product(BY, WITH_NUMBER) if row not in IMPOSSIBLE], by=lambda row: row[0])
def test_a_number_has_the_precision_of_the_arrays_that_it_meets(row: tuple[str, str]) -> None:
    by, name = row
    f, x = WITH_NUMBER[name], np.array([1.5, 2.5], np.float32)
    result = BY[by](f, x, 2.0)
    expected = np.real(f(x, 2.0)) if by == "value_and_grad" else f(x, 2.0)
    assert result.dtype == expected.dtype


@pytest.mark.parametrize("name", WITH_NUMBER)
def test_the_gradient_of_a_number_is_of_double_precision(name: str) -> None:
    f, x = WITH_NUMBER[name], np.array([1.5, 2.5], np.float32)

    def loss(x: Any, a: Any) -> Any:
        return np.sum(np.real(f(x, a)) ** 2)

    if name == "an update":
        pytest.skip("an array has no x.at")
    (value, gradients) = value_and_grad(loss, (0, 1))(x, 2.0)
    assert [g.dtype for g in gradients] == [np.float32, np.float64]
    exact = grad(loss, (0, 1))(x.astype(np.float64), np.float64(2.0))
    for g, right in zip(gradients, exact, strict=True):
        np.testing.assert_allclose(g, right, rtol=1e-4)
    np.testing.assert_allclose(hessian(loss, 1)(x, 2.0), hessian(loss, 1)(x.astype(float), 2.0), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(jacfwd(loss, 1)(x, 2.0), exact[1], rtol=1e-4)
    assert value == pytest.approx(float(loss(x, 2.0)), rel=1e-6)


@pytest.mark.parametrize("number", [True, 3, 2.5, 1.5 + 0.5j], ids=repr)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, np.int8], ids=lambda x: x.__name__)
def test_numbers_of_each_kind(number: Any, dtype: type[np.generic]) -> None:
    x = np.array([1, 2], dtype)
    expected = (x * number).dtype
    if np.dtype(dtype).kind in "fc":
        assert vjp(lambda x, a: x * a, x, number)[0].dtype == expected
        assert vjp(lambda x, a: a * x, x, np.float64(2.0))[0].dtype == (x * np.float64(2.0)).dtype
    assert trace(lambda x, a: x * a)(x, number)(x, number).dtype == expected


BINARY = "add subtract multiply divide power float_power maximum minimum fmax fmin arctan2 hypot logaddexp logaddexp2"
OF_COMPLEX = ("add", "subtract", "multiply", "divide", "power", "float_power")
PAIRS = [
    (np.float32, np.float64),
    (np.float64, np.float32),
    (np.float64, np.complex128),
    (np.complex128, np.float64),
    (np.float32, np.complex64),
    (np.complex64, np.float64),
    (np.float32, np.complex128),
]


def along_ones(f: Callable[..., Any], *args: Any) -> Any:
    return jvp(f, args, tuple(map(np.ones_like, args)))[1]


@pytest.mark.parametrize("dtypes", PAIRS, ids=lambda pair: f"{pair[0].__name__} {pair[1].__name__}")
@pytest.mark.parametrize("name", [*BINARY.split(), "copysign", "remainder", "fmod"])
def test_two_arguments_of_different_dtypes(name: str, dtypes: tuple[Any, Any]) -> None:
    """Each gradient is of the dtype of its argument, and that of double precision: both modes, second order."""
    if (np.complex64 in dtypes or np.complex128 in dtypes) and name not in OF_COMPLEX:
        pytest.skip("of real numbers alone")
    ufunc: Any = getattr(np, name)
    x, y = (np.array(values).astype(dtype) for values, dtype in zip([[1.3, 2.2], [1.7, 0.9]], dtypes, strict=True))
    precise = [v.astype(np.complex128 if v.dtype.kind == "c" else np.float64) for v in (x, y)]

    def first(x: Any, y: Any) -> Any:
        return np.sum(np.real(ufunc(x, y)) ** 2)

    def second(x: Any, y: Any) -> Any:
        of_x, of_y = grad(first, (0, 1))(x, y)
        return 2 * np.sum(np.real(of_x)) + np.sum(np.real(of_y) ** 2)

    for f in (first, second):
        gradients, expected = grad(f, (0, 1))(x, y), grad(f, (0, 1))(*precise)
        assert [g.dtype for g in gradients] == list(map(np.dtype, dtypes))
        for g, right in zip(gradients, expected, strict=True):
            assert_allclose(g, right, rtol=1e-4, atol=1e-5)
        assert_allclose(along_ones(f, x, y), along_ones(f, *precise), rtol=1e-4)
    assert jvp(ufunc, (x, y), (x, y))[1].dtype == ufunc(x, y).dtype
