"""Graphs as functions and as data: evaluation, transforms of graphs, and the text form."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, Final, assert_type

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from pydezero import Function, Variable, grad, numerical_diff, value_and_grad, vjp
from pydezero import functions as F
from pydezero.containers import HOLE
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.trace import trace

X: Final = np.array([0.5, -1.5, 2.0])
W: Final = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 1.5]])


def loss(x: Any, w: Any) -> Any:
    return np.sum(np.tanh(w @ x) ** 2) + np.sum(np.where(x > 0, x, np.exp(x)))


GRAPH: Final[Graph[..., Any]] = trace(loss)(np.ones(3), np.ones((2, 3)))


# Evaluation.


def test_a_graph_follows_new_values() -> None:
    for scale in (0.0, 1.0, -2.5):
        assert_allclose(GRAPH(scale * X, W), loss(scale * X, W), rtol=1e-15)


def test_results_are_fresh() -> None:
    captured = np.ones(3)
    graph: Graph[..., Any] = trace(lambda x: {"x": x, "T": x.T, "again": x, "captured": captured})(X)
    x = X.copy()
    for _ in range(2):
        result = graph(x)
        arrays = [*result.values(), x, *[constant.value for constant in graph.constants]]
        for i, a in enumerate(arrays):
            assert not any(np.shares_memory(a, b) for b in arrays[i + 1 :])
        for array in result.values():
            array[:] = np.nan
    assert_array_equal(graph(x)["captured"], np.ones(3))
    assert_array_equal(x, X)


def test_nothing_of_a_graph_can_be_changed() -> None:
    graph = trace(lambda x: np.sum(x[np.array([0, 0, 2])] * W))(X)
    for constant in graph.constants:
        with pytest.raises(ValueError, match="read-only"):
            constant.value[...] = 0.0
    (index,) = [equation.parameters["index"] for equation in graph.equations if "index" in equation.parameters]
    with pytest.raises(ValueError, match="read-only"):
        index[0] = 1
    with pytest.raises(TypeError):
        graph.equations[0].parameters["index"] = 0  # type: ignore[index]  # that is what it is about
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        graph.name = "other"  # type: ignore[misc]  # likewise


def test_python_numbers_have_no_dtype() -> None:
    graph: Graph[..., Any] = trace(lambda x, y: x * y)(np.float32(2.0), 2 + 0j)
    assert graph(3, 2.5) == 7.5
    assert graph(3, 2.5).dtype == (np.float32(2.0) * (2 + 0j)).dtype
    single: Graph[..., Any] = trace(lambda x: x * 2)(np.float32(2.0))
    assert single(1.5).dtype == np.float32


_MISTAKES: Final[tuple[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str], ...]] = (
    (
        "shape",
        (np.ones(4), W),
        {},
        ValueError,
        r"the graph of loss: argument 0 was traced as f64\[3\], got f64\[4\] \(shape \(4,\), dtype float64\)",
    ),
    ("shape of the second", (X, W.T), {}, ValueError, r"argument 1 was traced as f64\[2,3\], got f64\[3,2\]"),
    ("number of axes", (X[:, None], W), {}, ValueError, r"argument 0 was traced as f64\[3\], got f64\[3,1\]"),
    ("dtype", (X.astype(np.float32), W), {}, ValueError, r"traced as f64\[3\], got f32\[3\]"),
    ("integers", (np.arange(3), W), {}, ValueError, r"traced as f64\[3\], got i64\[3\]"),
    ("a number", (1.0, W), {}, ValueError, r"traced as f64\[3\], got f64\[\]"),
    ("Variable", (Variable(np.ones(2)), W), {}, ValueError, r"traced as f64\[3\], got f64\[2\]"),
    ("None", (None, W), {}, TypeError, r"argument 0 was traced as f64\[3\], got None"),
    (
        "too few",
        (X,),
        {},
        TypeError,
        r"takes arguments built like .*, \(a: f64\[3\], b: f64\[2,3\]\); got a tuple of 1",
    ),
    ("container", ([X], W), {}, TypeError, r"takes arguments built like"),
    ("keyword", (X,), {"w": W}, TypeError, r"takes arguments built like"),
    ("no numbers", (np.array(["a", "b", "c"]), W), {}, TypeError, r"holds no numbers"),
)


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "error", "message"), _MISTAKES, ids=[mistake[0] for mistake in _MISTAKES]
)
def test_arguments_that_do_not_fit(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        GRAPH(*args, **kwargs)


def test_leaves_of_containers_are_named() -> None:
    graph: Graph[..., Any] = trace(lambda p, *, q: p["a"] + p["b"] + q)({"a": X, "b": X}, q=1.0)
    with pytest.raises(ValueError, match=r"leaf 1 of argument 0 was traced as f64\[3\]"):
        graph({"a": X, "b": W}, q=1.0)
    with pytest.raises(ValueError, match=r"argument 'q' was traced as f64\[\], got f64\[3\]"):
        graph({"a": X, "b": X}, q=X)
    with pytest.raises(TypeError, match=r"\(\{'a': a: f64\[3\], 'b': b: f64\[3\]\}, q=c: f64\[\]\)"):
        graph({"b": X, "a": X}, q=1.0)


def test_what_is_static_must_be_equal() -> None:
    graph: Graph[..., Any] = trace(lambda x, mode: np.sin(x) if mode == "sin" else x)(X, "sin")
    assert_array_equal(graph(X, "sin"), np.sin(X))
    with pytest.raises(ValueError, match=r"argument 1 was 'sin' when it was traced, and is part of the graph; got 'c'"):
        graph(X, "c")


def test_values_are_let_go_when_they_are_done_with() -> None:
    alive: list[int] = []
    references: list[weakref.ref[Any]] = []

    def forward(x: Any) -> Any:
        alive.append(sum(reference() is not None for reference in references))
        out = x + 1.0
        references.append(weakref.ref(out))
        return out

    step = Function(forward=forward, backward=lambda g, x: g)

    def chain(x: Any) -> Any:
        for _ in range(10):
            x = step(x)
        return x

    graph = trace(chain)(X)
    references.clear()
    alive.clear()
    assert_array_equal(graph(X), X + 10)
    assert max(alive) == 1


# Transforms of graphs.


def test_gradients_of_a_graph() -> None:
    for_x, for_w = grad(GRAPH, (0, 1))(X, W)
    assert_allclose(for_x, numerical_diff(lambda x: GRAPH(x, W), X), rtol=1e-6, atol=1e-8)
    assert_allclose(for_w, numerical_diff(lambda w: GRAPH(X, w), W), rtol=1e-6, atol=1e-8)
    expected_x, expected_w = grad(loss, (0, 1))(X, W)
    assert_allclose(for_x, expected_x, rtol=1e-13)
    assert_allclose(for_w, expected_w, rtol=1e-13)


def test_second_derivatives_of_a_graph() -> None:
    def slope(f: Callable[..., Any]) -> Callable[[Any], Any]:
        return lambda x: np.sum(grad(f)(x, W) ** 3)

    assert_allclose(grad(slope(GRAPH))(X), grad(slope(loss))(X), rtol=1e-12)
    graph_of_gradient = trace(grad(loss))(X, W)
    assert_allclose(vjp(lambda x: graph_of_gradient(x, W), X)[1](X)[0], vjp(lambda x: grad(loss)(x, W), X)[1](X)[0])


def test_jvp_of_a_graph() -> None:
    tangents = (np.array([1.0, 2.0, -1.0]), np.ones((2, 3)))
    found, expected = jvp(GRAPH, (X, W), tangents), jvp(loss, (X, W), tangents)
    assert_allclose(found, expected, rtol=1e-13)


def test_vmap_of_a_graph() -> None:
    xs = np.stack([X, 2 * X, -X, X + 1])
    expected = [loss(x, W) for x in xs]
    assert_allclose(vmap(GRAPH, in_axes=(0, None))(xs, W), expected, rtol=1e-13)
    assert_allclose(vmap(grad(GRAPH), in_axes=(0, None))(xs, W), [grad(loss)(x, W) for x in xs], rtol=1e-12, atol=1e-15)


def test_a_batch_of_a_graph_with_an_index() -> None:
    graph: Graph[..., Any] = trace(lambda x: x[np.argsort(x)] * x[np.argmax(x)])(X)
    xs = np.stack([X, X[::-1], -X])
    assert_allclose(vmap(graph)(xs), [np.sort(x) * np.max(x) for x in xs])


def test_transforms_of_traces_of_transforms() -> None:
    def slope(x: Any) -> Any:
        return np.sum(grad(loss)(x, W) * x)

    graph = trace(grad(slope))(X)
    again = trace(lambda x: graph(x) + vmap(grad(np.tanh))(x))(X)
    expected = grad(slope)(2 * X) + 1 - np.tanh(2 * X) ** 2
    assert_allclose(again(2 * X), expected, rtol=1e-12)
    assert_allclose(jvp(again, (X,), (X,))[1], jvp(lambda x: again(x), (X,), (X,))[1])
    assert_allclose(vjp(again, X)[1](X)[0], vjp(lambda x: grad(slope)(x) + 1 - np.tanh(x) ** 2, X)[1](X)[0], rtol=1e-10)


def test_variables_in_variables_out() -> None:
    x = Variable(X)
    result = GRAPH(x, W)
    assert isinstance(result, Variable)
    constant = trace(lambda x: (x, np.ones(2)))(X)(x)
    assert all(isinstance(y, Variable) for y in constant)


def test_values_and_gradients() -> None:
    value, gradient = value_and_grad(GRAPH)(X, W)
    assert_allclose(value, loss(X, W))
    assert_allclose(gradient, grad(loss)(X, W))


# Types: a graph keeps the signature, and where that has Variables takes arrays as well.


def _of_variables(x: Variable, y: Variable, scale: float = 1.0) -> Variable:
    return F.sum(x * y) * scale


def _of_arrays(x: NDArray[np.float64], names: list[str]) -> dict[str, NDArray[np.float64]]:
    return dict.fromkeys(names, x * 2)


def test_signatures() -> None:
    product = trace(_of_variables)(X, Variable(X).data, 2.0)
    assert_type(product(Variable(X), Variable(X), 2.0), Variable)
    gradient = trace(grad(_of_arrays_to_number))(X, 3.0)
    assert_type(gradient(X, 2.0), NDArray[np.float64])
    doubled = trace(_of_arrays)(X, ["a", "b"])
    assert_type(doubled(X, ["a", "b"]), dict[str, NDArray[np.float64]])
    assert_type(simplify(doubled)(X, ["a", "b"]), dict[str, NDArray[np.float64]])
    total = trace(F.sum)(X)
    assert_type(total(X), NDArray[Any])
    assert_type(total(Variable(X)), Variable)
    assert_type(grad(total)(X), NDArray[np.floating[Any]])


def _of_arrays_to_number(x: NDArray[np.float64], scale: float) -> np.float64:
    return np.sum(x) * scale


# A graph as data.


def test_records() -> None:
    graph: Graph[..., Any] = trace(lambda x, mode, *, w: {"y": np.sum(x * w * 2, axis=0), "n": None})(X, "a", w=W)
    assert graph.arguments == ((HOLE, "a"), {"w": HOLE})
    assert graph.result == {"y": HOLE, "n": None}
    assert [(x.shape, x.dtype) for x in graph.inputs] == [((3,), np.dtype("f8")), ((2, 3), np.dtype("f8"))]
    product, doubled, total = graph.equations
    assert (product.name, doubled.name, total.name) == ("multiply", "multiply", "sum")
    assert product.inputs == graph.inputs
    assert doubled.inputs == (*product.outputs, 2)
    assert total.parameters == {"axis": 0, "keepdims": False}
    assert total.outputs == graph.outputs
    assert graph.outputs[0].shape == (3,)


def test_short_form() -> None:
    assert repr(GRAPH) == "<Graph of loss: 2 inputs, 0 constants, 9 equations>"
    assert repr(trace(np.sin)(1.0)) == "<Graph of sin: 1 input, 0 constants, 1 equation>"


def test_text_of_a_loss() -> None:
    assert (
        str(GRAPH)
        == """\
