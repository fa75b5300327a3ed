"""The values of a pattern as sparse arrays of SciPy, in a container of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.containers import HOLE
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.lazy import load
from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.tree import Tree, filled

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Matrix: TypeAlias = "csr_array[Any, tuple[int, int]]"


@attrs.frozen(eq=False, slots=False)  # for the cached property, which attrs before 23.3 leaves no place for
class Block:
    """The place of a block among the values of the pattern, and its own pattern as SciPy keeps it.

    Attributes:
        chosen: which of the values belong to the block, row by row; None for all.
        model: an array of this pattern, which nobody else has.
    """

    chosen: NDArray[np.intp] | None
    model: Matrix

    def matrix(self, values: NDArray[Any]) -> Matrix:
        """The block as an array of its own: SciPy's methods may write into its indices."""
        found = copy(self.model)  # SciPy would check again what it is given
        data = values if self.chosen is None else values[self.chosen]
        found.data = data.astype(np.float32) if data.dtype == np.float16 else data  # which SciPy does not know
        found.indices = self.model.indices.copy()
        found.indptr = self.model.indptr.copy()
        return found

    def of_variables(self, values: Array) -> Any:  # Any: the room of SparseArray stands above this one
        """The block as a `pydezero.scipy.sparse.SparseArray`, which holds Variables."""
        data = values if self.chosen is None else values[self.chosen]
        return attrs.evolve(self._of_places, data=data)

    @cached_property
    def _of_places(self) -> Any:
        return load("pydezero.scipy.sparse", "csr_array")(self.model)


def block_of(pattern: Pattern, chosen: NDArray[np.intp] | None = None) -> Block:
    """The block of a pattern, with the values that are chosen."""
    from scipy.sparse import csr_array  # an optional extra

    kind = np.int32 if max(*pattern.shape, pattern.nnz) < 2**31 else np.int64
    parts = np.zeros(pattern.nnz), pattern.indices.astype(kind), pattern.indptr.astype(kind)
    model: Matrix = csr_array(parts, shape=pattern.shape)
    model.has_sorted_indices = model.has_canonical_format = True
    return Block(chosen, model)


@attrs.frozen(eq=False)
class Layout:
    """The form in which the caller gets the values of a pattern.

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

    def arranged(self, matrix: Tree, values: Array) -> Tree:
        """The matrix, or its blocks: a container like the result, of containers like the arguments."""
        if not self.blocks:
            return matrix
        holds = Block.of_variables if type(values) is Variable else Block.matrix
        blocks = [filled(self.columns, [holds(block, values) for block in row]) for row in self.blocks]
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
    """The start of each of several arrays, and its size."""
    return list(zip((np.cumsum(sizes) - sizes).tolist(), sizes, strict=True))


def _cut(i: NDArray[np.intp], j: NDArray[np.intp], rows: tuple[int, int], columns: tuple[int, int]) -> Block:
    chosen = np.flatnonzero((i >= rows[0]) & (i < rows[1]) & (j >= columns[0]) & (j < columns[1]))
    shape = rows[1] - rows[0], columns[1] - columns[0]
    return block_of(Pattern.from_coordinates(i[chosen] - rows[0], j[chosen] - columns[0], shape), chosen)
