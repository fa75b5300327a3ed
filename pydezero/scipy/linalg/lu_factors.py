"""The LU decomposition, and the solution of linear equations by it.

The derivative of the factors follows from dA = dL U + L dU: L^-1 dA U^-1 is the sum of two triangles (F. de Hoog,
R. Anderssen and M. Lukas, "Differentiation of matrix functionals using triangular factorization", 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, overload

import attrs
import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.linalg.factorization import Factorization
from pydezero.scipy.linalg.solving import Trans, like_vector, triangular_solution, with_columns
from pydezero.scipy.linalg.stacks import as_array, check_square, several_over_stack
from pydezero.scipy.operands import joined

__all__ = ["lu_factor", "lu_solve"]


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
    order = bind(_order_p, pivots)
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
@without_variables(scipy.linalg.lu_factor)
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


@overload
def lu_solve(lu_and_piv: tuple[Variable, Operand], b: Operand, trans: Trans = 0) -> Variable: ...
@overload
def lu_solve(lu_and_piv: tuple[ArrayOrNumber, Operand], b: Variable, trans: Trans = 0) -> Variable: ...
@overload
def lu_solve(lu_and_piv: tuple[ArrayOrNumber, Operand], b: ArrayOrNumber, trans: Trans = 0) -> NDArray[Any]: ...
@without_variables(scipy.linalg.lu_solve)
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
