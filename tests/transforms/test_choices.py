"""A branch that was not taken has no derivative, whatever its functions have there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import (
    Function,
    checkpoint,
    cond,
    custom_jvp,
    custom_vjp,
    grad,
    hessian,
    jacfwd,
    jacrev,
    linearize,
    scan,
    trace,
    vjp,
    vmap,
)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

X: Final = np.array([-2.0, 0.0, 4.0])

# Functions of one element, their first derivatives at X, and their second.
CHOICES: Final[dict[str, tuple[Callable[[Any], Any], list[float], list[float]]]] = {
    "log": (lambda x: np.where(x > 0, np.log(x), 0.0), [0, 0, 1 / 4], [0, 0, -1 / 16]),
    "sqrt": (lambda x: np.where(x > 0, np.sqrt(x), x), [1, 1, 1 / 4], [0, 0, -1 / 32]),
    "divide": (lambda x: np.where(x == 0, 1.0, np.sin(x) / x), [], []),
    "power": (lambda x: np.where(x > 0, x**-0.5, 2 * x), [2, 2, -1 / 16], [0, 0, 3 / 128]),
    "arccos": (lambda x: np.where(np.abs(x) < 1, np.arccos(x), 3 * x), [3, -1, 3], [0, 0, 0]),
    "chain": (lambda x: np.where(x > 0, np.exp(np.log(x) * 2), 0.0), [0, 0, 8], [0, 0, 2]),
    "nested": (
        lambda x: np.where(x > 0, np.log(np.where(x > 1, x, x * 2)), np.where(x < 0, np.log(-x), 5.0)),
        [-1 / 2, 0, 1 / 4],
        [-1 / 4, 0, -1 / 16],
    ),
    "reduced before": (
        lambda x: np.where(x > 0, np.log(np.sum(np.stack([x, x]), axis=0)), x),
        [1, 1, 1 / 4],
        [0, 0, -1 / 16],
    ),
    "with a constant": (lambda x: np.where(x > 0, np.log(x) * 2 + 1 / x, x), [1, 1, 7 / 16], [0, 0, -3 / 32]),
}
CHOICES["divide"] = (
    CHOICES["divide"][0],
    [(x * np.cos(x) - np.sin(x)) / x**2 if x else 0.0 for x in X],
    [-np.sin(x) / x - 2 * np.cos(x) / x**2 + 2 * np.sin(x) / x**3 if x else 0.0 for x in X],
)


def of_the_sum(f: Callable[[Any], Any]) -> Any:
    return grad(lambda x: np.sum(f(x)))


# Ways to the derivative of f at each element.
WAYS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "of each": lambda f, x: np.stack([grad(f)(x[i]) for i in range(3)]),
    "of the sum": lambda f, x: of_the_sum(f)(x),
    "of a batch": lambda f, x: vmap(grad(f))(x),
    "of an array": lambda f, x: vjp(f, x)[1](np.ones(3))[0],
    "forward": lambda f, x: np.diagonal(jacfwd(f)(x)),
    "reverse": lambda f, x: np.diagonal(jacrev(f)(x)),
    "linearized": lambda f, x: linearize(f, x)[1](np.ones(3)),
    "traced": lambda f, x: trace(of_the_sum(f))(np.ones(3))(x),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
@pytest.mark.parametrize(("f", "first", "second"), CHOICES.values(), ids=list(CHOICES))
def test_first_derivatives(f: Callable[[Any], Any], first: list[float], second: list[float], way: Any) -> None:
    np.testing.assert_allclose(way(f, X), first, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("f", "first", "second"), CHOICES.values(), ids=list(CHOICES))
def test_second_derivatives(f: Callable[[Any], Any], first: list[float], second: list[float]) -> None:
    def total(x: Any) -> Any:
        return np.sum(f(x))

    of_sum: Any = grad(total)
    np.testing.assert_allclose(hessian(total)(X), np.diag(second), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(vmap(grad(grad(f)))(X), second, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(grad(lambda x: np.sum(of_sum(x)))(X), np.array(second), rtol=1e-12, atol=1e-15)


def test_a_derivative_that_is_infinite_where_it_is_taken_stays() -> None:
    assert grad(lambda x: np.where(x >= 0, np.sqrt(x), x))(0.0) == np.inf
    assert np.isnan(grad(lambda x: np.where(x >= 0, np.sqrt(x - x), x))(1.0))


NOT_CHOSEN: Final[dict[str, Callable[[Any], Any]]] = {
    "without a choice": lambda x: 0.0 * np.sqrt(x),
    "in the branch that is taken": lambda x: np.where(True, 0.0 * np.log(x), 1.0),
    "beside a choice": lambda x: np.where(x > 0, x, 1.0) + 0.0 * np.log(x),
    "before and beside a choice": lambda x: (lambda y: np.where(x > 0, y, 1.0) + 0.0 * y)(np.log(x)),
    "a factor of 0 in a product": lambda x: np.where(True, np.array([0.0, 1.0]) @ np.log(np.stack([x, x + 1])), 1.0),
}


@pytest.mark.parametrize("f", NOT_CHOSEN.values(), ids=list(NOT_CHOSEN))
def test_nan_that_is_no_choice_of_where_stays_in_every_mode(f: Callable[[Any], Any]) -> None:
    for derivative in (grad(f), jacfwd(f), jacrev(f), trace(grad(f))(1.0), lambda x: linearize(f, x)[1](1.0)):
        assert np.isnan(derivative(0.0))


def rows(x: Any) -> Any:
    """A row of two for each element, infinite where it is 0."""
    return np.log(np.abs(np.stack([x, 2 * x], axis=1)))


@custom_vjp(lambda x: (np.log(x), x), lambda x, g: (g / x,))
def _log_by_vjp(x: Any) -> Any:
    return np.log(x)


@custom_jvp(lambda primals, tangents: (np.log(primals[0]), tangents[0] / primals[0]))
def _log_by_jvp(x: Any) -> Any:
    return np.log(x)


@custom_vjp(lambda x: (np.log(x)[::-1], x), lambda x, g: (np.imag(1j * g[::-1]) / x,))
def _log_backwards(x: Any) -> Any:
    return np.log(x)[::-1]


# Functions of what is infinite where it is not taken, by the kinds of operations between it and the choice.
BETWEEN: Final[dict[str, Callable[[Any], Any]]] = {
    "sum of a row": lambda x: np.where(x > 0, np.sum(rows(x), axis=1), x),
    "largest of a row": lambda x: np.where(x > 0, np.max(rows(x), axis=1), x),
    "norm of a row": lambda x: np.where(x > 0, np.linalg.norm(rows(x), axis=1), x),
    "row times a vector with a 0": lambda x: np.where(x > 0, rows(x) @ np.array([1.0, 0.0]), x),
    "einsum": lambda x: np.where(x > 0, np.einsum("ij,j->i", rows(x), np.array([1.0, 0.0])), x),
    "differences": lambda x: np.where(x > 0, np.diff(np.log(np.abs(np.stack([x, 2 * x])) ** 1.5), axis=0)[0], x),
    "broadcast": lambda x: np.sum(np.where((x > 0)[:, None], np.log(np.abs(x))[:, None] * np.ones(2), 0.0), axis=1),
    "an index loop": lambda x: (lambda y: np.stack([np.where(x[i] > 0, y[i], 0.0) for i in range(3)]))(
        np.sqrt(np.abs(x))
    ),
    "reordered": lambda x: np.where(x[::-1] > 0, np.transpose(rows(x)[::-1])[0], x),
    "transformed as a whole": lambda x: np.where(np.max(x) > 9, np.abs(np.fft.fft(np.log(np.abs(x)))), x),
    "an operation of the user's": lambda x: np.where(False, Function(np.log, lambda g, v: g / v)(x), x),
    "a checkpoint": lambda x: np.where(False, checkpoint(lambda v: np.log(np.abs(v)))(x), x),
    "an operation of the user's, partly": lambda x: np.where(x > 0, Function(np.log, lambda g, v: g / v)(np.abs(x)), x),
    "rules of the user's": lambda x: np.where(x > 0, _log_by_vjp(np.abs(x)), x),
    "a tangent rule of the user's": lambda x: np.where(x > 0, _log_by_jvp(np.abs(x)), x),
    "rules of rows": lambda x: np.where(x > 0, np.sum(_log_by_vjp(np.abs(np.stack([x, 2 * x]))), axis=0), x),
    "a rule that permutes": lambda x: np.where(x[::-1] > 0, _log_backwards(np.abs(x)), x),
    "a checkpoint, partly": lambda x: np.where(x > 0, checkpoint(lambda v: np.log(np.abs(v)))(x), x),
    "a checkpoint in a checkpoint": lambda x: np.where(
        x > 0, checkpoint(lambda v: checkpoint(np.log)(np.abs(v)) * 2)(x), x
    ),
    "a loop": lambda x: np.where(x > 0, scan(lambda c, e: (c, np.log(np.abs(e)) * c), 2.0, x)[1], x),
    "a choice of functions": lambda x: np.where(x > 0, cond(True, np.log, np.sqrt, np.abs(x)), x),
    "a sum with a mask": lambda x: np.stack([np.sum(np.log(np.abs(x)), where=x > 0)]),
    "select": lambda x: np.select([x > 0], [np.log(np.abs(x))], x),
    "choose": lambda x: np.choose((x > 0).astype(int), [x, np.log(np.abs(x))]),
}


@pytest.mark.parametrize("f", BETWEEN.values(), ids=list(BETWEEN))
def test_every_mode_agrees_on_what_is_left_out(f: Callable[[Any], Any]) -> None:
    def total(x: Any) -> Any:
        return np.sum(f(x))

    forward = jacfwd(f)(X)
    assert np.isfinite(forward).all()
    np.testing.assert_allclose(jacrev(f)(X), forward, rtol=1e-12)
    np.testing.assert_allclose([vjp(f, X)[1](e)[0] for e in np.eye(len(forward))], forward, rtol=1e-12)
    np.testing.assert_allclose(trace(jacrev(f))(X)(X), forward, rtol=1e-12)
    np.testing.assert_allclose(grad(total)(X), forward.sum(axis=0), rtol=1e-12)
    twice = jacfwd(jacfwd(total))(X)
    for hessian_of_total in (hessian(total), jacrev(jacrev(total)), jacrev(jacfwd(total))):
        np.testing.assert_allclose(hessian_of_total(X), twice, rtol=1e-12, atol=1e-15)


def test_a_rule_that_takes_no_variables_is_taken_as_a_whole() -> None:
    """Which elements of its cotangent count is not known, so that nothing is left out that might count."""
    f: Any = Function(np.log, lambda g, x: np.array([float(a) / b for a, b in zip(g, x, strict=True)]))
    found = grad(lambda x: np.sum(np.where(x > 0, f(np.abs(x)), x)))(X)
    assert found[2] == 1 / 4
    assert np.isnan(found[1])


def test_several_outputs_of_a_rule() -> None:
    both: Any = Function(lambda x: (np.log(x), np.sqrt(x)), lambda g, h, x: g / x + h / (2 * np.sqrt(x)))
    x = np.abs(X)
    found = grad(lambda x: np.sum(np.where(x > 0, both(x)[0] * 3, x)))(x)
    np.testing.assert_allclose(found, [3 / 2, 1, 3 / 4])
    found = grad(lambda x: np.sum(np.where(x > 0, both(x)[0] + both(x)[1], x)))(x)
    np.testing.assert_allclose(found, [1 / 2 + 1 / np.sqrt(8), 1, 1 / 2])
