"""The record of a colouring, with the plan by which the elements are recovered from the products."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable

Kind: TypeAlias = Literal["columns", "rows", "both", "star", "acyclic"]
"""What is coloured: columns, rows, or both; or the columns of a symmetric matrix, of which one triangle is enough."""

Order: TypeAlias = Literal["natural", "largest-first", "smallest-last"]
"""The order in which they get their colours."""

Indices: TypeAlias = NDArray[np.intp]


@attrs.frozen(eq=False)
class Step:
    """One round of a substitution: elements that are known by now, and are subtracted from other products.

    Attributes:
        known: the places of the elements in the products by columns, each of which is a single element by now.
        contained: the places of the sums that contain these elements of the symmetric matrix on the other side of its
            diagonal.
    """

    known: Indices
    contained: Indices


@attrs.frozen(eq=False, repr=False)
class Colouring:
    """A colouring of the columns and rows of a matrix: one product of the matrix is enough for each colour.

    The product with a colour of columns is the sum of these columns; that with a colour of rows is the sum of these
    rows.

    Attributes:
        kind: what is coloured.
        shape: that of the matrix.
        columns: the colour of each column, from 0; -1 for a column that is in no product.
        rows: the colour of each row, likewise.
        source: where each element of the pattern is found, row by row: a place among all products by columns, by rows,
            and all elements that the steps give, one after the other.
        steps: the rounds of the substitution of an acyclic colouring; () for others, whose elements are read off.

    >>> from pydezero import Pattern, colour
    >>> tridiagonal = Pattern.from_coordinates([0, 0, 1, 1, 1, 2, 2, 2, 3, 3], [0, 1, 0, 1, 2, 1, 2, 3, 2, 3], (4, 4))
    >>> colour(tridiagonal, "columns")
    Colouring(kind='columns', shape=(4, 4), number=3)
    >>> colour(tridiagonal, "columns").columns
    array([0, 1, 2, 0])
    >>> colour(tridiagonal, "acyclic").columns
    array([0, 1, 0, 1])
    """

    kind: Kind
    shape: tuple[int, int]
    columns: Indices
    rows: Indices
    source: Indices
    steps: tuple[Step, ...] = ()

    @property
    def of_columns(self) -> int:
        """The number of products with the matrix: the colours of columns."""
        return count_of(self.columns)

    @property
    def of_rows(self) -> int:
        """The number of products with its transpose: the colours of rows."""
        return count_of(self.rows)

    @property
    def number(self) -> int:
        """The number of colours, and so of products."""
        return self.of_columns + self.of_rows

    def recovered(self, by_columns: Array, by_rows: Array) -> Array:
        """The elements of a matrix in the places of the pattern, row by row.

        Args:
            by_columns: the product for each colour of columns, of shape (of_columns, number of rows).
            by_rows: the product for each colour of rows, of shape (of_rows, number of columns).
        """
        if self.kind != "both" and not self.steps:
            return (by_rows if self.kind == "rows" else by_columns).take(self.source)
        sums = by_columns.ravel()
        found = [] if self.kind == "acyclic" else [by_rows.ravel()]
        if self.steps:
            sums = sums.copy()
            for step in self.steps:
                values = sums[step.known]
                found.append(values)
                if type(sums) is Variable:
                    sums = sums.at[step.contained].add(-values)
                else:
                    np.subtract.at(sums, step.contained, values)
        # Products that there are none of have no dtype that counts.
        together: NDArray[Any] = np.concatenate([part for part in [sums, *found] if len(part)] or [sums])
        return together.take(self.source)

    def __repr__(self) -> str:
        return f"Colouring(kind={self.kind!r}, shape={self.shape}, number={self.number})"


def count_of(colours: Indices) -> int:
    """The number of colours that are used."""
    return int(colours.max(initial=-1)) + 1
