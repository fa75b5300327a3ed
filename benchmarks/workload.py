"""What a workload is: sizes, and for each size the contenders that do the same work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

import attrs

from benchmarks.measure import Meter, stopwatch
from benchmarks.tools import Arrays, FloatArray, Loss, Run, Tool

FLOOR: Final = "hand"
"""The contender that the others are compared with."""

Contenders: TypeAlias = Mapping[str, Run]
"""By the name of the tool; the floor, where there is one, comes first."""

Problem: TypeAlias = Callable[[int], Arrays]
"""The arguments of a loss at a size."""

ByHand: TypeAlias = Callable[..., tuple[float, tuple[FloatArray, ...]]]
"""The value of a loss and its gradients, by hand."""


@attrs.frozen(eq=False)
class Workload:
    """One row of the table per size.

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

    def line(self, size: int) -> str:
        """What is measured at a size, as the table shows it. One element is given as a 0-d array."""
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
        inputs: how many of the arguments, from the first on, to differentiate by.
        meter: what is measured.
        unit: of the measurement.
        largest: the largest size that a tool is run at, where it would take minutes beyond or (0) cannot run at all.
    """
    limits = largest or {}

    def contenders(size: int, tools: Sequence[Tool]) -> Contenders:
        arguments = problem(size)
        runs: dict[str, Run] = {FLOOR: partial(by_hand, *arguments)}
        for tool in tools:
            if size <= limits.get(tool.name, size):
                runs[tool.name] = tool.differentiate(loss, arguments, inputs)
        return runs

    return Workload(name, title, sizes, size_means, contenders, meter, unit)
