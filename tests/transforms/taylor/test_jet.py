"""`jet`, `taylor` and `nth_derivative`: what they return, for which programs, and what they refuse."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special

from pydezero import (
    Variable,
    check_finite,
    checkpoint,
    cond,
    custom_fixed_point,
    custom_jvp,
    custom_root,
    custom_vjp,
    grad,
    jacobian,
    jet,
    jit,
    jvp,
    nth_derivative,
    scan,
    stop_gradient,
    taylor,
    trace,
    vmap,
    while_loop,
)
from pydezero.diagnostics.observer import Observer
from pydezero.scipy.signal import lfilter
from tests.transforms.taylor.table import nested

X: Final = np.array([0.4, 0.9, -0.7])
SERIES: Final = [np.array([0.6, -0.8, 0.3]), np.array([0.1, 0.2, -0.5]), np.array([1.0, 0.0, 0.5])]


class Point(NamedTuple):
    x: Any
    y: Any


def check(f: Callable[..., Any]) -> None:
    """A program of an array, along a curve."""
    y, y_series = jet(f, (X,), (SERIES,))
    expected = nested(f, [X], [SERIES], 3)
    for found, wanted in zip([y, *y_series], expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11)


# What is returned


def test_a_derivative_is_given_and_returned_without_a_factorial() -> None:
    y, y_series = jet(lambda x: x**3, (2.0,), ([1.0, 0.0, 0.0, 0.0],))
    assert (y, y_series) == (8.0, [12.0, 12.0, 6.0, 0.0])
    assert type(y) is np.float64
    assert {type(t) for t in y_series} == {np.float64}
    y, y_series = jet(lambda x: x, (2.0,), ([1.0, 5.0, 7.0],))
    assert (y, y_series) == (2.0, [1.0, 5.0, 7.0])


def test_several_arguments_and_containers() -> None:
    def f(p: Point, scale: Any) -> dict[str, Any]:
        return {"product": p.x * p.y[0] * scale, "scale": scale, "name": "f", "count": 2}

    p, p1, p2 = Point(2.0, [X]), Point(1.0, [SERIES[0]]), Point(0.0, [0 * X])
    y, (y1, y2) = jet(f, (p, 3.0), ([p1, p2], (0.0, 0.0)))
    np.testing.assert_allclose(y["product"], 6 * X)
    np.testing.assert_allclose(y1["product"], 3 * X + 6 * SERIES[0])
    np.testing.assert_allclose(y2["product"], 6 * SERIES[0])
    assert (y["name"], y1["name"], y2["count"], y1["scale"]) == ("f", "f", 0.0, 0.0)
    along = taylor(lambda p: p.x * p.y[0], p, 2, direction=p1)
    np.testing.assert_allclose(along, [2 * X, X + 2 * SERIES[0], SERIES[0]])
    parts = taylor(lambda p: {"x": p.x, "name": "f"}, p, 1)
    np.testing.assert_allclose(parts["x"], [2.0, 1.0])
    assert parts["name"] == "f"


def test_order_0_is_the_value() -> None:
    y, y_series = jet(np.sin, (X,), ([],))
    np.testing.assert_array_equal(y, np.sin(X))
    assert y_series == []
    np.testing.assert_array_equal(taylor(np.sin, X, 0), [np.sin(X)])
    np.testing.assert_array_equal(nth_derivative(np.sin, 0)(X), np.sin(X))


def test_dtypes_and_shapes() -> None:
    single = X.astype(np.float32)
    y, y_series = jet(lambda x: np.tanh(x) / (x * x + 1) + 0.5 * np.sum(x), (single,), ([single, single, single],))
    assert {y.dtype, *[t.dtype for t in y_series]} == {np.dtype(np.float32)}
    assert taylor(np.exp, single, 3).dtype == np.float32
    assert nth_derivative(np.exp, 3)(single).dtype == np.float32
    y, y_series = jet(lambda n: n * n, (3,), ([1, 0],))  # an integer is taken as float64
    assert (y, y_series) == (9.0, [6.0, 2.0])
    zero_d = np.array(0.5)
    assert type(nth_derivative(np.sin, 2)(zero_d)) is np.ndarray
    assert nth_derivative(np.sin, 2)(zero_d).shape == ()
    y, y_series = jet(np.sin, (zero_d,), ([np.array(1.0)],))
    assert np.shape(y) == np.shape(y_series[0]) == ()
    empty = np.zeros((0, 3))
    assert taylor(np.exp, empty, 2).shape == (3, 0, 3)
    stack = np.stack(SERIES)  # an array whose first axis counts the derivatives
    np.testing.assert_array_equal(jet(np.sin, (X,), (stack,))[1], jet(np.sin, (X,), (SERIES,))[1])


def test_complex_numbers() -> None:
    z, t = X + 0.5j * X[::-1], SERIES[0] - 0.25j
    y, y_series = jet(lambda z: np.exp(z) * np.conj(z), (z,), ([t, 0 * t],))
    expected = nested(lambda z: np.exp(z) * np.conj(z), [z], [[t, 0 * t]], 2)
    np.testing.assert_allclose([y, *y_series], expected, rtol=1e-12)
    np.testing.assert_allclose(nth_derivative(np.exp, 3, holomorphic=True)(z), np.exp(z))
    np.testing.assert_allclose(taylor(np.exp, z, 2)[2], np.exp(z) / 2)
    # A real curve may lead through complex values.
    check(lambda x: np.real(np.exp(1j * x) * x))


def test_what_does_not_depend_on_the_arguments() -> None:
    y, (y1, y2) = jet(lambda x: (np.array([1, 2]), np.sum(X), stop_gradient(x) * 2, x > 0), (X,), (SERIES[:2],))
    np.testing.assert_array_equal(y[0], [1, 2])
    for t in (y1, y2):
        np.testing.assert_array_equal(t[0], [0.0, 0.0])
        np.testing.assert_array_equal(t[2], np.zeros(3))
        assert t[1] == 0.0
        assert t[3].dtype == np.dtype(np.float64)
    np.testing.assert_array_equal(taylor(lambda x: 3, 1.0, 2), [3.0, 0.0, 0.0])


def test_results_are_the_callers_own() -> None:
    series = [t.copy() for t in SERIES]
    y, y_series = jet(lambda x: x, (X,), (series,))
    assert not any(np.shares_memory(a, b) for a in [y, *y_series] for b in [X, *series])
    for t in y_series:
        t += 1.0
    np.testing.assert_array_equal(series, SERIES)

    def writes(x: Any) -> Any:
        x[0] = 1.0
        return x

    with pytest.raises(TypeError):
        jet(writes, (X,), (SERIES,))


def test_a_derivative_pickles_and_describes_itself() -> None:
    third = pickle.loads(pickle.dumps(nth_derivative(np.sin, 3)))
    np.testing.assert_allclose(third(0.5), -np.cos(0.5))
    assert "derivative" in (nth_derivative(math.sin, 2).__doc__ or "")


# Derivatives that are not known


def test_a_derivative_that_is_not_known_is_no_number() -> None:
    with np.errstate(all="ignore"):
        assert not np.isfinite(taylor(np.sqrt, 0.0, 3)[1:]).any()
        assert not np.isfinite(taylor(np.log, 0.0, 3)).any()
        # The first derivative of a norm at 0 is taken to be 0, the others are not known.
        found = taylor(np.linalg.norm, np.zeros(3), 4)
        assert np.isnan(found[2:]).all()
        np.testing.assert_array_equal(found[:2], 0.0)
        assert np.isnan(taylor(lambda x: np.linalg.norm(x) + x[0], np.zeros(3), 4)[2:]).all()


@pytest.mark.parametrize("staged", [lambda f: f, lambda f: trace(f)(X[:2])], ids=["", "trace"])
def test_powers_at_zero(staged: Any) -> None:
    x = np.array([0.0, 4.0])

    def found(n: float) -> Any:
        with np.errstate(all="ignore"):
            return staged(lambda x: taylor(lambda x: (x + x * x) ** n, x, 4))(x)

    np.testing.assert_array_equal(found(2.5)[:, 0], [0.0, 0.0, 0.0, np.inf, np.nan])
    np.testing.assert_array_equal(found(-0.5)[:, 0], [np.inf, -np.inf, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(found(20)[:, 0], np.zeros(5))

    def by_logarithm(n: float) -> Any:
        return taylor(lambda x: np.exp(n * np.log(x + x * x)), 4.0, 4)

    for n in (2.5, -0.5, 20):
        np.testing.assert_allclose(found(n)[:, 1], by_logarithm(n))


def test_powers_of_norms_and_of_zero_are_smooth() -> None:
    np.testing.assert_allclose(taylor(lambda x: np.linalg.norm(x) ** 2, np.zeros(3), 3), [0.0, 0.0, 3.0, 0.0])
    np.testing.assert_allclose(taylor(lambda x: np.linalg.norm(x) ** 4, np.zeros(3), 5), [0.0] * 4 + [9.0, 0.0])
    np.testing.assert_allclose(taylor(lambda x: x**3, 0.0, 4), [0.0, 0.0, 0.0, 1.0, 0.0])
    np.testing.assert_allclose(taylor(lambda x: np.float64(0.0) + x**3.0, 0.0, 4), [0.0, 0.0, 0.0, 1.0, 0.0])
    np.testing.assert_allclose(taylor(np.sinc, 0.0, 2), [1.0, 0.0, -(np.pi**2) / 6], atol=1e-15)


def test_a_branch_that_is_not_taken_has_no_influence() -> None:
    def f(x: Any) -> Any:
        return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0) + np.where(x > 0, np.sqrt(abs(x)), x * x)

    with np.errstate(all="ignore"):
        found = taylor(f, np.array([0.0, 1.0]), 3)
    np.testing.assert_allclose(found[:, 0], [0.0, 0.0, 1.0, 0.0])
    np.testing.assert_allclose(found[:, 1], [1.0, 1.5, -0.625, 1 / 3 + 0.0625])
    np.testing.assert_allclose(taylor(lambda x: x**3 if x > 0 else -x, 2.0, 3), [8.0, 12.0, 6.0, 1.0])
    np.testing.assert_allclose(taylor(np.abs, np.array([0.0, -1.0]), 2), [[0.0, 1.0], [0.0, -1.0], [np.nan, 0.0]])


# Programs


@custom_jvp(lambda primals, tangents: (np.sin(primals[0]), tangents[0] * np.cos(primals[0])))
def by_jvp(x: Any) -> Any:
    return np.sin(x)


@custom_vjp(lambda x: (np.sin(x), x), lambda x, g: (g * np.cos(x),))
def by_vjp(x: Any) -> Any:
    return np.sin(x)


def with_loops(x: Any) -> Any:
    y, ys = scan(lambda y, row: (np.tanh(row * y) * x, y[0]), x, np.stack([X, X[::-1]]))
    z = while_loop(lambda z: np.sum(z * z) < 4.0, lambda z: 1.5 * z + 0.1 * x, y)
    return cond(x[0] > 0.0, lambda: np.sum(z), lambda: np.sum(z**2)) + np.sum(ys**2)


def root_of(x: Any) -> Any:
    solve: Any = custom_root(lambda y, x: y**3 + y - x, lambda f, start, x: np.cbrt(x) * 0 + _newton(x))
    return solve(np.zeros(3), x)


def _newton(x: Any) -> Any:
    y = np.zeros(3)
    for _ in range(60):
        y = y - (y**3 + y - x) / (3 * y**2 + 1)
    return y


def captured_root_of(x: Any) -> Any:
    solve: Any = custom_root(lambda y: np.exp(y - np.sin(x)) - 1, lambda f, start: -np.log(f(start) + 1) + start)
    return solve(np.zeros(3))


def fixed_point_of(x: Any) -> Any:
    def solve(f: Any, start: Any, x: Any) -> Any:  # x is in f
        for _ in range(80):
            start = f(start)
        return start

    fixed: Any = custom_fixed_point(lambda y, x: 0.3 * np.cos(y) + x, solve)
    return fixed(np.zeros(3), x)


PROGRAMS: Final[dict[str, Callable[[Any], Any]]] = {
    "loops": with_loops,
    "checkpoint": checkpoint(lambda x: np.sin(x) * x),
    "custom_jvp": lambda x: by_jvp(x * x) * x,
    "custom_vjp": lambda x: by_vjp(x * x) * x,
    "root": root_of,
    "root of what is captured": captured_root_of,
    "fixed point": fixed_point_of,
    "check_finite": check_finite(lambda x: np.tanh(x) * x),
    "gradient": lambda x: grad(lambda x: np.sum(np.sin(x) * x[0]))(x),
    "jacobian": lambda x: jacobian(lambda x: np.sin(x) * x[0])(x),
    "vmap": lambda x: vmap(lambda y, z: np.exp(y) * z, in_axes=(0, None))(x, x[0]),
    "jet": lambda x: jet(np.sin, (x,), ([x * x, x],))[1][1],
    "graph": lambda x: trace(lambda y: np.sin(y) * y)(X)(x),
    "decompositions": lambda x: np.linalg.eigvalsh(np.outer(x, x) + np.diag([1.0, 2.0, 3.0])),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name: str) -> None:
    check(PROGRAMS[name])


def test_a_compiled_function_is_run_as_it_is_written() -> None:
    np.testing.assert_array_equal(jet(jit(np.sin), (X,), (SERIES,))[1], jet(np.sin, (X,), (SERIES,))[1])


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("staged", [jit, lambda f: lambda x: trace(f)(0.9 * x)(x)], ids=["jit", "trace"])
def test_staged(staged: Any) -> None:
    def f(x: Any) -> Any:
        return jet(with_loops, (x,), (SERIES[:2],))[1][1]

    np.testing.assert_allclose(staged(f)(X), f(X), rtol=1e-12)


def test_the_series_are_differentiated_too() -> None:
    def f(t: Any) -> Any:
        return np.sum(jet(np.sin, (X,), ([t, t * t],))[1][1])

    np.testing.assert_allclose(grad(f)(SERIES[0]), -2 * np.sin(X) * SERIES[0] + 2 * np.cos(X) * SERIES[0])
    _, (y1,) = jet(np.sin, (X,), ([Variable(SERIES[0])],))
    assert isinstance(y1, Variable)
    assert isinstance(taylor(np.sin, Variable(X), 2), Variable)
    assert isinstance(nth_derivative(np.sin, 2)(Variable(X)), Variable)
    np.testing.assert_allclose(grad(nth_derivative(np.sin, 2))(0.5), -np.cos(0.5))
    slope = grad(lambda x: np.sum(taylor(np.exp, x, 3)))(X)
    np.testing.assert_allclose(slope, np.exp(X) * (1 + 1 + 1 / 2 + 1 / 6))


def test_check_finite_names_the_series() -> None:
    with pytest.raises(FloatingPointError, match="sqrt"), np.errstate(all="ignore"):
        check_finite(lambda x: taylor(np.sqrt, x, 2))(np.zeros(2))


def test_an_error_in_a_rule_is_placed() -> None:
    @custom_jvp(lambda primals, tangents: (primals[0], tangents[0] @ np.ones(7)))
    def broken(x: Any) -> Any:
        return x

    with pytest.raises(ValueError, match="matmul") as raised:
        jet(broken, (X,), (SERIES,))
    assert any("Taylor series of custom_jvp(broken)" in note for note in raised.value.__notes__)


def test_loops_of_graphs_carry_the_coefficients() -> None:
    def slope(x: Any) -> Any:
        return jet(with_loops, (x,), (SERIES[:2],))[1][1]

    expected = jet(with_loops, (X,), (SERIES,))[1]
    np.testing.assert_allclose(jet(trace(with_loops)(0.9 * X), (X,), (SERIES,))[1], expected, rtol=1e-12)
    np.testing.assert_allclose(trace(grad(slope))(0.9 * X)(X), grad(slope)(X), rtol=1e-12)
    of_gradient = trace(lambda x: jet(grad(with_loops), (x,), (SERIES[:2],))[1][1])(0.9 * X)(X)
    np.testing.assert_allclose(of_gradient, jet(grad(with_loops), (X,), (SERIES[:2],))[1][1], rtol=1e-12)

    def size(order: int) -> int:
        return len(str(trace(lambda x: taylor(with_loops, x, order))(X)))

    assert size(8) < 4 * size(4)


# The cost

COSTLY: Final[dict[str, Callable[[Any], Any]]] = {
    "tanh": np.tanh,
    "sin": np.sin,
    "arctan": np.arctan,
    "quotient": lambda x: np.exp(x) / (1 + x * x),
    "norm": np.linalg.norm,
    "matmul": lambda x: np.outer(x, x) @ np.sin(x),
    "power": lambda x: np.sin(x) ** 2.5,
    "negative power": lambda x: np.sin(x) ** -3,
    "powers": lambda x: np.sin(x) ** np.array([2.5, -1.0, 0.5]),
    "inv": lambda x: np.linalg.inv(np.outer(x, np.sin(x)) + np.eye(3)),
    "solve": lambda x: np.linalg.solve(np.outer(x, x) + np.eye(3), np.sin(x)),
    "implicit": lambda x: custom_root(lambda y, x: y**3 - np.sin(x), lambda f, y, x: np.cbrt(np.sin(x)))(X, x),
}


@pytest.mark.parametrize("name", COSTLY)
def test_the_cost_grows_with_the_square_of_the_order(name: str) -> None:
    def operations(order: int) -> int:
        return len(trace(lambda x: taylor(COSTLY[name], x, order))(np.abs(X)).equations)

    # 2 ** 8 times as many, if each order doubled it; 4 times for a square, and less for what is linear in it.
    assert operations(16) < 4.2 * operations(8)


# Of a trace it is not known that x is positive.
OF_POSITIVE: Final[dict[str, Callable[[Any], Any]]] = {
    "x ** y": lambda x: x ** np.sin(x),
    "gammainc": lambda x: special.gammainc(1.5, x),
    "betainc": lambda x: special.betainc(1.5, 2.5, x / 4),
}


@pytest.mark.parametrize("name", OF_POSITIVE)
def test_the_cost_for_positive_numbers_grows_with_the_square_of_the_order(name: str) -> None:
    def operations(order: int) -> int:
        seen: list[str] = []

        class Counter(Observer):
            def see(self, step: Any) -> Any:
                seen.append(step.name)
                return super().see(step)

        taylor(OF_POSITIVE[name], Counter().lifted(np.abs(X)), order)
        return len(seen)

    assert operations(16) < 4.2 * operations(8)


# Laws

_numbers: Final = arrays(np.float64, (4, 3), elements=st.floats(-1.0, 1.0))


def _series(of: Any) -> tuple[Any, list[Any]]:
    return of[0], list(of[1:])


@settings(max_examples=10)
@given(_numbers, _numbers)
def test_leibniz(a: Any, b: Any) -> None:
    (x, xs), (y, ys) = _series(a), _series(b)
    z, zs = jet(lambda x, y: np.sin(x) * np.exp(y), (x, y), (xs, ys))
    u, us = jet(np.sin, (x,), (xs,))
    v, vs = jet(np.exp, (y,), (ys,))
    u_all, v_all = [u, *us], [v, *vs]
    for n, found in enumerate([z, *zs]):
        expected = sum(math.comb(n, k) * u_all[k] * v_all[n - k] for k in range(n + 1))
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@settings(max_examples=10)
@given(_numbers)
def test_chain_rule(a: Any) -> None:
    x, xs = _series(a)
    u, us = jet(np.sin, (x,), (xs,))
    y, ys = jet(np.tanh, (u,), (us,))
    z, zs = jet(lambda x: np.tanh(np.sin(x)), (x,), (xs,))
    np.testing.assert_allclose([z, *zs], [y, *ys], rtol=1e-10, atol=1e-12)


# Bad input

one: Final = np.ones(3)

# Any: what a checker refuses, a program may do.
any_jet: Final[Any] = jet
any_taylor: Final[Any] = taylor
any_nth_derivative: Final[Any] = nth_derivative


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_rule_with_slices_of_its_own(order: int) -> None:
    """Slices have no hash before Python 3.12, and those that a rule makes may take each other's place in memory."""

    def f(x: Any) -> Any:
        return lfilter([0.5, 0.2], [1.0, -0.3, 0.1], np.sin(x))

    np.testing.assert_allclose(any_taylor(f, X, order)[1], jvp(f, (X,), (np.ones(3),))[1], rtol=1e-12)


