"""What holds for all shapes, axes and indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from pydezero import functions, vjp
from pydezero.core.types import Index
from tests.functions.case import Array, ArrayCallable, generator
from tests.functions.checks import cotangent_of, leaves, weighted

_EPS: Final = 1e-6

_settings: Final = settings(max_examples=60)

_SMOOTH: Final = ("add", "subtract", "multiply", "divide", "power", "arctan2", "hypot", "logaddexp", "logaddexp2")
_PIECEWISE: Final = ("maximum", "minimum", "fmax", "fmin", "copysign", "remainder", "heaviside", "floor_divide")

_shapes: Final = stn.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
_full_shapes: Final = stn.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=3)


def _draw(shape: tuple[int, ...], seed: int) -> Array:
    """Positive numbers, all of them far from each other and from integers."""
    size = int(np.prod(shape))
    rng = generator(f"{shape} {seed}")
    return np.asarray((0.31 + 0.9 * rng.permutation(size) / max(size, 1) + 0.0173 * seed).reshape(shape))


def _tangent(x: Array, seed: int) -> Array:
    return np.asarray(generator(f"tangent {x.shape} {seed}").uniform(-1, 1, x.shape))


def _product(xs: Sequence[Array], ys: Sequence[Array]) -> float:
    return float(sum(np.sum(x * y) for x, y in zip(xs, ys, strict=True)))


def _assert_derivative(f: ArrayCallable, *xs: Array) -> None:
    """<pullback(c), t> is the derivative of <c, f> in the direction of t."""
    y, pullback = vjp(f, *xs)
    cotangent = cotangent_of(y, "all")
    tangents = [_tangent(x, i) for i, x in enumerate(xs)]
    found = pullback(cotangent)
    assert [g.shape for g in found] == [x.shape for x in xs]
    ahead, behind = (
        weighted(cotangent, f(*(x + step * t for x, t in zip(xs, tangents, strict=True)))) for step in (_EPS, -_EPS)
    )
    np.testing.assert_allclose(_product(found, tangents), (ahead - behind) / (2 * _EPS), rtol=1e-5, atol=1e-6)


def _assert_linear(f: ArrayCallable, x: Array) -> None:
    """f has NumPy's values, and <pullback(c), t> is <c, f(t)>: exactly, for f is linear."""
    y, pullback = vjp(f, x)
    for a, e in zip(leaves(y), leaves(f(x)), strict=True):
        np.testing.assert_array_equal(a, e)
    cotangent = cotangent_of(y, "linear")
    t = _tangent(x, 0)
    (g,) = pullback(cotangent)
    assert g.shape == x.shape
    np.testing.assert_allclose(_product([g], [t]), weighted(cotangent, f(t)), rtol=1e-12, atol=1e-12)


@_settings
@given(
    name=st.sampled_from((*_SMOOTH, *_PIECEWISE)),
    shapes=stn.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3),
)
def test_binary_functions_broadcast(name: str, shapes: stn.BroadcastableShapes) -> None:
    x_shape, y_shape = shapes.input_shapes
    x, y = _draw(x_shape, 1), _draw(y_shape, 2)
    _assert_derivative(getattr(np, name), x, y)
    assert getattr(functions, name)(x, y).shape == shapes.result_shape


@_settings
@given(shapes=stn.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, min_side=1, max_side=3), data=st.data())
def test_where_broadcasts(shapes: stn.BroadcastableShapes, data: st.DataObject) -> None:
    condition = data.draw(stn.arrays(bool, shapes.input_shapes[0]))
    xs = [_draw(shape, i) for i, shape in enumerate(shapes.input_shapes[1:])]
    _assert_derivative(lambda x, y: np.where(condition, x, y), *xs)


@_settings
@given(shapes=stn.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, min_side=1, max_side=3))
def test_clip_broadcasts(shapes: stn.BroadcastableShapes) -> None:
    x, low, high = (_draw(shape, i) for i, shape in enumerate(shapes.input_shapes))
    _assert_derivative(np.clip, x, low / 2, 1 + high / 2)


