"""Functions applied along axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable, shape_of
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.joining.joining import stack
from pydezero.functions.shapes.shape import expand_dims, moveaxis, reshape, transpose

__all__ = [
    "apply_along_axis",
    "apply_over_axes",
]


@overload
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Variable, *args: Any, **kwargs: Any) -> Variable: ...
@overload
def apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: ArrayOrNumber, *args: Any, **kwargs: Any
) -> NDArray[Any]: ...
@without_variables(np.apply_along_axis)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """The results of a function of each vector along an axis; the axes of the results take the place of this one.

    The function is called on a Variable of one axis, once for each vector, with the further arguments behind it. A
    function that takes an `axis` argument itself does all of them at once.

    Raises:
        ValueError: there are no vectors; the results have different shapes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> apply_along_axis(lambda row: row[0] * row, 1, Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[ 1.  2.]
              [ 9. 12.]])
    """
    shape = shape_of(arr)
    axis = normalize_axis_index(axis, len(shape))
    vectors = moveaxis(arr, axis, -1)
    lengths = (*shape[:axis], *shape[axis + 1 :])
    if 0 in lengths:
        raise ValueError(f"apply_along_axis: there are no vectors along axis {axis} of an array of shape {shape}")
    results = [_together(func1d(getitem(vectors, i), *args, **kwargs)) for i in np.ndindex(*lengths)]
    of_each = shape_of(results[0])
    out = reshape(stack(results), lengths + of_each)
    before, inner = range(axis), range(len(lengths), len(lengths) + len(of_each))
    return transpose(out, (*before, *inner, *range(axis, len(lengths))))


def _together(result: Any) -> Array:
    return stack(result) if isinstance(result, list | tuple) else result


@overload
def apply_over_axes(func: Callable[..., Any], a: Variable, axes: int | Sequence[int]) -> Variable: ...
@overload
def apply_over_axes(func: Callable[..., Any], a: ArrayOrNumber, axes: int | Sequence[int]) -> NDArray[Any]: ...
@without_variables(np.apply_over_axes)
def apply_over_axes(func: Callable[..., Any], a: Any, axes: int | Sequence[int]) -> Any:
    """The result of a function `func(a, axis)` applied for one axis after the other, each time to the last result.

    An axis that the function removes, as a reduction does, stays as an axis of length 1.

    Raises:
        ValueError: a result has neither as many axes as a nor one less.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> apply_over_axes(np.sum, Variable(np.ones((2, 3))), [0, 1])
    variable([[6.]])
    """
    ndim = len(shape_of(a))
    for axis in (axes,) if isinstance(axes, int | np.integer) else axes:
        i = normalize_axis_index(int(axis), ndim)
        result = func(a, i)
        if len(shape_of(result)) == ndim - 1:
            result = expand_dims(result, i)
        if len(shape_of(result)) != ndim:
            raise ValueError(
                f"apply_over_axes: of an array of shape {shape_of(a)} the function gave one of {shape_of(result)}; "
                "it must keep the number of axes, or remove the one it is given"
            )
        a = result
    return a
