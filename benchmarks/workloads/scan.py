"""A long `scan`, kept whole and with a checkpoint every sqrt(n) steps: time, and the most memory at once."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.measure import peak_arrays
from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, one_call
from benchmarks.workloads.checkpoint import backward, forward

_STEPS = 10_000
_SEGMENT = math.isqrt(_STEPS)
_SIZES = (1_000,)


def _problem(size: int) -> Arrays:
    return (np.random.default_rng(0).uniform(0.5, 1.5, size),)


def _loss(xp: Namespace, x: Tensor) -> Tensor:
    return xp.sum(xp.scan(lambda y, _: (xp.sin(y) * x, None), x, length=_STEPS)[0])


def _checkpointed_loss(xp: Namespace, x: Tensor) -> Tensor:
    return xp.sum(xp.scan(lambda y, _: (xp.sin(y) * x, None), x, length=_STEPS, checkpoint="sqrt")[0])


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
    for _ in range(_STEPS // _SEGMENT):
        starts.append(y)
        for _ in range(_SEGMENT):
            y = np.sin(y) * x
    value = float(y.sum())
    g, g_x = np.ones_like(x), np.zeros_like(x)
    while starts:
        backward(g, g_x, x, forward(starts.pop(), x, _SEGMENT)[1])
    g_x += g
    return value, (g_x,)


scan = derivative_workload(
    "scan",
    f"scan of {_STEPS:,} x `y = np.sin(y) * x`",
    _SIZES,
    "elements",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("scanned", _loss),
)
scan_checkpoint = derivative_workload(
    "scan-checkpoint",
    f'scan of {_STEPS:,} x `y = np.sin(y) * x`, checkpoint="sqrt"',
    _SIZES,
    "elements",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("scanned", _checkpointed_loss),
)
memory_scan = derivative_workload(
    "memory-scan",
    f'peak memory of a scan of {_STEPS:,} x `y = np.sin(y) * x`, checkpoint="sqrt"',
    _SIZES,
    "elements",
    problem=_problem,
    by_hand=_checkpointed_by_hand,
    run=one_call("scanned", _checkpointed_loss),
    meter=peak_arrays,
    unit="arrays",
)
