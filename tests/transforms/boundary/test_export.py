"""Large results are handed out without a copy where nobody else has them, and only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, gradients, jvp, vjp
from pydezero.core.ownership import owns_memory
from pydezero.tree import flatten
from tests.functions.case import Array

SIDE: Final = 100

_FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "itself": lambda x: x,
    "a view": lambda x: x.T,
    "needed by the rule": np.exp,
    "not needed": lambda x: x + x,
    "a view of what is needed": lambda x: np.exp(x)[::-1],
    "a view of what is not needed": lambda x: (x + x).T,
    "twice the same": lambda x: [x + x] * 2,
    "with a view of it": lambda x: _and_its_transpose(np.tanh(x)),
    "in a dict": lambda x: {"a": np.sin(x), "b": [x * x, "text"]},
    "a constant": lambda x: [x * 2, np.ones((SIDE, SIDE))],
}


def _and_its_transpose(x: Any) -> tuple[Any, Any]:
    return x, x.T


def _point() -> Array:
    return np.random.default_rng(0).uniform(0.5, 1.5, (SIDE, SIDE))


def _arrays(results: Any) -> list[Array]:
    return [leaf for leaf in flatten(results) if isinstance(leaf, np.ndarray)]


def _assert_own(arrays: list[Array], *others: Array) -> None:
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        assert not any(np.shares_memory(a, b) for b in (*arrays[:i], *others))


def _numbered(y: Any) -> Any:
    """A cotangent like y."""
    if isinstance(y, np.ndarray):
        return np.arange(float(y.size)).reshape(y.shape)
    if isinstance(y, dict):
        return {key: _numbered(part) for key, part in y.items()}
    return type(y)([_numbered(part) for part in y]) if isinstance(y, list | tuple) else y


@pytest.mark.parametrize("f", _FUNCTIONS.values(), ids=_FUNCTIONS.keys())
@pytest.mark.parametrize("read_only", [True, False])
def test_values_of_vjp(f: Callable[[Any], Any], read_only: bool) -> None:
    x = _point()
    x.flags.writeable = not read_only
    y, pullback = vjp(f, x)
    cotangent = _numbered(y)
    _assert_own(_arrays(y), x, *_arrays(cotangent))
    expected = pullback(cotangent)
    for a in _arrays(y):
        a[...] = np.nan
    again = pullback(cotangent)
    np.testing.assert_array_equal(again, expected)
    _assert_own([*expected, *again], x, *_arrays(y), *_arrays(cotangent))
    np.testing.assert_array_equal(x, _point())


@pytest.mark.parametrize("f", _FUNCTIONS.values(), ids=_FUNCTIONS.keys())
@pytest.mark.parametrize("read_only", [True, False])
def test_values_and_tangents_of_jvp(f: Callable[[Any], Any], read_only: bool) -> None:
    x, t = _point(), _point() - 1
    x.flags.writeable = t.flags.writeable = not read_only
    y, moved = jvp(f, (x,), (t,))
    _assert_own([*_arrays(y), *_arrays(moved)], x, t)
    expected, _ = vjp(f, x)
    for a, e in zip(_arrays(y), _arrays(expected), strict=True):
        np.testing.assert_array_equal(a, e)


@pytest.mark.parametrize("transform", [vjp, lambda f, x: jvp(f, (x,), (x,))])
def test_what_somebody_keeps_is_copied(transform: Callable[..., Any]) -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x + x)
        return kept[0]

    y, _ = transform(f, _point())
    y[...] = np.nan
    np.testing.assert_array_equal(kept[0]._value, 2 * _point())


def test_gradients_that_are_asked_for_twice() -> None:
    x = Variable(_point())
    y = x * x
    found = gradients(y, [x, y, x])
    _assert_own(list(found))
    np.testing.assert_array_equal(found[0], found[2])


def test_memory_of_its_own() -> None:
    x = np.ones((2, 3))
    assert owns_memory(x)
    all_of_it = np.ones((2, 3)).T
    assert owns_memory(all_of_it)
    assert not owns_memory(x.T)
    assert not owns_memory(np.ones((2, 3))[0])
    assert not owns_memory(np.broadcast_to(np.ones(3), (2, 3)))
    x.flags.writeable = False
    assert not owns_memory(x)
