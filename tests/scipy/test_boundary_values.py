"""`solve_bvp`: the result is SciPy's; derivatives in the equations, conditions, ends and places, batches, errors."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate as scipys

import pydezero.scipy
from pydezero import Variable, grad, jacobian, trace, vmap
from pydezero.core.operators import EscapeError
from pydezero.testing import check_grads

solve_bvp: Any = pydezero.scipy.integrate.solve_bvp  # wrong arguments have no types
X: Final = np.linspace(0.0, 1.0, 6)
START: Final = np.zeros((2, 6))
TIGHT: Final[dict[str, Any]] = {"tol": 1e-8, "max_nodes": 5000}


def warm(rate: Any = 1.0, left: Any = 0.1, end: Any = 1.0, solve: Any = solve_bvp) -> Any:
    """The temperature of what burns between two walls."""
    return solve(
        lambda x, y: np.stack([y[1], -rate * np.exp(y[0])]), lambda a, b: [a[0] - left, b[0]], X * end, START, **TIGHT
    )


def note(weight: Any, start: float = 3.0) -> Any:
    """The frequency of the lowest note of a string, which is an unknown parameter."""
    return solve_bvp(
        lambda x, y, p: [y[1], -(p[0] ** 2) * weight * y[0]],
        lambda a, b, p: [a[0], b[0], a[1] - p[0]],
        X,
        np.stack([np.sin(np.pi * X), np.pi * np.cos(np.pi * X)]),
        p=[start],
        **TIGHT,
    )


def test_without_variables_the_result_is_scipys() -> None:
    found, expected = warm(), warm(solve=scipys.solve_bvp)
    assert type(found) is type(expected)
    for name in ("x", "y", "yp", "rms_residuals"):
        assert_array_equal(found[name], expected[name])
    assert_array_equal(found.sol([0.1, 0.7], nu=1), expected.sol([0.1, 0.7], nu=1))
    assert_allclose(grad(lambda t: found.sol(t)[0])(0.3), expected.sol(0.3)[1], rtol=1e-6)


@pytest.mark.parametrize("order", [1, 2])
def test_derivatives(order: int) -> None:
    at = tuple(map(np.array, (1.0, 0.1, 1.1, 0.4)))
    check_grads(lambda rate, left, end, t: warm(rate, left, end).sol(t), at, order=order)


def test_all_of_the_result_has_derivatives() -> None:
    found, plain = warm(Variable(np.array(1.0))), warm()
    for name in ("y", "yp"):
        assert_allclose(found[name].data, plain[name], rtol=1e-12)
    assert_array_equal(found.x, plain.x)
    assert found.p is None
    assert (found.success, found.niter, found.message) == (True, plain.niter, plain.message)
    assert isinstance(warm(end=Variable(np.array(1.0))).x, Variable)
    with pytest.raises(TypeError, match="rms_residuals"):
        _ = found.rms_residuals + 1
    check_grads(lambda rate: [(r := warm(rate)).y[:, ::30], r.yp[:, ::30]], (np.array(1.0),))


def test_a_parameter_that_is_found() -> None:
    def frequency(weight: Any) -> Any:
        return note(weight).p[0]

    assert_allclose(frequency(2.0), np.pi / np.sqrt(2))
    assert_allclose(grad(frequency)(2.0), -np.pi / 2 * 2.0**-1.5)
    assert_allclose(grad(grad(frequency))(2.0), 0.75 * np.pi * 2.0**-2.5)
    weights = np.array([2.0, 2.001])
    assert_allclose(vmap(frequency)(weights), np.pi / np.sqrt(weights))
    assert_allclose(vmap(grad(frequency))(weights), -np.pi / 2 * weights**-1.5)
    assert_allclose(jacobian(lambda start: note(2.0, start).p)(3.0), [0.0])


def test_complex_states() -> None:
    def wave(a: Any) -> Any:
        start = np.ones((2, 6), complex)
        return solve_bvp(lambda x, y: [y[1], -a * y[0]], lambda a, b: [a[0] - 1, b[0] - 2], X, start, tol=1e-7).sol(0.3)

    check_grads(wave, (np.array(1.0 + 0.1j),))


def test_the_derivatives_of_the_user_are_used() -> None:
    def solved(rate: Any) -> Any:
        return solve_bvp(
            lambda x, y: np.stack([y[1], -rate * y[0] + 1]),
            lambda a, b: np.stack([a[0], b[0]]),
            X,
            START,
            fun_jac=lambda x, y: np.broadcast_to(np.array([[0.0, 1.0], [-1.0, 0.0]])[..., None], (2, 2, x.size)),
            bc_jac=lambda a, b: (np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]])),
            **TIGHT,
        ).y[1, 0]

    check_grads(solved, (np.array(1.0),))


def test_what_cannot_be_differentiated_is_named() -> None:
    with pytest.raises(EscapeError, match="solve_bvp: how many nodes the mesh has depends on values"):
        trace(lambda rate: warm(rate).y)(1.0)
    with pytest.raises(EscapeError, match="solve_bvp: how many nodes"):
        trace(grad(lambda rate: warm(rate).y[1, 0]))(1.0)
    with pytest.raises(ValueError, match=r"solve_bvp: .*different shapes, .*write a loop"):
        vmap(lambda rate: warm(rate).sol(0.3))(np.array([0.1, 3.3]))
    with pytest.raises(RuntimeError, match=r"solve_bvp has found no solution.*: The maximum number of mesh nodes"):
        grad(lambda rate: warm(rate).y[1, 0])(4.0)
    with pytest.raises(ValueError, match="solve_bvp: with Variables there is no S"):
        grad(lambda c: solve_bvp(lambda x, y: c - y, lambda a, b: b - 1, X, START[:1], S=np.zeros((1, 1))).y[0, 0])(1.0)
    with pytest.raises(ValueError, match=r"x.* must be strictly increasing"):
        grad(lambda c: solve_bvp(lambda x, y: c - y, lambda a, b: b - 1, X[::-1], START[:1]).y[0, 0])(1.0)
    with pytest.raises(RuntimeError, match=r"solve_bvp has found no solution.*: A singular Jacobian"):
        grad(lambda c: solve_bvp(lambda x, y: [y[1], c * x], lambda a, b: [a[1], b[1]], X, START).y[1, 0])(1.0)
