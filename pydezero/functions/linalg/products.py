"""Products and parts of matrices, with the arguments of `numpy.linalg`: some have a namesake in `numpy`."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.typed import (
    array_function,
    binary_array_function,
    binary_function,
    joining_function,
    unary_function,
    without_variables,
)
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.linalg.matrices import check_matrices, check_square, conj, identity_like
from pydezero.functions.products import diagonals, products
from pydezero.functions.products.matmul import matmul
from pydezero.functions.shapes.shape import as_operand, swapaxes

__all__ = [
    "cross",
    "diagonal",
    "matmul",
    "matrix_power",
    "matrix_transpose",
    "multi_dot",
    "outer",
    "tensordot",
    "trace",
    "vecdot",
]


@array_function
def diagonal(x: Operand, /, *, offset: int = 0) -> Array:
    """The diagonal of a matrix, or of each of a stack of them; above the main one by `offset`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagonal(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([1. 4.])
    """
    check_matrices("diagonal", shape_of(x))
    return diagonals.diagonal(x, offset, -2, -1)


@array_function
def trace(x: Operand, /, *, offset: int = 0) -> Array:
    """The sum along the diagonal of a matrix, or of each of a stack of them; above the main one by `offset`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trace(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable(5.0)
    """
    check_matrices("trace", shape_of(x))
    return diagonals.trace(x, offset, -2, -1)


@unary_function
def matrix_transpose(x: Operand, /) -> Array:
    """The transpose of a matrix, or of each of a stack of them. Nothing is conjugated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_transpose(Variable(np.ones((4, 2, 3)))).shape
    (4, 3, 2)
    """
    check_matrices("matrix_transpose", shape_of(x))
    return swapaxes(x, -1, -2)


@binary_function
def outer(x1: Operand, x2: Operand, /) -> Array:
    """All products of an element of one vector with an element of another.

    Raises:
        ValueError: one of them is no vector; `np.outer` takes arrays of any shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> outer(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable([[3. 4.]
              [6. 8.]])
    """
    if len(shape_of(x1)) != 1 or len(shape_of(x2)) != 1:
        raise ValueError(
            f"linalg.outer: the arguments have the shapes {shape_of(x1)} and {shape_of(x2)}; they must be vectors "
            "(np.outer takes arrays of any shape)"
        )
    return products.outer(x1, x2)


@binary_array_function
def tensordot(x1: Operand, x2: Operand, /, *, axes: int | Sequence[int | Sequence[int]] = 2) -> Array:
    """The sum of products over pairs of axes, as `np.tensordot`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensordot(Variable(np.ones((2, 3, 4))), np.ones((3, 4, 5))).shape
    (2, 5)
    """
    return products.tensordot(x1, x2, axes)


@binary_array_function
@without_variables(np.linalg.vecdot)
def vecdot(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Array:
    """The sum of the products of conj(x1) and x2 along an axis; the other axes broadcast.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vecdot(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([1.0, 1.0]))
    variable([3. 7.])
    """
    first, second = (_axis_last(x, axis) for x in (x1, x2))
    if first.shape[-1] != second.shape[-1]:
        raise ValueError(
            f"linalg.vecdot: the arguments have the shapes {shape_of(x1)} and {shape_of(x2)}, of which the lengths of "
            f"axis {axis} differ"
        )
    return np.einsum("...i,...i->...", conj(first), second)


@binary_array_function
@without_variables(np.linalg.cross)
def cross(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Array:
    """The cross products of vectors of three elements along an axis; the other axes broadcast.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cross(Variable(np.array([1.0, 0.0, 0.0])), np.array([0.0, 1.0, 0.0]))
    variable([0. 0. 1.])
    """
    first, second = (_axis_last(x, axis) for x in (x1, x2))
    if first.shape[-1] != 3 or second.shape[-1] != 3:
        raise ValueError(
            f"linalg.cross: the arguments have the shapes {shape_of(x1)} and {shape_of(x2)}; "
            f"axis {axis} must have the length 3"
        )
    after, before = [1, 2, 0], [2, 0, 1]
    out = first[..., after] * second[..., before] - first[..., before] * second[..., after]
    return np.moveaxis(out, -1, axis)


def _axis_last(x: Operand, axis: int) -> Array:
    array = as_operand(x)
    return np.moveaxis(array, normalize_axis_index(axis, array.ndim), -1)


@array_function
@without_variables(np.linalg.matrix_power)
def matrix_power(a: Array, n: int) -> Array:
    """A square matrix, or each of a stack of them, to an integer power; a negative one is a power of the inverse.

    The power 0 is the identity, whose derivative is 0.

    Raises:
        LinAlgError: a matrix is not square; or it is singular, and n negative.
        TypeError: n is no integer.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_power(Variable(np.array([[1.0, 1.0], [0.0, 1.0]])), 5)
    variable([[1. 5.]
              [0. 1.]])
    """
    check_square("matrix_power", shape_of(a))
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(f"linalg.matrix_power: the exponent n must be an integer, got {n!r}") from None
    if n == 0:
        return np.where(False, a, identity_like(a))
    factor: Array = np.linalg.inv(a) if n < 0 else np.positive(a)
    bits = f"{abs(n):b}"[::-1]
    power = factor if bits[0] == "1" else None
    for bit in bits[1:]:
        factor = factor @ factor
        if bit == "1":
            power = factor if power is None else power @ factor
    return power


@joining_function
@without_variables(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Operand]) -> Array:
    """The product of two or more matrices, in the order of the fewest multiplications.

    The first may be a vector, which is a row, and the last one, which is a column.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> multi_dot([Variable(np.array([1.0, 2.0])), np.eye(2), np.array([3.0, 4.0])])
    variable(11.0)
    """
    shapes = [shape_of(x) for x in arrays]
    if len(shapes) < 2:
        raise ValueError(f"linalg.multi_dot: there must be at least two arrays, got {len(shapes)}")
    if any(len(shape) != 2 for shape in shapes[1:-1]) or {len(shapes[0]), len(shapes[-1])} - {1, 2}:
        raise np.linalg.LinAlgError(
            f"linalg.multi_dot: the arrays have the shapes {shapes}; all must be matrices, "
            "the first and the last may be vectors"
        )
    rows = (1, *shapes[0]) if len(shapes[0]) == 1 else shapes[0]
    lengths = (*rows, *[shape[-1] if len(shape) == 2 else 1 for shape in shapes[1:]])
    return _product(list(arrays), lengths)


def _product(arrays: Sequence[Operand], lengths: tuple[int, ...]) -> Array:
    if len(arrays) == 1:
        return arrays[0]
    _, i = _cheapest(lengths)
    return matmul(_product(arrays[:i], lengths[: i + 1]), _product(arrays[i:], lengths[i:]))


@lru_cache(maxsize=4096)
def _cheapest(lengths: tuple[int, ...]) -> tuple[int, int]:
    """The least number of multiplications for a chain of matrices, and the place of its last product.

    The i-th matrix is (lengths[i], lengths[i + 1]). See T. Cormen et al., "Introduction to algorithms", chapter 15.2.
    """
    if len(lengths) <= 2:
        return 0, 0
    return min(
        (_cheapest(lengths[: i + 1])[0] + _cheapest(lengths[i:])[0] + lengths[0] * lengths[i] * lengths[-1], i)
        for i in range(1, len(lengths) - 1)
    )