@_settings
@given(shapes=stn.mutually_broadcastable_shapes(signature="(m?,n),(n,p?)->(m?,p?)", max_dims=2, max_side=3))
def test_matmul_broadcasts(shapes: stn.BroadcastableShapes) -> None:
    a, b = (_draw(shape, i) for i, shape in enumerate(shapes.input_shapes))
    _assert_derivative(np.matmul, a, b)


@_settings
@given(data=st.data(), shape=_shapes)
def test_basic_indices(data: st.DataObject, shape: tuple[int, ...]) -> None:
    index = data.draw(stn.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True))
    _assert_linear(lambda x: x[index], _draw(shape, 0))


@_settings
@given(data=st.data(), shape=_full_shapes)
def test_integer_array_indices(data: st.DataObject, shape: tuple[int, ...]) -> None:
    result_shape = stn.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4)
    index = data.draw(stn.integer_array_indices(shape, result_shape=result_shape))
    _assert_linear(lambda x: x[index], _draw(shape, 0))


def _item(n: int) -> st.SearchStrategy[Any]:
    """An index of an axis of length n, of any kind."""
    return st.one_of(
        st.integers(-n, n - 1),
        st.slices(n),
        stn.arrays(np.intp, 2, elements=st.integers(-n, n - 1)),
        st.lists(st.integers(-n, n - 1), min_size=2, max_size=2),
        # As many as the others, so that they broadcast.
        st.permutations([True] * min(n, 2) + [False] * (n - min(n, 2))).map(np.array)
        if n > 1
        else st.just(slice(None)),
    )


@_settings
@given(data=st.data(), shape=_full_shapes)
def test_indices_of_all_kinds_mixed(data: st.DataObject, shape: tuple[int, ...]) -> None:
    items = [data.draw(_item(n)) for n in shape[: data.draw(st.integers(1, len(shape)))]]
    at = data.draw(st.integers(0, len(items)))
    indices: tuple[Index, ...] = (
        tuple(items),
        (*items[:at], None, *items[at:]),
        (*items, ...),
    )
    for index in indices:
        _assert_linear(lambda x, index=index: x[index], _draw(shape, 0))


@_settings
@given(data=st.data(), shape=_full_shapes)
def test_masks(data: st.DataObject, shape: tuple[int, ...]) -> None:
    masked = data.draw(st.integers(1, len(shape)))
    mask = data.draw(stn.arrays(bool, shape[:masked]))
    _assert_linear(lambda x: x[mask], _draw(shape, 0))


@_settings
@given(data=st.data(), shape=_full_shapes)
def test_updates_at_indices(data: st.DataObject, shape: tuple[int, ...]) -> None:
    index = data.draw(st.one_of(stn.basic_indices(shape), stn.integer_array_indices(shape)))
    x = _draw(shape, 0)
    values = _draw(x[index].shape, 1)

    replaced, added = x.copy(), x.copy()
    replaced[index] = values
    np.add.at(added, index, values)
    cotangent = _tangent(x, 1)
    updates: tuple[tuple[ArrayCallable, Array], ...] = (
        (lambda x, v: x.at[index].set(v), replaced),
        (lambda x, v: x.at[index].add(v), added),
    )
    for update, expected in updates:
        y, pullback = vjp(update, x, values)
        np.testing.assert_allclose(y, expected, rtol=1e-14)
        g_x, g_v = pullback(cotangent)
        # Both are linear in x and v together, and homogeneous: the pullback of c at (x, v) gives back <c, y>.
        np.testing.assert_allclose(_product([g_x, g_v], [x, values]), _product([cotangent], [y]), rtol=1e-10)


