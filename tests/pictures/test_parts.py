"""Which operations of a picture are the function's, and which those of its derivatives."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import pytest

from pydezero import (
    Function,
    checkpoint,
    custom_vjp,
    derivative,
    draw,
    grad,
    jacfwd,
    jacobian,
    jacrev,
    trace,
    value_and_grad,
    vmap,
)
from pydezero.pictures.diagram import Diagram, Role

X = np.array([0.5, 1.5, 2.5])


def scalar(x: Any) -> Any:
    return np.sum(np.sin(x) / 2.0 * x)


def elementwise(x: Any) -> Any:
    return np.exp(-x) / (1.0 + x)


def operations(diagram: Diagram, part: int | None) -> list[str]:
    return [box.title for box in diagram.boxes if box.role is Role.OPERATION and box.part == part]


TITLES = ("forward", "backward")


@pytest.mark.parametrize(
    ("f", "of", "x"),
    [
        (grad(scalar), scalar, X),
        (grad(scalar), scalar, np.arange(3)),
        (value_and_grad(scalar), scalar, X),
        (grad(lambda x: (scalar(x), x), has_aux=True), scalar, X),
        (jacrev(elementwise), elementwise, X),
        (jacobian(elementwise), elementwise, X),
        (grad(elementwise), elementwise, 2.0),
        (grad(elementwise), elementwise, 2),
        (vmap(grad(elementwise)), vmap(elementwise), X),
        (grad(np.tanh), np.tanh, 0.5),
        (grad(checkpoint(scalar)), checkpoint(scalar), X),
    ],
)
def test_the_first_part_computes_the_function(f: Callable[..., Any], of: Callable[..., Any], x: Any) -> None:
    diagram = draw(f, fold=False)(x).diagram
    assert diagram.parts == TITLES
    assert operations(diagram, None) == []
    found = set(operations(diagram, 0))
    # A division by fewer elements may be a product with the reciprocal where it is differentiated.
    assert {equation.name for equation in trace(of)(x).equations} <= found | {"divide"}
    assert len(operations(diagram, 0)) + len(operations(diagram, 1)) == len(trace(f)(x).equations)
    assert operations(diagram, 1)


def test_forward_is_all_that_is_computed_before_the_function_returns() -> None:
    diagram = draw(grad(scalar))(X).diagram
    assert operations(diagram, 0) == ["sin", "divide", "multiply", "sum"]
    assert "cos" in operations(diagram, 1)


def test_each_order_has_a_part() -> None:
    f: Callable[..., Any] = np.tanh
    for order in range(1, 5):
        f = grad(f)
        diagram = draw(f)(0.5).diagram
        assert len(diagram.parts) == order + 1
        assert operations(diagram, 0) == ["tanh"]
        assert all(operations(diagram, part) for part in range(order + 1))
    assert diagram.parts == ("forward", "derivative 1", "derivative 2", "derivative 3", "derivative 4")


def test_forward_mode_has_no_part_of_its_own() -> None:
    assert draw(derivative(elementwise))(X).diagram.parts == ()
    assert draw(jacfwd(elementwise))(X).diagram.parts == ()
    assert draw(jacobian(elementwise, mode="forward"))(X).diagram.parts == ()
    assert draw(derivative(grad(np.tanh)))(0.5).diagram.parts == TITLES


def test_a_rule_of_ones_own_is_in_the_part_where_it_runs() -> None:
    cube: Any = custom_vjp(lambda x: (x**3, np.exp(x)), lambda kept, g: (g * kept,))(lambda x: x**3)

    def sine(x: Any) -> Any:
        return np.sin(cube(x))

    diagram = draw(grad(sine))(0.5).diagram
    assert diagram.parts == TITLES
    assert operations(diagram, 0) == ["power", "exp", "custom_vjp(<lambda>)", "sin"]
    assert operations(diagram, 1) == ["cos", "multiply", "multiply"]
    square: Any = Function(forward=lambda x: x * x, backward=lambda g, x: np.negative(g) * x)
    diagram = draw(grad(square))(0.5).diagram
    assert operations(diagram, 0) == ["Function <lambda>"]
    assert operations(diagram, 1) == ["multiply"]


def test_a_function_that_is_no_derivative_has_no_parts() -> None:
    assert draw(scalar)(X).diagram.parts == ()
    assert draw(lambda x: grad(scalar)(x))(X).diagram.parts == ()
    assert draw(vmap(elementwise))(X).diagram.parts == ()
    assert trace(grad(scalar))(X).to_dot().count("cluster") == 0


def test_what_a_derivative_has_is_not_taken_for_what_is_made_of_it() -> None:
    inner: Callable[..., Any] = grad(scalar)

    @wraps(inner)
    def outer(x: Any) -> Any:
        return np.cosh(inner(x))

    def outer_sum(x: Any) -> Any:
        return np.sum(outer(x))

    diagram = draw(outer)(X).diagram
    assert diagram.parts == ()
    assert "cosh" in operations(diagram, None)
    assert draw(grad(outer_sum))(X).diagram.parts == TITLES


def test_a_function_may_be_called_more_than_once() -> None:
    def twice(x: Any, y: Any) -> Any:
        return np.sum(np.sin(x) * y)

    diagram = draw(jacobian(twice, argnums=(0, 1)), fold=False)(X, X).diagram
    assert operations(diagram, 0).count("sin") >= 1
    assert "cos" not in operations(diagram, 0)


def test_containers_and_keywords() -> None:
    def loss(params: Any, *, x: Any, power: int) -> Any:
        return np.sum((params["w"] @ x + params["b"]) ** power)

    gradient: Any = grad(loss)
    picture = draw(gradient)({"w": np.ones((2, 3)), "b": np.ones(2)}, power=2, x=X)
    titles = [box.title for box in picture.diagram.boxes if box.role is Role.INPUT]
    assert titles == ["params['w']", "params['b']", "power", "x"]
    assert [box.title for box in picture.diagram.boxes if box.role is Role.OUTPUT] == ["result['w']", "result['b']"]
