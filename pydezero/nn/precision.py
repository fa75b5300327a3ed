"""Models in another precision."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from pydezero.core.snapshot import is_array
from pydezero.core.variable import Variable
from pydezero.tree import map_leaves

__all__ = [
    "in_precision",
]

T = TypeVar("T")


def in_precision(model: T, dtype: type[np.floating[Any]]) -> T:
    """A model with its arrays of floating-point numbers in another precision; everything else stays as it is.

    Raises:
        TypeError: dtype is not one of floating-point numbers.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> nn.in_precision(nn.Linear.init(np.random.default_rng(0), 3, 2), np.float32)
    Linear(w=f32[3,2], b=f32[2])
    """
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"in_precision: dtype must be one of floating-point numbers, such as np.float32, got {dtype!r}")

    def converted(leaf: Any) -> Any:
        has_dtype = is_array(leaf) or isinstance(leaf, Variable | np.generic)
        return leaf.astype(dtype) if has_dtype and leaf.dtype.kind == "f" else leaf

    return map_leaves(converted, model)