loss(a: f64[3], b: f64[2,3]):
    c: f64[2] = matmul(b, a)
    d: f64[2] = tanh(c)
    e: f64[2] = square(d)
    f: f64[] = sum(e, axis=None, keepdims=False)
    g: bool[3] = greater(a, 0)
    h: f64[3] = exp(a)
    i: f64[3] = where(g, a, h)
    j: f64[] = sum(i, axis=None, keepdims=False)
    k: f64[] = add(f, j)
    return k"""
    )


def test_text_of_a_gradient() -> None:
    def cube(x: Any) -> Any:
        return x**3

    assert (
        str(trace(grad(cube))(2.0))
        == """\
cube(a: f64[]):
    b: f64[] = power(a, n=3)
    c: f64[] = square(a)
    d: f64[] = multiply(3, c)
    e: f64[] = multiply(f64(1.0), d)
    return e"""
    )


def test_text_of_containers_constants_and_parameters() -> None:
    big = np.ones((3, 3), np.float32)
    swap = Function(forward=lambda x, y: (y, x), backward=lambda g, h, x, y: (h, g))

    def model(params: Any, *, mode: str, flag: Any) -> Any:
        x = params["x"] @ big + np.array([1, 2, 3], np.int8)
        y = x[np.array([0, 0, 2]), None]
        z, w = swap(y, x[1:])
        return [z.astype(np.complex64), {"w": w, "flag": flag, "none": None}, x[..., ::2].at[np.argmin(x)].set(1.5)]

    graph = trace(model)({"x": np.ones(3, np.float32), "rate": 2}, mode="fast", flag=True)
    assert (
        str(graph)
        == """\
