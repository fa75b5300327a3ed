"""Products with Toeplitz matrices, and linear equations with them and with circulant ones, without the matrix.

A circulant matrix is diagonal in the basis of the Fourier transform, and a Toeplitz matrix is a block of a circulant
one (G. Golub and C. Van Loan, "Matrix Computations", 2013, section 4.8). Equations with a Toeplitz matrix are solved by
Levinson's recursion (section 4.7).
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.typed import binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.linalg.matrices import unless
from pydezero.functions.shapes.shape import in_double, in_dtype
from pydezero.scipy.linalg.solving import like_vector
from pydezero.scipy.linalg.stacks import as_array
from pydezero.scipy.operands import as_operand, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["matmul_toeplitz", "solve_circulant", "solve_toeplitz"]

# A first column, or that and a first row.
OfVariable: TypeAlias = Variable | tuple[Variable, Operand] | tuple[ArrayOrNumber, Variable]
OfArray: TypeAlias = ArrayOrNumber | tuple[ArrayOrNumber, ArrayOrNumber]


def _column_and_row(c_or_cr: Any) -> tuple[Array, Array]:
    """The first column and the first row, which is by default the conjugate of the column."""
    if isinstance(c_or_cr, tuple):
        column, row = map(_as_double, c_or_cr)
        return column, row
    column = _as_double(c_or_cr)
    return column, np.conjugate(column)


def _as_double(x: Any) -> Array:
    """An operand in double precision, in which SciPy computes with Toeplitz matrices."""
    return in_double(as_operand(x))


@overload
def solve_toeplitz(c_or_cr: OfVariable, b: Operand) -> Variable: ...
@overload
def solve_toeplitz(c_or_cr: OfArray, b: Variable) -> Variable: ...
@overload
def solve_toeplitz(c_or_cr: OfArray, b: ArrayOrNumber) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.solve_toeplitz)
def solve_toeplitz(c_or_cr: Any, b: Any) -> Any:
    """The solution x of toeplitz(c, r) @ x = b.

    Args:
        c_or_cr: the first column c, or the tuple (c, r) with the first row r, which is conj(c) by default. The first
            element of r is not read.
        b: a vector, or a matrix whose columns are right sides.

    It is found by Levinson's recursion, in a time of n^2, and the derivative by one more, with the transpose. Stacks of
    vectors c and r are taken, too.

    Raises:
        LinAlgError: the matrix of the first rows and columns, as many of each, is singular for some number of them.
        ValueError: c and r are not vectors of the same length, or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_toeplitz(Variable(np.array([2.0, 1.0])), np.array([3.0, 3.0]))
    variable([1. 1.])
    """
    column, row = _column_and_row(c_or_cr)
    if shape_of(column)[-1:] != shape_of(row)[-1:]:
        raise ValueError(
            f"scipy.linalg.solve_toeplitz: c and r have the shapes {shape_of(column)} and {shape_of(row)}; they must "
            "have the same length"
        )
    b = _as_double(b)
    columns = np.reshape(b, (-1, 1)) if b.ndim == 1 else b
    if not b.ndim or shape_of(columns)[-2] != shape_of(column)[-1]:
        raise ValueError(
            f"scipy.linalg.solve_toeplitz: b of shape {shape_of(b)} does not fit c of shape {shape_of(column)}"
        )
    return like_vector(b, bind(_toeplitz_p, *_in_one_stack(column, row, columns)))


def _in_one_stack(column: Array, row: Array, columns: Array) -> tuple[Array, Array, Array]:
    """A first column, a first row and right sides of one dtype, with the same axes in front."""
    dtype = np.result_type(column.dtype, row.dtype, columns.dtype)
    front = np.broadcast_shapes(column.shape[:-1], row.shape[:-1], columns.shape[:-2])
    c, r = (np.broadcast_to(in_dtype(x, dtype), (*front, x.shape[-1])) for x in (column, row))
    return c, r, np.broadcast_to(in_dtype(columns, dtype), (*front, *columns.shape[-2:]))


def _levinson(c: Array, r: Array, b: Array) -> Array:
    if not b.size:
        return np.zeros(b.shape, b.dtype)
    if b.ndim == 2:  # copies, as an older SciPy refuses what is read-only
        return scipy.linalg.solve_toeplitz((np.array(c), np.array(r)), np.array(b), check_finite=False)
    return np.stack([_levinson(*of_one) for of_one in zip(c, r, b, strict=True)])


def _levinson_rule_b(g: Array, x: Array, y: Array) -> Array:
    return bind(_toeplitz_p, np.concatenate([x[..., :1], y[..., 1:]], axis=-1), x, g)


def _levinson_rule_c(g: Array, x: Array, y: Array, out: Array) -> Array:
    return -_sums_of_diagonals(_levinson_rule_b(g, x, y), out)


def _levinson_rule_r(g: Array, x: Array, y: Array, out: Array) -> Array:
    sums = _sums_of_diagonals(out, _levinson_rule_b(g, x, y))
    return -np.concatenate([np.zeros_like(sums[..., :1]), sums[..., 1:]], axis=-1)


def _sums_of_diagonals(x: Array, y: Array) -> Array:
    """The sums of x @ y.mT along the main diagonal and each below it."""
    n = x.shape[-2]
    rows, others = np.swapaxes(x, -1, -2), np.swapaxes(y, -1, -2)[..., ::-1]
    products = _convolved(np.concatenate([rows, np.zeros_like(rows)], axis=-1), others)
    return np.sum(products[..., n - 1 : 2 * n - 1], axis=-2)


_toeplitz_p: Final[General] = define(
    General,
    "solve_toeplitz",
    _levinson,
    _levinson_rule_c,
    _levinson_rule_r,
    _levinson_rule_b,
    batch=lambda batched, *xs: bind(_toeplitz_p, *all_batched(batched, xs)),
)


@overload
def matmul_toeplitz(c_or_cr: OfVariable, x: Operand) -> Variable: ...
@overload
def matmul_toeplitz(c_or_cr: OfArray, x: Variable) -> Variable: ...
@overload
def matmul_toeplitz(c_or_cr: OfArray, x: ArrayOrNumber) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.matmul_toeplitz)
def matmul_toeplitz(c_or_cr: Any, x: Any) -> Any:
    """The product toeplitz(c, r) @ x, by Fourier transforms and without the matrix.

    Args:
        c_or_cr: the first column c, or the tuple (c, r) with the first row r, which is conj(c) by default. The first
            element of r is not read.
        x: a vector of the length of r, or a matrix of so many rows, or a stack of these.

    Raises:
        ValueError: x does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matmul_toeplitz(np.array([2.0, 1.0]), Variable(np.array([1.0, -1.0])))
    variable([ 1. -1.])
    """
    column, row = _column_and_row(c_or_cr)
    x = _as_double(x)
    n, is_vector = row.shape[-1], len(shape_of(x)) == 1
    if not x.ndim or x.shape[-1 if is_vector else -2] != n:
        raise ValueError(
            f"scipy.linalg.matmul_toeplitz: x of shape {shape_of(x)} does not fit the first row, of length {n}"
        )
    front = np.broadcast_shapes(column.shape[:-1], row.shape[:-1])
    parts = [np.broadcast_to(part, (*front, part.shape[-1])) for part in (column, row[..., :0:-1])]
    circulant = np.concatenate(parts, axis=-1)
    rows = x if is_vector else np.swapaxes(x, -1, -2)
    product = _convolved(circulant if is_vector else circulant[..., np.newaxis, :], rows)[..., : column.shape[-1]]
    return product if is_vector else np.swapaxes(product, -1, -2)


def _convolved(x: Array, y: Array) -> Array:
    """The circular convolution along the last axes, with zeros after the shorter y."""
    n = x.shape[-1]
    if "c" in x.dtype.kind + y.dtype.kind:
        of_both: Array = np.fft.ifft(np.fft.fft(x) * np.fft.fft(y, n))
        return of_both
    of_real: Array = np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(y, n), n)
    return of_real


@binary_array_function
@as_in_scipy(scipy.linalg.solve_circulant)
@takes_lists
def solve_circulant(
    c: Operand,
    b: Operand,
    singular: Literal["raise", "lstsq"] = "raise",
    tol: float | None = None,
    caxis: int = -1,
    baxis: int = 0,
    outaxis: int = 0,
) -> Array:
    """The solution x of circulant(c) @ x = b, by Fourier transforms and without the matrix.

    Args:
        c: the first column, along the axis `caxis`.
        b: the right sides, along the axis `baxis`; the other axes broadcast against those of c.
        singular: for a matrix that is nearly singular, raise an error, or solve by least squares ("lstsq").
        tol: the magnitude up to which an eigenvalue is taken for 0, by default relative to the largest.
        caxis: an axis of c.
        baxis: an axis of b.
        outaxis: the axis of the solution that is along these.

    The derivative of a solution by least squares is that among circulant matrices with the same eigenvalues 0.

    Raises:
        LinAlgError: the matrix is nearly singular.
        ValueError: c and b do not fit, or `singular` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_circulant(Variable(np.array([2.0, 1.0])), np.array([4.0, 5.0]))
    variable([1. 2.])
    """
    column, right = (np.reshape(x, (1,)) if not x.ndim else x for x in (as_array(c), as_array(b)))
    if singular not in ("raise", "lstsq"):
        raise ValueError(f"scipy.linalg.solve_circulant: singular is {singular!r}; it must be 'raise' or 'lstsq'")
    column, right = np.moveaxis(column, caxis, -1), np.moveaxis(right, baxis, -1)
    n = column.shape[-1]
    if right.shape[-1] != n:
        raise ValueError(
            f"scipy.linalg.solve_circulant: c has {n} elements along its axis {caxis}, and b {right.shape[-1]} along "
            f"its axis {baxis}; there must be as many"
        )
    if not n:
        return right
    values = np.fft.fft(column)
    sizes = np.abs(undifferentiated(values))
    largest = np.max(sizes, axis=-1, keepdims=True)
    is_zero = sizes <= (largest * n * float(np.finfo(np.float64).eps) if tol is None else tol)
    if singular == "raise":
        values = unless(is_zero, "scipy.linalg.solve_circulant: the circulant matrix is nearly singular", values)
    quotient = np.where(is_zero, 0, np.fft.fft(right) / np.where(is_zero, 1, values))
    out: Array = np.fft.ifft(quotient)
    return np.moveaxis(out if "c" in column.dtype.kind + right.dtype.kind else np.real(out), -1, outaxis)
