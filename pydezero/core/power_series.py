"""Truncated power series: their coefficients, and the recurrences of products and quotients.

With x(t) = x_0 + x_1 t + x_2 t ** 2 + ... the recurrences are those of A. Griewank and A. Walther, "Evaluating
Derivatives" (2nd ed., 2008), table 13.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from pydezero.core.types import Array

# From an index to the coefficient of that index; None is zero, which is never computed with. (An Array is Any, and that
# of index 0 is none.)
Coefficients: TypeAlias = Callable[[int], Array]

# From an index to that coefficient of a series, of which those below are known.
Further: TypeAlias = Callable[[int], Array | None]


class Series:
    """The coefficients of a series, of which each is computed when it is first asked for.

    The first coefficients are known; `further` gives the others, in the order of their indices. Without it they are
    zero.
    """

    __slots__ = ("_further", "_known")

    def __init__(self, known: list[Array | None], further: Further | None = None) -> None:
        self._known: list[Array | None] = known
        self._further: Further | None = further

    def __call__(self, k: int) -> Array:
        """The coefficient of an index."""
        known = self._known
        while len(known) <= k:
            if self._further is None:
                return None
            known.append(self._further(len(known)))
        return known[k]

    @property
    def moves(self) -> bool:
        """Whether a coefficient after the first may be something else than zero."""
        return self._further is not None or any(x is not None for x in self._known[1:])

    @property
    def known(self) -> list[Array | None]:
        """The coefficients that are known so far."""
        return self._known

    def last(self, k: int) -> int:
        """The largest index up to k of a coefficient that may be other than zero."""
        return k if self._further is not None else min(k, len(self._known) - 1)

    def define(self, further: Further) -> None:
        """Say how the coefficients follow from those below, which may be asked of this series itself."""
        self._further = further

    def complete(self, order: int) -> None:
        """Compute all coefficients up to an index, and forget how."""
        self(order)
        self._further = None


class ConditionalRule(NamedTuple):
    """A rule for the coefficients of a result that holds for some arguments only.

    Attributes:
        start: from the series of the result and of the arguments, and the parameters, to a function from an index to a
            coefficient of the result. It is called once for each application, and may make further series.
        holds: from the positions of the arguments that move, the values of all arguments and the parameters to whether
            the rule holds.
    """

    start: Callable[..., Further]
    holds: Callable[..., bool]


def by_recurrence(first: Array, rule: Callable[..., Array | None], *operands: Series) -> Series:
    """The series whose coefficients a recurrence gives, from an index, the series itself and its operands."""
    found = Series([first])
    found.define(lambda k: rule(k, found, *operands))
    return found


def derived(x: Series) -> Series:
    """The series of the derivative."""
    if x.last(2) < 2:  # a line
        return Series([x(1)])

    def further(k: int) -> Array | None:
        higher = x(k + 1)
        return None if higher is None else (k + 1) * higher

    return Series([x(1)], further)


def scaled(x: Series, factor: Array) -> Further:
    """The coefficients of a constant times x."""
    return lambda k: None if x(k) is None else factor * x(k)


def convolved(x: Coefficients, y: Coefficients, k: int, start: int = 0) -> Array | None:
    """The sum of x_j y_(k - j) over j from `start` to k."""
    total: Array | None = None
    first, last = _range(x, y, k)
    for j in range(max(start, first), last + 1):
        a = x(j)
        if a is None:
            continue
        b = y(k - j)
        if b is not None:
            total = plus(total, a * b)
    return total


def _range(x: Coefficients, y: Coefficients, k: int) -> tuple[int, int]:
    """The first and the last index j for which neither x_j nor y_(k - j) is known to be zero."""
    last = x.last(k) if type(x) is Series else k
    return (k - y.last(k) if type(y) is Series else 0), last


def of_product(k: int, out: Coefficients, x: Coefficients, y: Coefficients) -> Array | None:
    """The coefficient of x y."""
    return convolved(x, y, k)


def of_square(k: int, out: Coefficients, x: Coefficients) -> Array | None:
    """The coefficient of x ** 2: each product of two different coefficients occurs twice."""
    total: Array | None = None
    for j in range((k + 1) // 2):
        a, b = x(j), x(k - j)
        if a is not None and b is not None:
            total = plus(total, a * b)
    middle = x(k // 2) if k % 2 == 0 else None
    return plus(None if total is None else 2 * total, None if middle is None else middle * middle)


def of_logarithm(x: Series, first: Array | None = None) -> Series:
    """The series of log(x), from log(x)' x = x'; `first` is its first coefficient where log(x(0)) loses digits."""
    return by_recurrence(np.log(x(0)) if first is None else first, _of_logarithm, x)


def of_log1p(x: Series) -> Series:
    """The series of log(1 + x)."""
    return of_logarithm(Series([1 + x(0)], x), np.log1p(x(0)))


def _of_logarithm(k: int, out: Coefficients, x: Coefficients) -> Array | None:
    rest = _weighted(out, x, k, k - 1)
    total = less(x(k), None if rest is None else rest / k)
    return None if total is None else total / x(0)


def plus(a: Array | None, b: Array | None) -> Array | None:
    """The sum of two coefficients; None is zero."""
    return a if b is None else b if a is None else a + b


def less(a: Array | None, b: Array | None) -> Array | None:
    """The difference of two coefficients; None is zero."""
    return a if b is None else -b if a is None else a - b


def of_exponential(k: int, out: Coefficients, x: Coefficients) -> Array | None:
    """The coefficient of out = exp(x), from out' = x' out."""
    total = _weighted(x, out, k, k)
    return None if total is None else total / k


def of_power(k: int, out: Coefficients, x: Coefficients, n: Array) -> Array | None:
    """The coefficient of out = x ** n, or of a multiple of that."""
    total = of_power_times_base(k, out, x, n)
    return None if total is None else total / x(0)


def of_power_times_base(k: int, out: Coefficients, x: Coefficients, n: Array) -> Array | None:
    """The coefficient of out = x ** n times x(0), from x out' = n out x'."""
    total: Array | None = None
    for j in range(1, k + 1):
        a, b = x(j), out(k - j)
        if a is not None and b is not None:
            total = plus(total, ((n + 1) * (j / k) - 1) * a * b)
    return total


def _weighted(x: Coefficients, y: Coefficients, k: int, last: int) -> Array | None:
    """The sum of j x_j y_(k - j) over j from 1 to `last`."""
    total: Array | None = None
    first, end = _range(x, y, k)
    for j in range(max(1, first), min(last, end) + 1):
        a, b = x(j), y(k - j)
        if a is not None and b is not None:
            total = plus(total, j * a * b)
    return total


def of_quotient(k: int, out: Coefficients, x: Coefficients, y: Coefficients) -> Array | None:
    """The coefficient of out = x / y, from out y = x."""
    total = less(x(k), convolved(y, out, k, start=1))
    return None if total is None else total / y(0)