@_settings
@given(data=st.data(), shape=_shapes)
def test_reshape_there_and_back(data: st.DataObject, shape: tuple[int, ...]) -> None:
    size = int(np.prod(shape))
    factors = data.draw(st.permutations(shape))
    order: Literal["C", "F"] = data.draw(st.sampled_from(("C", "F")))
    target = (*factors, 1) if data.draw(st.booleans()) or not size else (-1, 1)
    _assert_linear(lambda x: np.reshape(x, target, order=order), _draw(shape, 0))
    _assert_identity(lambda x: np.reshape(np.reshape(x, target, order=order), shape, order=order), shape)


@_settings
@given(data=st.data(), shape=_shapes)
def test_transpose_there_and_back(data: st.DataObject, shape: tuple[int, ...]) -> None:
    axes = tuple(data.draw(st.permutations(range(len(shape)))))
    _assert_linear(lambda x: np.transpose(x, axes), _draw(shape, 0))
    back = tuple(int(i) for i in np.argsort(axes))
    _assert_identity(lambda x: np.transpose(np.transpose(x, axes), back), shape)


@_settings
@given(data=st.data(), shape=_full_shapes)
def test_moveaxis_there_and_back(data: st.DataObject, shape: tuple[int, ...]) -> None:
    axis = st.integers(-len(shape), len(shape) - 1)
    source, destination = data.draw(axis), data.draw(axis)
    _assert_linear(lambda x: np.moveaxis(x, source, destination), _draw(shape, 0))
    _assert_identity(lambda x: np.moveaxis(np.moveaxis(x, source, destination), destination, source), shape)
    _assert_identity(lambda x: np.swapaxes(np.swapaxes(x, source, destination), source, destination), shape)


@_settings
@given(data=st.data(), shape=_shapes)
def test_expand_dims_and_squeeze(data: st.DataObject, shape: tuple[int, ...]) -> None:
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    _assert_identity(lambda x: np.squeeze(np.expand_dims(x, axis), axis=axis), shape)


def _assert_identity(f: ArrayCallable, shape: tuple[int, ...]) -> None:
    x, cotangent = _draw(shape, 0), _draw(shape, 1)
    y, pullback = vjp(f, x)
    np.testing.assert_array_equal(y, x)
    (g,) = pullback(cotangent)
    np.testing.assert_array_equal(g, cotangent)


_REDUCTIONS: Final = ("sum", "mean", "prod", "max", "min", "var", "std")


@_settings
@given(data=st.data(), name=st.sampled_from(_REDUCTIONS), shape=_full_shapes, keepdims=st.booleans())
def test_reductions_over_axes(data: st.DataObject, name: str, shape: tuple[int, ...], keepdims: bool) -> None:
    n = len(shape)
    axes = data.draw(
        st.one_of(st.none(), st.integers(-n, n - 1), st.sets(st.integers(0, n - 1), min_size=1).map(tuple))
    )
    x = _draw(shape, 0)
    reduced = range(n) if axes is None else [axes] if isinstance(axes, int) else axes
    if name == "std" and all(shape[axis] == 1 for axis in reduced):
        return  # the root of 0
    _assert_derivative(lambda x: getattr(np, name)(x, axis=axes, keepdims=keepdims), x)


@_settings
@given(data=st.data(), shape=_shapes)
def test_cumsum_along_axes(data: st.DataObject, shape: tuple[int, ...]) -> None:
    n = len(shape)
    axis = data.draw(st.one_of(st.none(), st.integers(-n, n - 1)) if n else st.none())
    x = _draw(shape, 0)
    _assert_derivative(lambda x: np.cumsum(x, axis=axis), x)


@_settings
@given(data=st.data(), shape=_full_shapes)
def test_concatenate_and_split(data: st.DataObject, shape: tuple[int, ...]) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    cuts = sorted(data.draw(st.lists(st.integers(0, shape[axis]), max_size=3)))
    _assert_linear(lambda x: np.split(x, cuts, axis=axis), _draw(shape, 0))
    _assert_identity(lambda x: np.concatenate(np.split(x, cuts, axis=axis), axis=axis), shape)
    parts = np.split(_draw(shape, 0), cuts, axis=axis)
    _assert_derivative(lambda *parts: np.concatenate(parts, axis=axis), *parts)


