"""Carlson's symmetric elliptic integrals.

They are integrals of t^q (t + x)^-p1 (t + y)^-p2 ... over t from 0 on (DLMF 19.16, https://dlmf.nist.gov/19.16), and so
are their derivatives, with other powers. Where SciPy has no function for these powers they are summed here by the
trapezoidal rule in log(t), in which the integrand is smooth: the error falls exponentially with the number of terms
(L. N. Trefethen and J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56, 2014). All
terms have the same sign, so that nothing cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.special.definition import TernaryFunction, elementwise
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

__all__ = [
    "elliprc",
    "elliprd",
    "elliprf",
    "elliprg",
    "elliprj",
]

# The power q of t, and those of t + x, t + y, t + z and t + w.
Powers: TypeAlias = tuple[float, float, float, float, float]

_STEP: Final = 0.2
_DIGITS: Final = 40.0  # terms below exp(-40) of the largest are left out
_AT_ONCE: Final = 1 << 18


class SymmetricFunction(Protocol):
    """A function of four arrays: a Variable among them gives a Variable."""

    __name__: str

    @overload
    def __call__(self, x: Variable, y: Operand, z: Operand, p: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: Variable, z: Operand, p: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, p: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, p: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...


def _integral(x: Array, y: Array, z: Array, w: Array, powers: Powers) -> Array:
    """The integral of t^q (t + x)^-p1 ... (t + w)^-p4 from 0 to infinity; nan where no method is known for it."""
    dtype = np.result_type(x, y, z, w)
    arrays = np.broadcast_arrays(
        *[np.asarray(a, np.complex128 if dtype.kind == "c" else np.float64) for a in (x, y, z, w)]
    )
    args = np.stack([a.ravel() for a in arrays])
    out = np.full(args.shape[1:], np.nan, args.dtype)
    known = np.all(np.isfinite(args), axis=0) & _is_known(args)
    chosen = np.flatnonzero(known)
    for start in range(0, chosen.size, _AT_ONCE >> 10):
        part = chosen[start : start + (_AT_ONCE >> 10)]
        with np.errstate(all="ignore"):  # as in SciPy's functions
            out[part] = _summed(args[:, part], powers)
    return np.reshape(out, arrays[0].shape).astype(dtype if dtype.kind in "fc" else np.float64)[()]


def _is_known(args: NDArray[Any]) -> Any:  # what NumPy gives for a condition
    """Whether all -args are away from a half-line from 0 on, by a right angle or more."""
    if args.dtype.kind != "c":
        return np.all(args >= 0, axis=0)
    angles = np.angle(args)
    spread = np.max(angles, axis=0) - np.min(angles, axis=0)
    return (spread <= np.pi) & np.all((args.real >= 0) | (args.imag != 0), axis=0)


def _summed(args: NDArray[Any], powers: Powers) -> NDArray[Any]:
    """The integrals for columns of arguments."""
    q, *ps = powers
    p = np.array(ps)[:, np.newaxis]
    used = (p != 0) & (args != 0)
    scale = np.max(np.where(p != 0, np.abs(args), 0), axis=0)
    left = q + 1 - np.sum(np.where((p != 0) & (args == 0), p, 0), axis=0)  # the power of t times the integrand near 0
    right = sum(ps) - q - 1
    converges = (left > 0) & (scale > 0)
    scale = np.where(converges, scale, 1)
    angle = np.zeros(scale.shape) if args.dtype.kind != "c" else _middle(np.angle(args), used)
    args = args / scale
    smallest = np.min(np.where(used, np.abs(args), 1), axis=0)
    is_normal = smallest >= np.finfo(np.float64).tiny  # or the ratio of two arguments underflows
    low = np.min(np.where(converges & is_normal, np.log(smallest) - _DIGITS / np.where(converges, left, 1), 0))
    s = np.arange(low, _DIGITS / right + _STEP, _STEP)[:, np.newaxis]
    s = s + 1j * angle if args.dtype.kind == "c" else s
    logs = (q + 1) * s
    t = np.exp(s)
    for a, power in zip(args, ps, strict=True):
        if power:
            logs = logs - power * np.log(t + a)
    total = _STEP * np.sum(np.exp(logs), axis=0) * scale**-right
    return np.where(converges, np.where(is_normal, total, np.nan), np.inf)


def _middle(angles: NDArray[np.float64], used: NDArray[np.bool]) -> NDArray[np.float64]:
    high = np.max(np.where(used, angles, -np.pi), axis=0)
    low = np.min(np.where(used, angles, np.pi), axis=0)
    return np.where(high >= low, (high + low) / 2, 0)


def _integral_rule(t: Array, xs: tuple[Array, ...], position: int, powers: Powers) -> Array:
    power = powers[position + 1]
    if not power:
        return np.zeros_like(t)
    more = list(powers)
    more[position + 1] += 1
    return t * (-power * bind(_integral_p, *xs, powers=tuple(more)))


_integral_p: Final[Elementwise] = define(
    Elementwise,
    "carlson_integral",
    _integral,
    lambda t, xs, powers: _integral_rule(t, xs, 0, powers),
    lambda t, xs, powers: _integral_rule(t, xs, 1, powers),
    lambda t, xs, powers: _integral_rule(t, xs, 2, powers),
    lambda t, xs, powers: _integral_rule(t, xs, 3, powers),
)


def carlson_integral(powers: Powers, *args: Array) -> Array:
    """The integral of t^q (t + x)^-p1 (t + y)^-p2 ... over t from 0 to infinity, of up to four arguments x, y, ..."""
    return bind(_integral_p, *args, *[1.0] * (4 - len(args)), powers=powers)


def _rc_rule_x(t: Array, x: Array, y: Array, out: Array) -> Array:
    a, b, beyond, below = _parts_of_rc(x, y)
    slope = -0.25 * carlson_integral((0.0, 1.5, 1.0, 0.0, 0.0), x, below)
    return t * np.where(beyond, 0.5 * (out - 1 / np.sqrt(a)) / (b - a), slope)


def _rc_rule_y(t: Array, x: Array, y: Array, out: Array) -> Array:
    a, b, beyond, below = _parts_of_rc(x, y)
    slope = -0.5 * carlson_integral((0.0, 0.5, 2.0, 0.0, 0.0), x, below)
    return t * np.where(beyond, 0.5 * (np.sqrt(a) / b - out) / (b - a), slope)


def _parts_of_rc(x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    """Where y < 0: there the integral over a pole has a principal value, and a closed form of x and y.

    Both are given with other numbers elsewhere, and y with other numbers there.
    """
    beyond = np.equal(np.imag(y), 0) & (np.real(y) < 0)
    return np.where(beyond, x, 1), np.where(beyond, y, -1), beyond, np.where(beyond, 1, y)


def _rd_rule(t: Array, x: Array, y: Array, z: Array, powers: tuple[float, float, float]) -> Array:
    return t * (-0.75 * carlson_integral((0.0, *powers, 0.0), x, y, z))


def _rj_rule(t: Array, xs: tuple[Array, ...], position: int) -> Array:
    *first, p = xs
    beyond = np.equal(np.imag(p), 0) & (np.real(p) < 0)
    powers = [0.0, 0.5, 0.5, 0.5, 1.0]
    factor = -1.5 * powers[position + 1]
    powers[position + 1] += 1
    slope = factor * carlson_integral((0.0, powers[1], powers[2], powers[3], powers[4]), *first, np.where(beyond, 1, p))
    return t * np.where(beyond, _principal_slope(first, np.where(beyond, p, -1), position), slope)


def _principal_slope(xs: Sequence[Array], p: Array, position: int) -> Array:
    """The derivative of the principal value that R_J is for p < 0.

    By x it follows from 1 / ((t + x) (t + p)) in partial fractions, and by p from those by x, as R_J is homogeneous of
    the degree -3/2 (DLMF 19.20.6).
    """
    value = special.elliprj(xs[0], xs[1], xs[2], p)
    if position < 3:
        x, y, z = xs[position], xs[position - 1], xs[position - 2]
        return 0.5 * (value - special.elliprd(y, z, x)) / (p - x)
    total = 1.5 * value
    for i, x in enumerate(xs):
        total = total + x * np.where(x == 0, 0, _principal_slope(xs, p, i))  # at x = 0 it may be infinite
    return -total / p


def _rg_rule(t: Array, x: Array, y: Array, z: Array) -> Array:
    return t * (0.125 * carlson_integral((1.0, 1.5, 0.5, 0.5, 0.0), x, y, z))


elliprc: BinaryFunction = elementwise(
    special.elliprc,
    {"x": _rc_rule_x, "y": _rc_rule_y},
    "Carlson's degenerate integral R_C(x, y), half that of (t + x)^(-1/2) (t + y)^(-1) over t > 0 (DLMF 19.16.6).",
)
elliprd: TernaryFunction = elementwise(
    special.elliprd,
    {
        "x": lambda t, x, y, z: _rd_rule(t, x, y, z, (1.5, 0.5, 1.5)),
        "y": lambda t, x, y, z: _rd_rule(t, x, y, z, (0.5, 1.5, 1.5)),
        "z": lambda t, x, y, z: 3 * _rd_rule(t, x, y, z, (0.5, 0.5, 2.5)),
    },
    "Carlson's integral R_D(x, y, z) = R_J(x, y, z, z), symmetric in x and y (DLMF 19.16.5).",
)
elliprf: TernaryFunction = elementwise(
    special.elliprf,
    {
        "x": lambda t, x, y, z: t * (special.elliprd(y, z, x) * (-1 / 6)),
        "y": lambda t, x, y, z: t * (special.elliprd(x, z, y) * (-1 / 6)),
        "z": lambda t, x, y, z: t * (special.elliprd(x, y, z) * (-1 / 6)),
    },
    "Carlson's first integral R_F(x, y, z), half that of ((t + x) (t + y) (t + z))^(-1/2) over t > 0 (DLMF 19.16.1).",
)
elliprg: TernaryFunction = elementwise(
    special.elliprg,
    {
        "x": lambda t, x, y, z: _rg_rule(t, x, y, z),
        "y": lambda t, x, y, z: _rg_rule(t, y, x, z),
        "z": lambda t, x, y, z: _rg_rule(t, z, x, y),
    },
    "Carlson's second integral R_G(x, y, z), symmetric, of which R_G(x, x, x) is sqrt(x) (DLMF 19.16.3).",
)
elliprj: SymmetricFunction = elementwise(
    special.elliprj,
    {
        "x": lambda t, xs: _rj_rule(t, xs, 0),
        "y": lambda t, xs: _rj_rule(t, xs, 1),
        "z": lambda t, xs: _rj_rule(t, xs, 2),
        "p": lambda t, xs: _rj_rule(t, xs, 3),
    },
    "Carlson's third integral R_J(x, y, z, p), symmetric in x, y and z (DLMF 19.16.2).",
)
