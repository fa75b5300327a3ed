"""A loop over single elements: what an index costs, and whether its cotangent costs a whole array."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload


def _problem(size: int) -> Arrays:
    return (np.random.default_rng(0).normal(0, 1, size),)


def _loss(_xp: Namespace, x: Tensor) -> Tensor:
    total = x[0] * x[1]
    for i in range(1, len(x) - 1):
        total = total + x[i] * x[i + 1]
    return total


def _by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    """The same loop: slices would be another program, and no measure of a loop that cannot be written with them."""
    total = 0.0
    for i in range(len(x) - 1):
        total += x[i] * x[i + 1]
    g = np.zeros_like(x)
    for i in range(len(x) - 1):
        g[i] += x[i + 1]
        g[i + 1] += x[i]
    return total, (g,)


index_loop = gradient_workload(
    "index-loop",
    "loop `total + x[i] * x[i + 1]`",
    (500, 8_000),
    "elements",
    problem=_problem,
    loss=_loss,
    by_hand=_by_hand,
    largest={"jax-jit": 500},
)
