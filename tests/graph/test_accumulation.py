"""Cotangents that meet at one value: added up in place only where nobody could notice."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from pydezero import Function, Variable, functions, grad, gradients, vjp
from pydezero.testing import numerical_diff

c: Any = np.array([2.0, -1.0, 0.5])
x: Any = np.array([0.3, 1.2, -0.7])


# Any: of a Variable NumPy's stubs know nothing.
USES: dict[str, Any] = {
    "three products": lambda v: np.sum(v * c) + np.sum(np.sin(v) * v) + np.sum(c * v * v),
    "the same array twice": lambda v: np.sum(v * v + v * v),
    "sums of itself": lambda v: np.sum((v + v) * (v + c) + v),
    "products of sums": lambda v: np.sum(np.exp(v + v) * v) + np.sum(v),
    "views": lambda v: np.sum(v.T * c) + np.sum(np.reshape(v, (3, 1)) * v) + np.sum(v[::-1] * c),
    "indexed, then whole": lambda v: np.sum(v * c) + v[0] * v[1] + np.sum(v * v),
    "slices and wholes": lambda v: np.sum(v * c) + np.sum(v[1:] * v[:2] ** 2) + np.sum(v * v) + np.sum(v[::2] ** 3),
    "a slice, then the whole": lambda v: np.sum(v * c) + np.sum(v[1:] ** 2),
    "the whole, then a slice": lambda v: np.sum(v[1:] ** 2) + np.sum(v * c),
    "the largest, and more": lambda v: np.sum(v * v) + np.max(v) ** 2 + np.sum(v[1:] ** 3) + np.min(v) * np.max(v),
    "whole, then indexed": lambda v: v[0] * v[1] + np.sum(v * v) + v[2],
    "three at a time": lambda v: np.sum(np.stack([v, v * c, v, np.sin(v), v]) ** 2),
}


@pytest.mark.parametrize("f", USES.values(), ids=list(USES))
def test_first_and_second_derivatives(f: Any) -> None:
    np.testing.assert_allclose(grad(f)(x), numerical_diff(f, x), rtol=1e-6)
    slope: Any = grad(f)

    def along(v: Any) -> Any:
        return np.sum(slope(v) * c)

    np.testing.assert_allclose(grad(along)(x), numerical_diff(along, x), rtol=1e-6, atol=1e-9)


def test_a_cotangent_of_an_outer_transform_is_added_to_a_plain_one() -> None:
    # From the last use on: c * v gives the inner v a plain array, v * sin(w) a Variable of the outer transform.
    def outer(w: Any) -> Any:
        inner: Any = grad(lambda v: np.sum(np.sin(w) * v) + np.sum(v * c))
        return np.sum(inner(x) * c)

    np.testing.assert_allclose(grad(outer)(x), np.cos(x) * c)


def test_a_cotangent_is_added_to_a_less_precise_one() -> None:
    v: Any = Variable(np.array([1, 2, 3], np.int8))
    third = np.full(3, 1 / 3)
    # From the last use on: the sine of an int8 is a float16, and so is its cotangent.
    found = gradients(functions.sum(v * third) + functions.sum(third * v) + functions.sum(functions.sin(v)), v)
    expected = 2 / 3 + np.cos(np.array([1, 2, 3], np.int8)).astype(np.float64)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_cotangent_that_is_also_an_answer_is_left_alone() -> None:
    v: Any = Variable(x)
    copy = +v
    total: Any = functions.sum(copy * c) + functions.sum(v * v)
    of_v, of_copy = gradients(total, (v, copy))
    np.testing.assert_allclose(of_copy, c)
    np.testing.assert_allclose(of_v, c + 2 * x)


def test_the_cotangent_of_the_caller_is_left_alone() -> None:
    seed = np.ones(3)
    pullback: Any = vjp(lambda v: +v + +v + v, x)[1]
    np.testing.assert_array_equal(pullback(seed)[0], np.full(3, 3.0))
    np.testing.assert_array_equal(seed, np.ones(3))


def test_what_a_backward_returns_is_left_alone() -> None:
    returned: list[Any] = []

    def backward(g: Any, v: Any) -> Any:
        returned.append(g * 2)
        return returned[-1]

    double: Any = Function(lambda v: 2 * v, backward)
    found = grad(lambda v: np.sum(double(v)) + np.sum(v * c) + np.sum(double(v)))(x)
    np.testing.assert_allclose(found, 4 + c)
    for g in returned:
        np.testing.assert_array_equal(g, np.full(3, 2.0))


def test_a_sum_that_nothing_else_refers_to_is_added_to_in_place() -> None:
    size = 100_000
    v: Any = Variable(np.append(np.zeros(size - 1), 1.0))
    weights = np.ones(size)
    weights.setflags(write=False)
    # From the last use on: two products of their own memory, and then the cotangent of the largest element.
    y: Any = functions.max(v) + functions.sum(v * weights) + functions.sum(v * weights)
    tracemalloc.start()
    try:
        found = gradients(y, v)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(found[-2:], [2.0, 3.0])
    assert round(peak / weights.nbytes) == 2
