"""The fingerprint of a record: a few numbers for each operation, by which two runs of a function are compared.

What an operation keeps is what its derivative depends on. A constant (a captured array, an index, a factor) is the same
in both runs to the last bit. What was computed from the arguments may differ by rounding, since a BLAS need not add up
in the same order twice; of it the sum and the sum of squares are compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import accumulate, repeat
from math import isfinite
from typing import Any, Final, TypeAlias
from zlib import crc32

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.primitive import POSITIONS, Primitive
from pydezero.core.variable import Node, Variable, reverse_node
from pydezero.graph.linear import LinearMap
from pydezero.graph.walk import reachable
from pydezero.transforms.forward.tangent import TangentNode

# Compared by value. A float is not: nan does not equal itself, and 0.0 equals -0.0.
_PLAIN: Final = (bool, int, str, bytes, type(None), type(Ellipsis), np.dtype, type)

# The names in rules of what depends on the arguments.
_COMPUTED: Final = frozenset({"out", "xs", "call"})

# Of an array: the number of elements, their sum, the sum of their squares, and the precision of its dtype.
_Sums: TypeAlias = Sequence[float]

_FLOAT64: Final = np.dtype(np.float64)

# Up to this size the overhead of a call is longer than the additions.
_SMALL: Final = 1024


@attrs.frozen(eq=False)
class Fingerprint:
    """What a record comes to.

    Attributes:
        exact: a checksum of everything that is the same in each run: operations, shapes, constants.
        sums: for each array that was computed the number of elements, the sum, the sum of squares and the precision.
        parents: the nodes from before the record that it depends on.
    """

    exact: int
    sums: NDArray[np.float64]
    parents: tuple[Node, ...]

    def agrees(self, other: Fingerprint) -> bool:
        """Whether the two are of the same computation, up to rounding."""
        if self.exact != other.exact or self.parents != other.parents or self.sums.shape != other.sums.shape:
            return False
        count, total, squares, precision = self.sums.T
        _, other_total, other_squares, _ = other.sums.T
        # By the inequality of Cauchy and Schwarz the sum of magnitudes is at most this root.
        largest = np.sqrt(count * squares)
        same = np.abs(total - other_total) <= precision * largest
        same &= np.abs(squares - other_squares) <= precision * squares
        return bool(np.all(same))


def fingerprint(outputs: Iterable[Node], start: int) -> Fingerprint:
    """The fingerprint of what some nodes depend on that was recorded from `start` on."""
    nodes = reachable(outputs, start)
    places: dict[Node, int] = {node: i for i, node in enumerate(nodes)}
    older: dict[Node, int] = {}
    found = _Found()
    for node in nodes:
        primitive = node.primitive
        if primitive is None:
            continue
        edges = node.edges
        varying = [position for position, _, _ in edges]
        for position, parent, residual in edges:
            place = places.get(parent)
            if place is None:
                place = -1 - older.setdefault(parent, len(older))
            found.exact += (primitive.name, position, place)
            names = primitive.argument(position).names
            if len(names) == 1:
                found.add(residual, _is_constant(names[0], varying))
            elif names:
                for name, part in zip(names, residual, strict=True):
                    found.add(part, _is_constant(name, varying))
    return Fingerprint(hash(tuple(found.exact)), found.all_sums(), tuple(older))


def _is_constant(name: str, varying: Sequence[int]) -> bool:
    """Whether what a rule keeps by a name does not depend on the arguments of the function."""
    return name not in _COMPUTED and POSITIONS.get(name) not in varying


class _Found:
    """A fingerprint that grows: what must be the same, and the sums."""

    __slots__ = ("_seen", "_small", "_small_size", "exact", "sums")

    def __init__(self) -> None:
        self.exact: list[object] = []
        self.sums: list[_Sums] = []
        self._small: list[NDArray[np.float64]] = []
        self._small_size = 0
        # An array stays alive as long as the record, and so its id its own.
        self._seen: set[int] = set()

    def all_sums(self) -> NDArray[np.float64]:
        """The sums of what was computed, a row for each array."""
        self._add_small()
        return np.array(self.sums, np.float64).reshape(-1, 4)

    def add(self, x: Any, is_constant: bool) -> None:
        """Add something that an operation keeps, whatever it is."""
        kind = type(x)
        if kind is np.ndarray:
            self._add_array(x, is_constant)
        elif kind is Variable:
            self.add(x._value, False)
            if type(x.node) is TangentNode:
                self.add(x.node.tangent, False)
        elif isinstance(x, LinearMap):
            self._add_parts(kind, x.outputs, False)
            inner = fingerprint([reverse_node(output) for output in x.outputs if x.depends(output)], 0)
            self.exact.append(inner.exact)
            self.sums += inner.sums.tolist()
        elif isinstance(x, _PLAIN):
            self.exact += (kind, x)
        elif isinstance(x, np.ndarray | np.generic | float | complex):
            self._add_array(np.asarray(x), is_constant, is_kept=isinstance(x, np.ndarray))
        else:
            parts = _parts_of(x)
            self._add_parts(kind, parts, is_constant)

    def _add_parts(self, kind: type, parts: Collection[Any], is_constant: bool) -> None:
        self.exact += (kind, len(parts))
        for part in parts:
            self.add(part, is_constant)

    def _add_array(self, x: NDArray[Any], is_constant: bool, is_kept: bool = True) -> None:
        self.exact += (x.shape, x.dtype.char)
        if is_constant or x.dtype.kind not in "fc":
            self.exact.append(_checksum(x))
            return
        if not x.size:
            return
        if is_kept:  # an array made of a number is not, and its id is soon that of another one
            if id(x) in self._seen:
                return
            self._seen.add(id(x))
        if x.size > _SMALL or x.dtype is not _FLOAT64:
            self.sums.append(_sums(x))
            return
        self._small.append(x)
        self._small_size += x.size
        if self._small_size > 16 * _SMALL:
            self._add_small()

    def _add_small(self) -> None:
        """Add the sums of small arrays, of which many are computed as quickly as one."""
        arrays, self._small, self._small_size = self._small, [], 0
        if not arrays:
            return
        sizes = [x.size for x in arrays]
        starts = [0, *accumulate(sizes[:-1])]
        numbers = np.concatenate(arrays, axis=None)
        squares = np.add.reduceat(numbers * numbers, starts)
        if not np.isfinite(squares).all():
            self.sums += map(_sums, arrays)
            return
        sums = np.add.reduceat(numbers, starts)
        precision = _precision(_FLOAT64)
        self.sums += zip(sizes, sums.tolist(), squares.tolist(), repeat(precision), strict=False)


def _parts_of(x: Any) -> Collection[Any]:
    """What is inside of a container or record, as far as it can be compared."""
    if isinstance(x, slice):
        return (x.start, x.stop, x.step)
    if isinstance(x, dict):
        return [part for item in x.items() for part in item]
    if isinstance(x, tuple | list):
        return x
    if attrs.has(type(x)) and not isinstance(x, Primitive | Node):  # nodes are compared as parents
        return [getattr(x, field.name) for field in attrs.fields(type(x))]
    return ()


def _checksum(x: NDArray[Any]) -> int:
    """A checksum of the bits; of elements that are repeated, of one."""
    once = x[tuple([slice(0, 1) if stride == 0 else slice(None) for stride in x.strides])]
    if once.dtype.hasobject or once.dtype.itemsize > 16 or once.dtype.char == "g":
        return hash(once.tolist().__repr__())  # a long double has bytes that are left as they were
    return crc32(np.ascontiguousarray(once).reshape(-1).view(np.uint8).data)


def _sums(x: NDArray[Any]) -> _Sums:
    """The number of elements, their sum, the sum of their squares, and the precision up to which they are compared."""
    numbers = x.ravel()
    if numbers.dtype.kind == "c":
        numbers = numbers.view(numbers.real.dtype)
    if numbers.dtype is not _FLOAT64:
        numbers = numbers.astype(np.float64)
    squares = float(numbers.dot(numbers))
    if not isfinite(squares):
        numbers = _made_finite(numbers)
        squares = float(numbers.dot(numbers))
    return numbers.size, float(np.add.reduce(numbers)), squares, _precision(x.dtype)


def _made_finite(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers up to 1 in the place of large ones; infinite elements count as one, and nan as two."""
    finite = np.isfinite(numbers)
    largest = float(np.max(np.abs(numbers), initial=0.0, where=finite)) or 1.0
    special = np.where(np.isnan(numbers), 2.0, np.sign(numbers))
    return np.where(finite, np.where(finite, numbers, 0.0) / largest, special)


@cache
def _precision(dtype: np.dtype[Any]) -> float:
    precision: float = np.finfo(dtype).eps ** (2 / 3)
    return precision
