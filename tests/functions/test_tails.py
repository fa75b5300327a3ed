"""Derivatives far out where the tables of exact ones do not go: single precision, complex numbers, signs of zeros."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import mpmath as mp
import numpy as np
import pytest

from pydezero import grad, jvp, linearize, trace, value_and_grad, vjp, vmap

# Holomorphic functions, their derivatives, and points on either side of zero and far out.
_POINTS: Final = (1.3 + 0.4j, -0.7 + 2.1j, 30.0 - 1.5j, -30.0 + 0.3j, 1e-9 + 1e-9j)
_HOLOMORPHIC: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "arctan": (np.arctan, lambda z: 1 / (1 + z * z)),
    "arcsinh": (np.arcsinh, lambda z: 1 / mp.sqrt(1 + z * z)),
    "exp": (np.exp, mp.exp),
    "expm1": (np.expm1, mp.exp),
    "log": (np.log, lambda z: 1 / z),
    "sin": (np.sin, mp.cos),
    "sinc": (np.sinc, lambda z: (mp.cos(mp.pi * z) - mp.sin(mp.pi * z) / (mp.pi * z)) / z),
    "sinh": (np.sinh, mp.cosh),
    "sqrt": (np.sqrt, lambda z: 1 / (2 * mp.sqrt(z))),
    "tan": (np.tan, lambda z: 1 / mp.cos(z) ** 2),
    "tanh": (np.tanh, lambda z: 1 / mp.cosh(z) ** 2),
}


@pytest.mark.parametrize("name", _HOLOMORPHIC)
@pytest.mark.parametrize("z", _POINTS, ids=str)
def test_complex_derivatives(name: str, z: complex) -> None:
    f, slope = _HOLOMORPHIC[name]
    with mp.workprec(400):
        right = complex(slope(mp.mpmathify(z)))
    np.testing.assert_allclose(grad(lambda z: np.real(f(z)))(z), right, rtol=1e-10)
    np.testing.assert_allclose(jvp(f, (z,), (1.0 + 0j,))[1], right, rtol=1e-10)


@pytest.mark.parametrize(
    ("f", "x", "right"),
    [
        (np.tanh, 20.0, 4 * math.exp(-40)),
        (np.tanh, -40.0, 4 * math.exp(-80)),
        (np.expm1, -30.0, math.exp(-30)),
        (np.arcsinh, 1e30, 1e-30),
        (np.sinc, 1e6, 1e-6),
        (lambda x: np.hypot(x, 0 * x), 1e30, 1.0),
        (lambda x: np.arctan2(x, 1.0 + 0 * x), 1e15, 1e-30),
        (lambda x: np.logaddexp(x, 0 * x), -60.0, math.exp(-60)),
        (lambda x: np.logaddexp(x, x), 1e30, 1.0),
    ],
)
def test_single_precision(f: Callable[[Any], Any], x: float, right: float) -> None:
    found = grad(f)(np.float32(x))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, right, rtol=1e-5)


def test_tanh_far_out_does_not_warn() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.tanh(x))

    np.testing.assert_array_equal(grad(f)(np.array([-1e3, 1e300, np.inf])), [0, 0, 0])


@pytest.mark.parametrize("angle", [lambda x: np.arctan2(np.imag(x), np.real(x)), lambda x: np.arctan2(x.imag, x.real)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_angle_of_a_negative_real_number_is_pi(angle: Callable[[Any], Any], dtype: type[Any]) -> None:
    x = np.array(-1.0, dtype)

    def with_angle(y: Any) -> Any:
        return angle(x * y).real * y * y / 2

    values = [
        value_and_grad(angle)(x)[0],
        vjp(angle, x)[0],
        jvp(angle, (x,), (np.ones_like(x),))[0],
        linearize(angle, x)[0],
        vmap(angle)(np.stack([x, x]))[1],
        trace(angle)(x)(x),
        grad(grad(with_angle))(1.0) if np.isrealobj(x) else math.pi,
    ]
    np.testing.assert_allclose(values, math.pi, rtol=1e-6)
