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


def problem(size: int) -> Arrays:
    """The start of the chain, which is the factor of each step, too."""
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


def _forward(y: FloatArray, x: FloatArray, steps: int) -> tuple[FloatArray, list[tuple[FloatArray, FloatArray]]]:
    """The steps from y on, and what their derivatives take."""
    kept = []
    for _ in range(steps):
        sine = np.sin(y)
        kept.append((y, sine))
        y = sine * x
    return y, kept


def _backward(g: FloatArray, g_x: FloatArray, x: FloatArray, kept: list[tuple[FloatArray, FloatArray]]) -> None:
    """Take g, the cotangent of the last y, back to the first, and add to g_x; both are written into."""
    while kept:
        y, sine = kept.pop()
        g_x += g * sine
        g *= x
        g *= np.cos(y)


def by_hand(x: FloatArray, steps: int = _STEPS) -> tuple[float, tuple[FloatArray, ...]]:
    """The value of the chain and its derivative, with everything kept."""
    y, kept = _forward(x, x, steps)
    value = float(y.sum())
    g, g_x = np.ones_like(x), np.zeros_like(x)
    _backward(g, g_x, x, kept)
    g_x += g
    return value, (g_x,)


def checkpointed_by_hand(
    x: FloatArray, blocks: int = _BLOCKS, block: int = _BLOCK
) -> tuple[float, tuple[FloatArray, ...]]:
    """The same, with the start of each block kept alone."""
    y = x
    starts = []
    for _ in range(blocks):
        starts.append(y)
        for _ in range(block):
            y = np.sin(y) * x
    value = float(y.sum())
    g, g_x = np.ones_like(x), np.zeros_like(x)
    while starts:
        _backward(g, g_x, x, _forward(starts.pop(), x, block)[1])
    g_x += g
    return value, (g_x,)


memory_chain = derivative_workload(
    "memory-chain",
    f"peak memory of {_STEPS:,} x `y = np.sin(y) * x`",
    _SIZES,
    "elements",
    problem=problem,
    by_hand=by_hand,
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
    problem=problem,
    by_hand=checkpointed_by_hand,
    run=one_call("checkpointed", _checkpointed_loss),
    meter=peak_arrays,
    unit="arrays",
    largest=_UNTRACED,
)
