"""The spline of any degree through given values."""

from __future__ import annotations

from operator import index
from typing import Any, TypeAlias, overload

import numpy as np
import scipy.interpolate
from numpy.linalg import LinAlgError
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.indexing.indexing import scatter
from pydezero.scipy.interpolate.bsplines import BSpline, basis, like_scipys, spline_of
from pydezero.scipy.interpolate.places import check_increasing, checked_sites, in_double, kept, known_values, pieces_at
from pydezero.scipy.linalg.banded import banded_solution

__all__ = [
    "make_interp_spline",
]

# A name for both ends, or for each end None, a name, or pairs of the order and the value of a derivative.
_Conditions: TypeAlias = str | tuple[Any, Any] | None

# The orders and the values of the derivatives at an end.
_End: TypeAlias = tuple[list[int], list[Array]]


@overload
def make_interp_spline(
    x: Variable,
    y: Any,
    k: int = 3,
    t: Any = None,
    bc_type: _Conditions = None,
    axis: int = 0,
    check_finite: bool = True,
) -> BSpline[Variable]: ...
@overload
def make_interp_spline(
    x: Any,
    y: Variable,
    k: int = 3,
    t: Any = None,
    bc_type: _Conditions = None,
    axis: int = 0,
    check_finite: bool = True,
) -> BSpline[Variable]: ...
@overload
def make_interp_spline(
    x: Any, y: Any, k: int = 3, t: Any = None, bc_type: _Conditions = None, axis: int = 0, check_finite: bool = True
) -> BSpline[NDArray[Any]]: ...
def make_interp_spline(
    x: Any,
    y: Any,
    k: int = 3,
    t: Any = None,
    bc_type: Any = None,
    axis: int = 0,
    check_finite: bool = True,
) -> BSpline[Any]:
    """The spline of degree k through the values y at sites x, as a `BSpline`.

    The knots are t, by default sites or the middles between them. `bc_type` says what holds at the ends, as in SciPy:
    "not-a-knot" or None, "periodic", "clamped", "natural", or for each end pairs of the order of a derivative and its
    value.

    It is differentiated with respect to x, y, t, and the values of derivatives in `bc_type`.

    Raises:
        LinAlgError: a site is too far from its B-spline, so that the equations are singular.
        ValueError: x does not increase; y, t or `bc_type` do not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    >>> make_interp_spline(x, Variable(x**2), k=2)(2.5)
    variable(6.25)
    """
    if not has_variable((x, y, t, bc_type)):
        return like_scipys(scipy.interpolate.make_interp_spline(x, y, k, t, bc_type, axis, check_finite))
    sites, values = checked_sites("make_interp_spline", x, y, axis)
    axis, k = axis % values.ndim, index(k)
    if k < 0:
        raise ValueError(f"scipy.interpolate.make_interp_spline: k is {k}; it must not be negative")
    is_periodic = isinstance(bc_type, str) and bc_type == "periodic"
    first, last = _ends(bc_type, values)
    if k < 2 and t is None:
        if first[0] or last[0]:
            raise ValueError(f"scipy.interpolate.make_interp_spline: bc_type must be None for k={k}")
        ends = [sites[:1]] * k, [sites[-1:]]
        return spline_of(np.concatenate([*ends[0], sites, *ends[1]]), values, k, True, axis)
    if is_periodic:
        if t is not None:
            raise ValueError("scipy.interpolate.make_interp_spline: t must be None for bc_type='periodic'")
        if values.dtype.kind == "c":
            raise ValueError(
                "scipy.interpolate.make_interp_spline: y is complex, of which SciPy drops the imaginary part for "
                "bc_type='periodic'; interpolate np.real(y) and np.imag(y)"
            )
        knots = _periodic_knots(sites, k)
        return spline_of(knots, _periodic_coefficients(sites, values, knots, k), k, "periodic", axis)
    knots = _knots(sites, k, bool(first[0] or last[0])) if t is None else kept(t)
    count = sites.shape[0] + len(first[0]) + len(last[0])
    if knots.ndim != 1 or knots.shape[0] != count + k + 1:
        raise ValueError(
            f"scipy.interpolate.make_interp_spline: t has the shape {knots.shape}; for {sites.shape[0]} sites and "
            f"{count - sites.shape[0]} derivatives at the ends a spline of degree {k} has {count + k + 1} knots"
        )
    check_increasing("make_interp_spline", "t", knots, strictly=False)
    return spline_of(knots, _coefficients(sites, values, knots, k, first, last), k, True, axis)


def _ends(bc_type: Any, y: Array) -> tuple[_End, _End]:
    """The derivatives that are given at either end."""
    if bc_type is None or isinstance(bc_type, str):
        bc_type = bc_type, bc_type
    if len(bc_type) != 2:
        raise ValueError(f"scipy.interpolate.make_interp_spline: bc_type is {bc_type!r}; it must be a name or a pair")
    return _end(bc_type[0], y), _end(bc_type[1], y)


