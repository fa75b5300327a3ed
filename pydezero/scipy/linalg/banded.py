"""Linear equations with a banded matrix, which is given by its diagonals.

The element a[i, j] of the matrix is in ab[upper + i - j, j].
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
from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.linalg.stacks import as_array

__all__ = ["solve_banded"]


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


def _batched(batched: Sequence[bool], ab: Array, b: Array, lower: int, upper: int) -> Array:
    if batched[0]:
        return looped(batched, banded_p, (ab, b), {"lower": lower, "upper": upper})
    columns = np.moveaxis(b, 0, 1)  # of all examples side by side
    out = bind(banded_p, ab, as_rows(columns), lower=lower, upper=upper)
    return np.moveaxis(np.reshape(out, columns.shape), 1, 0)


banded_p: Final[General] = define(General, "solve_banded", _solved, _rule_ab, _rule_b, batch=_batched)


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
@without_variables(scipy.linalg.solve_banded)
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
    diagonals, right = as_array(ab), as_array(b)
    of_ab, of_b = shape_of(diagonals), shape_of(right)
    if min(lower, upper) < 0 or len(of_ab) != 2 or of_ab[0] != lower + upper + 1:
        raise ValueError(
            f"scipy.linalg.solve_banded: ab has the shape {of_ab}; for {lower} diagonals below and {upper} above the "
            f"main one, neither of which may be negative, it must have {lower + upper + 1} rows"
        )
    if len(of_b) not in (1, 2) or of_b[0] != of_ab[1]:
        raise ValueError(f"scipy.linalg.solve_banded: b of shape {of_b} does not fit ab of shape {of_ab}")
    dtype = np.result_type(diagonals.dtype, right.dtype, np.float32)
    return banded_solution(in_dtype(diagonals, dtype), in_dtype(right, dtype), int(lower), int(upper))
