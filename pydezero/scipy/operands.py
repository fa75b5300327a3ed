"""Arguments of SciPy's functions as arrays."""

from __future__ import annotations

from typing import Any

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.functions.joining.nested import array
from pydezero.functions.shapes import shape

__all__ = ["as_operand"]


def as_operand(x: Any) -> Array:
    """A Variable as it is, anything else as an array; lists and tuples that hold Variables become one Variable.

    Raises:
        TypeError: x has arithmetic of its own, as a masked array, a matrix, or an array with a unit.
        ValueError: the parts of a list have different shapes.
    """
    if isinstance(x, list | tuple) and has_variable(x):
        return array(x)
    return shape.as_operand(x)
