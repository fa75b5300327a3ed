"""The methods of ufuncs: what they refuse, their ties and infinities, and that they are NumPy's for any arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydezero import Variable, grad, vmap
from pydezero.numpy_protocol.ufunc_methods import REDUCTIONS
from tests.functions.case import Array, generator

INF: Final = np.inf


def _gradient(f: Callable[[Any], Any], x: Any) -> Any:
    return grad(lambda x: np.sum(f(x)))(np.asarray(x, float))


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        # One comparison after the other, by half where two are equal.
        (lambda x: np.maximum.accumulate(x)[-1], [1, 1], [0.5, 0.5]),
        (lambda x: np.maximum.accumulate(x), [2, 1, 3], [2, 0, 1]),
        # Evenly, as np.max does.
        (lambda x: np.maximum.reduceat(x, [0]), [2, 2, 1, 2], [1 / 3, 1 / 3, 0, 1 / 3]),
        (lambda x: np.fmax.reduce(x), [1, np.nan, 1], [0.5, 0, 0.5]),
        (lambda x: np.fmin.reduce(x), [np.nan, np.nan], [0, 0]),
        (lambda x: np.maximum.reduce(x, initial=2.0), [1, 2], [0, 0.5]),
        (lambda x: np.maximum.reduce(x, where=[False, True], initial=0.0), [9, 2], [0, 1]),
        (lambda x: np.add.reduce(x, where=[False, True, True]), [np.nan, 2, 3], [0, 1, 1]),
        (lambda x: np.multiply.reduce(x), [0, 3, 4], [12, 0, 0]),
        (lambda x: np.multiply.accumulate(x), [0, 3, 4], [16, 0, 0]),
        (lambda x: np.multiply.reduceat(x, [0, 2]), [0, 3, 4], [3, 0, 1]),
        (lambda x: np.logaddexp.reduce(x), [0, 1000, -INF], [0, 1, 0]),
        (lambda x: np.logaddexp.reduce(x), [1000, 1000], [0.5, 0.5]),
        # As np.logaddexp has it: the derivative is 1 where an infinity equals the result.
        (lambda x: np.logaddexp.reduce(x), [INF, 1, INF], [1, 0, 1]),
        (lambda x: np.logaddexp.reduce(x), [-INF, -INF], [1, 1]),
        (lambda x: np.logaddexp.reduce(x, where=[True, False]), [2, 3], [1, 0]),
    ],
)
def test_ties_zeros_and_infinities(f: Callable[[Any], Any], x: Any, expected: Any) -> None:
    np.testing.assert_allclose(_gradient(f, x), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda x: np.maximum.reduce(x, where=x > 0), ValueError, "initial="),
        (lambda x: np.maximum.reduce(x[:0]), ValueError, "zero-size"),
        (lambda x: np.add.reduce(x, where=np.ones((2, 3), bool)), ValueError, r"where= of shape \(2, 3\)"),
        (lambda x: np.add.accumulate(x[0]), TypeError, "scalar"),
        (lambda x: np.add.accumulate(x, axis=1), np.exceptions.AxisError, "axis 1"),
        (lambda x: np.multiply.reduceat(x, [3]), IndexError, "out-of-bounds"),
        (lambda x: np.multiply.reduceat(x, [-1]), IndexError, "out-of-bounds"),
        (lambda x: np.hypot.reduce(x), TypeError, r"np\.hypot\.reduce cannot be differentiated"),
        (lambda x: np.add.outer(x, x, where=False), TypeError, r"np\.add\.outer .*where="),
        (lambda x: np.add.reduce(x, out=np.zeros(())), TypeError, "without out="),
        (lambda x: np.add.reduce(x, dtype=int), TypeError, "dtype=int64 has no derivatives"),
        (lambda x: np.multiply.reduce(x + 1j, dtype=float), TypeError, "imaginary"),
        (lambda x: np.sqrt(x, where=x > 0), TypeError, r"np\.where\(mask, np\.sqrt\(np\.where\(mask, x, 1\)\), 0\)"),
        (lambda x: np.power.at(np.ones(3), 0, x[0]), TypeError, r"x\.at\[i\]\.set\(np\.power\(x\[i\], v\)\)"),
        (lambda x: vmap(lambda v, i: np.add.reduceat(v, i))(x[None], np.array([[0]])), TypeError, "reduceat"),
    ],
)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.array([1.0, 2.0, 3.0])))


@pytest.mark.parametrize("name", ["add", "multiply", "maximum"])
@pytest.mark.parametrize("method", ["reduce", "accumulate", "reduceat"])
def test_integers_have_numpys_dtype(name: str, method: str) -> None:
    n = np.array([100, 2, 3], np.int8)
    of_method = getattr(getattr(np, name), method)
    arguments = ([0, 1],) if method == "reduceat" else ()
    found, expected = of_method(Variable(n), *arguments), of_method(n, *arguments)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found.data, expected)


def test_the_initial_value_is_differentiated() -> None:
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(grad(lambda v: np.multiply.reduce(x * v, initial=v))(3.0), 54.0)
    np.testing.assert_array_equal(grad(lambda v: np.maximum.reduce(v * x[:0], initial=v))(3.0), 1.0)


def test_a_mask_that_is_a_batch() -> None:
    xs = generator("masked").normal(size=(3, 4))
    found = vmap(lambda x: np.add.reduce(x, where=x > 0))(xs)
    np.testing.assert_allclose(found, np.sum(xs, axis=1, where=xs > 0))


@pytest.mark.parametrize("ufunc", REDUCTIONS, ids=lambda u: u.__name__)
@given(data=st.data())
def test_slices_are_numpys(ufunc: Any, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 6))
    indices = data.draw(st.lists(st.integers(0, n - 1), max_size=4))
    x = generator(f"{n}").normal(size=(2, n))
    of_slices, running = ufunc.reduceat(Variable(x), indices, 1), ufunc.accumulate(Variable(x), axis=1)
    np.testing.assert_allclose(of_slices.data, ufunc.reduceat(x, indices, 1), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(running.data, ufunc.accumulate(x, axis=1), rtol=1e-13, atol=1e-15)


_UPDATES: Final = {"add": np.add, "multiply": np.multiply, "divide": np.divide, "max": np.maximum, "min": np.minimum}


@pytest.mark.parametrize("update", _UPDATES)
@given(data=st.data())
def test_updates_are_those_of_the_method_at(update: str, data: st.DataObject) -> None:
    index = data.draw(st.lists(st.integers(-3, 2), max_size=9))
    x, values = generator("x").normal(size=(3, 2)), generator(f"{index}").uniform(0.5, 2.0, (len(index), 2))
    expected = x.copy()
    _UPDATES[update].at(expected, np.array(index, int), values)
    np.testing.assert_allclose(getattr(Variable(x).at[index], update)(values).data, expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("update", "x", "values", "of_x", "of_values"),
    [
        ("multiply", [0, 2], [3, 0, 5], [0, 1], [0, 0, 0]),
        ("multiply", [4, 2], [3, 0, 5], [0, 1], [0, 60, 0]),
        ("max", [1, 2], [1, 0, 1], [1 / 3, 1], [1 / 3, 0, 1 / 3]),
        ("max", [1, 2], [np.nan, 0, 1], [0, 1], [1, 0, 0]),
        ("min", [1, 2], [3, 4, 0], [0, 1], [0, 0, 1]),
        ("set", [1, 2], [3, 4, 5], [0, 1], [0, 0, 1]),
    ],
)
def test_an_element_that_is_updated_thrice(update: str, x: Any, values: Any, of_x: Any, of_values: Any) -> None:
    def f(x: Any, values: Any) -> Any:
        return np.sum(getattr(x.at[[0, 0, 0]], update)(values))

    with np.errstate(invalid="ignore"):  # np.maximum.at warns of nan
        found: tuple[Array, Array] = grad(f, (0, 1))(np.array(x, float), np.array(values, float))
    np.testing.assert_array_equal(found[0], of_x)
    np.testing.assert_array_equal(found[1], of_values)
