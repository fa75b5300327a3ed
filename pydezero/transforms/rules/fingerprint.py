"""The fingerprint of a record: a few numbers for each operation, by which two runs of a function are compared.

What an operation keeps is what its derivative depends on. A constant (a captured array, an index, a factor) is the same
in both runs to the last bit. What was computed from the arguments may differ by rounding, since a BLAS need not add up
in the same order twice; of it the sum and the sum of squares are compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import accumulate
from math import isfinite
from typing import Any, Final, TypeAlias
from zlib import crc32

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.picks import POSITIONS
from pydezero.core.primitive import Primitive
from pydezero.core.variable import Node, Variable
from pydezero.graph.walk import reachable

# Compared by value. A float is not: nan does not equal itself, and 0.0 equals -0.0.
_PLAIN: Final = (bool, int, str, bytes, type(None), type(Ellipsis), np.dtype, type)

# The names in rules of what depends on the arguments.
_COMPUTED: Final = frozenset({"out", "xs", "call"})

# Of an array: the number of elements, their sum, the sum of their squares, and the precision of its dtype.
_Sums: TypeAlias = Sequence[float]

_FLOAT64: Final = np.dtype(np.float64)

# Up to this size the overhead of a call is longer than the additions.
_SMALL: Final = 1024

# So many of them are added up at once, which must fit into the cache.
_MANY: Final = 64


@attrs.frozen(eq=False)
class Fingerprint:
    """The digest of a record.

    Attributes:
        exact: a checksum of everything that is the same in each run: operations, shapes, constants.
        sums: for each array that was computed the number of elements, the sum, the sum of squares and the precision.
        parents: the nodes from before the record that it depends on.
        holds_choice: whether something was chosen by a condition.
    """

    exact: int
    sums: NDArray[np.float64]
    parents: tuple[Node, ...]
    holds_choice: bool

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


def fingerprint(outputs: Iterable[Node], start: int) -> Fingerprint:  # noqa: C901  # as little as can be for each node
    """The fingerprint of what some nodes depend on that was recorded from `start` on."""
    nodes = reachable(outputs, start)
    places: dict[Node, int] = dict(zip(nodes, range(len(nodes)), strict=True))
    older: dict[Node, int] = {}
    found = _Found()
    computed, seen, add_exact, add_computed = found.computed, found.seen, found.exact.append, found.computed.append
    holds_choice = False
    plans: list[list[dict[Primitive, _Plan]]] = [[{}, {}], [{}, {}]]
    for node in nodes:
        primitive = node.primitive
        if primitive is None:
            continue
        if node.others:
            holds_choice = holds_choice or primitive.masks
            _add_edges(node, places, older, found)
            continue
        x_parent, y_parent = node.x_parent, node.y_parent
        by_primitive = plans[x_parent is not None][y_parent is not None]
        plan = by_primitive.get(primitive)
        if plan is None:
            plan = by_primitive[primitive] = _Plan(primitive, x_parent is not None, y_parent is not None)
        add_exact(plan.name)
        if x_parent is not None:
            place = places.get(x_parent)
            add_exact(-1 - older.setdefault(x_parent, len(older)) if place is None else place)
            residual = node.x_residual
            if plan.x_is_computed and type(residual) is np.ndarray:
                if (identity := id(residual)) not in seen:  # written out here: most of what is kept is this
                    seen.add(identity)
                    add_computed(residual)
            elif plan.x:
                found.add_named(plan.x, residual)
        if y_parent is not None:
            place = places.get(y_parent)
            add_exact(-1 - older.setdefault(y_parent, len(older)) if place is None else place)
            residual = node.y_residual
            if plan.y_is_computed and type(residual) is np.ndarray:
                if (identity := id(residual)) not in seen:
                    seen.add(identity)
                    add_computed(residual)
            elif plan.y:
                found.add_named(plan.y, residual)
        if len(computed) > _MANY:
            found.add_sums()
    sums = found.all_sums()  # which adds shapes to what is exact
    return Fingerprint(hash(tuple(found.exact)), sums, tuple(older), holds_choice)


class _Plan:
    """The residuals that the rules of a primitive keep, for the arguments that are no constants.

    `x` and `y` say of each thing that is kept whether it is constant. Most rules keep one that is not.
    """

    __slots__ = ("name", "x", "x_is_computed", "y", "y_is_computed")

    def __init__(self, primitive: Primitive, has_x: bool, has_y: bool) -> None:
        varying = [position for position, has in enumerate((has_x, has_y)) if has]
        self.name = f"{primitive.name} {has_x} {has_y}"
        self.x = _constancy(primitive, 0, varying) if has_x else ()
        self.y = _constancy(primitive, 1, varying) if has_y else ()
        self.x_is_computed = self.x == (False,)
        self.y_is_computed = self.y == (False,)


def _constancy(primitive: Primitive, position: int, varying: Sequence[int]) -> tuple[bool, ...]:
    return tuple([_is_constant(name, varying) for name in primitive.argument(position).names])


def _add_edges(node: Node, places: dict[Node, int], older: dict[Node, int], found: _Found) -> None:
    """Add an operation of many arguments."""
    assert node.primitive is not None
    edges = node.edges
    varying = [position for position, _, _ in edges]
    for position, parent, residual in edges:
        place = places.get(parent)
        if place is None:
            place = -1 - older.setdefault(parent, len(older))
        found.exact += (node.primitive.name, position, place)
        found.add_named(_constancy(node.primitive, position, varying), residual)


def _is_constant(name: str, varying: Sequence[int]) -> bool:
    """Whether what a rule keeps by a name does not depend on the arguments of the function."""
    return name not in _COMPUTED and POSITIONS.get(name) not in varying


class _Found:
    """A fingerprint that grows: what must be the same, and the sums."""

    __slots__ = ("_blocks", "computed", "exact", "seen", "sums")

    def __init__(self) -> None:
        self.exact: list[object] = []
        self.sums: list[_Sums] = []
        self._blocks: list[NDArray[np.float64]] = []
        # Arrays that were computed, whose sums are still to be added.
        self.computed: list[NDArray[np.float64]] = []
        # An array stays alive as long as the record, and so its id its own.
        self.seen: set[int] = set()

    def all_sums(self) -> NDArray[np.float64]:
        """The sums of what was computed, a row for each array."""
        self.add_sums()
        blocks = [*self._blocks, np.array(self.sums, np.float64).reshape(-1, 4)] if self.sums else self._blocks
        return np.concatenate(blocks) if blocks else np.empty((0, 4))

    def add_named(self, constancy: Sequence[bool], residual: Any) -> None:
        """Add what a rule keeps: nothing, one thing, or a tuple; for each of them whether it is constant."""
        if len(constancy) == 1:
            self.add(residual, constancy[0])
        elif constancy:
            for part, is_constant in zip(residual, constancy, strict=True):
                self.add(part, is_constant)

    def add(self, x: Any, is_constant: bool) -> None:
        """Add something that an operation keeps, whatever it is."""
        kind = type(x)
        if kind is np.ndarray:
            self._add_array(x, is_constant)
        elif kind is Variable:
            self.add(x._value, False)
            for carried in x.node.carried:
                self.add(carried, False)
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
        if is_constant:
            self.exact += (x.shape, x.dtype.char, _checksum(x))
            return
        if is_kept:  # an array made of a number is not, and its id is soon that of another one
            if id(x) in self.seen:
                return
            self.seen.add(id(x))
        self.computed.append(x)

    def _add_one(self, x: NDArray[Any]) -> None:
        self.exact += (x.shape, x.dtype.char)
        if x.dtype.kind not in "fc":
            self.exact.append(_checksum(x))
        elif x.size:
            self.sums.append(_sums(x))

    def add_sums(self) -> None:
        """Add the sums of the arrays that wait for it; many small ones are added up as quickly as one."""
        arrays = self.computed.copy()
        self.computed.clear()
        if not arrays:
            return
        if False in [x.dtype is _FLOAT64 for x in arrays]:
            for x in arrays:
                self._add_one(x)
            return
        shapes = [x.shape for x in arrays]
        self.exact += shapes
        size = arrays[0].size
        if 0 < size <= _SMALL and shapes.count(shapes[0]) == len(shapes):
            rows = np.concatenate(arrays, axis=None).reshape(len(arrays), size)
            self._add_block(arrays, size, np.add.reduce(rows, axis=1), np.vecdot(rows, rows))
            return
        small = [x for x in arrays if 0 < x.size <= _SMALL]
        self.sums += [_sums(x) for x in arrays if x.size > _SMALL]
        if small:
            sizes = [x.size for x in small]
            starts = [0, *accumulate(sizes[:-1])]
            numbers = np.concatenate(small, axis=None)
            squares = np.add.reduceat(numbers * numbers, starts)
            self._add_block(small, sizes, np.add.reduceat(numbers, starts), squares)

    def _add_block(
        self,
        arrays: Sequence[NDArray[np.float64]],
        sizes: int | list[int],
        sums: NDArray[np.float64],
        squares: NDArray[np.float64],
    ) -> None:
        """Add the sums of small arrays; one after the other where a square is not finite."""
        block = np.empty((len(arrays), 4))
        block[:, 0] = sizes
        block[:, 1] = sums
        block[:, 2] = squares
        block[:, 3] = _precision(_FLOAT64)
        if not np.isfinite(squares).all():
            block = np.array(list(map(_sums, arrays)))
        self._blocks.append(block)


def _parts_of(x: Any) -> Collection[Any]:
    """The parts of a container or record, as far as they can be compared."""
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
    """A checksum of the bits; elements that are repeated along an axis count once."""
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
    precision: float = float(np.finfo(dtype).eps) ** (2 / 3)
    return precision
