"""The Jacobian of a layer with as many outputs as inputs, by each tool's own choice and by forward mode."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, one_call

_SIZES = (10, 50, 250)


def _problem(width: int) -> Arrays:
    """The inputs, weights and biases."""
    rng = np.random.default_rng(0)
    return rng.normal(0, 1, width), rng.normal(0, width**-0.5, (width, width)), rng.normal(0, 0.1, width)


def _layer(xp: Namespace, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return xp.tanh(w @ x + b)


def _by_hand(x: FloatArray, w: FloatArray, b: FloatArray) -> FloatArray:
    h = w @ x
    h += b
    np.tanh(h, out=h)
    h *= h
    jacobian: FloatArray = (1.0 - h)[:, None] * w
    return jacobian


jacobian = derivative_workload(
    "jacobian",
    "Jacobian of a tanh layer",
    _SIZES,
    "wide",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("jacobian", _layer),
)
jacobian_forward = derivative_workload(
    "jacobian-forward",
    "Jacobian of a tanh layer, forward mode",
    _SIZES,
    "wide",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("jacfwd", _layer),
)
