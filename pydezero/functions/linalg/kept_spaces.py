"""The space of the right singular vectors whose singular values are kept, and how it turns with the matrix.

Its projector has a derivative wherever what is kept is larger than what is cut off, be singular values equal or 0 among
either: the vectors turn at will within the space, which the derivative does not see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.primitive import General, define
from pydezero.core.types import Array
from pydezero.functions.linalg.matrices import adjoint, conj, identity_like
from pydezero.graph.linear import record_linear


def _right_vectors(x: Array, rcond: Any) -> tuple[Array, Array, Array]:
    """All singular values, with zeros for a wide matrix, whether each is kept, and the right vectors as columns."""
    m, n = x.shape[-2:]
    _, s, vh = np.linalg.svd(x, full_matrices=m < n)
    kept = s > beside(np.expand_dims(rcond, -1), s) * s[..., :1]
    missing = [(0, 0)] * (s.ndim - 1) + [(0, n - s.shape[-1])]
    return np.pad(s, missing), np.pad(kept, missing), vh.conj().mT


def _projector(x: Array, rcond: Any) -> Array:
    _, kept, v = _right_vectors(x, rcond)
    return (v * kept[..., None, :]) @ v.conj().mT


def _turn(x: Array, y: Array, rcond: Any) -> Array:
    """The z from the space that is cut off to the one that is kept for which x = (A^H A) z - z (A^H A), with A = y.

    Of x the part between these spaces counts.
    """
    s, kept, v = _right_vectors(y, rcond)
    pairs = kept[..., None] & ~kept[..., None, :]
    rows, columns = s[..., None], s[..., None, :]
    gaps = np.where(pairs, (rows - columns) * (rows + columns), 1)
    return v @ (np.where(pairs, v.conj().mT @ x @ v, 0) / gaps) @ v.conj().mT


def _of_square(t: Array, x: Array) -> Array:
    """The tangent of x^H x."""
    half = adjoint(x) @ t
    return half + adjoint(half)


def _projector_tangent(ts: list[Array], x: Array, rcond: Any) -> Array:
    turn = bind(_turn_p, _of_square(ts[0], x), x, rcond=rcond)
    return turn + adjoint(turn)


def _turn_tangent_of_matrix(t: Array, x: Array, y: Array, out: Array, rcond: Any) -> Array:
    """The tangent of `_turn` for a tangent of the matrix."""
    return _turn_tangent([np.zeros_like(x), t], x, y, out, rcond)


def _turn_tangent(ts: list[Array], x: Array, y: Array, out: Array, rcond: Any) -> Array:
    """The tangent of `_turn`: its equation is differentiated, and so are the two spaces."""
    t_x, t = ts
    moved = _of_square(t, y)
    projector = projector_of_kept(y, rcond)
    rest = identity_like(projector) - projector
    half = bind(_turn_p, moved, y, rcond=rcond)
    t_projector = half + adjoint(half)
    right = t_x + out @ moved - moved @ out + t_projector @ x @ rest - projector @ x @ t_projector
    return bind(_turn_p, right, y, rcond=rcond) - out @ t_projector @ projector + rest @ t_projector @ out


def _transposed(tangent: Callable[[Array], Array], g: Array, like: Array) -> Array:
    """The transpose of a linear map from tangents like an array."""
    (pulled,) = record_linear(lambda ts: [tangent(ts[0])], [like]).transposed([g])
    return pulled


_turn_p: Final[General] = define(
    General,
    "turn_of_kept",
    _turn,
    lambda g, y, rcond: conj(bind(_turn_p, conj(g), y, rcond=rcond)),
    lambda g, x, y, out, rcond: _transposed(lambda t: _turn_tangent_of_matrix(t, x, y, out, rcond), g, y),
    batch=lambda batched, x, y, rcond: bind(_turn_p, *aligned(batched, (x, y)), rcond=rcond),
    tangent=_turn_tangent,
)
_projector_p: Final[General] = define(
    General,
    "projector_of_kept",
    _projector,
    lambda g, x, rcond: projector_rule(g, x, rcond),
    batch=lambda _, x, rcond: bind(_projector_p, x, rcond=rcond),
    tangent=_projector_tangent,
)


def projector_of_kept(x: Array, rcond: Any) -> Array:
    """The projector on the right singular vectors whose values are more than `rcond` times the largest.

    Matrices (m, n) have projectors (n, n).
    """
    return bind(_projector_p, x, rcond=rcond)


def projector_rule(g: Array, x: Array, rcond: Any) -> Array:
    """The cotangent of a matrix for one of its projector."""
    return _transposed(lambda t: _projector_tangent([t], x, rcond), g, x)
