"""Functions of a problem that refer to Variables of any transform, of which some have not one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import pytest

from pydezero import (
    custom_fixed_point,
    custom_linear_solve,
    custom_minimum,
    custom_root,
    grad,
    hessian,
    jacfwd,
    jvp,
    trace,
    vmap,
)
from pydezero.scipy import optimize

Solution: TypeAlias = Callable[[Any], Any]


def newton(f: Any, x: Any, *_params: Any) -> Any:
    for _ in range(60):
        x = x - 2e-6 * f(x) / (f(x + 1e-6) - f(x - 1e-6))
    return x


def iterate(f: Any, x: Any, *_params: Any) -> Any:
    for _ in range(100):
        x = f(x)
    return x


def descend(f: Any, x: Any, *_params: Any) -> Any:
    for _ in range(200):
        x = x - 0.1 * grad(f)(x)
    return x


def by_matrix(f: Any, b: Any, *_params: Any) -> Any:
    return np.linalg.solve(np.stack([f(unit) for unit in np.eye(b.size)], axis=1), b)


# Each is a function of one positive number, which its problem captures; beside it what it is in closed form.
SOLUTIONS: Final[dict[str, tuple[Solution, Solution]]] = {
    "root": (lambda a: custom_root(lambda x: x**2 - np.sin(a), newton)(1.0), lambda a: np.sqrt(np.sin(a))),
    "root, parameter": (lambda a: custom_root(lambda x, b: x**2 - a * b, newton)(1.0, a), lambda a: a),
    "root, matrix free": (
        lambda a: custom_root(lambda x: x**2 - a * np.ones(2), newton, lambda f, b: b / f(np.ones(2)))(np.ones(2))[1],
        np.sqrt,
    ),
    "root in a root": (
        lambda a: custom_root(lambda x: x - custom_root(lambda y: y**2 - a * x, newton)(1.0), newton)(2.0),
        lambda a: a,
    ),
    "fixed point": (lambda a: custom_fixed_point(lambda x: (x + a / x) / 2, iterate)(1.0), np.sqrt),
    "minimum": (lambda a: custom_minimum(lambda x: (x - a) ** 2 + x**2 * a, descend)(0.5), lambda a: a / (1 + a)),
    "linear": (
        lambda a: custom_linear_solve(lambda x: a * x + np.roll(x, 1), by_matrix)(np.ones(2))[0],
        lambda a: 1 / (1 + a),
    ),
    "linear, transposed": (
        lambda a: custom_linear_solve(lambda x: a * x + np.roll(x, 1), by_matrix, by_matrix)(np.ones(2))[0],
        lambda a: 1 / (1 + a),
    ),
    "brentq": (lambda a: optimize.brentq(lambda x: x**2 - a, 0.0, 9.0, xtol=1e-14), np.sqrt),
    "optimize.root": (lambda a: optimize.root(lambda x: x**3 - a, [1.0], tol=1e-13).x[0], np.cbrt),
    "minimize": (
        lambda a: optimize.minimize(lambda x: np.sum((x - a) ** 2 + a * x**2), np.ones(2), tol=1e-10).x[0],
        lambda a: a / (1 + a),
    ),
    "minimize, constraint": (
        lambda a: optimize.minimize(
            lambda x: np.sum((x - a) ** 2),
            np.ones(2),
            method="SLSQP",
            constraints={"type": "ineq", "fun": lambda x: a * a / 4 - x[0]},
        ).x[0],
        lambda a: np.minimum(a, a * a / 4),
    ),
    "least squares": (
        lambda a: optimize.least_squares(lambda x: np.stack([x[0] - a, a * x[1] - 1.0]), np.ones(2)).x[1],
        lambda a: 1 / a,
    ),
}
AT: Final = np.array([0.7, 1.3, 2.0])

TRANSFORMS: Final[dict[str, Callable[[Solution], Any]]] = {
    "vmap": lambda f: vmap(f)(AT),
    "vmap of grad": lambda f: vmap(grad(f))(AT),
    "grad of vmap": lambda f: grad(lambda a: vmap(f)(a).sum())(AT),
    "jacfwd of vmap": lambda f: jacfwd(vmap(f))(AT),
    "vmap of jvp": lambda f: vmap(lambda a: jvp(f, (a,), (1.0,))[1])(AT),
    "vmap of vmap": lambda f: vmap(vmap(f))(np.stack([AT, AT])),
    "trace": lambda f: trace(f)(1.3)(0.7),
    "trace of grad": lambda f: trace(grad(f))(1.3)(0.7),
    "grad of trace": lambda f: grad(trace(f)(1.3))(0.7),
    "vmap of trace": lambda f: vmap(trace(f)(1.3))(AT),
}

# The others nest these, for a few problems.
_OF_ALL: Final = ("vmap of grad", "grad of vmap", "trace of grad")


@pytest.mark.parametrize(
    ("transform", "solution"),
    [(t, s) for t in TRANSFORMS for s in SOLUTIONS if t in _OF_ALL or s in ("root", "linear, transposed", "minimize")],
)
def test_what_a_problem_captures_may_have_many_values(transform: str, solution: str) -> None:
    found, expected = (TRANSFORMS[transform](f) for f in SOLUTIONS[solution])
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("solution", ["root", "fixed point", "minimum", "linear, transposed", "optimize.root"])
def test_second_derivatives(solution: str) -> None:
    found, expected = (hessian(lambda a, f=f: (vmap(f)(a) ** 2).sum())(AT) for f in SOLUTIONS[solution])
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_each_branch_of_a_function_captures_in_its_own_way() -> None:
    def residual(x: Any, a: Any) -> Any:
        return x**2 - np.exp(a) if x > 1.2 else x - np.exp(a / 2)

    found = vmap(lambda a: custom_root(lambda x: residual(x, a), newton)(1.0))(np.array([-1.0, 0.1, 2.0]))
    np.testing.assert_allclose(found, np.exp([-0.5, 0.05, 1.0]), rtol=1e-6)


def test_a_function_that_is_called_many_times_runs_once_for_a_record() -> None:
    calls: list[int] = []

    def residual(x: Any, a: Any) -> Any:
        calls.append(0)
        return x**2 - a

    vmap(lambda a: custom_root(lambda x: residual(x, a), newton)(1.0))(AT)
    assert len(calls) == 2  # with the Variable of vmap, which no solver can compute with, and for the record
