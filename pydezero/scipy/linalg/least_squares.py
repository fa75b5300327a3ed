"""Least squares, pseudo-inverses and norms: those of `numpy.linalg` with SciPy's parameters."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.typed import array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.linalg import norms
from pydezero.scipy.linalg.stacks import as_array, check_matrix, in_one_dtype
from pydezero.scipy.operands import as_operand, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["lstsq", "norm", "pinv"]


@array_function
@as_in_scipy(scipy.linalg.norm)
@takes_lists
def norm(
    a: Operand, ord: norms.Order = None, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> Array:
    """A norm of a vector or matrix, or of the vectors or matrices in one or two axes: that of `numpy.linalg.norm`.

    Raises:
        ValueError: there is no norm of this order, or of this number of axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> norm(Variable(np.array([3.0, 4.0])))
    variable(5.0)
    """
    return norms.norm(as_operand(a), ord, axis, keepdims)


@overload
def pinv(
    a: Variable, *, atol: None = None, rtol: float | None = None, return_rank: Literal[False] = False
) -> Variable: ...
@overload
def pinv(
    a: Variable, *, atol: None = None, rtol: float | None = None, return_rank: Literal[True]
) -> tuple[Variable, int]: ...
@overload
def pinv(
    a: ArrayOrNumber, *, atol: float | None = None, rtol: float | None = None, return_rank: Literal[False] = False
) -> NDArray[Any]: ...
@overload
def pinv(
    a: ArrayOrNumber, *, atol: float | None = None, rtol: float | None = None, return_rank: Literal[True]
) -> tuple[NDArray[Any], int]: ...
@as_in_scipy(scipy.linalg.pinv)
@takes_lists
def pinv(a: Any, *, atol: float | None = None, rtol: float | None = None, return_rank: bool = False) -> Any:
    """The pseudo-inverse of a matrix (m, n), or of each of a stack of them, and with `return_rank` the rank.

    Singular values up to `rtol` times the largest, by default the precision of the dtype times the larger of m and n,
    are taken for 0. The derivative is that of `numpy.linalg.pinv`; the rank has none.

    Raises:
        TypeError: `atol`, a tolerance that is not relative, is given with a Variable.
        ValueError: a is no matrix, or `rtol` is negative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pinv(Variable(np.array([[2.0], [0.0]])))
    variable([[0.5 0. ]])
    """
    check_matrix("pinv", "a", a)
    if atol is not None:
        raise TypeError("scipy.linalg.pinv: atol is for plain arrays; of a Variable write rtol, relative to its norm")
    matrix = as_array(a)
    if rtol is None:
        rtol = max(shape_of(matrix)[-2:]) * float(np.finfo(matrix.dtype).eps)
    if rtol < 0:
        raise ValueError(f"scipy.linalg.pinv: rtol is {rtol}; it must not be negative")
    inverse = np.linalg.pinv(matrix, rtol)
    if not return_rank:
        return inverse
    return inverse, np.linalg.matrix_rank(undifferentiated(matrix), rtol=rtol)


@overload
def lstsq(a: Variable, b: Operand, cond: float | None = None) -> tuple[Variable, Variable, int, Variable]: ...
@overload
def lstsq(a: ArrayOrNumber, b: Variable, cond: float | None = None) -> tuple[Variable, Variable, int, Variable]: ...
@overload
def lstsq(
    a: ArrayOrNumber, b: ArrayOrNumber, cond: float | None = None
) -> tuple[NDArray[Any], NDArray[Any], int, NDArray[Any]]: ...
@as_in_scipy(scipy.linalg.lstsq)
@takes_lists
def lstsq(a: Any, b: Any, cond: float | None = None) -> Any:
    """The x of the least norm among those for which the norm of b - a @ x is the least.

    Args:
        a: a matrix (m, n).
        b: a vector (m,), or a matrix (m, k) of k right sides.
        cond: singular values of a up to this times the largest are taken for 0; by default the precision of the dtype.

    Returns:
        The x (n,) or (n, k); the sums of squares of b - a @ x, of shape () or (k,), or an empty array where a has not
        rank n, or m is not larger than n; the rank of a, which has no derivative; and the singular values of a. The
        derivatives are those of `numpy.linalg.lstsq`.

    Raises:
        ValueError: a is no matrix, or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lstsq(Variable(np.array([[1.0], [1.0]])), np.array([1.0, 3.0]))[:2]
    (variable([2.]), variable(2.0))
    """
    matrix, right = in_one_dtype(as_array(a), as_array(b))
    of_a, of_b = shape_of(matrix), shape_of(right)
    if len(of_a) != 2 or len(of_b) not in (1, 2) or of_a[0] != of_b[0]:
        raise ValueError(
            f"scipy.linalg.lstsq: a has the shape {of_a} and b the shape {of_b}; they must be a matrix (m, n), and a "
            "vector (m,) or a matrix (m, k)"
        )
    cond = float(np.finfo(matrix.dtype).eps) if cond is None else cond
    x, residuals, rank, values = np.linalg.lstsq(matrix, right, cond)
    if len(of_b) == 1 and len(residuals):  # NumPy has one for the column that a vector is
        residuals = residuals[0]
    return x, residuals, rank, values
