"""Elliptic integrals, the arithmetic-geometric mean and Voigt's profile: their derivatives in mpmath."""

from __future__ import annotations

from typing import Final

import mpmath as mp
import numpy as np

from tests.functions.exact import Exact, Number


def _rc(x: Number, y: Number) -> tuple[Number, Number]:
    """The derivatives of R_C: the first in closed form, the second by homogeneity."""
    value = mp.elliprc(x, y)
    first = (value - 1 / mp.sqrt(x)) / (2 * (y - x))
    return first, (-value / 2 - x * first) / y


def _rd(x: Number, y: Number, z: Number) -> tuple[Number, Number, Number]:
    """The derivatives of R_D: each of the first two is a difference of two of its values."""
    value = mp.elliprd(x, y, z)
    first, second = (mp.elliprd(y, z, x) - value) / (2 * (x - z)), (mp.elliprd(x, z, y) - value) / (2 * (y - z))
    return first, second, (-3 * value / 2 - x * first - y * second) / z


def _principal_value(*xs: Number, p: Number) -> Number:
    """R_J for p < 0 by DLMF 19.20.14; mpmath takes an integral there, a hundred times as slowly."""
    x, y, z = sorted(xs)
    end = (z * (x + y - p) - x * y) / (z - p)
    product = x * y - end * p
    of_poles = 3 * mp.sqrt(x * y * z / product) * mp.elliprc(product, -end * p)
    return ((end - z) * mp.elliprj(x, y, z, end) - 3 * mp.elliprf(x, y, z) + of_poles) / (z - p)


def _rj(*args: Number) -> tuple[Number, ...]:
    """The derivatives of R_J: those of the symmetric arguments are differences from values of R_D."""
    *xs, p = args
    value = mp.elliprj(*args) if p > 0 else _principal_value(*xs, p=p)
    slopes = [(mp.elliprd(xs[i - 1], xs[i - 2], x) - value) / (2 * (x - p)) for i, x in enumerate(xs)]
    return *slopes, (-3 * value / 2 - sum(x * slope for x, slope in zip(xs, slopes, strict=True))) / p


def _rg(x: Number, y: Number, z: Number) -> Number:
    """The derivative of R_G in its first argument."""
    return (mp.elliprf(x, y, z) - x * mp.elliprd(y, z, x) / 3) / 4


def _f_in_m(phi: Number, m: Number) -> Number:
    """The derivative in m of the integral of the first kind, of which mpmath has the one of the second kind."""
    if not m:
        return phi / 4 - mp.sin(2 * phi) / 8
    delta = mp.sqrt(1 - m * mp.sin(phi) ** 2)
    both = mp.ellipe(phi, m) / (1 - m) - mp.ellipf(phi, m)
    return (both - m * mp.sin(2 * phi) / (2 * (1 - m) * delta)) / (2 * m)


def _e_in_m(phi: Number, m: Number) -> Number:
    if not m:
        return mp.sin(2 * phi) / 8 - phi / 4
    return (mp.ellipe(phi, m) - mp.ellipf(phi, m)) / (2 * m)


def _agm(a: Number, b: Number) -> Number:
    value = mp.agm(a, b)
    return 2 / (3 * mp.pi) * value**2 * a * mp.elliprd(0, b * b, a * a)


def _voigt(x: Number, s: Number, g: Number) -> tuple[Number, Number, Number]:
    z = (x + 1j * g) / (mp.sqrt(2) * s)
    w = mp.exp(-z * z) * mp.erfc(-1j * z)
    slope = 2j / mp.sqrt(mp.pi) - 2 * z * w
    in_x = slope / (2 * mp.sqrt(mp.pi) * s * s)
    in_s = -(mp.re(w) / s + mp.re(slope * z) / s) / (s * mp.sqrt(2 * mp.pi))
    return mp.re(in_x), in_s, -mp.im(in_x)


_X: Final = np.array([1e-5, 1.4, 30.0])
_Y: Final = np.array([2e-7, 1.5, 70.0])
_Z: Final = np.array([1e-6, 0.9])
_PHI: Final = np.array([-7.0, 1e-5, 0.6, 1.5, 30.0])
_M: Final = np.array([-1e6, 0.0, 1e-9, 0.999999])
_FEW: Final = _X[1:], _Y[:2], _Z[1:]

ELLIPTIC: Final[dict[str, Exact]] = {
    "agm": Exact((_agm, lambda a, b: _agm(b, a)), (_X, _Y)),
    "ellipeinc": Exact((lambda phi, m: mp.sqrt(1 - m * mp.sin(phi) ** 2), _e_in_m), (_PHI, _M)),
    "ellipkinc": Exact((lambda phi, m: 1 / mp.sqrt(1 - m * mp.sin(phi) ** 2), _f_in_m), (_PHI, _M)),
    "elliprc": Exact(
        (lambda x, y: _rc(x, y)[0], lambda x, y: _rc(x, y)[1]),
        (_X, np.array([-3.0, -1e-5, 2e-20, 1e-5 + 1e-12, 1.4 + 1e-9, 1e40])),
    ),
    "elliprd": Exact(
        (lambda *x: _rd(*x)[0], lambda *x: _rd(*x)[1], lambda *x: _rd(*x)[2]), (_X, _Y, _Z), second_points=_FEW
    ),
    "elliprf": Exact(
        (
            lambda x, y, z: -mp.elliprd(y, z, x) / 6,
            lambda x, y, z: -mp.elliprd(x, z, y) / 6,
            lambda x, y, z: -mp.elliprd(x, y, z) / 6,
        ),
        (_X, _Y, _Z),
        second_points=_FEW,
    ),
    "elliprg": Exact(
        (lambda x, y, z: _rg(x, y, z), lambda x, y, z: _rg(y, x, z), lambda x, y, z: _rg(z, x, y)),
        (_X, _Y, _Z),
        second_points=_FEW,
    ),
    "elliprj": Exact(
        (lambda *x: _rj(*x)[0], lambda *x: _rj(*x)[1], lambda *x: _rj(*x)[2], lambda *x: _rj(*x)[3]),
        (_X[1:], _Y[1:], _Z[1:], np.array([-0.7, 1e-3, 0.7, 5.0])),
        second_points=(_X[1:2], _Y[1:2], _Z[1:], np.array([-0.7, 0.7, 5.0])),
    ),
    "voigt_profile": Exact(
        (lambda *x: _voigt(*x)[0], lambda *x: _voigt(*x)[1], lambda *x: _voigt(*x)[2]),
        (np.array([-300.0, -2.0, 0.0, 8.0, 20.0]), np.array([1e-2, 0.6, 3.0]), np.array([1e-3, 20.0])),
        second_points=(np.array([-2.0, 0.0, 0.4]), np.array([0.6]), np.array([1e-3, 0.7])),
    ),
}
