"""Workloads: sizes, and for each size the contenders that do the same work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from benchmarks.measure import Meter, stopwatch
from benchmarks.tools import BY_HAND, Arrays, FloatArray, Loss, Run, Tool

FLOOR: Final = "hand"
"""The contender that the others are compared with."""

Contenders: TypeAlias = Mapping[str, Run]
"""By the name of the tool; the floor, where there is one, comes first."""

Problem: TypeAlias = Callable[[int], Arrays]
"""The arguments of a loss at a size."""

ByHand: TypeAlias = Callable[..., tuple[float, tuple[FloatArray, ...]]]
"""The value of a loss and its gradients, by hand."""

DerivativeByHand: TypeAlias = Callable[..., FloatArray | tuple[FloatArray, ...]]
"""What another method than gradient computes, by hand."""

RunOf: TypeAlias = Callable[[Tool, Arrays], Run | None]
"""What a tool is measured doing with the arguments; None if it cannot do it."""


@attrs.frozen(eq=False)
class Workload:
    """One row of the table per size.

    A name may begin with that of a family and a colon; `--only` takes either.
    `size_means` is what a size counts; without it there is but one. `unit` is what the meter measures: "s", or whatever
    else is written after the number. Where `compared` is set, all contenders must return what the floor returns.
    """

    name: str
    title: str
    sizes: tuple[int, ...]
    size_means: str
    contenders: Callable[[int, Sequence[Tool]], Contenders]
    meter: Meter = stopwatch
    unit: str = "s"
    compared: bool = True

    @property
    def family(self) -> str:
        return self.name.partition(":")[0]

    def line(self, size: int) -> str:
        """The name of a measurement at a size, as the table shows it. One element is given as a 0-d array."""
        if not self.size_means:
            return self.title
        return f"{self.title}, {'0-d' if (size, self.size_means) == (1, 'elements') else f'{size:,} {self.size_means}'}"


def gradient_workload(
    name: str,
    title: str,
    sizes: tuple[int, ...],
    size_means: str,
    *,
    problem: Problem,
    loss: Loss,
    by_hand: ByHand,
    in_numba: ByHand | None = None,
    inputs: int = 1,
    meter: Meter = stopwatch,
    unit: str = "s",
    largest: Mapping[str, int] | None = None,
) -> Workload:
    """The workload of computing a value and its gradients.

    Args:
        name: what `--only` calls it.
        title: what it is, for the table.
        sizes: the sizes it is run at.
        size_means: what a size counts.
        problem: makes the arguments of the loss.
        loss: the function to differentiate, as a user of NumPy writes it.
        by_hand: its value and gradients, the way a practised NumPy programmer writes them: the operations of the loss
            and of its derivative, in place where that is natural, but no other algorithm.
        in_numba: the same in loops that Numba compiles, for the tool `hand-numba`.
        inputs: how many of the arguments, from the first on, to differentiate by.
        meter: what is measured.
        unit: of the measurement.
        largest: the largest size that a tool is run at, where it would take minutes beyond or (0) cannot run at all.
    """
    run = one_call("gradient", loss, inputs)
    contenders = _side_by_side(problem, by_hand, _or_numba(run, in_numba), largest or {})
    return Workload(name, title, sizes, size_means, contenders, meter, unit)


def derivative_workload(
    name: str,
    title: str,
    sizes: tuple[int, ...],
    size_means: str,
    *,
    problem: Problem,
    by_hand: ByHand | DerivativeByHand,
    run: RunOf,
    in_numba: ByHand | DerivativeByHand | None = None,
    meter: Meter = stopwatch,
    unit: str = "s",
    largest: Mapping[str, int] | None = None,
) -> Workload:
    """The workload of computing some other derivative, by the tools that have the method for it.

    `run` says how (`one_call`, `looped`), the rest is as for `gradient_workload`.
    """
    contenders = _side_by_side(problem, by_hand, _or_numba(run, in_numba), largest or {})
    return Workload(name, title, sizes, size_means, contenders, meter, unit)


def one_call(method: str, loss: Loss, inputs: int = 1) -> RunOf:
    """A method of each tool, called once on the arguments."""
    return lambda tool, arguments: tool.methods[method](loss, arguments, inputs) if method in tool.methods else None


def looped(
    method: str, loss: Loss, inputs: int, cases: Callable[[Arrays], Iterable[Arrays]], part: int | None = None
) -> RunOf:
    """A method of each tool called in a loop over the arguments that `cases` makes, the results stacked.

    Of results that are tuples, `part` says which entry is wanted.
    """

    def run_of(tool: Tool, arguments: Arrays) -> Run | None:
        if method not in tool.methods:
            return None
        runs = [tool.methods[method](loss, case, inputs) for case in cases(arguments)]
        if part is None:
            return lambda: _stacked([run() for run in runs])
        return lambda: _stacked([run()[part] for run in runs])

    return run_of


def _stacked(results: Sequence[Any]) -> Any:
    """Results of one structure, with their arrays stacked; Any, because they are those of any tool."""
    if isinstance(results[0], tuple | list):
        return tuple([_stacked(parts) for parts in zip(*results, strict=True)])
    return np.stack([np.asarray(a) for a in results])


def _or_numba(run_of: RunOf, in_numba: Loss | None) -> RunOf:
    """What a tool is measured doing; the tool that compiles what is written by hand gets that."""

    def run(tool: Tool, arguments: Arrays) -> Run | None:
        if BY_HAND not in tool.methods:
            return run_of(tool, arguments)
        return None if in_numba is None else tool.methods[BY_HAND](in_numba, arguments, 0)

    return run


def _side_by_side(
    problem: Problem, by_hand: Callable[..., Any], run_of: RunOf, largest: Mapping[str, int]
) -> Callable[[int, Sequence[Tool]], Contenders]:
    def contenders(size: int, tools: Sequence[Tool]) -> Contenders:
        arguments = problem(size)
        runs: dict[str, Run] = {FLOOR: partial(by_hand, *arguments)}
        for tool in tools:
            run = run_of(tool, arguments) if size <= largest.get(tool.name, size) else None
            if run is not None:
                runs[tool.name] = run
        return runs

    return contenders
