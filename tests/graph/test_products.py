"""A product in the reverse pass is written into what its node keeps, where nothing else refers to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import grad, jvp, value_and_grad, vjp
from pydezero.core.ownership import COUNTS

X: Final = np.linspace(0.1, 1.0, 10_000)

PROGRAMS: Final[dict[str, Callable[[Any], Any]]] = {
    "exponential of one": lambda x: np.sum(np.exp(np.exp(x))),
    "product": lambda x: np.sum(np.exp(x) * np.sin(x)),
    "used twice": lambda x: (lambda e: np.sum(e * np.sin(x)) + np.sum(e * e * x))(np.exp(x)),
    "logsumexp": lambda x: np.log(np.sum(np.exp(x - np.max(x)))) + np.max(x),
    "a branch before": lambda x: np.sum(np.exp(np.where(x > 0.5, np.exp(x) * x, np.sin(x)))),
    "a branch behind": lambda x: np.sum(np.where(x > 0.5, np.exp(x) * x, np.exp(-x) * np.sin(x))),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives(name: str) -> None:
    f = PROGRAMS[name]
    t = np.cos(X)
    found = grad(f)(X)
    np.testing.assert_allclose(found @ t, jvp(f, (X,), (t,))[1], rtol=1e-12)
    _, pull = vjp(f, X)
    for _ in range(2):
        np.testing.assert_array_equal(pull(1.0)[0], found)


def _address(x: Any) -> int:
    where: int = x.__array_interface__["data"][0]
    return where


@pytest.mark.skipif(not COUNTS, reason="the interpreter does not count references")
def test_the_memory_of_an_exponential_becomes_that_of_the_gradient() -> None:
    addresses = []

    def f(x: Any) -> Any:
        e = np.exp(x)
        addresses.append(_address(e._value))
        return np.sum(e)

    assert _address(grad(f)(X)) == addresses[0]


def test_what_somebody_else_refers_to_is_left_alone() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        e = np.exp(x)
        kept.append(e.data)
        return np.sum(e), e

    (_, aux), found = value_and_grad(f, has_aux=True)(X)
    found *= 7
    np.testing.assert_array_equal(kept[0], np.exp(X))
    np.testing.assert_array_equal(aux, np.exp(X))
