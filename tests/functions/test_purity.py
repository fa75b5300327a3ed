"""Nothing that is handed out shares memory with anything, and what is written later changes no derivative."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from pydezero import Variable, grad, gradients, vjp
from tests.functions.case import Array, Call, Results
from tests.functions.cases import CALLS, WHOLE_CALLS
from tests.functions.checks import assert_separate, call_through_numpy, chosen, cotangent_of, leaves
from tests.rows import over_rows


def _garble(arrays: Sequence[Array | np.generic]) -> None:
    """Overwrite every element with something that no result can survive; NumPy scalars cannot change."""
    for x in [x for x in arrays if isinstance(x, np.ndarray)]:
        x[...] = np.logical_not(x) if x.dtype.kind == "b" else 0 if x.dtype.kind in "iu" else np.nan


def _assert_equal(actual: Sequence[Array], expected: Sequence[Array]) -> None:
    for a, e in zip(actual, expected, strict=True):
        np.testing.assert_array_equal(a, e)


@over_rows(CALLS)
def test_pullbacks_are_pure(call: Call) -> None:
    values = call.case.draw()
    y, pullback = vjp(call_through_numpy(call, values), *chosen(call, values))
    _assert_equal(values, call.case.draw())
    cotangent = cotangent_of(y, str(call))
    expected = _undisturbed(call, cotangent)

    # What is written between the call and the pullback, or between two pullbacks, has no effect.
    _garble([*values, *leaves(y)])
    once, again = pullback(cotangent), pullback(cotangent)
    assert_separate([*once, *again, *leaves(y), *leaves(cotangent), *values])
    _assert_equal(once, expected)
    _assert_equal(again, expected)
    _garble(again)
    _assert_equal(pullback(cotangent), expected)


def _undisturbed(call: Call, cotangent: Results) -> Sequence[Array]:
    """The gradients at arrays that nobody writes into."""
    values = call.case.draw()
    _, pullback = vjp(call_through_numpy(call, values), *chosen(call, values))
    return tuple(pullback(cotangent))


@over_rows(WHOLE_CALLS)
def test_gradients_of_a_graph_built_by_hand_are_separate(call: Call) -> None:
    values = call.case.draw()
    xs = [Variable(x) for x in chosen(call, values)]
    for y in leaves(call_through_numpy(call, values)(*xs)):
        seed = cotangent_of(y, str(call))
        found = gradients(y, [*xs, *xs, y], seed)
        assert_separate([*found, *values, seed])
        expected = [np.array(g) for g in found]
        _garble([*values, *found])
        _assert_equal(gradients(y, [*xs, *xs, y], seed), expected)
        values = call.case.draw()


@pytest.mark.parametrize("f", [np.sin, np.exp, np.negative, np.transpose, lambda x: x * 2, lambda x: x + x])
def test_a_value_is_read_only(f: Callable[[Any], Any]) -> None:
    y = f(Variable(np.ones((2, 2))))
    with pytest.raises(ValueError, match="read-only"):
        y.data[...] = 0


@pytest.mark.parametrize(
    "f",
    [np.multiply, np.matmul, np.maximum, lambda x, b: np.where(b > 0, x, b) * b, lambda x, b: np.einsum("ij,jk", x, b)],
    ids=["multiply", "matmul", "maximum", "where", "einsum"],
)
def test_a_large_captured_buffer_may_be_used_again(f: Callable[[Any, Any], Any]) -> None:
    """Large constants are copied in another way than small ones."""
    n = 80
    rng = np.random.default_rng(0)
    x, first, second = (rng.uniform(-1, 1, (n, n)) for _ in range(3))
    buffer = np.empty((n, n))

    def reusing(x: Any) -> Any:
        total = 0.0
        for constant in (first, second, first):
            buffer[...] = constant
            total = total + np.sum(f(x, buffer))
            buffer[...] = np.nan
        return total

    expected = grad(lambda x: np.sum(f(x, first)) + np.sum(f(x, second)) + np.sum(f(x, first)))(x)
    np.testing.assert_allclose(grad(reusing)(x), expected, rtol=1e-12)


_IN_PLACE = [
    operator.iadd,
    operator.isub,
    operator.imul,
    operator.itruediv,
    operator.ifloordiv,
    operator.imod,
    operator.ipow,
]


@pytest.mark.parametrize("op", _IN_PLACE)
def test_augmented_assignment_leaves_the_callers_array_alone(op: Callable[[Any, Any], Any]) -> None:
    x, y = np.array([1.3, 2.6]), np.array([1.7, 1.2])

    def f(x: Any, y: Any) -> Any:
        return np.sum(op(x, y) * x)

    def without(x: Any, y: Any) -> Any:
        plain_op = getattr(operator, op.__name__.removeprefix("i"))
        return np.sum(plain_op(x, y) * x)

    _assert_equal(grad(f, argnums=(0, 1))(x, y), grad(without, argnums=(0, 1))(x, y))
    _assert_equal([x, y], [np.array([1.3, 2.6]), np.array([1.7, 1.2])])


@pytest.mark.parametrize("op", [*_IN_PLACE, operator.imatmul])
def test_augmented_assignment_to_an_array_raises(op: Callable[[Any, Any], Any]) -> None:
    buffer = np.ones((2, 2))
    with pytest.raises(TypeError, match=r"out=|b = b"):
        op(buffer, Variable(np.ones((2, 2))))
    np.testing.assert_array_equal(buffer, np.ones((2, 2)))
