"""Stacks of matrices, for functions of SciPy that take one matrix at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand


def over_stack(function: Callable[..., Array], *stacks: NDArray[Any], **params: Any) -> NDArray[Any]:
    """Apply a function of matrices to each matrix of some stacks, which have the same shape in front."""
    stacks = tuple(map(native, stacks))
    front = stacks[0].shape[:-2]
    if not front:
        return np.asarray(function(*stacks, **params))
    if not math.prod(front):
        # Without matrices there is no result to take shape and dtype from: those for identities are the same.
        one = np.asarray(function(*[np.eye(x.shape[-2], x.shape[-1], dtype=x.dtype) for x in stacks], **params))
        return np.empty((*front, *one.shape), one.dtype)
    flat = [np.reshape(x, (math.prod(front), *x.shape[-2:])) for x in stacks]
    results = np.stack([function(*matrices, **params) for matrices in zip(*flat, strict=True)])
    return np.reshape(results, (*front, *results.shape[1:]))


def several_over_stack(function: Callable[[Array], Sequence[Array]], stack: NDArray[Any]) -> tuple[Array, ...]:
    """Apply a function with several results to each matrix of a stack."""
    stack, front = native(stack), stack.shape[:-2]
    if not front:
        return tuple(map(np.asarray, function(stack)))
    if not math.prod(front):
        of_one = several_over_stack(function, np.eye(stack.shape[-2], stack.shape[-1], dtype=stack.dtype))
        return tuple([np.empty((*front, *one.shape), one.dtype) for one in of_one])
    of_each = zip(*map(function, np.reshape(stack, (math.prod(front), *stack.shape[-2:]))), strict=True)
    return tuple([np.reshape(np.stack(results), (*front, *results[0].shape)) for results in of_each])


def native(x: NDArray[Any]) -> NDArray[Any]:
    """An array in the byte order of the machine: some of SciPy's functions (lu, sqrtm, expm) misread any other."""
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def stacked_alike(*xs: Array) -> list[Array]:
    """Broadcast matrices, or stacks of them, against each other in the axes before the last two."""
    fronts = {shape_of(x)[:-2] for x in xs}
    if len(fronts) == 1:
        return list(xs)
    front = np.broadcast_shapes(*fronts)
    return [np.broadcast_to(x, (*front, *shape_of(x)[-2:])) for x in xs]


def as_array(x: Array) -> Array:
    """A Variable, or anything else as an array, of single precision at least, which LAPACK has."""
    x = as_operand(x)
    return x.astype(np.float32) if x.dtype == np.float16 else x


def in_one_dtype(a: Array, b: Array) -> tuple[Array, Array]:
    """Two arrays in the dtype in which LAPACK takes both: a factor of one in single precision would lose digits."""
    if a.dtype == b.dtype:
        return a, b
    dtype = np.result_type(a.dtype, b.dtype)
    return in_dtype(a, dtype), in_dtype(b, dtype)


def adjoint(x: Array) -> Array:
    """The conjugate transpose of each matrix."""
    return np.conjugate(x.mT) if x.dtype.kind == "c" else x.mT


def check_matrix(name: str, parameter: str, x: Array) -> None:
    """Raise unless x is a matrix or a stack of them."""
    if len(shape_of(x)) < 2:
        raise ValueError(
            f"scipy.linalg.{name}: {parameter} has the shape {shape_of(x)}; it must be a matrix or a stack of them"
        )


def check_square(name: str, parameter: str, x: Array) -> None:
    """Raise unless x is a square matrix or a stack of them."""
    shape = shape_of(x)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ValueError(
            f"scipy.linalg.{name}: {parameter} has the shape {shape}; it must be a square matrix or a stack of them"
        )
