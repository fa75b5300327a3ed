"""`pydezero.scipy.optimize` beyond its table of arguments: second order, batches, reports, bounds, failures."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.optimize
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, derivative, grad, hessian, jacfwd, jacobian, jacrev, trace, vjp, vmap
from pydezero import functions as F
from pydezero.core.operators import EscapeError
from pydezero.scipy import optimize
from pydezero.testing import check_grads
from tests.scipy.arguments.optimize import (
    DATA,
    MATRIX,
    TIMES,
    coupled,
    cubic,
    curve,
    curve_fit,
    decay,
    fsolve,
    of_squares,
    slope,
    valley,
)

# Any: functions of arrays and of Variables.
Solution = Callable[[Any], Any]

of_grad: Any = grad
of_hessian: Any = hessian
of_jacfwd: Any = jacfwd

A: Final = 2.0


def _minimum(a: Any, x0: Any = (1.0, 1.0), **others: Any) -> Any:
    options = {"jac": of_grad(valley), "hess": of_hessian(valley), "method": "dogleg", "options": {"gtol": 1e-11}}
    return optimize.minimize(valley, x0, args=(a,), **{**options, **others})


SOLUTIONS: Final[dict[str, Solution]] = {
    "root": lambda a: optimize.root(coupled, [1.0, 1.0], args=(a,), tol=1e-13).x,
    "root of a list": lambda a: optimize.root(lambda x, a: list(coupled(x, a)), [1.0, 1.0], a, tol=1e-13).x,
    "root with jac": lambda a: (
        optimize.root(coupled, [1.0, 1.0], (a,), "hybr", lambda x, a: of_jacfwd(coupled)(x, a), 1e-13).x
    ),
    "root with jac=True": lambda a: (
        optimize.root(lambda x, a: (coupled(x, a), of_jacfwd(coupled)(x, a)), [1.0, 1.0], (a,), jac=True, tol=1e-13).x
    ),
    "root by lm": lambda a: optimize.root(coupled, [1.0, 1.0], (a,), "lm", tol=1e-13).x,
    "fun of root": lambda a: optimize.root(coupled, [1.0, 1.0], args=(a,), tol=1e-13).fun,
    "fsolve": lambda a: fsolve([1.0, 1.0], args=(a,)),
    "fsolve with fprime": lambda a: fsolve([1.0, 1.0], args=(a,), fprime=of_jacfwd(coupled), full_output=True)[0],
    "fvec of fsolve": lambda a: fsolve([1.0, 1.0], args=(a,), full_output=True)[1]["fvec"],
    "root_scalar": lambda a: optimize.root_scalar(cubic, a, bracket=(0.0, 3.0)).root,
    "root_scalar by newton": lambda a: optimize.root_scalar(cubic, a, x0=1.0, fprime=slope, xtol=1e-14).root,
    "root_scalar with fprime=True": lambda a: (
        optimize.root_scalar(lambda x, a: (cubic(x, a), slope(x, a)), a, x0=1.0, fprime=True, xtol=1e-14).root
    ),
    "brentq": lambda a: optimize.brentq(cubic, 0.0, 3.0, args=(a,)),
    "brentq of what is captured": lambda a: optimize.brentq(lambda x: cubic(x, a), 0.0, 3.0),
    "bracket": lambda a: optimize.brentq(cubic, 0.0 * a, 3.0 * a, args=(A,)) * a,
    "newton": lambda a: optimize.newton(cubic, 1.0, args=(a,), tol=1e-14),
    "newton of elements": lambda a: optimize.newton(cubic, np.ones(3), slope, (a * np.arange(1.0, 4.0),), 1e-14),
    "newton of captured elements": lambda a: optimize.newton(lambda x: cubic(x, a * np.ones(2)), np.ones(2), tol=1e-14),
    "fixed_point": lambda a: optimize.fixed_point(
        lambda x, a: np.sqrt(a / (x + np.array([3.0, 5.0]))), np.ones(2), (a,), 1e-13
    ),
    "fixed_point of what is captured": lambda a: optimize.fixed_point(lambda x: np.cos(a * x), 0.5, xtol=1e-13),
    "minimize": lambda a: _minimum(a).x,
    "least value": lambda a: _minimum(a).fun,
    "least_squares": lambda a: of_squares([2.0, 0.7], args=(a * DATA,)).x,
    "curve_fit": lambda a: curve_fit(TIMES, a * DATA)[0],
    "covariance of curve_fit": lambda a: curve_fit(TIMES, a * DATA)[1],
    "curve_fit of correlated data": lambda a: curve_fit(
        TIMES, DATA, sigma=np.eye(6) + a * np.outer(TIMES, TIMES), absolute_sigma=True
    )[1],
    "curve_fit of a list": lambda a: curve_fit(list(TIMES), [a, *DATA[1:]])[0],
    "least cost": lambda a: of_squares([2.0, 0.7], args=(a * DATA + np.cos(np.arange(6.0)),)).cost,
}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_to_second_order_in_both_modes(name: str) -> None:
    # Solvers stop at a precision of about 1e-12, so that steps are not too small.
    check_grads(SOLUTIONS[name], (A,), order=2, eps=1e-4, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in SOLUTIONS if "captured" not in name])
def test_a_batch_equals_a_loop(name: str) -> None:
    f = SOLUTIONS[name]
    points = np.array([1.5, 2.0, 2.5])
    for g in (f, of_jacfwd(jacrev(f))):
        assert_allclose(vmap(g)(points), np.stack([g(a) for a in points]), rtol=1e-8, atol=1e-10)
    assert_allclose(
        jacobian(lambda a: vmap(f)(a * points))(1.0), [derivative(f)(a) * a for a in points], rtol=1e-8, atol=1e-10
    )


def test_a_graph_solves_again() -> None:
    graph = trace(lambda a: _minimum(a))(1.0)
    found, expected = graph(A), _minimum(A)
    assert_allclose(found.x, expected.x)
    assert found.nfev == expected.nfev
    assert_allclose(jacobian(lambda a: graph(a).x)(A), jacobian(lambda a: _minimum(a).x)(A))
    of_gradient = trace(of_grad(lambda a: np.sum(_minimum(a).x)))(1.0)
    assert_allclose(of_gradient(A), of_grad(lambda a: np.sum(_minimum(a).x))(A))


# Without Variables each is SciPy's.

_PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "root": lambda m: m.root(lambda x: [x[0] ** 2 - 2.0], [1.0]),
    "root_scalar": lambda m: m.root_scalar(lambda x: math.sin(x) - 0.5, bracket=(0, 1)),
    "brentq": lambda m: m.brentq(lambda x: math.sin(x) - 0.5, 0, 1),
    "fsolve": lambda m: m.fsolve(lambda x: math.sin(x[0]) - 0.5, 0.1),
    "fsolve with full_output": lambda m: m.fsolve(lambda x: [x[0] ** 2 - 2.0], [1.0], full_output=True),
    "curve_fit": lambda m: m.curve_fit(lambda t, a, b: math.sin(b) * t + a, TIMES, DATA),
    "curve_fit with full_output": lambda m: m.curve_fit(curve, TIMES, DATA, [1.0, 1.0], full_output=True),
    "curve_fit within bounds": lambda m: m.curve_fit(curve, TIMES, DATA, bounds=([0.0, 0.0], [5.0, 5.0])),
    "brentq with full_output": lambda m: m.brentq(lambda x: x - 0.5, 0, 1, full_output=True),
    "newton": lambda m: m.newton(lambda x: x**2 - 2, 1.0),
    "newton with full_output": lambda m: m.newton(lambda x: x**2 - 2, 1.0, full_output=True),
    "newton of elements": lambda m: m.newton(lambda x: x**2 - 2, np.ones(2)),
    "fixed_point": lambda m: m.fixed_point(np.cos, [1.0, 2.0]),
    "minimize": lambda m: m.minimize(lambda x: math.exp(x[0]) + x[0] ** 2, [1.0]),
    "minimize within bounds": lambda m: m.minimize(lambda x: math.exp(x[0]), [1.0], bounds=[(0.0, None)]),
    "minimize under constraints": lambda m: m.minimize(
        lambda x: x @ x, [1.0, 2.0], constraints={"type": "eq", "fun": lambda x: x[0] - 1.0}
    ),
    "minimize that fails": lambda m: m.minimize(lambda x: x @ x, [3.0], options={"maxiter": 0}),
    "least_squares": lambda m: m.least_squares(lambda x: np.exp(x) - 2.0, [3.0, 4.0], loss="huber", bounds=(0.0, 5.0)),
}


@pytest.mark.parametrize("name", _PLAIN)
def test_without_variables_it_is_scipys(name: str) -> None:
    found, expected = _PLAIN[name](optimize), _PLAIN[name](scipy.optimize)
    assert type(found) is type(expected)
    assert repr(found) == repr(expected)


_ARGS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "brentq": lambda m, args: m.brentq(cubic, 0.0, 3.0, args=args),
    "root": lambda m, args: m.root(cubic, 1.0, args=args).x,
    "newton": lambda m, args: m.newton(cubic, 1.0, args=args),
    "fixed_point": lambda m, args: m.fixed_point(lambda x, a: np.cos(x) / a, 0.4, args=args),
    "least_squares": lambda m, args: m.least_squares(cubic, 1.0, args=args).x,
}


@pytest.mark.parametrize("args", [(2.0,), [2.0], 2.0], ids=str)
@pytest.mark.parametrize("name", _ARGS)
def test_args_are_passed_on_as_by_scipy(name: str, args: Any) -> None:
    try:
        expected = _ARGS[name](scipy.optimize, args)
    except TypeError:
        with pytest.raises(TypeError):
            _ARGS[name](optimize, args)
    else:
        assert_array_equal(_ARGS[name](optimize, args), expected)


# What SciPy reports


def test_the_report_has_the_solution_words_and_whole_numbers() -> None:
    expected = _minimum(A)
    found, _ = vjp(_minimum, A)
    assert type(found) is scipy.optimize.OptimizeResult
    assert set(expected) - set(found) == {"jac", "hess"}
    for name in set(found) - {"x", "fun"}:
        assert type(found[name]) is type(expected[name])
        assert found[name] == expected[name]
    assert_array_equal(found.x, expected.x)
    assert_allclose(found.fun, expected.fun)
    root, report = vjp(lambda a: optimize.brentq(cubic, 0.0, 3.0, args=(a,), full_output=True), A)[0]
    assert (root, report.converged, report.flag) == (report.root, True, "converged")
    squares = vjp(lambda y: of_squares([2.0, 0.7], args=(y,)), DATA)[0]
    assert_array_equal(squares.active_mask, [0, 0])
    assert set(squares) == {"x", "fun", "cost", "active_mask", "nfev", "njev", "status", "message", "success"}


def test_a_batch_of_reports() -> None:
    points = np.array([1.5, 2.0, 2.5])
    found = vmap(lambda a: _minimum(a))(points)
    expected = [_minimum(a) for a in points]
    for name in ("x", "nfev", "nit", "success", "status"):
        assert_allclose(found[name], np.stack([one[name] for one in expected]))


def test_elements_of_newton_report_each() -> None:
    def f(a: Any) -> Any:
        return optimize.newton(cubic, np.ones(2), args=(a,), full_output=True)

    found: Any = vjp(f, np.array([1.0, 2.0]))[0]
    assert_array_equal(found[1], [True, True])
    assert_array_equal(found[2], [False, False])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of fsolve
@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda a: optimize.root(lambda x, a: x**2 + a, [1.0], (a,)).x[0], "iteration is not making good progress"),
        (lambda a: optimize.fsolve(lambda x, a: x**2 + a, 1.0, (a,))[0], "iteration is not making good progress"),
        (lambda a: optimize.curve_fit(curve, TIMES, a * DATA, [9.0, 3.0], maxfev=3)[0][0], "maxfev = 3"),
        (
            lambda a: optimize.minimize(lambda x, a: (x - a) ** 2, [9.0], a, options={"maxiter": 0}).x[0],
            "Maximum number",
        ),
        (lambda a: optimize.minimize(lambda x: (x - a) ** 2, [9.0], options={"maxiter": 0}).x[0], "Maximum number"),
        (lambda a: optimize.least_squares(lambda x, a: x**3 - a, [9.0], args=(a,), max_nfev=2).x[0], "maximum number"),
        (lambda a: optimize.brentq(cubic, 0.0, 3.0, (a,), maxiter=2), "Failed to converge"),
        (lambda a: optimize.brentq(cubic, 0.0, 3.0, (a,), maxiter=2, disp=False), "convergence error"),
        (lambda a: optimize.newton(cubic, 1.0, args=(a,), maxiter=1, disp=False), "convergence error"),
        (lambda a: optimize.fixed_point(lambda x, a: x + a, 1.0, (a,)), "Failed to converge"),
    ],
)
def test_what_fails_raises_where_it_is_differentiated(f: Solution, message: str) -> None:
    for transform in (of_grad, derivative):
        with pytest.raises(RuntimeError, match=message):
            transform(f)(3.0)


def test_a_batch_of_which_one_fails() -> None:
    def f(a: Any) -> Any:
        return optimize.root(lambda x, a: x**2 + a, [1.0], args=(a,))

    points = np.array([2.0, -2.0])
    assert_array_equal(vmap(f)(points).success, [False, True])
    with pytest.raises(
        RuntimeError, match=r"scipy\.optimize\.root has found no solution \(at 0 of .*not making good progress"
    ):
        vmap(of_grad(lambda a: f(a).x[0]))(points)
    # What SciPy raises itself comes through, also where the function captures what differs between the examples.
    with pytest.raises(ValueError, match="different signs") as raised:
        vmap(lambda a: optimize.brentq(lambda x: x**2 - a, 0.0, 3.0))(-points)
    assert "example 0 of a batch of 2" in raised.value.__notes__[0]


# Bounds


@pytest.mark.parametrize(
    ("method", "rtol", "options"),
    [
        ("L-BFGS-B", 1e-5, {"ftol": 0.0, "gtol": 1e-10}),
        ("TNC", 1e-4, {"ftol": 0.0, "gtol": 1e-10}),
        ("SLSQP", 1e-4, {"ftol": 1e-15}),
        ("Nelder-Mead", 1e-2, {"xatol": 1e-8, "fatol": 1e-12}),
        ("trust-constr", 1e-4, {"gtol": 1e-9, "xtol": 1e-13, "barrier_tol": 1e-9}),
    ],
)
def test_what_is_at_a_bound_moves_with_it_alone(method: str, rtol: float, options: dict[str, Any]) -> None:
    others: dict[str, Any] = {"method": method, "options": options}
    if method == "Nelder-Mead":
        others["jac"] = None
    if method != "trust-constr":
        others["hess"] = None

    def within(a: Any, bound: Any) -> Any:
        return _minimum(a, [0.4, 1.0], bounds=[(0.0, bound), (None, 9.0)], **others).x

    # x[0] is the bound, and x[1] the minimum for it.
    slope_1: Any = jacobian(lambda a: optimize.minimize(lambda x, a: valley([0.5, x[0]], a), [1.0], (a,)).x[0])(A)
    assert_allclose(jacobian(within)(A, 0.5), [0.0, slope_1], rtol=rtol, atol=1e-6)
    of_bound: Any = jacobian(lambda b: optimize.minimize(lambda x, b: valley([b, x[0]], A), [1.0], (b,)).x[0])(0.5)
    assert_allclose(jacobian(within, 1)(A, 0.5), [1.0, of_bound], rtol=rtol)


def test_a_batch_with_and_without_an_active_bound() -> None:
    def f(a: Any) -> Any:
        bounds = scipy.optimize.Bounds(0.0, [1.5, 3.0])
        return _minimum(a, method="L-BFGS-B", hess=None, options={"gtol": 1e-10, "ftol": 0.0}, bounds=bounds).x

    points = np.array([0.5, 2.0])
    found = vmap(jacobian(f))(points)
    assert_allclose(found, np.stack([jacobian(f)(a) for a in points]))
    assert found[0, 0] > 0.5
    assert abs(found[1, 0]) < 1e-12


@pytest.mark.parametrize("method", ["trf", "dogbox"])
def test_least_squares_at_a_bound(method: str) -> None:
    def f(y: Any, bound: Any) -> Any:
        return of_squares([2.0, 0.3], args=(y,), bounds=([0.0, 0.0], [np.inf, bound]), method=method).x

    assert f(DATA, 0.5)[1] == pytest.approx(0.5)
    check_grads(f, (DATA, 0.5), order=1, rtol=1e-4, eps=1e-4)


@pytest.mark.parametrize(
    "loss", ["linear", "soft_l1", "huber", "cauchy", "arctan", lambda z: np.stack([z, z**0, 0 * z])]
)
def test_losses(loss: Any) -> None:
    y = DATA + 0.1 * np.sin(np.arange(6.0) ** 2)

    def f(y: Any) -> Any:
        found = of_squares([2.0, 0.7], args=(y,), loss=loss, f_scale=0.08)
        return found.x, found.cost

    check_grads(f, (y,), order=1, rtol=1e-3, eps=1e-4, atol=1e-4)
    assert_allclose(vjp(f, y)[0][1], of_squares([2.0, 0.7], args=(y,), loss=loss, f_scale=0.08).cost)


# Constraints


def _bowl(x: Any, p: Any) -> Any:
    return (x[0] - p) ** 2 + (x[1] - 2 * p) ** 2 + x[2] ** 2 + 0.1 * x[0] * x[1]


def _equal(factor: Any) -> Any:
    return {"type": "eq", "fun": lambda x, factor: factor * x[0] - 0.5 * factor, "args": (factor,)}


def _parabola(x: Any, q: Any) -> Any:
    return q - x[0] - x[1] ** 2


def _constrained(p: Any, constraints: Any, **others: Any) -> Any:
    options = {"method": "SLSQP", "jac": of_grad(_bowl), "options": {"ftol": 1e-12, "maxiter": 500}}
    return optimize.minimize(_bowl, [0.1, 0.2, 0.3], args=(p,), constraints=constraints, **{**options, **others}).x


_CONSTRAINED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "equal": lambda p, q: _constrained(p, {"type": "eq", "fun": lambda x, q: x[0] * x[1] + x[2] - q, "args": (q,)}),
    "active": lambda p, q: _constrained(
        p, [{"type": "ineq", "fun": _parabola, "args": (q,)}, {"type": "ineq", "fun": lambda x: x[2] + 5}]
    ),
    "inactive": lambda p, q: _constrained(p, {"type": "ineq", "fun": _parabola, "args": (9 * q,)}),
    "captured": lambda p, q: _constrained(p, {"type": "ineq", "fun": lambda x: _parabola(x, q)}),
    "with bounds": lambda p, q: _constrained(
        p, {"type": "ineq", "fun": _parabola, "args": q}, bounds=[(0.0, 0.1 * q)] * 3
    ),
    "linear": lambda p, q: _constrained(p, scipy.optimize.LinearConstraint(np.ones((1, 3)), q, q)),
    "linear matrix": lambda p, q: _constrained(p, scipy.optimize.LinearConstraint(q * np.ones((1, 3)), -np.inf, 1.0)),
    "nonlinear": lambda p, q: _constrained(p, scipy.optimize.NonlinearConstraint(lambda x: x[0] + x[1] ** 2, -9.0, q)),
}


@pytest.mark.parametrize("name", _CONSTRAINED)
def test_a_minimum_under_constraints(name: str) -> None:
    f = _CONSTRAINED[name]
    check_grads(f, (1.0, 0.5), order=2, eps=1e-3, rtol=1e-3, atol=1e-4)
    if name != "captured":
        points = np.array([0.4, 0.5])
        of_f = jacobian(lambda q: f(1.0, q))
        assert_allclose(vmap(of_f)(points), np.stack([of_f(q) for q in points]), rtol=1e-6, atol=1e-9)


_INSIDE: Final[dict[str, dict[str, Any]]] = {
    "bounds": {"bounds": scipy.optimize.Bounds(-0.4, 0.4)},
    "linear": {"constraints": scipy.optimize.LinearConstraint([[1.0, 0.5, -0.2], [0.3, -1.0, 0.4]], -np.inf, 0.3)},
    "nonlinear": {
        "constraints": scipy.optimize.NonlinearConstraint(lambda x: x[:2] + 0.1 * x[1] ** 2, -np.inf, [0.3, 0.2])
    },
}
_INSIDE["both"] = {**_INSIDE["bounds"], **_INSIDE["linear"]}


@pytest.mark.parametrize("name", _INSIDE)
def test_a_method_that_stays_inside_finds_what_is_active(name: str) -> None:
    # With SciPy's own tolerances, at which trust-constr ends up to 1e-3 before a constraint.
    def objective(x: Any, p: Any) -> Any:
        return (1.0 + 0.5 * x[0] ** 2) * (x[0] - p[0]) ** 2 + 2 * (x[1] - p[1] + 0.3 * x[0]) ** 2 + (x[2] - p[2]) ** 2

    def minimum(p: Any, **others: Any) -> Any:
        return optimize.minimize(objective, np.zeros(3), (p,), jac=of_grad(objective), **_INSIDE[name], **others).x

    by_barrier: Any = jacobian(lambda p: minimum(p, method="trust-constr", hess=of_hessian(objective)))
    by_active_set: Any = jacobian(lambda p: minimum(p, method="SLSQP", tol=1e-13))
    for p in ([1.0, 0.2, -0.3], [0.1, -0.9, 0.7], [-0.1, 0.3, 0.2], [2.0, 2.0, -2.0]):
        assert_allclose(by_barrier(np.array(p)), by_active_set(np.array(p)), atol=0.01)


def test_methods_agree_about_constraints() -> None:
    slopes: Any = {
        "jac": lambda x: np.array([[1.0, 2 * x[1], 0.0]]),
        "hess": lambda x, v: v[0] * np.diag([0.0, 2.0, 0.0]),
    }
    inside = scipy.optimize.NonlinearConstraint(lambda x: x[0] + x[1] ** 2, -np.inf, 1.0, **slopes)
    constraint = {"type": "ineq", "fun": lambda x: 1.0 - x[0] - x[1] ** 2}
    options = {"gtol": 1e-10, "xtol": 1e-12, "barrier_tol": 1e-10}
    others: Any = {"method": "trust-constr", "options": options, "hess": of_hessian(_bowl)}
    expected = jacobian(lambda p: _constrained(p, constraint))(1.0)
    assert_allclose(jacobian(lambda p: _constrained(p, inside, **others))(1.0), expected, rtol=1e-4, atol=1e-5)
    others = {"method": "COBYLA", "options": {"tol": 1e-9}, "jac": None}
    assert_allclose(jacobian(lambda p: _constrained(p, constraint, **others))(1.0), expected, rtol=1e-4, atol=1e-5)


# Mistakes


@pytest.mark.filterwarnings("ignore::UserWarning")  # of SciPy's about what is singular
@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (
            lambda a: optimize.brentq(lambda x: (x - a) ** 3, 0.0, 3.0),
            np.linalg.LinAlgError,
            r"scipy\.optimize\.brentq.*singular",
        ),
        (
            lambda a: np.sum(optimize.newton(lambda x: x**2 - a, np.array([1.0, 2.0]), maxiter=1)),
            RuntimeError,
            "failed to converge",
        ),
        (lambda a: optimize.brentq(lambda x: x - float(a), 0.0, 3.0), EscapeError, "cannot be turned into a float"),
        (
            lambda a: optimize.root(lambda x: math.sin(x[0]) - math.sin(a), [0.0]).x[0],
            EscapeError,
            "cannot be turned into a float",
        ),
        (
            lambda a: optimize.minimize(lambda x: x[0] ** 2 * float(a), [1.0]).fun,
            EscapeError,
            "cannot be turned into a float",
        ),
        (
            lambda a: (
                optimize.minimize(_bowl, [1.0, 1.0, 1.0], a, "trust-constr", constraints=[_equal(1.0), _equal(2.0)]).fun
            ),
            np.linalg.LinAlgError,
            "singular",
        ),
    ],
)
def test_a_mistake_raises(f: Solution, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        of_grad(f)(1.5)


def test_a_variable_that_was_made_by_hand() -> None:
    a = Variable(np.array(2.0))
    assert type(optimize.brentq(cubic, 0.0, 3.0, args=(a,))) is Variable
    assert type(decay([2.0, 0.7], DATA)) is np.ndarray


_USES: Final[dict[str, Callable[[Any], Any]]] = {
    "a product": lambda x: x @ np.ones(1),
    "a product with it": lambda x: np.ones(1) @ x,
    "an array": np.asarray,
    "a function": np.linalg.inv,
    "a ufunc": np.sqrt,
    "an element": lambda x: x[0],
    "an attribute": lambda x: x.shape,
    "a call": lambda x: x(1.0),
}


@pytest.mark.parametrize("use", _USES.values(), ids=_USES)
def test_what_is_left_out_of_a_report_says_why(use: Callable[[Any], Any]) -> None:
    def f(a: Any) -> Any:
        report: Any = optimize.minimize(lambda x, a: np.sum((x - a) ** 2), [0.0], a)
        assert type(report) is scipy.optimize.OptimizeResult
        assert "hess_inv" not in report
        with pytest.raises(
            (TypeError, AttributeError), match=r"hess_inv: .*no derivative; np.linalg.inv\(pydezero.hes"
        ):
            use(report.hess_inv)
        with pytest.raises((TypeError, AttributeError), match=r"jac: .*no derivative; pydezero.jacobian\(fun\)"):
            use(copy.copy(report).jac)
        assert "no derivative" in repr(report.hess_inv)
        with pytest.raises(AttributeError, match=r"^anything$"):
            _ = report.anything
        return report.fun

    assert_allclose(of_grad(f)(np.array([1.5])), 0, atol=1e-6)


def test_linear_least_squares_move_as_their_free_columns_do() -> None:
    found = optimize.lsq_linear(Variable(MATRIX), DATA, bounds=(0.0, np.inf), tol=1e-14).x
    x, norm = optimize.nnls(Variable(MATRIX), DATA)
    expected, expected_norm = scipy.optimize.nnls(MATRIX, DATA)
    np.testing.assert_allclose(x.data, expected)
    np.testing.assert_allclose(norm.data, expected_norm)
    np.testing.assert_allclose(found.data, expected, atol=1e-7)
    is_free = expected > 0
    assert 0 < is_free.sum() < 3
    slopes = jacobian(lambda b: optimize.nnls(MATRIX, b)[0])(DATA)
    np.testing.assert_allclose(slopes[is_free], np.linalg.pinv(MATRIX[:, is_free]), rtol=1e-9)
    np.testing.assert_allclose(slopes[~is_free], 0.0, atol=1e-15)
    batches = np.stack([DATA, -DATA, DATA[::-1]])
    np.testing.assert_allclose(
        vmap(lambda b: optimize.nnls(MATRIX, b)[0])(batches), [scipy.optimize.nnls(MATRIX, b)[0] for b in batches]
    )


@pytest.mark.parametrize("inside", [False, True])
def test_a_scalar_minimum_at_a_bound(inside: bool) -> None:
    def least(low: Any) -> Any:
        return optimize.minimize_scalar(lambda x: (x - 2.0) ** 2, bounds=(low, 5.0), options={"xatol": 1e-12}).x

    assert of_grad(least)(1.0 if inside else 3.0) == pytest.approx(0.0 if inside else 1.0)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda v: optimize.nnls(v, DATA[:2]), ValueError, r"nnls: A has the shape \(6, 3\), and b \(2,\)"),
        (lambda v: optimize.nnls(v[:, :0], DATA), ValueError, r"A has the shape \(6, 0\).*, with n > 0"),
        (lambda v: optimize.nnls(v + 1j, DATA), TypeError, "nnls: A is complex; stack"),
        (lambda v: optimize.lsq_linear(v, DATA + 1j), TypeError, "lsq_linear: b is complex"),
        (
            lambda v: optimize.minimize_scalar(lambda x: x * v[0, 0], bounds=(1.0,)).x,
            ValueError,
            "bounds must be a lower",
        ),
        (lambda v: optimize.lsq_linear(v[0], DATA), ValueError, r"lsq_linear: A has the shape \(3,\)"),
        (lambda v: optimize.lsq_linear(v @ np.ones((3, 3)), DATA).x, np.linalg.LinAlgError, "singular"),
        (lambda v: optimize.lsq_linear(v, DATA, (0.0, 0.1), max_iter=1).x, RuntimeError, "found no solution"),
        (
            lambda v: optimize.minimize_scalar(lambda x: (x - v[0, 0]) ** 2, options={"maxiter": 1}).x,
            RuntimeError,
            "(?i)maximum number of iterations",
        ),
    ],
)
def test_a_mistake_of_linear_or_scalar_minima(f: Any, error: type[Exception], message: str) -> None:
    def summed(v: Any) -> Any:
        found = f(v)
        return F.sum(found[0] if isinstance(found, tuple) else found)

    with pytest.raises(error, match=message):
        of_grad(summed)(MATRIX)


_CUBES: Final = np.linspace(0.3, 8.1, 12)

# Of one number a: roots that `vmap` finds for all examples together, or for one after the other where f takes no batch.
BRACKETED: Final[dict[str, Solution]] = {
    "captured": lambda a: optimize.brentq(lambda x: x**3 - a * np.cos(x), 0.0, 3.0),
    "an argument": lambda a: optimize.brentq(lambda x, a: x**3 - a, 0.0, 3.0, args=(a,)),
    "a bracket of its own": lambda a: optimize.root_scalar(lambda x: x**3 - a, bracket=[-a, 1 + a]).root,
    "a root at an end": lambda a: optimize.brentq(lambda x: x - a, 0.3, 8.1),
    "a number of Python": lambda a: a * optimize.brentq(lambda x: math.cos(float(x)), 0.0, 3.0),
}


@pytest.mark.parametrize("f", BRACKETED.values(), ids=list(BRACKETED))
def test_roots_in_brackets_of_a_batch_are_those_of_the_loop(f: Solution) -> None:
    assert_allclose(vmap(f)(_CUBES), [f(a) for a in _CUBES], rtol=1e-13)
    assert_allclose(vmap(of_grad(f))(_CUBES), [grad(f)(a) for a in _CUBES], rtol=1e-10)
    assert_allclose(grad(lambda s: np.sum(vmap(f)(s * _CUBES)))(1.0), np.sum([a * grad(f)(a) for a in _CUBES]))
    assert_allclose(vmap(of_grad(of_grad(f)))(_CUBES), [grad(of_grad(f))(a) for a in _CUBES], rtol=1e-8, atol=1e-12)


def test_the_function_is_evaluated_for_all_examples_at_once() -> None:
    calls: list[int] = []

    def f(x: Any, a: Any) -> Any:
        calls.append(1)
        return x**3 - a

    found = vmap(lambda a: optimize.brentq(f, 0.0, 3.0, (a,), full_output=True)[1].iterations)(_CUBES)
    assert len(calls) < 4 * np.max(found)
    alone = [optimize.brentq(f, 0.0, 3.0, (a,), full_output=True)[1].iterations for a in _CUBES]
    assert_allclose(found, alone, atol=1)  # a power of many numbers is rounded otherwise than that of one


def test_a_function_that_asks_for_the_value_runs_for_one_example_after_the_other() -> None:
    def f(a: Any) -> Any:
        return optimize.brentq(lambda x, a: x - a if x > 1.0 else 2 * (x - a), 0.0, 9.0, (a,))

    assert_allclose(vmap(f)(_CUBES), _CUBES, rtol=1e-12)


def test_an_example_without_a_root_is_named() -> None:
    with pytest.raises(ValueError, match="must have different signs") as raised:
        vmap(lambda a: optimize.brentq(lambda x: x**3 - a, 0.0, 2.0))(_CUBES)
    assert "example 11 of a batch of 12" in raised.value.__notes__[0]
