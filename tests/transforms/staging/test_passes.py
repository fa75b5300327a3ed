"""Passes: what they take away, and that they never change a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from pydezero import Function, grad, vjp
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import (
    eliminate_common_subexpressions,
    eliminate_dead_code,
    fold_constants,
    simplify,
)
from pydezero.transforms.staging.trace import trace
from pydezero.tree import flatten

X: Final = np.array([0.5, -1.5, 2.0])
PASSES: Final = (eliminate_dead_code, eliminate_common_subexpressions, fold_constants, simplify)


def names(graph: Graph[..., Any]) -> list[str]:
    return [equation.name for equation in graph.equations]


def _noted(calls: list[Any]) -> Function[Any]:
    """An operation that says when it is computed."""

    def forward(x: Any) -> Any:
        calls.append(x)
        return x + 0.0

    return Function(forward=forward, backward=lambda g, x: g)


def assert_same_bits(actual: Any, expected: Any) -> None:
    for a, e in zip(flatten(actual), flatten(expected), strict=True):
        assert (a.shape, a.dtype) == (e.shape, e.dtype)
        assert a.tobytes() == e.tobytes()


# Dead code.


def test_dead_code() -> None:
    captured = np.ones(3)

    def f(x: Any, y: Any) -> Any:
        np.sum(np.sin(y) * captured)
        return np.cos(x)

    graph = eliminate_dead_code(trace(f)(X, X))
    assert names(graph) == ["cos"]
    assert graph.constants == ()
    assert len(graph.inputs) == 2
    assert_array_equal(graph(X, 2 * X), np.cos(X))


def test_an_operation_with_one_output_that_is_needed_stays() -> None:
    both = Function(forward=lambda x: (np.sin(x), np.cos(x)), backward=lambda g, h, x: g * np.cos(x) - h * np.sin(x))
    graph = eliminate_dead_code(trace(lambda x: both(both(x)[1])[0])(X))
    assert len(graph.equations) == 2
    assert names(eliminate_dead_code(trace(lambda x: (both(x), x)[1])(X))) == []


def test_what_an_index_needs_stays() -> None:
    graph = eliminate_dead_code(trace(lambda x: x.at[np.argmax(x)].set(0.0))(X))
    assert names(graph) == ["argmax", "set_at"]


def test_a_constant_that_is_returned_stays() -> None:
    graph: Graph[..., Any] = simplify(trace(lambda x: np.ones(3))(X))
    assert_array_equal(graph(X), np.ones(3))


# Common subexpressions.

_ALIKE: Final[tuple[tuple[str, Callable[[Any], Any], int], ...]] = (
    ("sin twice", lambda x: np.sin(x) * np.sin(x), 2),
    ("chains", lambda x: np.exp(np.sin(x)) + np.exp(np.sin(x)), 3),
    ("numbers", lambda x: np.multiply(x, 2.0) + np.multiply(x, 2.0), 2),
    ("axes", lambda x: np.sum(x, axis=0) + np.sum(x, axis=0), 2),
    ("slices", lambda x: x[1:] + x[1:], 2),
    ("index arrays", lambda x: x[np.array([0, 1])] + x[np.array([0, 1])], 2),
    ("equal constants", lambda x: x * np.array([1.0, 2.0, 3.0]) + x * np.array([1.0, 2.0, 3.0]), 2),
    ("dtypes", lambda x: x.astype(np.float32) + x.astype("f4"), 2),
    ("subscripts", lambda x: np.einsum("i,i->", x, x) + np.einsum("j,j->", x, x), 3),
    ("the same subscripts", lambda x: np.einsum("i,i->", x, x) + np.einsum("i,i", x, x), 2),
    ("traced indices", lambda x: x[np.argmax(x)] * x[np.argmax(x)], 3),
    ("traced places", lambda x: x.at[np.argmax(x)].set(1.0) + x.at[np.argmax(x)].set(1.0), 3),
    ("nan", lambda x: np.fmax(x, np.nan) + np.fmax(x, np.nan), 2),
)
_DIFFERENT: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("other operations", lambda x: np.sin(x) * np.cos(x)),
    ("other order", lambda x: np.subtract(x, np.sin(x)) + np.subtract(np.sin(x), x)),
    ("other numbers", lambda x: np.multiply(x, 2.0) + np.multiply(x, 3.0)),
    ("zeros of either sign", lambda x: np.copysign(x, 0.0) + np.copysign(x, -0.0)),
    ("int and float", lambda x: np.multiply(x, 2.0) + np.multiply(x, 2)),
    ("int and bool", lambda x: np.add(x, 1) + np.add(x, True)),
    ("other dtypes", lambda x: np.add(x, np.float32(2)) + np.add(x, np.float64(2))),
    ("other axes", lambda x: np.sum(x, axis=0) + np.sum(x, axis=None)),
    ("other indices", lambda x: x[np.array([0, 1])] + x[np.array([0, 2])]),
    ("other dtypes of indices", lambda x: x[np.array([0, 1, 1], np.uint8)] + x[np.array([0, 1, 1])]),
    ("masks and integers", lambda x: np.sum(x[np.array([True, True, True])]) + np.sum(x[np.array([1, 1, 1])])),
    ("constants of either sign", lambda x: x / np.array([0.0, 1.0, 1.0]) + x / np.array([-0.0, 1.0, 1.0])),
    ("other constants", lambda x: x * np.array([1.0, 2.0, 3.0]) + x * np.array([1.0, 2.0, 4.0])),
)


@pytest.mark.parametrize(("name", "f", "count"), _ALIKE, ids=[name for name, _, _ in _ALIKE])
def test_common_subexpressions(name: str, f: Callable[[Any], Any], count: int) -> None:
    graph = trace(f)(X)
    simpler = eliminate_dead_code(eliminate_common_subexpressions(graph))
    assert len(simpler.equations) == count
    assert_same_bits(simpler(-X), graph(-X))


@pytest.mark.parametrize(("name", "f"), _DIFFERENT, ids=[name for name, _ in _DIFFERENT])
@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.filterwarnings("ignore:invalid value")
def test_different_expressions(name: str, f: Callable[[Any], Any]) -> None:
    graph = trace(f)(X)
    simpler = eliminate_common_subexpressions(graph)
    shared = 1 if name == "other order" else 0  # the sine
    assert len(simpler.equations) == len(graph.equations) - shared
    assert_same_bits(simpler(-X), graph(-X))


def test_operations_of_the_users_own_are_called_as_often_as_before() -> None:
    calls: list[Any] = []
    noted = _noted(calls)
    graph = simplify(trace(lambda x: noted(x) + noted(x))(X))
    calls.clear()
    graph(X)
    assert len(calls) == 2


def test_constants_of_another_order_in_memory_are_different() -> None:
    a = np.arange(12.0).reshape(3, 4)
    graph = trace(lambda x: (x * a, x * np.asfortranarray(a)))(1.5)
    assert len(eliminate_common_subexpressions(graph).constants) == 2


# Constants.


def test_constants_are_folded() -> None:
    def f(x: Any) -> Any:
        slope = grad(lambda y: 3.0 * y)(x)  # a constant, although it is a Variable
        return np.sin(slope * np.ones(3)) + x

    graph = trace(f)(2.0)
    assert names(graph)[-3:] == ["multiply", "sin", "add"]
    folded = fold_constants(graph)
    assert names(eliminate_dead_code(folded)) == ["add"]
    assert_same_bits(folded(4.0), graph(4.0))
    with pytest.raises(ValueError, match="read-only"):
        folded.constants[-1].value[...] = 0.0


def test_operations_of_the_users_own_are_not_folded() -> None:
    calls: list[Any] = []
    noted = _noted(calls)
    graph = simplify(trace(lambda x: noted(grad(lambda y: 3.0 * y)(x)) + x)(2.0))
    calls.clear()
    assert graph(1.0) == 4.0
    assert len(calls) == 1


def test_folding_does_not_warn_again() -> None:
    def f(x: Any) -> Any:
        return np.log(grad(lambda y: 0.0 * y)(x)) + x

    with np.errstate(all="ignore"):
        graph = trace(f)(2.0)
    assert simplify(graph)(1.0) == -np.inf


# All passes.


@pytest.mark.parametrize("simplified", PASSES)
def test_a_pass_leaves_its_graph_alone(simplified: Callable[[Graph[..., Any]], Graph[..., Any]]) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) ** 2 * np.sin(x))

    graph: Graph[..., Any] = trace(grad(f))(X)
    before = str(graph)
    other = simplified(graph)
    assert str(graph) == before
    assert_same_bits(other(2 * X), graph(2 * X))
    assert str(simplified(other)) == str(other)


def test_a_simplified_gradient() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * np.exp(np.sin(x)))

    graph = trace(grad(f))(X)
    assert (
        str(simplify(graph))
        == """\
