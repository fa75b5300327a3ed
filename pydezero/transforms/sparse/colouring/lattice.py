"""Colours of the columns of a stencil on a grid, by a formula.

The columns of a grid of width w, numbered row by row, have the coordinates x = j mod w and y = j div w. Colours of the
form (x + a y) mod p repeat as tiles of p cells do; those of a 5-point stencil are a tiling of the plane with crosses,
(x + 2 y) mod 5. A greedy colouring finds it for some grids only. Colours without a cycle of two of them are
(x + y) mod 3, of which any two make stairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.transforms.sparse.colouring.record import Indices
from pydezero.transforms.sparse.pattern.pattern import Pattern

# Wider stencils, and rows of other matrices, are left to the greedy colouring.
_WIDEST: Final = 30
_STRIDES: Final = 12
_ATTEMPTS: Final = 50
# How far from the fullest row a formula is tried before it is on the whole pattern, and how many are.
_STEPS: Final = 3
_TRIALS: Final = 500


def lattice(pattern: Pattern) -> Indices | None:
    """Colours of the columns that differ within each row, as many as the fullest row has elements; None without luck.

    What is returned has been checked against the whole pattern.
    """
    counts = np.diff(pattern.indptr)
    period = int(counts.max(initial=0))
    if not 1 < period <= _WIDEST:
        return None
    rows = np.repeat(np.arange(pattern.shape[0]), counts) * period
    row, fullest = _fullest(pattern)
    strides = _strides(fullest, row if row in fullest else int(fullest[period // 2]))

    def is_valid(colours: Indices) -> NDArray[np.bool]:
        found: NDArray[np.bool] = np.all(np.sort(colours, axis=0) == np.arange(period)[:, None], axis=0)
        return found

    for attempt, formula in enumerate(_formulas(fullest, strides, period, is_valid)):
        if attempt == _ATTEMPTS:
            return None
        found = formula.of(np.arange(pattern.shape[1]))
        if np.bincount(rows + found[pattern.indices]).max() == 1:
            return found
    return None


def symmetric_lattice(pattern: Pattern, is_valid: Callable[[Pattern, Indices], bool], below: int) -> Indices | None:
    """Colours of the columns of a symmetric matrix, as few as a formula gives; None unless they are below a number.

    `is_valid` tells whether a pattern and colours of its columns go together. It is asked of the surroundings of the
    fullest row, and then of the whole pattern.
    """
    if not 0 < int(np.diff(pattern.indptr).max(initial=0)) <= _WIDEST:
        return None
    row, fullest = _fullest(pattern)
    near, part = _surroundings(pattern, row)
    stencil = np.union1d(fullest, [row])
    strides = _strides(stencil, row)
    centre = np.searchsorted(stencil, row)

    def is_proper(colours: Indices) -> NDArray[np.bool]:
        found: NDArray[np.bool] = np.count_nonzero(colours == colours[centre], axis=0) == 1
        return found

    trials, attempts = 0, 0
    for period in range(2, min(below, len(stencil) + 1)):
        for formula in _formulas(stencil, strides, period, is_proper):
            trials += 1
            if trials > _TRIALS or attempts == _ATTEMPTS:
                return None
            if is_valid(part, formula.of(near)):
                attempts += 1
                found = formula.of(np.arange(pattern.shape[1]))
                if is_valid(pattern, found):
                    return found
    return None


@attrs.frozen(eq=False)
class _Formula:
    """The colours of columns: the sum of their coordinates, each times a factor, modulo the period."""

    strides: tuple[int, ...]
    factors: Indices
    period: int

    def of(self, columns: Indices) -> Indices:
        """The colours of some columns."""
        found: Indices = (self.factors @ _coordinates(columns, self.strides)) % self.period
        return found.astype(np.intp)


def _fullest(pattern: Pattern) -> tuple[int, Indices]:
    """The number of the fullest row, and its columns."""
    row = int(np.argmax(np.diff(pattern.indptr)))
    return row, pattern.indices[pattern.indptr[row] : pattern.indptr[row + 1]]


def _strides(columns: Indices, centre: int) -> list[int]:
    """What the axes of a grid may have as strides, but for the last: how far columns of a row are from its centre."""
    distances = np.abs(columns - centre)
    found: list[int] = np.unique(distances[distances > 1])[:_STRIDES].tolist()
    return found


def _formulas(
    columns: Indices, strides: list[int], period: int, is_valid: Callable[[Indices], NDArray[np.bool]]
) -> Iterator[_Formula]:
    """The formulas whose colours of some columns are valid; `is_valid` gets the colours of many, one in each column."""
    for used in [(), *combinations(strides, 1), *combinations(strides, 2)]:
        # The largest stride is that of the last coordinate, which has no end.
        digits = _coordinates(columns, used)
        factors = np.indices([period] * len(used)).reshape(len(used), period ** len(used))
        colours = (digits[0, :, None] + np.tensordot(digits[1:], factors, (0, 0))) % period
        for chosen in np.flatnonzero(is_valid(colours)):
            yield _Formula(used, np.concatenate([[1], factors[:, chosen]]), period)


def _coordinates(columns: Indices, strides: tuple[int, ...]) -> Indices:
    """The coordinates of columns on a grid whose axes have these strides, rising, after one of stride 1."""
    found, rest = [], columns
    for stride in reversed(strides):
        found.append(rest // stride)
        rest = rest % stride
    return np.stack([rest, *reversed(found)])


def _surroundings(pattern: Pattern, row: int) -> tuple[Indices, Pattern]:
    """The columns that a few steps lead to from one of a symmetric matrix, and the pattern of these alone."""
    inside = np.array([row], np.intp)
    for _ in range(_STEPS):
        inside = np.unique(np.concatenate([inside, *_rows(pattern, inside)]))
    kept = [np.flatnonzero(np.isin(inside, columns)) for columns in _rows(pattern, inside)]
    rows = np.repeat(np.arange(len(kept)), list(map(len, kept)))
    return inside, Pattern.from_coordinates(rows, np.concatenate(kept), (len(inside), len(inside)))


def _rows(pattern: Pattern, numbers: Indices) -> list[Indices]:
    return [pattern.indices[pattern.indptr[i] : pattern.indptr[i + 1]] for i in numbers.tolist()]
