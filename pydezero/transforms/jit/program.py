"""The operations of a program, as a graph is lowered to them: each says which elements of which buffers it reads.

A *buffer* has a number and holds an array in C order. A *place* is a part of a buffer that is indexed by axes:
element (i, j) is at `offset + i * strides[0] + j * strides[1]`, counted in elements. All views of NumPy
are places, so a view is never computed.
"""

from __future__ import annotations

import math
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.transforms.staging.equation import Equation

Shape: TypeAlias = tuple[int, ...]


@attrs.frozen
class Place:
    """A part of a buffer, with a stride for each axis."""

    buffer: int
    offset: int
    strides: tuple[int, ...]
    steps: tuple[tuple[int, int], ...] = ()
    """For each loop of the graph whose index moves the place: the number of the loop, and by how much."""
    lookups: tuple[tuple[Place, int], ...] = ()
    """For each array of indices that moves the place: where its elements are, along the same axes, and by how much."""


@attrs.frozen(eq=False)
class Literal:
    """A number that is known when the program is made, which broadcasts to any shape."""

    value: np.generic


Operand: TypeAlias = Place | Literal


@attrs.frozen(eq=False)
class Buffer:
    """The array of a value: of an input, a constant, or what an operation computes."""

    shape: Shape
    dtype: np.dtype[Any]
    constant: Array | None = None

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """The number of bytes."""
        return self.size * self.dtype.itemsize


@attrs.frozen(eq=False)
class Compute:
    """Each element of a new buffer by a scalar expression of the elements of the operands at the same index.

    `expression` has `{0}`, `{1}` in the place of the operands, which are converted to the dtypes before.
    """

    out: int
    name: str
    shape: Shape
    expression: str
    operands: tuple[Operand, ...]
    dtypes: tuple[np.dtype[Any], ...]


@attrs.frozen(eq=False)
class Reduce:
    """A new buffer with the sum, the product or the extreme of the elements of an operand along axes."""

    out: int
    name: str
    shape: Shape
    axes: tuple[int, ...]
    operand: Operand
    dtype: np.dtype[Any]


@attrs.frozen(eq=False)
class Product:
    """The product of two matrices by BLAS, written to a place; each is in C order, or its transpose is."""

    target: Place
    a: Place
    b: Place
    sides: tuple[int, int, int]
    transposed: tuple[bool, bool]


@attrs.frozen(eq=False)
class Routine:
    """A function of `systems` of a matrix, written to a place in C order; all places have strides of rows and columns.

    `sides` are the rows of the matrix, and the columns of another one; `factors` is what `factor` has computed of the
    matrix, in one piece; `work` is memory that it may use.
    """

    name: str
    target: Place
    operands: tuple[Place, ...]
    sides: tuple[int, ...]
    work: tuple[Place, ...] = ()
    factors: tuple[Place, ...] = ()


@attrs.frozen(eq=False)
class Allocate:
    """A new buffer, filled with zeros, or not filled at all, because what follows writes to all of it."""

    out: int
    is_filled: bool


@attrs.frozen(eq=False)
class Store:
    """The elements of an operand, written to a place of a buffer or added to what is there."""

    target: Place
    shape: Shape
    operand: Operand
    adds: bool
    is_alone: bool
    """Whether no other operation writes to the same elements."""


@attrs.frozen(eq=False)
class Assign:
    """The elements of an operand, copied to a whole buffer that is written to more than once: the carry of a loop."""

    out: int
    shape: Shape
    operand: Operand
    is_first: bool


@attrs.frozen(eq=False)
class Mark:
    """The place where a loop or a branch of the graph begins or ends.

    Kinds: `for` (with the number of the loop, the number of steps and whether they go backward), `while`, `break`
    (unless the operand holds), `if` (the operand holds, or is a number), `else`, `end`; `fail`, where NumPy computes
    the program if the operand holds; `barrier`, which what follows is computed after; and `allocate`, where a buffer
    begins to be needed.
    """

    kind: str
    number: int = 0
    length: int = 0
    reverse: bool = False
    operand: Operand | None = None
    case: int | None = None


OPENING: Final = frozenset({"for", "while", "if"})
"""The kinds of marks that an `end` belongs to."""


@attrs.frozen(eq=False)
class Call:
    """A call of a NumPy function on whole buffers and numbers, which gives one buffer or several."""

    outs: tuple[int, ...]
    equation: Equation
    inputs: tuple[int | Any, ...]
    """A `Whole` for each buffer; anything else is a number."""


@attrs.frozen
class Whole:
    """A buffer as an argument of a call."""

    buffer: int


Operation: TypeAlias = Compute | Reduce | Product | Routine | Allocate | Store | Assign | Mark | Call


@attrs.frozen(eq=False)
class Lowered:
    """A graph as operations on buffers. An output is the number of a buffer that nothing else is returned in."""

    name: str
    buffers: dict[int, Buffer]
    inputs: tuple[int, ...]
    operations: tuple[Operation, ...]
    outputs: tuple[int, ...]


def outs_of(operation: Operation) -> tuple[int, ...]:
    """The buffers that an operation writes to."""
    if isinstance(operation, Call):
        return operation.outs
    if isinstance(operation, Routine):
        return (operation.target.buffer, *[x.buffer for x in operation.work])
    if isinstance(operation, Store | Product):
        return (operation.target.buffer,)
    return () if isinstance(operation, Mark) else (operation.out,)


def operands_of(operation: Operation) -> tuple[Operand, ...]:
    """The operands that a compiled operation reads, with the indices by which it finds their elements, and its own."""
    own = _own_operands(operation)
    places = (*own, operation.target) if isinstance(operation, Store) else own
    return (*own, *[index for x in places if isinstance(x, Place) for index, _ in x.lookups])


def _own_operands(operation: Operation) -> tuple[Operand, ...]:
    if isinstance(operation, Compute):
        return operation.operands
    if isinstance(operation, Routine):
        return (*operation.operands, *operation.factors)
    if isinstance(operation, Product):
        return operation.a, operation.b
    if isinstance(operation, Reduce | Store | Assign):
        return (operation.operand,)
    return (operation.operand,) if isinstance(operation, Mark) and operation.operand is not None else ()


def buffers_read(operation: Operation) -> list[int]:
    """The buffers that an operation reads, as often as it names them."""
    if isinstance(operation, Call):
        return [x.buffer for x in operation.inputs if isinstance(x, Whole)]
    return [x.buffer for x in operands_of(operation) if isinstance(x, Place)]


def c_strides(shape: Shape) -> tuple[int, ...]:
    """The strides, in elements, of an array in C order."""
    strides: list[int] = []
    step = 1
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def squeezed_place(x: Place, shape: Shape) -> Place:
    """A place along the axes of a shape, without those of length 1."""
    lookups = tuple([(squeezed_place(index, shape), by) for index, by in x.lookups])
    return attrs.evolve(x, strides=squeezed(shape, x.strides)[1], lookups=lookups)


def squeezed(shape: Shape, strides: tuple[int, ...]) -> tuple[Shape, tuple[int, ...]]:
    """A shape and the strides along it, without the axes of length 1."""
    kept = [i for i, n in enumerate(shape) if n != 1]
    return tuple([shape[i] for i in kept]), tuple([strides[i] for i in kept])
