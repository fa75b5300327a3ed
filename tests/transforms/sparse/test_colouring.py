"""Colourings: known numbers of colours, and on random patterns that every element is recovered."""

from __future__ import annotations

from typing import Any, Final, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pydezero.transforms.sparse.colouring.colour import colour
from pydezero.transforms.sparse.colouring.record import Colouring, Kind, Order
from pydezero.transforms.sparse.pattern.pattern import Pattern

Mask = np.ndarray[tuple[int, int], np.dtype[np.bool]]

OF_ANY: Final[tuple[Kind, ...]] = ("columns", "rows", "both")
SYMMETRIC: Final[tuple[Kind, ...]] = ("star", "acyclic")


def pattern_of(mask: Mask) -> Pattern:
    rows, columns = np.nonzero(mask)
    return Pattern.from_coordinates(rows, columns, mask.shape)


def banded(size: int, below: int, above: int) -> Mask:
    distance = np.arange(size) - np.arange(size)[:, None]
    return (distance >= -below) & (distance <= above)


def arrow(size: int, *, at: int = 0) -> Mask:
    mask = np.eye(size, dtype=bool)
    mask[at] = mask[:, at] = True
    return mask


def grid(width: int, height: int, *, points: int) -> Mask:
    y, x = np.divmod(np.arange(width * height), width)
    dx, dy = np.abs(x - x[:, None]), np.abs(y - y[:, None])
    return np.asarray((dx + dy <= 1) if points == 5 else (np.maximum(dx, dy) <= 1))


# The columns of a band of b diagonals need b colours; those of a 5-point grid 5, of a 9-point grid 9 (they tile the
# plane). With k diagonals on each side, star: 2 k + 1, acyclic: k + 1 (A. Etawi, M. Ghanem, H. Al-Ezeh, "Acyclic and
# star coloring of powers of paths and cycles", 2022). Of a 5-point grid, star: 5, acyclic: 3 (G. Fertin, A. Raspaud,
# B. Reed, "Star coloring of graphs", 2004). Of a 9-point grid, acyclic: 5, star: 8 (4 and 7 are too few for 6 x 6
# points, as a solver of satisfiability shows). Both: an arrow has one row, one column, and all others; bands and grids
# are best by columns alone.
KNOWN: Final[dict[str, tuple[Mask, dict[Kind, int]]]] = {
    "diagonal": (np.eye(9, dtype=bool), {"columns": 1, "rows": 1, "both": 1, "star": 1, "acyclic": 1}),
    "tridiagonal": (banded(30, 1, 1), {"columns": 3, "rows": 3, "both": 3, "star": 3, "acyclic": 2}),
    "five diagonals": (banded(30, 2, 2), {"columns": 5, "rows": 5, "both": 5, "star": 5, "acyclic": 3}),
    "lower band": (banded(30, 4, 0), {"columns": 5, "rows": 5, "both": 5}),
    "arrow": (arrow(30), {"columns": 30, "rows": 30, "both": 3, "star": 2, "acyclic": 2}),
    "arrow that points down": (arrow(30, at=29), {"columns": 30, "rows": 30, "both": 3, "star": 2, "acyclic": 2}),
    "5-point grid": (grid(13, 11, points=5), {"columns": 5, "rows": 5, "both": 5, "star": 5, "acyclic": 3}),
    "9-point grid": (grid(12, 14, points=9), {"columns": 9, "rows": 9, "both": 9, "star": 8, "acyclic": 5}),
    "full row": (np.vstack([np.eye(7, dtype=bool), np.ones((1, 7), bool)]), {"columns": 7, "rows": 2, "both": 2}),
    "full": (np.ones((4, 4), bool), {"columns": 4, "rows": 4, "both": 4, "star": 4, "acyclic": 4}),
    "full and wide": (np.ones((3, 5), bool), {"columns": 5, "rows": 3, "both": 3}),
    "zero": (np.zeros((3, 3), bool), {"columns": 1, "rows": 1, "both": 0, "star": 1, "acyclic": 1}),
    "without columns": (np.zeros((3, 0), bool), {"columns": 0, "rows": 1, "both": 0}),
    "without rows": (np.zeros((0, 2), bool), {"columns": 1, "rows": 0, "both": 0}),
    "without elements": (np.zeros((0, 0), bool), {"columns": 0, "rows": 0, "both": 0, "star": 0, "acyclic": 0}),
}

# The numbers of colours in the natural order, largest first, and smallest last, where one of them is not the known one.
BY_ORDER: Final[dict[tuple[str, Kind], list[int]]] = {
    ("arrow", "both"): [30, 3, 5],
    ("arrow", "star"): [2, 2, 3],
    ("arrow that points down", "both"): [30, 3, 7],
    ("arrow that points down", "star"): [30, 2, 3],
    ("5-point grid", "columns"): [7, 7, 5],
    ("5-point grid", "rows"): [7, 7, 5],
    ("5-point grid", "both"): [7, 7, 5],
    ("5-point grid", "star"): [6, 6, 7],
    ("5-point grid", "acyclic"): [4, 4, 4],
    ("9-point grid", "columns"): [9, 9, 10],
    ("9-point grid", "rows"): [9, 9, 10],
    ("9-point grid", "both"): [9, 9, 10],
    ("9-point grid", "star"): [9, 9, 11],
    ("9-point grid", "acyclic"): [6, 6, 6],
}


