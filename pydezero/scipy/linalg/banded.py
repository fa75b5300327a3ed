"""Linear equations with a banded matrix, which is given by its diagonals, and its Cholesky factor.

The element a[i, j] of the matrix is in ab[upper + i - j, j]. A Hermitian matrix is given by the main diagonal and those
on one side of it: those above, or below with `lower`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, overload

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.batching import as_rows, looped
from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.linalg.matrices import conj
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.linalg.solving import cholesky_factor
from pydezero.scipy.linalg.stacks import as_array, check_matrix
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["cho_solve_banded", "cholesky_banded", "solve_banded", "solveh_banded"]


def _solved(ab: Array, b: Array, lower: int, upper: int) -> Array:
    return scipy.linalg.solve_banded((lower, upper), ab, b, check_finite=False)


def _moved(x: Array, by: int) -> Array:
    """The elements of x from the place `by` on, with zeros where there are none."""
    n = x.shape[0]
    zeros = np.zeros((min(abs(by), n), *x.shape[1:]), x.dtype)
    return np.concatenate([x[by:], zeros] if by > 0 else [zeros, x[: n + by] if n + by > 0 else x[:0]])


def _transposed(ab: Array, lower: int, upper: int) -> Array:
    return np.stack([_moved(ab[lower + upper - row], row - lower) for row in range(lower + upper + 1)])


def _rule_b(g: Array, x: Array, lower: int, upper: int) -> Array:
    return bind(banded_p, _transposed(x, lower, upper), g, lower=upper, upper=lower)


def _rule_ab(g: Array, x: Array, out: Array, lower: int, upper: int) -> Array:
    pulled = _rule_b(g, x, lower, upper)
    return np.stack([-np.sum(_moved(pulled, row - upper) * out, axis=1) for row in range(lower + upper + 1)])


def _batched(primitive: General, batched: Sequence[bool], ab: Array, b: Array, params: dict[str, Any]) -> Array:
    if batched[0]:
        return looped(batched, primitive, (ab, b), params)
    columns = np.moveaxis(b, 0, 1)  # of all examples side by side
    out = bind(primitive, ab, as_rows(columns), **params)
    return np.moveaxis(np.reshape(out, columns.shape), 1, 0)


def _solved_definite(ab: Array, b: Array, lower: bool) -> Array:
    return scipy.linalg.solveh_banded(ab, b, lower=lower, check_finite=False)


def _definite_rule_b(g: Array, x: Array, lower: bool) -> Array:
    return bind(_definite_p, conj(x), g, lower=lower)


def _definite_rule_ab(g: Array, x: Array, out: Array, lower: bool) -> Array:
    """The cotangent of the diagonals: each element stands for two of the matrix, and on the main one its real part."""
    pulled, count = _definite_rule_b(g, x, lower), x.shape[0]
    rows = []
    for by in range(count) if lower else range(1 - count, 1):
        pulled_here = -np.sum(_moved(pulled, by) * out, axis=1)
        rows.append(pulled_here + conj(-np.sum(pulled * _moved(out, by), axis=1)) if by else _real_of(pulled_here))
    return np.stack(rows)


def _real_of(x: Array) -> Array:
    return np.real(x).astype(x.dtype) if x.dtype.kind == "c" else x


banded_p: Final[General] = define(
    General,
    "solve_banded",
    _solved,
    _rule_ab,
    _rule_b,
    batch=lambda batched, ab, b, **params: _batched(banded_p, batched, ab, b, params),
)
_definite_p: Final[General] = define(
    General,
    "solveh_banded",
    _solved_definite,
    _definite_rule_ab,
    _definite_rule_b,
    batch=lambda batched, ab, b, **params: _batched(_definite_p, batched, ab, b, params),
)


def banded_solution(ab: Array, b: Array, lower: int, upper: int) -> Array:
    """The solution x of a @ x = b, along the first axis of b, which may have several.

    Raises:
        LinAlgError: the matrix is singular.
    """
    return np.reshape(bind(banded_p, ab, as_rows(b), lower=lower, upper=upper), b.shape)


@overload
def solve_banded(l_and_u: tuple[int, int], ab: Variable, b: Operand) -> Variable: ...
@overload
def solve_banded(l_and_u: tuple[int, int], ab: ArrayOrNumber, b: Variable) -> Variable: ...
@overload
def solve_banded(l_and_u: tuple[int, int], ab: ArrayOrNumber, b: ArrayOrNumber) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.solve_banded)
def solve_banded(l_and_u: tuple[int, int], ab: Any, b: Any) -> Any:
    """The solution x of a @ x = b for a banded matrix, which is given by its diagonals.

    Args:
        l_and_u: the numbers of diagonals below and above the main one.
        ab: the diagonals, from the uppermost: a[i, j] is in ab[u + i - j, j]. What lies outside of the matrix is not
            read, and gets the derivative 0.
        b: a vector, or a matrix whose columns are right sides.

    Raises:
        LinAlgError: the matrix is singular.
        ValueError: ab or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_banded((1, 0), np.array([[2.0, 4.0], [1.0, 0.0]]), Variable(np.array([2.0, 5.0])))
    variable([1. 1.])
    """
    lower, upper = l_and_u
    diagonals, right = _in_one_dtype(as_array(ab), as_array(b))
    of_ab = shape_of(diagonals)
    if min(lower, upper) < 0 or len(of_ab) != 2 or of_ab[0] != lower + upper + 1:
        raise ValueError(
            f"scipy.linalg.solve_banded: ab has the shape {of_ab}; for {lower} diagonals below and {upper} above the "
            f"main one, neither of which may be negative, it must have {lower + upper + 1} rows"
        )
    _check_right_side("solve_banded", diagonals, right)
    return banded_solution(diagonals, right, int(lower), int(upper))


def _in_one_dtype(ab: Array, b: Array) -> tuple[Array, Array]:
    dtype = np.result_type(ab.dtype, b.dtype, np.float32)
    return in_dtype(ab, dtype), in_dtype(b, dtype)


def _check_right_side(name: str, ab: Array, b: Array) -> None:
    of_ab, of_b = shape_of(ab), shape_of(b)
    if len(of_ab) != 2 or not of_ab[0]:
        raise ValueError(f"scipy.linalg.{name}: the diagonals have the shape {of_ab}; it must be (diagonals, n)")
    if len(of_b) not in (1, 2) or of_b[0] != of_ab[1]:
        raise ValueError(f"scipy.linalg.{name}: b of shape {of_b} does not fit ab of shape {of_ab}")


@overload
def solveh_banded(ab: Variable, b: Operand, *, lower: bool = False) -> Variable: ...
@overload
def solveh_banded(ab: ArrayOrNumber, b: Variable, *, lower: bool = False) -> Variable: ...
@overload
def solveh_banded(ab: ArrayOrNumber, b: ArrayOrNumber, *, lower: bool = False) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.solveh_banded)
@takes_lists
def solveh_banded(ab: Any, b: Any, *, lower: bool = False) -> Any:
    """The solution x of a @ x = b for a Hermitian, positive definite banded matrix, given by its diagonals.

    Args:
        ab: the diagonals (u + 1, n): a[i, j] is in ab[u + i - j, j] for i <= j, or with `lower` in ab[i - j, j] for
            i >= j. What lies outside of the matrix, and the imaginary part of the main diagonal, is not read, and gets
            the derivative 0.
        b: a vector, or a matrix whose columns are right sides.
        lower: whether ab has the diagonals below the main one, rather than those above.

    Raises:
        LinAlgError: the matrix is not positive definite.
        ValueError: ab or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solveh_banded(np.array([[0.0, 1.0], [2.0, 2.0]]), Variable(np.array([3.0, 3.0])))
    variable([1. 1.])
    """
    diagonals, right = _in_one_dtype(as_array(ab), as_array(b))
    _check_right_side("solveh_banded", diagonals, right)
    return np.reshape(bind(_definite_p, diagonals, as_rows(right), lower=bool(lower)), right.shape)


@overload
def cholesky_banded(ab: Variable, *, lower: bool = False) -> Variable: ...
@overload
def cholesky_banded(ab: ArrayOrNumber, *, lower: bool = False) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.cholesky_banded)
@takes_lists
def cholesky_banded(ab: Any, *, lower: bool = False) -> Any:
    """The diagonals of the Cholesky factor of a banded matrix, given by its diagonals: the input of `cho_solve_banded`.

    `ab` and `lower` are those of `solveh_banded`, and the factor is that of `cholesky`, of the same bands. Outside of
    the matrix there are zeros; SciPy leaves arbitrary elements there. Stacks are taken, too. Of a Variable the factor
    is that of the whole matrix: it takes n^2 of memory, and n^3 of time.

    Raises:
        LinAlgError: the matrix is not positive definite.
        ValueError: ab is no matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cholesky_banded(Variable(np.array([[0.0, 2.0], [4.0, 5.0]])))
    variable([[0. 1.]
              [2. 2.]])
    """
    check_matrix("cholesky_banded", "ab", ab)
    diagonals = as_array(ab)
    count, n = shape_of(diagonals)[-2:]
    shift = 0 if lower else count - 1  # a[i, j] is in ab[shift + i - j, j]
    i, j = np.indices((n, n))
    whole = _taken(diagonals, shift + i - j, j)
    row, j = np.indices((count, n))
    return _taken(cholesky_factor(whole, bool(lower)), row - shift + j, j)


def _taken(x: Array, i: NDArray[np.intp], j: NDArray[np.intp]) -> Array:
    """The elements of matrices at some places, with zeros where there is none."""
    is_there = (i >= 0) & (i < x.shape[-2])
    return np.where(is_there, getitem(x, (..., np.where(is_there, i, 0), j)), 0)


@overload
def cho_solve_banded(cb_and_lower: tuple[Variable, bool], b: Operand) -> Variable: ...
@overload
def cho_solve_banded(cb_and_lower: tuple[ArrayOrNumber, bool], b: Variable) -> Variable: ...
@overload
def cho_solve_banded(cb_and_lower: tuple[ArrayOrNumber, bool], b: ArrayOrNumber) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.cho_solve_banded)
def cho_solve_banded(cb_and_lower: tuple[Any, bool], b: Any) -> Any:
    """The solution x of a @ x = b, for the factor `cholesky_banded(a, lower=lower)`, given with `lower` in a tuple.

    Raises:
        LinAlgError: the factor is singular.
        ValueError: the factor or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> factor = np.array([[0.0, 1.0], [2.0, 2.0]])
    >>> cho_solve_banded((factor, False), Variable(np.array([6.0, 7.0])))
    variable([1. 1.])
    """
    cb, lower = cb_and_lower
    factor, right = _in_one_dtype(as_array(cb), as_array(b))
    _check_right_side("cho_solve_banded", factor, right)
    count = factor.shape[0] - 1
    bands = (count, 0) if lower else (0, count)
    adjoint = conj(_transposed(factor, *bands))
    if lower:
        return banded_solution(adjoint, banded_solution(factor, right, count, 0), 0, count)
    return banded_solution(factor, banded_solution(adjoint, right, count, 0), 0, count)