f(a: f64[3]):
    b: f64[3] = constant([1.0, 1.0, 1.0])
    c: f64[3] = sin(a)
    d: f64[3] = exp(c)
    e: f64[3] = multiply(b, d)
    f: f64[3] = multiply(b, c)
    g: f64[3] = multiply(f, d)
    h: f64[3] = cos(a)
    i: f64[3] = multiply(g, h)
    j: f64[3] = multiply(e, h)
    k: f64[3] = add(i, j)
    return k"""
    )


# Programs of random operations on values of one shape.
_UNARY: Final = (np.sin, np.cos, np.tanh, np.negative, np.square, np.arctan, lambda x: x * 0.5, lambda x: x[::-1])
_BINARY: Final = (
    np.add,
    np.subtract,
    np.multiply,
    np.maximum,
    lambda x, y: np.where(x > y, x, y * 0.5),
    lambda x, y: x + np.sum(y, axis=0),
    lambda x, y: x * y[np.argmax(x)],
    lambda x, y: x[np.argsort(y)],
    lambda x, y: x.at[0].set(y[1]),
)
_CONSTANTS: Final = (2.0, np.array([1.0, -2.0, 3.0]), np.float64(-0.0), X)


@st.composite
def _programs(draw: st.DrawFn) -> Callable[[Any, Any], Any]:
    steps = draw(
        st.lists(
            st.tuples(st.integers(0, 20), st.integers(0, 30), st.integers(0, 30), st.integers(0, 4)),
            min_size=1,
            max_size=12,
        )
    )
    outputs = draw(st.lists(st.integers(0, 30), min_size=1, max_size=3))

    def program(x: Any, y: Any) -> Any:
        values = [x, y, grad(lambda z: np.sum(3.0 * z))(x)]  # the last is a constant
        for choice, i, j, k in steps:
            a, b = values[i % len(values)], values[j % len(values)]
            if choice < len(_UNARY):
                values.append(_UNARY[choice](a))
            elif choice < len(_UNARY) + len(_BINARY):
                values.append(_BINARY[choice - len(_UNARY)](a, b))
            else:
                values.append(np.multiply(a, _CONSTANTS[k % len(_CONSTANTS)]) + b)
        return [values[-1 - i % len(values)] for i in outputs]

    return program


_numbers = st.floats(-2.0, 2.0, allow_nan=False)
_arrays = st.lists(_numbers, min_size=3, max_size=3).map(np.array)


@settings(max_examples=200)
@given(program=_programs(), x=_arrays, y=_arrays)
def test_passes_change_no_bit_of_random_programs(program: Callable[[Any, Any], Any], x: Any, y: Any) -> None:
    graph: Graph[..., Any] = trace(program)(X, X[::-1])
    expected = graph(x, y)
    assert_same_bits(expected, [np.asarray(v) for v in vjp(program, x, y)[0]])
    for simplified in PASSES:
        assert_same_bits(simplified(graph)(x, y), expected)


@settings(max_examples=100)
@given(program=_programs(), x=_arrays, y=_arrays)
def test_passes_change_no_bit_of_derivatives_of_random_programs(
    program: Callable[[Any, Any], Any], x: Any, y: Any
) -> None:
    def derivative(x: Any, y: Any) -> Any:
        results, pullback = vjp(program, x, y)
        return pullback([np.cos(result) for result in results])

    graph: Graph[..., Any] = trace(derivative)(X, X[::-1])
    simpler = simplify(graph)
    assert len(simpler.equations) <= len(graph.equations)
    assert_same_bits(simpler(x, y), graph(x, y))
    for actual, expected in zip(graph(x, y), derivative(x, y), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9)
