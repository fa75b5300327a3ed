"""Conversions of floats to integers, which depend on the processor where a number is too large for an integer."""

from __future__ import annotations

import numpy as np

from pydezero.transforms.jit.program import Compute, Literal
from pydezero.transforms.jit.scalars import literal
from pydezero.transforms.jit.state import State, fail_if
from pydezero.transforms.staging.equation import Equation, Reference


def add_range_check(to: State, equation: Equation) -> bool:
    """Let NumPy compute the program where a float is nan or beyond the range of the integers that it becomes.

    Whether there is such a check: not for another device. Conversions of integers need none.
    """
    (x,), (y,) = equation.inputs, equation.outputs
    if type(x) is not Reference or x.dtype.kind != "f" or y.dtype.kind not in "iu":
        return True
    if not to.blas.has_routines or isinstance(to.places[x.number], Literal) or x.dtype.char not in "fd":
        return False
    limits = np.iinfo(y.dtype)
    low, high = [literal(x.dtype.type(limit)) for limit in (float(limits.min) - 1, float(limits.max) + 1)]
    outside = Reference(to.number(), x.shape, np.dtype(bool))
    expression = f"(({{0}} > {low}) & ({{0}} < {high})) ^ True"
    to.operations.append(
        Compute(outside.number, "out_of_range", x.shape, expression, (to.places[x.number],), (x.dtype,))
    )
    to.is_buffer(outside)
    fail_if(to, outside)
    return True
