"""Derivatives of activations and losses far out: both tails, single precision, and second order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import mpmath as mp
import numpy as np
import pytest

from pydezero import grad, jvp, nn

_POINTS: Final = np.array([-1e300, -1e160, -700.0, -38.0, -3.0, 0.3, 20.0, 38.0, 1e160])


def _logistic(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x)) if x > -1e4 else mp.mpf(0)


def _density(x: Any) -> Any:
    return _logistic(x) * _logistic(-x)


def _gelu(x: Any) -> Any:
    c = mp.sqrt(2 / mp.pi)
    u = 2 * c * (x + mp.mpf(0.044715) * x**3)
    return _logistic(u) + x * 2 * c * (1 + 3 * mp.mpf(0.044715) * x**2) * _density(u)


def _with_zero(x: Any) -> Any:
    return np.stack([x, np.zeros(x.shape, x.dtype)], axis=-1)


_SOFT: Final = np.array([0.25, 0.75])

# A function of logits, and its derivative in mpmath.
TAILS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "sigmoid": (nn.sigmoid, _density),
    "silu": (nn.silu, lambda x: _logistic(x) + x * _density(x)),
    "softplus": (nn.softplus, _logistic),
    "gelu": (lambda x: nn.gelu(x, approximate=True), _gelu),
    "softmax": (lambda x: nn.softmax(_with_zero(x))[..., 0], _density),
    "log_softmax": (lambda x: nn.log_softmax(_with_zero(x))[..., 0], lambda x: _logistic(-x)),
    "cross_entropy": (lambda x: nn.cross_entropy(_with_zero(x), np.zeros(x.shape, int)), lambda x: -_logistic(-x)),
    "cross_entropy of the other": (lambda x: nn.cross_entropy(_with_zero(x), np.ones(x.shape, int)), _logistic),
    "soft_cross_entropy": (
        lambda x: nn.soft_cross_entropy(_with_zero(x), np.broadcast_to(_SOFT, (*x.shape, 2))),
        lambda x: _logistic(x) - mp.mpf(0.25),
    ),
    "binary_cross_entropy of 1": (lambda x: nn.binary_cross_entropy(x, np.ones(x.shape)), lambda x: -_logistic(-x)),
    "binary_cross_entropy of 0": (lambda x: nn.binary_cross_entropy(x, np.zeros(x.shape)), _logistic),
    "binary_cross_entropy of 0.3": (
        lambda x: nn.binary_cross_entropy(x, np.full(x.shape, 0.3)),
        lambda x: _logistic(x) - mp.mpf(0.3),
    ),
}


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
@pytest.mark.parametrize("name", TAILS)
def test_tails(name: str, dtype: Any, tolerance: float) -> None:
    function, slope = TAILS[name]
    tiny = float(np.finfo(dtype).tiny)

    def f(x: Any) -> Any:
        return np.sum(function(x))

    gradient: Any = grad(f)
    with mp.workprec(1500), np.errstate(all="ignore"):
        for point in _POINTS[np.abs(_POINTS) < np.finfo(dtype).max]:
            x = np.array([point], dtype)
            at = mp.mpf(float(x[0]))
            step = mp.ldexp(abs(at), -300)
            first = float(slope(at))
            found = [gradient(x)[0], jvp(f, (x,), (np.ones_like(x),))[1]]
            np.testing.assert_allclose(found, first, tolerance, tiny, err_msg=f"at {point}")
            second = float((slope(at + step) - slope(at - step)) / (2 * step))
            found = [grad(lambda x: gradient(x).sum())(x)[0], jvp(gradient, (x,), (np.ones_like(x),))[1][0]]
            np.testing.assert_allclose(found, second, 100 * tolerance, tiny, err_msg=f"second order, at {point}")
