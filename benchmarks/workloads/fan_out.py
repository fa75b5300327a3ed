"""One array used many times: how its cotangents are added up."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_USES = 200


def _problem(size: int) -> Arrays:
    return (np.random.default_rng(0).uniform(0, 1, size),)


def _loss(xp: Namespace, x: Tensor) -> Tensor:
    y = x
    for i in range(_USES):
        y = y + xp.sin(x * (i + 1.0))
    return xp.sum(y)


def _by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    y = x.copy()
    angles = []
    for i in range(_USES):
        angles.append(x * (i + 1.0))
        y += np.sin(angles[-1])
    g = np.ones_like(x)
    for i in range(_USES - 1, -1, -1):
        cosine = np.cos(angles.pop())
        cosine *= i + 1.0
        g += cosine
    return float(y.sum()), (g,)


fan_out = gradient_workload(
    "fan-out",
    f"{_USES} uses of one array",
    (100, 1_000, 10_000),
    "elements",
    problem=_problem,
    loss=_loss,
    by_hand=_by_hand,
)
