"""`custom_vjp`: what a rule may and may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import functions, grad, vjp
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.rules.custom_vjp import custom_vjp
from pydezero.transforms.rules.stop_gradient import stop_gradient

# Any: NumPy's stubs know no Variable.
Operation = Callable[..., Any]

array = np.array([0.5, -1.5, 2.0])


# Memory.


def test_residuals_may_be_overwritten_later() -> None:
    buffer = np.empty(2)

    def forward(x: Any) -> Any:
        np.multiply(2.0, x, out=buffer)
        return x * x, buffer

    operation: Operation = custom_vjp(forward, lambda kept, g: (g * kept,))(lambda x: x * x)
    found = grad(lambda x, y: np.sum(operation(x)) + np.sum(operation(y)), (0, 1))(np.ones(2), np.full(2, 5.0))
    assert_array_equal(found, [[2.0, 2.0], [10.0, 10.0]])


@pytest.mark.parametrize("where", ["forward", "cotangent", "residual", "output"])
def test_rules_may_not_write_into_what_they_are_given(where: str) -> None:
    def spoil(x: Any, here: str) -> Any:
        if here == where:
            x *= 2
        return x

    def forward(x: Any) -> Any:
        y = 2 * spoil(x, "forward")
        return y, (x, y)

    def backward(kept: Any, g: Any) -> Any:
        spoil(kept[0], "residual")
        spoil(kept[1], "output")
        return (spoil(g, "cotangent"),)

    operation: Operation = custom_vjp(forward, backward)(lambda x: 2 * x)
    with pytest.raises(ValueError, match="read-only"):
        grad(lambda x: np.sum(operation(1.0 * x)))(np.ones(2))


def test_gradients_share_no_memory() -> None:
    plus: Operation = custom_vjp(lambda x, y: (x + y, None), lambda _, g: (g, g))(lambda x, y: x + y)
    seed = np.ones(2)
    first, second = vjp(plus, np.ones(2), np.ones(2))[1](seed)
    assert not np.shares_memory(first, second)
    assert not np.shares_memory(first, seed)


def test_an_error_in_a_rule_passes_through_and_nothing_stays_behind() -> None:
    calls: list[int] = []

    def backward(x: Any, g: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("once")
        return (2 * g * x,)

    operation: Operation = custom_vjp(lambda x: (x * x, x), backward)(lambda x: x * x)
    with pytest.raises(ZeroDivisionError, match="once"):
        grad(operation)(3.0)
    assert grad(operation)(3.0) == 6.0


# Closures.


def test_a_variable_of_an_outer_transform_is_a_constant_to_the_rule() -> None:
    def f(x: Any) -> Any:
        scaled: Operation = custom_vjp(lambda y: (x * y, x), lambda x, g: (g * x,))(lambda y: x * y)
        return grad(scaled)(2.0) * x

    assert grad(f)(3.0) == 6.0  # d(x * x) / dx
    assert jvp(f, (3.0,), (1.0,))[1] == 6.0
    assert_array_equal(vmap(f)(array), array**2)


CLOSURES: dict[str, Callable[[Any], Operation]] = {
    "in the function": lambda x: custom_vjp(lambda y: (y * x, None), lambda _, g: (g,))(lambda y: y * x),
    "in the residuals": lambda x: custom_vjp(lambda y: (1.0 * y, x), lambda kept, g: (g * kept,))(lambda y: y),
    "in backward": lambda x: custom_vjp(lambda y: (1.0 * y, None), lambda _, g: (g * x,))(lambda y: y),
}


ESCAPING: dict[str, Callable[[Callable[[Any], Any]], Any]] = {
    "grad": lambda f: grad(f)(3.0),
    "jvp": lambda f: jvp(f, (3.0,), (1.0,)),
    "vmap": lambda f: vmap(f)(array),
}


@pytest.mark.parametrize("transform", ESCAPING.values(), ids=list(ESCAPING))
@pytest.mark.parametrize("make", CLOSURES.values(), ids=list(CLOSURES))
def test_a_variable_that_the_function_was_not_given(
    make: Callable[[Any], Operation], transform: Callable[[Callable[[Any], Any]], Any]
) -> None:
    if transform is ESCAPING["vmap"] and make is not CLOSURES["in the function"]:
        assert_array_equal(transform(lambda x: make(x)(2.0 * x)), 2 * array)
    else:
        with pytest.raises(ValueError, match=r"custom_vjp.*not given.*pass it as an argument"):
            transform(lambda x: make(x)(2.0 * x))


# Mistakes.


def identity_with(backward: Operation) -> Operation:
    def named(x: Any, y: Any) -> Any:
        return x + y[0]

    return custom_vjp(lambda x, y: (x + y[0], None), backward)(named)


WRONG: dict[str, tuple[Operation, type[Exception], str]] = {
    "an array": (lambda _, g: g, TypeError, r"returned an array of shape \(2,\).*a tuple.*each of the 2 arguments"),
    "None": (lambda _, g: None, TypeError, "is a return missing"),
    "too few": (lambda _, g: (g,), ValueError, "1 cotangents for 2 arguments"),
    "too many": (lambda _, g: (g, g, g), ValueError, "3 cotangents for 2 arguments"),
    "shape": (lambda _, g: (g[:1], [g]), ValueError, r"shape \(1,\) for argument 0 of shape \(2,\)"),
    "shape in a container": (lambda _, g: (g, [0.0]), ValueError, r"shape \(\) for argument 1 of shape \(2,\)"),
    "structure": (lambda _, g: (g, g), TypeError, "cotangent of argument 1.*built like"),
    "another container": (lambda _, g: (g, (g,)), TypeError, r"a tuple of 1 \(.*\) as the cotangent of argument 1"),
    "a string": (lambda _, g: ("g", [g]), TypeError, "str as the gradient of argument 0"),
}


@pytest.mark.parametrize(("backward", "error", "message"), WRONG.values(), ids=list(WRONG))
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_a_wrong_backward_raises_and_is_named(
    backward: Operation, error: type[Exception], message: str, mode: str
) -> None:
    operation = identity_with(backward)
    x = np.ones(2)

    def differentiate() -> object:
        if mode == "reverse":
            return grad(lambda x, y: functions.sum(operation(x, y)), (0, 1))(x, [x])
        return jvp(operation, (x, [x]), (x, [x]))

    with pytest.raises(error, match=rf"(?s)custom_vjp\(named\).*{message}"):
        differentiate()


NOT_LINEAR: dict[str, Operation] = {
    "square": lambda _, g: (g * g, None),
    "sine": lambda _, g: (np.sin(g), None),
    "clip": lambda _, g: (np.clip(g, -1, 1), None),
    "a constant": lambda _, g: (np.ones(2), None),
}


@pytest.mark.parametrize("backward", NOT_LINEAR.values(), ids=list(NOT_LINEAR))
def test_forward_mode_needs_a_linear_backward(backward: Operation) -> None:
    x = np.ones(2)
    with pytest.raises(ValueError, match=r"custom_vjp\(named\): backward must be linear"):
        jvp(identity_with(backward), (x, [x]), (x, [x]))


WRONG_FORWARD: dict[str, tuple[Any, str]] = {
    "no pair": (lambda x: x, r"returned a float.*a pair \(output, residuals\)"),
    "three": (lambda x: (x, x, x), "a tuple of 3.*a pair"),
    "None": (lambda x: None, "is a return missing.*a pair"),
    "no array": (lambda x: ("text", x), "forward returned a str.*must return an array"),
    "objects": (lambda x: (np.array([None]), x), "dtype object"),
}


@pytest.mark.parametrize(("forward", "message"), WRONG_FORWARD.values(), ids=list(WRONG_FORWARD))
def test_a_wrong_forward_raises(forward: Any, message: str) -> None:
    operation: Operation = custom_vjp(forward, lambda _, g: (g,))(lambda x: x)
    with pytest.raises(TypeError, match=rf"(?s)custom_vjp.*{message}"):
        grad(operation)(1.0)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_forgotten_rule(position: int) -> None:
    functions_: list[Any] = [lambda x: x] * 3
    functions_[position] = None
    f, forward, backward = functions_
    with pytest.raises(TypeError, match=r"custom_vjp.*must be a function, got None"):
        custom_vjp(forward, backward)(f)


@pytest.mark.parametrize("nondiff", ["x", -1, (0, 1.5), (0, True), None], ids=repr)
def test_wrong_positions_of_static_arguments(nondiff: Any) -> None:
    with pytest.raises(TypeError, match="nondiff_argnums must be"):
        custom_vjp(lambda x: (x, None), lambda _, g: (g,), nondiff)(lambda x: x)


def test_a_static_argument_that_is_a_variable_raises() -> None:
    operation: Operation = custom_vjp(lambda n, x: (n * x, None), lambda n, _, g: (n * g,), 0)(lambda n, x: n * x)
    with pytest.raises(TypeError, match=r"argument 0 is in nondiff_argnums.*stop_gradient"):
        grad(lambda x: operation([x], x))(2.0)
    assert grad(lambda x: operation(stop_gradient(x), x))(2.0) == 2.0


def test_arguments_that_do_not_fit_the_function() -> None:
    def by_keyword(x: Any, *, scale: float = 1.0) -> Any:
        return x * scale

    operation: Operation = custom_vjp(lambda x: (x, None), lambda _, g: (g,))(by_keyword)
    with pytest.raises(TypeError, match="scale can only be passed by keyword"):
        grad(lambda x: operation(x, scale=2.0))(1.0)
    with pytest.raises(TypeError, match=r"custom_vjp\(.*by_keyword\): too many positional arguments"):
        grad(lambda x: operation(x, x))(1.0)
    power: Operation = custom_vjp(lambda x: (x, None), lambda _, g: (g,))(lambda x, /: x)
    with pytest.raises(TypeError, match="'x'"):
        grad(lambda x: power(x=x))(1.0)
    sine: Operation = custom_vjp(lambda x: (np.sin(x), x), lambda x, g: (g * np.cos(x),))(np.sin)
    with pytest.raises(TypeError, match="pass all arguments by position"):
        grad(lambda x: sine(x, dtype=float))(1.0)
