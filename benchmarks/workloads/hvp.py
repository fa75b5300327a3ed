"""Rosenbrock's function: its gradient, and its Hessian times a vector."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, gradient_workload, one_call

_SIZES = (10, 1_000, 100_000)


def _point(size: int) -> Arrays:
    return (np.random.default_rng(0).uniform(0.5, 1.5, size),)


def _point_and_direction(size: int) -> Arrays:
    return (*_point(size), np.random.default_rng(1).normal(0, 1, size))


def rosenbrock(xp: Namespace, x: Tensor) -> Tensor:
    head, tail = x[:-1], x[1:]
    return xp.sum(100.0 * (tail - head**2) ** 2 + (1.0 - head) ** 2)


def _gradient_by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    head = x[:-1]
    left = 1.0 - head
    above = head * head
    np.subtract(x[1:], above, out=above)
    value = float((100.0 * above * above + left * left).sum())
    above *= 200.0
    g = np.zeros_like(x)
    g[1:] = above
    above *= head
    above += left
    above *= 2.0
    g[:-1] -= above
    return value, (g,)


def _hvp_by_hand(x: FloatArray, v: FloatArray) -> FloatArray:
    head = x[:-1]
    slope = -2.0 * head
    rise = slope * v[:-1]
    rise += v[1:]
    above = head * head
    above -= x[1:]
    above *= 400.0
    above += 2.0
    above *= v[:-1]
    rise *= 200.0
    product = np.zeros_like(x)
    product[1:] = rise
    slope *= rise
    slope += above
    product[:-1] += slope
    return product


rosenbrock_gradient = gradient_workload(
    "rosenbrock",
    "gradient of Rosenbrock's function",
    _SIZES,
    "elements",
    problem=_point,
    loss=rosenbrock,
    by_hand=_gradient_by_hand,
)
hvp = derivative_workload(
    "hvp",
    "Hessian of Rosenbrock's function times a vector",
    _SIZES,
    "elements",
    problem=_point_and_direction,
    by_hand=_hvp_by_hand,
    run=one_call("hvp", rosenbrock),
)
