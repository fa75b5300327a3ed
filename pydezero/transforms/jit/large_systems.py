"""The routines of `systems` for matrices of many rows, by LAPACK, which the program calls itself.

LAPACK takes matrices in the order of Fortran, and writes its results in their place: what is changed is copied first.
`state[0]` is as in `systems`.
"""

from __future__ import annotations

import math
from typing import Final

from pydezero.core.types import Array
from pydezero.transforms.jit.systems import checked, copied, i64, independent, rounding, smallest
from pydezero.transforms.jit.vector_math.bits import select

__all__ = ["cholesky", "det", "factor", "pivots", "solve", "solve_triangular", "substitute"]

_OF_MACHINE_CODE: Final = "LAPACK is called by machine code alone"


def getrf(n: int, a: Array, exchanges: Array) -> int:
    """Put the factors of a matrix of n rows in its place, and note its row exchanges; 0 if it is regular."""
    raise NotImplementedError(_OF_MACHINE_CODE)


def getrs(n: int, m: int, a: Array, exchanges: Array, b: Array) -> int:
    """Put the solutions for m columns in the place of these, given what `getrf` gives; 0 if it could."""
    raise NotImplementedError(_OF_MACHINE_CODE)


def potrf(n: int, a: Array) -> int:
    """Put the factor of a matrix in the place of its upper triangle for LAPACK; 0 if it is positive definite."""
    raise NotImplementedError(_OF_MACHINE_CODE)


def trtrs(is_lower: int, is_unit: int, n: int, m: int, a: Array, of_a: int, along_a: int, b: Array) -> int:
    """Put the solutions of a triangular matrix for m columns in the place of these; 0 if it is regular.

    Rows of a lie `of_a` elements apart, and columns `along_a`, of which one is 1.
    """
    raise NotImplementedError(_OF_MACHINE_CODE)


def solve(
    a: Array,
    b: Array,
    x: Array,
    lu: Array,
    columns: Array,
    exchanges: Array,
    state: Array,
    n: int,
    m: int,
    of_a: int,
    along_a: int,
    of_b: int,
    along_b: int,
) -> None:
    """The solution x of a @ x = b for a matrix of n rows and m right sides, in C order."""
    factor(a, lu, exchanges, state, n, of_a, along_a)
    substitute(b, lu, exchanges, x, columns, state, n, m, of_b, along_b)


def factor(a: Array, lu: Array, exchanges: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """Put the factors of a matrix in `lu`, in the order of Fortran; `state[1]` is 1 for an odd number of exchanges."""
    copied(a, lu, n, n, along_a, of_a)
    if getrf(n, lu, exchanges) != 0:
        state[0] = 1
    state[1] = 0
    for k in range(n):
        if i64(exchanges[k]) != k + 1:
            state[1] = 1 - state[1]
        taken = abs(lu[k * n + k]) * 0
        for j in range(k):
            part = abs(lu[j * n + k] * lu[k * n + j])
            taken = select(part > taken, part, taken)
        # What is left may be 0, and not the rounding of what was taken from it.
        if not ((abs(lu[k * n + k]) > rounding(a, n) * taken) & (abs(lu[k * n + k]) < math.inf)):
            state[0] = 1


def substitute(
    b: Array,
    lu: Array,
    exchanges: Array,
    x: Array,
    columns: Array,
    state: Array,
    n: int,
    m: int,
    of_b: int,
    along_b: int,
) -> None:
    """`solve` given what `factor` gives."""
    copied(b, columns, m, n, along_b, of_b)
    if getrs(n, m, lu, exchanges, columns) != 0:
        state[0] = 1
    copied(columns, x, n, m, 1, n)
    checked(x, state, n * m)


def solve_triangular(
    a: Array,
    b: Array,
    x: Array,
    columns: Array,
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
    """`solve` for a triangular matrix, of which rows or columns lie in one piece; the other triangle is not read."""
    copied(b, columns, m, n, along_b, of_b)
    if trtrs(is_lower, is_unit, n, m, a, of_a, along_a, columns) != 0:
        state[0] = 1
    copied(columns, x, n, m, 1, n)
    checked(x, state, n * m)


def det(a: Array, out: Array, lu: Array, exchanges: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """The determinant of a matrix of n rows, in the first element of `out`."""
    factor(a, lu, exchanges, state, n, of_a, along_a)
    product = lu[0]
    is_sure = True
    for k in range(1, n):
        product = product * lu[k * n + k]
        is_sure = is_sure & (abs(product) < math.inf) & (abs(product) > smallest(a))
    if not is_sure:
        state[0] = 1
    out[0] = select(state[1] != 0, -product, product)


def pivots(a: Array, out: Array, lu: Array, exchanges: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """The numbers whose product is the determinant of a matrix of n rows."""
    factor(a, lu, exchanges, state, n, of_a, along_a)
    for k in range(n):
        out[k] = lu[k * n + k]
    out[0] = select(state[1] != 0, -out[0], out[0])


def cholesky(a: Array, out: Array, state: Array, n: int, of_a: int, along_a: int) -> None:
    """The lower triangular L of a = L @ L.T, in C order, from the lower triangle of a matrix of n rows.

    It is the upper triangular factor of the order of Fortran.
    """
    for i in range(n):
        for j in independent(i + 1):
            out[i * n + j] = a[i * of_a + j * along_a]
        for j in independent(i + 1, n):
            out[i * n + j] = 0
    if potrf(n, out) != 0:
        state[0] = 1
    for k in range(n):
        root = out[k * n + k]
        if not ((root * root > rounding(a, n) * a[k * of_a + k * along_a]) & (root < math.inf)):
            state[0] = 1
