"""NumPy's elementwise functions: their derivatives in mpmath, over their whole domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import mpmath as mp
import numpy as np

from tests.functions.exact import (
    ABOVE_MINUS_ONE,
    ABOVE_ONE,
    LINE,
    NONZERO,
    POSITIVE,
    SPARSE_LINE,
    UNIT,
    Exact,
    Floats,
    Number,
    Slope,
    within,
)

_FRACTIONS: Final = np.array([-1e5 - 0.25, -2.3, -0.7, -1e-9, -1e-300, 1e-300, 1e-9, 0.7, 2.3, 1e5 + 0.25])


# A power is not compared where it is infinite, or less than the least number.
_BASES: Final = np.array([1e-300, 1e-20, 1e-3, 0.7, 0.999, 1.0, 1.5, 20.0, 1e5, 1e160, 1e300])
_EXPONENTS: Final = np.array([-745.5, -20.0, -3.0, -1.5, -0.1, -1e-20, 0.0, 1e-20, 0.1, 1.0, 1.5, 3.0, 20.0, 730.0])
_FEW: Final = np.array([-1e300, -730.0, -38.0, -1.5, -0.1, -1e-20, 0.0, 1e-6, 0.7, 3.0, 20.0, 730.0, 1e5, 1e17, 1e300])


def _overflows(x: Floats, y: Floats) -> Any:
    return np.abs(y * np.log(x)) + 2 * np.abs(np.log(x)) > 700


def of_one(slope: Slope, points: Floats) -> Exact:
    return Exact((slope,), (points,))


def of_two(x_slope: Slope, y_slope: Slope, x: Floats, y: Floats, except_at: Callable[..., Any] | None = None) -> Exact:
    return Exact((x_slope, y_slope), (x, y), except_at=except_at)


def _zero(*xs: Number) -> Number:
    return mp.mpf(0)


def _one(*xs: Number) -> Number:
    return mp.mpf(1)


def _sinc(x: Number) -> Number:
    return (mp.cos(mp.pi * x) - mp.sin(mp.pi * x) / (mp.pi * x)) / x if x else mp.mpf(0)


def _square_of_distance(x: Number, y: Number) -> Number:
    return x * x + y * y


def _share(x: Number, y: Number, base: Number) -> Number:
    """base ** x / (base ** x + base ** y)."""
    if abs(x - y) > 1e4:
        return mp.mpf(x > y)
    with mp.workprec(mp.mp.prec + 2000):  # for the distance from 1
        return 1 / (1 + mp.exp((y - x) * mp.log(base)))


def _power_in_y(x: Number, y: Number) -> Number:
    return mp.power(x, y) * mp.log(x)


def _both_zero(x: Floats, y: Floats) -> Any:
    return (x == 0) & (y == 0)


def _equal(x: Floats, y: Floats) -> Any:
    return x == y


_STEPS: Final = {
    name: of_one(_zero, _FRACTIONS) for name in ("ceil", "floor", "rint", "sign", "spacing", "trunc", "round")
}
_UNARY: Final = {
    "absolute": of_one(mp.sign, NONZERO),
    "arccos": of_one(lambda x: -1 / mp.sqrt((1 - x) * (1 + x)), UNIT),
    "arccosh": of_one(lambda x: 1 / mp.sqrt((x - 1) * (x + 1)), ABOVE_ONE),
    "arcsin": of_one(lambda x: 1 / mp.sqrt((1 - x) * (1 + x)), UNIT),
    "arcsinh": of_one(lambda x: 1 / mp.sqrt(1 + x * x), LINE),
    "arctan": Exact(
        (lambda x: 1 / (1 + x * x),),
        (LINE,),
        second_points=(within(-1e76, 1e76),),
        reason="beyond, the square of the first derivative underflows",
    ),
    "arctanh": of_one(lambda x: 1 / ((1 - x) * (1 + x)), UNIT),
    "cbrt": of_one(lambda x: 1 / (3 * mp.cbrt(x * x)), NONZERO),
    "conjugate": of_one(_one, LINE),
    "cos": of_one(lambda x: -mp.sin(x), LINE),
    "cosh": of_one(mp.sinh, LINE),
    "deg2rad": of_one(lambda x: mp.pi / 180, LINE),
    "exp": of_one(mp.exp, LINE),
    "exp2": of_one(lambda x: mp.power(2, x) * mp.log(2), LINE),
    "expm1": of_one(mp.exp, LINE),
    "fabs": of_one(mp.sign, NONZERO),
    "i0": of_one(lambda x: mp.besseli(1, x), within(-720, 720)),
    "imag": of_one(_zero, LINE),
    "log": of_one(lambda x: 1 / x, POSITIVE),
    "log10": of_one(lambda x: 1 / (x * mp.log(10)), POSITIVE),
    "log1p": of_one(lambda x: 1 / (1 + x), ABOVE_MINUS_ONE),
    "log2": of_one(lambda x: 1 / (x * mp.log(2)), POSITIVE),
    "negative": of_one(lambda x: mp.mpf(-1), LINE),
    "positive": of_one(_one, LINE),
    "rad2deg": of_one(lambda x: 180 / mp.pi, LINE),
    "real": of_one(_one, LINE),
    "reciprocal": of_one(lambda x: -1 / (x * x), NONZERO),
    "sin": of_one(mp.cos, LINE),
    "sinc": of_one(_sinc, LINE),
    "sinh": of_one(mp.cosh, LINE),
    "sqrt": of_one(lambda x: 1 / (2 * mp.sqrt(x)), POSITIVE),
    "square": of_one(lambda x: 2 * x, LINE),
    "tan": of_one(lambda x: 1 / mp.cos(x) ** 2, LINE),
    "tanh": of_one(lambda x: 1 / mp.cosh(x) ** 2, LINE),
}
_BINARY: Final = {
    "add": of_two(_one, _one, SPARSE_LINE, SPARSE_LINE),
    "arctan2": of_two(
        lambda x, y: y / _square_of_distance(x, y),
        lambda x, y: -x / _square_of_distance(x, y),
        SPARSE_LINE,
        SPARSE_LINE,
        _both_zero,
    ),
    "copysign": of_two(lambda x, y: mp.sign(x) * mp.sign(y), _zero, NONZERO[::9], NONZERO[::9]),
    "divide": of_two(lambda x, y: 1 / y, lambda x, y: -x / y / y, SPARSE_LINE, NONZERO[::4]),
    "float_power": of_two(lambda x, y: y * mp.power(x, y - 1), _power_in_y, _BASES, _EXPONENTS, _overflows),
    "floor_divide": of_two(_zero, _zero, _FRACTIONS, _FRACTIONS, _equal),
    "fmax": of_two(lambda x, y: x > y, lambda x, y: x < y, SPARSE_LINE, SPARSE_LINE, _equal),
    "fmin": of_two(lambda x, y: x < y, lambda x, y: x > y, SPARSE_LINE, SPARSE_LINE, _equal),
    "fmod": of_two(
        _one, lambda x, y: -mp.sign(x) * mp.sign(y) * mp.floor(abs(x / y)), _FRACTIONS[2:], np.array([-3.7, 0.37, 1e4])
    ),
    "heaviside": of_two(_zero, _zero, NONZERO[::9], LINE[::9]),
    "hypot": of_two(
        lambda x, y: x / mp.sqrt(_square_of_distance(x, y)),
        lambda x, y: y / mp.sqrt(_square_of_distance(x, y)),
        SPARSE_LINE,
        SPARSE_LINE,
        _both_zero,
    ),
    "logaddexp": of_two(lambda x, y: _share(x, y, mp.e), lambda x, y: _share(y, x, mp.e), _FEW, _FEW),
    "logaddexp2": of_two(lambda x, y: _share(x, y, 2), lambda x, y: _share(y, x, mp.mpf(2)), _FEW, _FEW),
    "maximum": of_two(lambda x, y: x > y, lambda x, y: x < y, SPARSE_LINE, SPARSE_LINE, _equal),
    "minimum": of_two(lambda x, y: x < y, lambda x, y: x > y, SPARSE_LINE, SPARSE_LINE, _equal),
    "multiply": of_two(lambda x, y: y, lambda x, y: x, SPARSE_LINE, SPARSE_LINE),
    "nextafter": of_two(_one, _zero, SPARSE_LINE, SPARSE_LINE, _equal),
    "power": of_two(lambda x, y: y * mp.power(x, y - 1), _power_in_y, _BASES, _EXPONENTS, _overflows),
    "remainder": of_two(_one, lambda x, y: -mp.floor(x / y), _FRACTIONS, np.array([-3.7, 0.37, 1e4])),
    "subtract": of_two(_one, lambda x, y: mp.mpf(-1), SPARSE_LINE, SPARSE_LINE),
}
EXACT: Final[dict[str, Exact]] = {**_STEPS, **_UNARY, **_BINARY}

# Of what is defined in the modules of elementwise functions, that which has no row.
NO_ROW: Final = {
    "angle": "of a real number it is a step; of a complex one see test_angles",
    "clip": "a maximum and a minimum",
    "divmod": "the pair of floor_divide and remainder",
    "frexp": "ldexp by an exponent that is not differentiated",
    "ldexp": "a product with a power of 2",
    "modf": "the derivatives are 1 and 0",
    "nan_to_num": "a choice",
    "real_if_close": "the argument, or a part of it",
    "unwrap": "the argument, and a constant",
}
