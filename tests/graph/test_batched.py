"""A batch of cotangents through elementwise operations, which is the pullback of one cotangent after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import hessian, jacfwd, jacrev, jvp, vjp, vmap

_rng: Final = np.random.default_rng(0)
X: Final = _rng.uniform(0.3, 0.9, (3, 4))
_row: Final = _rng.uniform(0.3, 0.9, 4)
_column: Final = _rng.uniform(0.3, 0.9, (3, 1))

# Any: NumPy's stubs know no Variable.
_FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "products": lambda x: x * _row * _column + np.square(x) * np.square(np.sum(x, 0)),
    "differences": lambda x: _row - x - _column * x - (-(-x - x) - x),
    "numbers": lambda x: 2 * x - 3 / x + (1 - x) ** 3,
    "quotients": lambda x: _row / x / _column + x**_row * _row**x,
    "kinks": lambda x: np.maximum(x, _row) * np.abs(x - 0.5),
    "choices": lambda x: np.where(x > 0.5, np.log(np.where(x > 0.5, x - 0.5, 1)), x * _row),
    "of no axes": lambda x: np.sum(x) * np.sin(np.sum(x * x)),
    "complex inside": lambda x: np.abs(np.exp(1j * x) * (x + 2j)) + np.real(x * 1j * np.conj(x * (1 + 1j))),
    "slices": lambda x: x[1:] * x[:-1] - x[:-1] ** 2 + x[()][1:],
    "norms": lambda x: np.linalg.norm(x, axis=0) ** 2 + np.linalg.norm(x) ** 3,
}


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_jacobians_by_rows(name: str) -> None:
    f = _FUNCTIONS[name]
    found = np.asarray(jacrev(f)(X))
    y, pullback = vjp(f, X)
    y = np.asarray(y)
    rows = [pullback(unit.reshape(y.shape))[0] for unit in np.eye(y.size)]
    np.testing.assert_allclose(found, np.reshape(rows, found.shape), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(found, jacfwd(f)(X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_hessians(name: str) -> None:
    def total(x: Any) -> Any:
        return np.sum(_FUNCTIONS[name](x))

    direction = np.ones_like(X)
    once = jvp(lambda x: np.sum(jvp(total, (x,), (direction,))[1]), (X,), (direction,))[1]
    np.testing.assert_allclose(np.sum(hessian(total)(X)), once, rtol=1e-10)


def test_a_cotangent_that_is_passed_on_is_not_written_into() -> None:
    x = np.linspace(0.5, 1.0, 20_000)  # so large that NumPy adds up in the memory of what a rule gives
    _, pullback = vjp(lambda x: (x * x - x, x), x)
    cotangents = np.ones((4, x.size))
    found = vmap(lambda g: pullback((g, g))[0])(cotangents)
    np.testing.assert_array_equal(cotangents, 1)
    np.testing.assert_allclose(found, np.broadcast_to(2 * x, found.shape))
