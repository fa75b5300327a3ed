"""Bases: the arrays in a container as one vector, and a Jacobian as blocks between two bases.

A Jacobian is computed as one matrix, with a row for each number in the result or a column for each number in the
arguments. The caller gets it in blocks: one for each pair of an array in the result and an array in the arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.containers import HOLE
from pydezero.core.broadcasting import cotangent_dtype
from pydezero.core.foreign import is_delayed
from pydezero.core.placing import beside
from pydezero.core.snapshot import is_number
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, bottom, check_open, is_numeric
from pydezero.graph.linear import ones_for
from pydezero.graph.seeds import watched_like
from pydezero.lazy import load
from pydezero.transforms.boundary.arguments import is_int
from pydezero.transforms.boundary.export import check_result, export
from pydezero.transforms.boundary.lifting import Lifted
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import Tree, filled, separate, values_at_holes
from pydezero.units import units_at_holes, without_wrappers


@attrs.frozen(eq=False)
class Basis:
    """The arrays in a container; their numbers, one array after the other, are the components of one vector.

    Attributes:
        template: the container, with `HOLE` in the place of each array.
        arrays: the arrays, from left to right.
    """

    template: Tree
    arrays: Sequence[Array]

    @property
    def size(self) -> int:
        """The number of components of the vector."""
        return sum([x.size for x in self.arrays])

    @property
    def is_one_number(self) -> bool:
        """Whether there is one array, of one number."""
        return self.size == len(self.arrays) == 1

    @property
    def are_any_complex(self) -> bool:
        """Whether one of the arrays is complex."""
        return any(x.dtype.kind == "c" for x in self.arrays)

    @property
    def are_all_complex(self) -> bool:
        """Whether all arrays are complex."""
        return all(x.dtype.kind == "c" for x in self.arrays)

    def vectors(self) -> list[Array]:
        """The standard basis: one batch for each array, and one example in the batches for each component.

        Example k of the batches together is the unit vector k: component k is one, and all others are zero.
        """
        size = self.size
        return [
            _unit_vectors(size, slice(start, stop), x)
            for x, (start, stop) in zip(self.arrays, self._ranges(), strict=True)
        ]

    def ones(self) -> list[Array]:
        """An array of ones for each array: the vector of which all components are one."""
        return list(map(ones_for, self.arrays))

    def filled(self, parts: Iterable[Any]) -> Tree:
        """The container with these parts in the places of its arrays."""
        return filled(self.template, parts)

    def parts(self, tree: Tree) -> list[Any]:
        """The leaves of a container of the same structure that are in the places of the arrays."""
        return values_at_holes(self.template, tree)

    def units(self) -> list[Any]:
        """The unit of each array, None for one that has none."""
        return units_at_holes(self.template)

    def split(self, batch: Array) -> list[Array]:
        """A batch with an example for each component, cut into one batch for each array."""
        ranges = list(self._ranges())
        return [batch] if len(ranges) == 1 else [batch[start:stop] for start, stop in ranges]

    def _ranges(self) -> Iterator[tuple[int, int]]:
        start = 0
        for x in self.arrays:
            yield start, start + x.size
            start += x.size


def _unit_vectors(size: int, chosen: slice, x: Array) -> Array:
    """The chosen columns of the unit matrix, reshaped to a batch of arrays like x."""
    like = bottom(x)
    dtype = cotangent_dtype(x.dtype)
    if is_delayed(like):
        vectors: Array = load("pydezero.arrays.dask", "unit_vectors")(size, chosen, like, x.ndim, dtype)
        return watched_like(x, vectors)
    if is_number(like) or isinstance(like, np.ndarray):
        unit = np.eye(size, dtype=dtype)
        unit.flags.writeable = False  # so that no snapshot of it is made
    else:
        unit = beside(np.eye(size, dtype=dtype), like)
    return watched_like(x, np.reshape(unit[:, chosen], (size, *x.shape)))


def of_result(result: Tree, where: str) -> Basis:
    """The basis of the result of a function.

    Raises:
        TypeError: the result has no array, or an array of integers or booleans.
    """
    is_single = type(result) is Variable or type(result) is np.ndarray
    template, found = (HOLE, [result]) if is_single else separate(result, is_numeric)
    arrays: list[Array] = []
    for leaf in found:
        if type(leaf) is Variable:
            check_open(leaf)
        check_result(leaf, where)
        x = np.asarray(float(leaf) if type(leaf) is int else leaf) if is_number(leaf) else leaf
        if x.dtype.kind not in "fc":
            raise TypeError(f"{where}: the function returns {x.dtype}, which has no derivative; return a float")
        arrays.append(x)
    if not arrays:
        raise TypeError(
            f"{where}: the function must return an array, or a container of arrays, got {describe_structure(result)}"
        )
    return Basis(template, arrays)


def from_rows(outside: Basis, inside: Basis, rows: Sequence[Array]) -> list[list[Array]]:
    """The blocks of a Jacobian from its rows: a batch of cotangents for each array in the arguments."""
    parts = [outside.split(batch) for batch in rows]
    return [
        [_shaped(parts[j][i], y.shape + x.shape) for j, x in enumerate(inside.arrays)]
        for i, y in enumerate(outside.arrays)
    ]


def from_columns(outside: Basis, inside: Basis, columns: Sequence[Array]) -> list[list[Array]]:
    """The blocks of a Jacobian from its columns: a batch of tangents for each array in the result."""
    return [
        [
            _shaped(np.moveaxis(part, 0, -1) if part.ndim > y.ndim else part, y.shape + x.shape)
            for part, x in zip(inside.split(batch), inside.arrays, strict=True)
        ]
        for batch, y in zip(columns, outside.arrays, strict=True)
    ]


def _shaped(block: Array, shape: tuple[int, ...]) -> Array:
    return block if block.shape == shape else np.reshape(block, shape)


def nested(outside: Basis, lifted: Lifted, blocks: Sequence[Sequence[Array]], argnums: int | Sequence[int]) -> Tree:
    """The blocks of a Jacobian as the caller gets them: a container like the result, of containers like arguments."""
    outer = lifted.outer
    rows = [
        lifted.filled(lifted.derivatives([_own(block, outer) for block in row], unit))
        for row, unit in zip(blocks, outside.units(), strict=True)
    ]
    return filled(without_wrappers(outside.template), [row[0] for row in rows] if is_int(argnums) else rows)


def _own(block: Array, outer: AnyNode | None) -> Array:
    """A block that shares no memory with others; an array from vmap that is no view is returned as it is."""
    if outer is None and type(block) is np.ndarray and block.base is None and block.ndim:
        return block
    return export(block, outer)
