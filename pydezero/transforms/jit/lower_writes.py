"""Arrays that are written part by part: scattered, set and joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.types import Index
from pydezero.functions.indexing.index import is_basic
from pydezero.functions.indexing.indices_as_arguments import filled_index
from pydezero.functions.shapes.padding_rules import Widths
from pydezero.transforms.jit.lookups import place_at
from pydezero.transforms.jit.program import (
    Allocate,
    Buffer,
    Compute,
    Operand,
    Operation,
    Place,
    Shape,
    Store,
    c_strides,
)
from pydezero.transforms.jit.state import State, without
from pydezero.transforms.jit.views import view_of, whole_index
from pydezero.transforms.staging.equation import Equation, Reference


def add_scatter(to: State, equation: Equation) -> bool:
    """Cotangents of parts of an array, added up in their places."""
    (y,) = equation.outputs
    xs: Sequence[Any] = equation.inputs
    if equation.name == "scatter_at":
        xs, indices = xs[:1], [filled_index(equation.parameters["template"], xs[1:])]
    else:
        indices = equation.parameters["indices"]
    shape = y.shape
    if any(type(x) is not Reference for x in xs):  # each is converted to the dtype that holds all
        return False
    targets = [
        Place(y.number, 0, c_strides(shape)) if index is ... else _part(to, y, index, x.shape)
        for index, x in zip(indices, xs, strict=True)
    ]
    if any(target is None for target in targets) or y.dtype.kind == "b":
        return False
    if not shape:
        total = " + ".join([f"{{{i}}}" for i in range(len(xs))])
        # Each is of one element, in axes of length 1 if any.
        operands = tuple([without(to.places[x.number], range(len(x.shape))) for x in xs])
        to.is_buffer(y)
        to.operations.append(Compute(y.number, "add", (), total, operands, (y.dtype,) * len(operands)))
        return True
    to.buffers[y.number] = Buffer(y.shape, y.dtype)
    to.operations.append(Allocate(y.number, True))
    for target, x in zip(targets, xs, strict=True):
        assert target is not None
        to.operations.append(Store(target, x.shape, to.places[x.number], True, False))
    to.places[y.number] = Place(y.number, 0, c_strides(y.shape))
    return True


def add_set(to: State, equation: Equation) -> bool:
    """An array with other elements in some places; whether it is compiled."""
    (y,), (x, z, *indices) = equation.outputs, equation.inputs
    if type(x) is not Reference:
        return False
    parameters = equation.parameters
    index = filled_index(parameters["template"], indices) if equation.name == "set_at" else parameters["index"]
    if x.dtype != y.dtype or (type(z) is Reference and z.dtype != y.dtype):
        return False
    of_part = _shape_of_part(y.shape, index)
    target = _part(to, y, index, of_part)
    if target is None:
        return False
    operand = to.operand(z, of_part, y.dtype)
    to.is_buffer(y)
    if not y.shape:
        to.operations.append(Compute(y.number, "set", (), "{0}", (operand,), (y.dtype,)))
        return True
    to.operations.append(Compute(y.number, "set", y.shape, "{0}", (to.places[x.number],), (y.dtype,)))
    to.operations.append(Store(target, of_part, operand, False, False))
    return True


def add_diagonal(to: State, equation: Equation) -> bool:
    """Matrices with an array, or a number, on a diagonal, and zeros elsewhere."""
    (x,), (y,) = equation.inputs, equation.outputs
    if type(x) is not Reference or x.dtype != y.dtype or 0 in x.shape:
        return False
    offset: int = equation.parameters["offset"]
    of_numbers = equation.name == "from_trace"  # each is all along a diagonal
    diagonal = np.diagonal(np.broadcast_to(np.zeros((), bool), y.shape), offset, -2, -1)
    length = diagonal.shape[-1] if of_numbers else x.shape[-1]
    shape = (*y.shape[:-2], length)
    whole = Place(y.number, 0, c_strides(y.shape))
    target = view_of(whole, y, shape, lambda a: np.diagonal(a, offset, -2, -1)[..., :length])
    if target is None or not length:
        return False
    operand = to.places[x.number]
    if of_numbers and isinstance(operand, Place):
        operand = attrs.evolve(operand, strides=(*operand.strides, 0))
    to.is_buffer(y)
    to.operations += [Allocate(y.number, True), Store(target, shape, operand, False, False)]
    return True


def add_padding(to: State, equation: Equation) -> bool:
    """An array in the midst of numbers: each of the parts beside it is written once."""
    (x, values), (y,) = equation.inputs, equation.outputs
    if any(type(z) is not Reference or z.dtype != y.dtype for z in (x, values)) or 0 in y.shape:
        return False
    widths: Widths = equation.parameters["widths"]
    of_values = to.places[values.number]
    part = [slice(None)] * len(widths)
    stores: list[tuple[tuple[slice, ...], Operand]] = []
    for axis in reversed(range(len(widths))):  # a corner belongs to the last axis
        before, after = widths[axis]
        start, stop = before, before + x.shape[axis]
        for side, (beside, n) in enumerate(((slice(start), before), (slice(stop, None), after))):
            value = of_values
            if isinstance(value, Place):
                offset = value.offset + value.strides[0] * axis + value.strides[1] * side
                value = attrs.evolve(value, offset=offset, strides=(0,) * len(widths))
            if n:
                stores.append(((*part[:axis], beside, *part[axis + 1 :]), value))
        part[axis] = slice(start, stop)
    stores.append((tuple(part), to.places[x.number]))
    to.is_buffer(y)
    to.operations.append(Allocate(y.number, False))
    for index, operand in stores:
        target = _part(to, y, index, shape := _shape_of_part(y.shape, index))
        assert target is not None
        if 0 not in shape:
            to.operations.append(Store(target, shape, operand, False, True))
    return True


def add_joined(to: State, equation: Equation) -> bool:
    """Arrays side by side, each written to its own part of the result."""
    (y,) = equation.outputs
    axis = equation.parameters["axis"]
    if any(type(x) is not Reference or x.dtype != y.dtype for x in equation.inputs):
        return False
    if axis is None or not y.shape:
        return False
    axis %= len(y.shape)
    stores: list[Operation] = []
    start = 0
    for i, x in enumerate(equation.inputs):
        if equation.name == "stack":
            index: Any = (slice(None),) * axis + (i,)
        else:
            index = (slice(None),) * axis + (slice(start, start + x.shape[axis]),)
            start += x.shape[axis]
        target = _part(to, y, index, x.shape)
        if target is None:
            return False
        stores.append(Store(target, x.shape, to.places[x.number], False, True))
    to.is_buffer(y)
    to.operations += [Allocate(y.number, False), *stores]
    return True


def _part(to: State, y: Reference, index: Index, shape: Shape) -> Place | None:
    """The place of `y[index]`, None unless it has a shape and is found."""
    whole = Place(y.number, 0, c_strides(y.shape))
    if is_basic(index):
        return view_of(whole, y, shape, lambda a: a[whole_index(index)])
    return place_at(to, whole, y, index, shape)


def _shape_of_part(shape: Shape, index: Index) -> Shape:
    """The shape of the elements at an index, in which indices that are values are arrays of zeros."""
    items = index if type(index) is tuple else (index,)
    known = tuple([np.zeros(item.shape, np.intp) if isinstance(item, Reference) else item for item in items])
    return np.broadcast_to(np.zeros((), bool), shape)[known].shape
