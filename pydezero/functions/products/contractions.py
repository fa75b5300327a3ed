"""Products of stacks of vectors and matrices over their last axes: `matvec`, `vecmat` and `vecdot`.

NumPy conjugates the first vector of `vecdot` and `vecmat`, and so do these functions. No rule conjugates anything else.
"""

from __future__ import annotations

import numpy as np

from pydezero.core.typed import binary_array_function, binary_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.elementwise.complex import conjugate
from pydezero.functions.products.einstein import einsum
from pydezero.functions.products.matmul import matmul
from pydezero.functions.shapes.shape import expand_dims, moveaxis

__all__ = [
    "matvec",
    "vecdot",
    "vecmat",
]


@binary_function
def matvec(x1: Operand, x2: Operand, /) -> Array:
    """The product of each matrix in the last two axes of x1 with the vector in the last axis of x2.

    The other axes broadcast against each other.

    Raises:
        ValueError: x1 has fewer than two axes or x2 has none, or the lengths of the summed axes differ.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matvec(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([[1.0, 0.0], [0.0, 1.0]]))
    variable([[1. 3.]
              [2. 4.]])
    """
    _check("matvec", shape_of(x1), shape_of(x2), 2, 1, -1)
    if len(shape_of(x2)) == 1:
        return matmul(x1, x2)
    return matmul(x1, expand_dims(x2, -1))[..., 0]


@binary_function
def vecmat(x1: Operand, x2: Operand, /) -> Array:
    """The product of the conjugate of each vector in the last axis of x1 with the matrix in the last two axes of x2.

    The other axes broadcast against each other.

    Raises:
        ValueError: x1 has no axis or x2 fewer than two, or the lengths of the summed axes differ.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vecmat(Variable(np.array([1.0, 2.0])), np.array([[1.0, 0.0], [3.0, 1.0]]))
    variable([7. 2.])
    """
    _check("vecmat", shape_of(x1), shape_of(x2), 1, 2, -2)
    x1 = _conjugated(x1)
    if len(shape_of(x1)) == 1:
        return matmul(x1, x2)
    return matmul(expand_dims(x1, -2), x2)[..., 0, :]


@binary_array_function
def vecdot(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Array:
    """The sums of the products of conj(x1) and x2 along an axis of both; the other axes broadcast against each other.

    Raises:
        ValueError: x1 or x2 has no axis, or the lengths of the summed axes differ.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vecdot(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([1.0, 10.0]))
    variable([21. 43.])
    """
    if axis != -1:
        x1, x2 = moveaxis(x1, axis, -1), moveaxis(x2, axis, -1)
    _check("vecdot", shape_of(x1), shape_of(x2), 1, 1, -1)
    return einsum("...i,...i->...", _conjugated(x1), x2)


def _conjugated(x: Operand) -> Operand:
    return conjugate(x) if np.iscomplexobj(x) else x


def _check(name: str, x_shape: tuple[int, ...], y_shape: tuple[int, ...], x_ndim: int, y_ndim: int, axis: int) -> None:
    """Raise unless there are at least so many axes, and as many elements in the last axis of x as in an axis of y."""
    if len(x_shape) < x_ndim or len(y_shape) < y_ndim or x_shape[-1] != y_shape[axis]:
        raise ValueError(
            f"{name}: operands of shapes {x_shape} and {y_shape}; they need at least {x_ndim} and {y_ndim} axes, "
            f"and the last axis of the first must be as long as axis {axis} of the second"
        )
