"""The most memory at once, in arrays of the size of the input: adds need nothing kept, products do."""

from __future__ import annotations

import numpy as np

from benchmarks.measure import peak_arrays
from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_STEPS = 50
_UNTRACED = {"torch": 0, "jax-jit": 0}


def _problem(size: int) -> Arrays:
    return (np.random.default_rng(0).uniform(0.9, 1.1, size),)


def _adds_loss(xp: Namespace, x: Tensor) -> Tensor:
    y = x
    for _ in range(_STEPS):
        y = y + x
    return xp.sum(y)


def _adds_by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    y = x.copy()
    for _ in range(_STEPS):
        y += x
    value = float(y.sum())
    del y
    g = np.ones_like(x)
    g_x = np.zeros_like(x)
    for _ in range(_STEPS):
        g_x += g
    g_x += g
    return value, (g_x,)


def _products_loss(xp: Namespace, x: Tensor) -> Tensor:
    y = x
    for _ in range(_STEPS):
        y = y * x
    return xp.sum(y)


def _products_by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    y = x
    kept = []
    for _ in range(_STEPS):
        kept.append(y)
        y = y * x
    value = float(y.sum())
    del y
    g = np.ones_like(x)
    g_x = np.zeros_like(x)
    while kept:
        g_x += g * kept.pop()
        g *= x
    g_x += g
    return value, (g_x,)


memory_adds = gradient_workload(
    "memory-adds",
    f"peak memory of {_STEPS} x `y = y + x`",
    (40_000, 4_000_000),
    "elements",
    problem=_problem,
    loss=_adds_loss,
    by_hand=_adds_by_hand,
    meter=peak_arrays,
    unit="arrays",
    largest=_UNTRACED,
)
memory_products = gradient_workload(
    "memory-products",
    f"peak memory of {_STEPS} x `y = y * x`",
    (40_000, 4_000_000),
    "elements",
    problem=_problem,
    loss=_products_loss,
    by_hand=_products_by_hand,
    meter=peak_arrays,
    unit="arrays",
    largest=_UNTRACED,
)
