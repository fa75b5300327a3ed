"""The arguments of the functions of `pydezero.scipy.sparse`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.scipy import sparse
from tests.scipy.arguments.row import Row

DATA: Final = np.array([1.0, -2.0, 0.5, 3.0])
PLACES: Final = np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1])
COMPRESSED: Final = [0, 1, 0, 2], [0, 1, 2, 4]
X: Final = np.array([0.3, 1.0, -1.0])


def _of_entries(name: str, *places: Any) -> Row:
    make: Any = getattr(sparse, name)
    return Row(
        f"sparse.{name}",
        {"arg1": (lambda data: make((data, *places), shape=(3, 3)) @ X, DATA)},
        {"places": (lambda rows: make((DATA, (rows, PLACES[1]))), PLACES[0].astype(float))},
        "of the tuple that it takes, the entries; their places are constant",
    )


ROWS: Final = (
    Row(
        "sparse.SparseArray",
        {"data": (lambda data: X @ sparse.coo_array((data, PLACES), shape=(3, 3)), DATA)},
        note="`A @ x`, `x @ A`, `A.T`, `A.toarray()`",
    ),
    _of_entries("coo_array", PLACES),
    _of_entries("csc_array", *COMPRESSED),
    _of_entries("csr_array", *COMPRESSED),
)
