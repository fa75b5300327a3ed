"""`Variable`, `as_array` and `as_variable`."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import Variable, as_array, as_variable, grad, jvp, value_and_grad, vmap


class Series:
    """As much of the NumPy protocols as pandas has: ufuncs, but not the other functions."""

    shape = (2,)
    dtype = np.dtype(np.float64)

    def __array_ufunc__(self, *args: object) -> None:
        raise NotImplementedError

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array([1.0, 2.0])


REJECTED: dict[str, object] = {
    "str": "1.0",
    "bytes": b"1.0",
    "list": [1.0, 2.0],
    "tuple": (1.0, 2.0),
    "dict": {},
    "NoneType": None,
    "int": 1,
    "float": 1.0,
    "complex": 1j,
    "float64": np.float64(1.0),
    "Series": Series(),
    "type": np.ndarray,
    "Variable": Variable(np.array(1.0)),
    "dtype object": np.array([1.0, None]),
    "dtype <U1": np.array(["a"]),
    "dtype |S1": np.array([b"a"]),
    "dtype datetime64": np.array(["2020-01-01"], np.datetime64),
    "dtype timedelta64": np.array([1], "m8[s]"),
    r"dtype \[\('a'": np.zeros(2, [("a", float)]),
    "MaskedArray": np.ma.MaskedArray([1.0, 2.0], mask=[True, False]),
}


@pytest.mark.parametrize(("named", "data"), REJECTED.items(), ids=list(REJECTED))
def test_what_is_no_array_of_numbers_is_rejected_by_its_type(named: str, data: object) -> None:
    with pytest.raises(TypeError, match=named):
        Variable(data)  # type: ignore[arg-type]  # the types refuse it, too


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_rejected() -> None:
    with pytest.raises(TypeError, match=r"matrix.*np\.asarray"):
        Variable(np.matrix([[1.0]]))


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "i8", "f2", "f4", "f8", "g", "F", "D"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (1, 1, 1)])
def test_arrays_of_numbers_are_accepted(dtype: str, shape: tuple[int, ...]) -> None:
    data = np.ones(shape, dtype)
    x = Variable(data)
    assert (x.shape, x.ndim, x.size, x.dtype) == (data.shape, data.ndim, data.size, data.dtype)
    assert type(x.data) is np.ndarray
    assert x.data.dtype == data.dtype
    assert_array_equal(x.data, data)
    assert_array_equal(x.T.data, data.T)


def test_len_is_that_of_the_first_axis() -> None:
    assert len(Variable(np.ones((2, 3)))) == 2
    with pytest.raises(TypeError, match="no axes"):
        len(Variable(np.array(1.0)))


@pytest.mark.parametrize("shape", [(), (3,), (100, 100)])
def test_data_is_read_only_and_independent_of_what_it_was_made_of(shape: tuple[int, ...]) -> None:
    array = np.ones(shape)
    x = Variable(array)
    array[...] = 7
    assert_array_equal(x.data, np.ones(shape))
    with pytest.raises(ValueError, match="read-only"):
        x.data[...] = 7
    assert not np.shares_memory(x.data, array)


def test_a_subclass_of_ndarray_becomes_a_plain_array() -> None:
    data = np.ones(2).view(np.recarray)
    assert type(Variable(data).data) is np.ndarray


@pytest.mark.parametrize("name", ["data", "node", "_value", "shape", "grad", "anything"])
def test_no_field_can_be_assigned_or_deleted(name: str) -> None:
    x = Variable(np.ones(2))
    with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
        setattr(x, name, 1.0)
    with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
        delattr(x, name)
    assert not hasattr(x, "grad")


REPRS = {
    "variable(3.0)": np.array(3.0),
    "variable(3)": np.array(3),
    "variable(True)": np.array(True),
    "variable((1+2j))": np.array(1 + 2j),
    "variable([1. 2. 3.])": np.array([1.0, 2.0, 3.0]),
    "variable([])": np.array([]),
    "variable([ True False])": np.array([True, False]),
    "variable([[1. 2.]\n          [3. 4.]])": np.array([[1.0, 2.0], [3.0, 4.0]]),
}


@pytest.mark.parametrize(("text", "data"), REPRS.items(), ids=list(REPRS))
def test_repr(text: str, data: Any) -> None:
    assert repr(Variable(data)) == str(Variable(data)) == text


def test_repr_of_a_nested_variable_is_aligned_at_each_depth() -> None:
    seen: list[str] = []

    def inner(y: Variable) -> Variable:
        seen.append(repr(y))
        return y.sum()

    grad(lambda x: grad(inner)(x).sum())(np.ones((2, 1)))
    assert seen == ["variable(variable([[1.]\n                   [1.]]))"]


def test_a_variable_is_a_key_by_its_identity() -> None:
    x, y = Variable(np.array(1.0)), Variable(np.array(1.0))
    assert {x: "x", y: "y"}[x] == "x"
    assert len({x, y, x}) == 2


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}


@pytest.mark.parametrize("compare", COMPARISONS.values(), ids=list(COMPARISONS))
def test_comparisons_are_elementwise_and_plain(compare: Callable[[Any, Any], Any]) -> None:
    a, b = np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])
    x, y = Variable(a), Variable(b)
    for found in (compare(x, y), compare(x, b), compare(a, y)):
        assert type(found) is np.ndarray
        assert_array_equal(found, compare(a, b))
    assert_array_equal(compare(x, 2), compare(a, 2))
    assert_array_equal(compare(2, x), compare(2, a))


@pytest.mark.parametrize("other", [None, "auto"])
def test_equality_with_what_is_no_number_is_false_as_numpy_has_it(other: object) -> None:
    x = Variable(np.ones(2))
    assert_array_equal(x == other, [False, False])
    assert_array_equal(x != other, [True, True])


def test_truth_is_that_of_a_single_element() -> None:
    assert Variable(np.array(2.0))
    assert not Variable(np.array([0.0]))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Variable(np.ones(2)))


def test_iteration_and_membership() -> None:
    x: Any = Variable(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert [repr(row) for row in x] == ["variable([1. 2.])", "variable([3. 4.])"]
    assert 2.0 in x[0]
    assert 5.0 not in x[0]


@pytest.mark.parametrize(
    ("number", "dtype"),
    [(1, np.int64), (1.0, np.float64), (1j, np.complex128), (True, np.bool), (np.float32(1), np.float32)],
)
def test_numbers_become_arrays_and_variables(number: Any, dtype: type[np.generic]) -> None:
    array, x = as_array(number), as_variable(number)
    assert (type(array), array.shape, array.dtype) == (np.ndarray, (), np.dtype(dtype))
    assert (type(x), x.shape, x.dtype) == (Variable, (), np.dtype(dtype))
    assert array == x.data == number


def test_arrays_and_variables_stay_what_they_are() -> None:
    array = np.ones(2)
    x = as_variable(array)
    assert as_array(array) is array
    assert as_variable(x) is x
    assert_array_equal(x.data, array)


@pytest.mark.parametrize("bad", ["1", None, [1.0], {}, object()])
def test_nothing_else_is_converted(bad: Any) -> None:
    for convert in (as_array, as_variable):
        with pytest.raises(TypeError, match=type(bad).__name__):
            convert(bad)


def test_as_array_does_not_let_a_variable_out() -> None:
    with pytest.raises(TypeError, match="Variable"):
        as_array(Variable(np.ones(2)))


def test_as_variable_rejects_arrays_without_numbers() -> None:
    with pytest.raises(TypeError, match="object"):
        as_variable(np.array([None]))


def test_a_number_is_not_iterable_and_an_array_is() -> None:
    def doubled(x: Any) -> Any:
        terms: Any = x if np.iterable(x) else np.stack([x, x])
        return np.sum(terms)

    for transform in (value_and_grad, lambda f: lambda x: jvp(f, (x,), (np.ones_like(x),))):
        assert list(map(float, transform(doubled)(2.0))) == [4.0, 2.0]
        assert float(transform(doubled)(np.array([1.0, 2.0]))[0]) == 3.0
    assert vmap(doubled)(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    v: Any = Variable(np.array([[1.0, 2.0]]))
    assert [row.shape for row in v] == [(2,)]
    assert not np.iterable(v[0, 0])
    assert np.ndim(v[0, 0]) == 0
