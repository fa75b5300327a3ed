"""Elementwise functions of one and of two arguments, at smooth points of them; their kinks are in `test_kinks`."""

from __future__ import annotations

from itertools import chain
from typing import Final

from tests.functions.case import (
    Argument,
    Case,
    above_one,
    any_case,
    case,
    complex_case,
    fractions,
    given,
    nonzero,
    positive,
    real,
    unit,
)

# Of one argument: each name with a domain, and whether it takes complex numbers.
_UNARY: Final = {
    "absolute": (nonzero, True),
    "arccos": (unit, True),
    "arccosh": (above_one, True),
    "arcsin": (unit, True),
    "arcsinh": (real, True),
    "arctan": (real, True),
    "arctanh": (unit, True),
    "cbrt": (nonzero, False),
    "ceil": (fractions, False),
    "conjugate": (real, True),
    "cos": (real, True),
    "cosh": (real, True),
    "deg2rad": (real, False),
    "exp": (real, True),
    "exp2": (real, True),
    "expm1": (real, True),
    "fabs": (nonzero, False),
    "floor": (fractions, False),
    "imag": (real, True),
    "log": (positive, True),
    "log10": (positive, True),
    "log1p": (unit, True),
    "log2": (positive, True),
    "negative": (real, True),
    "positive": (real, True),
    "rad2deg": (real, False),
    "real": (real, True),
    "reciprocal": (nonzero, True),
    "rint": (fractions, False),
    "sign": (nonzero, True),
    "sin": (real, True),
    "sinc": (real, True),
    "sinh": (real, True),
    "sqrt": (positive, True),
    "square": (real, True),
    "tan": (unit, True),
    "tanh": (real, True),
    "trunc": (fractions, False),
}

# Of two arguments: a domain for each.
_BINARY: Final = {
    "add": (real, real, True),
    "arctan2": (real, nonzero, False),
    "copysign": (nonzero, nonzero, False),
    "divide": (real, nonzero, True),
    "divmod": (fractions, above_one, False),
    "floor_divide": (fractions, above_one, False),
    "fmax": (real, nonzero, False),
    "fmin": (real, nonzero, False),
    "heaviside": (nonzero, real, False),
    "hypot": (real, nonzero, False),
    "logaddexp": (real, real, False),
    "logaddexp2": (real, real, False),
    "maximum": (real, nonzero, False),
    "minimum": (real, nonzero, False),
    "multiply": (real, real, True),
    "power": (positive, real, True),
    "remainder": (fractions, above_one, False),
    "subtract": (real, real, True),
}

# How the arguments of a function of two broadcast against each other.
_SHAPES: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((2, 3), (2, 3)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((3, 1), (1, 4)),
    ((3,), (2, 3)),
    ((2, 1, 2), (3, 1)),
    ((), ()),
    ((1,), (1, 1)),
)

_TWO_ARGUMENT_FUNCTIONS_OF_ONE_ARGUMENT: Final = (
    ("multiply x x", lambda m, x: m.multiply(x, x), real),
    ("divide x x*x+1", lambda m, x: m.divide(x, m.add(m.multiply(x, x), 1)), real),
    ("power x x", lambda m, x: m.power(x, x), positive),
    ("subtract x exp(x)", lambda m, x: m.subtract(x, m.exp(x)), real),
)


def _unary_cases() -> list[Case]:
    rows = []
    for name, (domain, is_complex) in _UNARY.items():
        row = any_case if is_complex else case
        for shape in ((2, 3), ()):
            rows += row(f"{name} {shape}", lambda m, x, name=name: getattr(m, name)(x), domain(*shape))
    return rows


def _binary_cases() -> list[Case]:
    rows = []
    for name, (x, y, is_complex) in _BINARY.items():
        row = any_case if is_complex else case
        for x_shape, y_shape in _SHAPES:
            rows += row(
                f"{name} {x_shape} {y_shape}",
                lambda m, x, y, name=name: getattr(m, name)(x, y),
                x(*x_shape),
                y(*y_shape),
            )
    return rows


def _numbers() -> list[Case]:
    """Python numbers on either side, and arrays of integers and booleans."""
    rows = []
    for name, (x, y, _) in _BINARY.items():
        rows += case(f"{name} x 1.5", lambda m, x, name=name: getattr(m, name)(x, 1.5), x(2, 3))
        rows += case(f"{name} 1.5 y", lambda m, y, name=name: getattr(m, name)(1.5, y), y(2, 3))
        rows += case(f"{name} x 3", lambda m, x, name=name: getattr(m, name)(x, 3), x(2, 3))
        rows += case(f"{name} 3 y", lambda m, y, name=name: getattr(m, name)(3, y), y(2, 3))
        rows += case(f"{name} x ints", lambda m, x, n, name=name: getattr(m, name)(x, n), x(2, 3), given([4, 5, 6]))
        rows += case(f"{name} list y", lambda m, y, name=name: getattr(m, name)([3.5, 4.5, 5.5], y), y(2, 3))
    return rows


