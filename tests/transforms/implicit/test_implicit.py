"""`custom_root` and its relatives: the derivatives of solutions, whatever the solver does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import (
    Variable,
    check_finite,
    checkpoint,
    custom_fixed_point,
    custom_linear_solve,
    custom_minimum,
    custom_root,
    derivative,
    explain,
    flatten,
    grad,
    gradients,
    hessian,
    jacfwd,
    jacrev,
    jvp,
    stop_gradient,
    trace,
    tree,
    vjp,
    vmap,
)
from pydezero.testing import check_grads

# Any: functions of arrays, of Variables and of containers of both.
Solution = Callable[..., Any]

of_grad: Any = grad
of_jacfwd: Any = jacfwd
fixed_point: Any = custom_fixed_point
linear_solve: Any = custom_linear_solve
minimum: Any = custom_minimum
root: Any = custom_root


def newton(f: Any, x: Any, *_params: Any) -> Any:
    """The root of a function of a container, by Newton's method."""
    vector, unflatten = flatten(x)

    def of_vector(v: Any) -> Any:
        return np.concatenate([np.ravel(leaf) for leaf in tree.flatten(f(unflatten(v)))])

    jacobian = of_jacfwd(of_vector, holomorphic=vector.dtype.kind == "c")
    for _ in range(60):
        step = np.linalg.solve(jacobian(vector), of_vector(vector))
        vector = vector - step
        if np.max(np.abs(step)) < 1e-9 * np.max(np.abs(vector)):
            break
    return unflatten(vector)


def iterate(g: Any, x: Any, *_params: Any) -> Any:
    for _ in range(100):
        x = g(x)
    return x


def descend(f: Any, x: Any, *_params: Any) -> Any:
    return newton(of_grad(f), x)


def columns(f: Any, b: Any, *_params: Any) -> Any:
    """The solution of linear equations by their matrix."""
    vector, unflatten = flatten(b)
    matrix = np.stack([flatten(f(unflatten(column)))[0] for column in np.eye(len(vector), dtype=vector.dtype)], axis=-1)
    return unflatten(np.linalg.solve(matrix, vector))


@attrs.frozen
class Rates:
    """A container of parameters."""

    fast: Any
    slow: Any


class State(NamedTuple):
    """A container of unknowns."""

    u: Any
    v: Any


class Case(NamedTuple):
    """A solution as a function of some parameters, and their values."""

    name: str
    of: Solution
    args: tuple[Any, ...]


def _coupled(x: Any, p: Any) -> Any:
    return {"sum": x.u**3 + np.sum(x.v) - p.fast, "parts": [x.v - np.sin(x.u) * p.slow]}


def _matrix(x: Any, a: Any) -> Any:
    return a @ x


_STATE: Final = State(1.0, np.ones(2))
_A: Final = np.array([[4.0, 1.0, 0.0], [2.0, 5.0, 1.0], [0.0, 1.0, 3.0]])
_B: Final = np.array([1.0, 2.0, 3.0])

_root: Final[Solution] = root(lambda x, a: x**3 + x - a, newton)
_of_state: Final[Solution] = root(_coupled, newton)
_complex: Final[Solution] = root(lambda z, a: z**2 - a, newton)
_fixed: Final[Solution] = fixed_point(lambda z, w, u: np.tanh(w @ z + u), iterate)
_least: Final[Solution] = minimum(lambda x, p, q: np.sum((x - p) ** 4) + q * (x @ x) + q * np.sum(x), descend)
_least_of: Final[Solution] = minimum(lambda x, p: (x.u - p) ** 4 + x.u**2 + np.sum((x.v - p * x.u) ** 2), descend)
_fixed_by_products: Final[Solution] = fixed_point(lambda z, w, u: np.tanh(w @ z + u), iterate, columns)
_of_state_by_products: Final[Solution] = root(_coupled, newton, linear_solve=columns)
_least_by_products: Final[Solution] = minimum(lambda x, p: np.sum((x - p) ** 4) + x @ x, descend, columns)
_linear: Final[Solution] = linear_solve(_matrix, columns)
_with_transpose: Final[Solution] = linear_solve(_matrix, columns, columns)
_symmetric: Final[Solution] = linear_solve(lambda x, a: (a + a.T) @ x, columns, symmetric=True)
_of_dict: Final[Solution] = linear_solve(
    lambda x, a: {"p": a * x["p"] + x["q"], "q": 2.0 * x["q"] - a * np.sum(x["p"])}, columns, columns
)

