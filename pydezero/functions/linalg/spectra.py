"""Eigenvalues and eigenvectors.

The derivatives are those of J. Magnus, "On differentiating eigenvalues and eigenvectors" (1985), in the matrix form of
M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.placing import beside
from pydezero.core.primitive import real_or_complex
from pydezero.core.typed import array_function, takes_delayed, unary_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable, undifferentiated
from pydezero.functions.linalg.factorization import Factorization, OneOutput
from pydezero.functions.linalg.matrices import (
    adjoint,
    check_square,
    conj,
    diagonal_of,
    hermitian_of,
    hermitian_rule,
    is_zero,
    largest,
    on_diagonal,
    reciprocal_gaps,
    unless,
    zero_tolerance,
)
from pydezero.functions.linalg.results import EighResult, EigResult

__all__ = [
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
]

Triangle: TypeAlias = Literal["L", "U", "l", "u"]

_EQUAL: Final = (
    "linalg.{}: eigenvectors have no derivative where eigenvalues are equal, which determine only the space that the "
    "vectors span; the derivative of {} is defined there too"
)
_DEFECTIVE: Final = (
    "linalg.eig: the matrix is defective (its eigenvectors are linearly dependent), so that its eigenvalues and "
    "eigenvectors have no derivative"
)


@attrs.frozen(eq=False)
class Eigh(Factorization):
    """Eigenvalues and eigenvectors of Hermitian matrices, of which one triangle is read."""

    name: str
    uplo: Triangle

    def compute(self, a: Array) -> Any:
        return np.linalg.eigh(a, self.uplo)

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        values, vectors = factors
        t = hermitian_of(t, self.uplo == "U")
        inner = adjoint(vectors) @ t @ vectors
        gaps = reciprocal_gaps(values, inner, largest(t), _EQUAL.format("eigh", "eigvalsh"))
        return np.real(diagonal_of(inner)), vectors @ (gaps * inner)

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        values, vectors = factors
        g_values, g_vectors = gs
        if is_zero(g_vectors):
            return _of_eigenvalues(g_values, vectors, self.uplo)
        inner = vectors.mT @ g_vectors
        gaps = reciprocal_gaps(values, inner, largest(g_vectors), _EQUAL.format("eigh", "eigvalsh"))
        pulled = conj(vectors) @ (gaps * inner + on_diagonal(g_values)) @ vectors.mT
        return hermitian_rule(pulled, self.uplo == "U")


def _of_eigenvalues(g: Array, vectors: Array, uplo: Triangle) -> Array:
    return hermitian_rule((conj(vectors) * g[..., None, :]) @ vectors.mT, uplo == "U")


@attrs.frozen(eq=False)
class Eigvalsh(OneOutput):
    """The eigenvalues of `Eigh`."""

    uplo: Triangle

    def compute(self, a: Array) -> Any:
        return np.linalg.eigvalsh(a, self.uplo)

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        vectors = factors[1]
        return np.real(np.sum(conj(vectors) * (hermitian_of(t, self.uplo == "U") @ vectors), axis=-2))

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        return _of_eigenvalues(gs[0], factors[1], self.uplo)


@attrs.frozen(eq=False)
class _Eig(Factorization):
    name = "eig"
    dynamic_dtype = staticmethod(real_or_complex)

    def compute(self, a: Array) -> Any:
        return np.linalg.eig(a)

    def factors(self, a: Array) -> Any:
        return *self(a), a

    def outputs_of(self, factors: Any) -> Any:
        return factors[:2]

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        values, vectors, _ = factors
        inner = _inner(t, factors)
        gaps = _gaps(values, vectors, inner, largest(inner))
        t_vectors = vectors @ (gaps * inner)
        along = np.sum(conj(vectors) * t_vectors, axis=-2, keepdims=True)
        return diagonal_of(inner), t_vectors - vectors * along

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        values, vectors, _ = factors
        g_values, g_vectors = gs
        if is_zero(g_vectors):
            return _outer(on_diagonal(g_values), factors)
        along = np.sum(vectors * g_vectors, axis=-2, keepdims=True)
        inner = vectors.mT @ (g_vectors - conj(vectors) * along)
        gaps = _gaps(values, vectors, inner, largest(g_vectors))
        return _outer(gaps * inner + on_diagonal(g_values), factors)


@attrs.frozen(eq=False)
class _Eigvals(OneOutput):
    dynamic_dtype = staticmethod(real_or_complex)

    # The rules take the eigenvalues that `eig` finds, in the order of its vectors; `eigvals` may find another order.
    def compute(self, a: Array) -> Any:
        return np.linalg.eigvals(a)

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        return diagonal_of(_inner(t, factors))

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        return _outer(on_diagonal(gs[0]), factors)


def _gaps(values: Array, vectors: Array, mixing: Array, scale: Array) -> Array:
    """1 / (values[j] - values[i]), as `reciprocal_gaps`; the condition of the vectors amplifies rounding."""
    return reciprocal_gaps(
        values, mixing, scale, _EQUAL.format("eig", "eigvals"), _condition(undifferentiated(vectors))
    )


def _condition(vectors: Array) -> Array:
    if not vectors.shape[-1]:
        return np.ones_like(vectors, shape=(1, 1))
    s = np.linalg.svd(vectors, compute_uv=False)
    return np.expand_dims(s[..., 0] / np.where(s[..., -1] == 0, 1, s[..., -1]), (-2, -1))


def _inner(t: Array, factors: Any) -> Array:
    """A tangent of the matrix, in the basis of the eigenvectors."""
    vectors = _independent(*factors)
    return np.linalg.solve(vectors, t @ vectors)


def _outer(g: Array, factors: Any) -> Array:
    """The transpose of `_inner`."""
    vectors = _independent(*factors)
    return np.linalg.solve(vectors.mT, g @ vectors.mT)


def _independent(values: Array, of_matrix: Array, a: Array) -> Array:
    """The vectors, unless they are dependent, or would be if the matrix were changed by rounding.

    Rounding splits a k-fold eigenvalue of a defective matrix by its k-th root, and the vectors differ by as much. So
    neither the gap nor the smallest singular value of the vectors is as small as rounding, but their product is.
    """
    values, vectors, a = undifferentiated(values), undifferentiated(of_matrix), undifferentiated(a)
    n = vectors.shape[-1]
    if n > 1:
        s = np.linalg.svd(vectors, compute_uv=False)
        tolerance, apart = zero_tolerance(vectors, n), s[..., -1] / s[..., 0]
        suspect = apart <= tolerance ** (1 / 3)
        if type(suspect) is not Variable and not suspect.any():
            return of_matrix
        gaps = np.abs(values[..., None, :] - values[..., None])
        gap = np.min(np.where(beside(np.eye(n, dtype=bool), gaps), np.inf, gaps), axis=(-2, -1))
        near = suspect & (gap * apart <= tolerance * np.linalg.norm(a, axis=(-2, -1)))
        return unless(near | (apart <= tolerance), _DEFECTIVE, of_matrix)
    return of_matrix


_EIGH: Final = {"L": Eigh("eigh", "L"), "U": Eigh("eigh_upper", "U")}
_EIGVALSH: Final = {
    "L": Eigvalsh("eigvalsh", _EIGH["L"], 0, "L"),
    "U": Eigvalsh("eigvalsh_upper", _EIGH["U"], 0, "U"),
}
_EIG: Final = _Eig()
_EIGVALS: Final = _Eigvals("eigvals", _EIG, 0)


def _checked_uplo(name: str, uplo: str) -> str:
    upper = uplo.upper()
    if upper not in ("L", "U"):
        raise ValueError(f"linalg.{name}: UPLO must be 'L' or 'U', got {uplo!r}")
    return upper


@overload
def eigh(a: Variable, UPLO: Triangle = "L") -> EighResult[Variable]: ...  # noqa: N803  # NumPy's name
@overload
def eigh(a: ArrayOrNumber, UPLO: Triangle = "L") -> EighResult[NDArray[Any]]: ...  # noqa: N803  # likewise
@takes_delayed
def eigh(a: Array, UPLO: Triangle = "L") -> EighResult[Any]:  # noqa: N803  # likewise
    """The eigenvalues, in ascending order, and orthonormal eigenvectors of a Hermitian matrix, or of a stack of them.

    Args:
        a: a matrix (n, n), or a stack of them.
        UPLO: the triangle that is read, "L" or "U". The matrix is taken to be Hermitian, so the other triangle, and the
            imaginary parts on the diagonal, get the derivative 0, and each element of this one that of the two that it
            stands for. For a derivative that is symmetric write `eigh((a + a.mT) / 2)`.

    An eigenvector is determined up to its sign, or for complex matrices its phase. The derivative is that of a vector
    that turns no further than it must (v^H dv = 0), and so it is right for whatever does not depend on the phases.

    Raises:
        LinAlgError: the eigenvectors have no derivative, because eigenvalues are equal up to rounding. In reverse mode
            this is so only where the result depends on those vectors. Forward mode computes the derivatives of all
            outputs, so where the eigenvalues alone are needed, write `eigvalsh`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigh(Variable(np.array([[1.0, 0.0], [2.0, 1.0]]))).eigenvalues
    variable([-1.  3.])
    """
    if type(a) is not Variable:
        return EighResult(*np.linalg.eigh(a, UPLO))
    check_square("eigh", a.shape)
    return EighResult(*_EIGH[_checked_uplo("eigh", UPLO)](a))


@array_function
@takes_delayed
def eigvalsh(a: Array, UPLO: Triangle = "L") -> Array:  # noqa: N803  # NumPy's name
    """The eigenvalues of a Hermitian matrix, or of each of a stack of them, in ascending order.

    As `eigh`, it reads one triangle. Among eigenvalues that are equal, each gets the derivative along the eigenvector
    that LAPACK returned for it, so that sums over them have the right one; a second derivative raises there.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvalsh(Variable(np.array([[1.0, 0.0], [2.0, 1.0]])))
    variable([-1.  3.])
    """
    if type(a) is not Variable:
        return np.linalg.eigvalsh(a, UPLO)
    check_square("eigvalsh", a.shape)
    return _EIGVALSH[_checked_uplo("eigvalsh", UPLO)](a)


@overload
def eig(a: Variable) -> EigResult[Variable]: ...
@overload
def eig(a: ArrayOrNumber) -> EigResult[NDArray[Any]]: ...
@takes_delayed
def eig(a: Array) -> EigResult[Any]:
    """The eigenvalues and eigenvectors, of length 1, of a square matrix, or of each of a stack of them.

    As in NumPy they are real if all eigenvalues, of the whole stack, are real. An eigenvector is determined up to its
    sign or phase. The derivative is that of a vector that turns no further than it must (v^H dv = 0), and so it is
    right for whatever does not depend on the phases.

    Raises:
        LinAlgError: there is no derivative: the matrix is defective; or the result depends on eigenvectors of
            eigenvalues that are equal up to rounding (in forward mode, if only there are such: where the eigenvalues
            alone are needed, write `eigvals`).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eig(Variable(np.array([[1.0, 0.0], [2.0, 3.0]]))).eigenvalues.real
    variable([3. 1.])
    """
    if type(a) is not Variable:
        return EigResult(*np.linalg.eig(a))
    check_square("eig", a.shape)
    return EigResult(*_EIG(a))


@unary_function
@takes_delayed
def eigvals(a: Array) -> Array:
    """The eigenvalues of a square matrix, or of each of a stack of them, in no particular order.

    Among eigenvalues that are equal, each gets the derivative along the eigenvector that LAPACK returned for it, so
    that sums over them have the right one.

    Raises:
        LinAlgError: (in the derivative) the matrix is defective.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvals(Variable(np.array([[0.0, 1.0], [-1.0, 0.0]])))
    variable([0.+1.j 0.-1.j])
    """
    if type(a) is not Variable:
        return np.linalg.eigvals(a)
    check_square("eigvals", a.shape)
    return _EIGVALS(a)
