"""Products of vectors, matrices and tensors, and diagonals.

In no rule is anything conjugated: the products are linear in each argument, and a transpose is not an adjoint.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from pydezero.core.batching import matmul as batched_matmul
from pydezero.core.conform import unbroadcast
from pydezero.core.elementwise import binary
from pydezero.core.primitive import Multilinear
from pydezero.core.typed import array_function, binary_array_function, binary_function
from pydezero.core.types import Array, BinaryFunction, Operand
from pydezero.core.variable import Variable, shape_of
from pydezero.functions.arithmetic import multiply
from pydezero.functions.complex import conjugate
from pydezero.functions.indexing import getitem, scatter
from pydezero.functions.reductions import sum
from pydezero.functions.shape import moveaxis, normalize_axes, normalize_axis, ravel, reshape, transpose

__all__ = [
    "diag",
    "diagonal",
    "dot",
    "inner",
    "matmul",
    "outer",
    "tensordot",
    "trace",
    "vdot",
]


def _matmul_rule_x(g: Array, y: Array, x_shape: tuple[int, ...]) -> Array:
    if len(y.shape) == len(x_shape) == 2:
        return g @ y.T
    if len(y.shape) == 1:
        return unbroadcast(np.expand_dims(g, -1) * y, x_shape)
    if len(x_shape) == 1:
        if len(y.shape) == 2:
            return y @ g
        return unbroadcast((y @ np.expand_dims(g, -1))[..., 0], x_shape)
    return unbroadcast(g @ np.swapaxes(y, -1, -2), x_shape)


# From this many elements on einsum is quicker at an outer product than multiply, and both are quicker than BLAS.
_LARGE_OUTER: Final = 1 << 14


def _matmul_rule_y(g: Array, x: Array, y_shape: tuple[int, ...]) -> Array:
    if len(x.shape) == len(y_shape) == 2:
        if x.shape[0] != 1:
            return x.T @ g
        return np.einsum("ij,ik->jk", x, g) if math.prod(y_shape) >= _LARGE_OUTER else x.T * g
    if len(x.shape) == 1:
        if len(y_shape) == 2 and (type(x) is Variable or type(g) is Variable):
            return np.einsum("i,j->ij", x, g)  # one operation instead of three
        return unbroadcast(np.reshape(x, (-1, 1)) * np.expand_dims(g, -2), y_shape) if len(y_shape) > 1 else g * x
    transposed = np.swapaxes(x, -1, -2)
    if len(y_shape) == 1:
        return unbroadcast((transposed @ np.expand_dims(g, -1))[..., 0], y_shape)
    return unbroadcast(transposed * g if x.shape[-2] == 1 else transposed @ g, y_shape)


matmul: BinaryFunction = binary(
    np.matmul,
    _matmul_rule_x,
    _matmul_rule_y,
    "The matrix product over the last two axes. A vector is a row on the left and a column on the right.",
    kind=Multilinear,
    batch=batched_matmul,
)


@binary_function
def dot(a: Operand, b: Operand, /) -> Array:
    """The sum of products over the last axis of a and the last but one (or only) axis of b; with a scalar, the product.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dot(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable(11.0)
    """
    a_ndim, b_ndim = len(shape_of(a)), len(shape_of(b))
    if not a_ndim or not b_ndim:
        return multiply(a, b)
    if a_ndim <= 2 and b_ndim <= 2:
        return matmul(a, b)
    return tensordot(a, b, axes=((-1,), (-2 if b_ndim > 1 else -1,)))


@binary_array_function
def tensordot(a: Operand, b: Operand, axes: int | Sequence[int | Sequence[int]] = 2) -> Array:
    """The sum of products over pairs of axes.

    `axes` lists those of a and those of b, or is the number of the last axes of a and the first axes of b.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensordot(Variable(np.ones((2, 3, 4))), np.ones((3, 4, 5))).shape
    (2, 5)
    """
    a_shape, b_shape = shape_of(a), shape_of(b)
    a_axes, b_axes = _contracted(axes, len(a_shape), len(b_shape))
    a_rest = tuple(i for i in range(len(a_shape)) if i not in a_axes)
    b_rest = tuple(i for i in range(len(b_shape)) if i not in b_axes)
    lengths = [a_shape[i] for i in a_axes]
    if lengths != [b_shape[i] for i in b_axes]:
        raise ValueError(f"tensordot: axes {a_axes} of shape {a_shape} do not match axes {b_axes} of shape {b_shape}")
    a_lengths, b_lengths = tuple(a_shape[i] for i in a_rest), tuple(b_shape[i] for i in b_rest)
    n = int(np.prod(lengths, dtype=np.intp))
    rows, columns = int(np.prod(a_lengths, dtype=np.intp)), int(np.prod(b_lengths, dtype=np.intp))
    left = reshape(transpose(a, a_rest + a_axes), (rows, n))
    right = reshape(transpose(b, b_axes + b_rest), (n, columns))
    return reshape(matmul(left, right), a_lengths + b_lengths)


def _contracted(
    axes: int | Sequence[int | Sequence[int]], a_ndim: int, b_ndim: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of each operand that `tensordot` sums over."""
    if isinstance(axes, int):
        if not 0 <= axes <= min(a_ndim, b_ndim):
            raise ValueError(f"tensordot: axes is {axes}, but the operands have {a_ndim} and {b_ndim} axes")
        return tuple(range(a_ndim - axes, a_ndim)), tuple(range(axes))
    a_axes, b_axes = (
        normalize_axes(i if isinstance(i, int) else tuple(i), n) for i, n in zip(axes, (a_ndim, b_ndim), strict=True)
    )
    return a_axes, b_axes


@binary_function
def inner(a: Operand, b: Operand, /) -> Array:
    """The sum of products over the last axes; with a scalar, the product. Nothing is conjugated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> inner(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable(11.0)
    """
    if not len(shape_of(a)) or not len(shape_of(b)):
        return multiply(a, b)
    return tensordot(a, b, axes=((-1,), (-1,)))


@binary_function
def outer(a: Operand, b: Operand, /) -> Array:
    """All products of an element of a with an element of b, both raveled: shape (a.size, b.size).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> outer(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable([[3. 4.]
              [6. 8.]])
    """
    return multiply(reshape(a, (-1, 1)), reshape(b, (1, -1)))


@binary_function
def vdot(a: Operand, b: Operand, /) -> Array:
    """The sum of the products of conj(a) and b, both raveled.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vdot(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable(11.0)
    """
    a = ravel(a)
    return matmul(conjugate(a) if a.dtype.kind == "c" else a, ravel(b))


@array_function
def diagonal(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonal of the matrices in two axes, as the last axis.

    It is the one above the main diagonal by `offset`, or below it for a negative offset.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagonal(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([1. 4.])
    """
    shape = shape_of(a)
    first, second = normalize_axis(axis1, len(shape)), normalize_axis(axis2, len(shape))
    if first == second:
        raise ValueError(f"diagonal: axis1 and axis2 are both {axis1}")
    rows, columns = shape[first], shape[second]
    i = np.arange(max(-offset, 0), max(min(rows, columns - offset), max(-offset, 0)))
    return getitem(moveaxis(a, (first, second), (-2, -1)), (..., i, i + offset))


@array_function
def trace(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum along the diagonal of the matrices in two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trace(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable(5.0)
    """
    return sum(diagonal(a, offset, axis1, axis2), axis=-1)


@array_function
def diag(v: Operand, k: int = 0) -> Array:
    """The k-th diagonal of a matrix; of a vector the matrix with it as the k-th diagonal and zeros elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diag(Variable(np.array([1.0, 2.0])))
    variable([[1. 0.]
              [0. 2.]])
    """
    shape = shape_of(v)
    if len(shape) == 2:
        return diagonal(v, k)
    if len(shape) != 1:
        raise ValueError(f"diag: v must have one or two axes, got the shape {shape}")
    i = np.arange(shape[0])
    n = shape[0] + abs(k)
    return scatter(v, (i + max(-k, 0), i + max(k, 0)), (n, n))
