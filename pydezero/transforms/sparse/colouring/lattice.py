"""Colours of the columns of a stencil on a grid, by a formula.

The columns of a grid of width w, numbered row by row, have the coordinates x = j mod w and y = j div w. Colours of the
form (x + a y) mod p repeat as tiles of p cells do; those of a 5-point stencil are a tiling of the plane with crosses,
(x + 2 y) mod 5. A greedy colouring finds it for some grids only. Colours without a cycle of two of them are
(x + y) mod 3, of which any two make stairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations
from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.transforms.sparse.colouring.record import Indices
from pydezero.transforms.sparse.pattern.pattern import Pattern

_Colours: TypeAlias = Callable[[Indices], Indices]
"""From some columns to their colours."""

# Columns of a 9-point stencil, of which no path of four has two colours: no formula has so few. A solver of
# satisfiability found it; it says of 7 colours that they are too few for 6 x 6 points, and of smaller tiles that there
# are none.
_TILE: Final = np.array(
    [
        [0, 1, 5, 0, 5, 3, 0, 5],
        [2, 3, 2, 4, 6, 1, 6, 7],
        [4, 6, 7, 5, 7, 2, 4, 0],
        [3, 1, 3, 0, 1, 3, 1, 5],
        [7, 2, 4, 5, 4, 6, 7, 0],
        [6, 3, 6, 7, 2, 1, 2, 4],
    ]
)

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

    def is_valid_near(of: _Colours) -> bool:
        return is_valid(part, of(near))

    for of in chain(_by_formula(stencil, row, strides, below, is_valid_near), _by_tile(strides, below, is_valid_near)):
        found = of(np.arange(pattern.shape[1]))
        if is_valid(pattern, found):
            return found
    return None


def _by_formula(
    stencil: Indices, row: int, strides: list[int], below: int, is_valid: Callable[[_Colours], bool]
) -> Iterator[_Colours]:
    """The formulas with fewer colours than a number, the fewest first, that are valid near a row."""
    centre = np.searchsorted(stencil, row)

    def is_proper(colours: Indices) -> NDArray[np.bool]:
        found: NDArray[np.bool] = np.count_nonzero(colours == colours[centre], axis=0) == 1
        return found

    trials, attempts = 0, 0
    for period in range(2, min(below, len(stencil) + 1)):
        for formula in _formulas(stencil, strides, period, is_proper):
            trials += 1
            if trials > _TRIALS or attempts == _ATTEMPTS:
                return
            if is_valid(formula.of):
                attempts += 1
                yield formula.of


def _by_tile(strides: list[int], below: int, is_valid: Callable[[_Colours], bool]) -> Iterator[_Colours]:
    """The tile, laid on grids of several widths, where it has fewer colours than a number and is valid near a row."""
    if below <= np.max(_TILE) + 1:
        return
    for width in strides:

        def of(columns: Indices, width: int = width) -> Indices:
            y, x = np.divmod(columns, width)
            found: Indices = _TILE[y % _TILE.shape[0], x % _TILE.shape[1]]
            return found

        if is_valid(of):
            yield of


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
    """The possible strides of the axes of a grid but for the last: the distances of a row's columns from its centre."""
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
