"""Arrays that are written part by part: scattered, set and joined."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.functions.indexing.index import is_basic
from pydezero.transforms.jit.program import (
    Allocate,
    Buffer,
    Compute,
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
    indices, shape = [_as_slice(index) for index in equation.parameters["indices"]], y.shape
    if any(type(x) is not Reference or x.dtype != y.dtype for x in equation.inputs):
        return False
    targets = [
        Place(y.number, 0, c_strides(shape)) if index is ... else _part(y, index, x.shape)
        for index, x in zip(indices, equation.inputs, strict=True)
    ]
    if any(target is None for target in targets) or y.dtype.kind == "b":
        return False
    if not shape:
        total = " + ".join([f"{{{i}}}" for i in range(len(equation.inputs))])
        # Each is of one element, in axes of length 1 if any.
        operands = tuple([without(to.places[x.number], range(len(x.shape))) for x in equation.inputs])
        to.is_buffer(y)
        to.operations.append(Compute(y.number, "add", (), total, operands, (y.dtype,) * len(operands)))
        return True
    to.buffers[y.number] = Buffer(y.shape, y.dtype)
    to.operations.append(Allocate(y.number, True))
    for target, x in zip(targets, equation.inputs, strict=True):
        assert target is not None
        to.operations.append(Store(target, x.shape, to.places[x.number], True, False))
    to.places[y.number] = Place(y.number, 0, c_strides(y.shape))
    return True


def add_set(to: State, equation: Equation) -> bool:
    """An array with other elements in some places; whether it is compiled."""
    (y,), (x, z) = equation.outputs, equation.inputs
    if type(x) is not Reference:
        return False
    index = equation.parameters["index"]
    of_part = np.broadcast_to(np.zeros((), bool), y.shape)[index].shape if is_basic(index) else None
    target = None if of_part is None else _part(y, index, of_part)
    if target is None or of_part is None:
        return False
    operand = to.operand(z, of_part, y.dtype)
    if x.dtype != y.dtype or (type(z) is Reference and z.dtype != y.dtype):
        return False
    to.is_buffer(y)
    if not y.shape:
        to.operations.append(Compute(y.number, "set", (), "{0}", (operand,), (y.dtype,)))
        return True
    to.operations.append(Compute(y.number, "set", y.shape, "{0}", (to.places[x.number],), (y.dtype,)))
    to.operations.append(Store(target, of_part, operand, False, False))
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
        target = _part(y, index, x.shape)
        if target is None:
            return False
        stores.append(Store(target, x.shape, to.places[x.number], False, True))
    to.is_buffer(y)
    to.operations += [Allocate(y.number, False), *stores]
    return True


def _part(y: Reference, index: Any, shape: Shape) -> Place | None:
    """The place of `y[index]`, None unless it has a shape and names each element once."""
    if not is_basic(index):
        return None
    return view_of(Place(y.number, 0, c_strides(y.shape)), y, shape, lambda a: a[whole_index(index)])


def _as_slice(index: Any) -> Any:
    """An array of places at even distances as a slice; any other index as it is."""
    if not isinstance(index, np.ndarray) or index.ndim != 1 or index.dtype.kind != "i" or not index.size:
        return index
    start = int(index[0])
    by = int(index[1]) - start if index.size > 1 else 1
    stop = start + by * index.size
    if start < 0 or not by or not np.array_equal(index, np.arange(start, stop, by)):
        return index
    return slice(start, stop if stop >= 0 else None, by)
