"""Measuring: time and memory of one contender, and all contenders turn and turn about."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import repeat
from time import perf_counter
from typing import Final, TypeAlias

import attrs
import numpy as np

from benchmarks.tools import Run

Sampler: TypeAlias = Callable[[], float]
"""Takes one measurement."""

Meter: TypeAlias = Callable[[Run, int], Sampler]
"""How a run at a size is measured."""

_SAMPLE_SECONDS: Final = 0.02


@attrs.frozen
class Plan:
    """The number of rounds; after a number of seconds a contender sits out the rest of them."""

    rounds: int = 15
    seconds: float = 2.0


def keep_freed_memory() -> None:
    """Bring the allocator into the state that it has in a process which has worked with large arrays before.

    As long as it has not, glibc returns the memory of arrays to the operating system as soon as a few hundred kB of it
    are free, and asks for it again page by page in the next call: hundreds of page faults a call, which come and go
    with the workloads that ran before. To free an array of 32 MB raises the limit to 64 MB, for all tools alike.
    """
    np.ones(4_000_000 - 100)


def stopwatch(run: Run, _size: int) -> Sampler:
    """Seconds per call, the mean over as many calls in a row as take a few hundredths of a second.

    The garbage collector stays on: what it costs is part of what a tool costs. What the first call compiles or imports
    does not count.
    """
    run()
    calls = 1
    while (seconds := _seconds(run, calls)) < _SAMPLE_SECONDS / 2:
        calls = max(2 * calls, min(8 * calls, int(calls * _SAMPLE_SECONDS / seconds)))
    return lambda: _seconds(run, calls) / calls


def _seconds(run: Run, calls: int) -> float:
    start = perf_counter()
    for _ in repeat(None, calls):
        run()
    return perf_counter() - start


def peak_arrays(run: Run, size: int) -> Sampler:
    """The most memory that was allocated at once during a call, result included, in arrays of so many float64 elements.

    It sees what goes through Python's allocator hooks: NumPy's arrays do, those of PyTorch and JAX do not.
    """

    def sample() -> float:
        tracemalloc.start()
        try:
            run()
            return tracemalloc.get_traced_memory()[1] / (8 * size)
        finally:
            tracemalloc.stop()

    return sample


def own_measure(run: Run, _size: int) -> Sampler:
    """For a run that returns its measurement itself."""
    return lambda: float(run())


@contextmanager
def each_its_own_garbage() -> Iterator[None]:
    """Keep what exists already, the modules and caches of all tools, out of the garbage collector's sight.

    The collector works as ever, but a collection that one tool sets off does not walk through the hundreds of thousands
    of objects that belong to the others. That would double the time of a long tape, as in no user's process.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def interleaved(samplers: Mapping[str, Sampler], plan: Plan, after_round: Callable[[], None]) -> dict[str, list[float]]:
    """The samples of each contender, one a round, so that what slows the machine down slows all alike.

    Every other round runs backwards, so that none always follows the same neighbour.
    """
    samples: dict[str, list[float]] = {name: [] for name in samplers}
    spent = dict.fromkeys(samplers, 0.0)
    order = list(samplers)
    for _ in range(plan.rounds):
        for name in order:
            if spent[name] < plan.seconds:
                start = perf_counter()
                samples[name].append(samplers[name]())
                spent[name] += perf_counter() - start
        order.reverse()
        after_round()
    return samples
