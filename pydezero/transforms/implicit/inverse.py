"""The linear equations that the derivative of a solution follows from, with the Jacobian as a matrix."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, Protocol

import attrs
import numpy as np
from numpy.linalg import LinAlgError
from numpy.typing import NDArray

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.operation import ArraySpec
from pydezero.core.placing import beside
from pydezero.core.primitive import General, define
from pydezero.core.types import Array
from pydezero.functions.linalg.matrices import conj
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.implicit.constants import without
from pydezero.transforms.implicit.vectors import from_vector, max_norm, spec_of, to_vector
from pydezero.transforms.jacobians.jacobian import jacfwd

TOLERANCE: Final = 1e-3
"""How far a Newton step may move a solution, relative to 1 and its largest number; else it is taken for none."""


class Inverse(Protocol):
    """The inverse of the derivative of a residual with respect to the unknown, and the transpose of that."""

    def tangent(self, of_residual: Sequence[Array], /) -> list[Array]:
        """From a tangent of the residual to one of the unknown."""
        ...

    def cotangent(self, of_unknown: Sequence[Array], /) -> list[Array]:
        """From a cotangent of the unknown to one of the residual."""
        ...


@attrs.frozen(eq=False)
class Dense:
    """The inverse by the solution of linear equations with the Jacobian as a matrix."""

    matrix: Array
    unknown: Sequence[ArraySpec]
    residual: Sequence[ArraySpec]

    def tangent(self, of_residual: Sequence[Array]) -> list[Array]:
        """From a tangent of the residual to one of the unknown."""
        return from_vector(np.linalg.solve(self.matrix, to_vector(of_residual)), self.unknown)

    def cotangent(self, of_unknown: Sequence[Array]) -> list[Array]:
        """From a cotangent of the unknown to one of the residual."""
        # That of a complex number z is the derivative with respect to Re(z) less i times that with respect to Im(z).
        vector = to_vector([conj(g) for g in of_unknown])
        return [conj(g) for g in from_vector(np.linalg.solve(self.matrix.mT, vector), self.residual)]


def dense_inverse(
    residual: Callable[[list[Array]], list[Array]], unknown: Sequence[Array], captured: Collection[int], where: str
) -> Dense:
    """The inverse of the Jacobian of a residual at a solution; the captured levels count as constant.

    Raises:
        LinAlgError: the Jacobian is singular.
        ValueError: the point is no solution.
    """
    specs = [spec_of(x) for x in unknown]
    of_residual: list[ArraySpec] = []

    def of_vector(vector: Array) -> tuple[Array, Array]:
        leaves = residual(from_vector(vector, specs))
        of_residual[:] = map(spec_of, leaves)
        y = to_vector(leaves)
        return y, y

    point = to_vector(unknown)
    matrix, value = without(jacfwd(of_vector, has_aux=True)(point), captured)
    return Dense(bind(_regular_p, matrix, value, point, where=where), specs, of_residual)


@attrs.frozen(eq=False)
class Elementwise:
    """The inverse where each number of the residual depends on the same one of the unknown, which is one array."""

    diagonal: Array

    def tangent(self, of_residual: Sequence[Array]) -> list[Array]:
        """From a tangent of the residual to one of the unknown."""
        return [t / self.diagonal for t in of_residual]

    def cotangent(self, of_unknown: Sequence[Array]) -> list[Array]:
        """From a cotangent of the unknown to one of the residual."""
        return [g / self.diagonal for g in of_unknown]


def elementwise_inverse(
    residual: Callable[[Array], Array], unknown: Array, captured: Collection[int], where: str
) -> Elementwise:
    """The inverse of the derivative of a function that works element by element, at a solution.

    Raises:
        LinAlgError: the derivative is zero for an element.
        ValueError: the point is no solution.
    """
    value, diagonal = without(jvp(residual, (unknown,), (np.ones_like(unknown),)), captured)
    matrix = bind(_regular_p, diagonal[..., None, None], value[..., None], unknown[..., None], where=where)
    return Elementwise(matrix[..., 0, 0])


def _regular(matrix: Array, value: Array, point: Array, where: str) -> Array:
    """The Jacobian, or a stack of them, unless it is singular or a Newton step leads away from the point."""
    n = matrix.shape[-1]
    if not matrix.size or not np.all(np.isfinite(matrix)):
        return matrix
    rows = np.max(np.abs(matrix), axis=-1, keepdims=True)
    scaled = matrix / np.where(rows == 0, 1, rows)
    columns = np.max(np.abs(scaled), axis=-2, keepdims=True)
    scaled = scaled / np.where(columns == 0, 1, columns)
    # Any vector will do that is not likely to be orthogonal to what a singular matrix loses.
    probe = np.broadcast_to(beside(np.cos(np.arange(1.0, n + 1)), matrix), value.shape)
    right = np.stack([probe, value / rows[..., 0]], axis=-1) if np.all(rows) else None
    try:
        if right is None:
            raise LinAlgError
        moved = np.linalg.solve(scaled, right)
    except LinAlgError:
        raise _singular(where, _are_singular(scaled)) from None
    is_lost = np.max(np.abs(moved[..., 0]), axis=-1) * float(np.finfo(matrix.dtype).eps) * 8 >= 1
    if np.any(is_lost):
        raise _singular(where, is_lost)
    step = np.max(np.abs(moved[..., 1] / columns[..., 0, :]), axis=-1)
    is_far = step > TOLERANCE * (1 + np.max(np.abs(point), axis=-1))
    if np.any(is_far):
        raise ValueError(
            f"{where}: what solve returned is no solution{places_of(is_far)}, and has no derivative: a Newton step "
            f"would move it by {max_norm(step):.3g}; let the solver iterate for longer, or raise where it fails"
        )
    return matrix


def places_of(where: NDArray[np.bool]) -> str:
    """The places in a stack of solutions where something holds, for a message."""
    if not where.ndim:
        return ""
    first = ", ".join([str(i[0] if len(i) == 1 else i) for i in map(tuple, np.argwhere(where)[:5].tolist())])
    return f" (at {first}{', ...' if np.sum(where) > 5 else ''} of the stack of shape {where.shape})"


def _are_singular(matrices: NDArray[Any]) -> NDArray[np.bool]:
    ranks: NDArray[np.bool] = np.linalg.matrix_rank(matrices) < matrices.shape[-1]
    return ranks


def _singular(where: str, which: NDArray[np.bool]) -> LinAlgError:
    return LinAlgError(
        f"{where}: the derivative of the residual with respect to the unknown is singular at the "
        f"solution{places_of(which)}, which has no derivative there: the solution is not isolated, or a multiple one"
    )


_regular_p: Final[General] = define(
    General,
    "regular",
    _regular,
    lambda g: g,
    None,
    None,
    batch=lambda batched, *args, where: bind(_regular_p, *all_batched(batched, args), where=where),
)
