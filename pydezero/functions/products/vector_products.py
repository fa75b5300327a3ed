"""The cross product and the Kronecker product."""

from __future__ import annotations

from string import ascii_letters
from typing import Final

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.primitive import Multilinear, define
from pydezero.core.typed import binary_array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.products.einstein import einsum
from pydezero.functions.products.products import scaled
from pydezero.functions.shapes.shape import moveaxis, reshape

__all__ = [
    "cross",
    "kron",
]

_NEXT: Final = np.array([1, 2, 0])
_LAST: Final = np.array([2, 0, 1])


def _cross(x: Array, y: Array) -> Array:
    # NumPy's own takes longer to find out which axes it is given, and less to compute.
    if type(x) is not np.ndarray or x.size > 1000:
        return np.cross(x, y)
    return x[..., _NEXT] * y[..., _LAST] - x[..., _LAST] * y[..., _NEXT]


# The rules follow from <g, x cross y> = <y cross g, x> = <g cross x, y>: a triple product may be permuted cyclically.
_cross_p: Final[Multilinear] = define(
    Multilinear,
    "cross",
    _cross,
    lambda g, y, x_shape: unbroadcast(bind(_cross_p, y, g), x_shape),
    lambda g, x, y_shape: unbroadcast(bind(_cross_p, g, x), y_shape),
    batch=lambda batched, x, y: bind(_cross_p, *aligned(batched, (x, y))),
)


@binary_array_function
@without_variables(np.cross)
def cross(a: Operand, b: Operand, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    """The vector product of the vectors along an axis of a and of b, which broadcast against each other otherwise.

    `axisa`, `axisb` and `axisc` are the axes of the vectors in a, in b and in the result; `axis` is all three. A vector
    of two elements lies in the plane, and the product of two such vectors is only the third element. NumPy warns of
    vectors with two elements, and so does this function, as long as NumPy accepts them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cross(Variable(np.array([1.0, 2.0, 3.0])), np.array([0.0, 0.0, 1.0]))
    variable([ 2. -1.  0.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = _vectors_last(a, axisa, "a"), _vectors_last(b, axisb, "b")
    lengths = shape_of(a)[-1], shape_of(b)[-1]
    if lengths != (3, 3):
        np.cross(np.zeros(lengths[0]), np.zeros(lengths[1]))  # warns or raises, as the installed NumPy does
        if lengths == (2, 2):
            return getitem(a, (..., 0)) * getitem(b, (..., 1)) - getitem(a, (..., 1)) * getitem(b, (..., 0))
    product = bind(_cross_p, _in_space(a), _in_space(b))
    return product if axisc in (-1, len(product.shape) - 1) else moveaxis(product, -1, axisc)


def _vectors_last(x: Operand, axis: int, name: str) -> Array:
    """The vectors along the last axis."""
    ndim = len(shape_of(x))
    if not ndim:
        raise ValueError(f"cross: {name} must have at least one axis, got the shape ()")
    return x if normalize_axis_index(axis, ndim) == ndim - 1 else moveaxis(x, axis, -1)


def _in_space(x: Array) -> Array:
    """Vectors of the plane as vectors of three elements."""
    if shape_of(x)[-1] == 3:
        return x
    return concatenate([x, np.zeros_like(getitem(x, (..., slice(1))))], -1)


@binary_array_function
@without_variables(np.kron)
def kron(a: Operand, b: Operand) -> Array:
    """The Kronecker product: a with each element replaced by the product of that element and b.

    An array of fewer axes than the other gets axes of length 1 before its own.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> kron(Variable(np.array([1.0, 2.0])), np.array([1.0, 10.0]))
    variable([ 1. 10.  2. 20.])
    """
    a_shape, b_shape = shape_of(a), shape_of(b)
    if not a_shape or not b_shape:
        return scaled(a, b)
    ndim = max(len(a_shape), len(b_shape))
    a_lengths, b_lengths = ((1,) * (ndim - len(shape)) + shape for shape in (a_shape, b_shape))
    of_a, of_b = ascii_letters[:ndim], ascii_letters[ndim : 2 * ndim]
    together = "".join([i + j for i, j in zip(of_a, of_b, strict=True)])
    blocks = einsum(f"{of_a},{of_b}->{together}", reshape(a, a_lengths), reshape(b, b_lengths))
    return reshape(blocks, tuple([n * m for n, m in zip(a_lengths, b_lengths, strict=True)]))
