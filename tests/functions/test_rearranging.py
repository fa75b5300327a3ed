"""Reversing, shifting, repeating, inserting and deleting, for any shapes and arguments; and what they do not take."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from pydezero import Variable, grad, vmap
from tests.functions.case import Array, generator
from tests.functions.checks import assert_linear

# What takes a Variable, or a mistake, that NumPy's stubs do not know of.
untyped: Final[Any] = np

_settings: Final = settings(max_examples=50)

_shapes: Final = stn.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4)


def _draw(shape: tuple[int, ...]) -> Array:
    return generator(f"rearranged {shape}").uniform(-2, 2, shape)


def _axis(data: st.DataObject, shape: tuple[int, ...]) -> int:
    return data.draw(st.integers(-len(shape), len(shape) - 1))


@_settings
@given(shape=_shapes, data=st.data())
def test_flip_and_roll(shape: tuple[int, ...], data: st.DataObject) -> None:
    axes = data.draw(stn.valid_tuple_axes(len(shape)))
    shifts = data.draw(st.tuples(*[st.integers(-9, 9) for _ in axes]))
    assert_linear(lambda x: np.flip(x, axes), _draw(shape))
    assert_linear(lambda x: untyped.roll(x, shifts, axes) if axes else untyped.roll(x, 2), _draw(shape))


@_settings
@given(shape=stn.array_shapes(min_dims=2, max_dims=4, max_side=3), k=st.integers(-5, 5), data=st.data())
def test_rot90_tril_triu(shape: tuple[int, ...], k: int, data: st.DataObject) -> None:
    axes: Any = data.draw(stn.valid_tuple_axes(len(shape), min_size=2, max_size=2))
    assert_linear(lambda x: untyped.rot90(x, k, axes), _draw(shape))
    assert_linear(lambda x: np.tril(x, k) + 2 * np.triu(x, k), _draw(shape))


@_settings
@given(shape=_shapes, data=st.data())
def test_repeat_tile_resize(shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = _axis(data, shape)
    counts = data.draw(st.lists(st.integers(0, 3), min_size=shape[axis], max_size=shape[axis]))
    new_shape = data.draw(stn.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=5))
    assert_linear(lambda x: untyped.repeat(x, np.array(counts, int), axis), _draw(shape))
    assert_linear(lambda x: untyped.tile(x, counts), _draw(shape))
    assert_linear(lambda x: np.resize(x, new_shape), _draw(shape))


@_settings
@given(shape=stn.array_shapes(max_dims=3, max_side=4), data=st.data())
def test_delete(shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = _axis(data, shape)
    n = shape[axis]
    places = data.draw(
        st.one_of(st.integers(-n, n - 1), st.lists(st.integers(-n, n - 1)), st.slices(n), stn.arrays(bool, n))
    )
    obj: Any = np.array(places, int) if isinstance(places, list) else places
    assert_linear(lambda x: np.delete(x, obj, axis), _draw(shape))


@_settings
@given(shape=stn.array_shapes(max_dims=3, max_side=4), data=st.data())
def test_insert(shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = _axis(data, shape)
    n = shape[axis]
    places = data.draw(st.one_of(st.lists(st.integers(-n, n), min_size=2), st.slices(n)))
    count = len(places) if isinstance(places, list) else len(range(n)[places])
    inserted = [*shape]
    inserted[axis] = count
    assert_linear(lambda x, y: untyped.insert(x, places, y, axis), _draw(shape), _draw(tuple(inserted)))


def test_values_are_inserted_in_the_dtype_of_the_array() -> None:
    x, y = np.ones(2, np.float32), np.array([1.5, 2.5])
    assert untyped.insert(Variable(x), 1, y).dtype == np.float32
    found = grad(lambda y: np.sum(untyped.insert(x, [0, 2], y)))(y)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [1.0, 1.0])
    np.testing.assert_array_equal(untyped.insert(np.arange(3), 1, Variable(np.array(7.5))), [0, 7, 1, 2])


@pytest.mark.parametrize("cuts", [[0, 2, 5, 6], [0, 3, 3, 6], [0, 2, 4], [1, 6]], ids=str)
@pytest.mark.parametrize("step", [1, -1])
def test_slices_side_by_side(cuts: list[int], step: int) -> None:
    """Where slices divide an array, their cotangents are put side by side instead of added to zeros."""
    x = _draw((6, 2))
    spans = [slice(i, j) for i, j in pairwise(cuts)][::step]
    expected = np.zeros_like(x)
    expected[cuts[0] : cuts[-1]] = 2 * x[cuts[0] : cuts[-1]]
    np.testing.assert_array_equal(grad(lambda x: sum(np.sum(x[span] ** 2) for span in spans))(x), expected)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: x[:, :1].sum() + 3 * x[:, 1:].sum(), [[1, 3], [1, 3], [1, 3]]),
        (lambda x: x[:2].sum() + x[2:].sum() + x[1:2].sum(), [[1, 1], [2, 2], [1, 1]]),
        (lambda x: x[:2].sum() + x[:, 1:].sum(), [[1, 2], [1, 2], [0, 1]]),
        (lambda x: x[0:2, :1].sum() + x[2:, 1:].sum(), [[1, 0], [1, 0], [0, 1]]),
        (lambda x: x[::2].sum() + x[1::2].sum(), [[1, 1], [1, 1], [1, 1]]),
        (lambda x: x[::-1].sum() + x[:0].sum(), [[1, 1], [1, 1], [1, 1]]),
        (lambda x: x[..., :1].sum() + x[..., 1:].sum(), [[1, 1], [1, 1], [1, 1]]),
    ],
)
def test_slices_of_any_kind_together(f: Callable[[Any], Any], expected: Any) -> None:
    np.testing.assert_array_equal(grad(f)(np.ones((3, 2))), expected)


_MISTAKES: Final[tuple[tuple[Callable[[Any], Any], type[Exception], str], ...]] = (
    (lambda x: np.flip(x, 2), np.exceptions.AxisError, "axis 2"),
    (lambda x: np.flip(x, (0, 0)), ValueError, "twice"),
    (lambda x: np.fliplr(x[0]), ValueError, "fliplr.*two axes"),
    (lambda x: np.flipud(x[0, 0]), ValueError, "flipud.*one axis"),
    (lambda x: untyped.rot90(x, 1, (0, 0)), ValueError, "twice"),
    (lambda x: untyped.rot90(x, 1, (0,)), ValueError, "rot90.*plane"),
    (lambda x: untyped.roll(x, [[1]], 0), ValueError, "roll.*shift"),
    (lambda x: untyped.roll(x, 1, 5), np.exceptions.AxisError, "axis 5"),
    (lambda x: untyped.roll(x, (1, 2, 3), (0, 1)), ValueError, "broadcast"),
    (lambda x: np.rollaxis(x, 2), np.exceptions.AxisError, "axis 2"),
    (lambda x: np.rollaxis(x, 0, 4), np.exceptions.AxisError, "start"),
    (lambda x: np.matrix_transpose(x[0]), ValueError, "matrix_transpose.*two axes"),
    (lambda x: np.tril(x[0, 0]), ValueError, "tril.*one axis"),
    (lambda x: np.triu(x[0, 0]), ValueError, "triu.*one axis"),
    (lambda x: untyped.repeat(x, -1), ValueError, "negative"),
    (lambda x: untyped.repeat(x, [1, 2], 1), ValueError, "broadcast"),
    (lambda x: untyped.repeat(x, 1.5), TypeError, "integer"),
    (lambda x: untyped.repeat(x, 2, 2), np.exceptions.AxisError, "axis 2"),
    (lambda x: untyped.tile(x, -1), ValueError, "non-negative"),
    (lambda x: untyped.tile(x, 1.5), TypeError, "integer"),
    (lambda x: np.resize(x, (-1, 2)), ValueError, "resize.*-1"),
    (lambda x: np.delete(x, 7), IndexError, "7"),
    (lambda x: np.delete(x, 0, 2), np.exceptions.AxisError, "axis 2"),
    (lambda x: untyped.insert(x, 9, 1.0), IndexError, "9"),
    (lambda x: untyped.insert(x, 0, np.ones(5), axis=0), ValueError, "broadcast"),
    (lambda x: np.append(x, np.ones(2), axis=0), ValueError, "axes"),
)


@pytest.mark.parametrize(("f", "error", "message"), _MISTAKES)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.ones((2, 3))))


@pytest.mark.parametrize(
    "f",
    [
        lambda x, i: untyped.repeat(x, i),
        lambda x, i: np.delete(x, i),
        lambda x, i: untyped.insert(x, i, 0.0),
    ],
)
def test_places_that_are_batches(f: Callable[..., Any]) -> None:
    """The shape of the result would depend on them, or the shape of what is left out."""
    with pytest.raises(TypeError, match=r"np\.(repeat|delete|insert)"):
        vmap(f)(np.ones((2, 3)), np.ones((2, 3), int))
