"""Linear equations, and Cholesky factors.

The rules are those of M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008). Where SciPy reads one triangle of a matrix, that triangle alone gets a derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
import scipy.linalg
from numpy.linalg import LinAlgError
from numpy.typing import NDArray
from scipy.linalg.lapack import dtrtrs

from pydezero.core.batching import all_batched, as_rows
from pydezero.core.bind import bind
from pydezero.core.power_series import Coefficients, less
from pydezero.core.primitive import General, define
from pydezero.core.typed import array_function, binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import reshape
from pydezero.scipy.linalg.stacks import adjoint, as_array, check_square, in_one_dtype, over_stack, stacked_alike
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = [
    "cho_factor",
    "cho_solve",
    "cholesky",
    "det",
    "inv",
    "solve",
    "solve_triangular",
]

Trans: TypeAlias = Literal[0, 1, 2, "N", "T", "C"]


def _triangular(a: Array, b: Array, lower: bool, unit_diagonal: bool) -> Array:
    if not b.size:  # an older SciPy raises
        return np.zeros(b.shape, np.result_type(b.dtype, np.float32))
    if a.ndim == b.ndim == 2 and a.dtype == b.dtype == np.float64:
        # LAPACK's own, for its arrays of columns: the transpose of one of rows, which is no copy.
        solution, failed_at = dtrtrs(a.T, b, lower=not lower, trans=1, unitdiag=unit_diagonal)
        if failed_at:
            raise LinAlgError(f"singular matrix: resolution failed at diagonal {failed_at - 1}")
        return solution
    return over_stack(scipy.linalg.solve_triangular, a, b, lower=lower, unit_diagonal=unit_diagonal, check_finite=False)


def _triangular_rule_a(g: Array, x: Array, out: Array, lower: bool, unit_diagonal: bool) -> Array:
    pulled = -(_triangular_rule_b(g, x, lower, unit_diagonal) @ out.mT)
    is_read = np.tri(x.shape[-1], k=-int(unit_diagonal), dtype=bool)
    return np.where(is_read if lower else is_read.T, pulled, 0)


def _triangular_rule_b(g: Array, x: Array, lower: bool, unit_diagonal: bool) -> Array:
    return bind(_triangular_p, x.mT, g, lower=not lower, unit_diagonal=unit_diagonal)


def _triangular_batched(batched: Sequence[bool], a: Array, b: Array, **params: bool) -> Array:
    if batched[0] or len(shape_of(a)) > 2:
        return bind(_triangular_p, *all_batched(batched, (a, b)), **params)
    # One matrix for all examples: their right sides are the columns of one.
    columns = np.moveaxis(b, 0, 1)
    shape = columns.shape
    solutions = bind(_triangular_p, a, as_rows(columns), **params)
    return np.moveaxis(np.reshape(solutions, shape), 1, 0)


def _triangular_coefficient(
    k: int, out: Coefficients, a: Coefficients, b: Coefficients, lower: bool, unit_diagonal: bool
) -> Array:
    """The coefficient of the solution, from a out = b, where one triangle of a is read."""
    is_read = np.tri(a(0).shape[-1], k=-int(unit_diagonal), dtype=bool)
    is_read = is_read if lower else is_read.T
    right = b(k)
    for j in range(1, k + 1):
        matrix, solution = a(j), out(k - j)
        if matrix is not None and solution is not None:
            right = less(right, np.where(is_read, matrix, 0) @ solution)
    return None if right is None else bind(_triangular_p, a(0), right, lower=lower, unit_diagonal=unit_diagonal)


_triangular_p: Final[General] = define(
    General,
    "solve_triangular",
    _triangular,
    _triangular_rule_a,
    _triangular_rule_b,
    batch=_triangular_batched,
    coefficient=_triangular_coefficient,
)


@binary_array_function
@as_in_scipy(scipy.linalg.solve_triangular)
@takes_lists
def solve_triangular(
    a: Operand, b: Operand, trans: Trans = 0, lower: bool = False, unit_diagonal: bool = False
) -> Array:
    """The solution x of a @ x = b for a triangular matrix a; the other triangle is not read.

    As in `scipy.linalg`, b is a vector if it has one axis, and a matrix or a stack of them otherwise. `trans` takes the
    transpose of a (1 or "T") or its adjoint (2 or "C"), and `lower` says which triangle a has before that. With
    `unit_diagonal` the diagonal is not read either, and taken for ones.

    Raises:
        LinAlgError: there is a 0 on the diagonal.
        ValueError: a is not square, or b does not fit, or `trans` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_triangular(np.array([[2.0, 0.0], [1.0, 4.0]]), Variable(np.array([2.0, 5.0])), lower=True)
    variable([1. 1.])
    """
    return triangular_solution(a, b, trans, lower, unit_diagonal)


def triangular_solution(
    a: Operand, b: Operand, trans: Trans = 0, lower: bool = False, unit_diagonal: bool = False
) -> Array:
    """`solve_triangular`, of stacks of plain arrays too, which an older SciPy does not take."""
    matrix, columns = with_columns("solve_triangular", a, b)
    if trans not in (0, 1, 2, "N", "T", "C"):
        raise ValueError(f"scipy.linalg.solve_triangular: trans is {trans!r}; it must be 0, 1, 2, 'N', 'T' or 'C'")
    if trans not in (0, "N"):
        matrix, lower = adjoint(matrix) if trans in (2, "C") else matrix.mT, not lower
    out = bind(_triangular_p, matrix, columns, lower=bool(lower), unit_diagonal=bool(unit_diagonal))
    return like_vector(b, out)


def with_columns(name: str, a: Operand, b: Operand) -> tuple[Array, Array]:
    """A square matrix and its right sides as matrices, or as stacks of the same shape in front.

    Raises:
        ValueError: a is not square, or b does not fit.
    """
    check_square(name, "a", a)
    columns = as_array(b)
    if columns.ndim == 1:
        columns = reshape(columns, (len(columns), 1))
    if not columns.ndim or columns.shape[-2] != shape_of(a)[-1]:
        raise ValueError(f"scipy.linalg.{name}: b of shape {shape_of(b)} does not fit a of shape {shape_of(a)}")
    a, columns = stacked_alike(*in_one_dtype(as_array(a), columns))
    return a, columns


def like_vector(b: Operand, columns: Array) -> Array:
    """The solutions for the columns of `with_columns`: a vector where b is one."""
    if len(shape_of(b)) != 1:
        return columns
    return reshape(columns, (len(columns),)) if len(columns.shape) == 2 else columns[..., 0]


@array_function
@as_in_scipy(scipy.linalg.cholesky)
def cholesky(a: Operand, lower: bool = False) -> Array:
    """The upper triangular U with a = U^H @ U of a positive definite matrix, or with `lower` the L with a = L @ L^H.

    The other triangle of a is not read, and gets the derivative 0. For a derivative that is symmetric write
    `cholesky((a + a.mT) / 2)`.

    Raises:
        LinAlgError: a is not square, or not positive definite.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cholesky(Variable(np.array([[4.0, 2.0], [2.0, 5.0]])))
    variable([[2. 1.]
              [0. 2.]])
    """
    return cholesky_factor(a, lower)


def cholesky_factor(a: Operand, lower: bool) -> Array:
    """`cholesky`, of stacks of plain arrays too, which an older SciPy does not take."""
    triangle: dict[str, Any] = {"upper": not lower}  # which NumPy 2.0's stubs do not know
    return np.linalg.cholesky(as_array(a), **triangle)


@overload
def cho_factor(a: Variable, lower: bool = False) -> tuple[Variable, bool]: ...
@overload
def cho_factor(a: ArrayOrNumber, lower: bool = False) -> tuple[NDArray[Any], bool]: ...
@as_in_scipy(scipy.linalg.cho_factor)
def cho_factor(a: Any, lower: bool = False) -> tuple[Any, bool]:
    """The Cholesky factor of a positive definite matrix, and whether it is the lower one: the input of `cho_solve`.

    The other triangle of the factor of a Variable is zeros; SciPy leaves arbitrary elements there.

    Raises:
        LinAlgError: a is not square, or not positive definite.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> factor = cho_factor(Variable(np.array([[4.0, 2.0], [2.0, 5.0]])))
    >>> cho_solve(factor, np.array([8.0, 12.0]))
    variable([1. 2.])
    """
    return cholesky(a, lower=lower), bool(lower)


@overload
def cho_solve(c_and_lower: tuple[Variable, bool], b: Operand) -> Variable: ...
@overload
def cho_solve(c_and_lower: tuple[ArrayOrNumber, bool], b: Variable) -> Variable: ...
@overload
def cho_solve(c_and_lower: tuple[ArrayOrNumber, bool], b: ArrayOrNumber) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.cho_solve)
def cho_solve(c_and_lower: tuple[Any, bool], b: Any) -> Any:
    """The solution x of a @ x = b, for the result of `cho_factor(a)`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cho_solve((np.array([[2.0, 1.0], [0.0, 2.0]]), False), Variable(np.array([8.0, 12.0])))
    variable([1. 2.])
    """
    c, lower = c_and_lower
    half = solve_triangular(c, b, trans=0 if lower else 2, lower=lower)
    return solve_triangular(c, half, trans=2 if lower else 0, lower=lower)


@binary_array_function
@as_in_scipy(scipy.linalg.solve)
@takes_lists
def solve(
    a: Operand, b: Operand, lower: bool = False, *, assume_a: str | None = None, transposed: bool = False
) -> Array:
    """The solution x of a @ x = b, or with `transposed` of a.T @ x = b.

    As in `scipy.linalg`, b is a vector if it has one axis, and a matrix or a stack of them otherwise. `assume_a` says
    what is known of a, and so what is read of it: for "sym", "her" and "pos" one triangle, the lower one with `lower`;
    for "upper triangular", "lower triangular", "diagonal" and "tridiagonal" these elements. The others get the
    derivative 0.

    Raises:
        LinAlgError: a is singular, or for "pos" not positive definite.
        ValueError: a is not square, or b does not fit, or `assume_a` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), Variable(np.array([2.0, 2.0])), assume_a="pos")
    variable([1.  0.5])
    """
    matrix, columns = with_columns("solve", a, b)
    return like_vector(b, _solved(matrix, columns, lower, _STRUCTURES.get(assume_a, assume_a), transposed))


_STRUCTURES: Final[dict[str | None, str]] = {
    None: "gen",
    "general": "gen",
    "banded": "gen",
    "symmetric": "sym",
    "hermitian": "her",
    "positive definite": "pos",
}


def _solved(a: Array, b: Array, lower: bool, structure: str | None, transposed: bool) -> Array:
    if structure == "pos":
        factor = cholesky(a, lower=lower)
        return cho_solve((np.conjugate(factor) if transposed else factor, lower), b)
    if structure in ("upper triangular", "lower triangular"):
        return solve_triangular(a, b, trans=1 if transposed else 0, lower=structure == "lower triangular")
    a = filled(a, lower, structure)
    return np.linalg.solve(a.mT if transposed else a, b)


def filled(a: Array, lower: bool, structure: str | None) -> Array:
    """The matrix that a stands for with this structure, made of the elements of a that are read."""
    n = a.shape[-1]
    offset = np.arange(n) - np.arange(n)[:, np.newaxis]
    match structure:
        case "gen":
            return a
        case "diagonal":
            return np.where(offset == 0, a, 0)
        case "tridiagonal":
            return np.where(np.abs(offset) <= 1, a, 0)
        case "sym":
            return np.where(offset <= 0 if lower else offset >= 0, a, a.mT)
        case "her":
            whole = np.where(offset < 0 if lower else offset > 0, a, adjoint(a))
            return np.where(offset == 0, np.real(a), whole) if a.dtype.kind == "c" else whole
    raise ValueError(f"scipy.linalg.solve: assume_a is {structure!r}, which is no structure that it knows")


@array_function
@as_in_scipy(scipy.linalg.inv)
def inv(a: Operand) -> Array:
    """The inverse of a square matrix.

    Raises:
        LinAlgError: a is not square, or it is singular.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> inv(Variable(np.array([[2.0, 0.0], [0.0, 4.0]])))
    variable([[0.5  0.  ]
              [0.   0.25]])
    """
    return np.linalg.inv(as_array(a))


@array_function
@as_in_scipy(scipy.linalg.det)
def det(a: Operand) -> Array:
    """The determinant of a square matrix, always in double precision.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> det(Variable(np.array([[2.0, 1.0], [0.0, 2.0]])))
    variable(4.0)
    """
    matrix = as_array(a)
    return np.linalg.det(matrix.astype(np.result_type(matrix.dtype, np.float64)))
