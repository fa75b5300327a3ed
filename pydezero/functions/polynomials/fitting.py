"""The fit of a polynomial by least squares."""

from __future__ import annotations

import warnings
from typing import Any, Literal, overload

import numpy as np

from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.polynomials.polynomials import vander
from pydezero.functions.shapes.shape import as_operand

__all__ = [
    "polyfit",
]


@overload
def polyfit(
    x: Variable,
    y: Operand,
    deg: int,
    rcond: float | None = None,
    full: Literal[False] = False,
    w: Operand | None = None,
    cov: Literal[False] = False,
) -> Variable: ...
@overload
def polyfit(
    x: ArrayOrNumber,
    y: Variable,
    deg: int,
    rcond: float | None = None,
    full: Literal[False] = False,
    w: Operand | None = None,
    cov: Literal[False] = False,
) -> Variable: ...
@overload
def polyfit(
    x: Operand,
    y: Operand,
    deg: int,
    rcond: float | None = None,
    full: bool = False,
    w: Operand | None = None,
    cov: bool | Literal["unscaled"] = False,
) -> Any: ...
@without_variables(np.polyfit)
def polyfit(
    x: Operand,
    y: Operand,
    deg: int,
    rcond: float | None = None,
    full: bool = False,
    w: Operand | None = None,
    cov: bool | Literal["unscaled"] = False,
) -> Any:
    """The coefficients of the polynomial of degree `deg` that comes closest to y at x, by least squares.

    x is of shape (M,), y of shape (M,) or (M, K), and the result of shape (deg + 1,) or (deg + 1, K). The differences
    are multiplied by the weights w before they are squared. All of x, y and w are differentiated.

    Returns:
        The coefficients; with `full` the tuple of them, of the results of `np.linalg.lstsq` for the scaled powers of x
        (residuals, rank, singular values), and of `rcond`; with `cov` the pair of them and their covariance.

    Raises:
        TypeError: x, y or w have another number of axes, or not the same length.
        ValueError: deg is negative; there are too few points for a covariance that is scaled.

    Warns:
        RankWarning: the points do not determine the coefficients, and neither the derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> np.round(polyfit(np.array([0.0, 1.0, 2.0]), Variable(np.array([1.0, 3.0, 5.0])), 1).data, 6)
    array([2., 1.])
    """
    order = int(deg) + 1
    if order < 1:
        raise ValueError(f"polyfit: deg must not be negative, got {deg}")
    points, targets, weights = _checked(x, y, w)
    if rcond is None:
        rcond = float(len(points) * np.finfo(points.dtype).eps)
    powers: Array = vander(points, order)
    if weights is not None:
        column = weights[:, np.newaxis]
        powers, targets = powers * column, targets * (column if len(targets.shape) == 2 else weights)
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    powers = powers / scale
    scaled, residuals, rank, singular_values = np.linalg.lstsq(powers, targets, rcond)
    fitted = (scaled.T / scale).T
    if full:
        return fitted, residuals, rank, singular_values, rcond
    found = undifferentiated(rank)
    if type(found) is not Variable and found != order:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=3)
    if not cov:
        return fitted
    covariance = np.linalg.inv(powers.T @ powers) / np.outer(scale, scale)
    if cov != "unscaled":
        if len(points) <= order:
            raise ValueError(
                f"polyfit: {len(points)} points are too few to scale the covariance of {order} coefficients; "
                "cov='unscaled' does not scale it"
            )
        factor = residuals / (len(points) - order)
        return fitted, (covariance if len(targets.shape) == 1 else covariance[..., np.newaxis]) * factor
    return fitted, covariance if len(targets.shape) == 1 else covariance[..., np.newaxis]


def _checked(x: Operand, y: Operand, w: Operand | None) -> tuple[Array, Array, Array | None]:
    """The points, targets and weights, in floating point."""
    points, targets = _floats(x), _floats(y)
    weights = None if w is None else _floats(w)
    if len(points.shape) != 1 or not len(points):
        raise TypeError(f"polyfit: x must have one axis and must not be empty, got the shape {points.shape}")
    if len(targets.shape) not in (1, 2) or len(targets) != len(points):
        raise TypeError(f"polyfit: y must be of shape (M,) or (M, K) for x of shape (M,), got {targets.shape}")
    if weights is not None and weights.shape != points.shape:
        raise TypeError(f"polyfit: w must be of the shape of x, {points.shape}, got {weights.shape}")
    return points, targets, weights


def _floats(x: Operand) -> Array:
    return as_operand(x) + 0.0
