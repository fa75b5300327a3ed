"""The functions of `scipy.linalg` that have a derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg

from pydezero.compat.autograd.extend import defvjp, primitive
from pydezero.scipy.linalg import *

# Any: NumPy's stubs know no Variable.

solve_banded: Callable[..., Any] = primitive(linalg.solve_banded)
"""The solution of a system whose matrix is given by its diagonals, as `scipy.linalg.solve_banded((l, u), ab, b)`."""


def _transposed(l_and_u: tuple[int, int], ab: Any) -> Any:
    """The diagonals of the transposed matrix, from the uppermost; what lies outside the matrix is never read."""
    lower, upper = l_and_u
    return np.stack([np.roll(ab[k], k - upper) for k in reversed(range(lower + upper + 1))])


def _of_right_side(l_and_u: tuple[int, int], ab: Any, g: Any) -> Any:
    return solve_banded(l_and_u[::-1], _transposed(l_and_u, ab), g)


def _of_diagonals(x: Any, l_and_u: tuple[int, int], ab: Any, g: Any) -> Any:
    rows = _of_right_side(l_and_u, ab, g)
    n = np.shape(x)[0]
    found = []
    for k in range(np.shape(ab)[0]):
        shift = k - l_and_u[1]
        places = np.arange(n) + shift
        inside = np.reshape((places >= 0) & (places < n), (n,) + (1,) * (np.ndim(x) - 1))
        products = np.where(inside, -np.roll(rows, -shift, axis=0) * x, 0.0)
        found.append(np.sum(np.reshape(products, (n, -1)), axis=1))
    return np.stack(found)


defvjp(
    solve_banded,
    lambda ans, l_and_u, ab, _: lambda g: _of_diagonals(ans, l_and_u, ab, g),
    lambda _, l_and_u, ab, __: lambda g: _of_right_side(l_and_u, ab, g),
    argnums=(1, 2),
)
