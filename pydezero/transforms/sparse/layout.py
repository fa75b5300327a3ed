"""The values of a pattern as sparse arrays of SciPy, in a container of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.tree import HOLE, Tree, filled

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Matrix: TypeAlias = "csr_array[Any, tuple[int, int]]"


@attrs.frozen(eq=False)
class Block:
    """The place of a block among the values of the pattern, and its own pattern as SciPy keeps it.

    Attributes:
        chosen: which of the values belong to the block, row by row; None for all.
        indices, indptr, shape: as of a `csr_array`.
    """

    chosen: NDArray[np.intp] | None
    indices: NDArray[Any]
    indptr: NDArray[Any]
    shape: tuple[int, int]

    def matrix(self, values: NDArray[Any]) -> Matrix:
        """The block as an array of its own: SciPy's methods may write into its indices."""
        from scipy.sparse import csr_array  # an optional extra

        data = values if self.chosen is None else values[self.chosen]
        found: Matrix = csr_array((data, self.indices.copy(), self.indptr.copy()), shape=self.shape)
        found.has_sorted_indices = found.has_canonical_format = True
        return found


def block_of(pattern: Pattern, chosen: NDArray[np.intp] | None = None) -> Block:
    """The block of a pattern, whose values are those that are chosen."""
    kind = np.int32 if max(*pattern.shape, pattern.nnz) < 2**31 else np.int64
    return Block(chosen, pattern.indices.astype(kind), pattern.indptr.astype(kind), pattern.shape)


@attrs.frozen(eq=False)
class Layout:
    """How the caller gets the values of a pattern.

    Attributes:
        whole: the matrix.
        blocks: one for each array of the rows and each of the columns; () where the matrix is all there is.
        rows: the container that the rows are the arrays of, with holes.
        columns: the arguments that the columns are the arrays of, with holes.
        is_one_argument: whether the derivative is with respect to one argument, and not to a tuple of them.
    """

    whole: Block
    blocks: Sequence[Sequence[Block]]
    rows: Tree
    columns: tuple[Tree, ...]
    is_one_argument: bool

    def arranged(self, matrix: Matrix, values: NDArray[Any]) -> Tree:
        """The matrix, or its blocks: a container like the result, of containers like the arguments."""
        if not self.blocks:
            return matrix
        blocks = [filled(self.columns, [block.matrix(values) for block in row]) for row in self.blocks]
        return filled(self.rows, [row[0] for row in blocks] if self.is_one_argument else blocks)


def layout_of(
    pattern: Pattern, rows: tuple[Tree, Sequence[int]], columns: tuple[tuple[Tree, ...], Sequence[int]], is_one: bool
) -> Layout:
    """The layout of a pattern whose rows and columns are the arrays in two containers, with these sizes."""
    whole = block_of(pattern)
    (of_rows, heights), (of_columns, widths) = rows, columns
    if of_rows is HOLE and is_one and of_columns == (HOLE,):
        return Layout(whole, (), of_rows, of_columns, is_one)
    i, j = pattern.coordinates
    blocks = [
        [_cut(i, j, (row, row + height), (column, column + width)) for column, width in _ranges(widths)]
        for row, height in _ranges(heights)
    ]
    return Layout(whole, blocks, of_rows, of_columns, is_one)


def _ranges(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Where each of several arrays begins, and its size."""
    return list(zip((np.cumsum(sizes) - sizes).tolist(), sizes, strict=True))


def _cut(i: NDArray[np.intp], j: NDArray[np.intp], rows: tuple[int, int], columns: tuple[int, int]) -> Block:
    chosen = np.flatnonzero((i >= rows[0]) & (i < rows[1]) & (j >= columns[0]) & (j < columns[1]))
    shape = rows[1] - rows[0], columns[1] - columns[0]
    return block_of(Pattern.from_coordinates(i[chosen] - rows[0], j[chosen] - columns[0], shape), chosen)
