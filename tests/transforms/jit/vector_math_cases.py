"""Points of each function's domain, its exact values by mpmath, and its errors in units of the last place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Generator = np.random.Generator
Points = Callable[[Generator, int], Floats]

DIGITS: Final = 40


def uniform(low: float, high: float) -> Points:
    """Points that lie evenly."""
    return lambda rng, count: rng.uniform(low, high, count)


def sizes(low: float, high: float, *, signed: bool = True) -> Points:
    """Points of all sizes from 2 ** low to 2 ** high."""

    def points(rng: Generator, count: int) -> Floats:
        size = np.exp2(rng.uniform(low, high, count) + 1e-9)
        return np.asarray(size * rng.choice([-1.0, 1.0], count) if signed else size)

    return points


def about(*centers: float) -> Points:
    """Points at all distances from some."""

    def points(rng: Generator, count: int) -> Floats:
        center = rng.choice(np.array(centers), count)
        return np.asarray(center + center * rng.choice([-1.0, 1.0], count) * np.exp2(rng.uniform(-52, -2, count)))

    return points


def near_multiples(step: float, largest: float) -> Points:
    """The floats next to multiples of a number."""
    return lambda rng, count: np.rint(np.exp2(rng.uniform(0, np.log2(largest / step), count))) * step


_ANY: Final = sizes(-1074, 1023.9)
_POSITIVE: Final = (sizes(-1074, 1023.9, signed=False), uniform(0.5, 2), about(1.0))
_TRIGONOMETRIC: Final = (uniform(-7, 7), sizes(-1074, 40), near_multiples(np.pi / 2, 1e12))
_WITHIN_ONE: Final = (sizes(-1074, 0), uniform(-1, 1))

UNARY: Final[Mapping[str, tuple[Callable[[Any], Any], tuple[Points, ...]]]] = {
    "exp": (mp.exp, (uniform(-746, 710), uniform(-2, 2), sizes(-1074, 9))),
    "exp2": (lambda x: mp.mpf(2) ** x, (uniform(-1075, 1024), uniform(-2, 2), sizes(-1074, 9))),
    "expm1": (mp.expm1, (uniform(-60, 710), uniform(-2, 2), sizes(-1074, 9))),
    "log": (mp.log, _POSITIVE),
    "log2": (lambda x: mp.log(x) / mp.log(2), _POSITIVE),
    "log10": (mp.log10, _POSITIVE),
    "log1p": (mp.log1p, (*_POSITIVE, uniform(-1, 2), sizes(-1074, 0))),
    "sin": (mp.sin, _TRIGONOMETRIC),
    "cos": (mp.cos, _TRIGONOMETRIC),
    "tan": (mp.tan, _TRIGONOMETRIC),
    "arcsin": (mp.asin, _WITHIN_ONE),
    "arccos": (mp.acos, _WITHIN_ONE),
    "arctan": (mp.atan, (_ANY, uniform(-4, 4))),
    "sinh": (mp.sinh, (uniform(-710.4, 710.4), uniform(-2, 2), sizes(-1074, 9))),
    "cosh": (mp.cosh, (uniform(-710.4, 710.4), uniform(-2, 2))),
    "tanh": (mp.tanh, (uniform(-22, 22), uniform(-2, 2), sizes(-1074, 9))),
    "arcsinh": (mp.asinh, (_ANY, uniform(-4, 4))),
    "arccosh": (
        mp.acosh,
        (sizes(0, 1023.9, signed=False), uniform(1, 3), lambda *a: 1 + sizes(-52, 0, signed=False)(*a)),
    ),
    "arctanh": (mp.atanh, _WITHIN_ONE),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), (_ANY, uniform(-8, 8))),
    "erf": (mp.erf, (uniform(-7, 7), sizes(-1074, 3))),
    "erfc": (mp.erfc, (uniform(-7, 27.3), uniform(-2, 2))),
    "expit": (lambda x: 1 / (1 + mp.exp(-x)), (uniform(-745, 40), uniform(-4, 4), sizes(-1074, 5))),
    "log_expit": (lambda x: -mp.log1p(mp.exp(-x)), (uniform(-40, 745), uniform(-4, 4), sizes(-1074, 9))),
    "gammaln": (
        mp.loggamma,
        (uniform(0, 10), sizes(-1074, 1013, signed=False), about(1.0, 2.0)),
    ),
    "digamma": (mp.digamma, (uniform(0, 10), sizes(-1000, 1023, signed=False), about(1.4616321449683622))),
}
"""The functions of one argument: exactly, and the points to try."""

BINARY: Final[Mapping[str, tuple[Callable[[Any, Any], Any], tuple[tuple[Points, Points], ...]]]] = {
    "arctan2": (mp.atan2, ((_ANY, _ANY), (uniform(-2, 2), uniform(-2, 2)))),
    "power": (
        lambda x, y: mp.mpf(x) ** y,
        (
            (sizes(-1074, 1023.9, signed=False), uniform(-1, 1)),
            (uniform(0.5, 2), uniform(-700, 700)),
            (about(1.0), sizes(0, 50)),
            (uniform(-10, 10), lambda rng, count: rng.integers(-300, 300, count).astype(np.float64)),
        ),
    ),
    "logaddexp": (
        lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y))),
        ((uniform(-700, 700), uniform(-700, 700)), (uniform(-2, 2), uniform(-2, 2)), (_ANY, _ANY)),
    ),
    "hypot": (mp.hypot, ((_ANY, _ANY), (uniform(-2, 2), uniform(-2, 2)))),
}
"""The functions of two arguments."""

BOUNDS: Final = {"power": 4.0}
"""How many units of the last place a result may be off; 2 if not told."""

ABSOLUTE: Final = {"logaddexp": 8e-18}
"""What a result may be off besides: logaddexp passes through 0 between large terms."""


def points(name: str, count: int) -> tuple[Floats, ...]:
    """The arguments to try a function with, about `count` of them."""
    rng = np.random.default_rng(sum(name.encode()))
    if name in UNARY:
        kinds = UNARY[name][1]
        x = np.concatenate([kind(rng, count // len(kinds)) for kind in kinds])
        # What rounding has moved out of the domain.
        return (np.clip(x, -1, 1),) if name in ("arcsin", "arccos", "arctanh") else (x,)
    pairs = BINARY[name][1]
    parts = [[kind(rng, count // len(pairs)) for kind in pair] for pair in pairs]
    return tuple(np.concatenate([part[i] for part in parts]) for i in range(2))


def exact(name: str, arguments: tuple[Floats, ...]) -> tuple[Floats, Floats]:
    """The values of a function, rounded, and what rounding has lost."""
    function: Callable[..., Any] = UNARY[name][0] if name in UNARY else BINARY[name][0]
    with mp.workdps(DIGITS):
        pairs = [
            _rounded(function(*[mp.mpf(x) for x in xs])) for xs in zip(*[a.tolist() for a in arguments], strict=True)
        ]
    values, lost = np.array(pairs).T
    return values, lost


def _rounded(value: Any) -> tuple[float, float]:
    value = mp.re(value)
    if not mp.isfinite(value):
        return float(value), 0.0
    high = float(value)
    return (high, 0.0) if np.isinf(high) else (high, float(value - mp.mpf(high)))


def ulps(found: Floats, values: Floats, lost: Floats) -> Floats:
    """The errors in units of the last place of the exact value; of equal infinities 0."""
    with np.errstate(invalid="ignore"):
        errors = np.abs((found - values) - lost) / np.spacing(np.abs(values))
    return np.where((found == values) & np.isinf(values), 0.0, errors)
