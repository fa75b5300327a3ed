"""Views and reductions as operations on buffers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pydezero.core.types import Array, Index
from pydezero.functions.indexing.index import is_basic
from pydezero.functions.indexing.indices_as_arguments import filled_index
from pydezero.functions.shapes.shape import axes_of_reduction
from pydezero.transforms.jit.lookups import place_at
from pydezero.transforms.jit.program import Compute, Literal, Operand, Operation, Place, Reduce, c_strides
from pydezero.transforms.jit.state import State, without
from pydezero.transforms.jit.views import view_of, whole_index
from pydezero.transforms.staging.equation import Equation, Reference


def add_view(to: State, equation: Equation) -> bool:
    """Let a value be a part of another one; whether it is."""
    (x,), (y,) = equation.references, equation.outputs
    if len(equation.inputs) != 1 or x.dtype != y.dtype:
        return False
    place = to.places[x.number]
    if isinstance(place, Literal):
        found: Operand | None = place if _is_basic(equation) else None
    else:
        found = view_of(place, x, y.shape, _viewing(equation))
        if found is None and equation.name == "reshape" and _is_basic(equation):
            copy = to.copy(place, x.shape, x.dtype, "copy")
            found = view_of(Place(copy, 0, c_strides(x.shape)), x, y.shape, _viewing(equation))
    if found is None:
        return equation.name == "getitem" and add_elements(to, x, y, equation.parameters["index"])
    to.places[y.number] = found
    to.origins[y.number] = equation
    return True


def _is_basic(equation: Equation) -> bool:
    return equation.name != "getitem" or is_basic(equation.parameters["index"])


def _viewing(equation: Equation) -> Callable[[Array], Array]:
    """The function that makes a view of an array, which is an array even if it has one element."""
    parameters: Mapping[str, Any] = equation.parameters
    if equation.name == "getitem":
        index = whole_index(parameters["index"])
        return lambda a: a[index]
    return lambda a: equation.primitive.raw(a, **parameters)


def add_gather(to: State, equation: Equation) -> bool:
    """The elements of an array at indices that are values."""
    (x, *indices), (y,) = equation.inputs, equation.outputs
    if type(x) is not Reference or x.dtype != y.dtype:
        return False
    return add_elements(to, x, y, filled_index(equation.parameters["template"], indices))


def add_rolled(to: State, equation: Equation) -> bool:
    """Elements moved along other axes than the last, where rows are read as they lie; whether it is.

    Along the last axis it is quicker to copy them to their places first, from where SIMD can read.
    """
    (x,), (y,) = equation.inputs, equation.outputs
    if type(x) is not Reference or not to.blas.has_routines:
        return False
    places: list[Array] = [np.arange(n) for n in x.shape]
    for shift, axis in zip(equation.parameters["shift"], equation.parameters["axis"], strict=True):
        places[axis] = np.roll(places[axis], shift)
    moved = [i for i, found in enumerate(places) if found.size and found[0]]
    if not moved or len(x.shape) - 1 in moved:
        return False
    index = tuple(
        [
            np.reshape(places[i], (-1,) + (1,) * (moved[-1] - i)) if i in moved else slice(None)
            for i in range(moved[0], moved[-1] + 1)
        ]
    )
    if len(moved) != len(index):
        return False
    return add_elements(to, x, y, ((slice(None),) * moved[0]) + index)


def add_elements(to: State, x: Reference, y: Reference, index: Index) -> bool:
    """The elements of an array at arrays of indices."""
    place = to.places[x.number]
    found = place_at(to, place, x, index, y.shape) if isinstance(place, Place) else None
    if found is None:
        return False
    to.is_buffer(y)
    to.operations.append(Compute(y.number, "getitem", y.shape, "{0}", (found,), (y.dtype,)))
    return True


def add_reduction(to: State, equation: Equation) -> bool:
    """Add a sum, a product or an extreme along axes; whether it is compiled."""
    x, y = equation.inputs[0], equation.outputs[0]
    if type(x) is not Reference or not equation.parameters.keys() <= {"axis", "keepdims"}:
        return False
    axes = axes_of_reduction(equation.parameters.get("axis"), len(x.shape))
    is_extreme = equation.name in ("max", "min")
    if is_extreme and (y.dtype != x.dtype or y.dtype.kind == "b" or any(x.shape[i] == 0 for i in axes)):
        return False
    if equation.name in ("any", "all"):
        if y.dtype.kind != "b":
            return False
    elif y.dtype.kind == "b" or (y.dtype.kind == "f" and x.dtype != y.dtype):
        return False
    operand = to.places[x.number]
    to.is_buffer(y)
    if all(x.shape[i] == 1 for i in axes):
        shape = tuple([n for i, n in enumerate(x.shape) if i not in axes])
        kept = without(operand, axes)
        operation: Operation = Compute(y.number, equation.name, shape, "{0}", (kept,), (y.dtype,))
    else:
        operation = Reduce(y.number, equation.name, x.shape, axes, operand, y.dtype)
    to.operations.append(operation)
    return True
