"""Linear systems of small matrices, one after the other: what a program computes itself where NumPy would call LAPACK.

This is written in the small part of Python that `machine.translate` knows. Arrays are flat, and places in them are
counted in elements. `state[0]` becomes 1 where what is computed must not be used: a matrix that is singular, at least
to rounding, numbers that are not finite, results too large or too small. Then NumPy computes the whole program.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pydezero.core.types import Array
from pydezero.transforms.jit.vector_math.bits import select, sqrt

__all__ = ["cholesky", "det", "factor", "pivots", "solve", "solve_triangular", "substitute"]


def room(like: Array, count: int) -> Array:
    """Memory for so many elements of the same kind."""
    return np.empty(count, like.dtype)


def rounding(like: Array, n: int) -> float:
    """The share of a number that is not sure after n steps."""
    return n * float(np.finfo(like.dtype).eps)


def smallest(like: Array) -> float:
    """The smallest number that has all digits."""
    return float(np.finfo(like.dtype).smallest_normal)


def i64(x: float) -> int:
    """A whole number as an index."""
    return int(x)


independent: Final = range
"""A range of iterations of which none reads or writes what another one writes."""


def solve(
    a: Array, b: Array, x: Array, state: Array, n: int, m: int, of_a: int, along_a: int, of_b: int, along_b: int
) -> None:
    """The solution x of a @ x = b for a matrix of n rows and m right sides, in C order.

    Rows of a lie `of_a` elements apart, columns `along_a`, and those of b `of_b` and `along_b`.
    """
    lu = room(a, n * n)
    copied(a, lu, n, n, of_a, along_a)
    copied(b, x, n, m, of_b, along_b)
    factored(lu, x, state, n, m)
    forward(lu, x, n, m, n, 1, 1)
    backward(lu, x, n, m, n, 1, 0)
    checked(x, state, n * m)


def factor(a: Array, lu: Array, order: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """The factors of a matrix of n rows, and which row of it each row of them is of."""
    copied(a, lu, n, n, of_a, along_a)
    for i in range(n):
        order[i] = i
    factored(lu, order, state, n, 1)


def substitute(
    b: Array, lu: Array, order: Array, x: Array, state: Array, n: int, m: int, of_b: int, along_b: int
) -> None:
    """`solve` given what `factor` gives."""
    for i in range(n):
        row = i64(order[i])
        for j in independent(m):
            x[i * m + j] = b[row * of_b + j * along_b]
    forward(lu, x, n, m, n, 1, 1)
    backward(lu, x, n, m, n, 1, 0)
    checked(x, state, n * m)


def solve_triangular(
    a: Array,
    b: Array,
    x: Array,
    state: Array,
    n: int,
    m: int,
    of_a: int,
    along_a: int,
    of_b: int,
    along_b: int,
    is_lower: int,
    is_unit: int,
) -> None:
    """`solve` for a triangular matrix; the other triangle is not read, nor is a diagonal of ones."""
    copied(b, x, n, m, of_b, along_b)
    if is_lower == 1:
        forward(a, x, n, m, of_a, along_a, is_unit)
    else:
        backward(a, x, n, m, of_a, along_a, is_unit)
    checked(x, state, n * m)


def det(a: Array, out: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """The determinant of a matrix of n rows, in the first element of `out`."""
    lu = room(a, n * n)
    copied(a, lu, n, n, of_a, along_a)
    state[1] = 0
    factored(lu, out, state, n, 0)
    product = lu[0]
    is_sure = True
    is_singular = product == 0
    for k in range(1, n):
        product = product * lu[k * n + k]
        is_singular = is_singular | (lu[k * n + k] == 0)
        # An exponential of the sum of logarithms, as NumPy has it, is also right where a part of the product is not.
        is_sure = is_sure & (abs(product) < math.inf) & (abs(product) > smallest(a))
    if not (is_sure | (is_singular & (product == 0))):
        state[0] = 1
    out[0] = select(is_singular, abs(product), select(state[1] != 0, -product, product))


def pivots(a: Array, out: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """The numbers whose product is the determinant of a matrix of n rows."""
    lu = room(a, n * n)
    copied(a, lu, n, n, of_a, along_a)
    state[1] = 0
    factored(lu, out, state, n, 0)
    for k in range(n):
        out[k] = lu[k * n + k]
    out[0] = select(state[1] != 0, -out[0], out[0])


def cholesky(a: Array, out: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """The lower triangular L of a = L @ L.T, in C order, from the lower triangle of a matrix of n rows."""
    for i in range(n):
        for j in independent(i + 1):
            out[i * n + j] = a[i * of_a + j * along_a]
        for j in independent(i + 1, n):
            out[i * n + j] = 0
    for k in range(n):
        square = out[k * n + k]
        whole = square
        for j in range(k):
            square = square - out[k * n + j] * out[k * n + j]
        if not ((square > rounding(a, n) * whole) & (square < math.inf)):
            state[0] = 1
        root = sqrt(square)
        out[k * n + k] = root
        for i in range(k + 1, n):
            rest = out[i * n + k]
            for j in range(k):
                rest = rest - out[i * n + j] * out[k * n + j]
            out[i * n + k] = rest / root


def copied(a: Array, to: Array, rows: int, columns: int, of_a: int, along_a: int) -> None:
    """Copy a matrix to one in C order."""
    for i in range(rows):
        for j in independent(columns):
            to[i * columns + j] = a[i * of_a + j * along_a]


def factored(lu: Array, x: Array, state: Array, n: int, m: int) -> None:
    """Put the factors of a matrix in its place, with rows exchanged as LAPACK does it; and so are those of x.

    Each exchange changes `state[1]`, between 0 and 1.
    """
    for k in range(n):
        pivot = k
        largest = abs(lu[k * n + k])
        for i in range(k + 1, n):
            if abs(lu[i * n + k]) > largest:
                largest = abs(lu[i * n + k])
                pivot = i
        if pivot != k:
            state[1] = 1 - state[1]
            exchanged(lu, n, k, pivot)
            exchanged(x, m, k, pivot)
        taken = largest * 0
        for j in range(k):
            part = abs(lu[k * n + j] * lu[j * n + k])
            taken = select(part > taken, part, taken)
        # What is left may be 0, and not the rounding of what was taken from it.
        is_sure = (largest > rounding(lu, n) * taken) | ((largest == 0) & (taken == 0))
        if not (is_sure & (largest < math.inf)):
            state[0] = 1
        if largest != 0:
            eliminated(lu, n, k)


def eliminated(lu: Array, n: int, k: int) -> None:
    """Take from the rows below a row k the multiples of it that leave zeros in column k; these are kept there."""
    for i in range(k + 1, n):
        factor = lu[i * n + k] / lu[k * n + k]
        lu[i * n + k] = factor
        for j in independent(k + 1, n):
            lu[i * n + j] = lu[i * n + j] - factor * lu[k * n + j]


def exchanged(x: Array, columns: int, k: int, i: int) -> None:
    """Exchange two rows, of which i is another one than k."""
    for j in independent(columns):
        held = x[k * columns + j]
        x[k * columns + j] = x[i * columns + j]
        x[i * columns + j] = held


def forward(a: Array, x: Array, n: int, m: int, of_a: int, along_a: int, is_unit: int) -> None:
    """Put the solutions of a lower triangular matrix for the columns of x in the place of them."""
    for i in range(n):
        for k in range(i):
            for j in independent(m):
                x[i * m + j] = x[i * m + j] - a[i * of_a + k * along_a] * x[k * m + j]
        if is_unit == 0:
            for j in independent(m):
                x[i * m + j] = x[i * m + j] / a[i * of_a + i * along_a]


def backward(a: Array, x: Array, n: int, m: int, of_a: int, along_a: int, is_unit: int) -> None:
    """Put the solutions of an upper triangular matrix for the columns of x in the place of them."""
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            for j in independent(m):
                x[i * m + j] = x[i * m + j] - a[i * of_a + k * along_a] * x[k * m + j]
        if is_unit == 0:
            for j in independent(m):
                x[i * m + j] = x[i * m + j] / a[i * of_a + i * along_a]


def checked(x: Array, state: Array, count: int) -> None:
    """Note whether all elements are finite."""
    is_finite = True
    for i in range(count):
        is_finite = is_finite & (abs(x[i]) < math.inf)
    if not is_finite:
        state[0] = 1
