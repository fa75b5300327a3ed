"""Updates of some elements, `x.at[index].multiply(values)` and its like; `set` and `add` are among the indices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from pydezero.core.types import Index
from tests.functions.case import Array, ArrayCallable, Case, any_case, case, given, nonzero, real

# What NumPy updates the elements with, and whether it takes complex numbers.
_UPDATES: Final[dict[str, tuple[Any, bool]]] = {
    "multiply": (np.multiply, True),
    "divide": (np.divide, True),
    "max": (np.maximum, False),
    "min": (np.minimum, False),
}

_INDICES: Final[tuple[tuple[str, Index], ...]] = (
    ("int", -1),
    ("slices", (slice(None), slice(0, 3, 2))),
    ("newaxis", (None, 0)),
    ("int array", np.array([1, 0])),
    ("int array with repeats", np.array([1, 0, 1, 1, 1])),
    ("pair of arrays with repeats", (np.array([0, 0, 1]), np.array([2, 2, 0]))),
    ("bool array", np.array([[True, False, True], [False, True, False]])),
    ("none", []),
)


def _in_numpy(ufunc: Any, index: Index) -> ArrayCallable:
    def updated(x: Array, values: Array) -> Array:
        result = np.array(x, np.result_type(x, values))
        ufunc.at(result, index, values)
        return result

    return updated


def _rows() -> Iterator[Case]:
    x = np.zeros((2, 3))
    for update, (ufunc, is_complex) in _UPDATES.items():
        row = any_case if is_complex else case
        for name, index in _INDICES:
            yield from row(
                f"x.at[{name}].{update}",
                lambda m, x, v, i=index, update=update: getattr(x.at[i], update)(v),
                real(2, 3),
                nonzero(*x[index].shape),
                in_numpy=_in_numpy(ufunc, index),
            )
        yield from row(
            f"x.at[captured].{update}",
            lambda m, x, i, v, update=update: getattr(x.at[i], update)(v),
            real(3),
            given([0, 2, 2]),
            nonzero(),
            in_numpy=lambda x, i, v, ufunc=ufunc: _in_numpy(ufunc, i)(x, v),
        )
        yield from row(
            f"x.at[[0, 0]].{update}(1.5)",
            lambda m, x, update=update: getattr(x.at[[0, 0]], update)(1.5),
            real(3),
            in_numpy=lambda x, ufunc=ufunc: _in_numpy(ufunc, [0, 0])(x, x.dtype.type(1.5)),
        )


AT: Final = list(_rows())
