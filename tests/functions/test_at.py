"""`at(x)[index]`: updates of arrays and of Variables alike."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import Variable, as_variable, at, grad, trace, vmap
from pydezero.testing import check_grads

UPDATES: Final = ("set", "add", "multiply", "divide", "max", "min")
INDICES: Final[tuple[Any, ...]] = (1, slice(1, None), [0, 0], np.array([True, False, True]), (None, 0), ...)
ARRAYS: Final = ([1.0, 5.0, 3.0], np.array([1, 5, 3]), np.array([1, 5, 3], np.float32), np.array([1.0, 5.0, 3j]))


@pytest.mark.parametrize("index", INDICES, ids=str)
@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("data", ARRAYS, ids=lambda data: str(np.asarray(data).dtype))
def test_an_array_is_updated_as_a_variable_is(data: Any, update: str, index: Any) -> None:
    a = np.asarray(data)
    if a.dtype.kind == "c" and update in ("max", "min"):
        pytest.skip("complex numbers have no order that is differentiated")
    before = a.copy()
    for value in (2, 2.5, np.float32(2), np.array(1.5)):
        expected: Any = getattr(as_variable(a).at[index], update)(value)
        found: Any = getattr(at(a)[index], update)(value)
        assert type(found) is np.ndarray
        assert found.dtype == expected.dtype
        assert_array_equal(found, expected.data)
        assert not np.shares_memory(found, a)
        of_variable: Any = getattr(at(as_variable(a))[index], update)(value)
        assert_array_equal(of_variable.data, expected.data)
    assert_array_equal(a, before)


@pytest.mark.parametrize("update", UPDATES)
def test_a_value_put_into_an_array_is_differentiated(update: str) -> None:
    a = np.array([1.0, 2.0, 3.0])

    def f(x: Any) -> Any:
        result = getattr(at(a)[:2], update)(x)
        assert isinstance(result, Variable | np.ndarray)
        return result**2

    check_grads(f, (np.array([1.5, 0.5]),))
    assert_array_equal(vmap(f)(np.ones((4, 2))), [f(np.ones(2))] * 4)
    assert_array_equal(a, [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([1.0, 2.0], "must be a number or an array, got list"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), r"at\(x\): MaskedArray has arithmetic of its own"),
        (np.array([None, 1]), r"at\(x\): an array of dtype object holds no numbers"),
    ],
)
def test_what_is_updated_is_an_array(wrong: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        at(wrong)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float16", "float32"])
@pytest.mark.parametrize("update", ["add", "multiply"])
def test_repeated_values_of_a_narrow_dtype_are_added_up_in_the_common_one(update: str, dtype: str) -> None:
    """The fuzzer found 1e-8 between a float64 x and complex64 values; for uint8 it was 256."""
    values = np.array([100, 110, 120]).astype(dtype)
    x, index, ufunc = np.array([0.1, 0.2]), [1, 1, 1], {"add": np.add, "multiply": np.multiply}[update]
    expected = x.copy()
    ufunc.at(expected, index, values)
    np.testing.assert_allclose(getattr(at(x)[index], update)(values), expected, rtol=1e-14)
    np.testing.assert_allclose(getattr(as_variable(x).at[index], update)(values).data, expected, rtol=1e-14)


@pytest.mark.parametrize("index", [0, (slice(None), 1), (np.array([0, 1]), np.array([2, 0])), (None, Ellipsis, 0)])
def test_elements_are_read_as_by_an_index(index: Any) -> None:
    a = np.arange(6.0).reshape(2, 3)
    found: Any = at(a)[index].get()
    assert_array_equal(found, a[index])
    assert not np.shares_memory(found, a)
    assert_array_equal(Variable(a).at[index].get().data, a[index])
    assert_array_equal(grad(lambda x: np.sum(x.at[index].get()))(a), grad(lambda x: np.sum(x[index]))(a))


def test_computed_indices_read_an_array() -> None:
    a, xs = np.arange(6.0).reshape(2, 3), np.array([0.5, 1.2, 3.1])

    def f(x: Any) -> Any:
        i = np.floor(x).astype(int)
        return np.sum(at(a)[i % 2, i % 3].get() * x)

    wanted = a[[0, 1, 1], [0, 1, 0]]
    gradients: tuple[Any, ...] = (grad(f), trace(grad(f))(xs), vmap(grad(f)))
    for gradient in gradients:
        assert_array_equal(gradient(xs), wanted)
