"""`Function`: operations of the user's own."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, Variable, functions, grad, gradients, numerical_diff, vjp

# Called with Variables and with arrays, with one output or several: nothing narrower fits.
Operation: TypeAlias = Callable[..., Any]

cube: Operation = Function(forward=lambda x: x**3, backward=lambda g, x: g * 3 * x**2)
product: Operation = Function(lambda x, y: x * y, lambda g, x, y: (g * y, g * x))
polar: Operation = Function(
    lambda r, t: (r * np.cos(t), r * np.sin(t)),
    lambda gx, gy, r, t: (gx * np.cos(t) + gy * np.sin(t), r * (gy * np.cos(t) - gx * np.sin(t))),
)
array = np.array([0.5, -1.5, 2.0])


def two_outputs(x: Any, y: Any) -> Any:
    a, b = polar(x, y)
    return a * a + b


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "one input": lambda x: cube(x),
    "used twice": lambda x: cube(x) * cube(x) + cube(cube(x)),
    "several inputs": lambda x: product(x, np.sin(x)),
    "one Variable among constants": lambda x: product(np.full(x.shape, 2.0), x) + product(x, np.ones(x.shape)),
    "the same input twice": lambda x: product(x, x),
    "two outputs": lambda x: two_outputs(x, x),
    "one output used twice, one unused": lambda x: polar(x, 2 * x)[1] * polar(x, x)[1],
    "an output used twice": lambda x: (lambda a: a * a + a)(polar(x, 0.3 * x)[0]),
    "between other operations": lambda x: np.exp(cube(np.sin(x)) / 2),
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=list(FUNCTIONS))
@pytest.mark.parametrize("x", [np.array(0.7), array, array.reshape(3, 1)], ids=["()", "(3,)", "(3, 1)"])
def test_gradients_agree_with_numerical_ones(f: Callable[[Any], Any], x: Any) -> None:
    found = grad(lambda x: np.sum(f(x)))(x)
    assert found.shape == x.shape
    assert_allclose(found, numerical_diff(f, x), rtol=1e-5, atol=1e-6)
    by_hand = Variable(x)
    assert_allclose(gradients(f(by_hand), by_hand), found)


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_second_order(f: Callable[[Any], Any]) -> None:
    def slope(x: Any) -> Any:
        return grad(lambda x: np.sum(f(x)))(x)

    assert_allclose(grad(lambda x: np.sum(slope(x)))(array), numerical_diff(slope, array), rtol=1e-4, atol=1e-5)


def test_third_order() -> None:
    assert grad(grad(grad(cube)))(5.0) == 6.0


def test_one_output_used_twice_and_one_unused() -> None:
    x, y = Variable(np.array(0.3)), Variable(np.array(0.4))
    a, _ = polar(x, y)
    found = gradients(a * a, (x, y))
    c, s = np.cos(0.4), np.sin(0.4)
    assert_allclose(found, (2 * 0.3 * c * c, -2 * 0.09 * c * s))
    for i, by_hand in enumerate(found):
        at = [0.3, 0.4]

        def of_one(v: Any, i: int = i, at: list[float] = at) -> Any:
            return polar(*[v if j == i else w for j, w in enumerate(at)])[0] ** 2

        assert numerical_diff(of_one, at[i]) == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize("value", [2.0, 2, np.float64(2.0), np.array(2.0), [2.0]], ids=repr)
def test_plain_arguments_give_plain_arrays(value: Any) -> None:
    result = cube(value)
    assert type(result) is np.ndarray
    assert result == 8.0
    assert all(type(out) is np.ndarray for out in polar(value, value))


def test_variables_of_different_transforms() -> None:
    assert grad(lambda x: x * grad(lambda y: product(x, y))(5.0))(3.0) == 6.0


def test_a_function_of_a_function() -> None:
    outer: Operation = Function(lambda x: cube(x) + x, lambda g, x: g * (3 * x**2 + 1))
    assert grad(outer)(2.0) == 13.0


def test_a_function_is_frozen() -> None:
    with pytest.raises(AttributeError):
        setattr(cube, "forward", np.square)  # noqa: B010  # mypy would not let us


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_the_gradient_has_the_dtype_of_the_input(dtype: Any) -> None:
    loose: Operation = Function(lambda x: 2 * x, lambda g, x: np.full(x.shape, 2.0))
    found = grad(lambda x: functions.sum(loose(x)))(np.ones(2, dtype))
    assert found.dtype == dtype
    assert_array_equal(found, [2, 2])


def test_integers() -> None:
    x = Variable(np.array([1, 2]))
    found = gradients(cube(x), x)
    assert_array_equal(found, [3.0, 12.0])
    assert found.dtype == np.float64


def test_complex() -> None:
    z = np.array([1 + 2j, 3j])
    found = grad(lambda z: np.sum(np.real(product(z, z) * (2 - 1j))))(z)
    assert_allclose(found, 2 * z * (2 - 1j))
    assert_allclose(found, numerical_diff(lambda z: np.real(z * z * (2 - 1j)), z))


def test_a_real_input_gets_a_real_gradient_from_a_complex_operation() -> None:
    found = grad(lambda x: functions.sum(product(x, np.array([1j, 2])).real))(np.ones(2))
    assert_array_equal(found, [0.0, 2.0])
    assert found.dtype == np.float64


WRONG: dict[str, tuple[Callable[..., Any], type[Exception], str]] = {
    "too few": (lambda g, x, y: g, ValueError, "1 gradients for 2 inputs"),
    "too many": (lambda g, x, y: (g, g, g), ValueError, "3 gradients for 2 inputs"),
    "wrong shape": (lambda g, x, y: (g, g[:1]), ValueError, r"shape \(1,\) for input 1 of shape \(2,\)"),
    "a scalar": (lambda g, x, y: (1.0, g), ValueError, r"shape \(\) for input 0 of shape \(2,\)"),
    "None": (lambda g, x, y: (g, None), TypeError, "NoneType as the gradient of input 1"),
    "a string": (lambda g, x, y: ("g", g), TypeError, "str as the gradient of input 0"),
    "a list": (lambda g, x, y: (g, [1.0, 2.0]), TypeError, "list as the gradient of input 1"),
}


@pytest.mark.parametrize(("backward", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_backward_raises_and_is_named(
    backward: Callable[..., Any], error: type[Exception], message: str
) -> None:
    def scaled_product(x: Any, y: Any) -> Any:
        return x * y

    wrong: Operation = Function(scaled_product, backward)
    with pytest.raises(error, match=f"scaled_product.*{message}"):
        grad(lambda x: functions.sum(wrong(x, x)))(np.ones(2))


@pytest.mark.parametrize(
    "result",
    [None, "text", [1.0], object(), (np.ones(2), None), np.array([None])],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("x", [np.ones(2), Variable(np.ones(2))], ids=["array", "Variable"])
def test_a_forward_without_arrays_raises(result: Any, x: Any) -> None:
    with pytest.raises(TypeError, match="Function"):
        Function(lambda x: result, lambda g, x: g)(x)


@pytest.mark.parametrize("bad", [None, "x", object(), np.array(["a"])], ids=["None", "str", "object", "str array"])
def test_arguments_that_are_no_arrays_raise(bad: Any) -> None:
    with pytest.raises(TypeError):
        cube(bad)
    with pytest.raises(TypeError):
        product(Variable(np.ones(2)), bad)


def test_an_error_in_forward_passes_through_and_nothing_stays_behind() -> None:
    def fails_once(x: Any, calls: list[int] = []) -> Any:  # noqa: B006  # a memory on purpose
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("once")
        return x * x

    f: Operation = Function(fails_once, lambda g, x: 2 * g * x)
    with pytest.raises(ZeroDivisionError, match="once"):
        grad(f)(3.0)
    assert grad(f)(3.0) == 6.0


# Memory: forward and backward are the user's, and may do with arrays what they like.


def test_forward_may_return_its_input() -> None:
    same: Operation = Function(lambda x: x, lambda g, x: g)
    x = np.ones(2)
    y, pullback = vjp(lambda x: same(x) * 3.0, x)
    x[:] = 100.0
    assert_array_equal(y, [3.0, 3.0])
    assert_array_equal(pullback(np.ones(2))[0], [3.0, 3.0])


def test_forward_may_reuse_a_buffer() -> None:
    buffer = np.empty(2)
    into_buffer: Operation = Function(lambda x: np.multiply(x, x, out=buffer), lambda g, x: 2 * g * x)
    found = grad(lambda x: functions.sum(functions.sin(into_buffer(x)) * into_buffer(3 * x)))(np.array([0.1, 0.2]))
    expected = numerical_diff(lambda x: np.sin(x**2) * 9 * x**2, np.array([0.1, 0.2]))
    assert_allclose(found, expected, rtol=1e-6)


def test_backward_may_reuse_a_buffer() -> None:
    buffer = np.empty(2)
    f: Operation = Function(lambda x: x * x, lambda g, x: np.multiply(2 * g, x, out=buffer))
    first, second = vjp(lambda x, y: functions.sum(f(x)) + functions.sum(f(y)), np.ones(2), np.full(2, 5.0))[1](1.0)
    assert_array_equal(first, [2.0, 2.0])
    assert_array_equal(second, [10.0, 10.0])


def test_forward_may_not_write_into_its_input() -> None:
    def in_place(x: Any) -> Any:
        x *= 2
        return x

    x = np.ones(2)
    f: Operation = Function(in_place, lambda g, x: 2 * g)
    for call in (lambda: f(x), lambda: f(Variable(x)), lambda: grad(lambda x: functions.sum(f(x)))(x)):
        with pytest.raises(ValueError, match="read-only"):
            call()
    assert_array_equal(x, [1.0, 1.0])


def test_backward_may_not_write_into_its_cotangent_or_inputs() -> None:
    def spoils_cotangent(g: Any, x: Any) -> Any:
        g *= 2
        return g

    def spoils_input(g: Any, x: Any) -> Any:
        x *= 2
        return g

    for backward in (spoils_cotangent, spoils_input):
        f: Operation = Function(lambda x: x + 1, backward)
        with pytest.raises(ValueError, match="read-only"):
            grad(lambda x, f=f: functions.sum(f(x)))(np.ones(2))


def test_backward_may_return_one_array_for_two_inputs() -> None:
    plus: Operation = Function(lambda x, y: x + y, lambda g, x, y: (g, g))
    x, y, seed = Variable(np.ones(2)), Variable(np.ones(2)), np.ones(2)
    out = plus(x, y)
    found = gradients(out, (x, y, out), seed)
    for i, one in enumerate(found):
        assert not np.shares_memory(one, seed)
        assert not any(np.shares_memory(one, other) for other in found[:i])


def test_a_constant_argument_that_is_overwritten_later() -> None:
    constant = np.array([2.0, 3.0])

    def f(x: Any) -> Any:
        y = product(x, constant)
        constant[:] = 50.0
        return np.sum(y)

    assert_array_equal(grad(f)(np.ones(2)), [2.0, 3.0])


def test_a_variable_that_forward_was_not_given_raises() -> None:
    def f(x: Variable) -> Any:
        scaled = Function(lambda y: y * x, lambda g, y: g)
        return scaled(2.0 * x)

    with pytest.raises(ValueError, match=r"not given.*pass it as an argument"):
        grad(f)(3.0)


def test_a_variable_of_an_outer_transform_is_a_constant_to_forward() -> None:
    def f(x: Variable) -> Any:
        return grad(Function(lambda y: y * x, lambda g, y: g * x))(2.0) * x

    assert grad(f)(3.0) == 6.0  # d(x * x) / dx
