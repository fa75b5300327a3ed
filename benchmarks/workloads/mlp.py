"""A multilayer perceptron 784-256-128-10 with softmax cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_WIDTHS = (784, 256, 128, 10)


def problem(batch: int, widths: Sequence[int] = _WIDTHS) -> Arrays:
    """Weights and biases of three layers, images, and their labels as rows of zeros with a one."""
    rng = np.random.default_rng(0)
    layers: list[FloatArray] = []
    for n_in, n_out in pairwise(widths):
        layers += [rng.normal(0, n_in**-0.5, (n_in, n_out)), rng.normal(0, 0.1, n_out)]
    return (*layers, rng.uniform(0, 1, (batch, widths[0])), np.eye(widths[-1])[rng.integers(0, widths[-1], batch)])


def loss(
    xp: Namespace,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    w3: Tensor,
    b3: Tensor,
    images: Tensor,
    labels: Tensor,
) -> Tensor:
    h = xp.tanh(images @ w1 + b1)
    h = xp.tanh(h @ w2 + b2)
    z = h @ w3 + b3
    z = z - xp.amax(z, axis=1, keepdims=True)
    log_p = z - xp.log(xp.sum(xp.exp(z), axis=1, keepdims=True))
    return -xp.sum(labels * log_p) / len(images)


def by_hand(
    w1: FloatArray,
    b1: FloatArray,
    w2: FloatArray,
    b2: FloatArray,
    w3: FloatArray,
    b3: FloatArray,
    images: FloatArray,
    labels: FloatArray,
) -> tuple[float, tuple[FloatArray, ...]]:
    h1 = images @ w1
    h1 += b1
    np.tanh(h1, out=h1)
    h2 = h1 @ w2
    h2 += b2
    np.tanh(h2, out=h2)
    z = h2 @ w3
    z += b3
    z -= z.max(axis=1, keepdims=True)
    p = np.exp(z)
    total = p.sum(axis=1, keepdims=True)
    value = -float((labels * (z - np.log(total))).sum()) / len(images)
    p /= total
    p -= labels
    p /= len(images)  # the cotangent of z
    g2 = p @ w3.T
    g2 *= 1 - h2 * h2
    g1 = g2 @ w2.T
    g1 *= 1 - h1 * h1
    return value, (images.T @ g1, g1.sum(axis=0), h1.T @ g2, g2.sum(axis=0), h2.T @ p, p.sum(axis=0))


mlp = gradient_workload(
    "mlp",
    "MLP 784-256-128-10, softmax cross-entropy",
    (1, 8, 64, 512),
    "in a batch",
    problem=problem,
    loss=loss,
    by_hand=by_hand,
    inputs=6,
)
