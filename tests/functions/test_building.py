"""Joining and dividing arrays, and laying numbers between two ends; what raises, and what stays plain."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, functions, grad, value, vmap
from pydezero.testing import numerical_diff
from tests.functions.case import Array

# What takes a Variable, or a mistake, that NumPy's stubs do not know of.
untyped: Final[Any] = np


def _scalar() -> Any:
    return Variable(np.array(2.0))


def _vector() -> Any:
    return Variable(np.array([1.0, 2.0]))


# Whatever makes an array of a list by itself would lose the derivative.
_CONVERSIONS: Final[tuple[Callable[[Any, Any], Any], ...]] = (
    lambda s, v: np.array(v),
    lambda s, v: np.array([v, v]),
    lambda s, v: np.array([s, s]),
    lambda s, v: np.array([s, 1.0]),
    lambda s, v: np.array([1.0, s]),
    lambda s, v: np.array([[1.0, s], [s, 1.0]]),
    lambda s, v: np.array([[1.0, 2.0], v]),
    lambda s, v: np.array([v, v], dtype=float),
    lambda s, v: np.array([s, s], dtype=object),
    lambda s, v: np.asarray([s, 1.0]),
    lambda s, v: np.asanyarray([v]),
    lambda s, v: np.ascontiguousarray(v),
    lambda s, v: np.full(2, s),
    lambda s, v: np.full((2, 2), v),
    lambda s, v: np.float64(s),
    lambda s, v: np.float32(v),
    lambda s, v: np.r_[v, 1.0],
    lambda s, v: np.c_[v, v],
    lambda s, v: np.arange(s),
    lambda s, v: np.sum([s, s]),
    lambda s, v: np.sin([v, v]),
    lambda s, v: np.ones(2) * [s, s],
    lambda s, v: np.ones(2).__setitem__(slice(None), [s, s]),
)


@pytest.mark.parametrize("f", _CONVERSIONS)
def test_lists_of_variables_are_not_made_into_arrays(f: Callable[[Any, Any], Any]) -> None:
    instead = r"(.*pydezero\.array\(xs\)|np\.(hstack|column_stack)\(\[x, y\]\))"
    with pytest.raises(TypeError, match=rf"Write {instead}.*rather than np\."):
        f(_scalar(), _vector())


@pytest.mark.parametrize(
    "f",
    [
        lambda s, v: np.ones(2).fill(s),
        lambda s, v: np.ones(2).fill(v),
        lambda s, v: np.fromiter([s, s], float),
    ],
)
def test_elements_that_are_variables(f: Callable[[Any, Any], Any]) -> None:
    """NumPy turns whatever is raised here into a ValueError, and keeps it as the cause."""
    with pytest.raises((TypeError, ValueError)) as raised:
        f(_scalar(), _vector())
    error = raised.value if isinstance(raised.value, TypeError) else raised.value.__cause__
    assert isinstance(error, TypeError)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda s, v: np.stack([s, 1, 2.5]), [2.0, 1.0, 2.5]),
        (lambda s, v: np.concatenate([v, [1.0], np.zeros(1)]), [1.0, 2.0, 1.0, 0.0]),
        (lambda s, v: np.hstack([1.5, v, s, [3]]), [1.5, 1.0, 2.0, 2.0, 3.0]),
        (lambda s, v: np.vstack([v, [3, 4]]), [[1.0, 2.0], [3.0, 4.0]]),
        (lambda s, v: np.block([v, 1]), [1.0, 2.0, 1.0]),
        (lambda s, v: np.stack(v), [1.0, 2.0]),
    ],
)
def test_numbers_and_lists_among_variables(f: Callable[[Any, Any], Any], expected: Any) -> None:
    found = f(_scalar(), _vector())
    assert isinstance(found, Variable)
    np.testing.assert_array_equal(found.data, expected)


@pytest.mark.skipif(not hasattr(np, "row_stack"), reason="NumPy 2.5 has it no more")
def test_row_stack_is_an_old_name_of_vstack() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = np.__dict__["row_stack"]([_vector(), _vector()])
    np.testing.assert_array_equal(found.data, [[1.0, 2.0], [1.0, 2.0]])


@pytest.mark.parametrize("join", [np.concatenate, np.stack, np.hstack, np.vstack])
def test_dtypes_of_what_is_joined(join: Callable[..., Any]) -> None:
    x = np.array([1.0, 2.0])

    def f(x: Any) -> Any:
        return np.sum(join([x, x * x], dtype=np.float32))

    assert f(Variable(x)).dtype == np.float32
    found = grad(f)(x)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [3.0, 5.0])
    with pytest.raises(TypeError, match=r"float64.*int64.*same_kind"):
        join([Variable(x), x], dtype=np.int64)
    np.testing.assert_array_equal(
        join([Variable(x), x], dtype=np.int64, casting="unsafe"), join([x, x], dtype=np.int64, casting="unsafe")
    )


def test_what_is_not_a_variable_stays_an_array() -> None:
    v, x = _vector(), np.array([3.0, 4.0])
    for found in (np.atleast_2d(v, x), np.broadcast_arrays(v, x), untyped.meshgrid(v, x), np.ix_(v, x)):
        assert [type(y) for y in found] == [Variable, np.ndarray]
    grid = untyped.meshgrid(v, x)[1]
    assert grid.flags.writeable
    assert not np.shares_memory(grid, x)
    np.testing.assert_array_equal(np.ix_(v, [False, True])[1], [[1]])


def test_conditions_in_an_open_mesh() -> None:
    places, values = functions.ix_(Variable(np.array([True, False, True])), _vector())
    np.testing.assert_array_equal(places, [[0], [2]])
    assert values.shape == (1, 2)


@pytest.mark.parametrize("dtype", [int, np.int8])
@pytest.mark.parametrize("retstep", [False, True])
def test_integers_between_two_ends(dtype: Any, retstep: bool) -> None:
    found = untyped.linspace(Variable(np.array(-1.5)), 4.0, 5, retstep=retstep, dtype=dtype)
    expected = untyped.linspace(-1.5, 4.0, 5, retstep=retstep, dtype=dtype)
    if retstep:
        (found, step), (expected, of_numpy) = found, expected
        assert step.data == of_numpy
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_the_distance_between_less_than_two_numbers() -> None:
    for num, endpoint in ((1, True), (0, True), (0, False)):
        assert np.isnan(untyped.linspace(_scalar(), 3.0, num, endpoint, retstep=True)[1])


@pytest.mark.parametrize("f", [np.linspace, np.logspace, np.geomspace])
def test_the_last_number_is_the_end(f: Callable[..., Any]) -> None:
    x, y = 0.1, 0.7
    found = f(Variable(np.array(x)), Variable(np.array(y)), 4)
    np.testing.assert_array_equal(found.data, f(x, y, 4))
    # Up to a function of one number, which logspace has in front of it.
    slope = grad(lambda y: f(y, y, 1)[0])(y)
    np.testing.assert_allclose(grad(lambda y: f(x, y, 4)[-1])(y), slope, rtol=1e-14)


def test_geomspace_of_batches_is_not_looked_at() -> None:
    x = np.array([1.0, 2.0])
    found = vmap(lambda x: np.geomspace(x, 8.0, 3))(x)
    np.testing.assert_allclose(found, [np.geomspace(each, 8.0, 3) for each in x])


def _cube() -> Array:
    return np.ones((2, 3, 4))


_MISTAKES: Final[tuple[tuple[Callable[[Any], Any], type[Exception], str], ...]] = (
    (lambda x: np.block([x, [x]]), ValueError, "equally deep"),
    (lambda x: np.block([x, []]), ValueError, "empty"),
    (lambda x: np.block([(x, x)]), TypeError, "tuple"),
    (lambda x: np.block([[x], [x[0, 0]]]), ValueError, "dimension"),
    (lambda x: functions.array([x, x[0]]), ValueError, r"array.*\(2, 3, 4\).*\(3, 4\)"),
    (lambda x: functions.array([x[0, 0, 0], [x[0, 0, 0]]]), ValueError, r"array.*one shape.*\(\), \(1,\)"),
    (lambda x: functions.array([x[0, 0, 0], "a"]), TypeError, "str"),
    (lambda x: functions.array([x[0, 0, 0], None]), TypeError, "NoneType"),  # type: ignore[list-item]  # the types refuse it, too
    (lambda x: np.broadcast_arrays(x, np.ones(3)), ValueError, "broadcast"),
    (lambda x: untyped.meshgrid(x[0, 0], indexing="yx"), ValueError, "meshgrid.*yx"),
    (lambda x: np.ix_(x), ValueError, "ix_.*one axis"),
    (lambda x: np.column_stack([x[0, 0], x[0]]), ValueError, "dimension"),
    (lambda x: np.hsplit(x[0, 0, 0], 1), ValueError, "hsplit.*1 axes"),
    (lambda x: np.hsplit(x, 2), ValueError, "2 equal parts"),
    (lambda x: np.vsplit(x[0, 0], 2), ValueError, "vsplit.*2 axes"),
    (lambda x: np.dsplit(x[0], 2), ValueError, "dsplit.*3 axes"),
    (lambda x: np.array_split(x, 0), ValueError, "positive"),
    (lambda x: np.array_split(x, 2, 3), np.exceptions.AxisError, "axis 3"),
    (lambda x: functions.unstack(x[0, 0, 0]), ValueError, "unstack.*1 axes"),
    (lambda x: untyped.linspace(x, 1.0, -1), ValueError, "negative"),
    (lambda x: untyped.linspace(x, 1.0, 2.5), TypeError, "integer"),
    (lambda x: untyped.linspace(x, np.ones(3)), ValueError, "broadcast"),
    (lambda x: untyped.linspace(x, 1.0, 3, axis=7), np.exceptions.AxisError, "axis 7"),
    (lambda x: np.geomspace(x, 0.0), ValueError, "stop.*0"),
    (lambda x: np.geomspace(0 * x, 1.0), ValueError, "start.*0"),
)


@pytest.mark.parametrize(("f", "error", "message"), _MISTAKES)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(_cube()))


_LIKE: Final[tuple[tuple[str, Callable[[Any, Any], Any], Any], ...]] = (
    ("array", lambda s, v: untyped.array([s, s * s], like=s), [2.0, 4.0]),
    (
        "array of lists",
        lambda s, v: untyped.array([[s, 1], [v[0], v[1]]], dtype=np.float64, like=v),
        [[2.0, 1.0], [1.0, 2.0]],
    ),
    ("array ndmin", lambda s, v: untyped.array(s, copy=True, order="F", ndmin=2, like=s), [[2.0]]),
    ("asarray", lambda s, v: untyped.asarray([v, v], like=s), [[1.0, 2.0], [1.0, 2.0]]),
    ("asanyarray", lambda s, v: untyped.asanyarray(v, float, like=s), [1.0, 2.0]),
    ("ascontiguousarray", lambda s, v: untyped.ascontiguousarray(s, like=s), [2.0]),
    ("full", lambda s, v: untyped.full(3, s, like=s), [2.0, 2.0, 2.0]),
    ("full dtype", lambda s, v: untyped.full((1, 2), v, dtype=float, like=s), [[1.0, 2.0]]),
)


@pytest.mark.parametrize(("f", "expected"), [row[1:] for row in _LIKE], ids=[row[0] for row in _LIKE])
def test_numpys_functions_that_make_arrays_like_a_variable(f: Callable[[Any, Any], Any], expected: Any) -> None:
    found = f(_scalar(), _vector())
    assert isinstance(found, Variable)
    np.testing.assert_array_equal(found.data, expected)
    for of_one, at in (
        (lambda s: np.sum(f(s, _vector()) ** 2), 2.0),
        (lambda v: np.sum(f(v[1], v) ** 3), np.array([1.0, 2.0])),
    ):
        differences = numerical_diff(of_one, Variable(np.asarray(at)))
        np.testing.assert_allclose(value(grad(of_one)(at)), differences, rtol=1e-6, atol=1e-7)
    batch = vmap(f)(np.array([2.0, 3.0]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_array_equal(batch[0], expected)


@pytest.mark.parametrize(
    "f",
    [
        lambda like: untyped.arange(3, like=like),
        lambda like: untyped.zeros((2, 1), like=like),
        lambda like: untyped.ones(2, dtype=int, like=like),
        lambda like: untyped.full(2, 1.5, like=like),
        lambda like: untyped.eye(2, like=like),
        lambda like: untyped.identity(2, like=like),
        lambda like: untyped.tri(2, like=like),
        lambda like: untyped.array([1.0, 2.0], like=like),
    ],
)
def test_what_depends_on_no_variable_is_an_array_of_numpy(f: Callable[[Any], Any]) -> None:
    for like in (_scalar(), _vector()):
        found, expected = f(like), f(np.zeros(1))
        assert type(found) is np.ndarray
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


def test_an_array_of_lists_is_numpys_where_there_is_no_variable() -> None:
    x = np.array([1.0, 2.0])
    cases: tuple[Any, ...] = (x, 2, [1, 2.5], [[1, 2], x], [np.float32(1.0)], [])
    for nested in cases:
        found: Any = functions.array(nested)
        expected = np.array(nested)
        assert type(found) is np.ndarray
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    assert not np.shares_memory(functions.array(x), x)
    assert functions.array([Variable(x), [1, 2]]).dtype == np.float64
    assert functions.array([Variable(x.astype(np.float32)), np.float32(1) * x.astype(np.float32)]).dtype == np.float32
