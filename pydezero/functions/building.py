"""Putting arrays together, in other ways than `concatenate` and `stack`, and giving them the axes that this takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.typed import array_function, joining_function, without_variables
from pydezero.core.types import Array, Operand
from pydezero.core.variable import Variable, shape_of
from pydezero.functions.joining import concatenate
from pydezero.functions.plain import known
from pydezero.functions.products import diag
from pydezero.functions.shape import broadcast_to, ravel, reshape

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "block",
    "broadcast_arrays",
    "column_stack",
    "diagflat",
    "dstack",
    "ix_",
    "meshgrid",
]

_Mixed: TypeAlias = tuple[Variable | NDArray[Any], ...]
# Blocks, in nested lists.
_Variables: TypeAlias = "Variable | Sequence[_Variables]"
_Operands: TypeAlias = "Operand | Sequence[_Operands]"


@overload
def atleast_1d(x: Variable, /) -> Variable: ...
@overload
def atleast_1d(x: ArrayLike, /) -> NDArray[Any]: ...
@overload
def atleast_1d(x: Operand, y: Operand, /, *arys: Operand) -> _Mixed: ...
@without_variables(np.atleast_1d)
def atleast_1d(*arys: Operand) -> Array:
    """An array of at least one axis, or a tuple of such arrays for several arguments; a number gets the shape (1,).

    >>> from pydezero import as_variable
    >>> atleast_1d(as_variable(2.0))
    variable([2.])
    """
    return _one_or_all([_with_axes(x, 1) for x in arys])


@overload
def atleast_2d(x: Variable, /) -> Variable: ...
@overload
def atleast_2d(x: ArrayLike, /) -> NDArray[Any]: ...
@overload
def atleast_2d(x: Operand, y: Operand, /, *arys: Operand) -> _Mixed: ...
@without_variables(np.atleast_2d)
def atleast_2d(*arys: Operand) -> Array:
    """An array of at least two axes, or a tuple of such arrays for several arguments; a vector becomes a row.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> atleast_2d(Variable(np.array([1.0, 2.0])))
    variable([[1. 2.]])
    """
    return _one_or_all([_with_axes(x, 2) for x in arys])


@overload
def atleast_3d(x: Variable, /) -> Variable: ...
@overload
def atleast_3d(x: ArrayLike, /) -> NDArray[Any]: ...
@overload
def atleast_3d(x: Operand, y: Operand, /, *arys: Operand) -> _Mixed: ...
@without_variables(np.atleast_3d)
def atleast_3d(*arys: Operand) -> Array:
    """An array of at least three axes, or a tuple of such arrays for several arguments.

    A vector of shape (n,) gets the shape (1, n, 1), a matrix of shape (m, n) the shape (m, n, 1).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> atleast_3d(Variable(np.array([1.0, 2.0]))).shape
    (1, 2, 1)
    """
    return _one_or_all([_in_depth(x) for x in arys])


def _one_or_all(results: list[Array]) -> Array:
    return results[0] if len(results) == 1 else tuple(results)


def _with_axes(x: Operand, ndim: int) -> Array:
    """With axes of length 1 in front, until there are so many."""
    shape = shape_of(x)
    return reshape(x, (1,) * (ndim - len(shape)) + shape)


def _in_depth(x: Operand) -> Array:
    shape = shape_of(x)
    return reshape(x, (*(1,) * (2 - len(shape)), *shape, 1)) if len(shape) < 3 else x


@overload
def broadcast_arrays(*args: Variable) -> tuple[Variable, ...]: ...
@overload
def broadcast_arrays(*args: ArrayLike) -> tuple[NDArray[Any], ...]: ...
@overload
def broadcast_arrays(*args: Operand) -> _Mixed: ...
@without_variables(np.broadcast_arrays)
def broadcast_arrays(*args: Operand) -> Array:
    """The arrays in the one shape that they broadcast to, as a tuple.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> broadcast_arrays(Variable(np.array([1.0, 2.0])), Variable(np.array(3.0)))
    (variable([1. 2.]), variable([3. 3.]))
    """
    shape = np.broadcast_shapes(*map(shape_of, args))
    return tuple([broadcast_to(x, shape) for x in args])


@joining_function
@without_variables(np.column_stack)
def column_stack(tup: Sequence[Operand]) -> Array:
    """Vectors, and the columns of matrices, side by side as the columns of a matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> column_stack([Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0])])
    variable([[1. 3.]
              [2. 4.]])
    """
    return concatenate([x if len(shape_of(x)) > 1 else reshape(x, (-1, 1)) for x in tup], axis=1)


@joining_function
@without_variables(np.dstack)
def dstack(tup: Sequence[Operand]) -> Array:
    """The arrays behind each other: along the third axis, which vectors and matrices are given by `atleast_3d`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dstack([Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0])])
    variable([[[1. 3.]
               [2. 4.]]])
    """
    return concatenate([_in_depth(x) for x in tup], axis=2)


@overload
def block(arrays: _Variables) -> Variable: ...  # type: ignore[overload-overlap]  # Variables are told apart first
@overload
def block(arrays: ArrayLike) -> NDArray[Any]: ...  # type: ignore[overload-overlap]  # then what holds no Variable
@overload
def block(arrays: _Operands) -> Variable: ...
@without_variables(np.block)
def block(arrays: _Operands) -> Array:
    """An array put together of blocks, which stand in nested lists as they are to stand in the array.

    The arrays in the innermost lists are joined along the last axis, these along the last but one, and so on. Arrays of
    less axes than others get axes of length 1 in front.

    Raises:
        ValueError: a list is empty, the lists are not nested equally deep, or the lengths do not fit.
        TypeError: there is a tuple among the lists.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> block([[Variable(np.eye(2)), np.zeros((2, 1))], [np.zeros((1, 2)), 3.0]])
    variable([[1. 0. 0.]
              [0. 1. 0.]
              [0. 0. 3.]])
    """
    depth = _depth(arrays)
    return _joined(arrays, depth, max(depth, _most_axes(arrays)))


def _depth(arrays: Array) -> int:
    """How deep the lists are nested."""
    if isinstance(arrays, tuple):
        raise TypeError("block: blocks stand in lists, got a tuple; write lists, or np.stack(...) for one array")
    if not isinstance(arrays, list):
        return 0
    if not arrays:
        raise ValueError("block: a list is empty")
    depths = set(map(_depth, arrays))
    if len(depths) > 1:
        raise ValueError(f"block: of the arrays and lists in one list, all must be nested equally deep, got {depths}")
    return depths.pop() + 1


def _most_axes(arrays: Array) -> int:
    return max(map(_most_axes, arrays)) if isinstance(arrays, list) else len(shape_of(arrays))


def _joined(arrays: Array, depth: int, ndim: int) -> Array:
    if isinstance(arrays, list):
        return concatenate([_joined(x, depth - 1, ndim) for x in arrays], axis=-depth)
    return _with_axes(arrays, ndim)


@array_function
@without_variables(np.diagflat)
def diagflat(v: Operand, k: int = 0) -> Array:
    """The matrix with all elements of v on its k-th diagonal, and zeros elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagflat(Variable(np.array([[1.0], [2.0]])))
    variable([[1. 0.]
              [0. 2.]])
    """
    return diag(ravel(v), k)


@overload
def meshgrid(
    *xi: Variable, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...
) -> tuple[Variable, ...]: ...
@overload
def meshgrid(
    *xi: ArrayLike, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...
) -> tuple[NDArray[Any], ...]: ...
@overload
def meshgrid(*xi: Operand, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...) -> _Mixed: ...
@without_variables(np.meshgrid)
def meshgrid(*xi: Operand, copy: bool = True, sparse: bool = False, indexing: Literal["xy", "ij"] = "xy") -> Array:
    """The coordinates of the points of a grid, one array for each of the vectors of coordinates along its axes.

    The i-th coordinate varies along the i-th axis; the first two axes are swapped where `indexing` is `"xy"`. With
    `sparse` each array has length 1 along all other axes. `copy` is for arrays; a Variable is never changed.

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
def ix_(*args: ArrayLike) -> tuple[NDArray[Any], ...]: ...
@overload
def ix_(*args: Operand) -> _Mixed: ...
@without_variables(np.ix_)
def ix_(*args: Operand) -> Array:
    """The vectors, each along an axis of its own, so that they broadcast against each other to an open mesh.

    A vector of booleans stands for the places where it is true.

    Raises:
        ValueError: an argument has not one axis.

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
    """The elements along one of so many axes."""
    return reshape(x, (*(1,) * axis, math.prod(shape_of(x)), *(1,) * (ndim - 1 - axis)))
