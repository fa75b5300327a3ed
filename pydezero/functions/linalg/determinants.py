"""Determinants."""

from __future__ import annotations

from typing import Any, Final, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.primitive import General, Nondifferentiable, define
from pydezero.core.typed import takes_delayed, unary_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.linalg.factorization import Factorization
from pydezero.functions.linalg.matrices import adjoint, check_regular, check_square, identity_like, zero_tolerance
from pydezero.functions.linalg.results import SlogdetResult

__all__ = [
    "det",
    "slogdet",
]


def _of_matrices(x: Array) -> Array:
    """A number for each matrix, with axes to multiply matrices by."""
    return x[..., None, None]


def _cofactors(x: Array, determinant: Array) -> Array:
    """The derivative of the determinant: its product with the transpose of the inverse, or the limit of that."""
    singular = _of_matrices(determinant == 0)
    if not singular.any():
        return _of_matrices(determinant) * np.linalg.inv(x).mT
    regular = _of_matrices(determinant) * np.linalg.inv(np.where(singular, identity_like(x), x)).mT
    u, s, vh, sign = _signed_svd(x)
    others = np.prod(np.where(beside(np.eye(s.shape[-1], dtype=bool), s), 1, s[..., None, :]), axis=-1)
    return np.where(singular, sign * ((u.conj() * others[..., None, :]) @ vh.conj()), regular)


def _signed_svd(x: Array) -> tuple[Array, Array, Array, Array]:
    """The singular value decomposition, and the determinant of the product of its two unitary factors."""
    u, s, vh = np.linalg.svd(x)
    return u, s, vh, _of_matrices(np.linalg.det(u) * np.linalg.det(vh))


def _is_singular(x: Array, determinant: Array) -> Array:
    """A mask of where the derivative of the cofactors is to be found without a division by the determinant.

    This derivative divides by the smallest singular value, and the next one by its square. So here what is smaller than
    the root of rounding counts as 0.
    """
    if not x.shape[-1]:
        return determinant == 0
    s = np.linalg.svd(x, compute_uv=False)
    return (determinant == 0) | (s[..., -1] <= zero_tolerance(x, x.shape[-1]) ** 0.5 * s[..., 0])


def _of_singular(g: Array, x: Array) -> Array:
    """The derivative of the cofactors times g for the matrices that are singular; zeros for the others."""
    g, x = np.broadcast_arrays(g, x)
    singular = _is_singular(x, np.linalg.det(x))
    out = np.zeros_like(g * x)
    if singular.any():
        u, s, vh, sign = _signed_svd(x[singular])
        inner = adjoint(u) @ g[singular] @ adjoint(vh)
        n = s.shape[-1]
        i = np.arange(n)
        # The products of all singular values but two.
        factors = np.repeat(np.expand_dims(np.repeat(s[..., None, :], n, axis=-2), -2), n, axis=-2)
        factors[..., i, :, i] = 1
        factors[..., :, i, i] = 1
        others = np.prod(factors, axis=-1)
        others[..., i, i] = 0
        rotated = -others * inner.mT
        rotated[..., i, i] = np.einsum("...ij,...jj->...i", others, inner)
        out[singular] = sign * (u.conj() @ rotated @ vh.conj())
    return out


def _refuse_singular(x: Array) -> Array:
    if np.any(_is_singular(x, np.linalg.det(x))):
        raise np.linalg.LinAlgError("linalg.det: of a singular matrix there are a first and a second derivative only")
    return np.zeros_like(x)


_refuse_singular_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "refuse_singular", _refuse_singular, None, batch=lambda _, x: bind(_refuse_singular_p, x)
)
_of_singular_p: Final[General] = define(
    General,
    "cofactors_of_singular",
    _of_singular,
    lambda g, y: bind(_of_singular_p, g, y),  # a second derivative is symmetric
    lambda _, y: bind(_refuse_singular_p, undifferentiated(y)),
    batch=lambda batched, g, x: bind(_of_singular_p, *aligned(batched, (g, x))),
)


def _cofactors_rule(g: Array, x: Array) -> Array:
    determinant = np.linalg.det(x)
    cofactors = bind(_cofactors_p, x, determinant)
    singular = _of_matrices(_is_singular(undifferentiated(x), undifferentiated(determinant)))
    determinant = _of_matrices(determinant)
    product = np.sum(g * cofactors, axis=(-2, -1), keepdims=True)
    regular = (product * cofactors - cofactors @ g.mT @ cofactors) / np.where(singular, 1, determinant)
    return np.where(singular, 0, regular) + bind(_of_singular_p, g, x)


_cofactors_p: Final[General] = define(
    General,
    "cofactors",
    _cofactors,
    _cofactors_rule,
    None,
    batch=lambda _, x, determinant: bind(_cofactors_p, x, determinant),
)
_det_p: Final[General] = define(
    General,
    "det",
    np.linalg.det,
    lambda g, x, out: _of_matrices(g) * bind(_cofactors_p, x, out),
    batch=lambda _, x: bind(_det_p, x),
)


@unary_function
def det(a: Operand) -> Array:
    """The determinant of a square matrix, or of each of a stack of them.

    The first and second derivative are right for singular matrices too: the first is the matrix of cofactors.

    Raises:
        LinAlgError: a matrix is not square; (in a third derivative) it is singular.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(det)(np.array([[1.0, 1.0], [1.0, 1.0]]))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    if type(a) is Variable:
        check_square("det", a.shape)
    return bind(_det_p, a)


def _inverse(a: Array) -> Array:
    return check_regular(a, np.linalg.inv(a), "linalg.slogdet: of a singular matrix there is no derivative")


@attrs.frozen(eq=False)
class _Slogdet(Factorization):
    name = "slogdet"

    def compute(self, a: Array) -> Any:
        return np.linalg.slogdet(a)

    def factors(self, a: Array) -> Any:
        return a, *self(a)

    def outputs_of(self, factors: Any) -> Any:
        return factors[1:]

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        a, sign, _ = factors
        logarithm = np.sum(_inverse(a).mT * t, axis=(-2, -1))
        if sign.dtype.kind != "c":
            return np.zeros_like(sign), logarithm
        return 1j * sign * np.imag(logarithm), np.real(logarithm)

    def cotangent_of_argument(self, gs: Any, factors: Any) -> Array:
        a, sign, _ = factors
        g_sign, g = gs
        if sign.dtype.kind == "c":
            g = g + 1j * np.imag(g_sign * sign)
        return _of_matrices(g) * _inverse(a).mT


_slogdet: Final = _Slogdet()


@overload
def slogdet(a: Variable) -> SlogdetResult[Variable]: ...
@overload
def slogdet(a: ArrayOrNumber) -> SlogdetResult[NDArray[Any]]: ...
@takes_delayed
def slogdet(a: Array) -> SlogdetResult[Any]:
    """The sign of the determinant, and the logarithm of its absolute value.

    The sign of a real determinant has derivative 0; of a complex one it is a number on the unit circle.

    Raises:
        LinAlgError: a matrix is not square; (in the derivative) it is singular.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda a: slogdet(a).logabsdet)(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    if type(a) is not Variable:
        return SlogdetResult(*np.linalg.slogdet(a))
    check_square("slogdet", a.shape)
    return SlogdetResult(*_slogdet(a))
