"""Copies of large constants, which graphs share, are not handed out to callers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

import pydezero as dz

# Any in the results: NumPy's stubs know no Variable.
Floats: TypeAlias = NDArray[np.float64]

LARGE: Final = 10_000  # copies of large constants are shared between graphs


def _vjp(c: Floats) -> Any:
    return dz.vjp(lambda x: dz.vjp(lambda z: c, x)[0], 0 * c)[0]


def _vjp_of_constant(c: Floats) -> Any:
    return dz.vjp(lambda x: (c, x), 0 * c)[0][0]


def _jvp(c: Floats) -> Any:
    return dz.jvp(lambda x: dz.vjp(lambda z: c, x)[0], (0 * c,), (c,))[0]


def _linearize(c: Floats) -> Any:
    return dz.linearize(lambda x: dz.vjp(lambda z: c, x)[0], 0 * c)[0]


def _vmap(c: Floats) -> Any:
    return dz.vmap(lambda x: x)(c)


def _aux(c: Floats) -> Any:
    return dz.value_and_grad(lambda x: (np.sum(x), dz.vjp(lambda z: c, x)[0]), has_aux=True)(0 * c)[0][1]


@pytest.mark.parametrize("result_of", [_vjp, _vjp_of_constant, _jvp, _linearize, _vmap, _aux])
def test_a_result_is_not_the_copy_that_another_graph_keeps(result_of: Callable[[Floats], Any]) -> None:
    c = np.ones(LARGE)
    y = result_of(c)
    _, pull = dz.vjp(lambda x: x * c, 0 * c)
    y[:] = 7
    np.testing.assert_array_equal(pull(np.ones(LARGE))[0], np.ones(LARGE))


def test_a_cotangent_of_a_custom_rule_is_not_shared() -> None:
    g = np.ones(LARGE)
    f = dz.custom_vjp(lambda x: (np.sum(x), ()), lambda residual, t: (g,))(np.sum)
    x = np.zeros(LARGE)
    np.testing.assert_array_equal(dz.grad(lambda x: f(x) + f(x) + f(x))(x), np.full(LARGE, 3.0))
    np.testing.assert_array_equal(g, np.ones(LARGE))
