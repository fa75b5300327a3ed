"""pandas: the gradient by a series or a dataframe has its index and its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pydezero.arrays.restoring import Restorer, library

__all__ = ["pandas_restorer"]


class _OfFrames:
    def like(self, x: Any) -> Callable[[Any], Any]:
        pd = library("pandas")
        if not isinstance(x, pd.DataFrame | pd.Series):  # an index, or an array of pandas' own
            return np.asarray
        # An index never changes, so that nothing is copied. A type derived from these says how its like is made.
        shape, index, made = x.shape, x.index, x._constructor
        if isinstance(x, pd.DataFrame):
            columns = x.columns
            return lambda array: made(array, index, columns) if array.shape == shape else array
        name = x.name
        return lambda array: made(array, index, name=name) if array.shape == shape else array

    def has_numbers(self, x: Any) -> bool:
        kinds = [x.dtype] if hasattr(x, "dtype") else list(getattr(x, "dtypes", ()))
        return bool(kinds) and all(library("pandas").api.types.is_numeric_dtype(kind) for kind in kinds)


pandas_restorer: Final[Restorer] = _OfFrames()
