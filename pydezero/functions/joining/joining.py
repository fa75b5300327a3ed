"""Putting arrays together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import DTypeLike, NDArray

from pydezero.core.batching import all_batched
from pydezero.core.bind import PYTHON_NUMBERS, bind, weakly_promoted
from pydezero.core.placing import beside, foreign_among, operand_beside
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import joining_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.axes import with_axes, with_depth
from pydezero.functions.shapes.shape import as_operand, astype, ravel, reshape

__all__ = [
    "block",
    "column_stack",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "row_stack",
    "stack",
    "vstack",
]

_Casting: TypeAlias = Literal["no", "equiv", "safe", "same_kind", "unsafe"]
_CONSTANTS: Final = frozenset({list, tuple, bool, int, float, complex})
# Blocks, in nested lists.
_Variables: TypeAlias = "Variable | Sequence[_Variables]"
_Arrays: TypeAlias = "ArrayOrNumber | Sequence[_Arrays]"
_Operands: TypeAlias = "Operand | Sequence[_Operands]"


def _concatenate(*xs: Array, axis: int, bounds: Sequence[int]) -> Array:
    return _where_arrays_are(np.concatenate, xs, axis)


def _stack(*xs: Array, axis: int) -> Array:
    return _where_arrays_are(np.stack, xs, axis)


def _where_arrays_are(join: Callable[..., Array], xs: Sequence[Array], axis: int) -> Array:
    """Arrays joined in their library, to which numbers among them are moved."""
    try:
        return join(xs, axis=axis)
    except TypeError:
        if foreign_among(xs) is None:
            raise
        return join([operand_beside(x, *xs) for x in xs], axis=axis)


def _in_place(arrays: Sequence[Operand]) -> list[Any]:
    """The arrays in a list, and numbers and lists of numbers among them as arrays of their library."""
    if _CONSTANTS.isdisjoint(map(type, arrays)):
        return list(arrays)
    return [beside(a, *arrays) if type(a) in _CONSTANTS else a for a in arrays]


def _concatenate_rule(g: Array, position: int, axis: int, bounds: Sequence[int]) -> Array:
    return g[(slice(None),) * axis + (slice(bounds[position], bounds[position + 1]),)]


_concatenate_p: Final[Linear] = define(
    Linear,
    "concatenate",
    _concatenate,
    _concatenate_rule,
    batch=lambda batched, *xs, axis, bounds: bind(
        _concatenate_p, *all_batched(batched, xs), axis=axis + 1, bounds=bounds
    ),
)

_stack_p: Final[Linear] = define(
    Linear,
    "stack",
    _stack,
    lambda g, position, axis: g[(*(slice(None),) * axis, position)],
    batch=lambda batched, *xs, axis: bind(_stack_p, *all_batched(batched, xs), axis=axis + 1),
)


def _in_common_dtype(arrays: Sequence[Operand]) -> Sequence[Operand]:
    """Numbers and arrays, each number as an array in the dtype of its sum with the arrays: so NumPy ravels them."""
    promoted = weakly_promoted(arrays)
    strong = [as_operand(x).dtype for x in promoted if type(x) not in PYTHON_NUMBERS]
    common = [np.result_type(x, *strong) if type(x) in PYTHON_NUMBERS else None for x in promoted]
    return [x if dtype is None else np.asarray(x, dtype) for x, dtype in zip(promoted, common, strict=True)]


@joining_function
def concatenate(
    arrays: Sequence[Operand], axis: int | None = 0, *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind"
) -> Array:
    """The arrays one after another along an axis that they all have; raveled first where axis is None.

    With `dtype` the result is converted to it, if the rule `casting` of `np.can_cast` allows that.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> concatenate([Variable(np.array([1.0])), np.array([2.0])])
    variable([1. 2.])
    """
    given = arrays
    arrays = _in_place(given)
    if not arrays and isinstance(given, Iterator):  # NumPy has read it to look for Variables
        raise TypeError("concatenate: the arrays must be in a list or tuple, got an iterator; write list(arrays)")
    if not arrays:
        raise ValueError("concatenate: needs at least one array")
    if axis is None:
        arrays, axis = [ravel(a) for a in _in_common_dtype(arrays)], 0
    shapes = [shape_of(a) for a in arrays]
    # Where two arrays were passed that are in no list, the second is the axis, of which the error below speaks.
    if shapes[0] == () and isinstance(axis, int | np.integer):
        raise ValueError("concatenate: arrays of shape () have no axis to be joined along; write np.stack or np.hstack")
    axis = normalize_axis_index(axis, len(shapes[0]))
    if any(len(shape) != len(shapes[0]) for shape in shapes):
        raise ValueError(f"concatenate: the arrays must have the same number of axes, got the shapes {shapes}")
    bounds = (0, *accumulate(shape[axis] for shape in shapes))
    return _converted(bind(_concatenate_p, *arrays, axis=axis, bounds=bounds), dtype, casting)


@joining_function
def stack(
    arrays: Sequence[Operand], axis: int = 0, *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind"
) -> Array:
    """The arrays, all of one shape, along a new axis at this place of the result.

    `dtype` and `casting` are as in `concatenate`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> stack([Variable(np.array(1.0)), 2.0])
    variable([1. 2.])
    """
    arrays = _in_place(arrays)
    if not arrays:
        raise ValueError("stack: needs at least one array")
    shapes = {shape_of(a) for a in arrays}
    if len(shapes) > 1:
        raise ValueError(f"stack: all arrays must have the same shape, got {sorted(shapes)}")
    joined = bind(_stack_p, *arrays, axis=normalize_axis_index(axis, len(shapes.pop()) + 1))
    return _converted(joined, dtype, casting)


def _converted(x: Array, dtype: DTypeLike | None, casting: _Casting) -> Array:
    if dtype is None:
        return x
    if not np.can_cast(x.dtype, dtype, casting):
        raise TypeError(f"the arrays, of {x.dtype}, cannot be cast to {np.dtype(dtype)} by the rule {casting!r}")
    return astype(x, dtype)


@joining_function
def hstack(tup: Sequence[Operand], *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind") -> Array:
    """The arrays side by side: along the second axis, or along the first where they have but one.

    `dtype` and `casting` are as in `concatenate`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hstack([Variable(np.array([1.0, 2.0])), 3.0])
    variable([1. 2. 3.])
    """
    arrays = [a if len(shape_of(a)) else reshape(a, (1,)) for a in tup]
    axis = 0 if arrays and len(shape_of(arrays[0])) == 1 else 1
    return concatenate(arrays, axis, dtype=dtype, casting=casting)


@joining_function
def vstack(tup: Sequence[Operand], *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind") -> Array:
    """The arrays on top of each other: along the first axis, each of one axis being a row.

    `dtype` and `casting` are as in `concatenate`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vstack([Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0])])
    variable([[1. 2.]
              [3. 4.]])
    """
    rows = [a if len(shape_of(a)) > 1 else reshape(a, (1, -1)) for a in tup]
    return concatenate(rows, dtype=dtype, casting=casting)


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
    return concatenate([with_depth(x) for x in tup], axis=2)


@overload
def block(arrays: _Variables) -> Variable: ...  # type: ignore[overload-overlap]  # Variables alone come first


@overload
def block(arrays: _Arrays) -> NDArray[Any]: ...  # type: ignore[overload-overlap]  # then arrays alone


@overload
def block(arrays: _Operands) -> Variable: ...


@without_variables(np.block)
def block(arrays: _Operands) -> Array:
    """An array made of blocks, which stand in nested lists in the places that they have in the array.

    The arrays in the innermost lists are joined along the last axis, the results of that along the last but one, and so
    on. Arrays of less axes than others get axes of length 1 in front.

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
    """The number of lists around each array."""
    if isinstance(arrays, tuple):
        raise TypeError("block: blocks stand in lists, got a tuple; write lists, or pydezero.array(...) for one array")
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
    return with_axes(arrays, ndim)


# NumPy's other names.
concat = concatenate
row_stack = vstack
