"""Broadcasting and type promotion as an operation of its own, so that no rule has to think of them.

NumPy broadcasts and promotes the operands on the way into an operation. Where it did, the graph gets a node between the
operand and the operation; it costs no array, because the value is never needed, only its transpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from pydezero.arrays import WORDS
from pydezero.core.primitive import Linear, define
from pydezero.core.types import Array
from pydezero.core.variable import Node, new_node


def cotangent_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the derivative with respect to a value: its own, or float64 for integers and booleans."""
    return dtype if dtype.kind in "fc" else np.dtype(np.float64)


def loop_dtypes(ufunc: np.ufunc, kinds: Sequence[Any]) -> tuple[np.dtype[Any], ...]:
    """The dtypes that a ufunc computes in, those of its results last; for operands of these dtypes or number types.

    Raises:
        TypeError: it does not compute with such operands.
    """
    known: Any = ufunc  # the stubs of NumPy 2.0 lack the method
    dtypes: tuple[np.dtype[Any], ...] = known.resolve_dtypes((*kinds, *(None,) * ufunc.nout))
    return dtypes


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum over the axes along which an array of this shape was broadcast: the transpose of `np.broadcast_to`."""
    if g.shape == shape:
        return g
    axes, keepdims = _stretched(g.shape, shape)
    g = WORDS[type(g)].sum(g, axis=axes, keepdims=keepdims)
    return g if g.shape == shape else np.reshape(g, shape)


@lru_cache(maxsize=1024)
def _stretched(shape: tuple[int, ...], original: tuple[int, ...]) -> tuple[Any, Any]:
    """The axes of a shape that an original shape did not have or had with length 1, and whether it had any of them.

    The axes are a tuple, or an int where there is one, which NumPy is quicker with. Any: NumPy's stubs have an overload
    for each kind of argument, and none for a variable.
    """
    added = len(shape) - len(original)
    axes = (*range(added), *[added + i for i, n in enumerate(original) if n == 1 and shape[added + i] != 1])
    return axes[0] if len(axes) == 1 else axes, len(axes) > added


def reduced_axes(axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """The axes that a reduction is over, counted from the front; None stands for all of them.

    Raises:
        AxisError: there is no such axis.
        ValueError: an axis is named twice.
    """
    return normalize_axis_tuple(range(ndim) if axis is None else axis, ndim)


def cast(g: Array, dtype: np.dtype[Any]) -> Array:
    """Convert a cotangent to a dtype; from complex to real the imaginary part goes: the transpose of promotion."""
    if g.dtype == dtype:
        return g
    if g.dtype.kind == "c" and dtype.kind != "c":
        g = np.real(g)
    return g.astype(dtype)


def _broadcast(x: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    return np.broadcast_to(x, shape).astype(dtype)


broadcast_p: Final = define(
    Linear,
    "broadcast",
    _broadcast,
    lambda g, x_shape, dtype: cast(unbroadcast(g, x_shape), dtype),
    keeps_dtype=False,
    is_internal=True,
)


def broadcast_parent(node: Node, value: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Node:
    """The node to record as a parent for an operand that an operation takes in this shape and dtype."""
    if value.shape == shape and value.dtype == dtype:
        return node
    return new_node(broadcast_p, node, (value.shape, cotangent_dtype(value.dtype)), level=node.level)
