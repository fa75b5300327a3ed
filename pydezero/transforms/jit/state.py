"""The operations of a graph so far, as it is lowered: what all kinds of equations are lowered with."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.transforms.jit.program import (
    Buffer,
    Compute,
    Literal,
    Mark,
    Operand,
    Operation,
    Place,
    Reduce,
    Shape,
    c_strides,
)
from pydezero.transforms.jit.scalars import NATIVE
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph


@attrs.frozen
class Blas:
    """The form of products of matrices, systems of equations and lookups in a program.

    Attributes:
        is_there: whether products of large matrices are operations; else they are calls.
        most_products: the most products of elements that are sums where one side of a matrix is short.
        has_routines: whether systems with small matrices, and elements at arrays of indices, are operations; else they
            are calls.
    """

    is_there: bool
    most_products: int = 0
    has_routines: bool = False


class State(ABC):
    """The operations so far, and where the values are.

    Attributes:
        buffers: the arrays, by number.
        operations: what is computed, in order.
        places: where each value is, by its number.
        wholes: the buffer that is a view of a place, for calls, by the number of the value.
        origins: of values that are views, the equation that makes the view.
        free: a number that no value has.
        blas: what products of matrices and systems of equations are.
        depth: the number of loops of the graph around.
    """

    def __init__(self, free: int, blas: Blas) -> None:
        self.buffers: dict[int, Buffer] = {}
        self.operations: list[Operation] = []
        self.places: dict[int, Operand] = {}
        self.wholes: dict[int, int] = {}
        self.origins: dict[int, Equation] = {}
        self.free: int = free
        self.blas: Blas = blas
        self.depth: int = 0

    @contextmanager
    def in_loop(self) -> Iterator[None]:
        """A context in which what is added belongs to the body of a loop."""
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def number(self) -> int:
        """A number that no value has."""
        self.free += 1
        return self.free - 1

    def is_buffer(self, x: Reference) -> Place:
        """Let a value be a buffer of its own; all of it."""
        self.buffers[x.number] = Buffer(x.shape, x.dtype)
        place = self.places[x.number] = Place(x.number, 0, c_strides(x.shape))
        return place

    def is_constant(self, x: Reference, value: Array) -> None:
        """Let a value be a constant, a number if all elements are the same."""
        number = _uniform(value)
        self.buffers[x.number] = Buffer(x.shape, x.dtype, value)
        self.places[x.number] = Literal(number) if number is not None else Place(x.number, 0, c_strides(x.shape))

    def is_like(self, y: Reference, x: Reference) -> None:
        """Let a value be the same as another one."""
        self.places[y.number] = self.places[x.number]
        if x.number in self.origins:
            self.origins[y.number] = self.origins[x.number]
        elif y.number not in self.buffers:
            self.wholes[y.number] = self.wholes.get(x.number, x.number)

    def is_part(self, y: Reference, place: Operand) -> None:
        """Let a value be a part of a buffer, or another view of one."""
        self.places[y.number] = place

    def operand(self, x: Any, shape: Shape, dtype: np.dtype[Any]) -> Operand:
        """An input of an equation, broadcast to a shape."""
        if type(x) is not Reference:
            return Literal(dtype.type(x))
        return broadcast(self.places[x.number], x.shape, shape)

    def copy(self, operand: Operand, shape: Shape, dtype: np.dtype[Any], name: str) -> int:
        """A new buffer with the elements of an operand."""
        out = self.number()
        self.is_buffer(Reference(out, shape, dtype))
        self.operations.append(Compute(out, name, shape, "{0}", (operand,), (dtype,)))
        return out

    @abstractmethod
    def inlined(
        self, graph: Graph[..., Any], inputs: Sequence[Operand], inside: tuple[str, ...]
    ) -> list[tuple[Reference, Operand]]:
        """Add the operations of a graph for operands in the place of its inputs; the results, and where they are."""


def in_memory(to: State, x: Reference) -> Place:
    """The place of a value; a new one if it is known as a number."""
    place = to.places[x.number]
    if isinstance(place, Place):
        return place
    return Place(to.copy(place, x.shape, x.dtype, "copy"), 0, c_strides(x.shape))


def broadcast(operand: Operand, shape: Shape, to: Shape) -> Operand:
    """An operand of a shape, with a stride for each axis of the shape that it is broadcast to."""
    if isinstance(operand, Literal):
        return operand
    added = len(to) - len(shape)
    strides = [0 if n == 1 and to[added + i] != 1 else operand.strides[i] for i, n in enumerate(shape)]
    return attrs.evolve(operand, strides=(*[0] * added, *strides))


def without(operand: Operand, axes: Sequence[int]) -> Operand:
    """An operand without axes of length 1."""
    if isinstance(operand, Literal):
        return operand
    strides = tuple([s for i, s in enumerate(operand.strides) if i not in axes])
    return attrs.evolve(operand, strides=strides)


def fail_if(to: State, x: Reference) -> None:
    """Let NumPy compute the program if one of some truths holds."""
    operand = to.places[x.number]
    if math.prod(x.shape) != 1:
        holds = Reference(to.number(), (), x.dtype)
        to.operations.append(Reduce(holds.number, "any", x.shape, tuple(range(len(x.shape))), operand, x.dtype))
        operand = to.is_buffer(holds)
    to.operations.append(Mark("fail", operand=without(operand, range(len(x.shape)))))


def _uniform(value: Array) -> np.generic | None:
    """The number that all elements of an array are, bit for bit; None if they differ or are not compiled."""
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.char not in NATIVE or not value.dtype.isnative:
        return None
    array = np.asarray(value)
    if not array.size:
        return None
    first = array[(0,) * array.ndim]
    once = array[tuple([slice(0, 1) if stride == 0 else slice(None) for stride in array.strides])]
    words = np.ascontiguousarray(once).view(f"u{array.itemsize}")
    return first if bool(np.all(words == words.flat[0])) else None
