"""Differentiable functions whose parameters differ from those of NumPy's functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero import functions as F
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Shape
from pydezero.core.variable import Operand, Variable

__all__ = ["broadcast_arrays", "clip", "reshape", "sort"]


# Any: a Variable for each Variable, an array for each array.
def broadcast_arrays(*arrays: Operand) -> list[Any]:
    """The arrays in the shape that they have in common.

    >>> import numpy as np
    >>> [x.shape for x in broadcast_arrays(np.ones(3), np.ones((2, 1)))]
    [(2, 3), (2, 3)]
    """
    return list(F.broadcast_arrays(*arrays))


@array_function
def clip(x: Operand, /, min: Operand | None = None, max: Operand | None = None) -> Array:
    """x limited to an interval: min where x is below it, max where x is above it. None stands for no bound.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: clip(x, 0.0, 1.0).sum())(np.array([-1.0, 0.5, 2.0]))
    array([0., 1., 0.])
    """
    if min is None and max is None:
        return x if type(x) is Variable else np.array(x)
    return F.clip(x, min, max)


@array_function
def reshape(x: Operand, /, shape: Shape, *, copy: bool | None = None) -> Array:
    """x in another shape; a length of -1 is that which is left.

    An array is copied if `copy` is True, or None and it has to be. A Variable never changes, so that it makes no
    difference.

    Raises:
        ValueError: the number of elements is another, or a copy would have to be made and `copy` is False.

    >>> import numpy as np
    >>> reshape(np.arange(4), (2, 2))
    array([[0, 1],
           [2, 3]])
    """
    found = F.reshape(x, shape)
    if copy is None or not isinstance(x, np.ndarray):
        return found
    shared = np.may_share_memory(found, x)
    if copy:
        return found.copy() if shared else found
    if not shared and x.size:
        raise ValueError("reshape: the array has to be copied for this shape, and copy is False")
    return found


@array_function
def sort(x: Operand, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """The elements along an axis in the order of their values, which may be descending.

    With `stable` equal elements have the order of their places, so that each of them gets its own derivative.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: sort(x, descending=True) @ np.array([1.0, 2.0, 3.0]))(np.array([5.0, 4.0, 6.0]))
    array([2., 3., 1.])
    """
    if not descending:
        return F.sort(x, axis=axis, kind="stable" if stable else None)
    return F.flip(F.sort(F.flip(x, axis), axis=axis, kind="stable"), axis)
