"""Colours of the columns of a stencil on a grid, by a formula: as few as the elements of the fullest row.

The columns of a grid of width w, numbered row by row, have the coordinates x = j mod w and y = j div w. Colours of the
form (x + a y) mod p repeat as tiles of p cells do; those of a 5-point stencil are a tiling of the plane with crosses,
(x + 2 y) mod 5. A greedy colouring finds it for some grids only.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from pydezero.transforms.sparse.colouring.record import Indices
from pydezero.transforms.sparse.pattern.pattern import Pattern

# Wider stencils, and rows of other matrices, are left to the greedy colouring.
_WIDEST: Final = 30
_STRIDES: Final = 12
_ATTEMPTS: Final = 50


def lattice(pattern: Pattern) -> Indices | None:
    """Colours of the columns that differ within each row, as many as the fullest row has elements; None without luck.

    What is returned has been checked against the whole pattern.
    """
    counts = np.diff(pattern.indptr)
    period = int(counts.max(initial=0))
    if not 1 < period <= _WIDEST:
        return None
    row = int(np.argmax(counts))
    fullest = pattern.indices[pattern.indptr[row] : pattern.indptr[row + 1]]
    distances = np.abs(fullest - (row if row in fullest else fullest[period // 2]))
    strides = np.unique(distances[distances > 1])[:_STRIDES]
    rows = np.repeat(np.arange(pattern.shape[0]), counts) * period
    attempts = 0
    for used in [(), *combinations(strides.tolist(), 1), *combinations(strides.tolist(), 2)]:
        # The largest stride is that of the last coordinate, which has no end.
        digits = _coordinates(fullest, used)
        factors = np.indices([period] * len(used)).reshape(len(used), period ** len(used))
        colours = (digits[0, :, None] + np.tensordot(digits[1:], factors, (0, 0))) % period
        for chosen in np.flatnonzero(np.all(np.sort(colours, axis=0) == np.arange(period)[:, None], axis=0)):
            attempts += 1
            steps = np.concatenate([[1], factors[:, chosen]])
            found = (steps @ _coordinates(np.arange(pattern.shape[1]), used)) % period
            if np.bincount(rows + found[pattern.indices]).max() == 1:
                return found.astype(np.intp)
            if attempts == _ATTEMPTS:
                return None
    return None


def _coordinates(columns: Indices, strides: tuple[int, ...]) -> Indices:
    """The coordinates of columns on a grid whose axes have these strides, rising, after one of stride 1."""
    found, rest = [], columns
    for stride in reversed(strides):
        found.append(rest // stride)
        rest = rest % stride
    return np.stack([rest, *reversed(found)])
