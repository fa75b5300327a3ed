"""The time that a trace and each pass take for an equation: the same in a short graph and in a long one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import pydezero
from benchmarks.tools import Run, Tool
from benchmarks.workload import Contenders, Workload

_SIZES = (1_000, 100_000)
# The graph of the gradient of a step has so many equations.
_EQUATIONS_OF_A_STEP = 7


def _chain(steps: int) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:  # Any: NumPy's stubs know no Variable
        y = x
        for _ in range(steps):
            y = np.sin(y) * x
        return y

    return f


def _tracing(size: int) -> Run:
    traced = pydezero.trace(pydezero.grad(_chain(size // _EQUATIONS_OF_A_STEP)))
    return lambda: traced(0.5)


def _passing(name: str) -> Callable[[int], Run]:
    """The run of a pass on the graph of a gradient."""

    simplified = getattr(pydezero, name)

    def run_of(size: int) -> Run:
        graph = _tracing(size)()
        return lambda: simplified(graph)

    return run_of


def _alone(run_of: Callable[[int], Run]) -> Callable[[int, Sequence[Tool]], Contenders]:
    """Measured of pydezero alone: a pass of another tool does another work."""
    return lambda size, tools: {tool.name: run_of(size) for tool in tools if tool.name == "pydezero"}


def _workload(name: str, title: str, run_of: Callable[[int], Run]) -> Workload:
    return Workload(f"passes:{name}", title, _SIZES, "equations", _alone(run_of), compared=False)


_PASSES = ("simplify", "fold_constants", "eliminate_common_subexpressions", "eliminate_dead_code")
passes = [
    _workload("trace", "trace a gradient", _tracing),
    *[_workload(name, f"`{name}`", _passing(name)) for name in _PASSES],
]
