"""The loops of pydezero beside the same loops in Python, of steps that are one operation of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from benchmarks.tools import Tool
from benchmarks.workload import FLOOR, Contenders, Workload
from pydezero import associative_scan, fori_loop, grad, scan, while_loop
from pydezero import map as map_loop

# An array, or a Variable where the loop is differentiated.
Value: TypeAlias = Any

# A carry of any kind, and what a step makes of it.
Step: TypeAlias = Callable[..., Any]

Loop: TypeAlias = Callable[[int, Value], Value]
"""A loop of so many steps that begins with an array."""

_ELEMENTS: Final = 10


@attrs.frozen
class _Record:
    count: int
    y: Value


def _stacked(ys: Sequence[Value]) -> Value:
    return np.array(ys) if type(ys[0]) is np.ndarray else np.stack(ys)  # which takes three times as long on arrays


@cache
def _rows(steps: int) -> Value:
    return np.linspace(0.5, 1.5, steps * _ELEMENTS).reshape(steps, _ELEMENTS)


def _counted(first: Callable[[Value], Any], step: Step, last: Callable[[Any], Value]) -> tuple[Loop, Loop]:
    """`fori_loop`, and the loop in Python, over the carry that `first` makes of an array."""

    def by_hand(steps: int, x: Value) -> Value:
        carry = first(x)
        for i in range(steps):
            carry = step(i, carry)
        return last(carry)

    return lambda steps, x: last(fori_loop(0, steps, step, first(x))), by_hand


def _scanned(step: Step, has_xs: bool, stacks: bool) -> tuple[Loop, Loop]:
    def loop(steps: int, x: Value) -> Value:
        carry, ys = scan(step, x, _rows(steps)) if has_xs else scan(step, x, length=steps)
        return ys if stacks else carry

    def by_hand(steps: int, x: Value) -> Value:
        carry, ys = x, []
        if not stacks:
            for row in _rows(steps) if has_xs else range(steps):
                carry, _ = step(carry, row)
            return carry
        for row in _rows(steps) if has_xs else range(steps):
            carry, y = step(carry, row)
            ys.append(y)
        return _stacked(ys)

    return loop, by_hand


def _while_it_counts(steps: int, x: Value) -> Value:
    return while_loop(lambda pair: pair[0] < steps, _one_more, (0, x))[1]


def _while_by_hand(steps: int, x: Value) -> Value:
    pair = (0, x)
    while pair[0] < steps:
        pair = _one_more(pair)
    return pair[1]


def _one_more(pair: tuple[int, Value]) -> tuple[int, Value]:
    return pair[0] + 1, np.sin(pair[1])


def _mapped(steps: int, x: Value) -> Value:
    return map_loop(lambda row: row * x, _rows(steps))


def _mapped_by_hand(steps: int, x: Value) -> Value:
    def f(row: Value) -> Value:
        return row * x

    return _stacked([f(row) for row in _rows(steps)])


def _running(steps: int, x: Value) -> Value:
    return associative_scan(lambda a, b: a * b, _rows(steps) * x)


def _running_by_hand(steps: int, x: Value) -> Value:
    def f(a: Value, b: Value) -> Value:
        return a * b

    rows = _rows(steps) * x
    results = [rows[0]]
    for row in rows[1:]:
        results.append(f(results[-1], row))
    return _stacked(results)


_LOOPS: Final[dict[str, tuple[Loop, Loop]]] = {
    "fori_loop": _counted(lambda x: x, lambda _, y: np.sin(y), lambda y: y),
    "fori_loop of a pair": _counted(lambda x: (0, x), lambda _, p: (p[0] + 1, np.sin(p[1])), lambda p: p[1]),
    "fori_loop of a dict": _counted(
        lambda x: {"n": 0, "y": x}, lambda _, p: {"n": p["n"] + 1, "y": np.sin(p["y"])}, lambda p: p["y"]
    ),
    "fori_loop of a record": _counted(
        lambda x: _Record(0, x), lambda _, p: _Record(p.count + 1, np.sin(p.y)), lambda p: p.y
    ),
    "scan": _scanned(lambda y, _: (np.sin(y), None), has_xs=False, stacks=False),
    "scan of rows": _scanned(lambda y, row: (y * row, None), has_xs=True, stacks=False),
    "scan of rows, stacked": _scanned(lambda y, row: (row, y * row), has_xs=True, stacks=True),
    "while_loop of a pair": (_while_it_counts, _while_by_hand),
    "map": (_mapped, _mapped_by_hand),
    "associative_scan": (_running, _running_by_hand),
}


def _side_by_side(loops: tuple[Loop, Loop], differentiated: bool) -> Callable[[int, Sequence[Tool]], Contenders]:
    def contenders(steps: int, tools: Sequence[Tool]) -> Contenders:
        if not any(tool.name == "pydezero" for tool in tools):
            return {}
        x = np.linspace(0.1, 1.0, _ELEMENTS)
        runs = [partial(loop, steps) for loop in loops]
        if differentiated:
            runs = [grad(lambda x, run=run: np.sum(run(x))) for run in runs]  # type: ignore[misc]  # run is bound
        return {FLOOR: partial(runs[1], x), "pydezero": partial(runs[0], x)}

    return contenders


LOOPS: Final[tuple[Workload, ...]] = tuple(
    Workload(
        f"loops:{'gradient of ' if differentiated else ''}{name}",
        f"{'gradient of ' if differentiated else ''}{name}, beside a loop in Python",
        (10, 100),
        "steps",
        _side_by_side(loops, differentiated),
    )
    for differentiated in (False, True)
    for name, loops in _LOOPS.items()
)
