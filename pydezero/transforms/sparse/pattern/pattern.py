"""The record of a pattern: which elements of a matrix may be other than zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.transforms.sparse.pattern import picture

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Scope: TypeAlias = Literal["local", "global"]
"""For which arguments a pattern holds: near those of the run, or for all of their shapes."""


@attrs.frozen
class Leaf:
    """The place of one array of a container among the rows or columns of a pattern.

    Attributes:
        path: the way to it ("[0]", ".w"), "" where there is no container; that of an argument begins with its name.
        shape: its shape.
        start: the row or column of its first element; its elements follow in C order.
    """

    path: str
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """The number of its elements."""
        return math.prod(self.shape)


def _read_only(x: NDArray[np.intp]) -> NDArray[np.intp]:
    array = np.ascontiguousarray(x, np.intp)
    array = array.view() if array is x else array
    array.flags.writeable = False
    return array


@attrs.frozen(eq=False, slots=True, repr=False)
class Pattern:
    """The places of a matrix whose elements may be other than zero, by rows: an element in no place is zero.

    The rows are the elements of the result of a function, and the columns those of its arguments: the arrays of a
    container follow each other in the order of its leaves, the elements of an array in C order. In a pattern of a
    Hessian both are elements of the arguments.

    Attributes:
        shape: the numbers of rows and of columns.
        indptr: where in `indices` each row begins, and where the last one ends; read-only.
        indices: the columns of each row, in rising order and none twice; read-only.
        scope: "local" if the pattern holds near the arguments that it was found at (as long as no branch that depends
            on their values changes), "global" if it holds for all arguments of these shapes.
        results: the arrays that the rows belong to; () where they are not known.
        arguments: the arrays that the columns belong to; () where they are not known.

    >>> import numpy as np
    >>> pattern = Pattern.from_coordinates([0, 1, 1, 2], [0, 0, 1, 2], (3, 3))
    >>> pattern
    Pattern(shape=(3, 3), nnz=4, density=0.444, scope='local')
    >>> print(pattern.indptr, pattern.indices)
    [0 1 3 4] [0 0 1 2]
    >>> pattern.toarray().astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [0, 0, 1]])
    """

    shape: tuple[int, int]
    indptr: NDArray[np.intp] = attrs.field(converter=_read_only)
    indices: NDArray[np.intp] = attrs.field(converter=_read_only)
    scope: Scope = "local"
    results: tuple[Leaf, ...] = ()
    arguments: tuple[Leaf, ...] = ()

    @classmethod
    def from_coordinates(
        cls,
        rows: Sequence[int] | NDArray[np.integer[Any]],
        columns: Sequence[int] | NDArray[np.integer[Any]],
        shape: tuple[int, int],
        scope: Scope = "local",
    ) -> Pattern:
        """The pattern of the elements at some rows and columns, in any order; one may be named several times.

        Raises:
            ValueError: rows and columns are not as many, or one of them is outside of the shape.
        """
        i, j = np.asarray(rows, np.intp).ravel(), np.asarray(columns, np.intp).ravel()
        if len(i) != len(j):
            raise ValueError(f"Pattern.from_coordinates: {len(i)} rows for {len(j)} columns")
        for what, x, n in (("row", i, shape[0]), ("column", j, shape[1])):
            if len(x) and (x.min() < 0 or x.max() >= n):
                raise ValueError(f"Pattern.from_coordinates: a {what} is not among the {n} of the shape {shape}")
        keys = np.unique(i * shape[1] + j)
        counts = np.bincount(keys // max(shape[1], 1), minlength=shape[0])
        return cls(shape, np.concatenate([[0], np.cumsum(counts)]), keys % max(shape[1], 1), scope)

    @property
    def nnz(self) -> int:
        """The number of elements that may be other than zero."""
        return len(self.indices)

    @property
    def density(self) -> float:
        """The part of the elements that may be other than zero; 0 if there are no elements at all."""
        size = self.shape[0] * self.shape[1]
        return self.nnz / size if size else 0.0

    @property
    def coordinates(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows and the columns of the elements, row by row."""
        return np.repeat(np.arange(self.shape[0]), np.diff(self.indptr)), self.indices

    @property
    def T(self) -> Pattern:  # noqa: N802  # the name that NumPy gives it
        """The pattern of the transpose."""
        rows, columns = self.coordinates
        order = np.argsort(columns, kind="stable")  # the rows of a column stay in rising order
        counts = np.bincount(columns, minlength=self.shape[1])
        indptr = np.concatenate([[0], np.cumsum(counts)])
        shape = self.shape[1], self.shape[0]
        return Pattern(shape, indptr, rows[order], self.scope, self.arguments, self.results)

    def __or__(self, other: Pattern) -> Pattern:
        """The union: what is in one of them or in both. It is global if both of them are.

        Raises:
            ValueError: the shapes differ.
        """
        self._check_like(other, "|")
        pairs = zip(self.coordinates, other.coordinates, strict=True)
        rows, columns = [np.concatenate(pair) for pair in pairs]
        scope: Scope = "global" if self.scope == other.scope == "global" else "local"
        union = Pattern.from_coordinates(rows, columns, self.shape, scope)
        return attrs.evolve(union, results=self.results, arguments=self.arguments)

    def covers(self, other: Pattern) -> bool:
        """Whether every element of another pattern is in this one.

        Raises:
            ValueError: the shapes differ.
        """
        self._check_like(other, "covers")
        return (self | other).nnz == self.nnz

    def block(self, result: int, argument: int) -> Pattern:
        """The part of the pattern for one array of the result and one of the arguments, each by its place in them.

        Raises:
            IndexError: there are not as many of them.
        """
        try:
            of_result, of_argument = self.results[result], self.arguments[argument]
        except IndexError:
            raise IndexError(
                f"block({result}, {argument}): the pattern is of {len(self.results)} arrays of the result and "
                f"{len(self.arguments)} of the arguments"
            ) from None
        indptr = self.indptr[of_result.start : of_result.start + of_result.size + 1]
        indices = self.indices[indptr[0] : indptr[-1]] - of_argument.start
        inside = (indices >= 0) & (indices < of_argument.size)
        kept = np.concatenate([[0], np.cumsum(inside)])[indptr - indptr[0]]
        leaves = (attrs.evolve(of_result, start=0),), (attrs.evolve(of_argument, start=0),)
        return Pattern((of_result.size, of_argument.size), kept, indices[inside], self.scope, *leaves)

    def toarray(self) -> NDArray[np.bool]:
        """The pattern as an array of booleans, which a large one has no memory for."""
        dense = np.zeros(self.shape, np.bool)
        dense[self.coordinates] = True
        return dense

    def to_scipy(self) -> csr_array[np.bool, tuple[int, int]]:
        """The pattern as a `scipy.sparse.csr_array` of True.

        Raises:
            ImportError: SciPy is not installed.
        """
        try:
            from scipy.sparse import csr_array  # an optional extra
        except ImportError as error:
            raise ImportError("Pattern.to_scipy needs SciPy: pip install pydezero[scipy]") from error
        data = np.ones(self.nnz, np.bool)
        found: csr_array[np.bool, tuple[int, int]] = csr_array(
            (data, self.indices.copy(), self.indptr.copy()), shape=self.shape
        )
        return found

    def save(self, path: str | PathLike[str]) -> None:
        """Write a plot of the pattern into a file: a square for each element that may be other than zero.

        Args:
            path: a name that ends in .png, .svg or .pdf.

        Raises:
            ValueError: it ends in something else.
            ImportError: Matplotlib is not installed.
        """
        picture.save(self.shape, self.coordinates, self._described(), path)

    def __repr__(self) -> str:
        return f"Pattern(shape={self.shape}, nnz={self.nnz}, density={self.density:.3g}, scope={self.scope!r})"

    def __str__(self) -> str:
        """A line of facts, and a picture of Braille characters; a dot of a large pattern stands for many elements."""
        return "\n".join([self._described(), picture.in_characters(self.shape, self.coordinates)]).rstrip("\n")

    def _described(self) -> str:
        rows, columns = self.shape
        return f"{rows} x {columns}, {self.nnz} nonzeros ({self.density:.2%}), {self.scope}"

    def _check_like(self, other: Pattern, what: str) -> None:
        if self.shape != other.shape:
            raise ValueError(f"{what} of patterns of the shapes {self.shape} and {other.shape}")
