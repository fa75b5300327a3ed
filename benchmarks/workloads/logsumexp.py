"""The logarithm of a sum of exponentials, kept from overflow in the usual way."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload


def _problem(size: int) -> Arrays:
    return (np.random.default_rng(0).normal(0, 3, size),)


def _loss(xp: Namespace, x: Tensor) -> Tensor:
    largest = xp.amax(x)
    return xp.log(xp.sum(xp.exp(x - largest))) + largest


def _by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    largest = x.max()
    e = x - largest
    np.exp(e, out=e)
    total = e.sum()
    e /= total
    return float(np.log(total) + largest), (e,)


logsumexp = gradient_workload(
    "logsumexp",
    "logsumexp",
    (100, 10_000, 1_000_000),
    "elements",
    problem=_problem,
    loss=_loss,
    by_hand=_by_hand,
)
