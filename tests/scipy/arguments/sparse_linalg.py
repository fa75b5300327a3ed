"""The arguments of the functions of `pydezero.scipy.sparse.linalg`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.scipy.sparse import coo_array, linalg
from tests.scipy.arguments.row import Row

PLACES: Final = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 2])
DATA: Final = np.array([4.0, 1.0, 1.0, 3.0, 2.0])
B: Final = np.array([1.0, -2.0, 0.5])
DENSE: Final = coo_array((DATA, PLACES)).toarray()


def _symmetric(t: Any) -> Any:
    return coo_array((t[np.array([0, 1, 1, 2, 3])], PLACES))


def _iterative(name: str, note: str) -> Row:
    solver: Any = getattr(linalg, name)
    return Row(
        f"sparse.linalg.{name}",
        {
            "A": (lambda t: solver(_symmetric(t), B, rtol=1e-12)[0], DATA[[0, 1, 3, 4]]),
            "b": (lambda b: solver(_symmetric(DATA[[0, 1, 3, 4]]), b, rtol=1e-12)[0], B),
            "x0": (lambda x0: solver(DENSE, B, x0=x0, rtol=1e-12)[0], B),
        },
        {"M": (lambda m: solver(DENSE, B, M=m)[0], np.eye(3))},
        note,
    )


ROWS: Final = (
    _iterative("bicgstab", "as `gmres`"),
    _iterative("cg", "x0: 0, as the solution does not depend on it; a LinearOperator is constant"),
    _iterative("gmres", "as `cg`; the derivative needs the `rmatvec` of a LinearOperator A"),
    Row(
        "sparse.linalg.spsolve",
        {
            "A": (lambda data: linalg.spsolve(coo_array((data, PLACES)), B), DATA),
            "b": (lambda b: linalg.spsolve(coo_array((DATA, PLACES)), b), B),
        },
        note="of A the stored entries",
    ),
)
