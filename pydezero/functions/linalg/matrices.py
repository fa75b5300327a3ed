"""Helpers of the rules in this package: adjoints, triangles, gaps between eigenvalues."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.foreign import is_delayed
from pydezero.core.placing import beside
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom, undifferentiated

# Up to this order the weights of a triangle are kept, because making them takes longer than using them.
_SMALL: Final = 32


def check_matrices(name: str, shape: tuple[int, ...]) -> None:
    """Raise unless an array of this shape is a matrix or a stack of them.

    NumPy checks this too, but it sees the stack of all examples of a batch.
    """
    if len(shape) < 2:
        raise np.linalg.LinAlgError(
            f"linalg.{name}: the argument has the shape {shape}; it must be a matrix or a stack of matrices"
        )


def check_square(name: str, shape: tuple[int, ...]) -> None:
    """Raise unless an array of this shape is a square matrix or a stack of them."""
    check_matrices(name, shape)
    if shape[-1] != shape[-2]:
        raise np.linalg.LinAlgError(
            f"linalg.{name}: the argument has the shape {shape}; its last two axes must be of the same length"
        )


def conj(x: Array) -> Array:
    """The complex conjugate; a real x is returned as it is."""
    return np.conjugate(x) if x.dtype.kind == "c" else x


def adjoint(x: Array) -> Array:
    """The conjugate transpose."""
    return conj(x.mT)


def diagonal_of(x: Array) -> Array:
    """The diagonals of a stack of matrices."""
    return np.diagonal(x, axis1=-2, axis2=-1)


def on_diagonal(v: Array) -> Array:
    """Diagonal matrices."""
    return v[..., None] * beside(np.eye(v.shape[-1], dtype=v.dtype), v)


def identity_like(x: Array) -> Array:
    """The identity of the order and dtype of square matrices."""
    return beside(np.eye(x.shape[-1], dtype=x.dtype), x)


def triangle(x: Array, upper: bool = False) -> Array:
    """A triangle of square matrices with half of their diagonal, and zeros elsewhere.

    The sum of it and its adjoint is the Hermitian matrix that NumPy takes x for where it reads one triangle alone.
    """
    return x * beside(_weights(x.shape[-1], np.finfo(x.dtype).dtype, upper), x)


def hermitian_of(x: Array, upper: bool = False) -> Array:
    """The Hermitian matrix that has the lower triangle of x, or with `upper` the upper one."""
    half = triangle(x, upper)
    return half + adjoint(half)


def hermitian_rule(g: Array, upper: bool = False) -> Array:
    """The transpose of `hermitian_of`."""
    return triangle(g + adjoint(g), upper)


def _weights(n: int, dtype: np.dtype[Any], upper: bool) -> Array:
    return _kept_weights(n, dtype, upper) if n <= _SMALL else _kept_weights.__wrapped__(n, dtype, upper)


@lru_cache(maxsize=256)
def _kept_weights(n: int, dtype: np.dtype[Any], upper: bool) -> Array:
    weights = np.tri(n, dtype=dtype)
    weights[np.diag_indices(n)] = 0.5
    weights.flags.writeable = False
    return weights.T if upper else weights


def rounding(x: Array, n: int) -> float:
    """The relative error that rounding makes in sums of n terms, in the precision of x."""
    return n * _precision(x.dtype)


@lru_cache(maxsize=16)
def _precision(dtype: np.dtype[Any]) -> float:
    return float(np.finfo(dtype).eps)


def zero_tolerance(x: Array, *lengths: int) -> float:
    """The largest number that counts as 0 relative to the norm of a matrix of these lengths, in the precision of x.

    What LAPACK finds is exact for a matrix that differs from the given one by a few times the rounding of sums as long
    as its longer axis, and by how many depends on the processor's kernels. Below ten times this rounding a number that
    should be 0 cannot be told from one that is small, and a derivative that divides by it has no correct digit.
    """
    return 10 * rounding(x, max(lengths, default=1))


def largest(x: Array) -> Array:
    """The magnitude of the largest element of each matrix, with axes of length 1."""
    x = np.abs(undifferentiated(x))
    return np.max(x, axis=(-2, -1), keepdims=True) if x.shape[-1] and x.shape[-2] else np.zeros_like(x, shape=(1, 1))


def refused(condition: Array, message: str) -> Array:
    """A condition, or a LinAlgError if it holds anywhere."""
    if np.any(condition):
        raise np.linalg.LinAlgError(message)
    return condition


_refused_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "refused",
    refused,
    None,
    batch=lambda _, condition, message: bind(_refused_p, condition, message=message),
    checks=True,
)


def unless(condition: Array, message: str, x: Array) -> Array:
    """x, or a LinAlgError if a condition holds anywhere, for any example of a batch.

    What is computed later raises then: x comes from the condition, too.
    """
    holds = bind(_refused_p, condition, message=message)
    return np.where(np.any(holds), np.nan, x) if is_delayed(bottom(holds)) else x


def equal_pairs(values: Array, amplified: Array | float = 1.0) -> Array:
    """A condition for each pair of values along the last axis: they are equal up to `amplified` rounding."""
    n = values.shape[-1]
    values = undifferentiated(values)
    if not n:
        return np.ones_like(values, bool, shape=(*values.shape, 0))
    gaps = np.abs(values[..., None, :] - values[..., None])
    return gaps <= zero_tolerance(values, n) * amplified * np.expand_dims(np.max(np.abs(values), axis=-1), (-2, -1))


def reciprocal_gaps(values: Array, mixing: Array, scale: Array, message: str, amplified: Array | float = 1.0) -> Array:
    """1 / (values[j] - values[i]) at i, j; 0 where the two are equal.

    Where they are equal, their vectors have no derivative, because any rotation of the vectors would do as well. So
    `mixing`, by which the result will be multiplied, must be 0 there, up to rounding of numbers as large as `scale`.
    By `amplified` times as much as rounding the eigenvalues of a matrix that is not normal may be wrong.

    Raises:
        LinAlgError: `mixing` is not 0 there.
    """
    equal = equal_pairs(values, amplified)
    n = values.shape[-1]
    if n > 1:
        mixed = np.abs(undifferentiated(mixing)) > zero_tolerance(values, n) * undifferentiated(scale)
        off_diagonal = equal & beside(~np.eye(n, dtype=bool), equal)
        values = unless(off_diagonal & mixed, message, values)
    gaps = values[..., None, :] - values[..., None]
    return np.where(equal, 0, 1 / np.where(equal, 1, gaps))


def check_basis(basis: Array, g: Array, scale: Array, message: str) -> Array:
    """The cotangent g, unless it says that the result depends on which orthonormal basis of its space `basis` is."""
    n = basis.shape[-1]
    if n > 1:
        turning = undifferentiated(basis).mT @ undifferentiated(g)
        turned = np.abs(turning - adjoint(turning)) > zero_tolerance(g, basis.shape[-2]) * undifferentiated(scale)
        g = unless(beside(~np.eye(n, dtype=bool), turned) & turned, message, g)
    return g


def check_regular(matrix: Array, inverse_of_it: Array, message: str) -> Array:
    """The inverse of a square matrix, unless that is singular up to rounding."""
    n = matrix.shape[-1]
    x, inverse = undifferentiated(matrix), undifferentiated(inverse_of_it)
    if type(x) is np.ndarray and x.ndim == 2:  # a short cut for one matrix: no element is above the root of this sum
        squares, of_inverse = float(np.vdot(x, x).real), float(np.vdot(inverse, inverse).real)
        if squares * of_inverse * zero_tolerance(x, n) ** 2 < 1:
            return inverse_of_it
    if n:
        sizes = np.max(np.abs(x), axis=(-2, -1)) * np.max(np.abs(inverse), axis=(-2, -1))
        return unless(sizes * zero_tolerance(x, n) >= 1, message, inverse_of_it)
    return inverse_of_it


def is_zero(g: Array) -> bool:
    """Whether an array is known to be all zeros, like the cotangent of an output that is not used."""
    return type(g) is not Variable and not np.any(g)
