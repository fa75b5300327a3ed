"""Choosing elements: what does not count, kinks, plain results and mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pydezero import Variable, functions, grad, trace, vmap
from pydezero.core.operators import EscapeError

X = np.array([-1.0, 0.0, 2.0, 4.0])


def _root_and_log(x: Any) -> Any:
    return np.piecewise(x, [x > 0, x < 0], [lambda v: np.sqrt(v) * np.log(v), lambda v: v * np.log(-v)])


def test_a_piece_that_is_not_taken_does_not_count() -> None:
    """What the function would be elsewhere is nan; neither the derivative nor the second one hears of it."""
    expected = [np.log(1.0) + 1, 0.0, (np.log(2.0) / 2 + 1) / np.sqrt(2.0), (np.log(4.0) / 2 + 1) / 2]
    gradient: Any = grad(lambda x: np.sum(_root_and_log(x)))
    np.testing.assert_allclose(gradient(X), expected)
    with np.errstate(invalid="ignore", divide="ignore"):  # in a batch and in a trace all pieces are computed
        np.testing.assert_allclose(vmap(grad(_root_and_log))(X), expected)
        np.testing.assert_allclose(trace(gradient)(np.ones(4))(X), expected)
    assert np.all(np.isfinite(grad(lambda x: np.sum(gradient(x)))(X)))


def test_a_piece_for_which_there_are_no_elements_is_not_computed() -> None:
    def never(x: Any) -> Any:
        raise AssertionError

    np.testing.assert_array_equal(grad(lambda x: np.sum(np.piecewise(x, [x > 9], [never, np.square])))(X), 2 * X)


def test_where_conditions_of_pieces_overlap_the_last_counts() -> None:
    found = grad(lambda x: np.sum(np.piecewise(x, [x > -9, x > 1], [lambda v: 3 * v, lambda v: 5 * v])))(X)
    np.testing.assert_array_equal(found, [3, 3, 5, 5])


def test_where_conditions_of_a_selection_overlap_the_first_counts() -> None:
    found = grad(lambda x: np.sum(np.select([x > 1, x > -9], [3 * x, 5 * x])))(X)
    np.testing.assert_array_equal(found, [5, 5, 3, 3])


def test_a_choice_that_is_not_selected_does_not_count() -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = grad(lambda x: np.sum(np.select([x > 0], [np.log(x)], 0.0)))(X)
    np.testing.assert_array_equal(found, [0, 0, 0.5, 0.25])


def test_a_selection_of_a_number_has_no_derivative_there() -> None:
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.select([x > 1], [x * x], 7.0)))(X), [0, 0, 4, 8])
    np.testing.assert_array_equal(grad(lambda d: np.sum(functions.select([X > 1], [X], d)))(3.0), 2.0)


def test_an_element_that_is_taken_twice_gets_both_derivatives() -> None:
    weights = np.array([1.0, 10.0, 100.0])
    for f in (
        lambda x: np.take(x, [-5, 3, 1], mode="wrap") @ weights,
        lambda x: np.take(x, [9, 3, 1], mode="clip") @ weights,
        lambda x: np.take_along_axis(x, np.array([3, -1, 1]), 0) @ weights,
    ):
        np.testing.assert_array_equal(grad(f)(X), [0, 100, 0, 11])


def test_a_negative_index_is_out_of_bounds_to_be_clipped() -> None:
    np.testing.assert_array_equal(functions.take(Variable(X), [-2], mode="clip").data, [-1.0])


@pytest.mark.parametrize("mode", ["raise", "wrap", "clip"])
def test_indices_that_are_batches(mode: Any) -> None:
    i = np.array([[0, 2, 1], [3, 3, 0]]) + (mode != "raise") * np.array([[0, 9, 0], [-9, 0, 5]])
    np.testing.assert_array_equal(vmap(lambda i: functions.take(X, i, mode=mode))(i), np.take(X, i, mode=mode))
    of_x = grad(lambda x: np.sum(vmap(lambda i: functions.take(x, i, mode=mode) ** 2)(i)))(X)
    expected = np.zeros(4)
    np.add.at(expected, np.take(np.arange(4), i, mode=mode), 2 * np.take(X, i, mode=mode))
    np.testing.assert_array_equal(of_x, expected)


@pytest.mark.parametrize("axis", [0, 1])
def test_take_along_an_axis_by_the_order_of_another_in_a_batch(axis: int) -> None:
    rng = np.random.default_rng(0)
    xs, ys = rng.normal(size=(2, 3, 2, 4))

    def f(x: Any, y: Any) -> Any:
        return np.take_along_axis(x, np.argsort(y, axis=axis), axis=axis) ** 2

    np.testing.assert_array_equal(vmap(f)(xs, ys), np.stack([f(x, y) for x, y in zip(xs, ys, strict=True)]))
    np.testing.assert_array_equal(vmap(f, (None, 0))(xs[0], ys), np.stack([f(xs[0], y) for y in ys]))
    one: Any = grad(lambda x, y: np.sum(f(x, y) * xs[0]))
    np.testing.assert_allclose(vmap(one)(xs, ys), np.stack([one(x, y) for x, y in zip(xs, ys, strict=True)]))


def _dtypes(*dtypes: str) -> list[Variable]:
    return [Variable(np.ones(2, dtype)) for dtype in dtypes]


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: functions.choose([0, 1], [x, y]),
        lambda x, y: np.choose([0, 1], [x, 2.5]),
        lambda x, y: np.choose([0, 1], [x, np.float64(2.5)]),
        lambda x, y: np.select([[True, False]], [x], 1),
        lambda x, y: np.select([[True, False]], [x], 1.5),
        lambda x, y: np.select([[True, False], [True, True]], [x, y], 1.5),
        lambda x, y: np.select([[True, False]], [x], np.ones(2)),
        lambda x, y: np.piecewise(x, [[True, False]], [1.5, lambda v: y[1]]),
    ],
)
@pytest.mark.parametrize("dtypes", [("f4", "f4"), ("f4", "f8")])
def test_dtypes_are_those_of_numpy(f: Callable[[Any, Any], Any], dtypes: tuple[str, str]) -> None:
    assert f(*_dtypes(*dtypes)).dtype == f(*[x.data for x in _dtypes(*dtypes)]).dtype


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda x: np.take_along_axis(x, np.array([0]), 0), ValueError, "as many axes"),
        (lambda x: np.take_along_axis(x, np.array([[0.0]]), 0), IndexError, "integers"),
        (lambda x: np.take_along_axis(x, np.array([[5]]), 0), IndexError, "out of bounds"),
        (lambda x: np.take_along_axis(x, np.array([[0]]), 2), np.exceptions.AxisError, "axis"),
        (lambda x: np.take_along_axis(x, np.array([[0]]), None), ValueError, "as many axes"),
        (lambda x: np.take(x, [7]), IndexError, "out of bounds"),
        (lambda x: np.choose([0, 2], [x[0, 0], x[0, 1]]), ValueError, "invalid entry"),
        (lambda x: functions.choose([0.5], [x]), TypeError, "cast"),
        (lambda x: np.choose([0], [x], out=np.zeros(2)), TypeError, "choose"),
        (lambda x: np.select([x > 0], [x, x]), ValueError, "as many conditions"),
        (lambda x: np.select([x], [x]), TypeError, "condition 0 must hold booleans"),
        (lambda x: functions.select([], [], x), ValueError, "none|conditions"),
        (lambda x: np.piecewise(x, [x > 0], [1.0, 2.0, 3.0]), ValueError, "1 or 2 functions, got 3"),
        (lambda x: np.compress([[True]], x), ValueError, "1"),
        (lambda x: np.compress([True], x, axis=2), np.exceptions.AxisError, "axis"),
    ],
)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.arange(6.0).reshape(2, 3)))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.extract(x > 0, x),
        lambda x: np.compress(x > 0, x),
        lambda x: x.compress(x > 0),
        np.trim_zeros,
    ],
)
def test_as_many_as_there_are_in_a_batch_or_a_trace(f: Callable[[Any], Any]) -> None:
    with pytest.raises(EscapeError):
        vmap(f)(np.ones((2, 3)))
    with pytest.raises(EscapeError):
        trace(f)(np.ones(3))


def test_results_are_fresh() -> None:
    x = np.ones(3)
    v: Any = Variable(x)
    for y in (np.trim_zeros(v), np.piecewise(v, [x > 0], [lambda v: v]), np.select([x > 0], [v])):
        assert not np.shares_memory(y.data, x)
