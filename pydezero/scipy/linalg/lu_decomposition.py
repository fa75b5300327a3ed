"""The LU decomposition, and the solution of linear equations by it.

The derivative of the factors follows from dA = dL U + L dU: L^-1 dA U^-1 is the sum of two triangles (F. de Hoog,
R. Anderssen and M. Lukas, "Differentiation of matrix functionals using triangular factorization", 2011). Of a matrix
that is not square this is so for its first rows and columns, and the others are solutions of triangular equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, overload

import attrs
import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.linalg.factorization import Factorization
from pydezero.scipy.linalg.solving import Trans, like_vector, triangular_solution, with_columns
from pydezero.scipy.linalg.stacks import as_array, check_matrix, check_square, native, several_over_stack
from pydezero.scipy.operands import joined, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["lu", "lu_factor", "lu_solve"]


def _order(pivots: NDArray[Any]) -> NDArray[Any]:
    """The order of the rows of each matrix after the exchanges that its pivots say."""
    order = np.broadcast_to(np.arange(pivots.shape[-1]), pivots.shape).copy()
    for i in range(pivots.shape[-1]):
        other = pivots[..., i, np.newaxis]
        moved, chosen = order[..., i, np.newaxis].copy(), np.take_along_axis(order, other, -1)
        np.put_along_axis(order, other, moved, -1)
        order[..., i] = chosen[..., 0]
    return order


_order_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "lu order", _order, None, batch=lambda _, pivots: bind(_order_p, pivots)
)


def _exchanged(rows: Array, pivots: Array, back: bool = False) -> Array:
    """The rows of each matrix as the pivots exchange them, or those of an exchanged matrix in the order before."""
    return _in_order(rows, bind(_order_p, pivots), back)


def _in_order(rows: Array, order: Array, back: bool = False) -> Array:
    """The rows of each matrix in this order, or those of a matrix in this order as they were before."""
    return np.take_along_axis(rows, (np.argsort(order, axis=-1) if back else order)[..., np.newaxis], axis=-2)


@attrs.frozen(eq=False)
class _LU(Factorization):
    """Both triangles in one matrix, and the pivots."""

    name = "lu_factor"

    def compute(self, a: Array) -> Any:
        return several_over_stack(scipy.linalg.lu_factor, a)

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        lu, pivots = factors
        half = triangular_solution(lu, _exchanged(t, pivots), lower=True, unit_diagonal=True)
        inner = triangular_solution(lu, half.mT, trans=1).mT
        unit_lower = np.tril(lu, -1) + np.eye(lu.shape[-1], dtype=lu.dtype)
        return unit_lower @ np.tril(inner, -1) + np.triu(inner) @ np.triu(lu), np.zeros(pivots.shape)

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        lu, pivots = factors
        unit_lower = np.tril(lu, -1) + np.eye(lu.shape[-1], dtype=lu.dtype)
        inner = np.tril(unit_lower.mT @ np.tril(gs[0], -1), -1) + np.triu(np.triu(gs[0]) @ np.triu(lu).mT)
        half = triangular_solution(lu, inner.mT).mT
        return _exchanged(triangular_solution(lu, half, trans=1, lower=True, unit_diagonal=True), pivots, back=True)


_lu: Final = _LU()


@overload
def lu_factor(a: Variable) -> tuple[Variable, NDArray[Any]]: ...
@overload
def lu_factor(a: ArrayOrNumber) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(scipy.linalg.lu_factor)
def lu_factor(a: Any) -> tuple[Any, Any]:
    """The factors of a square matrix whose rows are exchanged, and the pivots that say how: the input of `lu_solve`.

    The first of the results has the upper triangular factor in its upper triangle, and below the diagonal the lower
    triangular one, whose diagonal is ones. The pivots have no derivative.

    Raises:
        LinAlgError: (in the derivative) the matrix is singular.
        ValueError: a is not square.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lu, piv = lu_factor(Variable(np.array([[1.0, 4.0], [2.0, 4.0]])))
    >>> lu, piv
    (variable([[2.  4. ]
              [0.5 2. ]]), array([1, 1], dtype=int32))
    """
    matrix = as_array(joined(a))
    check_square("lu_factor", "a", matrix)
    lu, pivots = _lu(matrix)
    return lu, undifferentiated(pivots)


@attrs.frozen(eq=False)
class _Triangles(Factorization):
    """The order of the rows, and both triangles: a = l[order] @ u."""

    name = "lu"

    def compute(self, a: Array) -> Any:
        order, lower, upper = scipy.linalg.lu(native(a), p_indices=True)
        if not order.size:  # of an empty matrix SciPy orders no rows
            order = np.broadcast_to(np.arange(a.shape[-2], dtype=np.int32), a.shape[:-1])
        return order, lower, upper

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        order, lower, upper = factors
        square, k = _square_part(lower, upper), lower.shape[-1]
        t = _in_order(t, order, back=True)
        left = triangular_solution(square[0], t[..., :k, :], lower=True, unit_diagonal=True)
        right = _times_inverse(t[..., :k], square[1])
        inner = _times_inverse(left[..., :k], square[1])
        t_lower, t_upper = lower @ np.tril(inner, -1), np.triu(inner) @ upper
        below = right[..., k:, :] - lower[..., k:, :] @ inner
        beside = left[..., k:] - inner @ upper[..., k:]
        return np.zeros(order.shape), _plus(t_lower, below, axis=-2), _plus(t_upper, beside, axis=-1)

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        (order, lower, upper), (_, g_lower, g_upper) = factors, gs
        (square_lower, square_upper), k = _square_part(lower, upper), lower.shape[-1]
        below, beside = g_lower[..., k:, :], g_upper[..., k:]
        inner = np.tril(lower.mT @ g_lower, -1) + np.triu(g_upper @ upper.mT)
        inner = inner - lower[..., k:, :].mT @ below - beside @ upper[..., k:].mT
        # Of the first k rows and all columns, before the equation with the lower triangle, and all rows.
        rows = np.concatenate([triangular_solution(square_upper, inner.mT).mT, beside], axis=-1)
        rows = triangular_solution(square_lower, rows, trans=1, lower=True, unit_diagonal=True)
        if below.shape[-2]:
            rows = np.concatenate([rows, triangular_solution(square_upper, below.mT).mT], axis=-2)
        return _in_order(rows, order)


def _square_part(lower: Array, upper: Array) -> tuple[Array, Array]:
    k = lower.shape[-1]
    return lower[..., :k, :], upper[..., :k]


def _times_inverse(x: Array, upper: Array) -> Array:
    """x @ inv(upper)."""
    return triangular_solution(upper, x.mT, trans=1).mT


def _plus(x: Array, further: Array, axis: Literal[-1, -2]) -> Array:
    """x, with `further` added to its last rows or columns."""
    count = further.shape[axis]
    if not count:
        return x
    parts = (x[..., :-count, :], x[..., -count:, :]) if axis == -2 else (x[..., :-count], x[..., -count:])
    return np.concatenate([parts[0], parts[1] + further], axis=axis)


_triangles: Final = _Triangles()


@overload
def lu(
    a: Variable, permute_l: Literal[False] = False, *, p_indices: bool = False
) -> tuple[NDArray[Any], Variable, Variable]: ...
@overload
def lu(a: Variable, permute_l: Literal[True], *, p_indices: bool = False) -> tuple[Variable, Variable]: ...
@overload
def lu(
    a: ArrayOrNumber, permute_l: Literal[False] = False, *, p_indices: bool = False
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@overload
def lu(a: ArrayOrNumber, permute_l: Literal[True], *, p_indices: bool = False) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(scipy.linalg.lu)
@takes_lists
def lu(a: Any, permute_l: bool = False, *, p_indices: bool = False) -> Any:
    """The p, l and u with a = p @ l @ u: a permutation, and a lower and an upper triangular matrix.

    Args:
        a: a matrix (m, n), or a stack of them; k is the smaller of m and n.
        permute_l: return p @ l (m, k) and u, rather than p, l and u.
        p_indices: p is the index with a = l[p] @ u, rather than a matrix (m, m).

    The diagonal of l (m, k) is ones, and u is (k, n). The permutation has no derivative.

    Raises:
        LinAlgError: (in the derivative) the first k rows and columns of p^T @ a are singular.
        ValueError: a is no matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lu(Variable(np.array([[1.0, 4.0], [2.0, 4.0]])), permute_l=True)
    (variable([[0.5 1. ]
              [1.  0. ]]), variable([[2. 4.]
              [0. 2.]]))
    """
    matrix = as_array(a)
    check_matrix("lu", "a", matrix)
    order, lower, upper = _triangles(matrix)
    order = undifferentiated(order)
    if permute_l:
        return _in_order(lower, order), upper
    if not p_indices:
        order = (order[..., np.newaxis] == np.arange(shape_of(matrix)[-2])).astype(np.finfo(lower.dtype).dtype)
    return order, lower, upper


@overload
def lu_solve(lu_and_piv: tuple[Variable, Operand], b: Operand, trans: Trans = 0) -> Variable: ...
@overload
def lu_solve(lu_and_piv: tuple[ArrayOrNumber, Operand], b: Variable, trans: Trans = 0) -> Variable: ...
@overload
def lu_solve(lu_and_piv: tuple[ArrayOrNumber, Operand], b: ArrayOrNumber, trans: Trans = 0) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.lu_solve)
def lu_solve(lu_and_piv: tuple[Any, Any], b: Any, trans: Any = 0) -> Any:
    """The solution x of a @ x = b, for the result of `lu_factor(a)`; `trans` as in `solve_triangular`.

    Raises:
        LinAlgError: a is singular.
        ValueError: b or the pivots do not fit, or these are no indices of rows.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lu_solve(lu_factor(np.array([[1.0, 4.0], [2.0, 4.0]])), Variable(np.array([5.0, 6.0])))
    variable([1. 1.])
    """
    lu, pivots = lu_and_piv
    b = joined(b)
    matrix, columns = with_columns("lu_solve", lu, b)
    if shape_of(pivots)[-1:] != shape_of(matrix)[-1:]:
        raise ValueError(
            f"scipy.linalg.lu_solve: the pivots have the shape {shape_of(pivots)}, and the factors {shape_of(lu)}"
        )
    pivots = np.broadcast_to(_checked(pivots, shape_of(matrix)[-1]), shape_of(matrix)[:-1])
    if trans in (0, "N"):
        half = triangular_solution(matrix, _exchanged(columns, pivots), lower=True, unit_diagonal=True)
        return like_vector(b, triangular_solution(matrix, half))
    half = triangular_solution(matrix, columns, trans=trans)
    out = triangular_solution(matrix, half, trans=trans, lower=True, unit_diagonal=True)
    return like_vector(b, _exchanged(out, pivots, back=True))


def _checked(pivots: Any, n: int) -> Any:
    known = undifferentiated(pivots)
    if type(known) is not Variable:
        known = np.asarray(known)
        if known.size and (known.dtype.kind not in "iu" or known.min() < 0 or known.max() >= n):
            raise ValueError(f"scipy.linalg.lu_solve: the pivots are {known}; they must be integers from 0 to {n - 1}")
    return pivots
