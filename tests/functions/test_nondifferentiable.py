"""Functions whose result is not differentiated: they see plain values, and give plain results."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, grad, vmap
from pydezero.core.operators import EscapeError
from tests.functions.case import Array, ArrayCallable

X: Final = np.array([[1.5, -2.0, 0.0], [0.5, 4.0, -1.0]])
Y: Final = np.array([[1.5, 2.0, -1.0], [0.0, 4.0, 3.0]])

_OF_ONE: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("isnan", np.isnan),
    ("isinf", np.isinf),
    ("isfinite", np.isfinite),
    ("signbit", np.signbit),
    ("logical_not", np.logical_not),
    ("argmax", np.argmax),
    ("argmax axis", lambda x: np.argmax(x, axis=1)),
    ("argmin", lambda x: np.argmin(x, axis=0)),
    ("argsort", np.argsort),
    ("argsort axis", lambda x: np.argsort(x, axis=0)),
    ("argwhere", lambda x: np.argwhere(x > 0)),
    ("nonzero", np.nonzero),
    ("flatnonzero", np.flatnonzero),
    ("where of one", np.where),
    ("count_nonzero", np.count_nonzero),
    ("all", np.all),
    ("any", lambda x: np.any(x, axis=0)),
    ("shape", np.shape),
    ("ndim", np.ndim),
    ("size", np.size),
    ("zeros_like", np.zeros_like),
    ("ones_like", np.ones_like),
    ("full_like", lambda x: np.full_like(x, 3.0)),
    ("zeros_like shape", lambda x: np.zeros_like(x, shape=(4,))),
    ("isclose", lambda x: np.isclose(x, 1.5)),
    ("allclose", lambda x: np.allclose(x, x)),
    ("array_equal", lambda x: np.array_equal(x, x)),
    ("array_equiv", lambda x: np.array_equiv(x, x)),
    ("isin", lambda x: np.isin(x, [1.5, 0.0])),
    ("searchsorted", lambda x: np.searchsorted(x.ravel(), 1.0)),
    ("result_type", lambda x: np.result_type(x, np.float32)),
    ("isrealobj", np.isrealobj),
    ("isreal", np.isreal),
    ("iscomplex", np.iscomplex),
    ("isposinf", np.isposinf),
    ("isneginf", lambda x: np.isneginf(x)),
    ("nanargmax", lambda x: np.nanargmax(x, axis=1, keepdims=True)),
    ("nanargmin", np.nanargmin),
    ("argpartition", lambda x: np.argpartition(x, 1)),
    ("digitize", lambda x: np.digitize(x, [0.0, 1.0], right=True)),
    ("digitize by a Variable", lambda x: np.digitize(0.2, x[0, :2])),
    ("lexsort", np.lexsort),
    ("lexsort of a tuple", lambda x: np.lexsort((x[0], x[1]))),
    ("unravel_index", lambda x: np.unravel_index(np.argmax(x), x.shape)),
    ("packbits", lambda x: np.packbits(x > 0)),
    ("can_cast", lambda x: np.can_cast(x, np.float32)),
    ("common_type", np.common_type),
    ("min_scalar_type", np.min_scalar_type),
    ("min_scalar_type of 0-d", lambda x: np.min_scalar_type(x[0, 0])),
    ("diag_indices_from", lambda x: np.diag_indices_from(x[:, :2])),
    ("tril_indices_from", np.tril_indices_from),
    ("triu_indices_from", lambda x: np.triu_indices_from(x, k=1)),
    ("may_share_memory", lambda x: np.may_share_memory(x, x + 1)),
    ("shares_memory", lambda x: np.shares_memory(x, x)),
    ("isfortran", np.isfortran),
    ("iterable", np.iterable),
    ("isscalar", np.isscalar),
    ("iscomplexobj", np.iscomplexobj),
    ("array2string", np.array2string),
    ("x.argmax()", lambda x: x.argmax()),
    ("x.argmax(axis)", lambda x: x.argmax(axis=1)),
    ("x.argmin()", lambda x: x.argmin(0)),
    ("x.argsort()", lambda x: x.argsort()),
    ("x.argsort(axis)", lambda x: x.argsort(axis=0)),
    ("x.nonzero()", lambda x: x.nonzero()),
    ("x.any()", lambda x: x.any(axis=1)),
    ("x.all()", lambda x: x.all()),
    ("x.shape", lambda x: x.shape),
    ("x.ndim", lambda x: x.ndim),
    ("x.size", lambda x: x.size),
    ("x.dtype", lambda x: x.dtype),
    ("len", len),
    ("logical_and.reduce", lambda x: np.logical_and.reduce(x, axis=1)),
    ("greater.outer", lambda x: np.greater.outer(x, x)),
)

_OF_TWO: Final[tuple[Callable[[Any, Any], Any], ...]] = (
    operator.eq,
    operator.ne,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    np.equal,
    np.not_equal,
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
    np.logical_and,
    np.logical_or,
    np.logical_xor,
    np.isclose,
    np.array_equal,
)


def _assert_plain(found: Any, expected: Any) -> None:
    for a, e in zip(*((r if isinstance(r, tuple) else (r,)) for r in (found, expected)), strict=True):
        assert not isinstance(a, Variable)
        assert type(a) is type(e)
        np.testing.assert_array_equal(a, e)


@pytest.mark.parametrize("f", [f for _, f in _OF_ONE], ids=[name for name, _ in _OF_ONE])
def test_of_one_argument(f: ArrayCallable) -> None:
    _assert_plain(f(Variable(X)), f(X))


@pytest.mark.parametrize("f", _OF_TWO, ids=lambda f: f.__name__)
def test_of_two_arguments(f: Callable[[Any, Any], Any]) -> None:
    for x, y in ((Variable(X), Variable(Y)), (Variable(X), Y), (X, Variable(Y))):
        _assert_plain(f(x, y), f(X, Y))


@pytest.mark.parametrize("f", _OF_TWO, ids=lambda f: f.__name__)
def test_of_an_argument_and_a_number(f: Callable[[Any, Any], Any]) -> None:
    _assert_plain(f(Variable(X), 1.5), f(X, 1.5))
    _assert_plain(f(1.5, Variable(X)), f(1.5, X))


@pytest.mark.parametrize("f", [np.bitwise_and, np.bitwise_or, np.bitwise_xor])
def test_of_bits(f: Callable[[Any, Any], Any]) -> None:
    m, n = np.array([True, False, True]), np.array([True, True, False])
    _assert_plain(f(Variable(m), n), f(m, n))


def test_inverting_bits() -> None:
    _assert_plain(np.invert(Variable(np.array([True, False]))), np.array([False, True]))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.where(x > 0, x, -x).sum(),
        lambda x: x.sum() if x[0] > x[1] else -x.sum(),
        lambda x: x[np.argsort(x)[-1]],
        lambda x: x[x.argmax()] + x[int(np.argmin(x))],
        lambda x: sum(element for element in x if element > 0),
        lambda x: np.sum(x * np.ones_like(x)),
        lambda x: np.sum(x) / np.size(x) / len(x),
        lambda x: x[0] if x.any() and bool(x[0]) else x[1],
    ],
)
def test_control_flow_in_a_differentiated_function(f: Callable[[Any], Any]) -> None:
    x = np.array([2.0, -3.0, 1.0])
    step = 1e-6 * np.eye(3)
    expected = [(f(x + h) - f(x - h)) / 2e-6 for h in step]
    np.testing.assert_allclose(grad(f)(x), expected, atol=1e-8)


_ZERO_DERIVATIVE: Final[tuple[Callable[[Any], Any], ...]] = (
    np.floor,
    np.ceil,
    np.rint,
    np.trunc,
    np.sign,
    lambda x: np.heaviside(x, 0.5),
    lambda x: np.floor_divide(x, 2.0),
    lambda x: np.floor_divide(2.0, x),
    lambda x: x // 1.5,
    lambda x: np.copysign(2.0, x),
    lambda x: 0 * x,
    lambda x: x**0,
)


@pytest.mark.parametrize("f", _ZERO_DERIVATIVE)
def test_zero_derivatives_are_zeros(f: Callable[[Any], Any]) -> None:
    x = np.array([1.3, -2.6, 0.4])
    g = grad(lambda x: np.sum(f(x)))(x)
    np.testing.assert_array_equal(g, np.zeros(3))
    assert g.dtype == np.float64
    assert type(g) is np.ndarray
    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x) * x))(x), f(x))


@pytest.mark.parametrize("name", ["zeros_like", "ones_like"])
def test_arrays_made_like_a_variable_are_writable(name: str) -> None:
    made: Array = getattr(np, name)(Variable(X))
    made[0] = 5.0
    assert made[0, 0] == 5.0


def test_what_is_one_thing_for_all_examples() -> None:
    with pytest.raises(EscapeError, match=r"np\.min_scalar_type of it"):
        vmap(np.min_scalar_type)(X)


def test_a_parameter_that_differs_between_the_examples() -> None:
    with pytest.raises(TypeError, match="atol= depends on what is batched or traced"):
        vmap(lambda x: np.isclose(x, 1.0, atol=x[0]))(X)
