"""Weights of the elements of an array, in the forms that NumPy's statistics take them."""

from __future__ import annotations

import numpy as np

from pydezero.core.types import Array, Axis
from pydezero.functions.shapes.shape import as_operand, broadcast_to, normalize_axes, reshape, transpose


def weights_like(name: str, weights: Array, shape: tuple[int, ...], axis: Axis) -> Array:
    """Weights for all elements of an array of a shape, given for all of them or for those along some axes.

    Raises:
        TypeError: they are given along axes, and `axis` does not say along which.
        ValueError: they do not fit the axes.
    """
    weights = as_operand(weights)
    if weights.shape == shape:
        return weights
    if axis is None:
        raise TypeError(
            f"{name}: weights of shape {weights.shape} are not those of all elements of a of shape {shape}; "
            "axis= has to say along which axis they are"
        )
    axes = normalize_axes(axis, len(shape))
    along = tuple([shape[i] for i in axes])
    if weights.shape != along:
        raise ValueError(
            f"{name}: weights along axis {axis} of a of shape {shape} must have the shape {along} "
            f"(or that of a), got {weights.shape}"
        )
    in_order = transpose(weights, np.argsort(axes).tolist())
    return broadcast_to(reshape(in_order, tuple([n if i in axes else 1 for i, n in enumerate(shape)])), shape)
