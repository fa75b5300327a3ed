"""Basis: the numbers in containers as the components of one vector, and what a Jacobian is made of them.

A Jacobian is computed as one matrix, a row for each number in the result or a column for each in the arguments, and
handed out in blocks, one for each pair of arrays in the result and in the arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.broadcasting import cotangent_dtype
from pydezero.core.snapshot import is_array, is_number
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, bottom
from pydezero.transforms.boundary.boundary import Lifted, describe_structure, export, is_int, watched_like
from pydezero.tree import Tree, flatten, unflatten


@attrs.frozen(eq=False)
class Basis:
    """The arrays in a container; what else is among its leaves has no coordinates and stays what it is."""

    tree: Tree
    leaves: list[Any]
    # Beside each leaf the array that it stands for, None where it has no coordinates.
    arrays: list[Array | None]

    @property
    def found(self) -> list[Array]:
        """The arrays alone."""
        return [x for x in self.arrays if x is not None]

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return sum([x.size for x in self.found])

    @property
    def is_one_number(self) -> bool:
        """Whether there is one array, of one number."""
        return self.size == len(self.found) == 1

    @property
    def are_any_complex(self) -> bool:
        """Whether one of the arrays is complex."""
        return any(x.dtype.kind == "c" for x in self.found)

    @property
    def are_all_complex(self) -> bool:
        """Whether all arrays are complex."""
        return all(x.dtype.kind == "c" for x in self.found)

    def basis(self) -> list[Array]:
        """The standard basis: for each array a batch of as many arrays like it as there are numbers in all of them.

        In example k of the batches there is a one in the place of number k, and zeros everywhere else.
        """
        size = self.size
        return [
            _unit_vectors(size, slice(start, stop), x)
            for x, (start, stop) in zip(self.found, self._ranges(), strict=True)
        ]

    def ones(self) -> list[Array]:
        """Ones in the places of all numbers."""
        return [
            watched_like(x, np.ones_like(bottom(x), dtype=cotangent_dtype(x.dtype), shape=x.shape)) for x in self.found
        ]

    def filled(self, parts: Sequence[Any]) -> Tree:
        """The container with these in the place of its arrays."""
        remaining = iter(parts)
        leaves = [leaf if x is None else next(remaining) for leaf, x in zip(self.leaves, self.arrays, strict=True)]
        return unflatten(self.tree, leaves)

    def numbers(self, tree: Tree) -> list[Any]:
        """The leaves of a container like this one, in the places of the arrays."""
        return [leaf for leaf, x in zip(flatten(tree), self.arrays, strict=True) if x is not None]

    def split(self, batch: Array) -> list[Array]:
        """A batch with an example for each number, as a batch for each array."""
        ranges = list(self._ranges())
        return [batch] if len(ranges) == 1 else [batch[start:stop] for start, stop in ranges]

    def _ranges(self) -> Iterator[tuple[int, int]]:
        start = 0
        for x in self.found:
            yield start, start + x.size
            start += x.size


def _unit_vectors(size: int, chosen: slice, x: Array) -> Array:
    """The columns of a unit matrix that belong to an array, in its shape and dtype, and unable to change."""
    like = bottom(x)
    dtype = cotangent_dtype(x.dtype)
    if is_number(like) or isinstance(like, np.ndarray):
        unit = np.eye(size, dtype=dtype)
        unit.flags.writeable = False  # nobody has to make a copy of it
    else:
        unit = np.eye(size, dtype=dtype, like=like)
    return watched_like(x, np.reshape(unit[:, chosen], (size, *x.shape)))


def of_arguments(lifted: Lifted) -> Basis:
    """Those of the arguments that a function is differentiated by."""
    return Basis(lifted.originals, lifted.leaves, list(lifted.variables))


def of_result(result: Tree, where: str) -> Basis:
    """Those of what a function returned.

    Raises:
        TypeError: there is no array in it, or one of integers or booleans.
    """
    leaves = flatten(result)
    arrays: list[Array | None] = []
    for leaf in leaves:
        is_plain_number = is_number(leaf) and not isinstance(leaf, np.generic)
        x = np.asarray(float(leaf) if type(leaf) is int else leaf) if is_number(leaf) else leaf
        if not (isinstance(x, Variable) or is_array(x)):
            arrays.append(None)
            continue
        if x.dtype.kind not in "fc" and not (is_plain_number and type(leaf) is int):
            raise TypeError(f"{where}: the function returns {x.dtype}, which has no derivative; return a float")
        arrays.append(x)
    if not any(x is not None for x in arrays):
        raise TypeError(
            f"{where}: the function must return an array, or a container of arrays, got {describe_structure(result)}"
        )
    return Basis(result, leaves, arrays)


def from_rows(outside: Basis, inside: Basis, rows: Sequence[Array]) -> list[list[Array]]:
    """The blocks of a Jacobian that was computed row by row: `rows` has a batch for each array in the arguments."""
    parts = [outside.split(batch) for batch in rows]
    return [
        [_shaped(parts[j][i], y.shape + x.shape) for j, x in enumerate(inside.found)]
        for i, y in enumerate(outside.found)
    ]


def from_columns(outside: Basis, inside: Basis, columns: Sequence[Array]) -> list[list[Array]]:
    """The blocks of a Jacobian that was computed column by column: a batch for each array in the result."""
    return [
        [
            _shaped(np.moveaxis(part, 0, -1) if part.ndim > y.ndim else part, y.shape + x.shape)
            for part, x in zip(inside.split(batch), inside.found, strict=True)
        ]
        for batch, y in zip(columns, outside.found, strict=True)
    ]


def _shaped(block: Array, shape: tuple[int, ...]) -> Array:
    return block if block.shape == shape else np.reshape(block, shape)


def nested(
    outside: Basis,
    inside: Basis,
    blocks: Sequence[Sequence[Array]],
    argnums: int | Sequence[int],
    outer: AnyNode | None,
) -> Tree:
    """The blocks of a Jacobian as the caller gets them: in containers like the arguments, in one like the result."""
    rows = [inside.filled([_own(block, outer) for block in row]) for row in blocks]
    return outside.filled([row[0] for row in rows] if is_int(argnums) else rows)


def _own(block: Array, outer: AnyNode | None) -> Array:
    """A block in memory of its own; a whole array that vmap has handed out is that already."""
    if outer is None and type(block) is np.ndarray and block.base is None:
        return block
    return export(block, outer)
