"""Powers of matrices that are no integers, and the derivative of the exponential as a function of its own.

A power is the exponential of a multiple of the logarithm (N. Higham, "Functions of Matrices", 2008, section 7.3).
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, overload

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import in_double
from pydezero.scipy.linalg.matrix_functions import derivative_of_expm, expm, logm_by_roots_p
from pydezero.scipy.linalg.stacks import check_square, stacked_alike
from pydezero.scipy.operands import as_operand, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["expm_frechet", "fractional_matrix_power"]

Method: TypeAlias = Literal["SPS", "blockEnlarge"] | None


@overload
def fractional_matrix_power(A: Variable, t: float | Operand) -> Variable: ...  # noqa: N803  # SciPy's name
@overload
def fractional_matrix_power(A: ArrayOrNumber, t: Variable) -> Variable: ...  # noqa: N803  # likewise
@overload
def fractional_matrix_power(A: ArrayOrNumber, t: float) -> NDArray[Any]: ...  # noqa: N803  # likewise
@as_in_scipy(scipy.linalg.fractional_matrix_power)
@takes_lists
def fractional_matrix_power(A: Any, t: Any) -> Any:  # noqa: N803  # likewise
    """The principal power t of a square matrix, or of each of a stack; of a real one complex where it has to be.

    For an integer t it is `numpy.linalg.matrix_power`, which needs no logarithm. A power has a derivative with respect
    to t, too. Where a real matrix has complex eigenvalues and a real power, SciPy returns that as complex numbers.

    Raises:
        LinAlgError: a matrix is singular, and t is no integer, or negative.
        ValueError: A is not square, or t is no number.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fractional_matrix_power(Variable(np.diag([4.0, 9.0])), -0.5)
    variable([[0.5        0.        ]
              [0.         0.33333333]])
    """
    check_square("fractional_matrix_power", "A", A)
    if shape_of(t):
        raise ValueError(f"scipy.linalg.fractional_matrix_power: t has the shape {shape_of(t)}; it must be a number")
    matrix = as_operand(A)
    if type(t) is not Variable and t == int(t):
        return np.linalg.matrix_power(matrix, int(t))
    return expm(t * bind(logm_by_roots_p, in_double(matrix)))


@overload
def expm_frechet(
    A: Variable,  # noqa: N803  # likewise
    E: Operand,  # noqa: N803  # likewise
    method: Method = None,
    compute_expm: Literal[True] = True,
) -> tuple[Variable, Variable]: ...
@overload
def expm_frechet(
    A: ArrayOrNumber,  # noqa: N803  # likewise
    E: Variable,  # noqa: N803  # likewise
    method: Method = None,
    compute_expm: Literal[True] = True,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def expm_frechet(
    A: ArrayOrNumber,  # noqa: N803  # likewise
    E: ArrayOrNumber,  # noqa: N803  # likewise
    method: Method = None,
    compute_expm: Literal[True] = True,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def expm_frechet(
    A: Variable,  # noqa: N803  # likewise
    E: Operand,  # noqa: N803  # likewise
    method: Method = None,
    *,
    compute_expm: Literal[False],
) -> Variable: ...
@overload
def expm_frechet(
    A: ArrayOrNumber,  # noqa: N803  # likewise
    E: Variable,  # noqa: N803  # likewise
    method: Method = None,
    *,
    compute_expm: Literal[False],
) -> Variable: ...
@overload
def expm_frechet(
    A: ArrayOrNumber,  # noqa: N803  # likewise
    E: ArrayOrNumber,  # noqa: N803  # likewise
    method: Method = None,
    *,
    compute_expm: Literal[False],
) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.expm_frechet)
@takes_lists
def expm_frechet(A: Any, E: Any, method: Method = None, compute_expm: bool = True) -> Any:  # noqa: N803  # likewise
    """The exponential of a square matrix A, and its derivative in the direction E; or the derivative alone.

    Args:
        A: a square matrix, or a stack of them.
        E: a matrix of the same shape, or a stack of them.
        method: SciPy's algorithm for plain arrays; of Variables it is always that of "blockEnlarge".
        compute_expm: whether to return the exponential beside its derivative.

    Raises:
        ValueError: A is not square, or E has another shape, or the method is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> expm_frechet(np.zeros((2, 2)), Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), compute_expm=False)
    variable([[1. 2.]
              [3. 4.]])
    """
    check_square("expm_frechet", "A", A)
    if shape_of(E)[-2:] != shape_of(A)[-2:] or method not in (None, "SPS", "blockEnlarge"):
        raise ValueError(
            f"scipy.linalg.expm_frechet: E has the shape {shape_of(E)}, and method is {method!r}; for A of shape "
            f"{shape_of(A)} E must have the same, and method be None, 'SPS' or 'blockEnlarge'"
        )
    matrix, direction = stacked_alike(in_double(as_operand(A)), in_double(as_operand(E)))
    derivative: Array = derivative_of_expm(matrix, direction)
    return (expm(matrix), derivative) if compute_expm else derivative
