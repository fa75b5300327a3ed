"""Sorting and sets: ties, plain parts of results, mistakes, and what holds for all arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from pydezero import Variable, functions, grad, trace, vjp, vmap
from pydezero.core.operators import EscapeError
from pydezero.functions.ordering.sorting import _permute_p, _unpermute_p
from tests.functions.case import Array, generator

INF: Final = np.inf
NAN: Final = np.nan

_settings: Final = settings(max_examples=60)
_arrays: Final = stn.arrays(
    np.float64,
    stn.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4),
    elements=st.sampled_from([-2.0, -0.5, 0.0, 1.0, 3.0]),
)


def _weights(shape: tuple[int, ...]) -> Array:
    return generator("weights").uniform(-1, 1, shape)


@pytest.mark.parametrize(
    ("f", "x", "weights", "expected"),
    [
        (lambda x: np.sort(x, stable=True), [2, 1, 2, 1], [1, 2, 3, 4], [3, 1, 4, 2]),
        (lambda x: np.sort(x, kind="stable"), [0.0, -0.0], [1, 2], [1, 2]),
        (lambda x: np.sort(x, stable=True), [NAN, INF, 0, NAN], [1, 2, 3, 4], [3, 2, 1, 4]),
        (np.unique, [2, 1, 2, 1], [1, 2], [2, 1, 0, 0]),
        (np.unique, [NAN, 1, NAN], [1, 2], [2, 1, 0]),
        (lambda x: np.unique(x, equal_nan=False)[1:], [NAN, 1, NAN], [1, 2], [1, 0, 2]),
        (lambda x: np.union1d(x[:2], x[2:]), [2, 1, 3, 2], [1, 2, 3], [2, 1, 3, 0]),
        (lambda x: np.intersect1d(x[:2], x[2:]), [2, 1, 3, 2], [1], [1, 0, 0, 0]),
    ],
)
def test_equal_elements(f: Callable[[Any], Any], x: list[float], weights: list[float], expected: list[float]) -> None:
    _, pullback = vjp(f, np.array(x, float))
    (found,) = pullback(np.array(weights, float))
    np.testing.assert_array_equal(found, expected)


@_settings
@given(x=_arrays, axis=st.integers(-3, 2) | st.none(), kind=st.sampled_from([None, "quicksort", "heapsort", "stable"]))
def test_a_sorted_array_has_the_derivative_of_its_elements(x: Array, axis: int | None, kind: Any) -> None:
    if axis is not None:
        axis = axis % x.ndim if axis >= 0 else -1 - (-axis % x.ndim)
    expected = np.sort(x, axis, kind)
    y, pullback = vjp(lambda x: np.sort(x, axis, kind), x)
    np.testing.assert_array_equal(y, expected)
    order = np.argsort(x, axis, kind)
    weights = _weights(y.shape)
    found = pullback(weights)[0]
    np.testing.assert_array_equal(np.take_along_axis(found, order, axis), weights)


@_settings
@given(x=_arrays, k=st.integers(0, 3))
def test_a_partition_is_a_permutation(x: Array, k: int) -> None:
    if x.shape[0] <= k:
        return
    y, pullback = vjp(lambda x: np.partition(x, k, axis=0), x)
    np.testing.assert_array_equal(y[k], np.sort(x, axis=0)[k])
    np.testing.assert_array_equal(np.sort(y, axis=0), np.sort(x, axis=0))
    weights = _weights(y.shape)
    np.testing.assert_array_equal(np.sort(pullback(weights)[0], axis=0), np.sort(weights, axis=0))


@_settings
@given(x=_arrays, y=_arrays)
def test_sets_have_the_elements_that_numpy_finds(x: Array, y: Array) -> None:
    functions: tuple[Callable[..., Any], ...] = (np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d)
    for f in functions:
        found = f(Variable(x), Variable(y))
        np.testing.assert_array_equal(found.data, f(x, y), strict=True)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_putting_in_order_and_back_are_each_others_transpose(axis: int) -> None:
    x, y = _weights((2, 3, 4))
    order = np.argsort(x, axis)
    there = _permute_p.raw(x, order, axis=axis)
    np.testing.assert_array_equal(_unpermute_p.raw(there, order, axis=axis), x)
    back = _permute_p.arguments[0].pull(y, (order, axis))
    assert np.sum(there * y) == pytest.approx(np.sum(x * back))
    again = _unpermute_p.arguments[0].pull(back, (order, axis))
    np.testing.assert_array_equal(again, y)


def test_the_plain_parts_of_results() -> None:
    x = np.array([[2.0, 1.0], [2.0, 3.0]])
    v = Variable(x)
    functions: tuple[Callable[[Any], Any], ...] = (
        lambda x: np.unique(x, True, True, True),
        lambda x: np.unique(x, return_inverse=True),
        lambda x: np.unique(x, return_counts=True, axis=1),
        np.unique_all,
        np.unique_counts,
        np.unique_inverse,
        lambda x: np.intersect1d(x, x[0], return_indices=True),
    )
    for f in functions:
        expected, found = f(x), f(v)
        assert type(found) is type(expected)
        assert isinstance(found[0], Variable)
        np.testing.assert_array_equal(found[0].data, expected[0])
        for a, e in zip(found[1:], expected[1:], strict=True):
            assert type(a) is np.ndarray
            np.testing.assert_array_equal(a, e, strict=True)


def test_what_is_not_differentiated_may_be_the_only_variable() -> None:
    x = np.array([3.0, 1.0])
    assert type(functions.setdiff1d(x, Variable(x[:1]))) is np.ndarray
    assert isinstance(functions.intersect1d(x, Variable(x[:1])), Variable)


@pytest.mark.parametrize(
    "f",
    [
        np.unique,
        np.unique_all,
        np.unique_values,
        lambda x: np.union1d(x, x),
        lambda x: np.intersect1d(x, [1.0]),
        lambda x: np.setdiff1d([1.0, 2.0], x),
        lambda x: np.setxor1d(x, x),
    ],
)
def test_sets_of_what_is_batched_or_traced(f: Callable[[Any], Any]) -> None:
    with pytest.raises(EscapeError, match=r"np\.sort"):
        vmap(f)(np.ones((2, 3)))
    with pytest.raises(EscapeError, match=r"np\.sort"):
        trace(f)(np.ones(3))


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda x: np.sort(x, axis=2), np.exceptions.AxisError),
        (lambda x: np.sort(x[0, 0]), np.exceptions.AxisError),
        (lambda x: np.sort(x, kind="bubble"), ValueError),  # type: ignore[call-overload]  # the mistake
        (lambda x: np.partition(x, 0, kind="bubble"), ValueError),  # type: ignore[call-overload]  # the mistake
        (lambda x: np.sort(x, order="name"), TypeError),
        (lambda x: np.partition(x, 3), ValueError),
        (lambda x: np.partition(x, 1, axis=2), np.exceptions.AxisError),
        (lambda x: np.partition(x, 1.5), TypeError),  # type: ignore[call-overload]  # the mistake
        (lambda x: np.unique(x, axis=2), np.exceptions.AxisError),
        (lambda x: functions.sort(x, out=np.zeros((2, 3))), TypeError),  # type: ignore[call-overload]  # the mistake
    ],
)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        f(Variable(np.arange(6.0).reshape(2, 3)))


def test_the_derivative_of_an_order_statistic_in_a_batch() -> None:
    xs = generator("order").normal(size=(4, 5))
    found = vmap(grad(lambda x: np.sort(x)[-2] ** 2))(xs)
    expected = np.zeros_like(xs)
    places = np.argsort(xs)[:, -2]
    expected[np.arange(4), places] = 2 * xs[np.arange(4), places]
    np.testing.assert_array_equal(found, expected)
