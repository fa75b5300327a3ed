"""An array of nested lists that hold Variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pydezero.core.snapshot import check_numeric
from pydezero.core.typed import has_variable, takes_delayed
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.joining.joining import stack
from pydezero.functions.shapes.axes import with_axes
from pydezero.functions.shapes.shape import astype

__all__ = [
    "array",
]

# Variables, in nested lists.
_Variables: TypeAlias = "Variable | Sequence[_Variables]"
_Arrays: TypeAlias = "ArrayOrNumber | Sequence[_Arrays]"
_Operands: TypeAlias = "Operand | Sequence[_Operands]"


@overload  # before Variables, because NumPy's functions of a float give Any, of which lists fit all of these
def array(nested: _Arrays, /, dtype: DTypeLike | None = ..., *, ndmin: int = ...) -> NDArray[Any]: ...  # type: ignore[overload-overlap]  # arrays alone come first


@overload
def array(nested: _Variables, /, dtype: DTypeLike | None = ..., *, ndmin: int = ...) -> Variable: ...


@overload
def array(nested: _Operands, /, dtype: DTypeLike | None = ..., *, ndmin: int = ...) -> Variable: ...


@takes_delayed
def array(nested: _Operands, /, dtype: DTypeLike | None = None, *, ndmin: int = 0) -> Array:
    """An array of the numbers, arrays and Variables in nested lists: `np.array` for Variables.

    Args:
        nested: lists or tuples of numbers, arrays and Variables, nested at will; or one number, array or Variable.
            The parts of a list have one shape, which the array has behind an axis for each list.
        dtype: the dtype of the array, by default the one that holds the dtypes of all parts.
        ndmin: the least number of axes; axes of length 1 are put in front.

    Returns:
        A Variable if there is one among the parts, else a fresh array.

    Raises:
        ValueError: the parts of a list have different shapes.
        TypeError: a part is something else (a string, None).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array(3.0))
    >>> array([[1.0, x], [x * x, 4.0]])
    variable([[1. 3.]
              [9. 4.]])
    """
    if not has_variable(nested):
        plain: NDArray[Any] = np.array(nested, dtype, ndmin=ndmin)
        check_numeric(plain, "array")
        return plain
    made = _stacked(nested)
    if ndmin > len(shape_of(made)):
        made = with_axes(made, ndmin)
    return made if dtype is None else astype(made, dtype)


def _stacked(nested: Array) -> Array:
    if not isinstance(nested, list | tuple):
        return positive(nested)
    if not has_variable(nested):
        return np.asarray(nested)
    # A list of numbers alone goes to where the arrays are.
    parts = [_stacked(part) if isinstance(part, list | tuple) and has_variable(part) else part for part in nested]
    shapes = {shape_of(part) for part in parts}
    if len(shapes) > 1:
        raise ValueError(f"array: the parts of a list must have one shape, got the shapes {sorted(shapes)}")
    return stack(parts)
