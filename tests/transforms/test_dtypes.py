"""dtypes at the boundary of the transforms."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import functions, grad, numerical_diff, value_and_grad, vjp

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
