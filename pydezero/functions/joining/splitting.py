"""Taking arrays apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from pydezero.core.typed import takes_delayed, without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.indexing.indexing import getitem

__all__ = [
    "array_split",
    "dsplit",
    "hsplit",
    "split",
    "unstack",
    "vsplit",
]

# The number of parts, or the places before which the array is divided.
_Parts: TypeAlias = int | Sequence[int]


@overload
def split(ary: Variable, indices_or_sections: _Parts, axis: int = 0) -> list[Variable]: ...
@overload
def split(ary: ArrayOrNumber, indices_or_sections: _Parts, axis: int = 0) -> list[NDArray[Any]]: ...
@takes_delayed
def split(ary: Operand, indices_or_sections: _Parts, axis: int = 0) -> Array:
    """Parts of an array along an axis: a number of equal ones, or those between the given indices.

    Raises:
        ValueError: the axis does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> split(Variable(np.arange(4.0)), 2)
    [variable([0. 1.]), variable([2. 3.])]
    """
    shape = shape_of(ary)
    axis = normalize_axis_index(axis, len(shape))
    length = shape[axis]
    if isinstance(indices_or_sections, int | np.integer):
        if length % indices_or_sections:
            raise ValueError(
                f"split: axis {axis} of length {length} does not divide into {indices_or_sections} equal parts"
            )
        cuts = [length * i // int(indices_or_sections) for i in range(1, int(indices_or_sections))]
    else:
        cuts = [int(i) for i in indices_or_sections]
    before = (slice(None),) * axis
    return [getitem(ary, (*before, slice(i, j))) for i, j in zip([0, *cuts], [*cuts, None], strict=True)]


@overload
def array_split(ary: Variable, indices_or_sections: _Parts, axis: int = 0) -> list[Variable]: ...
@overload
def array_split(ary: ArrayOrNumber, indices_or_sections: _Parts, axis: int = 0) -> list[NDArray[Any]]: ...
@without_variables(np.array_split)
def array_split(ary: Operand, indices_or_sections: _Parts, axis: int = 0) -> Array:
    """Parts of an array along an axis like those of `split`, but they need not be of equal length.

    Where the length is no multiple of the number of parts, the first ones are longer by 1.

    Raises:
        ValueError: the number of parts is not positive.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> array_split(Variable(np.arange(3.0)), 2)
    [variable([0. 1.]), variable([2.])]
    """
    if isinstance(indices_or_sections, int | np.integer):
        if indices_or_sections <= 0:
            raise ValueError(f"array_split: the number of parts must be positive, got {indices_or_sections}")
        shape = shape_of(ary)
        length, longer = divmod(shape[normalize_axis_index(axis, len(shape))], int(indices_or_sections))
        lengths = [length + (i < longer) for i in range(int(indices_or_sections))]
        indices_or_sections = list(accumulate(lengths))[:-1]
    return split(ary, indices_or_sections, axis)


@overload
def hsplit(ary: Variable, indices_or_sections: _Parts) -> list[Variable]: ...
@overload
def hsplit(ary: ArrayOrNumber, indices_or_sections: _Parts) -> list[NDArray[Any]]: ...
@without_variables(np.hsplit)
def hsplit(ary: Operand, indices_or_sections: _Parts) -> Array:
    """The parts side by side: `split` along the second axis, or along the first where there is but one.

    Raises:
        ValueError: the array has no axes, or does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hsplit(Variable(np.array([1.0, 2.0])), 2)
    [variable([1.]), variable([2.])]
    """
    _check_ndim(ary, 1, "hsplit")
    return split(ary, indices_or_sections, min(len(shape_of(ary)) - 1, 1))


@overload
def vsplit(ary: Variable, indices_or_sections: _Parts) -> list[Variable]: ...
@overload
def vsplit(ary: ArrayOrNumber, indices_or_sections: _Parts) -> list[NDArray[Any]]: ...
@without_variables(np.vsplit)
def vsplit(ary: Operand, indices_or_sections: _Parts) -> Array:
    """The parts on top of each other: `split` along the first axis.

    Raises:
        ValueError: the array has less than two axes, or does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vsplit(Variable(np.array([[1.0], [2.0]])), 2)
    [variable([[1.]]), variable([[2.]])]
    """
    _check_ndim(ary, 2, "vsplit")
    return split(ary, indices_or_sections, 0)


@overload
def dsplit(ary: Variable, indices_or_sections: _Parts) -> list[Variable]: ...
@overload
def dsplit(ary: ArrayOrNumber, indices_or_sections: _Parts) -> list[NDArray[Any]]: ...
@without_variables(np.dsplit)
def dsplit(ary: Operand, indices_or_sections: _Parts) -> Array:
    """The parts behind each other: `split` along the third axis.

    Raises:
        ValueError: the array has less than three axes, or does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> [part.shape for part in dsplit(Variable(np.ones((2, 3, 4))), [1])]
    [(2, 3, 1), (2, 3, 3)]
    """
    _check_ndim(ary, 3, "dsplit")
    return split(ary, indices_or_sections, 2)


def _check_ndim(ary: Operand, least: int, name: str) -> None:
    if len(shape_of(ary)) < least:
        raise ValueError(f"{name}: needs an array of at least {least} axes, got the shape {shape_of(ary)}")


@overload
def unstack(x: Variable, /, *, axis: int = 0) -> tuple[Variable, ...]: ...
@overload
def unstack(x: ArrayOrNumber, /, *, axis: int = 0) -> tuple[NDArray[Any], ...]: ...
@takes_delayed
def unstack(x: Operand, /, *, axis: int = 0) -> Array:
    """The arrays of which `stack` along an axis makes x; `np.unstack`, which NumPy has from 2.1 on.

    Raises:
        ValueError: x has no axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unstack(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), axis=1)
    (variable([1. 3.]), variable([2. 4.]))
    """
    shape = shape_of(x)
    _check_ndim(x, 1, "unstack")
    axis = normalize_axis_index(axis, len(shape))
    return tuple([getitem(x, (*(slice(None),) * axis, i)) for i in range(shape[axis])])