BAD: Final[dict[str, tuple[Callable[[], Any], type[Exception], str]]] = {
    "f": (lambda: any_jet(np.sin(1.0), (X,), ([one],)), TypeError, "f must be a function"),
    "primals": (lambda: any_jet(np.sin, X, ([one],)), TypeError, "primals must be a tuple"),
    "no primals": (lambda: any_jet(np.sin, (), ()), TypeError, "primals must be a tuple with one entry"),
    "series": (lambda: any_jet(np.sin, (X,), [one]), TypeError, "series must be a tuple"),
    "an entry": (lambda: any_jet(np.sin, (X,), (1.0,)), TypeError, r"series 0 must be a list .* write \[x1\]"),
    "count": (lambda: any_jet(np.sin, (X,), ([one], [one])), ValueError, "got 1 primals and 2 series"),
    "lengths": (
        lambda: any_jet(np.add, (X, X), ([one], [one, one])),
        ValueError,
        "the series have 1, 2 derivatives; they must have equally many",
    ),
    "shape": (
        lambda: any_jet(np.sin, (X,), ([one, np.ones(2)],)),
        ValueError,
        r"primal 0 has shape \(3,\), derivative 2 of series 0 \(2,\)",
    ),
    "complex": (
        lambda: any_jet(np.sin, (X,), ([one * 1j],)),
        TypeError,
        "primal 0 is real .*derivative 1 of series 0 complex",
    ),
    "structure": (
        lambda: any_jet(lambda p: p["x"], ({"x": X},), ([{"y": one}],)),
        TypeError,
        "derivative 1 of series 0 must be built like primal 0",
    ),
    "text": (lambda: any_jet(np.sin, (X,), (["one"],)), TypeError, "derivative 1 of series 0"),
    "nothing to differentiate": (lambda: any_jet(len, ("abc",), ([None],)), TypeError, "no number and no array"),
    "result": (lambda: any_jet(lambda x: "y", (X,), ([one],)), TypeError, "must return an array"),
    "taylor of a value": (lambda: any_taylor(np.sin(1.0), 1.0, 2), TypeError, "f must be a function"),
    "order": (lambda: any_taylor(np.sin, 1.0, -1), ValueError, "order must be at least 0, got -1"),
    "float order": (lambda: any_taylor(np.sin, 1.0, 2.0), TypeError, "order must be an integer, got 2.0"),
    "bool order": (lambda: any_taylor(np.sin, 1.0, True), TypeError, "order must be an integer, got True"),
    "direction": (lambda: any_taylor(np.sin, X, 2, np.ones(2)), ValueError, r"x has shape \(3,\), direction \(2,\)"),
    "direction's structure": (lambda: any_taylor(np.sin, X, 2, [X]), TypeError, "direction must be built like x"),
    "n": (lambda: any_nth_derivative(np.sin, -1), ValueError, "n must be at least 0"),
    "an order that never ends": (lambda: any_taylor(np.sin, 1.0, 10**30), ValueError, "at most 100000"),
    "n! is no float64": (lambda: any_nth_derivative(np.sin, 10**30), ValueError, "n must be at most 170"),
    "float n": (lambda: any_nth_derivative(np.sin, 1.5), TypeError, "n must be an integer"),
    "nth_derivative of a value": (lambda: any_nth_derivative(np.sin(1.0), 1), TypeError, "f must be a function"),
    "not elementwise": (lambda: any_nth_derivative(np.sum, 2)(X), ValueError, "not elementwise"),
    "a container": (lambda: any_nth_derivative(lambda p: p[0], 2)([X]), TypeError, "takes containers"),
    "complex n": (lambda: any_nth_derivative(np.exp, 2)(1j), TypeError, "holomorphic"),
    "not holomorphic": (lambda: any_nth_derivative(np.abs, 2, holomorphic=True)(1j), TypeError, "holomorphic"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    call, error, message = BAD[name]
    with pytest.raises(error, match=message):
        call()


def test_what_f_keeps_is_refused_later() -> None:
    kept: list[Any] = []

    def keep(x: Any) -> Any:
        kept.append(x)
        return np.sin(x)

    jet(keep, (X,), (SERIES,))
    with pytest.raises(TypeError, match="has returned"):
        jvp(lambda x: x * kept[0], (X,), (one,))
