"""Floating-point numbers as such, phases, stacked vectors and matrices, and the Bessel function."""

from __future__ import annotations

from typing import Final

import numpy as np

from tests.functions.case import (
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
)


def _elementwise() -> list[Case]:
    return [
        *any_case("float_power", lambda m, x, y: m.float_power(x, y), positive(2, 3), real(2, 3)),
        *case("float_power broadcasts", lambda m, x, y: m.float_power(x, y), positive(3, 1), real(2)),
        *any_case("float_power x 2", lambda m, x: m.float_power(x, 2), nonzero(2, 3)),
        *case("float_power 3 y", lambda m, y: m.float_power(3, y), real(3)),
        *case("float_power x list", lambda m, x: m.float_power(x, [2, -1, 0.5]), positive(2, 3)),
        *case("fmod", lambda m, x, y: m.fmod(x, y), fractions(2, 3), above_one(2, 3)),
        *case("fmod broadcasts", lambda m, x, y: m.fmod(x, y), fractions(3, 1), above_one(2)),
        *case("fmod x -1.5", lambda m, x: m.fmod(x, -1.5), fractions(3)),
        *case("fmod -7.5 y", lambda m, y: m.fmod(-7.5, y), above_one()),
        *case("frexp", lambda m, x: m.frexp(x)[0], fractions(2, 3)),
        *case("frexp scalar", lambda m, x: m.frexp(x)[0], fractions()),
        *case("frexp and ldexp", lambda m, x: (lambda a, n: m.ldexp(a * a, n))(*m.frexp(x)), fractions(5)),
        *case("ldexp", lambda m, x, n: m.ldexp(x, n), real(2, 3), given([3, 0, -2])),
        *case("ldexp broadcasts", lambda m, x: m.ldexp(x, [[1], [-1]]), real(3)),
        *case("ldexp scalar", lambda m, x: m.ldexp(x, 2), real()),
        *case("modf", lambda m, x: m.modf(x), fractions(2, 3)),
        *case("modf scalar", lambda m, x: m.modf(x), fractions()),
        *case("nextafter", lambda m, x, y: m.nextafter(x, y), real(2, 3), nonzero(3)),
        *case("nextafter x 9.0", lambda m, x: m.nextafter(x, 9.0), real(3)),
        *case("spacing", lambda m, x: m.spacing(x), fractions(2, 3)),
        *case("i0", lambda m, x: m.i0(x), nonzero(2, 3)),
        *case("i0 of large numbers", lambda m, x: m.i0(4 * x), nonzero(3)),
        *case("i0 scalar", lambda m, x: m.i0(x), nonzero()),
        *any_case("round", lambda m, x: m.round(x), fractions(2, 3)),
        *case("round decimals", lambda m, x: m.round(100 * x, decimals=-2), fractions(3)),
        *case("around", lambda m, x: m.around(x, 0), fractions()),
    ]


_SPOILED: Final = np.array([1.0, np.nan, np.inf, -np.inf])


def _replaced() -> list[Case]:
    return [
        *any_case("nan_to_num", lambda m, x: m.nan_to_num(x), real(2, 3)),
        *case(
            "nan_to_num of infinities",
            lambda m, c, x: m.nan_to_num(c * x, nan=1.5, posinf=2.5, neginf=-1),
            given(_SPOILED),
            positive(2, 4),
        ),
        *complex_case(
            "nan_to_num of parts", lambda m, c, x: m.nan_to_num(c + x, False, 0.5, 2.5, -1), given(_SPOILED), real(4)
        ),
    ]


def _phases() -> list[Case]:
    return [
        *any_case("angle", lambda m, x: m.angle(x), nonzero(2, 3)),
        *any_case("angle deg", lambda m, x: m.angle(x, deg=True), nonzero()),
        *case("real_if_close", lambda m, x: m.real_if_close(x), real(2, 3)),
        *case("unwrap", lambda m, x: m.unwrap(5 * x), real(2, 7)),
        *case("unwrap axis=0", lambda m, x: m.unwrap(5 * x, axis=0), real(7, 2)),
        *case("unwrap period", lambda m, x: m.unwrap(x, 2.0, period=1.25), real(9)),
    ]


def _contractions() -> list[Case]:
    rows = [
        *any_case("vecdot", lambda m, x, y: m.vecdot(x, y), real(2, 3), real(2, 3)),
        *any_case("vecdot vectors", lambda m, x, y: m.vecdot(x, y), real(3), real(3)),
        *any_case("vecdot broadcasts", lambda m, x, y: m.vecdot(x, y), real(2, 1, 3), real(4, 3)),
        *any_case("vecdot axis=0", lambda m, x, y: m.vecdot(x, y, axis=0), real(3, 2), real(3, 2)),
        *any_case("vecdot list", lambda m, y: m.vecdot([1.0, 2.0], y), real(2)),
        *case("vecdot empty", lambda m, x, y: m.vecdot(x, y), real(2, 0), real(0)),
    ]
    if hasattr(np, "matvec"):  # NumPy 2.2
        rows += [
            *any_case("matvec", lambda m, x, y: m.matvec(x, y), real(2, 3), real(3)),
            *any_case("matvec stacks", lambda m, x, y: m.matvec(x, y), real(4, 1, 2, 3), real(2, 3)),
            *any_case("vecmat", lambda m, x, y: m.vecmat(x, y), real(2), real(2, 3)),
            *any_case("vecmat stacks", lambda m, x, y: m.vecmat(x, y), real(4, 1, 2), real(2, 2, 3)),
        ]
    return rows


FLOATING: Final = [*_elementwise(), *_replaced(), *_phases(), *_contractions()]
