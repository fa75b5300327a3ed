"""Linear equations with a banded matrix, which is kept by its diagonals as in `scipy.linalg.solve_banded`.

The element a[i, j] of the matrix is in ab[upper + i - j, j].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import scipy.linalg

from pydezero.core.batching import looped
from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.types import Array


def _solved(ab: Array, b: Array, lower: int, upper: int) -> Array:
    return scipy.linalg.solve_banded((lower, upper), ab, b, check_finite=False)


def _moved(x: Array, by: int) -> Array:
    """The elements of x from the place `by` on, with zeros where there are none."""
    n = x.shape[0]
    zeros = np.zeros((min(abs(by), n), *x.shape[1:]))
    return np.concatenate([x[by:], zeros] if by > 0 else [zeros, x[: n + by] if n + by > 0 else x[:0]])


def _transposed(ab: Array, lower: int, upper: int) -> Array:
    return np.stack([_moved(ab[lower + upper - row], row - lower) for row in range(lower + upper + 1)])


def _rule_b(g: Array, x: Array, lower: int, upper: int) -> Array:
    return bind(banded_p, _transposed(x, lower, upper), g, lower=upper, upper=lower)


def _rule_ab(g: Array, x: Array, out: Array, lower: int, upper: int) -> Array:
    pulled = _rule_b(g, x, lower, upper)
    return np.stack([-np.sum(_moved(pulled, row - upper) * out, axis=1) for row in range(lower + upper + 1)])


def _batched(batched: Sequence[bool], ab: Array, b: Array, lower: int, upper: int) -> Array:
    if batched[0]:
        return looped(batched, banded_p, (ab, b), {"lower": lower, "upper": upper})
    columns = np.moveaxis(b, 0, 1)  # of all examples side by side
    out = bind(banded_p, ab, np.reshape(columns, (columns.shape[0], -1)), lower=lower, upper=upper)
    return np.moveaxis(np.reshape(out, columns.shape), 1, 0)


banded_p: Final[General] = define(
    General, "solve_banded", _solved, _rule_ab, _rule_b, batch=_batched, keeps_dtype=False
)


def solve_banded(ab: Array, b: Array, lower: int, upper: int) -> Array:
    """The solution x of a @ x = b, along the first axis of b.

    Raises:
        LinAlgError: the matrix is singular.
    """
    return np.reshape(bind(banded_p, ab, np.reshape(b, (b.shape[0], -1)), lower=lower, upper=upper), b.shape)
