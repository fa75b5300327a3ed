"""Linear maps as recorded graphs: transposed, and told from what is not linear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pydezero.graph.linear import ones_for, record_linear, zeros_for

MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def test_the_transpose_of_a_matrix() -> None:
    linear = record_linear(lambda gs: [MATRIX @ gs[0]], [np.zeros(3)])
    for g in (np.array([1.0, 0.0]), np.array([2.0, -1.0])):
        (transposed,) = linear.transposed([g])
        np.testing.assert_array_equal(transposed, MATRIX.T @ g)
    assert linear.transposed([None]) == [None]


def test_an_output_twice_and_one_that_is_constant() -> None:
    def twice(gs: list[Any]) -> list[Any]:
        y = MATRIX @ gs[0]
        return [y, y, np.zeros(2)]

    linear = record_linear(twice, [np.zeros(3), np.zeros(4)])
    assert [linear.depends(y) for y in linear.outputs] == [True, True, False]
    first, second = linear.transposed([np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.ones(2)])
    np.testing.assert_array_equal(first, MATRIX.sum(axis=0))
    assert second is None


@pytest.mark.parametrize(
    ("map_of", "culprit"),
    [
        (lambda g: np.cumsum(g[::-1]) * 2.0 - g, None),
        (lambda g: np.sin(g), "sin"),
        (lambda g: g * g, "square"),
        (lambda g: g / np.sum(g), "divide"),
    ],
    ids=["linear", "sin", "square", "quotient"],
)
def test_what_is_not_linear_is_named(map_of: Any, culprit: str | None) -> None:
    assert record_linear(lambda gs: [map_of(gs[0])], [np.zeros(3)]).nonlinear_operation() == culprit


@pytest.mark.parametrize(
    ("x", "dtype"),
    [(np.ones((2, 3), np.float32), "f4"), (np.array([1, 2]), "f8"), (3, "f8"), (1j, "c16"), (np.float32(2), "f4")],
    ids=["f4", "integers", "int", "complex", "a NumPy scalar"],
)
def test_constants_for_a_value(x: Any, dtype: str) -> None:
    for make, value in ((ones_for, 1), (zeros_for, 0)):
        made = make(x)
        assert (made.shape, made.dtype) == (np.shape(x), np.dtype(dtype))
        assert np.all(made == value)
