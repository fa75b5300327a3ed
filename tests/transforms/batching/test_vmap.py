"""`vmap`: what it maps and how results come out; derivatives of it and within it; laws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from pydezero import Variable, functions, grad, numerical_diff, value_and_grad, vjp
from pydezero.transforms.batching import node as module
from pydezero.transforms.batching.vmap import vmap

Floats = NDArray[np.float64]
# Any: NumPy's stubs know no Variable.
Map = Callable[..., Any]


class Layer(NamedTuple):
    w: Any
    b: Any


@attrs.frozen
class Model:
    first: Layer
    second: Layer
    name: str = "model"


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


def _model(rng: np.random.Generator) -> Model:
    first = Layer(rng.normal(size=(4, 5)), rng.normal(size=5))
    return Model(first, Layer(rng.normal(size=(5, 3)), rng.normal(size=3)))


def _loss(model: Model, x: Floats, y: NDArray[np.int64]) -> Any:
    """Softmax cross-entropy of one example."""
    h = np.tanh(x @ model.first.w + model.first.b)
    z = h @ model.second.w + model.second.b
    z = z - np.max(z)
    return np.log(np.sum(np.exp(z))) - z[y]


def _equal(found: Any, expected: Any, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=atol)
    assert np.shape(found) == np.shape(expected)


X: Final = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]])


# --- what is mapped, and how results come out ---


@pytest.mark.parametrize(
    ("in_axes", "shapes"),
    [
        (0, ((5, 2, 3), (5, 3))),
        (1, ((2, 5, 3), (3, 5))),
        (-1, ((2, 3, 5), (3, 5))),
        ((0, None), ((5, 2, 3), (3,))),
        ((None, -1), ((2, 3), (3, 5))),
        ((2, 0), ((2, 3, 5), (5, 3))),
        ((np.int64(1), 1), ((2, 5, 3), (3, 5))),
    ],
)
@pytest.mark.parametrize("out_axes", [0, 1, -1])
def test_axes(in_axes: Any, shapes: tuple[tuple[int, ...], tuple[int, ...]], out_axes: int) -> None:
    x, y = (_rng().normal(size=shape) for shape in shapes)
    axes = in_axes if isinstance(in_axes, tuple) else (in_axes, in_axes)
    xs, ys = ([z] * 5 if axis is None else list(np.moveaxis(z, axis, 0)) for z, axis in zip((x, y), axes, strict=True))
    expected = np.stack([a @ b for a, b in zip(xs, ys, strict=True)], axis=out_axes)
    f: Map = lambda a, b: a @ b
    _equal(vmap(f, in_axes, out_axes)(x, y), expected)


def test_containers() -> None:
    rng = _rng()
    model, x, y = _model(rng), rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    losses = vmap(_loss, (None, 0, 0))(model, x, y)
    _equal(losses, [_loss(model, *row) for row in zip(x, y, strict=True)])
    models = Model(Layer(rng.normal(size=(4, 6, 5)), model.first.b), Layer(rng.normal(size=(6, 5, 3)), model.second.b))
    axes = Model(Layer(1, None), Layer(0, None), "any")
    losses = vmap(_loss, (axes, 0, 0))(models, x, y)
    expected = [
        _loss(Model(Layer(models.first.w[:, i], model.first.b), Layer(models.second.w[i], model.second.b)), x[i], y[i])
        for i in range(6)
    ]
    _equal(losses, expected)


def test_a_prefix_of_a_container() -> None:
    tree = {"a": (np.ones((2, 3)), np.zeros((2, 3))), "b": [np.full((3, 2), 2.0)], "c": 1.5, "name": "x"}

    def f(tree: dict[str, Any]) -> Any:
        assert tree["name"] == "x"
        assert tree["c"] == 1.5
        return tree["a"][0] + tree["b"][0]

    axes = {"b": 1, "a": 0, "c": None, "name": 0}
    _equal(vmap(f, (axes,))(tree), np.full((2, 3), 3.0))


def test_results_in_containers() -> None:
    f: Map = lambda x: {"sum": x.sum(), "pair": (x, 2 * x), "constant": 1.5, "array": np.arange(2), "text": "none"}
    found = vmap(f)(X)
    assert list(found) == ["sum", "pair", "constant", "array", "text"]
    _equal(found["sum"], X.sum(axis=1))
    _equal(found["pair"][1], 2 * X)
    _equal(found["constant"], [1.5, 1.5])
    _equal(found["array"], [[0, 1], [0, 1]])
    assert found["text"] == "none"
    axes = {"sum": 0, "pair": (1, -1), "constant": 0, "array": 1, "text": 0}
    placed = vmap(f, out_axes=axes)(X)
    _equal(placed["pair"][0], X.T)
    _equal(placed["array"], [[0, 0], [1, 1]])


def test_keyword_arguments_are_mapped_along_their_first_axis() -> None:
    f: Map = lambda x, *, scale: x * scale
    _equal(vmap(f, in_axes=1)(X.T, scale=np.array([10.0, 100.0])), X * [[10.0], [100.0]])


def test_what_is_no_number_is_passed_as_it_is() -> None:
    f: Map = lambda x, how, nothing: np.sum(x, axis=0 if how == "all" else None) if nothing is None else 0
    _equal(vmap(f)(X, "all", None), X.sum(axis=1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128, np.int64, np.bool, np.uint8])
def test_dtypes_are_those_of_one_example(dtype: Any) -> None:
    x = np.array([[1, 0, 2], [3, 1, 0]]).astype(dtype)
    for f in (lambda x: x, lambda x: x * 2, lambda x: x * 0.5, lambda x: x.sum(), lambda x: x[0] + x, np.square):
        one: Map = f
        expected = np.stack([np.asarray(one(row)) for row in x])
        found = vmap(one)(x)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


def test_examples_of_different_numbers_of_axes() -> None:
    x, y, z = _rng().normal(size=(4,)), _rng().normal(size=(4, 3)), _rng().normal(size=(4, 2, 3))
    f: Map = lambda x, y, z: x * y + z - np.maximum(y, x) + np.where(x > 0, z, y)
    _equal(vmap(f)(x, y, z), [f(*row) for row in zip(x, y, z, strict=True)])
    constant = np.arange(6.0).reshape(2, 3)
    g: Map = lambda x: x * constant
    _equal(vmap(g)(x), x[:, None, None] * constant)


def test_batches_of_one_and_of_none() -> None:
    f: Map = lambda x: np.max(x, axis=0) @ np.ones(3) + x.reshape(-1)[0] + x[0, 1]
    _equal(vmap(f)(X[None]), [f(X)])
    assert vmap(f)(np.ones((0, 2, 3))).shape == (0,)
    assert vmap(grad(f))(np.ones((0, 2, 3))).shape == (0, 2, 3)
    assert vmap(lambda x: np.isin(x, x))(np.ones((0, 2))).shape == (0, 2)
    for of_all_elements in (np.cumsum, lambda x: np.resize(x, 6)):
        assert vmap(of_all_elements)(np.ones((0, 2, 3))).shape == (0, 6)
        assert vmap(grad(lambda x, f=of_all_elements: np.sum(f(x))))(np.ones((0, 2, 3))).shape == (0, 2, 3)
    assert vmap(np.linalg.matrix_rank)(np.ones((0, 2))).shape == (0,)
    with pytest.raises(ValueError, match="reduceat of a batch without examples"):
        vmap(lambda x: np.logical_or.reduceat(x, [0, 1]))(np.ones((0, 2)))


def test_a_batched_variable_answers_like_one_example() -> None:
    def f(x: Any) -> Any:
        assert (x.shape, x.ndim, x.size, len(x), x.dtype) == ((2, 3), 2, 6, 2, np.float64)
        assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 3), 2, 6)
        first, second = x
        assert first.shape == (3,)
        assert str(x).startswith("variable(")
        return sum(first * row for row in x) + second

    xs = _rng().normal(size=(5, 2, 3))
    _equal(vmap(f)(xs), [x[0] * x[0] + x[0] * x[1] + x[1] for x in xs])


def test_lists_as_operands() -> None:
    f: Map = lambda x: x * [1.0, 2.0, 3.0] + np.maximum([0.0, 1.0, 2.0], x)
    _equal(vmap(f)(X), np.stack([f(x) for x in X]))


# --- derivatives ---


def test_gradients_of_each_example(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_loop(*args: object) -> None:
        raise AssertionError("a loop")

    monkeypatch.setattr(module, "looped", no_loop)
    rng = _rng()
    model, x, y = _model(rng), rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    found = vmap(grad(_loss), (None, 0, 0))(model, x, y)
    assert isinstance(found, Model)
    rows = [grad(_loss)(model, *row) for row in zip(x, y, strict=True)]
    for layer in ("first", "second"):
        for field in ("w", "b"):
            expected = np.stack([getattr(getattr(row, layer), field) for row in rows])
            _equal(getattr(getattr(found, layer), field), expected)
    assert found.name == "model"
    values, _ = vmap(value_and_grad(_loss), (None, 0, 0))(model, x, y)
    _equal(values, vmap(_loss, (None, 0, 0))(model, x, y))


def test_the_number_of_operations_does_not_depend_on_the_number_of_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    apply = module.BatchNode.apply

    def counted(self: Any, primitive: Any, args: Any, params: Any) -> Any:
        calls.append(primitive.name)
        return apply(self, primitive, args, params)

    monkeypatch.setattr(module.BatchNode, "apply", counted)
    counts = []
    for size in (2, 50):
        rng = _rng()
        vmap(grad(_loss), (None, 0, 0))(_model(rng), rng.normal(size=(size, 4)), rng.integers(0, 3, size))
        counts.append(len(calls))
        calls.clear()
    assert counts[0] == counts[1]


_FUNCTIONS: Final[dict[str, Map]] = {
    "products": lambda x: np.sum(np.sin(x) * x),
    "matmul": lambda x: x @ np.arange(9.0).reshape(3, 3) @ x,
    "indices": lambda x: x[0] * x[1:].sum() + (x[[0, 2, 2]] ** 2).sum(),
    "where": lambda x: np.where(x > 0.4, x**3, -x).sum(),
    "maximum": lambda x: np.max(x) * np.min(x) + np.maximum(x, 0.5).prod(),
    "set": lambda x: (
        (x.at[0].set(x[1] * x[2]) ** 2).sum() if isinstance(x, Variable) else x[1:] @ x[1:] + (x[1] * x[2]) ** 2
    ),
    "sorted": lambda x: (x[np.argsort(x)] * np.array([1.0, 2.0, 3.0])).sum() ** 2,
    "std": lambda x: np.std(x) + np.var(x) * np.mean(x),
    "branches": lambda x: functions.stack([x, 2 * x]).sum() + functions.concatenate([x, x * x]).cumsum()[-1] ** 2,
}


@pytest.mark.parametrize("f", _FUNCTIONS.values(), ids=_FUNCTIONS)
def test_compositions(f: Map) -> None:
    xs = _rng().uniform(0.2, 1.5, (2, 4, 3))
    x = xs[0]
    gradient = grad(f)
    curvature: Map = lambda x: grad(lambda x: np.sum(grad(f)(x) * np.cos(x)))(x)
    squares: Map = lambda x: functions.sum(vmap(f)(x) ** 2)
    square: Map = lambda x: f(x) ** 2
    total: Map = lambda x: functions.sum(vmap(f)(x))

    def looped(f: Map, x: Any) -> Any:
        return np.stack([f(row) for row in x])

    _equal(vmap(gradient)(x), looped(gradient, x), 1e-10)
    _equal(looped(gradient, x), np.stack([numerical_diff(f, row) for row in x]), 1e-6)
    _equal(grad(squares)(x), looped(grad(square), x), 1e-9)
    _equal(vmap(vmap(f))(xs), np.stack([looped(f, x) for x in xs]))
    _equal(vmap(vmap(gradient), in_axes=1, out_axes=1)(xs), np.stack([looped(gradient, x) for x in xs]), 1e-10)
    _equal(vmap(curvature)(x), looped(curvature, x), 1e-9)
    of_all: Map = lambda x: np.sum(vmap(gradient)(x) * np.cos(x))
    _equal(grad(of_all)(x), looped(curvature, x), 1e-9)
    _equal(vmap(grad(total))(xs), np.stack([looped(gradient, x) for x in xs]), 1e-10)


@pytest.mark.parametrize("f", _FUNCTIONS.values(), ids=_FUNCTIONS)
def test_hessian_by_a_batch_of_cotangents(f: Map) -> None:
    x = _rng().uniform(0.2, 1.5, 3)
    _, pullback = vjp(grad(f), x)
    (hessian,) = vmap(pullback)(np.eye(3))
    _equal(hessian, np.stack([pullback(row)[0] for row in np.eye(3)]), 1e-10)
    _equal(hessian, numerical_diff_of(grad(f), x), 1e-6)


def numerical_diff_of(f: Map, x: Floats) -> Floats:
    return np.stack([(f(x + h) - f(x - h)) / 2e-6 for h in 1e-6 * np.eye(len(x))])


def test_levels_do_not_mix() -> None:
    xs, ys = np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0])
    # The inner batch and the outer one have axes of their own, whichever is asked for first.
    f: Map = lambda x: vmap(lambda y: x * y)(ys)
    _equal(vmap(f)(xs), np.outer(xs, ys))
    g: Map = lambda x: vmap(lambda y: y)(ys) + x
    _equal(vmap(g)(xs), xs[:, None] + ys)
    # d/dx (x * d/dy (x + y)) = 1, not 2, for every x.
    h: Map = lambda x: x * grad(lambda y: x + y)(1.0)
    _equal(vmap(grad(h))(xs), np.ones(3))
    _equal(grad(lambda s: np.sum(vmap(lambda x: x * s)(xs)))(2.0), 6.0)
    outer: Map = lambda s: np.sum(vmap(lambda x: grad(lambda y: s * y**2 * x)(x))(xs))
    _equal(grad(outer)(1.5), 2 * np.sum(xs**2))


def test_called_with_variables_it_gives_variables() -> None:
    x = Variable(X)
    assert isinstance(vmap(lambda x: x.sum())(x), Variable)
    f: Map = lambda x: (1.0, x)
    assert isinstance(vmap(f)(x)[0], Variable)


@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_gradients_have_the_dtype_of_one_example(dtype: Any) -> None:
    x = X.astype(dtype) * (1 + (1j if dtype == np.complex128 else 0))
    f: Map = lambda x: np.sum(np.abs(x) ** 2 * np.array([1.0, 2.0, 3.0], dtype).real)
    found = vmap(grad(f))(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, np.stack([grad(f)(row) for row in x]), rtol=1e-6)


# --- laws ---

_ELEMENTS: Final = st.floats(-2, 2, allow_subnormal=False)


@given(st.data())
def test_elementwise_of_whatever_broadcasts(data: st.DataObject) -> None:
    shapes = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3)).input_shapes
    batched = data.draw(st.sampled_from([(True, True), (True, False), (False, True)]))
    size = data.draw(st.integers(1, 3))
    x, y = (
        data.draw(hnp.arrays(np.float64, (size,) * each + shape, elements=_ELEMENTS))
        for each, shape in zip(batched, shapes, strict=True)
    )
    f: Map = lambda x, y: np.sin(x) * y - x
    rows = [f(x[i] if batched[0] else x, y[i] if batched[1] else y) for i in range(size)]
    np.testing.assert_array_equal(vmap(f, tuple([0 if each else None for each in batched]))(x, y), np.stack(rows))


@given(st.data())
def test_moving_an_axis_before_is_the_same_as_naming_it(data: st.DataObject) -> None:
    x = data.draw(hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=4, max_side=3), elements=_ELEMENTS))
    in_axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    out_axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    f: Map = lambda x: x * x - x
    found = vmap(f, in_axis, out_axis)(x)
    np.testing.assert_array_equal(found, np.moveaxis(vmap(f)(np.moveaxis(x, in_axis, 0)), 0, out_axis))


@given(st.data())
def test_products_of_whatever_fits(data: st.DataObject) -> None:
    n, k, m, size = (data.draw(st.integers(1, 3)) for _ in range(4))
    stack = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=2)).input_shapes
    x_shape = data.draw(st.sampled_from([(k,), (n, k), (*stack[0], n, k)]))
    y_shape = data.draw(st.sampled_from([(k,), (k, m), (*stack[1], k, m)]))
    batched = data.draw(st.sampled_from([(True, True), (True, False), (False, True)]))
    rng = np.random.default_rng(data.draw(st.integers(0, 100)))
    x, y = (rng.normal(size=(size,) * each + shape) for each, shape in zip(batched, (x_shape, y_shape), strict=True))
    rows = [(x[i] if batched[0] else x) @ (y[i] if batched[1] else y) for i in range(size)]
    axes: tuple[Any, ...] = tuple([0 if each else None for each in batched])  # Any: else its length is unknown
    found = vmap(np.matmul, axes)(x, y)
    _equal(found, np.stack(rows))
