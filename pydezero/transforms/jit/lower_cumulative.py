"""Running sums and products as loops of the program, one step for each element along the axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from pydezero.transforms.jit.program import Allocate, Assign, Compute, Literal, Mark, Place, Store
from pydezero.transforms.jit.state import State, in_memory
from pydezero.transforms.jit.views import view_of
from pydezero.transforms.staging.equation import Equation, Reference

_OPERATORS: Final = {"cumsum": ("add", "{0} + {1}"), "cumprod": ("multiply", "{0} * {1}")}


def add_cumulative(to: State, equation: Equation) -> bool:
    """A running sum or product along an axis, or over all elements in a row."""
    (x,), (y,) = equation.inputs, equation.outputs
    if type(x) is not Reference or x.dtype != y.dtype or y.dtype.kind == "b" or 0 in x.shape:
        return False
    if not to.blas.has_routines:
        return False
    axis = equation.parameters["axis"]
    place, shape = in_memory(to, x), x.shape
    if axis is None:
        shape = (y.shape[0],)
        flat = view_of(place, x, shape, lambda a: a.reshape(-1))
        place = flat or Place(to.copy(place, x.shape, x.dtype, "copy"), 0, (1,))
        axis = 0
    name, expression = _OPERATORS[equation.name]
    rest = shape[axis + 1 :]
    total, new = [Reference(to.number(), rest, y.dtype) for _ in range(2)]
    target = to.is_buffer(y)
    to.operations.append(Allocate(y.number, False))
    places = [place, target]
    for n in shape[:axis]:
        places = _begun(to, places, n)
    first = Literal(y.dtype.type(-0.0 if name == "add" else 1))  # the negative zero changes no number
    so_far = to.is_buffer(total)
    to.operations.append(Assign(total.number, rest, first, True))
    read, written = _begun(to, places, shape[axis])
    to.operations += [
        Compute(new.number, name, rest, expression, (so_far, read), (y.dtype, y.dtype)),
        Store(written, rest, result := to.is_buffer(new), False, True),
        Mark("barrier"),
        Assign(total.number, rest, result, False),
        *[Mark("end")] * (axis + 1),
    ]
    return True


def _begun(to: State, places: Sequence[Place], n: int) -> list[Place]:
    """Begin a loop over the first axis of places; those of a step."""
    loop = to.number()
    to.operations.append(Mark("for", loop, n))
    return [attrs.evolve(x, strides=x.strides[1:], steps=(*x.steps, (loop, x.strides[0]))) for x in places]
