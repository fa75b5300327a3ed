"""Arrays with more axes, and with axes that match those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import broadcast_to, reshape

if TYPE_CHECKING:
    from pydezero.core.function_types import Mixed

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
]


@overload
def atleast_1d(x: Variable, /) -> Variable: ...


@overload
def atleast_1d(x: ArrayOrNumber, /) -> NDArray[Any]: ...


@overload
def atleast_1d(x: Operand, y: Operand, /, *arys: Operand) -> Mixed: ...


@without_variables(np.atleast_1d)
def atleast_1d(*arys: Operand) -> Array:
    """An array of at least one axis, or a tuple of such arrays for several arguments; a number gets the shape (1,).

    >>> from pydezero import as_variable
    >>> atleast_1d(as_variable(2.0))
    variable([2.])
    """
    return _one_or_all([with_axes(x, 1) for x in arys])


@overload
def atleast_2d(x: Variable, /) -> Variable: ...


@overload
def atleast_2d(x: ArrayOrNumber, /) -> NDArray[Any]: ...


@overload
def atleast_2d(x: Operand, y: Operand, /, *arys: Operand) -> Mixed: ...


@without_variables(np.atleast_2d)
def atleast_2d(*arys: Operand) -> Array:
    """An array of at least two axes, or a tuple of such arrays for several arguments; a vector becomes a row.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> atleast_2d(Variable(np.array([1.0, 2.0])))
    variable([[1. 2.]])
    """
    return _one_or_all([with_axes(x, 2) for x in arys])


@overload
def atleast_3d(x: Variable, /) -> Variable: ...


@overload
def atleast_3d(x: ArrayOrNumber, /) -> NDArray[Any]: ...


@overload
def atleast_3d(x: Operand, y: Operand, /, *arys: Operand) -> Mixed: ...


@without_variables(np.atleast_3d)
def atleast_3d(*arys: Operand) -> Array:
    """An array of at least three axes, or a tuple of such arrays for several arguments.

    A vector of shape (n,) gets the shape (1, n, 1), a matrix of shape (m, n) the shape (m, n, 1).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> atleast_3d(Variable(np.array([1.0, 2.0]))).shape
    (1, 2, 1)
    """
    return _one_or_all([with_depth(x) for x in arys])


def _one_or_all(results: list[Array]) -> Array:
    return results[0] if len(results) == 1 else tuple(results)


def with_axes(x: Operand, ndim: int) -> Array:
    """The array with axes of length 1 in front, until there are so many."""
    shape = shape_of(x)
    return reshape(x, (1,) * (ndim - len(shape)) + shape)


def with_depth(x: Operand) -> Array:
    """The array with at least three axes, as `atleast_3d` gives it."""
    shape = shape_of(x)
    return reshape(x, (*(1,) * (2 - len(shape)), *shape, 1)) if len(shape) < 3 else x


@overload
def broadcast_arrays(*args: Variable) -> tuple[Variable, ...]: ...


@overload
def broadcast_arrays(*args: ArrayOrNumber) -> tuple[NDArray[Any], ...]: ...


@overload
def broadcast_arrays(*args: Operand) -> Mixed: ...


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
