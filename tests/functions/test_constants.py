"""A constant of any dtype gives the derivative that the same numbers give in float64, in either mode.

A rule that computed `y - 1` of a constant `uint8` would do so in `uint8`. Where NumPy's own value with the constant is
another one (a sum of two constants wraps around) there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np
import pytest

from pydezero import grad, jvp, vjp, vmap
from tests.functions.case import Array, Call, Results
from tests.functions.cases import CASES
from tests.functions.checks import assert_all_close, cotangent_of, leaves, plain
from tests.rows import over_rows

_DTYPES: Final = ("?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4")
_NARROWEST: Final = ("u1", "i1", "f2")

_CALLS: Final = [
    (Call(case, (i,)), j)
    for case in CASES
    for i in case.differentiable
    if not (i and case.in_numpy)
    for j in range(len(case.arguments))
    if j != i and not (j == 0 and case.in_numpy)
]


def _numbers(x: Array, dtype: np.dtype[Any]) -> Iterator[Array]:
    """Numbers of a dtype in the place of x: those nearest to x, the smallest and the largest."""
    real = np.real(x).astype(np.float64)
    if dtype.kind == "b":
        yield real > 0
    elif dtype.kind == "f":
        yield real.astype(dtype)
    else:
        limits = np.iinfo(dtype)
        if limits.bits == 64:
            yield np.clip(np.round(real), 0 if dtype.kind == "u" else -9, 9).astype(dtype)
            return
        yield np.clip(np.round(real), limits.min, limits.max).astype(dtype)
        yield np.full(x.shape, limits.min, dtype)
        yield np.full(x.shape, limits.max, dtype)


def _derivative(call: Call, values: Sequence[Array], j: int, constant: Array, forward: bool) -> tuple[Any, ...]:
    """A result and its derivative with a constant as the argument j."""
    with_constant = [constant if i == j else x for i, x in enumerate(values)]
    f = call.of(call.case.through_numpy, with_constant)
    (i,) = call.positions
    if forward:
        y, moved = jvp(f, (values[i],), (cotangent_of(values[i], str(call)),))
        return plain(y), leaves(moved)
    y, pullback = vjp(f, values[i])
    return plain(y), leaves(pullback(cotangent_of(y, str(call))))


def _or_none(f: Callable[..., Results], *args: object) -> Results:
    try:
        return f(*args)
    except Exception:
        return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("forward", [False, True], ids=["reverse", "forward"])
@over_rows(_CALLS)
def test_the_dtype_of_a_constant_does_not_matter(row: tuple[Call, int], forward: bool) -> None:
    call, j = row
    values = call.case.draw()
    # The rows of scipy.linalg make a matrix of the constant that may be in single precision, and is regular enough
    # where the numbers are not large.
    is_matrix = "linalg." in call.case.name
    tolerance = 1e-6 if is_matrix else 1e-9
    exact: dict[bytes, tuple[Any, ...] | None] = {}  # by the numbers, which are the same in many dtypes
    for dtype in map(np.dtype, _NARROWEST if forward else _DTYPES):
        for constant in islice(_numbers(values[j], dtype), 1 if is_matrix else None):
            if call.case.arguments[j].values is not None and not np.array_equal(constant, values[j]):
                continue
            wide = constant.astype(np.float64)
            if wide.tobytes() not in exact:
                exact[wide.tobytes()] = _or_none(_derivative, call, values, j, wide, forward)
            expected = exact[wide.tobytes()]
            if expected is None:
                continue
            reference = call.case.reference
            with_constant = [constant if i == j else x for i, x in enumerate(values)]
            of_numpy = _or_none(reference, *with_constant)
            if of_numpy is None or not _close(plain(of_numpy), expected[0]):
                continue
            found = _derivative(call, values, j, constant, forward)
            try:
                assert_all_close(found[1], expected[1], rtol=tolerance, atol=tolerance)
            except AssertionError as error:
                error.add_note(f"the constant is {constant!r}")
                raise


def test_exponents_of_a_batch() -> None:
    def power(x: Any, n: Any) -> Any:
        return x**n

    x, n = np.array([0.5, 1.5]), np.array([0, 3], np.uint8)
    found: Array = vmap(grad(power))(x, n)
    np.testing.assert_allclose(found, np.array([0.0, 3 * 1.5**2]))


def test_a_minute_exponent() -> None:
    assert grad(lambda x: x ** np.int8(-128))(1.0) == -128
    assert grad(lambda x: np.uint8(200) ** x)(1.0) == pytest.approx(200 * np.log(200), rel=1e-15)


def _close(a: Sequence[Array], b: Sequence[Array]) -> bool:
    pairs = zip(a, b, strict=True)
    return all(x.shape == y.shape and np.allclose(x, y, rtol=1e-9, atol=1e-9, equal_nan=True) for x, y in pairs)
