"""Whether two tools computed the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TOLERANCE: Final = 1e-9
"""The largest difference between two arrays, as a part of the largest element: rounding, and nothing else."""


def difference(result: Any, expected: Any) -> str | None:
    """The difference of two results, arrays of whatever tools in tuples and lists; None if they agree."""
    found, wanted = list(_leaves(result)), list(_leaves(expected))
    if len(found) != len(wanted):
        return f"{len(found)} arrays instead of {len(wanted)}"
    for i, (a, b) in enumerate(zip(found, wanted, strict=True)):
        what = f"array {i}"
        if a.shape != b.shape:
            return f"{what} has shape {a.shape} instead of {b.shape}"
        error = float(np.max(np.abs(a - b), initial=0.0))
        if not error <= TOLERANCE * float(np.max(np.abs(b), initial=0.0)):  # not: so that nan does not pass
            return f"{what} is off by {error:.1e}"
    return None


def _leaves(result: Any) -> Iterator[NDArray[Any]]:
    if isinstance(result, tuple | list):
        for part in result:
            yield from _leaves(part)
    else:
        yield np.asarray(result)
