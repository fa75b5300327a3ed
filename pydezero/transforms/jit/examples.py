"""The values that derivatives and batches of a compiled function are recorded with.

They are kept as long as the function is, so large arrays of them would be memory that nobody knows of. Where a graph
can be evaluated for any values, a single element stands for all elements of an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pydezero.core.primitive import Elementwise, Linear, Multilinear, Primitive
from pydezero.core.snapshot import LARGE_BYTES
from pydezero.core.types import Array
from pydezero.transforms.staging.graph import Graph


def held(graph: Graph[..., Any], examples: Sequence[Array]) -> tuple[Array, ...]:
    """Examples of the inputs of a graph, in little memory where that is possible."""
    if not any(map(is_large, examples)) or not all(
        takes_any_values(equation.primitive, equation.references) for equation in graph.equations
    ):
        return tuple(examples)
    return tuple([ones(x.shape, x.dtype) if is_large(x) else x for x in examples])


def ones(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Ones, of which there is one in memory."""
    return np.broadcast_to(np.ones((), dtype), shape) if shape else dtype.type(1)


def is_large(x: Array) -> bool:
    """Whether x is a large array of floats."""
    return bool(np.ndim(x)) and x.nbytes >= LARGE_BYTES and x.dtype.kind in "fc"


def takes_any_values(primitive: Primitive, operands: Sequence[Any]) -> bool:
    """Whether an operation on operands of these dtypes neither raises an error nor runs for ever at some values.

    An index may be out of bounds, a matrix singular, a loop without an end, a function of the user's anything.
    """
    if primitive.bodies or not primitive.is_pure or any(x.dtype.kind in "iu" for x in operands):
        return False
    if isinstance(primitive, Elementwise | Linear | Multilinear) or primitive.chooses:
        return True
    return str(getattr(primitive.raw, "__module__", "")) in ("numpy", "None")
