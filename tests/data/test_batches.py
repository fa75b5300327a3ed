"""Batches and sequences: each example once, in the order that was asked for, in fresh arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import Variable, data


@attrs.frozen(eq=False)
class Examples:
    x: Any
    labels: Any


def examples(count: int = 10) -> Examples:
    return Examples(np.arange(2.0 * count).reshape(count, 2), np.arange(count))


@pytest.mark.parametrize(("drop_last", "sizes"), [(False, [4, 4, 2]), (True, [4, 4])])
@pytest.mark.parametrize("shuffled", [False, True])
def test_each_example_comes_once(drop_last: bool, sizes: list[int], shuffled: bool) -> None:
    found = data.batches(examples(), 4, np.random.default_rng(0) if shuffled else None, drop_last=drop_last)
    assert len(found) == len(sizes)
    orders = []
    for _ in range(2):
        batches = list(found)
        assert [len(batch.labels) for batch in batches] == sizes
        assert all(type(batch) is Examples for batch in batches)
        for batch in batches:
            assert_array_equal(batch.x[:, 0], 2.0 * batch.labels)
        orders.append(np.concatenate([batch.labels for batch in batches]))
        assert len(set(orders[-1])) == sum(sizes)
    assert (list(orders[0]) == list(range(sum(sizes)))) is not shuffled
    assert (list(orders[0]) == list(orders[1])) is not shuffled


def test_the_same_generator_draws_the_same_order() -> None:
    first, second = [list(data.batches(np.arange(20), 5, np.random.default_rng(3))) for _ in range(2)]
    assert_array_equal(first, second)


def test_batches_are_fresh_arrays() -> None:
    x = np.arange(6.0)
    for found in (data.batches(x, 3), data.batches(x, 6), data.sequences(x, 2)):
        for batch in found:
            batch[...] = np.nan
    assert_array_equal(x, np.arange(6.0))


def test_sequences_go_on_from_batch_to_batch() -> None:
    found = data.sequences((np.arange(11), np.arange(11) + 1), 3)
    assert len(found) == 3
    for _ in range(2):
        assert_array_equal([x for x, _ in found], [[0, 3, 6], [1, 4, 7], [2, 5, 8]])
        assert all(list(y) == list(x + 1) for x, y in found)


# Any: wrong on purpose.
REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no examples": (
        lambda: data.batches(np.zeros((0, 3)), 1),
        ValueError,
        r"batches: the data set is empty: arrays has shape \(0, 3\)",
    ),
    "a batch that is too large": (
        lambda: data.batches(np.zeros(3), 4),
        ValueError,
        "a batch of 4 is larger than the data, of 3 examples",
    ),
    "too many parts": (lambda: data.sequences(np.zeros(3), 4), ValueError, "sequences: a batch of 4 is larger"),
    "other lengths": (
        lambda: data.batches({"x": np.zeros(3), "y": np.zeros(4)}, 2),
        ValueError,
        r"batches: arrays\['y'\] has 4 examples, and arrays\['x'\] has 3",
    ),
    "a number": (
        lambda: data.batches((np.zeros(3), 1.0), 2),
        TypeError,
        r"arrays\[1\] must be an array with an axis of examples, got a float",
    ),
    "no axis": (lambda: data.batches(np.zeros(()), 1), TypeError, "arrays must be an array with an axis"),
    "nothing": (lambda: data.batches((), 2), TypeError, "arrays must hold an array, got an empty tuple"),
    "a Variable": (lambda: data.batches(Variable(np.zeros(3)), 2), TypeError, "arrays must be an array"),
    "size of 0": (lambda: data.batches(np.zeros(3), 0), ValueError, "size must be at least 1, got 0"),
    "size of 1.5": (lambda: data.batches(np.zeros(3), 1.5), TypeError, "size must be an integer, got 1.5"),  # type: ignore[arg-type]  # wrong on purpose
    "a seed": (lambda: data.batches(np.zeros(3), 1, 0), TypeError, "rng must be None or a Generator, .* got int"),  # type: ignore[arg-type]  # wrong on purpose
    "a seed for a spiral": (lambda: data.spiral(0), TypeError, "spiral: rng must be a numpy.random.Generator, got int"),  # type: ignore[arg-type]  # wrong on purpose
    "a spiral without arms": (
        lambda: data.spiral(np.random.default_rng(0), classes=0),
        ValueError,
        "spiral: classes must be at least 1",
    ),
    "half a point": (lambda: data.spiral(np.random.default_rng(0), 0.5), TypeError, "spiral: count must be an integer"),  # type: ignore[arg-type]  # wrong on purpose
    "a curve of a point": (
        lambda: data.sine_curve(np.random.default_rng(0), 1),
        ValueError,
        "sine_curve: count must be at least 2",
    ),
    "negative noise": (lambda: data.sine_curve(np.random.default_rng(0), noise=-1.0), ValueError, "sine_curve: noise"),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_wrong_is_said(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_spiral_and_a_curve() -> None:
    x, labels = data.spiral(np.random.default_rng(0), 50, 4)
    again, _ = data.spiral(np.random.default_rng(0), 50, 4)
    assert_array_equal(x, again)
    assert (x.shape, np.bincount(labels).tolist()) == ((200, 2), [50] * 4)
    assert labels.dtype == np.int64
    radius = np.hypot(x[:, 0], x[:, 1])
    turned = np.arctan2(x[:, 0], x[:, 1]) - 4.0 * (labels + radius)
    noise = np.angle(np.exp(1j * turned))[radius > 0]
    assert 0.15 < np.std(noise) < 0.25
    curve, following = data.sine_curve(np.random.default_rng(0), 100, 0.01)
    assert_array_equal(curve[1:], following[:-1])
    assert np.max(np.abs(curve[:, 0] - np.sin(np.linspace(0, 2 * np.pi, 100)[:-1]))) <= 0.01
