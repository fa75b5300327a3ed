"""An array taken apart into many pieces and put together again: linear in their number, or quadratic."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_LENGTH = 4
_LARGEST = {"autograd": 500, "mygrad": 0, "pydezero-jit": 500, "jax-jit": 500}  # MyGrad has no split


def _problem(pieces: int) -> Arrays:
    """An array of so many pieces of 4 elements, and weights for them."""
    rng = np.random.default_rng(0)
    return rng.normal(0, 1, _LENGTH * pieces), rng.normal(0, 1, _LENGTH * pieces)


def _concatenate_loss(xp: Namespace, x: Tensor, weights: Tensor) -> Tensor:
    pieces = xp.split(x, len(x) // _LENGTH)
    return xp.sum(xp.concatenate([p * p for p in pieces]) * weights)


def _concatenate_by_hand(x: FloatArray, weights: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    pieces = np.split(x, len(x) // _LENGTH)
    value = float((np.concatenate([p * p for p in pieces]) * weights).sum())
    g = np.empty_like(x)
    for i, p in enumerate(pieces):
        here = slice(_LENGTH * i, _LENGTH * (i + 1))
        g[here] = 2 * p * weights[here]
    return value, (g,)


def _stack_loss(xp: Namespace, x: Tensor, weights: Tensor) -> Tensor:
    pieces = xp.split(x, len(x) // _LENGTH)
    return xp.sum(xp.stack([p * p for p in pieces]) * xp.reshape(weights, (-1, _LENGTH)))


def _stack_by_hand(x: FloatArray, weights: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    pieces = np.split(x, len(x) // _LENGTH)
    weights = weights.reshape(-1, _LENGTH)
    value = float((np.stack([p * p for p in pieces]) * weights).sum())
    g = np.empty_like(weights)
    for i, p in enumerate(pieces):
        g[i] = 2 * p * weights[i]
    return value, (g.ravel(),)


split_concatenate = gradient_workload(
    "split-concatenate",
    "split, square, concatenate",
    (500, 8_000),
    "pieces",
    problem=_problem,
    loss=_concatenate_loss,
    by_hand=_concatenate_by_hand,
    largest=_LARGEST,
)
split_stack = gradient_workload(
    "split-stack",
    "split, square, stack",
    (500, 8_000),
    "pieces",
    problem=_problem,
    loss=_stack_loss,
    by_hand=_stack_by_hand,
    largest=_LARGEST,
)
