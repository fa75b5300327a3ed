"""The methods of ufuncs: what they put together, and tables of all pairs. They are reached through NumPy alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from tests.functions.case import Case, above_one, any_case, case, fractions, given, nonzero, positive, real

_MASK: Final = np.array([[True, False, True], [False, True, True]])


def _reductions() -> Iterator[Case]:
    for name in ("fmax", "fmin", "logaddexp", "logaddexp2"):
        ufunc = getattr(np, name)
        yield from case(f"np.{name}.reduce", lambda m, x, f=ufunc: f.reduce(x), real(3, 2))
        yield from case(f"np.{name}.reduce axes", lambda m, x, f=ufunc: f.reduce(x, (0, -1), keepdims=True), real(3, 2))
    yield from any_case(
        "np.add.reduce where", lambda m, x, c: np.add.reduce(x, where=c, axis=1), real(2, 3), given(_MASK)
    )
    yield from any_case("np.add.reduce initial", lambda m, x: np.add.reduce(x, initial=2.5), real(2, 3))
    yield from case("np.add.reduce dtype", lambda m, x: np.add.reduce(x, dtype=complex), real(2, 3))
    yield from case("np.add.reduce scalar", lambda m, x: np.add.reduce(x), real())
    yield from any_case(
        "np.multiply.reduce where", lambda m, x: np.multiply.reduce(x, where=_MASK[0], initial=1.5), real(2, 3)
    )
    yield from any_case(
        "np.multiply.reduce empty", lambda m, x: np.multiply.reduce(x, initial=2.0) * x.sum(), real(0, 2)
    )
    yield from case(
        "np.maximum.reduce where",
        lambda m, x: np.maximum.reduce(x, axis=1, where=_MASK, initial=-1.0),
        real(2, 3),
    )
    yield from case("np.minimum.reduce initial", lambda m, x: np.minimum.reduce(x, None, initial=-1.0), real(2, 3))
    yield from case(
        "np.logaddexp.reduce where", lambda m, x: np.logaddexp.reduce(x, axis=-1, where=_MASK[1]), real(2, 3)
    )


def _running() -> Iterator[Case]:
    for name in ("maximum", "minimum", "fmax", "fmin", "logaddexp", "logaddexp2"):
        ufunc = getattr(np, name)
        yield from case(f"np.{name}.accumulate", lambda m, x, f=ufunc: f.accumulate(x, axis=-1), real(2, 5))
    yield from any_case("np.add.accumulate", lambda m, x: np.add.accumulate(x), real(3, 2))
    yield from any_case("np.add.accumulate axis", lambda m, x: np.add.accumulate(x, 1), real(2, 3))
    yield from any_case("np.multiply.accumulate", lambda m, x: np.multiply.accumulate(x), real(6, 2))
    yield from any_case("np.multiply.accumulate axis", lambda m, x: np.multiply.accumulate(x, axis=1), real(2, 3))
    yield from any_case("np.multiply.accumulate of one", lambda m, x: np.multiply.accumulate(x), real(1))
    yield from case("np.multiply.accumulate of none", lambda m, x: np.multiply.accumulate(x), real(0, 2))


def _slices() -> Iterator[Case]:
    for name in ("multiply", "maximum", "minimum", "fmax", "fmin", "logaddexp", "logaddexp2"):
        ufunc = getattr(np, name)
        yield from case(f"np.{name}.reduceat", lambda m, x, f=ufunc: f.reduceat(x, [0, 3, 1, 1], 1), real(2, 5))
    for name, indices in (
        ("", [0, 2, 3]),
        (" that begins later", [2]),
        (" decreasing", [3, 1, 1, 4, 0]),
        (" array", np.array([1, 3], np.uint8)),
        (" of none", []),
    ):
        yield from any_case(f"np.add.reduceat{name}", lambda m, x, i=indices: np.add.reduceat(x, i), real(5, 2))
    yield from any_case("np.add.reduceat axis", lambda m, x: np.add.reduceat(x, [0, 2], axis=-1), real(2, 3))
    yield from case("np.multiply.reduceat of none", lambda m, x: np.multiply.reduceat(x, []), real(3, 2))
    yield from case("np.add.reduceat dtype", lambda m, x: np.add.reduceat(x, [1], dtype=complex), real(3))


def _pairs() -> Iterator[Case]:
    for ufunc, x, y in (
        (np.power, positive, real),
        (np.arctan2, real, nonzero),
        (np.fmod, fractions, above_one),
        (np.divmod, fractions, above_one),
    ):
        yield from case(f"np.{ufunc.__name__}.outer", lambda m, x, y, f=ufunc: f.outer(x, y), x(2), y(3))
    yield from any_case("np.multiply.outer", lambda m, x, y: np.multiply.outer(x, y), real(2, 3), real(2))
    yield from any_case("np.subtract.outer", lambda m, x, y: np.subtract.outer(x, y), real(), real(2, 1))
    yield from any_case("np.divide.outer", lambda m, x: np.divide.outer([1.0, 2.0], x), nonzero(3))
    yield from any_case("np.add.outer number", lambda m, x: np.add.outer(x, 1.5), real(3))
    yield from any_case("np.add.outer itself", lambda m, x: np.add.outer(x, x), real(3))


# The dtype that a ufunc is asked to compute in.
_DTYPES: Final = [
    *case("np.sqrt dtype", lambda m, x: np.sqrt(x, dtype=complex), positive(3)),
    *case("np.add dtype", lambda m, x, y: np.add(x, y, dtype=np.float64), real(2, 3), real(3)),
    *case("np.ldexp dtype", lambda m, x: np.ldexp(x, [1, 2, 3], dtype=np.float64), real(3)),
    *case("np.multiply dtype", lambda m, x: np.multiply(x, 2, dtype=np.longdouble), real(3)),
]

UFUNC_METHODS: Final = [*_reductions(), *_running(), *_slices(), *_pairs(), *_DTYPES]
