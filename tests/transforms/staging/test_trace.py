"""Tracing: every function of the library, transforms inside, and what must not be asked of a traced value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, Variable, grad, gradients, value_and_grad, vjp
from pydezero import functions as F
from pydezero.core.operators import EscapeError
from pydezero.scipy import linalg
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.rules.checkpoint import checkpoint
from pydezero.transforms.rules.custom_jvp import custom_jvp
from pydezero.transforms.rules.custom_vjp import custom_vjp
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.recorder import TraceNode
from pydezero.transforms.staging.trace import trace
from tests.functions.case import Array, ArrayCallable, Call, Results, generator
from tests.functions.cases import WHOLE_CALLS
from tests.functions.checks import assert_all_close, call_through_numpy, chosen, cotangent_of, leaves, plain
from tests.functions.test_second_derivatives import squared
from tests.rows import over_rows

_untyped: Any = np  # NumPy's stubs do not know all that works

_ROWS: Final = [call for call in WHOLE_CALLS if not call.case.shaped_by_values and not call.case.typed_by_values]
_rows = over_rows(_ROWS)

X: Final = np.array([0.5, -1.5, 2.0])


def _other_values(call: Call) -> list[Array]:
    """Arguments of the same shapes and dtypes, all that is differentiated with other values."""
    rng = generator(f"{call.case.name}, once more")
    values = call.case.draw()
    return [
        argument.draw(rng, value.dtype) if argument.values is None else value
        for argument, value in zip(call.case.arguments, values, strict=True)
    ]


def _assert_follows(f: ArrayCallable, graph: Graph[..., Any], xs: list[Array]) -> None:
    """The graph gives what the function gives: the same elements, up to rounding, and the same dtypes."""
    actual, expected = plain(graph(*xs)), plain(f(*xs))
    assert_all_close(actual, expected, rtol=1e-12, atol=1e-12)
    assert [y.dtype for y in actual] == [y.dtype for y in expected]


@_rows
def test_every_function(call: Call) -> None:
    values = _other_values(call)
    graph = trace(call_through_numpy(call, call.case.draw()))(*chosen(call, call.case.draw()))
    _assert_follows(call.of(call.case.reference, values), graph, chosen(call, values))


@_rows
def test_every_function_in_single_precision(call: Call) -> None:
    values = call.case.draw(single=True)
    xs = chosen(call, values)
    f = call_through_numpy(call, values)
    actual, expected = plain(trace(f)(*xs)(*xs)), plain(vjp(f, *xs)[0])
    assert_all_close(actual, expected, rtol=1e-6, atol=1e-6)
    assert [y.dtype for y in actual] == [y.dtype for y in expected]


# A graph computes what is cleaned of nan afterwards, too; NumPy warns of it.
_OF_INFINITIES = pytest.mark.filterwarnings("ignore:invalid value encountered in multiply")


@_rows
@_OF_INFINITIES
def test_every_gradient(call: Call) -> None:
    f = call_through_numpy(call, call.case.draw())
    xs = chosen(call, call.case.draw())
    cotangent = cotangent_of(vjp(f, *xs)[0], str(call))

    def pulled_back(*arguments: Results) -> Results:
        return vjp(f, *arguments)[1](cotangent)

    graph = trace(pulled_back)(*xs)
    others = chosen(call, _other_values(call))
    _assert_follows(pulled_back, graph, others)
    for actual, expected in zip(simplify(graph)(*others), graph(*others), strict=True):
        assert_array_equal(actual, expected)


@_rows
@_OF_INFINITIES
def test_every_second_derivative(call: Call) -> None:
    f = squared(call_through_numpy(call, call.case.draw()))
    xs = chosen(call, call.case.draw())
    cotangent = cotangent_of(vjp(f, *xs)[0], str(call))

    def first(*arguments: Results) -> Results:
        return vjp(f, *arguments)[1](cotangent)

    second_cotangent = cotangent_of(first(*xs), f"derivative of {call}")

    def second(*arguments: Results) -> Results:
        return vjp(first, *arguments)[1](second_cotangent)

    _assert_follows(second, trace(second)(*xs), chosen(call, _other_values(call)))


@_rows
def test_every_derivative_of_a_graph(call: Call) -> None:
    f = call_through_numpy(call, call.case.draw())
    graph = trace(f)(*chosen(call, call.case.draw()))
    xs = chosen(call, _other_values(call))
    y, pullback = vjp(graph, *xs)
    expected_y, expected_pullback = vjp(f, *xs)
    assert_all_close(plain(y), plain(expected_y), rtol=1e-12, atol=1e-12)
    cotangent = cotangent_of(y, str(call))
    found, expected = pullback(cotangent), expected_pullback(cotangent)
    assert_all_close(found, expected, rtol=1e-12, atol=1e-12)
    assert [g.dtype for g in found] == [g.dtype for g in expected]


_slope_of_cube: Any = grad(lambda a, total: a**3 * total)


def _squared_at(i: Any, a: Any) -> Any:
    return a[i] ** 2


def _loss(x: Any) -> Any:
    return np.sum(np.sin(x[1:]) * x[0] ** 2) + np.max(x) + np.sum(np.where(x > 0, x, x**3))


def _slope(x: Any) -> Any:
    return np.sum(grad(_loss)(x) ** 2)


_with_rule: Final[Callable[[Any], Any]] = custom_vjp(lambda x: (np.sum(x**2), x), lambda x, g: (g * 5 * x,))(
    lambda x: np.sum(x**2)
)
_with_tangent_rule: Final[Callable[[Any], Any]] = custom_jvp(
    lambda primals, tangents: (primals[0] ** 2, 5 * primals[0] * tangents[0])
)(lambda x: x**2)

_INSIDE: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("grad", grad(_loss)),
    ("grad of grad", grad(_slope)),
    ("grad of a part", lambda x: grad(lambda a: _loss(a * x))(x) * x[0]),
    ("grad of a constant", lambda x: grad(lambda a: 3.0 * a)(x[0]) * x),
    ("value_and_grad", lambda x: value_and_grad(_loss)(x)),
    ("vjp", lambda x: vjp(_loss, x)[1](x[0])[0]),
    ("vjp of a constant cotangent", lambda x: vjp(np.tanh, x)[1](np.ones(3))[0]),
    ("jvp", lambda x: jvp(_loss, (x,), (x * x,))[1]),
    ("jvp of a constant tangent", lambda x: jvp(_loss, (x,), (np.ones(3),))),
    ("jvp of grad", lambda x: jvp(grad(_loss), (x,), (np.ones(3),))[1]),
    ("grad of jvp", grad(lambda x: jvp(_loss, (x,), (np.ones(3),))[1])),
    ("vmap", lambda x: vmap(lambda a: np.sin(a) * a)(x)),
    ("vmap with a closure", lambda x: vmap(lambda a: np.sum(a * x))(x)),
    ("vmap of a constant", lambda x: vmap(lambda a: a * x)(np.ones((2, 3)))),
    ("vmap of grad", lambda x: vmap(_slope_of_cube, (0, None))(x, np.sum(x))),
    ("grad of vmap", grad(lambda x: np.sum(vmap(lambda a: np.sin(a) * x)(x)))),  # type: ignore[call-overload]  # the types know no such nesting
    ("vmap of an index", lambda x: vmap(_squared_at)(np.array([0, 2]), np.stack([x, 2 * x]))),
    ("vmap of a condition", lambda x: vmap(lambda a: np.where(a > x, a, x))(x)),
    ("custom_vjp", lambda x: _with_rule(np.sin(x))),
    ("grad of custom_vjp", grad(lambda x: _with_rule(np.sin(x)))),
    ("custom_jvp", lambda x: jvp(_with_tangent_rule, (x,), (x,))),
    ("grad of custom_jvp", grad(lambda x: np.sum(_with_tangent_rule(np.sin(x))))),
    ("checkpoint", grad(lambda x: np.sum(checkpoint(np.tanh)(x)))),
    ("a graph", lambda x: trace(np.tanh)(X)(x) * 2),
    ("grad of a graph", lambda x: grad(trace(_loss)(X))(x)),
)


@pytest.mark.parametrize(("name", "f"), _INSIDE, ids=[name for name, _ in _INSIDE])
def test_transforms_inside(name: str, f: Callable[[Any], Any]) -> None:
    graph = trace(f)(X)
    for x in (X, np.array([-1.0, 0.7, 0.3]), np.array([3.0, 1.0, 2.0])):
        _assert_follows(f, graph, [x])
        for actual, expected in zip(plain(simplify(graph)(x)), plain(graph(x)), strict=True):
            assert_array_equal(actual, expected)


_PLAIN: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("comparison", lambda x: x > 0.6),
    ("logic", lambda x: np.logical_and(x > 0, ~(x < 1)) | np.isnan(x)),
    ("argmax", lambda x: np.argmax(x)),
    ("argsort", lambda x: x.argsort()),
    ("index by argmax", lambda x: x[np.argmax(x)] * 2),
    ("index by argsort", lambda x: x[np.argsort(x)]),
    ("index of an axis", lambda x: np.stack([x, x * x])[:, np.argsort(x)]),
    ("index of Variables", lambda x: np.stack([x, x])[(x > 0).astype(int), np.argsort(x)]),
    ("update at an index", lambda x: x.at[np.argmin(x)].set(x[0])),
    ("update under a mask", lambda x: x.at[x > 0.6].set(7.0)),
    ("addition at an index", lambda x: x.at[np.argmax(x)].add(x[0])),
    ("where", lambda x: np.where(x > 0.6, np.log(np.where(x > 0.6, x, 1.0)), -1.0)),
    ("condition of a constant", lambda x: np.where(x > 0, 1.0, np.zeros(3))),
    ("isclose", lambda x: np.isclose(x, 2.0)),
    ("count", lambda x: x * np.count_nonzero(x > 0)),
    ("searchsorted", lambda x: np.searchsorted(np.array([0.0, 1.0]), x)),
    ("array_equal", lambda x: np.array_equal(x, X)),
    ("conversion to integers", lambda x: (x * 10).astype(np.int32)),
    ("any", lambda x: np.any(x > 2)),
    ("shapes", lambda x: x * len(x) + np.ndim(x) + np.size(x)),
    ("zeros", lambda x: np.zeros_like(x) + np.full_like(x, x[1]) + np.ones(x.shape, x.dtype)),
)


@pytest.mark.parametrize(("name", "f"), _PLAIN, ids=[name for name, _ in _PLAIN])
def test_results_that_are_not_differentiated(name: str, f: Callable[[Any], Any]) -> None:
    graph = trace(f)(X)
    for x in (X, np.array([-1.0, 0.7, 0.3]), np.array([3.0, 1.0, 2.0])):
        actual, expected = graph(x), f(x) if not name.startswith(("update", "addition")) else f(Variable(x)).data
        assert_array_equal(actual, expected)
        assert actual.dtype == np.asarray(expected).dtype


def test_single_precision_survives_a_count() -> None:
    x = np.array([1, 2], np.float32)
    f: Callable[[Any], Any] = lambda x: x * 2 + np.float32(1) - 0.5
    assert trace(f)(x)(x).dtype == f(x).dtype == np.float32


class _Pair(NamedTuple):
    a: Any
    b: Any


@attrs.frozen
class _Layer:
    weights: Any
    name: str


def test_containers_and_what_is_static() -> None:
    def f(layer: _Layer, pair: _Pair, *, scale: Any, mode: str | None = None) -> dict[str, Any]:
        assert isinstance(scale, Variable)
        assert layer.name == "first"
        y = layer.weights @ pair.a * scale
        return {"y": y, "layer": attrs.evolve(layer, weights=y), "pair": [pair.b, mode, 2.5]}

    graph = trace(f)(_Layer(np.ones((2, 3)), "first"), _Pair(X, None), scale=2, mode="fast")
    result = graph(_Layer(2 * np.ones((2, 3)), "first"), _Pair(X, None), mode="fast", scale=3)
    assert_array_equal(result["y"], [6.0, 6.0])
    assert isinstance(result["layer"], _Layer)
    assert_array_equal(result["layer"].weights, [6.0, 6.0])
    assert result["layer"].name == "first"
    assert result["pair"] == [None, "fast", 2.5]


def test_numbers_are_inputs_of_shape_0() -> None:
    graph: Graph[..., Any] = trace(lambda x, n, flag: np.where(flag, x, n))(1.5, 2, True)
    assert [(x.shape, x.dtype.kind) for x in graph.inputs] == [((), "f"), ((), "i"), ((), "b")]
    assert graph(1.5, 4, False) == 4.0


def test_a_function_without_arrays_in_its_result() -> None:
    graph: Graph[..., Any] = trace(lambda x: (None, "a", 3))(1.0)
    assert graph(2.0) == (None, "a", 3)


def test_the_function_runs_once() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(x)
        return x + 1

    graph = trace(f)(1.0)
    assert graph(2.0) == 3.0
    assert graph(3.0) == 4.0
    assert len(calls) == 1


def test_the_traced_function_keeps_its_name_and_documentation() -> None:
    assert trace(_loss).__name__ == "_loss"
    assert trace(_loss)(X).name == "_loss"


# Purity.


def test_a_captured_array_is_a_snapshot() -> None:
    weights = np.array([1.0, 2.0, 3.0])
    index = np.array([0, 2])
    large = np.ones((100, 100))

    def f(x: Any) -> Any:
        return np.sum(x[index] * 2) + np.sum(weights * x) + np.sum(large * x[0])

    graph = trace(f)(X)
    expected = f(X)
    weights[:] = np.nan
    index[:] = 1
    large[:] = np.nan
    assert_allclose(graph(X), expected)


def test_an_array_that_changes_while_it_is_traced_is_two_constants() -> None:
    weights = np.ones(3)

    def f(x: Any) -> Any:
        y = x * weights
        weights[:] = 2.0
        return y + x * weights

    assert_array_equal(trace(f)(X)(X), 3 * X)


def test_an_array_that_is_captured_twice_is_one_constant() -> None:
    weights = np.ones((100, 100))
    graph = trace(lambda x: (weights @ x) @ weights)(np.ones((100, 100)))
    assert len(graph.constants) == 1


def test_examples_and_containers_may_be_overwritten() -> None:
    x = {"a": X.copy()}
    graph = trace(lambda x: np.sum(x["a"] ** 2))(x)
    x["a"][:] = np.nan
    x["b"] = np.ones(2)
    assert_allclose(graph({"a": X}), np.sum(X**2))


def test_a_parameter_that_is_a_list_may_be_overwritten() -> None:
    shape = [1, 3]
    graph = trace(lambda x: np.reshape(x, shape))(X)
    shape[:] = [3, 1]
    assert graph(X).shape == (1, 3)


def test_a_constant_that_was_broadcast_stays_small() -> None:
    graph = trace(grad(lambda x: np.sum(x * x)))(np.ones((100, 100)))
    assert all(constant.value.base is None or constant.value.base.size == 1 for constant in graph.constants)


# Operations of the user's own.


def test_a_function_keeps_its_derivative() -> None:
    doubled_gradient = Function(forward=lambda x: x**2, backward=lambda g, x: g * 4 * x)
    graph = trace(lambda x: doubled_gradient(np.sin(x)))(0.5)
    assert [equation.name for equation in graph.equations] == ["sin", "Function <lambda>"]
    assert_allclose(graph(0.7), np.sin(0.7) ** 2)
    assert_allclose(grad(graph)(0.7), 4 * np.sin(0.7) * np.cos(0.7))
    assert_allclose(trace(grad(graph))(0.1)(0.7), 4 * np.sin(0.7) * np.cos(0.7))


def test_a_function_with_a_rule_of_its_own_is_one_equation() -> None:
    graph = trace(lambda x: _with_rule(np.sin(x)))(X)
    assert [equation.name for equation in graph.equations] == ["sin", "custom_vjp(<lambda>)"]
    assert_allclose(grad(graph)(X), 5 * np.sin(X) * np.cos(X))
    assert_allclose(jvp(graph, (X,), (X,))[1], np.sum(5 * np.sin(X) * np.cos(X) * X))


def test_a_function_may_look_at_values() -> None:
    half: Function[Any] = Function(forward=lambda x: x if x > 0 else x / 2, backward=lambda g, x: g)

    def f(x: Any) -> Any:
        return half(x) + 1

    assert trace(f)(1.0)(-1.0) == 0.5


def test_a_function_of_several_outputs() -> None:
    both = Function(forward=lambda x: (np.sin(x), np.cos(x)), backward=lambda g, h, x: g * np.cos(x) - h * np.sin(x))
    graph = trace(lambda x: both(x)[0] * both(x)[1])(0.5)
    assert_allclose(graph(0.7), np.sin(0.7) * np.cos(0.7))
    assert_allclose(grad(graph)(0.7), np.cos(1.4))


def test_a_function_that_captures_what_is_traced() -> None:
    def f(x: Any) -> Any:
        return Function(forward=lambda y: x * y, backward=lambda g, y: g)(x)

    with pytest.raises(ValueError, match=r"computes with a Variable that it was not given"):
        trace(f)(1.0)


# What a graph cannot hold.


def _line_of(f: Callable[..., Any]) -> str:
    return f"{__file__}:{f.__code__.co_firstlineno}: "


_ESCAPES: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("if", lambda x: x if x[0] > 0 else -x),
    ("and", lambda x: x[0] > 0 and x[1] > 0),
    ("max of Python", lambda x: max(x[0], x[1])),
    ("float", lambda x: float(x[0])),
    ("int", lambda x: int(x[0])),
    ("complex", lambda x: complex(x[0])),
    ("math", lambda x: math.sin(x[0])),
    ("range", lambda x: range(x[0].astype(int))),
    ("item", lambda x: x[0].item()),
    ("tolist", lambda x: x.tolist()),
    (".data", lambda x: x.data),
    ("np.asarray", lambda x: np.asarray(x)),
    ("np.array of elements", lambda x: np.array([x[0], x[1]])),
    ("writing into an array", lambda x: np.zeros(3).__setitem__(0, x[0])),
    ("bound of a slice", lambda x: x[: np.argmax(x)]),
    ("axis", lambda x: np.sum(x, axis=x.argmax())),
    ("mask", lambda x: x[x > 0]),
    ("mask of an axis", lambda x: np.stack([x, x])[:, x > 0]),
    ("nonzero", lambda x: np.nonzero(x)),
    ("x.nonzero", lambda x: x.nonzero()),
    ("where of a condition", lambda x: np.where(x > 0)),
    ("flatnonzero", lambda x: np.flatnonzero(x)),
    ("argwhere", lambda x: np.argwhere(x > 0)),
    ("if on a result without a derivative", lambda x: 1 if np.array_equal(x, x) else 0),
)


@pytest.mark.parametrize(("name", "f"), _ESCAPES, ids=[name for name, _ in _ESCAPES])
def test_a_value_that_is_asked_for(name: str, f: Callable[[Any], Any]) -> None:
    with pytest.raises(EscapeError) as caught:
        trace(f)(X)
    assert str(caught.value).startswith(_line_of(f))


@pytest.mark.parametrize(("name", "f"), _ESCAPES[:1], ids=[name for name, _ in _ESCAPES[:1]])
def test_inside_another_transform(name: str, f: Callable[[Any], Any]) -> None:
    for transformed in (lambda x: vjp(f, x)[0], lambda x: jvp(f, (x,), (x,)), lambda x: vmap(f)(np.stack([x, x]))):
        with pytest.raises(TypeError):
            trace(transformed)(X)


def test_the_line_is_that_of_the_user() -> None:
    def inner(x: Any) -> Any:
        return grad(lambda a: np.sum(a) if a[0] > 0 else np.sum(a * a))(x)

    with pytest.raises(EscapeError) as caught:
        trace(lambda x: inner(x))(X)
    assert str(caught.value).startswith(f"{__file__}:{inner.__code__.co_firstlineno + 1}: ")


@pytest.mark.parametrize("call", [call for call in WHOLE_CALLS if call.case.shaped_by_values], ids=str)
def test_a_shape_that_depends_on_values(call: Call) -> None:
    values = call.case.draw()
    with pytest.raises(EscapeError, match=r"the shape of x\[mask\] depends on the values|needs a value"):
        trace(call_through_numpy(call, values))(*chosen(call, values))


@pytest.mark.parametrize("call", [call for call in WHOLE_CALLS if call.case.typed_by_values], ids=str)
def test_a_dtype_that_depends_on_values(call: Call) -> None:
    values = call.case.draw()
    with pytest.raises(EscapeError, match=r"is real or complex depends on the values .* x\.astype\(complex\)"):
        trace(call_through_numpy(call, values))(*chosen(call, values))


# What is real for one of the matrices and complex for the other, or polynomials.
_REAL: Final = np.array([[3.0, 1.0], [1.0, 2.0]])
_COMPLEX: Final = np.array([[-1.0, 2.0], [-2.0, -3.0]])


@pytest.mark.parametrize(
    ("f", "real", "other"),
    [
        (np.linalg.eigvals, _REAL, _COMPLEX),
        (lambda x: np.linalg.eig(x).eigenvalues, _REAL, _COMPLEX),
        (lambda x: np.abs(np.linalg.eig(x).eigenvectors), _REAL, _COMPLEX),
        (np.roots, np.array([1.0, -3.0, 2.0]), np.array([1.0, 0.0, 2.0])),
        (linalg.logm, _REAL, -_REAL),
        (linalg.sqrtm, _REAL, -_REAL),
    ],
    ids=["eigvals", "eig", "eigenvectors", "roots", "logm", "sqrtm"],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_what_is_made_complex_first_follows_the_function(
    f: ArrayCallable, real: Any, other: Any, swapped: bool
) -> None:
    example, x = (other, real) if swapped else (real, other)

    def of_complex(x: Any) -> Any:
        return f(x.astype(complex))

    def loss(x: Any) -> Any:
        return np.sum(np.abs(of_complex(x) + 1.0) ** 2)

    assert_allclose(trace(of_complex)(example)(x), of_complex(x), rtol=1e-10)
    assert_allclose(trace(grad(loss))(example)(x), grad(loss)(x), rtol=1e-8)
    for transformed in (f, grad(lambda x: np.sum(np.abs(f(x)))), lambda x: jvp(f, (x,), (x,))[1]):
        with pytest.raises(EscapeError, match=r"x\.astype\(complex\)"):
            trace(transformed)(example)


def test_a_parameter_that_depends_on_values() -> None:
    with pytest.raises(TypeError, match=r"np.isclose: atol= depends on what is batched or traced"):
        trace(lambda x: np.isclose(x, 1.0, atol=x[0]))(X)


def test_a_traced_variable_used_after_the_trace() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x)
        return x * 2

    graph = trace(f)(1.0)
    for use in (lambda x: x + 1, lambda x: np.sin(x), lambda x: Function(lambda a: a, lambda g, a: g)(x)):
        with pytest.raises(EscapeError, match=r"traced by trace\(f\), which has\s+returned"):
            use(kept[0])
    assert graph(3.0) == 6.0


def test_a_traced_variable_is_no_use_after_an_error() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x)
        raise KeyError

    with pytest.raises(KeyError):
        trace(f)(1.0)
    with pytest.raises(EscapeError, match=r"has\s+returned"):
        kept[0] + 1
    assert trace(np.sin)(1.0)(0.0) == 0.0


def test_variables_are_no_examples() -> None:
    with pytest.raises(TypeError, match=r"argument 0 is a Variable; trace with arrays"):
        grad(lambda x: trace(lambda a: a * a)(x)(x))(1.0)
    with pytest.raises(TypeError, match=r"leaf 1 of argument 'p' is a Variable"):
        trace(lambda p: p[0])(p=(1.0, Variable(X)))


def test_variables_of_enclosing_transforms_are_no_constants() -> None:
    with pytest.raises(TypeError, match=r"multiply is given a Variable of an enclosing transform"):
        grad(lambda x: trace(lambda a: a * x)(1.0)(x))(1.0)
    with pytest.raises(TypeError, match=r"add is given a Variable"):
        trace(lambda a: trace(lambda b: a + b)(1.0)(a))(1.0)
    with pytest.raises(TypeError, match=r"the result is given a Variable"):
        grad(lambda x: trace(lambda a: (a, x))(1.0)(x)[0])(1.0)


def test_what_is_not_traced() -> None:
    with pytest.raises(TypeError, match=r"trace\(f\): f must be a function, got an array of shape \(3,\)"):
        trace(X)  # type: ignore[call-overload]  # that is what it is about
    with pytest.raises(TypeError, match=r"argument 0: an array of dtype object holds no numbers"):
        trace(lambda x: 1.0)(np.array([None]))
    with pytest.raises(TypeError, match=r"the result: an array of dtype <U1 holds no numbers"):
        trace(lambda x: np.array(["a"]))(1.0)


def test_a_graph_made_by_hand_of_variables_is_not_traced() -> None:
    def f(x: Any) -> Any:
        y = Variable(X)
        return gradients(F.sum(y * x), [y])[0]

    with pytest.raises(TypeError, match=r"made by hand"):
        trace(f)(2.0)


def test_nodes_are_about_values_and_not_about_derivatives() -> None:
    seen: list[Any] = []
    trace(lambda x: seen.extend([x]))(1.0)
    assert isinstance(seen[0].node, TraceNode)
    assert not seen[0].node.has_one_value


def test_printing_is_allowed() -> None:
    def f(x: Any) -> Any:
        assert str(x) == "variable([ 0.5 -1.5  2. ])"
        assert f"{x[0]:.1f}" == "0.5"
        return x

    trace(f)(X)


def test_leaves_of_a_list_are_separate() -> None:
    graph = trace(lambda xs: [x * x for x in xs])([1.0, 2.0])
    assert leaves(graph([3.0, 4.0])) == [9.0, 16.0]
