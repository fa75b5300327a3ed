"""The decompositions of `numpy.linalg` with SciPy's parameters, and the polar decomposition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, overload

import attrs
import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.linalg.factorization import Factorization
from pydezero.functions.linalg.matrices import conj, diagonal_of, unless, zero_tolerance
from pydezero.scipy.linalg.stacks import adjoint, as_array, check_matrix, in_one_dtype, over_stack, several_over_stack
from pydezero.scipy.linalg.sylvester import sylvester_p
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["orthogonal_procrustes", "polar", "qr", "svd", "svdvals"]


@array_function
@as_in_scipy(scipy.linalg.svdvals)
@takes_lists
def svdvals(a: Operand) -> Array:
    """The singular values of a matrix, or of each of a stack of them, from the largest to the smallest.

    Its derivative is that of `numpy.linalg.svdvals`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> svdvals(Variable(np.array([[0.0, 2.0], [3.0, 0.0]])))
    variable([3. 2.])
    """
    check_matrix("svdvals", "a", a)
    return np.linalg.svd(as_array(a), compute_uv=False)


@overload
def svd(
    a: Variable, full_matrices: bool = True, compute_uv: Literal[True] = True
) -> tuple[Variable, Variable, Variable]: ...
@overload
def svd(a: Variable, full_matrices: bool = True, *, compute_uv: Literal[False]) -> Variable: ...
@overload
def svd(a: Variable, full_matrices: bool, compute_uv: Literal[False]) -> Variable: ...
@overload
def svd(
    a: ArrayOrNumber, full_matrices: bool = True, compute_uv: Literal[True] = True
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@overload
def svd(a: ArrayOrNumber, full_matrices: bool = True, *, compute_uv: Literal[False]) -> NDArray[Any]: ...
@overload
def svd(a: ArrayOrNumber, full_matrices: bool, compute_uv: Literal[False]) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.svd)
@takes_lists
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular value decomposition U, s, Vh of a matrix, or of each of a stack of them: a = U * s @ Vh.

    Its parameters and its derivative are those of `numpy.linalg.svd`, which says where there is none; the results are
    a plain tuple.

    Raises:
        LinAlgError: (in the derivative) singular values are equal, and the vectors count.
        ValueError: a is no matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> u, s, vh = svd(Variable(np.array([[0.0, 2.0], [3.0, 0.0]])))
    >>> s
    variable([3. 2.])
    """
    check_matrix("svd", "a", a)
    if not compute_uv:
        return svdvals(a)
    return tuple(np.linalg.svd(as_array(a), full_matrices=full_matrices))


Mode: TypeAlias = Literal["full", "r", "economic", "raw"]


def _column_order(a: Array) -> Array:
    return over_stack(lambda x: scipy.linalg.qr(x, mode="r", pivoting=True)[1][np.newaxis], a)[..., 0, :]


_column_order_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "qr column order", _column_order, None, batch=lambda _, a: bind(_column_order_p, a)
)


@overload
def qr(
    a: Variable, *, mode: Literal["full", "economic"] = "full", pivoting: Literal[False] = False
) -> tuple[Variable, Variable]: ...
@overload
def qr(
    a: Variable, *, mode: Literal["full", "economic"] = "full", pivoting: Literal[True]
) -> tuple[Variable, Variable, NDArray[Any]]: ...
@overload
def qr(a: Variable, *, mode: Literal["r"], pivoting: Literal[False] = False) -> tuple[Variable]: ...
@overload
def qr(a: Variable, *, mode: Literal["r"], pivoting: Literal[True]) -> tuple[Variable, NDArray[Any]]: ...
@overload
def qr(a: ArrayOrNumber, *, mode: Mode = "full", pivoting: bool = False) -> tuple[Any, ...]: ...
@as_in_scipy(scipy.linalg.qr)
@takes_lists
def qr(a: Any, *, mode: Mode = "full", pivoting: bool = False) -> Any:
    """The decomposition a = q @ r of a matrix (m, n), or of each of a stack of them.

    Args:
        a: a matrix (m, n), or a stack of them; k is the smaller of m and n.
        mode: "full" for q (m, m) and r (m, n), "economic" for q (m, k) and r (k, n), or "r" for r (m, n) alone, in a
            tuple. "raw" is not for a Variable.
        pivoting: order the columns so that the diagonal of r does not grow: a[:, p] = q @ r, with p after r. The order
            has no derivative.

    Its derivative is that of `numpy.linalg.qr`, which says where there is none.

    Raises:
        LinAlgError: (in the derivative) the columns are linearly dependent (of a wide matrix, the first m), or the
            result depends on which basis the further columns of "full" are.
        TypeError: the mode is "raw".
        ValueError: a is no matrix, or the mode is none of these.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> qr(Variable(np.array([[0.0, 1.0], [2.0, 3.0]])), mode="r")
    (variable([[-2. -3.]
              [ 0. -1.]]),)
    """
    check_matrix("qr", "a", a)
    if mode == "raw":
        raise TypeError("scipy.linalg.qr: mode='raw' gives what LAPACK works with, which has no derivative")
    if mode not in ("full", "economic", "r"):
        raise ValueError(f"scipy.linalg.qr: mode is {mode!r}; it must be 'full', 'economic' or 'r'")
    matrix, order = as_array(a), []
    if pivoting:
        order = [bind(_column_order_p, undifferentiated(matrix))]
        matrix = np.take_along_axis(matrix, order[0][..., np.newaxis, :], axis=-1)
    if mode == "r":
        r: Array = np.linalg.qr(matrix, mode="r")
        *front, rows, columns = r.shape
        missing = shape_of(matrix)[-2] - rows
        return (np.concatenate([r, np.zeros((*front, missing, columns), r.dtype)], axis=-2) if missing else r, *order)
    return (*np.linalg.qr(matrix, mode="complete" if mode == "full" else "reduced"), *order)


