"""Arrays with elements added, and arrays with elements removed."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from pydezero.core.placing import operand_beside
from pydezero.core.typed import array_function, binary_array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber, Index
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.indexing.indexing import getitem, take
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.nondifferentiable.functions import known
from pydezero.functions.shapes.shape import as_operand, astype, ravel

__all__ = [
    "append",
    "delete",
    "insert",
]


@binary_array_function
@without_variables(np.append)
def append(arr: Operand, values: Operand, axis: int | None = None) -> Array:
    """The elements of `arr` and behind them, along an axis, those of `values`; both raveled by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> append(Variable(np.array([1.0, 2.0])), 3.0)
    variable([1. 2. 3.])
    """
    if axis is None:  # a number is an array here, of a dtype of its own, as in NumPy
        return concatenate([ravel(operand_beside(arr, values)), ravel(operand_beside(values, arr))])
    return concatenate([arr, values], axis)


@array_function
@without_variables(np.delete)
def delete(arr: Operand, obj: Index, axis: int | None = None) -> Array:
    """The array without the places `obj` along an axis; of the raveled array by default.

    `obj` is an integer, a slice, or an array of integers or booleans.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> delete(Variable(np.array([1.0, 2.0, 3.0])), 1)
    variable([1. 3.])
    """
    if axis is None:
        arr, axis = ravel(arr), 0
    shape = shape_of(arr)
    axis = normalize_axis_index(axis, len(shape))
    is_kept = np.zeros(shape[axis], bool)
    is_kept[np.delete(np.arange(shape[axis]), known(obj, "the obj of np.delete"))] = True
    return getitem(arr, (*(slice(None),) * axis, is_kept))


@overload
def insert(arr: Variable, obj: Index, values: Operand, axis: int | None = None) -> Variable: ...
@overload
def insert(arr: ArrayOrNumber, obj: Index, values: Variable, axis: int | None = None) -> Variable: ...
@overload
def insert(arr: ArrayOrNumber, obj: Index, values: ArrayOrNumber, axis: int | None = None) -> NDArray[Any]: ...
@without_variables(np.insert)
def insert(arr: Operand, obj: Index, values: Operand, axis: int | None = None) -> Array:
    """An array with `values`, which are converted to its dtype, inserted before the places `obj` along an axis.

    The array is raveled by default. `obj` is an integer, a slice, or an array of integers; all places are those that
    `arr` has before anything is inserted.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> insert(Variable(np.array([1.0, 2.0])), [0, 1], np.array([3.0, 4.0]))
    variable([3. 1. 4. 2.])
    """
    x, y = as_operand(operand_beside(arr, values)), as_operand(operand_beside(values, arr))
    before, added = (np.reshape(np.arange(v.size), v.shape) for v in (x, y))
    places = np.insert(before, known(obj, "the obj of np.insert"), added + before.size, axis)
    return take(concatenate([ravel(x), ravel(astype(y, x.dtype))]), places)
