"""Sorting in loops: the order of the elements along an axis as a routine, and the elements in an order as lookups."""

from __future__ import annotations

import math
from typing import Final

import attrs

from pydezero.transforms.jit.program import Allocate, Mark, Place, Routine, c_strides
from pydezero.transforms.jit.state import State, in_memory
from pydezero.transforms.staging.equation import Equation, Reference

_LONGEST: Final = 128
"""The most elements in a row that is sorted; NumPy sorts longer ones faster by so much that a call is no matter."""

_MOST: Final = 1 << 10
"""The most elements in all rows, likewise."""


def add_argsort(to: State, equation: Equation) -> bool:
    """The places of the elements along an axis in ascending order; elsewhere than in a loop NumPy's is quicker."""
    (x,), (y,) = equation.references, equation.outputs
    if not to.depth or not to.blas.has_routines or x.dtype.kind not in "fiu" or 0 in x.shape or not x.shape:
        return False
    given = equation.parameters.get("axis", -1)
    if given is None and len(x.shape) > 1:
        return False
    axis = (given or 0) % len(x.shape)
    n = x.shape[axis]
    if n > _LONGEST or math.prod(x.shape) > _MOST:
        return False
    place = in_memory(to, x)
    if place.lookups:
        place = Place(to.copy(place, x.shape, x.dtype, "copy"), 0, c_strides(x.shape))
    others = [i for i in range(len(x.shape)) if i != axis]
    shape = (*[x.shape[i] for i in others], n)
    out = to.is_buffer(Reference(to.number(), shape, y.dtype))
    work = to.is_buffer(Reference(to.number(), (n,), y.dtype))
    to.operations += [Allocate(out.buffer, False), Allocate(work.buffer, False)]
    loops = [to.number() for _ in others]
    to.operations += [Mark("for", loop, x.shape[i]) for loop, i in zip(loops, others, strict=True)]
    of_x = [(loop, place.strides[i]) for loop, i in zip(loops, others, strict=True) if x.shape[i] != 1]
    row = Place(place.buffer, place.offset, (0, place.strides[axis]), (*place.steps, *of_x))
    target = Place(out.buffer, 0, (1,), tuple(zip(loops, out.strides, strict=False)))
    to.operations += [Routine("argsort", target, (row,), (n,), (work,)), *[Mark("end")] * len(loops)]
    strides = iter(out.strides)
    along = {i: next(strides) for i in [*others, axis]}
    to.is_part(y, attrs.evolve(out, strides=tuple([along[i] for i in range(len(x.shape))])))
    return True
