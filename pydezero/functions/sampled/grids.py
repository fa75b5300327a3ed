"""Grids of points, as arrays of their coordinates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.nondifferentiable.functions import known
from pydezero.functions.shapes.axes import broadcast_arrays
from pydezero.functions.shapes.shape import reshape

if TYPE_CHECKING:
    from pydezero.core.function_types import Mixed

__all__ = [
    "ix_",
    "meshgrid",
]


@overload
def meshgrid(
    *xi: Variable, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...
) -> tuple[Variable, ...]: ...
@overload
def meshgrid(
    *xi: ArrayOrNumber, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...
) -> tuple[NDArray[Any], ...]: ...
@overload
def meshgrid(*xi: Operand, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...) -> Mixed: ...
@without_variables(np.meshgrid)
def meshgrid(*xi: Operand, copy: bool = True, sparse: bool = False, indexing: Literal["xy", "ij"] = "xy") -> Array:
    """The coordinates of the points of a grid, one array for each of the vectors of coordinates along its axes.

    The i-th coordinate varies along the i-th axis; with `indexing="xy"` the first two axes are swapped. With `sparse`
    each array has length 1 along all other axes. `copy` is for arrays; a Variable is never changed.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> meshgrid(Variable(np.array([1.0, 2.0])), Variable(np.array([3.0, 4.0])))
    (variable([[1. 2.]
              [1. 2.]]), variable([[3. 3.]
              [4. 4.]]))
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', got {indexing!r}")
    axes = list(range(len(xi)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    grid = tuple([_along(x, axis, len(xi)) for x, axis in zip(xi, axes, strict=True)])
    if not sparse:
        grid = broadcast_arrays(*grid)
    return tuple([x.copy() if copy and isinstance(x, np.ndarray) else x for x in grid])


@overload
def ix_(*args: Variable) -> tuple[Variable, ...]: ...
@overload
def ix_(*args: ArrayOrNumber) -> tuple[NDArray[Any], ...]: ...
@overload
def ix_(*args: Operand) -> Mixed: ...
@without_variables(np.ix_)
def ix_(*args: Operand) -> Array:
    """The vectors, each along an axis of its own, so that they broadcast against each other to an open mesh.

    A vector of booleans stands for the indices where it is true.

    Raises:
        ValueError: an argument does not have one axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x, y = ix_(Variable(np.array([1.0, 2.0])), Variable(np.array([3.0, 4.0])))
    >>> x * y
    variable([[3. 4.]
              [6. 8.]])
    """
    return tuple([_along(_places(x), axis, len(args)) for axis, x in enumerate(args)])


def _places(x: Operand) -> Array:
    if len(shape_of(x)) != 1:
        raise ValueError(f"ix_: each argument must have one axis, got the shape {shape_of(x)}")
    is_condition = isinstance(x, Variable) and x.dtype.kind == "b"
    return x if isinstance(x, Variable) and not is_condition else np.ix_(known(x, "a condition of np.ix_"))[0]


def _along(x: Operand, axis: int, ndim: int) -> Array:
    """All elements of x along one of `ndim` axes."""
    return reshape(x, (*(1,) * axis, math.prod(shape_of(x)), *(1,) * (ndim - 1 - axis)))
