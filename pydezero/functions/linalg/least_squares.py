"""Least squares, and pseudo-inverses.

The rules are those of G. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares
problems whose variables separate" (1973).
"""

from __future__ import annotations

from typing import Any, Final, overload

import numpy as np
from numpy._globals import _NoValue  # the stubs of NumPy 2.0 lack _NoValue
from numpy.typing import NDArray

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.placing import only_if, operand_beside
from pydezero.core.primitive import General, Nondifferentiable, define
from pydezero.core.typed import array_function, takes_delayed, without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.linalg.kept_spaces import projector_of_kept, projector_rule
from pydezero.functions.linalg.matrices import (
    adjoint,
    check_matrices,
    conj,
    hermitian_of,
    hermitian_rule,
    identity_like,
    zero_tolerance,
)
from pydezero.functions.linalg.results import LstsqResult
from pydezero.functions.linalg.singular_values import svdvals
from pydezero.functions.shapes.shape import as_operand, in_dtype

__all__ = [
    "lstsq",
    "pinv",
]


def _with_cut_values(g: Array, x: Array, rcond: Any) -> Array:
    """The cotangent of a matrix, from that of the matrix without its smaller singular values.

    What is left is its product with the projector on the space that is kept. The rule of Golub and Pereyra is for that,
    since among matrices of its rank it is a pseudo-inverse. If all that is cut off is 0, both are the same.
    """
    return g @ conj(projector_of_kept(x, rcond)) + projector_rule(x.mT @ g, x, rcond)


def _cuts(x: Array, rcond: Any) -> bool:
    """Whether singular values may be cut off that are more than rounding."""
    return bool(np.any(np.asarray(rcond) > zero_tolerance(x, *x.shape[-2:])))


def _pinv_rule(g: Array, x: Array, out: Array, rtol: Any, hermitian: bool) -> Array:
    if hermitian:
        x = hermitian_of(x)
    across = adjoint(g)
    left, right = identity_like(x @ out) - x @ out, identity_like(out @ x) - out @ x
    transposed, conjugate = out.mT, conj(out)
    pulled = (
        left.mT @ across @ (conjugate @ transposed)
        + (transposed @ conjugate) @ across @ right.mT
        - transposed @ g @ transposed
    )
    if _cuts(x, rtol):
        pulled = _with_cut_values(pulled, x, rtol)
    return hermitian_rule(pulled) if hermitian else pulled


def _pinv(x: Array, rtol: Any, hermitian: bool) -> Array:
    return np.linalg.pinv(x, rtol, **only_if(hermitian=hermitian))


_pinv_p: Final[General] = define(
    General,
    "pinv",
    _pinv,
    _pinv_rule,
    batch=lambda _, x, rtol, hermitian: bind(_pinv_p, x, rtol=rtol, hermitian=hermitian),
)


@array_function
@without_variables(np.linalg.pinv)
def pinv(a: Array, rcond: ArrayOrNumber | None = None, hermitian: bool = False, *, rtol: Any = _NoValue) -> Array:
    """The pseudo-inverse of a matrix, or of each of a stack of them.

    Singular values up to `rcond` (or `rtol`) times the largest are taken for 0. The derivative is that among matrices
    of the same rank (Golub and Pereyra 1973), with a further term if the values that are cut off are not 0; where the
    rank changes there is none. With `hermitian`, as in NumPy, the lower triangle alone is read, and so it alone gets a
    derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pinv(Variable(np.array([[2.0], [0.0]])))
    variable([[0.5 0. ]])
    """
    shape = shape_of(a)
    check_matrices("pinv", shape)
    if rcond is not None and rtol is not _NoValue:
        raise ValueError("linalg.pinv: give rcond or rtol, not both")
    if rcond is None:
        rcond = 1e-15 if rtol is _NoValue else rtol
    if rcond is None:
        rcond = max(shape[-2:]) * float(np.finfo(a.dtype).eps)
    return bind(_pinv_p, a, rtol=rcond, hermitian=hermitian)


def _lstsq(a: Array, b: Array, rcond: float) -> Array:
    return np.linalg.lstsq(a, b, rcond)[0] if a.ndim == 2 else _pseudo_inverse(a, rcond) @ b


def _pseudo_inverse(a: Array, rcond: float) -> Array:
    """The pseudo-inverse that cuts singular values off where `lstsq` does."""
    return np.linalg.pinv(a, float(np.finfo(a.dtype).eps) if rcond < 0 else rcond)


