"""Linear equations, and inverses.

The rules are those of M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.broadcasting import cast, unbroadcast
from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.power_series import Coefficients, less
from pydezero.core.primitive import General, define
from pydezero.core.typed import (
    array_function,
    binary_array_function,
    binary_function,
    unary_function,
    without_variables,
)
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.linalg.matrices import check_square
from pydezero.lazy import load

__all__ = [
    "inv",
    "solve",
    "tensorinv",
    "tensorsolve",
]


def _inv_rule(g: Array, out: Array) -> Array:
    transposed = out.mT
    return -(transposed @ g @ transposed)


_inv_p: Final[General] = define(
    General,
    "inv",
    np.linalg.inv,
    _inv_rule,
    batch=lambda _, x: bind(_inv_p, x),
    tangent=lambda ts, out: -(out @ ts[0] @ out),
)


@unary_function
def inv(a: Operand) -> Array:
    """The inverse of a square matrix, or of each of a stack of them.

    Raises:
        LinAlgError: a matrix is not square, or it is singular.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> inv(Variable(np.array([[2.0, 0.0], [0.0, 4.0]])))
    variable([[0.5  0.  ]
              [0.   0.25]])
    """
    if type(a) is Variable:
        check_square("inv", a.shape)
    return bind(_inv_p, a)


def _solved_back(g: Array, a: Array, is_vector: bool) -> Array:
    """The cotangent of the right sides, as columns, not yet summed over axes that were broadcast."""
    return np.linalg.solve(a.mT, g[..., None] if is_vector else g)


def _of_right_side(columns: Array, b_shape: tuple[int, ...]) -> Array:
    return unbroadcast(columns if len(b_shape) > 1 else columns[..., 0], b_shape)


def _of_matrix(columns: Array, out: Array, a_shape: tuple[int, ...], is_vector: bool) -> Array:
    return unbroadcast(columns * -out[..., None, :] if is_vector else -(columns @ out.mT), a_shape)


def _solve_rule_a(g: Array, x: Array, y_shape: tuple[int, ...], out: Array) -> Array:
    is_vector = len(y_shape) == 1
    return _of_matrix(_solved_back(g, x, is_vector), out, x.shape, is_vector)


def _solve_batched(batched: Sequence[bool], a: Array, b: Array) -> Array:
    a_shape, b_shape = shape_of(a), shape_of(b)
    if not batched[0] and len(a_shape) == 2 and len(b_shape) <= 3:
        # One matrix for all examples: their right sides are the columns of one.
        n, columns = a_shape[0], np.moveaxis(b, 0, 1)
        solutions = np.linalg.solve(a, np.reshape(columns, (n, math.prod(b_shape) // n if n else 0)))
        return np.moveaxis(np.reshape(solutions, columns.shape), 1, 0)
    is_vector = len(b_shape) - batched[1] == 1
    if is_vector:
        b = b[..., None]
    out = np.linalg.solve(*aligned(batched, (a, b)))
    return out[..., 0] if is_vector else out


def _solve_coefficient(k: int, out: Coefficients, a: Coefficients, b: Coefficients) -> Array:
    """The coefficient of the solution, from a out = b: one matrix is solved with for all of them."""
    right, is_vector = b(k), len(shape_of(b(0))) == 1
    for j in range(1, k + 1):
        matrix, solution = a(j), out(k - j)
        if matrix is not None and solution is not None:
            product = (matrix @ solution[..., None])[..., 0] if is_vector else matrix @ solution
            right = less(right, product)
    if right is None:
        return None
    if is_vector and len(shape_of(right)) > 1:
        return np.linalg.solve(a(0), right[..., None])[..., 0]
    return np.linalg.solve(a(0), right)


_solve_p: Final[General] = define(
    General,
    "solve",
    np.linalg.solve,
    _solve_rule_a,
    lambda g, x, y_shape: _of_right_side(_solved_back(g, x, len(y_shape) == 1), y_shape),
    batch=_solve_batched,
    coefficient=_solve_coefficient,
)


@attrs.frozen(eq=False)
class _SolveBoth(Operation):
    """`solve` with both arguments differentiated: their cotangents follow from one solution."""

    name = "solve_both"
    is_pure = True

    def evaluate(self, values: Sequence[Array]) -> Array:
        return np.linalg.solve(*values)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Array, Residual]:
        a, b = values
        out = np.linalg.solve(a, b)
        return out, (a, out)

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        (a, out), (of_a, of_b) = residual, specs
        is_vector = len(of_b.shape) == 1
        columns = _solved_back(cotangents[0], a, is_vector)
        g_a, g_b = _of_matrix(columns, out, of_a.shape, is_vector), _of_right_side(columns, of_b.shape)
        return cast(g_a, of_a.dtype), cast(g_b, of_b.dtype)

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, Array]:
        (a, b), (t_a, t_b) = values, tangents
        out = np.linalg.solve(a, b)
        is_vector = len(shape_of(b)) == 1
        right = 0 if t_a is None else -(t_a @ (out[..., None] if is_vector else out))
        if t_b is not None:
            right = right + (t_b[..., None] if is_vector else t_b)
        t_out = np.linalg.solve(a, right)
        return out, t_out[..., 0] if is_vector else t_out

    def push_marks(self, values: Sequence[Array], marks: Sequence[Array | None]) -> tuple[Array, Array]:
        # With the marks of one argument it is linear in that one.
        with_marks = load("pydezero.graph", "results_with_marks")
        (out,), (taken,) = with_marks(lambda xs: [bind(_solve_p, *xs)], values, marks)
        return out, taken

    def coefficient(self, k: int, out: Coefficients, a: Coefficients, b: Coefficients) -> Array:
        return _solve_coefficient(k, out, a, b)

    def batch(self, batched: Sequence[bool], a: Array, b: Array) -> Array:
        return _solve_batched(batched, a, b)


_solve_both: Final = _SolveBoth()


@binary_function
def solve(a: Operand, b: Operand) -> Array:
    """The solution x of a @ x = b, for a square matrix or a stack of them.

    As in NumPy 2, b is a vector if it has one axis, and a matrix or a stack of them otherwise; stacks broadcast.

    Raises:
        LinAlgError: a is not square, or it is singular.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), Variable(np.array([2.0, 2.0])))
    variable([1.  0.5])
    """
    check_square("solve", shape_of(a))
    return _solve_both(a, b) if type(a) is type(b) is Variable else bind(_solve_p, a, b)


@array_function
@without_variables(np.linalg.tensorinv)
def tensorinv(a: Array, ind: int = 2) -> Array:
    """The inverse with respect to `tensordot(a, x, ind)`: axes up to `ind` are those of a column, the rest of a row.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensorinv(Variable(np.reshape(2 * np.eye(6), (6, 2, 3))), ind=1).shape
    (2, 3, 6)
    """
    if ind <= 0:
        raise ValueError(f"linalg.tensorinv: ind is {ind}; it must be positive")
    shape = shape_of(a)
    out = np.linalg.inv(np.reshape(a, (math.prod(shape[:ind]), math.prod(shape[ind:]))))
    return np.reshape(out, shape[ind:] + shape[:ind])


@binary_array_function
@without_variables(np.linalg.tensorsolve)
def tensorsolve(a: Array, b: Array, axes: Sequence[int] | None = None) -> Array:
    """The solution x of tensordot(a, x, x.ndim) = b; `axes` of a are moved to the end before.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensorsolve(Variable(np.reshape(2 * np.eye(6), (2, 3, 6))), np.ones((2, 3))).shape
    (6,)
    """
    order = list(range(len(shape_of(a))))
    for axis in axes or ():
        order.remove(axis)
        order.append(axis)
    ordered = np.transpose(a, order)
    b_shape = shape_of(b)
    n, shape = math.prod(b_shape), shape_of(ordered)[len(b_shape) :]
    if math.prod(shape) != n or math.prod(shape_of(ordered)) != n * n:
        raise np.linalg.LinAlgError(
            f"linalg.tensorsolve: a of shape {shape_of(a)} and b of shape {b_shape} make no square system: "
            "the product of the lengths of the axes of a must be the square of the number of elements of b"
        )
    return np.reshape(np.linalg.solve(np.reshape(ordered, (n, n)), np.ravel(b)), shape)
