"""Linear systems, inverses, determinants and Cholesky factors of small matrices, and of stacks of them, as routines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.transforms.jit.program import Allocate, Compute, Mark, Place, Routine, Shape, c_strides
from pydezero.transforms.jit.state import State, fail_if, in_memory
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.trace import trace

_LARGEST: Final = 32
"""The most rows of a matrix that a routine of the program is for. LAPACK is faster for larger ones, by its blocks."""

_MOST: Final = 1 << 15
"""The most elements of right sides for such a routine, which reads them once for each row of the matrix."""

Stack: TypeAlias = tuple[Place, Shape]
"""A matrix or a stack of them."""


def add_solve(to: State, equation: Equation) -> bool:
    """The solutions of linear systems, or of triangular ones."""
    (y,) = equation.outputs
    if not _are_routines(to, equation):
        return False
    a, b = [(in_memory(to, x), x.shape) for x in equation.references]
    is_vector = len(b[1]) == 1
    right = _as_columns(b) if is_vector else b
    columns = (*y.shape, 1) if is_vector else y.shape
    if math.prod(columns[-2:]) > _MOST and not to.blas.is_there:
        return False
    name = "solve"
    if equation.name == "solve_triangular":
        name += "_lower" if equation.parameters["lower"] else "_upper"
        name += "_unit" if equation.parameters["unit_diagonal"] else ""
    _add_stacks(to, name, to.is_buffer(y), columns, (a, right))
    return True


def add_inverse(to: State, equation: Equation) -> bool:
    """The inverses of matrices."""
    (x,), (y,) = equation.references, equation.outputs
    if not _are_routines(to, equation):
        return False
    _add_inverse(to, x, y)
    return True


def add_cofactors(to: State, equation: Equation) -> bool:
    """The derivatives of determinants: these, times the transposes of the inverses.

    Of a singular matrix there is a limit, which NumPy computes: the routine that is for its inverse has failed.
    """
    (y,) = equation.outputs
    if not _are_routines(to, equation):
        return False
    x, determinant = equation.references
    inverse = _add_inverse(to, x, Reference(to.number(), y.shape, y.dtype))
    factor = to.places[determinant.number]
    if isinstance(factor, Place):
        factor = attrs.evolve(factor, strides=(*factor.strides, 0, 0))
    to.is_buffer(y)
    to.operations.append(
        Compute(y.number, "multiply", y.shape, "{0} * {1}", (factor, _transposed(inverse)), (y.dtype, y.dtype))
    )
    return True


def add_det(to: State, equation: Equation) -> bool:
    """The determinants of matrices."""
    (x,), (y,) = equation.references, equation.outputs
    if not _are_routines(to, equation):
        return False
    # A number has no memory, which the routine writes to.
    out = to.is_buffer(Reference(to.number(), (*y.shape, 1, 1), y.dtype))
    _add_stacks(to, "det", out, (*y.shape, 1, 1), ((in_memory(to, x), x.shape),))
    to.is_part(y, attrs.evolve(out, strides=out.strides[:-2]))
    return True


def add_slogdet(to: State, equation: Equation) -> bool:
    """The signs and the logarithms of determinants."""
    (x,) = equation.references
    if not _are_routines(to, equation):
        return False
    shape = x.shape[:-1]
    out = to.is_buffer(Reference(to.number(), (*shape[:-1], 1, shape[-1]), x.dtype))
    _add_stacks(to, "pivots", out, (*shape[:-1], 1, shape[-1]), ((in_memory(to, x), x.shape),))
    graph = simplify(trace(_sign_and_logarithm)(np.ones(shape, x.dtype)))
    place = attrs.evolve(out, strides=(*out.strides[:-2], out.strides[-1]))
    for y, (_, found) in zip(equation.outputs, to.inlined(graph, [place], ()), strict=True):
        to.is_part(y, found)
    return True


def _sign_and_logarithm(pivots: Array) -> tuple[Array, Array]:
    sign = np.prod(np.sign(pivots), axis=-1)
    return np.where(sign == 0, 0, sign), np.sum(np.log(np.abs(pivots)), axis=-1)  # 0 has no sign


def add_cholesky(to: State, equation: Equation) -> bool:
    """The triangular factors of positive definite matrices."""
    (x,), (y,) = equation.references, equation.outputs
    if not _are_routines(to, equation):
        return False
    is_upper = bool(equation.parameters.get("upper"))
    place = in_memory(to, x)
    out = to.is_buffer(Reference(to.number(), y.shape, y.dtype))
    _add_stacks(to, "cholesky", out, y.shape, ((_transposed(place) if is_upper else place, x.shape),))
    to.is_part(y, _transposed(out) if is_upper else out)
    return True


def add_check(to: State, equation: Equation) -> bool:
    """A condition under which NumPy computes the program, which raises."""
    (x,), (y,) = equation.inputs, equation.outputs
    if not to.blas.has_routines or type(x) is not Reference:
        return False
    fail_if(to, x)
    to.is_like(y, x)
    return True


def _are_routines(to: State, equation: Equation) -> bool:
    """Whether an equation is of matrices of floats of one dtype whose systems are routines; the first is square."""
    first, *others = (*equation.references, *equation.outputs)
    if len(equation.references) != len(equation.inputs) or any(x.dtype != first.dtype for x in others):
        return False
    if not to.blas.has_routines or first.dtype.kind != "f" or any(0 in x.shape for x in (first, *others)):
        return False
    return first.shape[-1] <= _LARGEST or to.blas.is_there


def _as_columns(x: Stack) -> Stack:
    """Vectors as matrices of one column."""
    place, shape = x
    return attrs.evolve(place, strides=(*place.strides, 0)), (*shape, 1)


def _is_in_one_piece(x: Place, shape: Shape) -> bool:
    """Whether the elements of each row, or of each column, lie side by side."""
    near, far = sorted(x.strides[-2:])
    return near == 1 and far >= shape[-1]


def _transposed(x: Place) -> Place:
    return attrs.evolve(x, strides=(*x.strides[:-2], x.strides[-1], x.strides[-2]))


def _add_inverse(to: State, x: Reference, y: Reference) -> Place:
    """Let a value be the inverses of matrices: the solutions for the columns of the identity, as in NumPy."""
    n = x.shape[-1]
    identity = Reference(to.number(), (n, n), y.dtype)
    to.is_constant(identity, np.eye(n, dtype=y.dtype))
    out = to.is_buffer(y)
    _add_stacks(to, "solve", out, y.shape, [(in_memory(to, each), each.shape) for each in (x, identity)])
    return out


def _add_stacks(to: State, name: str, out: Place, shape: Shape, operands: Sequence[Stack]) -> None:
    """Add a routine for each matrix of stacks, which broadcast to a shape; `out` is a whole buffer."""
    to.operations.append(Allocate(out.buffer, False))
    sides = (operands[0][1][-1], *[of[-1] for _, of in operands[1:]])
    work: tuple[Place, ...] = ()
    if sides[0] > _LARGEST or math.prod(shape[-2:]) > _MOST:
        dtype = to.buffers[out.buffer].dtype
        (place, of), *right = operands
        if name.startswith("solve_") and not _is_in_one_piece(place, of):
            operands = [(Place(to.copy(place, of, dtype, "copy"), 0, c_strides(of)), of), *right]
        name, work = f"large_{name}", _work(to, name, sides, dtype)
    front = len(shape) - 2
    stacks = [(attrs.evolve(out, strides=c_strides(shape)), shape), *operands]
    steps = [list(place.steps) for place, _ in stacks]
    for axis in range(front):
        loop = to.number()
        to.operations.append(Mark("for", loop, shape[axis]))
        for (place, of), moving in zip(stacks, steps, strict=True):
            i = axis - front + len(of) - 2
            if i >= 0 and of[i] != 1:
                moving.append((loop, place.strides[i]))
    target, *others = [
        Place(place.buffer, place.offset, place.strides[-2:], tuple(moving))
        for (place, _), moving in zip(stacks, steps, strict=True)
    ]
    to.operations += [Routine(name, target, tuple(others), sides, work), *[Mark("end")] * front]


def _work(to: State, name: str, sides: Sequence[int], dtype: np.dtype[Any]) -> tuple[Place, ...]:
    """The memory of a routine that calls LAPACK: for its matrices as LAPACK takes them, and for exchanges of rows."""
    n, *columns = sides
    is_factored = name in ("det", "pivots", "solve")
    needed = [Reference(to.number(), (n, n), dtype)] if is_factored else []
    needed += [Reference(to.number(), (m, n), dtype) for m in columns]
    if is_factored:
        needed.append(Reference(to.number(), (n,), np.dtype(np.int32)))
    places = [to.is_buffer(x) for x in needed]
    to.operations += [Allocate(x.number, False) for x in needed]
    return tuple(places)
