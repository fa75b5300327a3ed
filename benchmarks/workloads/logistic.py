"""Logistic regression with 100 features."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload


def problem(n: int) -> Arrays:
    """Weights, intercept, features, and labels of 1 and -1."""
    rng = np.random.default_rng(0)
    labels = rng.choice(np.array([-1.0, 1.0]), n)
    return rng.normal(0, 0.1, 100), np.array(0.1), rng.normal(0, 1, (n, 100)), labels


def loss(xp: Namespace, w: Tensor, b: Tensor, features: Tensor, labels: Tensor) -> Tensor:
    margins = labels * (features @ w + b)
    return xp.mean(xp.log1p(xp.exp(-margins)))


def by_hand(
    w: FloatArray, b: FloatArray, features: FloatArray, labels: FloatArray
) -> tuple[float, tuple[FloatArray, ...]]:
    margins = features @ w
    margins += b
    margins *= labels
    e = np.exp(-margins)
    value = float(np.log1p(e).mean())
    g = e / (1 + e)
    g *= labels
    g /= -len(labels)
    return value, (g @ features, np.asarray(g.sum(), like=g))


logistic = gradient_workload(
    "logistic",
    "logistic regression, 100 features",
    (100, 1_000, 10_000),
    "samples",
    problem=problem,
    loss=loss,
    by_hand=by_hand,
    inputs=2,
)
