"""The singular value decomposition.

For real matrices the rules are those of J. Townsend, "Differentiating the singular value decomposition" (2016). Complex
ones have a phase besides (Z.-Q. Wan and S.-X. Zhang, "Automatic differentiation for complex valued SVD", 2019).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Literal, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.operation import ArraySpec
from pydezero.core.placing import beside, only_if
from pydezero.core.typed import takes_delayed, unary_function
from pydezero.core.types import Array, ArrayOrNumber, Residual
from pydezero.core.variable import Variable, undifferentiated
from pydezero.functions.elementwise.kinks import copysign
from pydezero.functions.elementwise.slopes import kinks, may_hold, no_slope, no_slope_of_tangent
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.linalg.factorization import Factorization, OneOutput
from pydezero.functions.linalg.matrices import (
    adjoint,
    check_basis,
    check_matrices,
    conj,
    diagonal_of,
    is_zero,
    largest,
    on_diagonal,
    reciprocal_gaps,
    unless,
    zero_tolerance,
)
from pydezero.functions.linalg.results import SVDResult
from pydezero.functions.linalg.spectra import eigh, eigvalsh
from pydezero.functions.nondifferentiable.functions import nondifferentiable

__all__ = [
    "svd",
    "svdvals",
]

_EQUAL: Final = (
    "linalg.svd: singular vectors have no derivative where singular values are equal, which determine only the space "
    "that the vectors span; the derivative of svdvals (and of svd with compute_uv=False) is defined there too"
)
_ZERO: Final = (
    "linalg.svd: the singular vectors of a singular value 0 have no derivative (unless the matrix is square); the "
    "derivative of svdvals (and of svd with compute_uv=False) is defined there too"
)
_BASIS: Final = (
    "linalg.svd: with full_matrices the columns of U or rows of Vh beyond the singular values are any basis of a "
    "space, and a function that depends on which one it is has no derivative; pass full_matrices=False"
)


def _is_zero(s: Array, u: Array, v: Array) -> Array:
    """A mask of the singular values that are 0 up to rounding."""
    values = undifferentiated(s)
    if not s.shape[-1]:
        return values == 0
    return values <= zero_tolerance(values, u.shape[-2], v.shape[-2]) * values[..., :1]


def _reciprocal(s: Array, u: Array, v: Array, used: Sequence[Array], scale: Array) -> Array:
    """1 / s as a row, or 0 where s is 0 up to rounding; columns that will be multiplied by that must be 0 there."""
    if not s.shape[-1]:
        return np.expand_dims(s, -2)
    zero = _is_zero(s, u, v)
    tolerance = zero_tolerance(s, u.shape[-2], v.shape[-2]) * undifferentiated(scale)
    for columns in used:
        s = unless(zero[..., None, :] & (np.abs(undifferentiated(columns)) > tolerance), _ZERO, s)
    return np.expand_dims(np.where(zero, 0, 1 / np.where(zero, 1, s)), -2)


def _gaps_of_squares(s: Array, mixing: Array, scale: Array) -> Array:
    """1 / (s[j]**2 - s[i]**2) at i, j, as `reciprocal_gaps`."""
    sums = s[..., None, :] + s[..., None]
    return reciprocal_gaps(s, mixing, scale, _EQUAL) / np.where(sums == 0, 1, sums)


def _outside(x: Array, basis: Array) -> Array:
    """The part of the columns of x that is orthogonal to those of a basis."""
    return x - basis @ (adjoint(basis) @ x)


@attrs.frozen(eq=False)
class _SVD(Factorization):
    """The decomposition with U and V = adjoint(Vh), whose first columns u and v belong to the singular values.

    With `full_matrices` there may be more columns.
    """

    name: str
    full_matrices: bool

    def compute(self, a: Array) -> Any:
        return np.linalg.svd(a, self.full_matrices)

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        (u, u_more), s, (v, v_more) = _parts(*factors)
        inner = adjoint(u) @ t @ v
        rows, columns, scale = s[..., None], s[..., None, :], largest(t)
        gaps = _gaps_of_squares(s, inner, scale)
        t_u = u @ (gaps * (inner * columns + rows * adjoint(inner)))
        t_v = v @ (gaps * (rows * inner + adjoint(inner) * columns))
        u_outside, v_outside = _outside(t @ v, u), _outside(adjoint(t) @ u, v)
        phase = np.expand_dims(np.imag(diagonal_of(inner)), -2)
        reciprocal = _reciprocal(s, u, v, _used(u_outside, v_outside, phase), scale)
        t_u, t_v = t_u + u_outside * reciprocal, t_v + v_outside * reciprocal
        if inner.dtype.kind == "c":
            half = 0.5j * phase * reciprocal
            t_u, t_v = t_u + u * half, t_v - v * half
        u_all, v_all = _with_more(u, t_u, u_more), _with_more(v, t_v, v_more)
        return u_all, np.real(diagonal_of(inner)), adjoint(v_all)

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        (u, u_more), s, (v, v_more) = _parts(*factors)
        g_u, g_s, g_vh = gs
        if is_zero(g_u) and is_zero(g_vh):
            return (conj(u) * g_s[..., None, :]) @ v.mT
        scale = largest(g_u) + largest(g_vh)
        g_u, g_v = _of_first(u, u_more, g_u, scale), _of_first(v, v_more, adjoint(g_vh), scale)
        u_inner, v_inner = u.mT @ g_u, v.mT @ g_v
        rows, columns = s[..., None], s[..., None, :]
        gaps = _gaps_of_squares(s, np.abs(undifferentiated(u_inner)) + np.abs(undifferentiated(v_inner)), scale)
        u_turn, v_turn = gaps * u_inner, gaps * v_inner
        inner = (u_turn + adjoint(u_turn)) * columns + rows * (v_turn + adjoint(v_turn)) + on_diagonal(g_s)
        u_outside, v_outside = _outside(g_u, conj(u)), _outside(g_v, conj(v))
        phase = np.expand_dims(np.imag(diagonal_of(u_inner - v_inner)), -2)
        reciprocal = _reciprocal(s, u, v, _used(u_outside, v_outside, phase), scale)
        if inner.dtype.kind == "c":
            inner = inner + on_diagonal((0.5j * phase * reciprocal)[..., 0, :])
        left = conj(u) @ inner + u_outside * reciprocal
        return left @ v.mT + conj(u) @ adjoint(v_outside * reciprocal)


def _parts(u: Array, s: Array, vh: Array) -> tuple[tuple[Array, Array], Array, tuple[Array, Array]]:
    """The singular vectors that belong to singular values and the rest, as columns."""
    k = s.shape[-1]
    v = adjoint(vh)
    return (u[..., :k], u[..., k:]), s, (v[..., :k], v[..., k:])


def _used(u_outside: Array, v_outside: Array, phase: Array) -> list[Array]:
    """The factors of 1 / s that are more than rounding: of square matrices the phase alone, of real ones no phase."""
    columns = u_outside.shape[-1]
    used = [x for x in (u_outside, v_outside) if x.shape[-2] > columns]
    return [*used, phase] if u_outside.dtype.kind == "c" else used


def _with_more(basis: Array, t: Array, more: Array) -> Array:
    """The tangents of all columns: the further ones turn no more than they must to stay orthogonal."""
    return np.concatenate([t, -basis @ (adjoint(t) @ more)], axis=-1) if more.shape[-1] else t


def _of_first(basis: Array, more: Array, g: Array, scale: Array) -> Array:
    """The cotangent of the columns that belong to singular values: the transpose of `_with_more`."""
    if not more.shape[-1]:
        return g
    g, g_more = g[..., : basis.shape[-1]], g[..., basis.shape[-1] :]
    g_more = check_basis(more, g_more, scale, _BASIS)
    return g - conj(more) @ (adjoint(g_more) @ conj(basis))


@attrs.frozen(eq=False)
class _SingularValues(OneOutput):
    def compute(self, a: Array) -> Any:
        return np.linalg.svd(a, compute_uv=False)

    def factors(self, a: Array) -> Any:
        return *self.whole.factors(a), a

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Any, Residual]:
        (a,) = values
        # The singular vectors of a Variable may have no derivative, and need none: `lstsq` returns the values as well.
        return (self(a), a) if type(a) is Variable else super().evaluate_and_keep(values)

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        factors = residual if isinstance(residual, tuple) else self.factors(residual)
        return super().pull(factors, cotangents, specs)

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        u, s, vh, a = factors
        zero = _is_zero(s, u, vh.mT)
        moved = np.real(np.sum(conj(u) * (t @ adjoint(vh)), axis=-2))
        if not may_hold(zero):
            return moved
        signed = np.real(np.sum(conj(u) * (a @ adjoint(vh)), axis=-2))
        return np.where(zero, no_slope_of_tangent(signed, moved, zero), moved)

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        u, s, vh, a = factors
        zero = _is_zero(s, u, vh.mT)
        if not may_hold(zero):
            return (conj(u) * gs[0][..., None, :]) @ conj(vh)
        at = kinks(gs[0], zero)
        pulled = (conj(u) * np.expand_dims(np.where(zero, 0, gs[0]), -2)) @ conj(vh)
        if at is None:
            return pulled
        inner = no_slope(conj(adjoint(u) @ a @ adjoint(vh)), at[..., None] & at[..., None, :])
        return pulled + conj(u) @ inner @ conj(vh)


_FULL: Final = _SVD("svd", full_matrices=True)
_REDUCED: Final = _SVD("svd_reduced", full_matrices=False)
_SINGULAR_VALUES: Final = _SingularValues("svdvals", _REDUCED, 1)


@unary_function
@takes_delayed
def svdvals(x: Array, /) -> Array:
    """The singular values of a matrix, or of each of a stack of them, from the largest to the smallest.

    Among singular values that are equal, each gets the derivative along the vectors that LAPACK returned for it, so
    that sums over them have the right one. The derivative of a singular value that is 0 up to rounding is taken to be
    0, like that of `absolute`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> svdvals(Variable(np.array([[0.0, 2.0], [3.0, 0.0]])))
    variable([3. 2.])
    """
    if type(x) is not Variable:
        return np.linalg.svd(x, compute_uv=False)
    check_matrices("svdvals", x.shape)
    return _SINGULAR_VALUES(x)


@overload
def svd(
    a: Variable, full_matrices: bool = True, compute_uv: Literal[True] = True, hermitian: bool = False
) -> SVDResult[Variable]: ...
@overload
def svd(a: Variable, full_matrices: bool, compute_uv: Literal[False], hermitian: bool = False) -> Variable: ...
@overload
def svd(
    a: Variable, full_matrices: bool = True, *, compute_uv: Literal[False], hermitian: bool = False
) -> Variable: ...
@overload
def svd(
    a: ArrayOrNumber, full_matrices: bool = True, compute_uv: Literal[True] = True, hermitian: bool = False
) -> SVDResult[NDArray[Any]]: ...
@overload
def svd(a: ArrayOrNumber, full_matrices: bool, compute_uv: Literal[False], hermitian: bool = False) -> NDArray[Any]: ...
@overload
def svd(
    a: ArrayOrNumber, full_matrices: bool = True, *, compute_uv: Literal[False], hermitian: bool = False
) -> NDArray[Any]: ...
@takes_delayed
def svd(a: Array, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """The singular value decomposition of a matrix, or of each of a stack of them: a = U * S @ Vh.

    Args:
        a: a matrix (m, n), or a stack of them; k is the smaller of m and n.
        full_matrices: U is (m, m) and Vh (n, n), rather than (m, k) and (k, n).
        compute_uv: whether to return U and Vh beside the singular values S, which otherwise are those of `svdvals`.
        hermitian: a is Hermitian; as in NumPy its lower triangle alone is read, and so it alone gets a derivative.

    Singular vectors are determined up to a sign, or for complex matrices up to a phase that u and v of one singular
    value have in common. The derivative is that of vectors that turn no further than they must (the imaginary part of
    u^H du + v^H dv is 0), and so it is right for whatever does not depend on the phases. With `full_matrices` the same
    holds for the columns of U and the rows of Vh beyond the k-th, which are any basis of a space.

    Raises:
        LinAlgError: there is no derivative: of singular vectors for singular values that are equal up to rounding; of
            those for a singular value 0, if the matrix is not square or not real; of a function that depends on which
            basis the further columns of `full_matrices` are. In reverse mode only what the result depends on counts.
            In forward mode all outputs have their derivative computed, so where the singular values alone are needed,
            write `svdvals`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> svd(Variable(np.array([[0.0, 2.0], [3.0, 0.0]]))).S
    variable([3. 2.])
    """
    if type(a) is not Variable:
        if compute_uv:
            return SVDResult(*np.linalg.svd(a, full_matrices, True, **only_if(hermitian=hermitian)))
        return np.linalg.svd(a, full_matrices, False, **only_if(hermitian=hermitian))
    check_matrices("svd", a.shape)
    if hermitian:
        return _svd_of_hermitian(a) if compute_uv else _ordered(np.abs(eigvalsh(a)))[0]
    if not compute_uv:
        return _SINGULAR_VALUES(a)
    return SVDResult(*(_FULL if full_matrices else _REDUCED)(a))


def _svd_of_hermitian(a: Variable) -> SVDResult[Variable]:
    """The decomposition by eigenvalues: their magnitudes are the singular values, and their signs go to Vh."""
    values, vectors = eigh(a)
    s, order = _ordered(np.abs(values))
    u = _chosen(vectors.mT, order).mT
    signs = _chosen(copysign(1.0, values), order)  # 1 or -1 at 0, too: Vh is unitary
    return SVDResult(u, s, adjoint(u * signs[..., None, :]))


def _ordered(x: Array) -> tuple[Array, Array]:
    """The elements along the last axis from the largest to the smallest, and the indices of this order."""
    order = nondifferentiable(np.argsort, x)[..., ::-1]
    return _chosen(x, order), order


def _chosen(x: Array, order: Array) -> Array:
    """For each of a stack the elements, or rows, that an index along the last axis of `order` names."""
    n = order.shape[-1]
    count = math.prod(order.shape[:-1])
    each = np.reshape(x, (count, n, *x.shape[order.ndim :]))
    return np.reshape(getitem(each, (beside(np.arange(count)[:, None], x), np.reshape(order, (count, n)))), x.shape)
