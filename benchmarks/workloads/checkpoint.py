"""The most memory at once of a long chain, in arrays of the size of the input: kept whole, and computed again."""

from __future__ import annotations

import numpy as np

from benchmarks.measure import peak_arrays
from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, one_call

_BLOCKS, _BLOCK = 40, 25
_STEPS = _BLOCKS * _BLOCK
_SIZES = (10_000,)
_UNTRACED = {"torch": 0, "jax-jit": 0}


def _problem(size: int) -> Arrays:
    return (np.random.default_rng(0).uniform(0.5, 1.5, size),)


def _loss(xp: Namespace, x: Tensor) -> Tensor:
    y = x
    for _ in range(_STEPS):
        y = xp.sin(y) * x
    return xp.sum(y)


def _checkpointed_loss(xp: Namespace, x: Tensor) -> Tensor:
    def block(y: Tensor, x: Tensor) -> Tensor:
        for _ in range(_BLOCK):
            y = xp.sin(y) * x
        return y

    checkpointed = xp.checkpoint(block)
    y = x
    for _ in range(_BLOCKS):
        y = checkpointed(y, x)
    return xp.sum(y)


def forward(y: FloatArray, x: FloatArray, steps: int) -> tuple[FloatArray, list[tuple[FloatArray, FloatArray]]]:
    """The steps from y on, and what their derivatives take."""
    kept = []
    for _ in range(steps):
        sine = np.sin(y)
        kept.append((y, sine))
        y = sine * x
    return y, kept


def backward(g: FloatArray, g_x: FloatArray, x: FloatArray, kept: list[tuple[FloatArray, FloatArray]]) -> None:
    """Take g, the cotangent of the last y, back to the first, and add to g_x; both are written into."""
    while kept:
        y, sine = kept.pop()
        g_x += g * sine
        g *= x
        g *= np.cos(y)


def _by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    y, kept = forward(x, x, _STEPS)
    value = float(y.sum())
    g, g_x = np.ones_like(x), np.zeros_like(x)
    backward(g, g_x, x, kept)
    g_x += g
    return value, (g_x,)


def _checkpointed_by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    y = x
    starts = []
    for _ in range(_BLOCKS):
        starts.append(y)
        for _ in range(_BLOCK):
            y = np.sin(y) * x
    value = float(y.sum())
    g, g_x = np.ones_like(x), np.zeros_like(x)
    while starts:
        backward(g, g_x, x, forward(starts.pop(), x, _BLOCK)[1])
    g_x += g
    return value, (g_x,)


memory_chain = derivative_workload(
    "memory-chain",
    f"peak memory of {_STEPS:,} x `y = np.sin(y) * x`",
    _SIZES,
    "elements",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("gradient", _loss),
    meter=peak_arrays,
    unit="arrays",
    largest=_UNTRACED,
)
memory_checkpoint = derivative_workload(
    "memory-checkpoint",
    f"peak memory of {_STEPS:,} x `y = np.sin(y) * x`, checkpoint every {_BLOCK}",
    _SIZES,
    "elements",
    problem=_problem,
    by_hand=_checkpointed_by_hand,
    run=one_call("checkpointed", _checkpointed_loss),
    meter=peak_arrays,
    unit="arrays",
    largest=_UNTRACED,
)
