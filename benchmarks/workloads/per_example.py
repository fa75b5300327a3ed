"""The gradient for each example of a batch: a perceptron 64-32-10 with softmax cross-entropy, by vmap and by a loop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, looped, one_call

_INPUTS, _HIDDEN, _CLASSES = 64, 32, 10
_WEIGHTS: Final = 4
_SIZES = (16, 128, 1_024)


def _problem(batch: int) -> Arrays:
    """Weights and biases of two layers, examples, and their labels as rows of zeros with a one."""
    rng = np.random.default_rng(0)
    return (
        rng.normal(0, _INPUTS**-0.5, (_INPUTS, _HIDDEN)),
        rng.normal(0, 0.1, _HIDDEN),
        rng.normal(0, _HIDDEN**-0.5, (_HIDDEN, _CLASSES)),
        rng.normal(0, 0.1, _CLASSES),
        rng.normal(0, 1, (batch, _INPUTS)),
        np.eye(_CLASSES)[rng.integers(0, _CLASSES, batch)],
    )


def _loss(xp: Namespace, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, x: Tensor, label: Tensor) -> Tensor:
    """Of one example: written as if there were no batch."""
    z = xp.tanh(x @ w1 + b1) @ w2 + b2
    z = z - xp.amax(z)
    return xp.log(xp.sum(xp.exp(z))) - xp.sum(label * z)


def _by_hand(
    w1: FloatArray, b1: FloatArray, w2: FloatArray, b2: FloatArray, x: FloatArray, labels: FloatArray
) -> tuple[FloatArray, ...]:
    h = x @ w1
    h += b1
    np.tanh(h, out=h)
    p = h @ w2
    p += b2
    p -= p.max(axis=1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    p -= labels  # the cotangent of z
    g = p @ w2.T
    g *= 1 - h * h
    return np.einsum("ni,nj->nij", x, g), g, np.einsum("ni,nj->nij", h, p), p


def _examples(arguments: Arrays) -> Iterator[Arrays]:
    weights, batch = arguments[:_WEIGHTS], arguments[_WEIGHTS:]
    for x, label in zip(*batch, strict=True):
        yield (*weights, x, label)


per_example = derivative_workload(
    "per-example",
    f"gradient per example, MLP {_INPUTS}-{_HIDDEN}-{_CLASSES}",
    _SIZES,
    "in a batch",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("per-example", _loss, _WEIGHTS),
)
per_example_loop = derivative_workload(
    "per-example-loop",
    "gradient per example by a loop",
    _SIZES,
    "in a batch",
    problem=_problem,
    by_hand=_by_hand,
    run=looped("gradient", _loss, _WEIGHTS, _examples, part=1),
    largest={"jax-jit": 0},  # each turn is compiled anew
)