def _end(conditions: Any, y: Array) -> _End:
    if conditions is None or (isinstance(conditions, str) and conditions in ("not-a-knot", "periodic")):
        return [], []
    if isinstance(conditions, str):
        if conditions not in ("clamped", "natural"):
            raise ValueError(f"scipy.interpolate.make_interp_spline: bc_type {conditions!r} is none of SciPy's")
        return [1 if conditions == "clamped" else 2], [np.zeros(y.shape[1:])]
    pairs = list(conditions)
    values = [in_double(value) for _, value in pairs]
    for value in values:
        if value.shape != y.shape[1:]:
            raise ValueError(
                f"scipy.interpolate.make_interp_spline: bc_type has a value of shape {value.shape}; it must be "
                f"{y.shape[1:]}"
            )
    return [index(order) for order, _ in pairs], values


def _knots(x: Array, k: int, has_derivatives: bool) -> Array:
    """The knots without those sites that are not to be knots; all sites where derivatives are given."""
    if has_derivatives:
        return np.concatenate([*[x[:1]] * k, x, *[x[-1:]] * k])
    omitted = (k + 1) // 2 if k % 2 else k // 2
    inner = x if k % 2 else (x[1:] + x[:-1]) / 2
    return np.concatenate([*[x[:1]] * (k + 1), inner[omitted:-omitted], *[x[-1:]] * (k + 1)])


def _coefficients(x: Array, y: Array, t: Array, k: int, first: _End, last: _End) -> Array:
    """The solution of the equations that the values, and derivatives at the ends, are the given ones."""
    count = t.shape[0] - k - 1
    at_first, at_last = len(first[0]), len(last[0])
    piece, _ = pieces_at(t, x, k)
    rows = [np.arange(at_first, count - at_last)]
    pieces, entries = [piece], [basis(t, k, x, piece)]
    for orders, end, start in ((first[0], slice(1), 0), (last[0], slice(-1, None), count - at_last)):
        for i, order in enumerate(orders):
            if not 0 <= order <= k:
                raise ValueError(f"scipy.interpolate.make_interp_spline: bc_type has the order {order}, of {k} at most")
            rows.append(np.array([start + i]))
            pieces.append(piece[end])
            entries.append(basis(t, k, x[end], piece[end], order))
    row = np.concatenate(rows)
    columns = np.concatenate(pieces) + np.arange(-k, 1)[:, np.newaxis]
    elements = np.concatenate(entries, axis=1)
    diagonal = k + row - columns
    known = known_values(diagonal)
    if type(known) is not Variable and (np.any(known < 0) or np.any(known > 2 * k)):
        raise LinAlgError("scipy.interpolate.make_interp_spline: the equations for these knots are singular")
    ab = scatter(elements, (diagonal, columns), (2 * k + 1, count))
    right = [value[np.newaxis] for value in first[1]] + [y] + [value[np.newaxis] for value in last[1]]
    return banded_solution(ab, np.concatenate(right), k, k)


def _periodic_knots(x: Array, k: int) -> Array:
    """The knots within a period, and k on either side, at the distances that they have within."""
    inner = x if k % 2 else np.concatenate([x[:1], (x[1:-1] + x[:-2]) / 2, x[-1:]])
    gaps = inner[1:] - inner[:-1]
    n = gaps.shape[0]
    before, after = [inner[:1]], [inner[-1:]]
    for i in range(k):
        j = i % n
        before.insert(0, before[0] - gaps[n - 1 - j : n - j])
        after.append(after[-1] + gaps[j : j + 1])
    return np.concatenate([*before[:-1], inner, *after[1:]])


def _periodic_coefficients(x: Array, y: Array, t: Array, k: int) -> Array:
    """The coefficients of a periodic spline, of which each is that of the B-spline one period further, too."""
    first, last = known_values(y[0]), known_values(y[-1])
    if Variable not in (type(first), type(last)) and not np.allclose(first, last, atol=1e-15):
        raise ValueError(
            "scipy.interpolate.make_interp_spline: the first and the last element of y must be equal for "
            "bc_type='periodic'; make y as concatenate([z, z[:1]])"
        )
    n = x.shape[0] - 1
    piece, _ = pieces_at(t, x[:-1], k)
    columns = (piece + np.arange(-k, 1)[:, np.newaxis]) % n
    rows = np.broadcast_to(np.arange(n), (k + 1, n))
    matrix = scatter(basis(t, k, x[:-1], piece), (rows, columns), (n, n))
    c = np.reshape(np.linalg.solve(matrix, np.reshape(y[:-1], (n, -1))), y[:-1].shape)
    return c[np.arange(n + k) % n]