def _exponents() -> list[Case]:
    rows = []
    for exponent in (0, 1, 2, 3, 4, 0.5, 2.0, 1.5, -1, -2, -0.5, 0.0, 1.0):
        domain = nonzero if float(exponent).is_integer() else positive
        rows += any_case(f"power exponent {exponent}", lambda m, x, n=exponent: m.power(x, n), domain(2, 3))
    for base in (2, 0.5, 1, 3.0):
        rows += any_case(f"power base {base}", lambda m, x, base=base: m.power(base, x), real(2, 3))
    rows += case(
        "power negative x to given integers", lambda m, x, n: m.power(x, n), nonzero(2, 4), given([0, 1, 2, 3])
    )
    rows += case(
        "power negative x to given floats", lambda m, x, n: m.power(x, n), nonzero(2, 3), given([0.0, 1.0, -2.0])
    )
    rows += complex_case("power x (1+2j)", lambda m, x: m.power(x, 1 + 2j), positive(2, 3))
    return rows


def _near(intervals: tuple[tuple[float, float], ...]) -> Argument:
    return Argument((5,), intervals)


def _sinc_cases() -> list[Case]:
    """Where the closed form of the derivative cancels, and on either side of where it takes over."""
    places = {
        "at 0": ((-1e-3, 1e-3),),
        "near 0": ((-0.1, 0.1),),
        "in between": ((-0.16, -0.14), (0.14, 0.16)),
        "at integers": ((0.99, 1.01), (1.99, 2.01)),
    }
    return list(
        chain.from_iterable(
            any_case(f"sinc {place}", lambda m, x: m.sinc(x), _near(at)) for place, at in places.items()
        )
    )


def _choice_cases() -> list[Case]:
    condition = given([[True, False, True], [False, False, True]])
    row = given([True, False, True])
    return [
        *any_case("where", lambda m, c, x, y: m.where(c, x, y), condition, real(2, 3), real(2, 3)),
        *any_case("where x broadcasts", lambda m, c, x, y: m.where(c, x, y), condition, real(3), real(2, 1)),
        *any_case("where condition broadcasts", lambda m, c, x, y: m.where(c, x, y), row, real(2, 3), real()),
        *any_case("where of scalars", lambda m, c, x, y: m.where(c, x, y), row, real(), real()),
        *any_case("where scalar condition", lambda m, x, y: m.where(True, x, y), real(2), real(2)),
        *any_case("where x 0", lambda m, c, x: m.where(c, x, 0), row, real(2, 3)),
        *any_case("where 0.0 y", lambda m, c, y: m.where(c, 0.0, y), row, real(2, 3)),
        *case("where by comparison", lambda m, x, y: m.where(x > y, x * y, x - y), real(3), nonzero(3)),
        *case("where of integers", lambda m, n, x, y: m.where(n, x, y), given([2, 0, -1]), real(3), real(3)),
        *case("clip", lambda m, x: m.clip(x, -1.0, 1.05), real(3, 3)),
        *case("clip no minimum", lambda m, x: m.clip(x, None, 1.05), real(3, 3)),
        *case("clip no maximum", lambda m, x: m.clip(x, -1.0, None), real(3, 3)),
        *case("clip integers", lambda m, x: m.clip(x, -1, 1), real(3, 4)),
        *case("clip scalar", lambda m, x: m.clip(x, -0.1, 0.1), nonzero()),
        *case("clip by arrays", lambda m, x, low, high: m.clip(x, low, high), real(3), unit(3), above_one(3)),
        *case("clip broadcasts", lambda m, x, low, high: m.clip(x, low, high), real(3, 1), unit(4), above_one()),
        *case("clip by given arrays", lambda m, x, low: m.clip(x, low, 1.9), real(2, 3), given([-1.0, 0.0, 1.0])),
    ]


ELEMENTWISE: Final = [
    *_unary_cases(),
    *_binary_cases(),
    *_numbers(),
    *_exponents(),
    *_sinc_cases(),
    *_choice_cases(),
    *chain.from_iterable(
        any_case(name, f, domain(2, 3)) for name, f, domain in _TWO_ARGUMENT_FUNCTIONS_OF_ONE_ARGUMENT
    ),
]
NAMES: Final = frozenset({*_UNARY, *_BINARY})
