"""Differences, slopes, integrals, convolutions, interpolation, and functions along axes."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from tests.functions.case import (
    Argument,
    ArrayCallable,
    Case,
    any_case,
    case,
    given,
    positive,
    real,
    unit,
)

_OF_ONE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("diff", lambda m, x: m.diff(x), real(2, 3)),
    ("diff n=2 axis=0", lambda m, x: m.diff(x, 2, 0), real(4, 2)),
    ("diff n=0", lambda m, x: m.diff(x, n=0), real(3)),
    ("diff more often than it can", lambda m, x: m.diff(x, n=4), real(2, 2)),
    ("diff of one", lambda m, x: m.diff(x, axis=0), real(1, 2)),
    ("diff of nothing", lambda m, x: m.diff(x), real(2, 0)),
    ("diff with numbers", lambda m, x: m.diff(x, axis=-2, prepend=0, append=1.5), real(2, 3)),
    ("ediff1d", lambda m, x: m.ediff1d(x), real(2, 3)),
    ("ediff1d of one", lambda m, x: m.ediff1d(x, to_begin=[1.0, 2.0]), real(1)),
    ("trapezoid", lambda m, y: m.trapezoid(y), real(2, 3)),
    ("trapezoid axis=0 dx", lambda m, y: m.trapezoid(y, dx=0.5, axis=0), real(3, 2)),
    ("trapezoid of one", lambda m, y: m.trapezoid(y), real(2, 1)),
    ("gradient", lambda m, f: m.gradient(f), real(4)),
    ("gradient of two", lambda m, f: m.gradient(f, axis=1), real(3, 2)),
    ("gradient all axes", lambda m, f: m.gradient(f), real(2, 3)),
    ("gradient edge_order=2", lambda m, f: m.gradient(f, 0.5, axis=(1,), edge_order=2), real(2, 3)),
    ("gradient distances", lambda m, f: m.gradient(f, 2, 0.5, axis=(1, 0)), real(3, 2)),
    ("gradient even coordinates", lambda m, f: m.gradient(f, [1, 3, 5]), real(3)),
    ("gradient coordinates and distance", lambda m, f: m.gradient(f, [0.0, 1.0, 3.0], 0.5), real(3, 2)),
    ("apply_over_axes", lambda m, x: m.apply_over_axes(m.sum, x, [0, -1]), real(2, 3, 2)),
    ("apply_over_axes kept", lambda m, x: m.apply_over_axes(lambda a, i: m.cumsum(a, axis=i), x, 1), real(2, 3)),
    ("apply_along_axis", lambda m, x: m.apply_along_axis(lambda row: row[0] * m.sum(row), 0, x), real(2, 3)),
    (
        "apply_along_axis to matrices",
        lambda m, x: m.apply_along_axis(lambda row, k: m.outer(row, row[:2]) * k, 1, x, k=2.0),
        real(2, 3, 2),
    ),
    (
        "apply_along_axis to lists",
        lambda m, x: m.apply_along_axis(lambda row: m.stack([row[1], row[0]]), -1, x),
        real(2),
    ),
)

_OF_TWO: Final[tuple[tuple[str, ArrayCallable, Argument, Argument], ...]] = (
    ("diff prepend", lambda m, x, y: m.diff(x, prepend=y), real(2, 3), real(2, 2)),
    ("diff append a number", lambda m, x, y: m.diff(x, append=y, axis=0), real(2, 3), real()),
    ("trapezoid x", lambda m, y, x: m.trapezoid(y, x, axis=0), real(3, 2), real(3)),
    ("trapezoid x of all axes", lambda m, y, x: m.trapezoid(y, x), real(2, 3), real(2, 3)),
    ("cross", lambda m, x, y: m.cross(x, y), real(3), real(3)),
    ("cross broadcast", lambda m, x, y: m.cross(x, y), real(2, 1, 3), real(2, 3)),
    ("cross axes", lambda m, x, y: m.cross(x, y, axisa=0, axisb=1, axisc=0), real(3, 2), real(2, 3)),
    ("cross axis=0", lambda m, x, y: m.cross(x, y, axis=0), real(3, 2), real(3, 2)),
    ("cross of none", lambda m, x, y: m.cross(x, y), real(0, 3), real(3)),
    ("kron", lambda m, x, y: m.kron(x, y), real(2), real(3)),
    ("kron of matrices", lambda m, x, y: m.kron(x, y), real(2, 3), real(1, 2)),
    ("kron of more axes", lambda m, x, y: m.kron(x, y), real(2), real(2, 1, 3)),
    ("kron with a number", lambda m, x, y: m.kron(x, y), real(), real(2, 2)),
    *chain.from_iterable(
        (
            (f"convolve {mode}", lambda m, x, y, mode=mode: m.convolve(x, y, mode), real(5), real(2)),
            (f"convolve {mode} shorter first", lambda m, x, y, mode=mode: m.convolve(x, y, mode), real(2), real(3)),
            (f"correlate {mode}", lambda m, x, y, mode=mode: m.correlate(x, y, mode), real(4), real(3)),
            (f"correlate {mode} shorter first", lambda m, x, y, mode=mode: m.correlate(x, y, mode), real(2), real(5)),
        )
        for mode in ("full", "same", "valid")
    ),
    ("convolve numbers", lambda m, x, y: m.convolve(x, y), real(), real()),
    ("convolve reversed", lambda m, x, y: m.convolve(x[::-2], y[::-1]), real(4), real(2)),
)

_EVEN: Final = np.linspace(-2.5, 2.5, 6)
_APART: Final = given([0.0, 2.0, 4.0, 7.0])


CALCULUS: Final[list[Case]] = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _OF_ONE),
    *chain.from_iterable(any_case(name, f, x, y) for name, f, x, y in _OF_TWO),
    *case("ediff1d to_end", lambda m, x, y: m.ediff1d(x, y), real(3), real(2, 1)),
    *case("ediff1d to_begin", lambda m, x, y: m.ediff1d(x, to_begin=y), real(2, 2), real(1)),
    *case("trapezoid dx", lambda m, y, dx: m.trapezoid(y, dx=dx), real(2, 3), positive()),
    *case("gradient by coordinates", lambda m, f, d: m.gradient(f, m.cumsum(d)), real(5), positive(5)),
    *case(
        "gradient by coordinates edge_order=2",
        lambda m, f, d: m.gradient(f, m.cumsum(d), axis=0, edge_order=2),
        real(4, 2),
        positive(4),
    ),
    *case("gradient by two coordinates", lambda m, f, d: m.gradient(f, m.cumsum(d)), real(2), positive(2)),
    *case("gradient by distance", lambda m, f, h: m.gradient(f, h, edge_order=2), real(3, 3), positive()),
    *case("interp", lambda m, x, y: m.interp(x, _EVEN, y), real(2, 3), real(6)),
    *case("interp complex values", lambda m, x, y: m.interp(x, _EVEN, y * (1 + 2j)), real(3), real(6)),
    *case("interp in all", lambda m, x, d, y: m.interp(x, m.cumsum(d) - 3, y), unit(4), positive(5), real(5)),
    *case("interp outside", lambda m, x, y: m.interp(x, [-0.1, 0.1, 0.2], y), real(5), real(3)),
    *case("interp of a number", lambda m, x, y: m.interp(x, _EVEN, y), real(), real(6)),
    *case("interp one point", lambda m, x, y: m.interp(x, [0.0], y, left=-1.0), real(4), real(1)),
    *case("interp left and right", lambda m, x, y: m.interp(x, [-0.1, 0.1], y, -3.0, 3.0), real(5), real(2)),
    *case("interp period", lambda m, x, xp, y: m.interp(x, xp, y, period=-1.3), real(5), real(4), real(4)),
    *case("interp at given points", lambda m, x, xp, y: m.interp(x * 4, xp, y), positive(3), _APART, real(4)),
]