_SINGULAR: Final = (
    "scipy.linalg.polar: of a matrix without full rank there is no derivative (where all that counts is the sum of the "
    "singular values, numpy.linalg.norm(a, 'nuc') has one)"
)


@attrs.frozen(eq=False)
class _Polar(Factorization):
    """The u and p with a = u @ p, for matrices that are not wide: u^H @ u is the identity, and p is definite.

    From a^H a = p^2, and from u^H du, which is antihermitian, follow the derivatives (N. Higham, "Functions of
    Matrices", 2008, chapter 8): u^H du solves Sylvester's equation with p on both sides.
    """

    name = "polar"

    def compute(self, a: Array) -> Any:
        return several_over_stack(scipy.linalg.polar, a)

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        u, p = _of_full_rank(*factors)
        along = adjoint(u) @ t
        turn = bind(sylvester_p, p, p, along - adjoint(along))
        t_u = u @ turn
        if u.shape[-2] > u.shape[-1]:
            t_u = t_u + np.linalg.solve(p.mT, (t - u @ along).mT).mT
        return t_u, along - turn @ p

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        (g_u, g_p), (u, p) = gs, _of_full_rank(*factors)
        transposed = p.mT
        turn = bind(sylvester_p, transposed, transposed, u.mT @ g_u - g_p @ transposed)
        along = g_p + turn - adjoint(turn)
        if u.shape[-2] == u.shape[-1]:
            return conj(u) @ along
        outside = np.linalg.solve(p, g_u.mT).mT
        return outside + conj(u) @ (along - u.mT @ outside)


def _of_full_rank(u: Array, p: Array) -> tuple[Array, Array]:
    """The factors, unless the matrix is singular up to rounding."""
    if p.shape[-1]:
        s = np.linalg.eigvalsh(undifferentiated(p))
        p = unless(s[..., 0] <= zero_tolerance(s, u.shape[-2]) * s[..., -1], _SINGULAR, p)
    return u, p


_polar: Final = _Polar()


@overload
def polar(a: Variable, side: Literal["right", "left"] = "right") -> tuple[Variable, Variable]: ...
@overload
def polar(a: ArrayOrNumber, side: Literal["right", "left"] = "right") -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(scipy.linalg.polar)
@takes_lists
def polar(a: Any, side: Literal["right", "left"] = "right") -> Any:
    """The u and p with a = u @ p, or with side="left" a = p @ u, where p is positive semidefinite.

    Of a square matrix u is unitary: a rotation, and a reflection at most. Of a matrix (m, n), or each of a stack of
    them, u is (m, n), with orthonormal columns, or rows where these are fewer.

    Raises:
        LinAlgError: (in the derivative) a has not full rank.
        ValueError: a is no matrix, or `side` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polar(Variable(np.array([[0.0, -2.0], [2.0, 0.0]])))
    (variable([[ 0. -1.]
              [ 1.  0.]]), variable([[2. 0.]
              [0. 2.]]))
    """
    if side not in ("right", "left"):
        raise ValueError(f"scipy.linalg.polar: side is {side!r}; it must be 'right' or 'left'")
    check_matrix("polar", "a", a)
    m, n = shape_of(a)[-2:]
    matrix = as_array(a)
    u, p = _polar(adjoint(matrix) if m < n else matrix)
    if (side == "left") != (m < n):  # the factor on the longer side
        p = u @ p @ adjoint(u)
    return (adjoint(u) if m < n else u), p


@overload
def orthogonal_procrustes(A: Variable, B: Operand) -> tuple[Variable, Variable]: ...  # noqa: N803  # SciPy's names
@overload
def orthogonal_procrustes(A: ArrayOrNumber, B: Variable) -> tuple[Variable, Variable]: ...  # noqa: N803  # likewise
@overload
def orthogonal_procrustes(A: ArrayOrNumber, B: ArrayOrNumber) -> tuple[NDArray[Any], np.floating[Any]]: ...  # noqa: N803  # likewise
@as_in_scipy(scipy.linalg.orthogonal_procrustes)
@takes_lists
def orthogonal_procrustes(A: Any, B: Any) -> Any:  # noqa: N803  # likewise
    """The unitary matrix R for which the norm of A @ R - B is the least, and the sum of the singular values of A^H @ B.

    R is the unitary factor of A^H @ B, see `polar` (P. Schönemann, "A generalized solution of the orthogonal Procrustes
    problem", 1966).

    Raises:
        LinAlgError: (in the derivative) A^H @ B is singular: another R is as good.
        ValueError: A and B are no matrices of the same shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> points = np.array([[1.0, 0.0], [0.0, 2.0]])
    >>> orthogonal_procrustes(Variable(points), points[:, ::-1])
    (variable([[0. 1.]
              [1. 0.]]), variable(5.0))
    """
    check_matrix("orthogonal_procrustes", "A", A)
    if shape_of(A) != shape_of(B):
        raise ValueError(
            f"scipy.linalg.orthogonal_procrustes: A and B have the shapes {shape_of(A)} and {shape_of(B)}, which must "
            "be the same"
        )
    a, b = in_one_dtype(as_array(A), as_array(B))
    u, p = _polar(adjoint(a) @ b)
    return u, np.sum(np.real(diagonal_of(p)), axis=-1)