def products(matrix: NDArray[Any], found: Colouring) -> tuple[NDArray[Any], NDArray[Any]]:
    """The products of a matrix that a colouring asks for."""
    columns = found.columns == np.arange(found.of_columns)[:, None]
    rows = found.rows == np.arange(found.of_rows)[:, None]
    return columns @ matrix.T, rows @ matrix


def check_recovery(mask: Mask, kind: Kind, order: Order | None) -> Colouring:
    matrix = np.random.default_rng(0).integers(1, 1000, mask.shape) * mask * 1.0  # so that every sum is exact
    if kind in SYMMETRIC:
        matrix += matrix.T
    found = colour(pattern_of(mask), kind, order)
    values = found.recovered(*products(matrix, found))
    np.testing.assert_array_equal(values, matrix[mask], f"{kind} {order}")
    return found


@pytest.mark.parametrize("name", KNOWN)
def test_the_number_of_colours(name: str) -> None:
    mask, numbers = KNOWN[name]
    assert {kind: check_recovery(mask, kind, None).number for kind in numbers} == numbers
    for kind, number in numbers.items():
        found = [check_recovery(mask, kind, order).number for order in get_args(Order)]
        assert found == BY_ORDER.get((name, kind), [number] * 3), kind


@settings(max_examples=60)
@given(st.data())
def test_every_element_of_any_pattern_is_recovered(data: st.DataObject) -> None:
    rows, columns = [data.draw(st.integers(0, 12), label=what) for what in ("rows", "columns")]
    density = data.draw(st.sampled_from([0.05, 0.2, 0.5, 0.9]), label="density")
    seed = data.draw(st.integers(0, 2**32 - 1), label="seed")
    mask = np.random.default_rng(seed).random((rows, columns)) < density
    square = np.random.default_rng(seed).random((rows, rows)) < density
    for order in (None, *get_args(Order)):
        for kind in OF_ANY:
            check_recovery(mask, kind, order)
        for kind in SYMMETRIC:
            check_recovery(square | square.T, kind, order)


def test_colours_of_a_kind_that_is_not_used_are_absent() -> None:
    found = colour(pattern_of(arrow(5)), "both", "largest-first")
    assert (found.of_rows, found.of_columns) == (2, 1)
    assert found.columns.tolist() == [0, -1, -1, -1, -1]
    assert colour(pattern_of(arrow(5)), "columns").rows.tolist() == [-1] * 5


@pytest.mark.parametrize("width", [5, 6, 7, 20])
def test_formulas_for_grids_hold_for_any_width(width: int) -> None:
    five, nine = grid(width, 9, points=5), grid(width, 9, points=9)
    assert [check_recovery(five, kind, None).number for kind in ("columns", "star", "acyclic")] == [5, 5, 3]
    assert [check_recovery(nine, kind, None).number for kind in ("columns", "star", "acyclic")] == [9, 8, 5]
    # Without a diagonal, as of a bilinear function; with an element more than a grid has, the formulas are refused.
    five[np.eye(len(five), dtype=bool)] = False
    assert [check_recovery(five, kind, None).number for kind in ("star", "acyclic")] == [5, 3]
    nine[0, -1] = nine[-1, 0] = True
    for kind in ("columns", "star", "acyclic"):
        check_recovery(nine, kind, None)


def test_large_patterns_are_not_ordered_by_what_is_left() -> None:
    # One full row of 6,000 columns has 36 million pairs, which would take a minute.
    mask = np.zeros((2, 6000), bool)
    mask[1] = True
    assert colour(pattern_of(mask), "columns").number == 6000


@pytest.mark.parametrize(
    ("mask", "kind", "order", "message"),
    [
        (banded(3, 1, 1), "diagonals", None, "kind must be one of 'columns', 'rows', 'both', 'star', 'acyclic'"),
        (banded(3, 1, 1), "rows", "random", "order must be one of 'natural', 'largest-first', 'smallest-last' or None"),
        (banded(3, 1, 0), "star", None, "'star' is for symmetric matrices"),
        (np.ones((2, 3), bool), "acyclic", None, r"'acyclic' is for symmetric matrices, and the pattern of shape \(2"),
    ],
)
def test_mistakes(mask: Mask, kind: Kind, order: Order, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        colour(pattern_of(mask), kind, order)
    with pytest.raises(TypeError, match=r"pattern must be a Pattern, as .* got a ndarray"):
        colour(mask, kind, order)  # type: ignore[arg-type]