@_settings
@given(data=st.data(), shape=_shapes, count=st.integers(1, 3))
def test_stack_and_take_apart(data: st.DataObject, shape: tuple[int, ...], count: int) -> None:
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    xs = [_draw(shape, i) for i in range(count)]
    _assert_derivative(lambda *xs: np.stack(xs, axis=axis), *xs)
    _assert_identity(lambda x: np.moveaxis(np.stack([x] * count, axis=axis), axis, 0)[count - 1], shape)


@_settings
@given(data=st.data(), shape=_full_shapes)
def test_broadcast_to(data: st.DataObject, shape: tuple[int, ...]) -> None:
    target = data.draw(stn.broadcastable_shapes(shape, min_dims=len(shape), max_dims=4, min_side=1, max_side=3))
    result = np.broadcast_shapes(shape, target)
    _assert_linear(lambda x: np.broadcast_to(x, result), _draw(shape, 0))


_LENGTHS: Final = {"i": 2, "j": 3, "k": 1, "l": 2}


@st.composite
def _subscripts(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[str, list[tuple[int, ...]]]:
    """Terms with any labels, repeated or not, and a result with any of them, or none given."""
    labels = st.lists(st.sampled_from(sorted(_LENGTHS)), max_size=3).map("".join)
    terms = draw(st.lists(labels, min_size=1, max_size=3))
    arrow = draw(st.booleans())
    present = sorted(set("".join(terms)))
    out = draw(st.permutations(present).flatmap(lambda p: st.integers(0, len(p)).map(lambda n: "".join(p[:n]))))
    shapes = [tuple(_LENGTHS[label] for label in term) for term in terms]
    return ",".join(terms) + (f"->{out}" if arrow else ""), shapes


@_settings
@given(drawn=_subscripts(), optimize=st.booleans())
def test_einsum(drawn: tuple[str, list[tuple[int, ...]]], optimize: bool) -> None:
    subscripts, shapes = drawn
    xs = [_draw(shape, i) for i, shape in enumerate(shapes)]
    _assert_derivative(lambda *xs: np.einsum(subscripts, *xs, optimize=optimize), *xs)


@_settings
@given(
    data=st.data(), shape=stn.array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=3), offset=st.integers(-3, 3)
)
def test_diagonals(data: st.DataObject, shape: tuple[int, ...], offset: int) -> None:
    axis1, axis2 = data.draw(st.permutations(range(len(shape))))[:2]
    x = _draw(shape, 0)
    _assert_linear(lambda x: np.diagonal(x, offset, axis1, axis2), x)
    _assert_derivative(lambda x: np.trace(x, offset, axis1, axis2), x)


@_settings
@given(n=st.integers(0, 4), k=st.integers(-3, 3))
def test_diag_there_and_back(n: int, k: int) -> None:
    _assert_linear(lambda x: np.diag(x, k), _draw((n,), 0))
    _assert_identity(lambda x: np.diag(np.diag(x, k), k), (n,))


@_settings
@given(data=st.data())
def test_tensordot(data: st.DataObject) -> None:
    contracted = data.draw(st.lists(st.integers(1, 3), max_size=2))
    a_shape, a_axes = _with_axes(data, contracted)
    b_shape, b_axes = _with_axes(data, contracted)
    _assert_derivative(lambda a, b: np.tensordot(a, b, axes=(a_axes, b_axes)), _draw(a_shape, 0), _draw(b_shape, 1))


def _with_axes(data: st.DataObject, contracted: list[int]) -> tuple[tuple[int, ...], list[int]]:
    """A shape that has the contracted lengths at some axes, and which axes these are."""
    lengths = [*contracted, *data.draw(st.lists(st.integers(1, 3), max_size=2))]
    order = data.draw(st.permutations(range(len(lengths))))
    return tuple(lengths[i] for i in order), [order.index(i) for i in range(len(contracted))]
