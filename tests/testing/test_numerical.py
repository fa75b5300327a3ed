"""`numerical_diff`: the yardstick."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, functions, gradients, numerical_diff


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 2, 2), (0,), (2, 0)])
def test_any_shape_as_array_and_as_variable(shape: tuple[int, ...]) -> None:
    x = np.linspace(0.5, 2.0, int(np.prod(shape))).reshape(shape)
    for at in (x, Variable(x)):
        found = numerical_diff(lambda x: np.exp(x) * x, at)
        assert type(found) is np.ndarray
        assert found.shape == shape
        assert_allclose(found, np.exp(x) * (x + 1), rtol=1e-6)


@pytest.mark.parametrize("number", [2.0, 2, np.float32(2.0)], ids=repr)
def test_numbers(number: Any) -> None:
    found = numerical_diff(lambda x: x**2, number)
    assert found.shape == ()
    assert found == pytest.approx(4.0)


@pytest.mark.parametrize("dtype", [np.int64, np.bool, np.float16, np.float32, np.float64])
def test_it_is_computed_in_float64(dtype: Any) -> None:
    found = numerical_diff(lambda x: x * x, np.ones(2, dtype))
    assert found.dtype == np.float64
    assert_allclose(found, [2, 2], rtol=1e-9)


def test_the_function_gets_a_variable_if_x_is_one_else_an_array() -> None:
    seen: set[type] = set()

    def f(x: Any) -> Any:
        seen.add(type(x))
        return x

    numerical_diff(f, np.ones(2))
    assert seen == {np.ndarray}
    numerical_diff(f, Variable(np.ones(2)))
    assert seen == {np.ndarray, Variable}


def test_x_is_never_written_into() -> None:
    def scribbles(x: Any) -> Any:
        y = x * x
        x[...] = 77.0
        return y

    x = np.array([1.0, 2.0])
    assert_allclose(numerical_diff(scribbles, x), [2, 4])
    assert_array_equal(x, [1, 2])
    x.flags.writeable = False
    assert_allclose(numerical_diff(lambda x: x * x, x), [2, 4])


def test_a_result_of_any_shape_is_summed_as_gradients_has_it() -> None:
    f: Callable[[Any], Any] = lambda x: functions.sin(x[:, None] * x)  # as the others
    x = Variable(np.array([0.3, 0.8]))
    assert_allclose(numerical_diff(f, x), gradients(f(x), x), rtol=1e-6)


def test_complex_arguments_follow_the_convention_of_grad() -> None:
    z = np.array([1 + 2j, -1j])
    found = numerical_diff(lambda z: np.abs(z) ** 2, z)
    assert found.dtype == np.complex128
    assert_allclose(found, 2 * np.conj(z), rtol=1e-8)


def test_the_error_is_of_second_order_in_eps() -> None:
    errors = [abs(numerical_diff(np.exp, 1.0, eps) - np.e) for eps in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)
    assert abs(numerical_diff(np.exp, 1.0) - np.e) < 1e-7


@pytest.mark.parametrize("bad", ["x", None, [1.0], {"a": 1.0}, np.array([None]), np.array(["a"])], ids=repr)
def test_what_holds_no_numbers_raises_a_type_error(bad: Any) -> None:
    with pytest.raises(TypeError, match="numerical_diff: "):
        numerical_diff(lambda x: x, bad)


@pytest.mark.parametrize("eps", [0.0, 0, np.nan, -1e-4, np.inf, np.float32(0.0)], ids=repr)
def test_a_step_that_is_none_raises(eps: Any) -> None:
    with pytest.raises(ValueError, match="numerical_diff: eps, the step of the differences, must be positive and"):
        numerical_diff(np.square, 1.0, eps)


@pytest.mark.parametrize("eps", ["1e-4", 1e-4j, None, True, np.array([1e-4])], ids=repr)
def test_a_step_that_is_no_number_raises(eps: Any) -> None:
    with pytest.raises(TypeError, match="numerical_diff: eps must be a number"):
        numerical_diff(np.square, 1.0, eps)