def _lstsq_rule_a(g: Array, x: Array, y: Array, out: Array, rcond: float) -> Array:
    inverse = _pseudo_inverse(x, rcond)
    across, residual = conj(g), y - x @ out
    outside = across - inverse @ (x @ across)  # the part that is orthogonal to all rows
    pulled = (
        conj(residual) @ (inverse @ (adjoint(inverse) @ across)).mT
        + conj(adjoint(inverse) @ out) @ outside.mT
        - (inverse.mT @ g) @ out.mT
    )
    return _with_cut_values(pulled, x, rcond) if _cuts(x, rcond) else pulled


_lstsq_p: Final[General] = define(
    General,
    "lstsq",
    _lstsq,
    _lstsq_rule_a,
    lambda g, x, rcond: _pseudo_inverse(x, rcond).mT @ g,
    batch=lambda batched, a, b, rcond: bind(_lstsq_p, *all_batched(batched, (a, b)), rcond=rcond),
)


def _rank(a: Array, rcond: float) -> Array:
    s = np.linalg.svd(a, compute_uv=False)
    if not s.shape[-1]:
        return np.zeros_like(s, np.intp, shape=s.shape[:-1])
    cutoff = float(np.finfo(s.dtype).eps) if rcond < 0 else rcond
    return np.count_nonzero(s > cutoff * np.max(s, axis=-1, keepdims=True), axis=-1)


_rank_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "lstsq_rank", _rank, None, batch=lambda _, a, rcond: bind(_rank_p, a, rcond=rcond)
)


@overload
def lstsq(a: Variable, b: Operand, rcond: float | None = None) -> LstsqResult[Variable, int]: ...
@overload
def lstsq(a: ArrayOrNumber, b: Variable, rcond: float | None = None) -> LstsqResult[Variable, int]: ...
@overload
def lstsq(a: ArrayOrNumber, b: ArrayOrNumber, rcond: float | None = None) -> LstsqResult[NDArray[Any], int]: ...
@takes_delayed
def lstsq(a: Array, b: Array, rcond: float | None = None) -> LstsqResult[Any, Any]:
    """The x of the least norm among those for which the norm of b - a @ x is the least.

    Args:
        a: a matrix (m, n).
        b: a vector (m,), or a matrix (m, k) of k right sides.
        rcond: singular values of a up to this times the largest are taken for 0; by default the precision of the
            dtype times the larger of m and n.

    Returns:
        The named tuple (x, residuals, rank, singular_values).

        - x: (n,) or (n, k), differentiable in a and b. For a matrix of full rank, and for one without, the derivative
          is that among matrices of the same rank (Golub and Pereyra 1973).
        - residuals: the sums of squares of b - a @ x, of shape (k,), or (1,) for a vector; as in NumPy an empty array
          where a has not rank n, or m is not larger than n.
        - rank: of a; not differentiated.
        - singular_values: those of a, see `svdvals`.

    Under `vmap` and in a trace, where no shape may depend on a value, the residuals are given for m > n whatever the
    rank is.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lstsq(Variable(np.array([[1.0], [1.0]])), np.array([1.0, 3.0])).x
    variable([2.])
    """
    if type(a) is not Variable and type(b) is not Variable:
        return LstsqResult(*np.linalg.lstsq(a, b, rcond))
    shape, b_shape = shape_of(a), shape_of(b)
    if len(shape) != 2 or not 1 <= len(b_shape) <= 2 or b_shape[0] != shape[0]:
        raise np.linalg.LinAlgError(
            f"linalg.lstsq: a has the shape {shape} and b the shape {b_shape}; "
            "they must be a matrix (m, n), and a vector (m,) or a matrix (m, k)"
        )
    m, n = shape
    a, b = as_operand(operand_beside(a, b)), as_operand(operand_beside(b, a))
    dtype = np.result_type(a.dtype, b.dtype)
    a, b = in_dtype(a, dtype), in_dtype(b, dtype)
    if rcond is None:
        rcond = float(np.finfo(np.float64).eps) * max(m, n)  # NumPy computes in double precision
    columns = b[..., None] if len(b_shape) == 1 else b
    x = bind(_lstsq_p, a, columns, rcond=rcond)
    rank = bind(_rank_p, undifferentiated(a), rcond=rcond)
    of_each = columns - a @ x
    residuals = np.sum(np.real(conj(of_each) * of_each), axis=-2)
    if m <= n or (type(rank) is not Variable and rank < n):
        residuals = residuals[:0]
    return LstsqResult(x[..., 0] if len(b_shape) == 1 else x, residuals, rank, svdvals(a))
