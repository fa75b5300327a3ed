"""How many times as fast compiled programs are on all threads as on one; `--threads N` says how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import Final

from benchmarks.measure import own_measure
from benchmarks.tools import Run, Tool
from benchmarks.workload import Contenders, Workload
from benchmarks.workloads.chain import chain_10
from benchmarks.workloads.fan_out import fan_out
from benchmarks.workloads.logsumexp import logsumexp
from benchmarks.workloads.memory import memory_products
from benchmarks.workloads.mixture import mixture
from benchmarks.workloads.stencil import stencil

_COMPILED: Final = "pydezero-jit"
_TURNS: Final = 7


def _times_faster(run: Run) -> float:
    """The ratio of the shortest of some calls on one thread and of as many on all, turn and turn about."""
    from numba import get_num_threads, set_num_threads  # the other workloads do not need it

    every = get_num_threads()
    seconds: dict[int, list[float]] = {1: [], every: []}
    try:
        for threads in [1, every] * _TURNS:
            set_num_threads(threads)
            start = perf_counter()
            run()
            seconds[threads].append(perf_counter() - start)
    finally:
        set_num_threads(every)
    return min(seconds[1]) / min(seconds[every])


def _on_all_threads(workload: Workload, title: str, size: int) -> Workload:
    def contenders(size: int, tools: Sequence[Tool]) -> Contenders:
        runs = workload.contenders(size, [tool for tool in tools if tool.name == _COMPILED])
        return {_COMPILED: partial(_times_faster, runs[_COMPILED])} if _COMPILED in runs else {}

    return Workload(
        f"threads:{workload.name}",
        f"on all threads: {title}",
        (size,),
        workload.size_means,
        contenders,
        own_measure,
        "times as fast as on one",
        compared=False,
    )


THREADS: Final = (
    _on_all_threads(chain_10, chain_10.title, 1_000_000),
    _on_all_threads(logsumexp, logsumexp.title, 1_000_000),
    _on_all_threads(fan_out, fan_out.title, 100_000),
    _on_all_threads(memory_products, "50 x `y = y * x`", 4_000_000),
    _on_all_threads(stencil, stencil.title, 512),
    _on_all_threads(mixture, mixture.title, 10_000),
)
