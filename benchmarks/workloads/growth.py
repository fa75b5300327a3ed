"""Loops of n operations: how the time of their derivatives grows from n to 2 n. Twice the time is linear.

Each loop takes n steps, on an array of few elements, or one step for each of n elements. What would grow faster is a
pass that looks at all earlier steps again at each one, or a cotangent as large as the array for each element.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any, Final, TypeAlias

import numpy as np

from benchmarks.measure import own_measure
from benchmarks.tools import FloatArray, Tool
from benchmarks.workload import Contenders, Workload
from pydezero import grad, hvp, jvp

# Any: NumPy's stubs know no Variable.
Scalar: TypeAlias = Callable[[Any], Any]
Step: TypeAlias = Callable[[Any, int], Any]
Derivative: TypeAlias = Callable[[Scalar, FloatArray], object]
Problem: TypeAlias = Callable[[int], tuple[Scalar, FloatArray]]

_FEW: Final = 16
_SIZES: Final = (1_000, 8_000)


def _repeated(step: Step) -> Problem:
    """A loop of n steps, each of which makes a new array of few elements."""

    def problem(n: int) -> tuple[Scalar, FloatArray]:
        def loss(x: Any) -> Any:
            for i in range(n):
                x = step(x, i % _FEW)
            return np.sum(x * x)

        return loss, np.linspace(-1.0, 1.0, _FEW)

    return problem


def _added(term: Step) -> Problem:
    """A sum of n terms, each of the same few elements."""

    def problem(n: int) -> tuple[Scalar, FloatArray]:
        def loss(x: Any) -> Any:
            total = 0.0
            for i in range(n):
                total = total + np.sum(term(x, i % _FEW)) ** 2
            return total

        return loss, np.linspace(-1.0, 1.0, _FEW)

    return problem


def _for_each(elements: Callable[[Any], Any]) -> Problem:
    """A sum over n elements, which are taken one at a time."""

    def problem(n: int) -> tuple[Scalar, FloatArray]:
        def loss(x: Any) -> Any:
            total = 0.0
            for y in elements(x):
                total = total + np.sum(y * y)
            return total

        return loss, np.linspace(-1.0, 1.0, n)

    return problem


_LOOPS: Final[dict[str, Problem]] = {
    "x = x.at[i].set(...)": _repeated(lambda x, i: x.at[i].set(x[i - 1] * 0.9)),
    "x = x.at[i].add(...)": _repeated(lambda x, i: x.at[i].add(x[i - 1] * 0.1)),
    "x[mask]": _added(lambda x, _: x[x > 0.1]),
    "max": _added(lambda x, _: np.max(x)),
    "max of equal elements": _added(lambda x, _: np.max(0 * x)),
    "min": _added(lambda x, _: np.min(x)),
    "x = sort(x)": _repeated(lambda x, _: np.sort(0.999 * x)),
    "x = where(...)": _repeated(lambda x, _: np.where(x > 0.1, 0.999 * x, x)),
    "take": _added(lambda x, i: np.take(x, [i, -1])),
    "split": _added(lambda x, _: np.split(x, [4, 8])[1]),
    "x[i] of n": _for_each(lambda x: [x[i] for i in range(len(x))]),
    "take of n": _for_each(lambda x: [np.take(x, i) for i in range(len(x))]),
    "split in n": _for_each(lambda x: np.split(x, len(x))),
    "for y in x": _for_each(lambda x: x),
}


def _reverse(f: Scalar, x: FloatArray) -> object:
    return grad(f)(x)


def _forward(f: Scalar, x: FloatArray) -> object:
    return jvp(f, (x,), (x,))


def _second_order(f: Scalar, x: FloatArray) -> object:
    return hvp(f, (x,), (x,))


def _growth(derivative: Derivative, problem: Problem, n: int) -> float:
    """The ratio of the times for 2 n and for n."""
    return _seconds(derivative, *problem(2 * n)) / _seconds(derivative, *problem(n))


def _seconds(derivative: Derivative, f: Scalar, x: FloatArray) -> float:
    start = perf_counter()
    derivative(f, x)
    return perf_counter() - start


def _contenders(problem: Problem, size: int, tools: Sequence[Tool]) -> Contenders:
    if not any(tool.name == "pydezero" for tool in tools):
        return {}
    return {
        "pydezero": partial(_growth, _reverse, problem, size),
        "pydezero-forward": partial(_growth, _forward, problem, size),
        "pydezero-second-order": partial(_growth, _second_order, problem, size),
    }


GROWTH: Final = tuple(
    [
        Workload(
            f"growth:{name}",
            f"`{name}` in a loop, time of 2 n over that of n",
            _SIZES,
            "steps",
            partial(_contenders, problem),
            own_measure,
            "times",
            compared=False,
        )
        for name, problem in _LOOPS.items()
    ]
)
