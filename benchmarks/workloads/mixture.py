"""The log-likelihood of a mixture of Gaussians with diagonal covariances."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_COMPONENTS, _DIMENSIONS = 5, 10


def problem(n: int, components: int = _COMPONENTS, dimensions: int = _DIMENSIONS) -> Arrays:
    """Logarithms of weights, means, logarithms of standard deviations, and data of shape (n, 1, dimensions)."""
    rng = np.random.default_rng(0)
    shape = (components, dimensions)
    data = rng.normal(0, 2, (n, 1, dimensions))
    return rng.normal(0, 1, components), rng.normal(0, 2, shape), rng.normal(0, 0.3, shape), data


def loss(xp: Namespace, log_weights: Tensor, means: Tensor, log_scales: Tensor, data: Tensor) -> Tensor:
    z = (data - means) * xp.exp(-log_scales)
    log_weights = log_weights - xp.log(xp.sum(xp.exp(log_weights)))
    log_p = log_weights - xp.sum(log_scales, axis=1) - 0.5 * xp.sum(z * z, axis=2)
    largest = xp.amax(log_p, axis=1, keepdims=True)
    return xp.sum(xp.log(xp.sum(xp.exp(log_p - largest), axis=1, keepdims=True)) + largest)


def by_hand(
    log_weights: FloatArray, means: FloatArray, log_scales: FloatArray, data: FloatArray
) -> tuple[float, tuple[FloatArray, ...]]:
    precisions = np.exp(-log_scales)
    z = data - means
    z *= precisions
    weights = np.exp(log_weights)
    total = weights.sum()
    log_p = (z * z).sum(axis=2)
    log_p *= -0.5
    log_p += log_weights - np.log(total) - log_scales.sum(axis=1)
    largest = log_p.max(axis=1, keepdims=True)
    log_p -= largest
    shares = np.exp(log_p, out=log_p)
    sums = shares.sum(axis=1, keepdims=True)
    value = float((np.log(sums) + largest).sum())
    shares /= sums  # the cotangent of log_p
    of_components = shares.sum(axis=0)
    g = z * shares[:, :, None]
    g_means = g.sum(axis=0)
    g_means *= precisions
    g *= z
    g_log_scales = g.sum(axis=0)
    g_log_scales -= of_components[:, None]
    weights *= -of_components.sum() / total
    weights += of_components
    return value, (weights, g_means, g_log_scales)


mixture = gradient_workload(
    "mixture",
    f"Gaussian mixture, {_COMPONENTS} components in {_DIMENSIONS} dimensions",
    (10, 100, 1_000, 10_000),
    "points",
    problem=problem,
    loss=loss,
    by_hand=by_hand,
    inputs=3,
)
