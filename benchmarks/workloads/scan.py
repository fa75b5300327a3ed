"""A long `scan`, kept whole and with a checkpoint every sqrt(n) steps: time, and the most memory at once."""

from __future__ import annotations

import math
from functools import partial

from benchmarks.measure import peak_arrays
from benchmarks.tools import Namespace, Tensor
from benchmarks.workload import derivative_workload, one_call
from benchmarks.workloads.checkpoint import by_hand, checkpointed_by_hand, problem

_STEPS = 10_000
_SEGMENT = math.isqrt(_STEPS)
_SIZES = (1_000,)
_by_hand = partial(by_hand, steps=_STEPS)


def _loss(xp: Namespace, x: Tensor) -> Tensor:
    return xp.sum(xp.scan(lambda y, _: (xp.sin(y) * x, None), x, length=_STEPS)[0])


def _checkpointed_loss(xp: Namespace, x: Tensor) -> Tensor:
    return xp.sum(xp.scan(lambda y, _: (xp.sin(y) * x, None), x, length=_STEPS, checkpoint="sqrt")[0])


scan = derivative_workload(
    "scan",
    f"scan of {_STEPS:,} x `y = np.sin(y) * x`",
    _SIZES,
    "elements",
    problem=problem,
    by_hand=_by_hand,
    run=one_call("scanned", _loss),
)
scan_checkpoint = derivative_workload(
    "scan-checkpoint",
    f'scan of {_STEPS:,} x `y = np.sin(y) * x`, checkpoint="sqrt"',
    _SIZES,
    "elements",
    problem=problem,
    by_hand=_by_hand,
    run=one_call("scanned", _checkpointed_loss),
)
memory_scan = derivative_workload(
    "memory-scan",
    f'peak memory of a scan of {_STEPS:,} x `y = np.sin(y) * x`, checkpoint="sqrt"',
    _SIZES,
    "elements",
    problem=problem,
    by_hand=partial(checkpointed_by_hand, blocks=_STEPS // _SEGMENT, block=_SEGMENT),
    run=one_call("scanned", _checkpointed_loss),
    meter=peak_arrays,
    unit="arrays",
)