CASES: Final = (
    Case("root", lambda a: _root(1.0, a), (2.0,)),
    Case("root of containers", lambda p, q: _of_state(_STATE, Rates(p, q)), (2.0, np.array([0.3, 0.4]))),
    Case("complex root", lambda a: _complex(1 + 1j, a), (2 + 1j,)),
    Case("start and parameter", lambda x, a: _root(x, a), (1.0, 2.0)),
    Case(
        "fixed point",
        lambda w, u: _fixed(np.zeros(2), w, u),
        (np.array([[0.3, -0.2], [0.1, 0.4]]), np.array([0.1, 0.5])),
    ),
    Case(
        "fixed point by products",
        lambda w, u: _fixed_by_products(np.zeros(2), w, u),
        (np.array([[0.3, -0.2], [0.1, 0.4]]), np.array([0.1, 0.5])),
    ),
    Case(
        "containers by products", lambda p, q: _of_state_by_products(_STATE, Rates(p, q)), (2.0, np.array([0.3, 0.4]))
    ),
    Case("minimum by products", lambda p: _least_by_products(np.zeros(2), p), (np.array([1.0, 2.0]),)),
    Case("minimum", lambda p, q: _least(np.zeros(2), p, q), (np.array([1.0, 2.0]), 0.5)),
    Case("minimum of a container", lambda p: _least_of(State(1.0, np.zeros(2)), p), (2.0,)),
    Case("linear", _linear, (_B, _A)),
    Case("linear with transpose", _with_transpose, (_B, _A)),
    Case("symmetric", _symmetric, (_B, _A)),
    Case("linear of containers", lambda p, q, a: _of_dict({"p": p, "q": q}, a), (np.array([1.0, 2.0]), 0.5, 3.0)),
    Case("complex linear", _linear, (_B + 1j, _A + 0.3j * _A[::-1])),
    Case("complex linear with transpose", _with_transpose, (_B + 1j, _A + 0.3j * _A[::-1])),
)


