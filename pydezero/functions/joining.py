"""Putting arrays together and taking them apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import joining_function
from pydezero.core.types import Array, Operand
from pydezero.core.variable import Variable, shape_of
from pydezero.functions.indexing import getitem
from pydezero.functions.shape import astype, normalize_axis, ravel, reshape

__all__ = [
    "concatenate",
    "hstack",
    "split",
    "stack",
    "vstack",
]

_Casting: TypeAlias = Literal["no", "equiv", "safe", "same_kind", "unsafe"]


def _concatenate_rule(g: Array, position: int, axis: int, bounds: Sequence[int]) -> Array:
    return g[(slice(None),) * axis + (slice(bounds[position], bounds[position + 1]),)]


_concatenate_p: Final[Linear] = define(
    Linear,
    "concatenate",
    lambda *xs, axis, bounds: np.concatenate(xs, axis=axis),
    _concatenate_rule,
    batch=lambda batched, *xs, axis, bounds: bind(
        _concatenate_p, *all_batched(batched, xs), axis=axis + 1, bounds=bounds
    ),
)

_stack_p: Final[Linear] = define(
    Linear,
    "stack",
    lambda *xs, axis: np.stack(xs, axis=axis),
    lambda g, position, axis: g[(*(slice(None),) * axis, position)],
    batch=lambda batched, *xs, axis: bind(_stack_p, *all_batched(batched, xs), axis=axis + 1),
)


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
    arrays = list(arrays)
    if not arrays:
        raise ValueError("concatenate: needs at least one array")
    if axis is None:
        arrays, axis = [ravel(a) for a in arrays], 0
    shapes = [shape_of(a) for a in arrays]
    axis = normalize_axis(axis, len(shapes[0]))
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
    arrays = list(arrays)
    if not arrays:
        raise ValueError("stack: needs at least one array")
    shapes = {shape_of(a) for a in arrays}
    if len(shapes) > 1:
        raise ValueError(f"stack: all arrays must have the same shape, got {sorted(shapes)}")
    joined = bind(_stack_p, *arrays, axis=normalize_axis(axis, len(shapes.pop()) + 1))
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
    """
    arrays = [a if len(shape_of(a)) else reshape(a, (1,)) for a in tup]
    axis = 0 if arrays and len(shape_of(arrays[0])) == 1 else 1
    return concatenate(arrays, axis, dtype=dtype, casting=casting)


@joining_function
def vstack(tup: Sequence[Operand], *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind") -> Array:
    """The arrays on top of each other: along the first axis, each of one axis being a row.

    `dtype` and `casting` are as in `concatenate`.
    """
    rows = [a if len(shape_of(a)) > 1 else reshape(a, (1, -1)) for a in tup]
    return concatenate(rows, dtype=dtype, casting=casting)


def split(ary: Variable, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Variable]:
    """Parts of an array along an axis: so many of equal length, or divided before each of these indices.

    Raises:
        ValueError: the axis does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> split(Variable(np.arange(4.0)), 2)
    [variable([0. 1.]), variable([2. 3.])]
    """
    shape = shape_of(ary)
    axis = normalize_axis(axis, len(shape))
    length = shape[axis]
    if isinstance(indices_or_sections, int | np.integer):
        if length % indices_or_sections:
            raise ValueError(
                f"split: axis {axis} of length {length} does not divide into {indices_or_sections} equal parts"
            )
        step = length // int(indices_or_sections)
        cuts = list(range(step, length, step))
    else:
        cuts = [int(i) for i in indices_or_sections]
    before = (slice(None),) * axis
    return [getitem(ary, (*before, slice(i, j))) for i, j in zip([0, *cuts], [*cuts, None], strict=True)]
