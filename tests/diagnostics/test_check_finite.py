"""What is not finite is found where it was made, forward and backward, and what is meant so is let through."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import attrs
import numpy as np
import pytest

from pydezero import (
    Function,
    Variable,
    check_finite,
    checkpoint,
    custom_jvp,
    custom_vjp,
    functions,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    trace,
    value_and_grad,
    vjp,
    vmap,
)

# Any: NumPy's stubs know no Variable.
Make = Callable[[Any], Any]

THIS: Final = __file__


def line_with(text: str) -> str:
    """The place of the one line of this file with a comment."""
    lines = inspect.getsource(inspect.getmodule(line_with)).splitlines()  # type: ignore[arg-type]  # it has one
    (number,) = [i for i, line in enumerate(lines, start=1) if line.endswith(f"# {text}")]
    return f"{THIS}:{number}: {lines[number - 1].strip()}"


def message_of(run: Callable[[], object]) -> str:
    with pytest.raises(FloatingPointError) as caught:
        run()
    return str(caught.value)


def model(weights: Any, x: Any) -> Any:
    margins = x @ weights
    logs = np.log(margins - 1.0)  # the logarithm
    roots = np.sqrt(margins * 0.5)  # the root
    return np.sum(logs) + np.sum(roots)


WEIGHTS: Final = np.array([1.0, 2.0])


def test_a_forward_operation_is_named_with_its_line_and_values() -> None:
    x = np.array([[1.0, 0.5], [1.0, 0.0]])
    assert message_of(lambda: check_finite(model)(WEIGHTS, x)) == (
        "check_finite(model): log makes inf of finite operands\n"
        f"  at {line_with('the logarithm')}\n"
        "  operand 0: float64 (2,) [1. 0.]\n"
        "  result: float64 (2,) [ 0. -inf], 1 of 2 elements not finite, first at [1]: -inf of 0.0"
    )


def test_a_backward_operation_is_named_with_the_forward_line() -> None:
    def f(x: Any) -> Any:
        y = x * 1.0
        z = np.sqrt(y)  # whose rule divides
        return np.sum(z)

    assert check_finite(f)(np.zeros(2)) == 0.0
    assert message_of(lambda: check_finite(grad(f))(np.array([4.0, 0.0]))) == (
        "check_finite(f): divide, in the backward of sqrt, makes inf of finite operands\n"
        f"  at {line_with('whose rule divides')}\n"
        "  operand 0: float64 (2,) [0.5 0.5]\n"
        "  operand 1: float64 (2,) [2. 0.]\n"
        "  result: float64 (2,) [0.25 inf], 1 of 2 elements not finite, first at [1]: inf of 0.5 and 0.0"
    )


def test_what_is_finite_is_what_it_was() -> None:
    x = np.array([[1.0, 2.0], [3.0, 0.5]])
    for argnums in (0, 1, (0, 1)):
        expected, found = grad(model, argnums)(WEIGHTS, x), check_finite(grad(model, argnums))(WEIGHTS, x)
        for right, ours in zip(expected, found, strict=True):
            np.testing.assert_array_equal(right, ours)


class Case(NamedTuple):
    """A function, where it goes wrong, and what the message says."""

    function: Make
    at: Any
    said: str


def masked(scores: Any) -> Any:
    """A softmax over some of the scores."""
    scores = np.where(np.array([True, False, True]), scores, -np.inf)
    powers = np.exp(scores - np.max(scores))
    return np.sum(powers / np.sum(powers) * np.arange(3.0))


BLAMED: dict[str, Case] = {
    "overflow": Case(np.exp, 1000.0, "exp makes inf of finite operands"),
    "nan": Case(np.log, -1.0, "log makes nan of finite operands"),
    "of two": Case(lambda x: x / (x - x), np.ones(3), "divide makes inf of finite operands"),
    "the first": Case(lambda x: np.exp(np.sqrt(x) * 1e9) + np.log(-x), 1.0, "exp makes inf"),
    "inf - inf": Case(lambda x: x - np.inf + np.inf, 1.0, "add makes nan of infinite operands"),
    "that arithmetic hides": Case(lambda x: 1.0 / (1.0 + np.exp(x)), 800.0, "exp makes inf"),
    "that arctan hides": Case(lambda x: np.arctan(1.0 / x), 0.0, "divide makes inf"),
    "beside a mask": Case(
        lambda x: np.exp(np.where(np.array([True, False]), x, np.inf)),
        np.array([999.0, 1.0]),
        "exp makes inf of finite",
    ),
    "matmul": Case(lambda x: x @ x, np.full(3, 1e200), "matmul makes inf"),
    "sum": Case(np.sum, np.full(3, 1e308), "sum makes inf"),
    "in a value that is dropped": Case(grad(lambda x: np.sum(x) + np.log(x[0] * 0)), np.ones(2), "log makes inf"),
    "an exception after it": Case(lambda x: np.linalg.eigvalsh(np.log(x)), -np.eye(2), "log makes nan"),
    "grad": Case(grad(np.sqrt), 0.0, "divide, in the backward of sqrt, makes inf"),
    "grad of grad": Case(grad(grad(lambda x: x**1.5)), 0.0, "in the backward of "),
    "value_and_grad": Case(value_and_grad(np.sqrt), 0.0, "in the backward of sqrt,"),
    "vjp": Case(lambda x: vjp(np.sqrt, x)[1](1.0), 0.0, "in the backward of sqrt,"),
    "jvp": Case(lambda x: jvp(np.sqrt, (x,), (1.0,)), 0.0, "divide, in the tangent of sqrt, makes inf"),
    "linearize": Case(lambda x: linearize(np.sqrt, x)[1](1.0), 0.0, "makes inf"),
    "jacfwd": Case(jacfwd(np.sqrt), np.array([1.0, 0.0]), "in the tangent of sqrt"),
    "jacrev": Case(jacrev(np.sqrt), np.array([1.0, 0.0]), "in the backward of sqrt"),
    "hessian": Case(hessian(lambda x: np.sum(x**1.5)), np.array([1.0, 0.0]), "makes inf"),
    "hvp": Case(lambda x: hvp(lambda x: np.sum(x**1.5), (x,), (np.ones(2),)), np.array([1.0, 0.0]), "makes inf"),
    "vmap": Case(vmap(grad(np.sqrt)), np.array([1.0, 0.0]), "in the backward of sqrt"),
    "checkpoint": Case(grad(checkpoint(lambda x: np.sqrt(np.sin(x)))), 0.0, "in the backward of sqrt"),
    "of constants on the way back": Case(
        grad(lambda x: np.sum(x * np.full(2, 1e200)) * 1e200), np.zeros(2), "in the backward of multiply"
    ),
    "an argument": Case(np.sum, np.array([np.nan, 1.0]), "because argument 0 (a) has nan: float64 (2,) [nan 1.]"),
    "a constant": Case(
        lambda x: x * np.array([np.inf, 1.0]), np.ones(2), "because operand 1 of multiply, a constant, has inf"
    ),
    "a result that is a constant": Case(lambda x: np.array([np.nan]), 1.0, "no operation on an argument made it so"),
    "integers": Case(grad(lambda x: np.log(x * 0)), 1, "pass what is to be looked at as an argument, as floats"),
}


@pytest.mark.parametrize("case", BLAMED.values(), ids=list(BLAMED))
def test_who_is_to_blame(case: Case) -> None:
    assert case.said in message_of(lambda: check_finite(case.function)(case.at))


LET_THROUGH: dict[str, tuple[Make, Any]] = {
    "a branch that is not taken": (lambda x: np.where(x > 0, np.log(x), 0.0), np.array([-1.0, 0.0, 2.0])),
    "a chain in it": (lambda x: np.where(x > 0, np.sqrt(np.log(x) + 5.0), 0.0), np.array([-1.0, 0.0, 2.0])),
    "its gradient": (grad(lambda x: np.sum(np.where(x > 0, np.log(x), x))), np.array([-1.0, 0.0, 2.0])),
    "its second derivative": (hessian(lambda x: np.sum(np.where(x > 0, np.log(x), x))), np.array([-1.0, 0.0, 2.0])),
    "its tangent": (jacfwd(lambda x: np.where(x > 0, np.log(x), x)), np.array([-1.0, 0.0, 2.0])),
    "its gradients in a batch": (vmap(grad(lambda x: np.where(x > 0, np.log(x), x))), np.array([-1.0, 0.0, 2.0])),
    "an element that is left out": (lambda x: np.log(x)[1:], np.array([0.0, 1.0])),
    "what is cut off": (lambda x: np.minimum(np.exp(x), 1e6), np.array([0.0, 1000.0])),
    "what is clipped": (lambda x: np.clip(1.0 / x, -1.0, 1.0), np.array([0.0, 2.0])),
    "nan_to_num": (lambda x: np.nan_to_num(np.log(x)), np.array([-1.0, 1.0])),
    "a mask of -inf": (masked, np.ones(3)),
    "the gradient under a mask": (grad(masked), np.ones(3)),
    "an argument that is meant so": (lambda x: np.where(np.isnan(x), 0.0, x), np.array([np.nan, 1.0])),
    "nansum": (grad(np.nansum), np.array([np.nan, 1.0])),
    "logsumexp of little": (grad(lambda x: np.logaddexp(x, -np.inf)), 1.0),
    "norm at 0": (grad(np.linalg.norm), np.zeros(3)),
    "integers": (lambda x: np.arange(x) * 2, 3),
    "text": (lambda x: "done", 1.0),
    "no result": (lambda x: None, 1.0),
}


@pytest.mark.parametrize(("f", "at"), LET_THROUGH.values(), ids=list(LET_THROUGH))
def test_what_is_let_through_is_what_it_was(f: Make, at: Any) -> None:
    with np.errstate(all="ignore"):
        expected = f(at)
    found = check_finite(f)(at)
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_array_equal(found, expected)


OUTSIDE: dict[str, tuple[Callable[[Make], Make], str]] = {
    "grad": (grad, "log makes inf"),
    "jvp": (lambda f: lambda x: jvp(f, (x,), (1.0,)), "log makes inf"),
    "vmap": (lambda f: lambda x: vmap(f)(np.stack([x + 1.0, x])), "log makes inf"),
    "hessian": (hessian, "log makes inf"),
    "checkpoint": (lambda f: grad(checkpoint(f)), "log makes inf"),
    "trace": (trace, "log makes inf"),
    "check_finite": (check_finite, "log makes inf"),
    "custom_vjp": (lambda f: custom_vjp(lambda x: (f(x), x), lambda x, g: (g / x,))(f), "log makes inf"),
}


@pytest.mark.parametrize(("transform", "said"), OUTSIDE.values(), ids=list(OUTSIDE))
def test_inside_of_other_transforms(transform: Callable[[Make], Make], said: str) -> None:
    def f(x: Any) -> Any:
        return np.log(x)  # inside of another

    message = message_of(lambda: transform(check_finite(f))(0.0))
    assert said in message
    assert line_with("inside of another") in message
    transform(check_finite(f))(1.0)


def test_derivatives_of_a_checked_function() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * x**2)

    x = np.array([0.5, -1.0])
    np.testing.assert_allclose(grad(check_finite(f))(x), grad(f)(x), rtol=1e-14)
    np.testing.assert_allclose(hessian(check_finite(f))(x), hessian(f)(x), rtol=1e-14)
    gradient: Make = check_finite(grad(f))
    np.testing.assert_allclose(jacrev(gradient)(x), hessian(f)(x), rtol=1e-14)
    assert isinstance(check_finite(f)(Variable(x)), Variable)


def test_the_line_of_a_rule_of_ones_own() -> None:
    def backward(g: Any, x: Any) -> Any:
        return g / x  # in a rule

    log: Make = Function(lambda x: np.sum(x), backward)
    message = message_of(lambda: check_finite(grad(log))(np.zeros(2)))
    assert "divide makes inf" in message
    assert line_with("in a rule") in message
    message = message_of(lambda: check_finite(Function(lambda x: np.log(x), backward))(np.zeros(2)))
    assert "Function <lambda> makes inf of finite operands" in message


def test_the_line_of_a_tangent_rule_of_ones_own() -> None:
    def rule(primals: Any, tangents: Any) -> Any:
        return primals[0] * 2.0, tangents[0] / primals[0]  # in a tangent rule

    f = custom_jvp(rule)(lambda x: x * 2.0)
    for checked in (check_finite(grad(f)), check_finite(lambda x: jvp(f, (x,), (1.0,)))):
        message = message_of(lambda checked=checked: checked(0.0))  # type: ignore[misc]  # it is bound
        assert line_with("in a tangent rule") in message


def test_the_line_in_a_loop_is_that_of_the_operation() -> None:
    def f(x: Any) -> Any:
        for k in range(5):
            x = np.sqrt(x)  # of the loop
            x = x - 0.3 * k
        return x

    message = message_of(lambda: check_finite(f)(1.0))
    assert "sqrt makes nan of finite operands" in message
    assert line_with("of the loop") in message


@attrs.frozen
class Layer:
    weights: Any
    name: str


def test_containers() -> None:
    def f(layers: Any, *, scale: Any) -> Any:
        return {"y": [layer.weights * scale for layer in layers], "names": [layer.name for layer in layers]}

    layers = [Layer(np.ones(2), "a"), Layer(2.0, "b")]
    found = check_finite(f)(layers, scale=3.0)
    assert found["names"] == ["a", "b"]
    np.testing.assert_array_equal(found["y"][0], [3.0, 3.0])
    assert found["y"][1] == 6.0
    message = message_of(lambda: check_finite(f)([Layer(np.array([1.0, np.inf]), "a")], scale=3.0))
    assert "argument 0 (layers), leaf 0 has inf: float64 (2,) [ 1. inf]" in message
    assert "argument scale has nan: nan" in message_of(lambda: check_finite(f)(layers, scale=np.nan))


def scaled(x: Any, a: float) -> Any:
    return np.sum(x * a)


def test_dtypes_stay() -> None:
    single = np.ones(2, np.float32)
    assert check_finite(lambda x, a: x * a)(single, 0.5).dtype == np.float32
    assert check_finite(grad(scaled))(single, 0.5).dtype == np.float32
    assert check_finite(lambda x: x * 2j)(single).dtype == np.complex64
    assert "multiply makes inf" in message_of(lambda: check_finite(lambda x, a: x * a * a)(single, 1e30))


def test_results_are_the_callers_own() -> None:
    x = np.array([1.0, 2.0])
    found = check_finite(lambda x: x)(x)
    found[0] = 9.0
    assert x[0] == 1.0


def test_numpys_warnings_are_off_and_come_back() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        message_of(lambda: check_finite(np.log)(-1.0))
        with pytest.raises(RuntimeWarning):
            np.log(np.array(-1.0))


def test_an_error_of_the_function_stays_what_it_is() -> None:
    def f(x: Any) -> Any:
        np.log(x * 0.0)
        raise KeyError("another")

    with pytest.raises(KeyError, match="another"):
        check_finite(f)(1.0)
    with pytest.raises(ValueError, match="matmul"):
        check_finite(lambda x: x @ np.ones(2))(np.ones(3))


def test_what_is_no_function() -> None:
    with pytest.raises(TypeError, match=r"write check_finite\(f\)\(x\)"):
        check_finite(2.0)  # type: ignore[call-overload]


def test_threads_do_not_disturb_each_other() -> None:
    def f(x: Variable) -> Variable:
        return functions.sqrt(x) * x

    checked = check_finite(grad(f))

    def run(i: int) -> str:
        if i % 2:
            return message_of(lambda: checked(0.0))
        return str(checked(float(i + 1)))

    expected = [run(i) for i in range(16)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(16))) == expected


def test_signature_and_name_are_kept() -> None:
    assert inspect.signature(check_finite(model)) == inspect.signature(model)
    assert check_finite(model).__name__ == "model"