def named(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", CASES, ids=named)
def test_derivatives_agree_with_differences_to_second_order(case: Case) -> None:
    check_grads(case.of, case.args, order=2)


def _scalar(of: Solution) -> Solution:
    return lambda *args: sum(np.sum(np.real(x) ** 2 + np.imag(x)) for x in tree.flatten(of(*args)))


def _moved(args: tuple[Any, ...], t: float) -> tuple[Any, ...]:
    return tuple([x * (1 + 0.05 * t) for x in args])


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_batch_equals_a_loop(case: Case) -> None:
    examples = [_moved(case.args, t) for t in range(3)]
    batch = tuple([np.stack(parts) for parts in zip(*examples, strict=True)])
    f = _scalar(case.of)
    both = range(len(case.args))
    for g in (f, of_grad(f, argnums=tuple(both))):
        found, expected = vmap(g)(*batch), [g(*example) for example in examples]
        for i, one in enumerate(expected):
            for x, y in zip(tree.flatten(found), tree.flatten(one), strict=True):
                assert_allclose(x[i], y, rtol=1e-12)
    # The first argument alone differs between the examples; and the derivative of the batch.
    along_first = vmap(f, in_axes=(0, *[None] * (len(case.args) - 1)))
    check_grads(lambda x: along_first(x, *case.args[1:]), (batch[0],), order=1)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_graph_solves_again_and_has_derivatives(case: Case) -> None:
    f = _scalar(case.of)
    moved = _moved(case.args, 1.0)
    graph, of_gradient = trace(f)(*case.args), trace(of_grad(f))(*case.args)
    assert "custom_" in str(graph)
    assert_allclose(graph(*moved), f(*moved), rtol=1e-12)
    expected = of_grad(f)(*moved)
    assert_allclose(of_grad(graph)(*moved), expected, rtol=1e-10)
    assert_allclose(of_gradient(*moved), expected, rtol=1e-10)


def test_a_residual_that_is_not_holomorphic_in_a_complex_unknown() -> None:
    def solve(f: Any, z: Any, *_params: Any) -> Any:
        def parts(v: Any) -> Any:
            w = f(v[0] + 1j * v[1])
            return np.stack([np.real(w), np.imag(w)])

        x, y = newton(parts, np.array([z.real, z.imag]))
        return x + 1j * y

    found: Solution = root(lambda z, a: z + 0.3 * np.conj(z) * z - a, solve)
    check_grads(lambda a: found(1 + 1j, a), (2 + 1j,), order=2)


def test_single_precision_stays() -> None:
    found = of_grad(lambda a: _root(np.float32(1), a))(np.float32(2))
    assert found.dtype == np.float32
    assert_allclose(found, 0.25, rtol=1e-6)


def test_an_external_solver_gets_arrays_and_parameters() -> None:
    seen: list[Any] = []

    def solve(f: Any, init: Any, a: Any, n: Any) -> Any:
        seen.append((type(f(a)), type(init), type(a), n))
        return a ** (1 / n)

    found: Solution = root(lambda x, a, n: x**n - a, solve)
    start = np.ones(2)
    assert_allclose(jacrev(found, argnums=1)(start, np.array([8.0, 27.0]), 3), np.diag([1 / 12, 1 / 27]))
    assert_allclose(jacfwd(found, argnums=1)(start, np.array([8.0, 27.0]), 3), np.diag([1 / 12, 1 / 27]))
    assert seen == [(np.ndarray, np.ndarray, np.ndarray, 3)] * 2


def test_without_variables_it_is_the_solver() -> None:
    answer = np.array([1.0])
    found: Solution = root(lambda x, a: x - a, lambda f, init, a: answer)
    assert found(None, 1.0) is answer


def test_a_solver_may_write_into_its_start() -> None:
    def solve(g: Any, x: Any, a: Any) -> Any:
        for _ in range(100):
            x[:] = g(x)
        return x

    start = np.zeros(2)
    fixed: Solution = fixed_point(lambda x, a: (x + a) / 3, solve)
    assert_allclose(jacrev(fixed, argnums=1)(start, np.ones(2)), np.eye(2) / 2)
    assert_array_equal(start, 0)


def test_what_is_written_into_a_parameter_afterwards_has_no_effect() -> None:
    a = np.array([2.0, 3.0])
    _, pullback = vjp(lambda b: root(lambda x, a, b: a * x - b, newton)(np.ones(2), a, b), np.ones(2))
    a[:] = 0
    assert_allclose(pullback(np.ones(2))[0], [0.5, 1 / 3])


# What the residual refers to without being given it.


def _given(a: Any, b: Any) -> Any:
    return np.sum(_fixed(np.zeros(2), a * np.eye(2), b * np.array([1.0, 0.5])) ** 2)


def _one_captured(a: Any, b: Any) -> Any:
    found: Solution = fixed_point(lambda z, u: np.tanh(a * np.eye(2) @ z + u), iterate)
    return np.sum(found(np.zeros(2), b * np.array([1.0, 0.5])) ** 2)


def _both_captured(a: Any, b: Any) -> Any:
    found: Solution = fixed_point(lambda z: np.tanh(a * np.eye(2) @ z + b * np.array([1.0, 0.5])), iterate)
    return np.sum(found(np.zeros(2)) ** 2)


def _captured_by_products(a: Any, b: Any) -> Any:
    found: Solution = fixed_point(lambda z: np.tanh(a * np.eye(2) @ z + b * np.array([1.0, 0.5])), iterate, columns)
    return np.sum(found(np.zeros(2)) ** 2)


def _linear_given(a: Any, b: Any) -> Any:
    return np.sum(_with_transpose(b * _B, _A + a * np.eye(3)) ** 2)


def _linear_captured(a: Any, b: Any) -> Any:
    found: Solution = linear_solve(lambda x: (_A + a * np.eye(3)) @ x, columns, columns)
    return np.sum(found(b * _B) ** 2)


def _dense_captured(a: Any, b: Any) -> Any:
    found: Solution = linear_solve(lambda x: (_A + a * np.eye(3)) @ x, columns)
    return np.sum(found(b * _B) ** 2)


_TRANSFORMS: Final[tuple[Callable[[Solution], Solution], ...]] = (
    lambda f: of_grad(f, argnums=(0, 1)),
    lambda f: lambda a, b: hessian(f, argnums=(0, 1))(a, b),
    lambda f: lambda a, b: of_grad(lambda a: of_grad(lambda b: f(a, b))(b))(a),
    lambda f: lambda a, b: of_grad(lambda b: of_grad(lambda a: f(a, b))(a))(b),
    lambda f: lambda a, b: derivative(lambda a: of_grad(lambda b: f(a, b))(b))(a),
    lambda f: lambda a, b: of_grad(lambda b: derivative(lambda a: f(a, b))(a))(b),
    lambda f: lambda a, b: of_grad(of_grad(of_grad(lambda t: f(a * t, b * t * t))))(1.0),
    lambda f: (
        lambda a, b: of_grad(lambda s: of_grad(lambda t: derivative(lambda r: f(a * s * t, b * r * s))(1.0))(1.0))(1.0)
    ),
    lambda f: lambda a, b: gradients(f(va := Variable(np.array(a)), b), va),
    lambda f: check_finite(of_grad(f, argnums=(0, 1))),
    lambda f: of_grad(checkpoint(f), argnums=(0, 1)),
)


_CAPTURING: Final = (
    (_given, (_one_captured, _both_captured, _captured_by_products)),
    (_linear_given, (_linear_captured, _dense_captured)),
)


@pytest.mark.parametrize("transform", _TRANSFORMS, ids=range(len(_TRANSFORMS)))
def test_what_is_captured_gets_the_derivative_of_a_parameter(transform: Callable[[Solution], Solution]) -> None:
    for given, others in _CAPTURING:
        expected = tree.flatten(transform(given)(0.5, 0.7))
        for captured in others:
            assert_allclose(tree.flatten(transform(captured)(0.5, 0.7)), expected, rtol=1e-9)


def test_a_batch_of_solutions_with_what_is_captured_outside_of_it() -> None:
    def of_batch(f: Solution) -> Any:
        return of_grad(of_grad(lambda a: np.sum(vmap(lambda b: f(a, b))(np.array([0.7, 1.4])))))(0.5)

    assert_allclose(of_batch(_one_captured), of_batch(_given), rtol=1e-9)
    assert_allclose(of_batch(_linear_captured), of_batch(_linear_given), rtol=1e-9)


def test_the_value_is_the_solvers_when_something_is_captured() -> None:
    solve: Any = lambda f, x: np.array(1.41421)
    _, tangent = jvp(lambda a: root(lambda x: x**2 - a, solve)(1.0), (2.0,), (1.0,))
    assert_allclose(tangent, 1 / (2 * 1.41421))
    value = vjp(lambda a: root(lambda x: x**2 - a, solve)(1.0), 2.0)[0]
    assert value == 1.41421


# Mistakes


def _root_of(residual: Any, solve: Any) -> Solution:
    return lambda a: root(residual, solve)(1.0, a)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (_root_of(lambda x, a: (x - a) ** 2, lambda f, x, a: a), np.linalg.LinAlgError, "singular at the solution"),
        (
            lambda a: root(
                lambda x, a: np.array([[0.1, 0.3], [0.2, 0.6]]) @ x - a * np.array([1.0, 2.0]),
                lambda f, x, a: 10 * a * x,
            )(np.array([1.0, 0.0]), a)[0],
            np.linalg.LinAlgError,
            "singular at the solution",
        ),
        (_root_of(lambda x, a: x**2 - a, lambda f, x, a: x), ValueError, "a Newton step would move it by 0.5"),
        (
            lambda a: linear_solve(lambda x, a: a * x, lambda f, b, a: b)(1.0, a),
            ValueError,
            "what solve returned is no solution",
        ),
        (
            _root_of(lambda x, a: x**2 - a, lambda f, x, a: np.array([a])),
            ValueError,
            r"shape \(1,\) where that of init",
        ),
        (_root_of(lambda x, a: x**2 - a, lambda f, x, a: None), ValueError, "type NoneType"),
        (_root_of(lambda x, a: x**2 - a, lambda f, x, a: (a,)), ValueError, "it must be built like init"),
        (
            _root_of(lambda x, a: np.stack([x, a]), lambda f, x, a: a),
            ValueError,
            "1 numbers in what solve returned, and 2",
        ),
        (
            _root_of(lambda x, a: x - a, lambda f, x: x),
            TypeError,
            r"3 arguments here .* write solve\(f, init, \*params\)",
        ),
        (
            lambda a: fixed_point(lambda x, a: (x, a), lambda g, x, a: x)(1.0, a),
            ValueError,
            "what the function returned is a tuple",
        ),
        (
            lambda a: vmap(lambda b: root(lambda x, a: float(x) - a * b, lambda f, x, a: f(x))(1.0, a))(np.ones(2)),
            TypeError,
            "vmap or trace that it was not given.*pass it as a parameter",
        ),
        (
            lambda a: linear_solve(lambda x, a: a * x, lambda f, b, a: b / 3, symmetric=True)(1.0, a),
            ValueError,
            "returned for a derivative is no solution",
        ),
        (
            lambda a: root(lambda x, a: x**3 - a, newton, lambda f, b: b)(1.0, a),
            ValueError,
            "misses the right side, of which the largest number is 1, by",
        ),
        (
            lambda a: linear_solve(lambda x, a: a * x**2, lambda f, b, a: b / a, lambda f, b, a: b)(1.0, a),
            ValueError,
            "not linear",
        ),
        (
            lambda a: linear_solve(
                lambda x, a: a * (_A @ x),
                lambda f, b, a: 1.01 * np.linalg.solve(a * _A, b),
                lambda f, b, a: np.linalg.solve(a * _A.T, b),
            )(_B, a)[0],
            ValueError,
            "what solve returned is no solution.*it misses the right side by 0.03",
        ),
        (
            lambda a: linear_solve(
                lambda x, a: a * (_A @ x), lambda f, b, a: np.linalg.solve(a * _A, b), symmetric=True
            )(_B, a)[0],
            ValueError,
            "must be its own transpose, and is not",
        ),
        (
            lambda a: vmap(lambda b: root(lambda x, a: (x - a) * (x - 2), lambda f, x, a: a)(1.0, a * b))(
                np.array([2.0, 1.0])
            )[0],
            np.linalg.LinAlgError,
            r"singular at the solution \(at 1 of the stack",
        ),
    ],
)
def test_a_mistake_raises(f: Solution, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s)(custom|linear)_.*{message}"):
        of_grad(f)(2.0)


