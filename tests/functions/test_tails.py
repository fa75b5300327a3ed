"""Derivatives far out where the tables of exact ones do not go: single precision, complex numbers, signs of zeros."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import mpmath as mp
import numpy as np
import pytest

from pydezero import grad, jvp, linearize, trace, value_and_grad, vjp, vmap
from pydezero.scipy import special

# Holomorphic functions, their derivatives, and points on either side of zero and far out.
_POINTS: Final = (1.3 + 0.4j, -0.7 + 2.1j, 30.0 - 1.5j, -30.0 + 0.3j, 1e-9 + 1e-9j, 2.0 - 40.0j)
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


def test_the_sign_of_a_complex_infinity() -> None:
    z = np.array([complex(-np.inf, 0), complex(1, np.inf), complex(np.inf, np.inf), 0, 3 + 4j])
    value, pullback = vjp(np.sign, z)
    np.testing.assert_allclose(value, np.sign(z), rtol=1e-15)
    np.testing.assert_allclose(pullback(np.ones(5, complex))[0], [0, 0, 0, 0, 0.128 + 0.096j], rtol=1e-14)


def _signed(x: Any, sign: float) -> Any:
    return -x if np.signbit(sign) else x


def _density(z: Any) -> Any:
    return mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)


@pytest.mark.parametrize(
    ("f", "slope", "z"),
    [
        (special.psi, lambda z: mp.psi(1, z), np.complex64(75.0 - 0.25j)),
        (special.psi, lambda z: mp.psi(1, z), 1e20 - 3e19j),
        (special.log_ndtr, lambda z: 2 * _density(z) / mp.erfc(-z / mp.sqrt(2)), 9.5 - 2.0j),
        (special.log_ndtr, lambda z: 2 * _density(z) / mp.erfc(-z / mp.sqrt(2)), 40.0 - 12.0j),
        (special.erf, lambda z: mp.mpf(0), 1e200 - 3e199j),
        (special.ndtr, lambda z: mp.mpf(0), np.complex64(3e30 - 1e30j)),
    ],
    ids=lambda x: str(x) if isinstance(x, complex | np.complexfloating) else "",
)
def test_complex_derivatives_where_a_power_or_an_exponential_overflows(
    f: Callable[[Any], Any], slope: Callable[[Any], Any], z: Any
) -> None:
    with mp.workprec(4000):
        right = complex(slope(mp.mpc(complex(z))))
    tolerance = 1e-10 if type(z) is complex else 1e-5
    np.testing.assert_allclose(grad(lambda z: np.real(f(z)))(z), right, rtol=tolerance)
    np.testing.assert_allclose(jvp(f, (z,), (1.0 + 0j,))[1], right, rtol=tolerance)


def _of_two_roots(z: Any) -> Any:
    return mp.sqrt(1 - z) * mp.sqrt(1 + z)


def _of_erfcx(z: Any) -> Any:
    return 2 * z * mp.exp(z * z) * mp.erfc(z) - 2 / mp.sqrt(mp.pi)


# On either side of the cuts along the axes, which the sign of a zero tells, near the diagonals, and far out.
_ON_AXES: Final = (0.7, -40.0, 40.0, -1e10, 1e160)
_BESIDE_CUTS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "arccos": (np.arccos, lambda z: -1 / _of_two_roots(z)),
    "arccosh": (np.arccosh, lambda z: 1 / (mp.sqrt(z - 1) * mp.sqrt(z + 1))),
    "arcsin": (np.arcsin, lambda z: 1 / _of_two_roots(z)),
    "arcsinh": (np.arcsinh, lambda z: 1 / _of_two_roots(1j * z)),
    "arctan": (np.arctan, lambda z: 1 / (1 + z * z)),
    "arctanh": (np.arctanh, lambda z: 1 / (1 - z * z)),
    "log": (np.log, lambda z: 1 / z),
    "sqrt": (np.sqrt, lambda z: 1 / (2 * mp.sqrt(z))),
    "power": (lambda z: z**1.5, lambda z: 1.5 * mp.sqrt(z)),
    "erfcx": (special.erfcx, _of_erfcx),
    "wofz": (special.wofz, lambda z: -1j * _of_erfcx(-1j * z)),
    "dawsn": (special.dawsn, lambda z: 1 - mp.sqrt(mp.pi) * z * mp.exp(-z * z) * mp.erfi(z)),
}


@pytest.mark.parametrize("name", _BESIDE_CUTS)
def test_complex_derivatives_beside_branch_cuts(name: str) -> None:
    f, slope = _BESIDE_CUTS[name]
    on_real_axis = [complex(x, y) for x in _ON_AXES for y in (0.0, -0.0)]
    on_imaginary_axis = [complex(y, x) for x in _ON_AXES for y in (0.0, -0.0)]
    z = np.array([*on_real_axis, *on_imaginary_axis, -20 + 19.9j, 20 - 19.7j, 3e200 - 4e199j])
    hair = mp.ldexp(1, -1200)
    with mp.workprec(2500), np.errstate(all="ignore"):
        z = z[np.isfinite(f(z)) & ((np.abs(z) < 1e12) | (name not in {"erfcx", "wofz", "dawsn"}))]
        beside = [mp.mpc(part.real or _signed(hair, part.real), part.imag or _signed(hair, part.imag)) for part in z]
        right = np.array([complex(slope(point)) for point in beside])
        found = [grad(lambda z: np.sum(np.real(f(z))))(z), jvp(f, (z,), (np.ones_like(z),))[1]]
    for derivative in found:
        np.testing.assert_array_less(np.abs(derivative - right), 1e-10 * np.abs(right) + 1e-300)


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


@pytest.mark.parametrize(
    ("f", "x", "right"),
    [
        (np.arctan, 1e200, 0.0),
        (np.arctan, np.float32(1e30), 0.0),
        (np.arctan, np.float16(300.0), 1 / 90001),
        (np.log10, 1e308, 1e-308 / math.log(10)),
        (np.log10, np.float16(60000.0), 1 / (60000 * math.log(10))),
        (np.tanh, complex(math.inf, 0), 0.0),
        (np.tanh, -1e308 + 0j, 0.0),
        (np.tan, 1e308j, 0.0),
        (special.erf, 1e200, 0.0),
        (special.erfc, np.float16(300.0), 0.0),
        (special.ndtr, -1e200, 0.0),
        (special.kolmogorov, 1e200, 0.0),
        (special.erfcx, np.float16(20.0), -0.0014052174534598014),
        (special.dawsn, np.float16(20.0), -0.001254717056146878),
        (special.beip, 5e-324, 0.5),
        (special.ellipe, np.float16(-60000.0), -0.0020411),
        (lambda x: special.fresnel(x)[0], np.float16(2.0), 0.0),
        (lambda x: special.owens_t(x, 1.0), 1e200, 0.0),
        (lambda x: special.owens_t(1.0, x), 1e200, 0.0),
        (lambda x: special.perm(x, 3.0), -1.0, 0.0),
        (lambda x: special.perm(2.0, x), 180.0, 0.0),
    ],
)
def test_nothing_overflows_on_the_way_to_a_derivative(f: Callable[[Any], Any], x: Any, right: float) -> None:
    one = np.ones_like(x)
    step = 6e-8 if isinstance(x, np.float16) else 0.0  # between the smallest numbers of half precision
    for found in (grad(lambda x: np.real(f(x)))(x), jvp(f, (x,), (one,))[1], linearize(f, x)[1](one)):
        np.testing.assert_allclose(found, right, rtol=2e-3, atol=step)


@pytest.mark.parametrize("z", [5e-324 + 0j, -1e-310j, np.complex64(8e-40), np.complex64(-6e-40 + 8e-40j)], ids=str)
def test_subnormal_complex_numbers_have_a_direction(z: Any) -> None:
    large = z * 2.0**100
    direction = large / abs(large)
    tolerance = 1e-5 if isinstance(z, np.complex64) else 1e-12
    one = np.ones_like(z)
    for found in (grad(np.abs)(z), trace(grad(np.abs))(z)(z), vmap(grad(np.abs))(np.stack([z, z]))[1]):
        np.testing.assert_allclose(found, np.conj(direction), rtol=tolerance)
    np.testing.assert_allclose(jvp(np.abs, (z,), (one,))[1], direction.real, rtol=tolerance, atol=1e-30)
    np.testing.assert_allclose(vjp(np.sign, z)[0], direction, rtol=tolerance)


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