model({'x': a: f32[3], 'rate': b: i64[]}, flag=c: bool[], mode='fast'):
    d: f32[3,3] = constant(...)
    e: i8[3] = constant([1, 2, 3])
    f: f32[3] = matmul(a, d)
    g: f32[3] = add(f, e)
    h: f32[3,1] = getitem(g, index=([0, 0, 2], None))
    i: f32[2] = getitem(g, index=1:)
    j: f32[2], k: f32[3,1] = Function <lambda>(h, i)
    l: c64[2] = astype(j, dtype=c64, from_dtype=f32)
    m: f32[2] = getitem(g, index=(..., ::2))
    n: i64[] = argmin(g)
    o: f32[2] = set_at(m, 1.5, n, template=(_Hole,))
    return [l, {'w': k, 'flag': c, 'none': None}, o]"""
    )
    assert str(graph) == str(trace(model)({"x": np.ones(3, np.float32), "rate": 2}, flag=True, mode="fast"))


def test_text_with_many_names() -> None:
    def chain(x: Any) -> Any:
        for _ in range(30):
            x = np.sin(x)
        return x

    lines = str(trace(chain)(1.0)).splitlines()
    assert lines[25:29] == [
        "    z: f64[] = sin(y)",
        "    aa: f64[] = sin(z)",
        "    ab: f64[] = sin(aa)",
        "    ac: f64[] = sin(ab)",
    ]


def test_text_has_no_addresses() -> None:
    graph: Graph[..., Any] = trace(lambda x, thing, function: x)(1.0, object(), np.sin)
    assert str(graph) == "<lambda>(a: f64[], object, sin):\n    return a"


def test_a_result_of_another_shape_than_traced_raises() -> None:
    graph = trace(lambda p: np.mean(np.roots(p)))(np.array([1 + 0j, -3, 2]))
    assert_allclose(graph(np.array([1 + 0j, -5, 6])), 2.5)
    with pytest.raises(ValueError, match=r"roots: the result has the shape \(1,\), and had \(2,\) when it was traced"):
        graph(np.array([0j, 1, 2]))