@pytest.mark.parametrize("swallow", [True, False])
def test_an_escape_in_the_residual_comes_through(swallow: bool) -> None:
    def solve(f: Any, x: Any, *_params: Any) -> Any:
        try:
            return f(x)
        except TypeError:
            if swallow:
                return x
            raise RuntimeError("the function failed") from None

    f = _root_of(lambda x, a: x - a, solve)
    escaping: Solution = lambda b: root(lambda x, a: x - float(b), solve)(1.0, 2.0)
    assert f(2.0) == -1.0
    with pytest.raises(TypeError, match="cannot be turned into a float"):
        of_grad(escaping)(2.0)


@pytest.mark.parametrize("make", [custom_root, custom_fixed_point, custom_minimum, custom_linear_solve])
def test_what_is_no_function_raises(make: Any) -> None:
    with pytest.raises(TypeError, match="must be a function"):
        make(2.0, newton)
    with pytest.raises(TypeError, match="solve must be a function"):
        make(newton, 2.0)
    if make is not custom_linear_solve:
        with pytest.raises(TypeError, match="linear_solve must be a function"):
            make(newton, newton, 2.0)


def test_many_unknowns_without_their_jacobian() -> None:
    def richardson(f: Any, b: Any) -> Any:
        x = b
        for _ in range(60):
            x = x + (f(x) - b)
        return x

    found: Solution = fixed_point(lambda z, a: 0.5 * np.cos(np.roll(z, 1)) + a, iterate, richardson)
    a = np.linspace(0.0, 1.0, 20_000)
    gradient = of_grad(lambda a: np.sum(found(np.zeros(20_000), a)))(a)
    z = found(np.zeros(20_000), a)
    expected = np.ones_like(a)
    for _ in range(60):
        expected = 1.0 - 0.5 * np.roll(np.sin(np.roll(z, 1)) * expected, -1)
    assert_allclose(gradient, expected, rtol=1e-9)


def test_a_diagnostic_measures_the_rules() -> None:
    assert explain(of_grad(lambda a: _root(1.0, a)))(2.0).total.operations > 0


def test_a_solution_within_a_residual() -> None:
    outer: Solution = root(lambda y, b: y - 0.3 * _root(1.0, y * b) - b, newton)
    captured: Solution = lambda b: root(lambda y: y - 0.3 * root(lambda x: x**3 + x - y * b, newton)(1.0) - b, newton)(
        1.0
    )
    check_grads(lambda b: outer(1.0, b), (0.7,), order=2)
    check_grads(captured, (0.7,), order=1)


def test_a_batch_without_examples_raises() -> None:
    with pytest.raises(ValueError, match="of a batch without examples"):
        vmap(lambda a: _root(1.0, a))(np.zeros(0))


def test_a_stopped_parameter_is_a_constant() -> None:
    assert of_grad(lambda a: a * _root(1.0, stop_gradient(a)))(2.0) == 1.0
