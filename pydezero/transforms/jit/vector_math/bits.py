"""The few operations below arithmetic that the functions are made of: in plain Python here, one instruction in LLVM.

`machine.functions` has these instructions. None has a branch, so that LLVM can turn a loop over them into SIMD.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import Final, TypeVar

ROUND: Final = 6755399441055744.0
"""1.5 * 2 ** 52: to add it to a number below 2 ** 51 rounds it to an integer, which stands in the lowest bits."""
ROUND_BITS: Final = 0x4338000000000000

_T = TypeVar("_T", int, float)


def to_bits(x: float) -> int:
    """The bits of a float64, as an int64."""
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def from_bits(n: int) -> float:
    """The float64 whose bits are those of an int64."""
    return float(struct.unpack("<d", struct.pack("<Q", n & 0xFFFFFFFFFFFFFFFF))[0])


def select(condition: bool, x: _T, y: _T) -> _T:
    """Returns x where a condition holds, y elsewhere; both are computed."""
    return x if condition else y


def fma(x: float, y: float, z: float) -> float:
    """Returns x * y + z, rounded once."""
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        return x * y + z
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if exact == 0:
        return x * y + z  # which has the sign
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def divide(x: float, y: float) -> float:
    """Returns x / y, where y may be 0."""
    if y == 0:
        return math.nan if x == 0 or x != x else math.copysign(math.inf, x) * math.copysign(1.0, y)
    return x / y


def sqrt(x: float) -> float:
    """The square root, nan of a negative number."""
    return math.sqrt(x) if x >= 0 else math.nan


def copysign(x: float, y: float) -> float:
    """The size of x with the sign of y."""
    return math.copysign(x, y)


def floor(x: float) -> float:
    """The largest integer that is not above x."""
    return float(math.floor(x)) if math.isfinite(x) else x


def power_of_two(n: int) -> float:
    """2 ** n for -1022 <= n <= 1023."""
    return from_bits((n + 1023) << 52)


def scaled(x: float, n: int) -> float:
    """Returns x * 2 ** n for |n| < 2044, in two steps so that subnormal results are rounded as they should be."""
    biased = n + 2046
    half = biased >> 1
    return x * from_bits(half << 52) * from_bits((biased - half) << 52)


def two_sum(x: float, y: float) -> tuple[float, float]:
    """The sum and what its rounding has lost (Knuth, TAOCP 2, section 4.2.2)."""
    total = x + y
    other = total - x
    return total, (x - (total - other)) + (y - other)


def ordered_sum(x: float, y: float) -> tuple[float, float]:
    """The sum and what its rounding has lost, for |x| >= |y| or x = 0 (Dekker 1971)."""
    total = x + y
    return total, y - (total - x)


def product(x: float, y: float) -> tuple[float, float]:
    """The product and what its rounding has lost."""
    result = x * y
    return result, fma(x, y, -result)


def quotient(x: float, x_low: float, y: float, y_low: float) -> tuple[float, float]:
    """(x + x_low) / (y + y_low), and what its rounding has lost."""
    inverse = divide(1.0, y)
    ratio = x * inverse
    rest = fma(-ratio, y, x) + (x_low - ratio * y_low)
    return ratio, rest * inverse
