"""The Cholesky and QR decompositions.

The rules are those of I. Murray, "Differentiation of the Cholesky decomposition" (2016), and of S. Walter and L.
Lehmann, "Algorithmic differentiation of linear algebra functions with application in optimum experimental design"
(2010), both extended to complex matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.typed import array_function, takes_delayed
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.linalg.factorization import Factorization
from pydezero.functions.linalg.matrices import (
    adjoint,
    check_basis,
    check_matrices,
    check_square,
    conj,
    diagonal_of,
    hermitian_rule,
    largest,
    triangle,
    unless,
    zero_tolerance,
)
from pydezero.functions.linalg.results import QRResult

__all__ = [
    "cholesky",
    "qr",
]

_DEPENDENT: Final = (
    "linalg.qr: the derivative is defined only where the columns (of a wide matrix (m, n) the first m) are linearly "
    "independent"
)
_BASIS: Final = (
    "linalg.qr: with mode='complete' the columns of Q beyond those of the matrix are any basis of a space, and a "
    "function that depends on which one it is has no derivative; use mode='reduced'"
)


def _cholesky_rule(g: Array, out: Array, upper: bool) -> Array:
    if upper:
        out, g = adjoint(out), adjoint(g)
    inverse = np.linalg.inv(out)
    return hermitian_rule(inverse.mT @ triangle(out.mT @ g) @ conj(inverse), upper)


def _cholesky(x: Array, upper: bool) -> Array:
    if not upper:
        return np.linalg.cholesky(x)
    if type(x) is not np.ndarray:  # not all libraries that speak NumPy's protocols know `upper`
        return adjoint(np.linalg.cholesky(adjoint(x)))
    of_upper: dict[str, Any] = {"upper": True}  # nor do NumPy 2.0's stubs
    return np.linalg.cholesky(x, **of_upper)


_cholesky_p: Final[General] = define(
    General,
    "cholesky",
    _cholesky,
    _cholesky_rule,
    batch=lambda _, x, upper: bind(_cholesky_p, x, upper=upper),
)


@array_function
def cholesky(a: Operand, /, *, upper: bool = False) -> Array:
    """The lower triangular L with a = L @ L^H of a positive definite matrix, or of each of a stack of them.

    With `upper` it is the U with a = U^H @ U. As NumPy does, it reads the triangle of a that it returns. So the other
    triangle, and the imaginary parts on the diagonal, get the derivative 0, and each element of this one that of the
    two that it stands for. For a derivative that is symmetric write `cholesky((a + a.mT) / 2)`.

    Raises:
        LinAlgError: a matrix is not square, or not positive definite.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cholesky(Variable(np.array([[4.0, 0.0], [2.0, 5.0]])))
    variable([[2. 0.]
              [1. 2.]])
    """
    if type(a) is Variable:
        check_square("cholesky", a.shape)
    return bind(_cholesky_p, a, upper=upper)


@attrs.frozen(eq=False)
class _QR(Factorization):
    """The decomposition of matrices that are not wide."""

    name: str
    mode: str

    def compute(self, a: Array) -> Any:
        return np.linalg.qr(a, self.mode)  # type: ignore[call-overload]  # one overload for each mode

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        (q, more), r = _parts(*factors)
        r = _check_independent(r, q.shape[-2])
        t_over_r = _divided(t, r)
        inner = adjoint(q) @ t_over_r
        turn = _upper(inner + adjoint(inner))
        t_q = t_over_r - q @ turn
        if more.shape[-1]:
            t_q = np.concatenate([t_q, -q @ (adjoint(t_over_r) @ more)], axis=-1)
        return t_q, _with_rows(turn @ r, factors[1].shape[-2])

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        (q, more), r = _parts(*factors)
        r = _check_independent(r, q.shape[-2])
        n = r.shape[-1]
        g, g_r = gs[0][..., :n], gs[1][..., :n, :]
        half = _upper(g_r @ r.mT - q.mT @ g)
        pulled = g + conj(q) @ (half + adjoint(half))
        if more.shape[-1]:
            g_more = gs[0][..., n:]
            g_more = check_basis(more, g_more, largest(gs[0]), _BASIS)
            pulled = pulled - conj(more) @ (adjoint(g_more) @ conj(q))
        return _divided(pulled, r.mT)


def _parts(q: Array, r: Array) -> tuple[tuple[Array, Array], Array]:
    """The columns of Q that belong to those of the matrix and the rest, and the square part of R."""
    n = r.shape[-1]
    return (q[..., :n], q[..., n:]), r[..., :n, :]


def _upper(x: Array) -> Array:
    return triangle(x, upper=True)


def _divided(x: Array, r: Array) -> Array:
    """x @ inv(r)."""
    return np.linalg.solve(r.mT, x.mT).mT


def _with_rows(x: Array, rows: int) -> Array:
    """x with rows of zeros below."""
    if x.shape[-2] == rows:
        return x
    return np.concatenate([x, np.zeros_like(x, shape=(*x.shape[:-2], rows - x.shape[-2], x.shape[-1]))], axis=-2)


def _check_independent(r: Array, rows: int) -> Array:
    """R, unless the columns of the matrix are dependent."""
    if r.shape[-1]:
        sizes = np.abs(undifferentiated(r))
        largest_size = np.max(sizes, axis=(-2, -1))[..., None]
        r = unless(diagonal_of(sizes) <= zero_tolerance(r, rows) * largest_size, _DEPENDENT, r)
    return r


_MODES: Final = {"reduced": _QR("qr", "reduced"), "complete": _QR("qr_complete", "complete")}


@overload
def qr(a: Variable, mode: Literal["reduced", "complete"] = "reduced") -> QRResult[Variable]: ...
@overload
def qr(a: Variable, mode: Literal["r"]) -> Variable: ...
@overload
def qr(a: ArrayOrNumber, mode: Literal["reduced", "complete"] = "reduced") -> QRResult[NDArray[Any]]: ...
@overload
def qr(a: ArrayOrNumber, mode: Literal["r"]) -> NDArray[Any]: ...
@overload
def qr(a: ArrayOrNumber, mode: Literal["raw"]) -> tuple[NDArray[Any], NDArray[Any]]: ...
@takes_delayed
def qr(a: Array, mode: Literal["reduced", "complete", "r", "raw"] = "reduced") -> Any:
    """The decomposition a = Q @ R of a matrix (m, n), or of each of a stack of them.

    The columns of Q are orthonormal, and R is upper triangular. With k the smaller of m and n, the modes are:

    - "reduced": Q is (m, k) and R is (k, n);
    - "complete": Q is (m, m) and R is (m, n). The columns of Q beyond the n-th are any basis of a space; their
      derivative is that of a basis that turns no further than it must, right for whatever does not depend on which one
      it is;
    - "r": R alone, as in "reduced";
    - "raw": not for a Variable.

    Raises:
        LinAlgError: there is no derivative: the columns are linearly dependent (of a wide matrix, the first m); or the
            result depends on which basis the further columns of "complete" are.
        TypeError: the mode is "raw".
        ValueError: the mode is none of these.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> qr(Variable(np.array([[0.0, 1.0], [2.0, 3.0]])), mode="r")
    variable([[-2. -3.]
              [ 0. -1.]])
    """
    if type(a) is not Variable:
        plain = np.linalg.qr(a, mode)
        return QRResult(*plain) if mode in _MODES else plain
    check_matrices("qr", a.shape)
    if mode == "raw":
        raise TypeError("linalg.qr: mode='raw' gives what LAPACK works with, which has no derivative; use 'reduced'")
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"linalg.qr: mode must be 'reduced', 'complete' or 'r', got {mode!r}")
    m, n = a.shape[-2:]
    if m < n:
        q, r = _MODES["reduced"](a[..., :m])
        out = QRResult(q, np.concatenate([r, adjoint(q) @ a[..., m:]], axis=-1))
    else:
        out = QRResult(*_MODES["complete" if mode == "complete" and m > n else "reduced"](a))
    return out.R if mode == "r" else out
