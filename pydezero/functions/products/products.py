"""Products of vectors, matrices and tensors.

In no rule is anything conjugated: the products are linear in each argument, and a transpose is not an adjoint.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from pydezero.core.bind import is_weak
from pydezero.core.typed import binary_array_function, binary_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.elementwise.arithmetic import multiply
from pydezero.functions.elementwise.complex import conjugate
from pydezero.functions.products.matmul import matmul
from pydezero.functions.shapes.shape import ravel, reshape, transpose

__all__ = [
    "dot",
    "inner",
    "outer",
    "tensordot",
    "vdot",
]


def scaled(a: Operand, b: Operand) -> Array:
    """The product, of which one factor is a scalar: a number has a dtype here, like an array, as in NumPy."""
    return multiply(reshape(a, ()) if is_weak(a) else a, reshape(b, ()) if is_weak(b) else b)


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
        return scaled(a, b)
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
    # As most are met: the last axis of matrices with the first one.
    if len(a_shape) == len(b_shape) == 2 and a_axes == (1,) and b_axes == (0,) and a_shape[1] == b_shape[0]:
        return matmul(a, b)
    if lengths != [b_shape[i] for i in b_axes]:
        raise ValueError(f"tensordot: axes {a_axes} of shape {a_shape} do not match axes {b_axes} of shape {b_shape}")
    a_lengths, b_lengths = tuple(a_shape[i] for i in a_rest), tuple(b_shape[i] for i in b_rest)
    n, rows, columns = math.prod(lengths), math.prod(a_lengths), math.prod(b_lengths)
    left = _arranged(a, a_rest + a_axes, (rows, n))
    right = _arranged(b, b_axes + b_rest, (n, columns))
    product = matmul(left, right)
    shape = a_lengths + b_lengths
    return product if product.shape == shape else reshape(product, shape)


def _arranged(x: Operand, axes: tuple[int, ...], shape: tuple[int, int]) -> Operand:
    """The matrix of this shape whose elements are those of x with the axes in this order."""
    if axes != tuple(range(len(axes))):
        x = transpose(x, axes)
    return x if len(axes) == 2 and shape_of(x) == shape else reshape(x, shape)


def _contracted(
    axes: int | Sequence[int | Sequence[int]], a_ndim: int, b_ndim: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of each operand that `tensordot` sums over."""
    if isinstance(axes, int | np.integer):
        if not 0 <= axes <= min(a_ndim, b_ndim):
            raise ValueError(f"tensordot: axes is {axes}, but the operands have {a_ndim} and {b_ndim} axes")
        return tuple(range(a_ndim - axes, a_ndim)), tuple(range(axes))
    a_axes, b_axes = (
        normalize_axis_tuple(i if isinstance(i, int | np.integer) else tuple(i), n)
        for i, n in zip(axes, (a_ndim, b_ndim), strict=True)
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
        return scaled(a, b)
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
