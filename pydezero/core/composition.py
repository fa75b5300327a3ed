"""Series of functions of series: composition, and integrals of products of powers.

A function whose derivatives are known at one point, but follow no recurrence along a curve, is composed with the curve.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pydezero.core.power_series import Coefficients, Further, Series, less, of_exponential
from pydezero.core.types import Array


def sine_and_cosine(x: Series) -> tuple[Series, Series]:
    """The series of sin(x) and cos(x), each of which is the slope of the other."""
    sine, cosine = Series([np.sin(x(0))]), Series([np.cos(x(0))])
    sine.define(lambda k: of_exponential(k, cosine, x))
    cosine.define(lambda k: less(None, of_exponential(k, sine, x)))
    return sine, cosine


def composed(coefficient: Coefficients, x: Series) -> Further:
    """The coefficients of f(x(t)), from those of f at x(0): the sum of c_n (x(t) - x(0)) ** n over n.

    The number of NumPy's operations is quadratic in the order, that of multiplications a sixth of its third power.
    Where x is a line, both are linear.
    """
    powers: list[Array] = []  # those of the first coefficient, as long as x is a line
    columns: list[Array] = []

    def further(k: int) -> Array | None:
        if all(x(j) is None for j in range(2, k + 1)):
            step = x(1)
            while step is not None and len(powers) < k:
                powers.append(powers[-1] * step if powers else step)
            return None if step is None else coefficient(k) * powers[k - 1]
        while len(columns) < k:
            columns.append(_column(columns, x, len(columns) + 1))
        column = columns[k - 1]
        total = coefficient(1) * column[0]
        for n in range(2, k + 1):
            total = total + coefficient(n) * column[n - 1]
        return total

    return further


def composed_along(diagonal: Coefficients, x: Series) -> Further:
    """The coefficients of the sum of f_n(t) (x(t) - x(0)) ** n over n, where the f_n are series, too.

    `diagonal` gives coefficient k - n of f_n for n from 0 to k, in a stack along the first axis. The number of NumPy's
    operations is quadratic in the order.
    """
    columns: list[Array] = []
    powers: list[list[Array]] = []  # by j: coefficient n + j of the powers n from 1 on

    def further(k: int) -> Array | None:
        while len(columns) < k:
            column = _column(columns, x, len(columns) + 1)
            columns.append(column)
            powers.append([])
            for n in range(len(columns)):
                powers[len(columns) - 1 - n].append(column[n])
        is_line = all(x(j) is None for j in range(2, k + 1))
        total = diagonal(k)[0]
        for j in range(1 if is_line else k):
            total = total + np.sum(diagonal(k - j)[1:] * np.stack(powers[j]), axis=0)
        return total

    return further


def integrals_of_powers(
    f: Series, g: Series, x: Series, at_start: Callable[[int], Array], factor: Callable[[int], float]
) -> Series:
    """For `composed_along`: the integrals of f g ** n over x, each times factor(n).

    `f` and `g` are series of functions of x(t), and `at_start` gives the integrals at x(0). All have one shape.
    """
    shape = f(0).shape

    def of_integrands(k: int) -> Array:
        """Coefficient k - n of f g ** n for n from 0 to k."""
        first = f(k)
        rest: Array | None = None
        for j in range(k):
            a = g(j)
            if a is not None:
                rest = added(rest, a * integrands(k - 1 - j))
        return np.concatenate([np.expand_dims(np.zeros_like(f(0)) if first is None else first, 0), rest])

    def of_integrals(k: int) -> Array:
        total = np.zeros((k, *shape))
        for j in range(1, k + 1):
            a = x(j)
            if a is not None:
                total = added(total, j * a * integrands(k - j))
        weights = np.array([*[factor(n) / (k - n) for n in range(k)], factor(k)]).reshape(k + 1, *[1] * len(shape))
        return np.concatenate([total, np.expand_dims(at_start(k), 0)]) * weights

    integrands = Series([np.expand_dims(f(0), 0)], of_integrands)
    return Series([np.expand_dims(at_start(0) * factor(0), 0)], of_integrals)


def in_shape(x: Series, shape: tuple[int, ...]) -> Series:
    """The series of an argument that is broadcast."""
    if getattr(x(0), "shape", None) == shape:
        return x
    return Series([np.broadcast_to(x(0), shape)], lambda k: None if x(k) is None else np.broadcast_to(x(k), shape))


def _column(columns: list[Array], x: Series, k: int) -> Array:
    """The coefficients of index k of the powers 1 to k of x(t) - x(0), along the first axis; `columns` has those below.

    That of a power is the sum of x_j times the coefficient k - j of the power before.
    """
    rows: Array | None = None  # of the powers from the second on
    for j in range(1, k):
        a = x(j)
        if a is not None:
            rows = added(rows, a * columns[k - j - 1])
    first = x(k)
    first = np.zeros_like(x(0)) if first is None else first
    found = [np.expand_dims(first, 0)] if rows is None else [np.expand_dims(first, 0), rows]
    missing = k - sum(map(len, found))
    return np.concatenate([*found, *[np.zeros_like(found[0])] * missing]) if k > 1 else found[0]


def added(total: Array | None, part: Array) -> Array:
    """The sum of two stacks along the first axis, of which the second is no longer than the first; None is zero."""
    if total is None:
        return part
    count = len(part)
    if count == len(total):
        return total + part
    return np.concatenate([total[:count] + part, total[count:]])
