"""Running workloads: compare the results of all tools first, then measure those that are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median, quantiles
from time import perf_counter

import attrs

from benchmarks.compare import difference
from benchmarks.measure import Plan, each_its_own_garbage, interleaved, keep_freed_memory
from benchmarks.tools import Run, Tool
from benchmarks.workload import FLOOR, Contenders, Workload

Progress = Callable[[str], None]
"""Is told what is being measured."""


@attrs.frozen
class Measurement:
    """The time or memory that one contender took.

    `ratio` is to the floor: the median of the ratios within a round, which a machine that slows down for a while
    disturbs least. `first_call` is the time of the first call, in which some tools compile, where it was measured.
    """

    median: float
    quartiles: tuple[float, float]
    rounds: int
    ratio: float | None
    first_call: float | None = None


@attrs.frozen
class Row:
    """The measurements of all contenders for a workload at a size."""

    workload: str
    title: str
    size: int
    size_means: str
    line: str
    unit: str
    measurements: dict[str, Measurement]


@attrs.frozen
class Outcome:
    """The rows that were measured, and a line for each contender that failed or computed something else."""

    rows: list[Row]
    failures: list[str]


def run_suite(workloads: Iterable[Workload], tools: Sequence[Tool], plan: Plan, progress: Progress) -> Outcome:
    """Measure all workloads at all their sizes."""
    keep_freed_memory()
    rows: list[Row] = []
    failures: list[str] = []
    for workload in workloads:
        for size in workload.sizes:
            row, wrong = _run_one(workload, size, tools, plan, progress)
            failures += wrong
            if row.measurements:
                rows.append(row)
    return Outcome(rows, failures)


def _run_one(
    workload: Workload, size: int, tools: Sequence[Tool], plan: Plan, progress: Progress
) -> tuple[Row, list[str]]:
    line = workload.line(size)
    progress(line)
    contenders = workload.contenders(size, tools)
    wrong: list[str] = []
    first_calls: dict[str, float] = {}
    if workload.compared:
        contenders, first_calls, wrong = _agreeing(contenders)
    with each_its_own_garbage():
        samplers = {name: workload.meter(run, size) for name, run in contenders.items()}
        samples = interleaved(samplers, plan, after_round=lambda: progress(""))
    measurements = {
        name: _measurement(found, samples.get(FLOOR), first_calls.get(name)) for name, found in samples.items()
    }
    row = Row(workload.name, workload.title, size, workload.size_means, line, workload.unit, measurements)
    return row, [f"{line}: {message}" for message in wrong]


def _agreeing(contenders: Contenders) -> tuple[Contenders, dict[str, float], list[str]]:
    """The contenders whose results are those of the floor, their first calls, and what is wrong with the others."""
    expected = contenders[FLOOR]()
    agreeing: dict[str, Run] = {}
    first_calls: dict[str, float] = {}
    wrong: list[str] = []
    for name, run in contenders.items():
        start = perf_counter()
        try:
            result = run()
            first_calls[name] = perf_counter() - start
            problem = difference(result, expected)
        except Exception as error:  # a tool may fail in any way, and the others are still of interest
            problem = f"{type(error).__name__}: {error}"
        if problem is None:
            agreeing[name] = run
        else:
            wrong.append(f"{name}: {problem}")
    return agreeing, first_calls, wrong


def _measurement(samples: list[float], floor: list[float] | None, first_call: float | None) -> Measurement:
    quartiles = quantiles(samples, n=4) if len(samples) > 1 else [samples[0]] * 3
    ratio = None if floor is None else median(a / b for a, b in zip(samples, floor, strict=False))
    return Measurement(median(samples), (quartiles[0], quartiles[2]), len(samples), ratio, first_call)
