"""What an operation costs, counted instead of timed: Python calls, and arrays that are allocated.

The counts are those of today. Who makes one smaller lowers it here; who makes one larger has to say in review what for.
Calls are those of Python functions, as `sys.setprofile` reports them; what NumPy does is not among them. Arrays are
counted by the memory that is traced while an operation runs, in units of its operands.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, Final

import attrs
import numpy as np
import pytest

from pydezero import (
    Function,
    Variable,
    associative_scan,
    cond,
    custom_jvp,
    custom_vjp,
    fori_loop,
    functions,
    grad,
    jvp,
    scan,
    switch,
    vmap,
    while_loop,
)
from pydezero import map as map_loop
from pydezero.core.level import Level
from pydezero.core.variable import variable_at
from pydezero.graph.backward import pull_back
from tests.versions import needs

# Any: NumPy's stubs know no Variable.
Make = Callable[[Any, Any], Any]

SIZE: Final = 20_000
_CONSTANT: Final = np.full(SIZE, 0.5)
_CONSTANT.setflags(write=False)


def calls(run: Callable[[], object]) -> int:
    """How many Python functions are called; without comprehensions, which not every version of Python calls."""
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call" and not frame.f_code.co_name.endswith("comp>")

    before = sys.getprofile()
    gc.disable()  # hypothesis has it call Python
    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count - 1  # run itself


def arrays(run: Callable[[], object]) -> int:
    """The most memory that is allocated at once, in arrays of SIZE elements."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        kept = run()
        _, peak = tracemalloc.get_traced_memory()
        del kept
    finally:
        tracemalloc.stop()
    return round((peak - before) / (8 * SIZE))


@attrs.frozen
class Cost:
    """Calls to record an operation and to pull a cotangent back through it, and arrays that each of them allocates."""

    record_calls: int
    reverse_calls: int
    record_arrays: int
    reverse_arrays: int


OPERATIONS: dict[str, tuple[Make, Cost]] = {
    "functions.sin(x)": (lambda x, y: functions.sin(x), Cost(1, 1, 1, 2)),
    "np.sin(x)": (lambda x, y: np.sin(x), Cost(2, 1, 1, 2)),
    "np.exp(x)": (lambda x, y: np.exp(x), Cost(2, 0, 1, 1)),
    "x + y": (lambda x, y: x + y, Cost(1, 0, 1, 0)),
    "x * y": (lambda x, y: x * y, Cost(1, 0, 1, 2)),
    "x * x": (lambda x, y: x * x, Cost(2, 1, 1, 2)),
    "x * 2.0": (lambda x, y: x * 2.0, Cost(2, 0, 1, 1)),
    "x * array": (lambda x, y: x * _CONSTANT, Cost(3, 0, 1, 1)),
    "x[1:]": (lambda x, y: x[1:], Cost(4, 8, 0, 1)),
    "x[0]": (lambda x, y: x[0], Cost(1, 11, 0, 1)),
    "np.sum(x)": (lambda x, y: np.sum(x), Cost(8, 4, 0, 0)),
    "x @ y": (lambda x, y: x @ y, Cost(3, 10, 0, 2)),
}


_NEWER: Final = {"x @ y": [needs("numpy>=2.4", "fewer of its own functions are written in Python")]}


@pytest.mark.parametrize(
    ("make", "cost"), [pytest.param(*row, marks=_NEWER.get(name, []), id=name) for name, row in OPERATIONS.items()]
)
def test_an_operation_costs_what_it_cost(make: Make, cost: Cost) -> None:
    x: Any = variable_at(np.full(SIZE, 0.5), Level(1))
    y: Any = variable_at(np.full(SIZE, 0.25), Level(1))
    out = make(x, y)  # once, so that what is cached is there
    g = np.full(out.shape, 0.5) if out.shape else np.float64(0.5)

    def reverse() -> object:
        return pull_back({out.node: g}, [x.node, y.node])

    def nothing() -> object:
        return pull_back({x.node: g}, [x.node, y.node])

    reverse()
    found = Cost(
        calls(lambda: make(x, y)) - 1, calls(reverse) - calls(nothing), arrays(lambda: make(x, y)), arrays(reverse)
    )
    assert found == cost


def per_operation(f: Callable[[Any, int], Any], run: Callable[[Callable[[Any], Any]], object]) -> float:
    """The calls that one more operation makes, in a long chain of them."""
    short, long = (calls(lambda n=n: run(lambda x: f(x, n))) for n in (100, 200))  # type: ignore[misc]  # n is bound
    return (long - short) / 100


def chain(x: Any, n: int) -> Any:
    y = x
    for _ in range(n):
        y = np.sin(y) * x
    return np.sum(y)


def test_a_long_chain_costs_per_operation_what_it_cost() -> None:
    x = np.full(10, 0.5)
    chain(Variable(x), 1), grad(lambda v: chain(v, 1))(x)  # once, so that what is cached is there
    recorded = per_operation(chain, lambda f: f(Variable(x)))
    differentiated = per_operation(chain, lambda f: grad(f)(x))
    # A sine and a product are recorded by two calls and one, and the rule of the sine is called once.
    assert (recorded, differentiated) == (3, 4)


def test_a_choice_at_the_end_costs_nothing_per_operation() -> None:
    x = np.full(10, 0.5)

    def chosen(v: Any, n: int) -> Any:
        return np.where(v > 0, chain(v, n), 0.0)

    def total(v: Any, n: int) -> Any:
        return np.sum(chosen(v, n))

    grad(lambda v: total(v, 1))(x)  # once, so that what is cached is there
    assert per_operation(total, lambda f: grad(f)(x)) == 4


X: Final = np.full(5, 0.5)
ROWS: Final = np.full((4, 5), 0.5)


def _sines(x: Any) -> Any:
    return np.sum(np.sin(x))


def _scaled(w: Any, x: Any) -> Any:
    return np.sum(np.tanh(w * x))


@custom_vjp(lambda x: (np.sin(x), (x, np.cos(x))), lambda kept, g: (g * kept[1],))
def _sine_by_vjp(x: Any) -> Any:
    return np.sin(x)


@custom_jvp(lambda primals, tangents: (np.sin(primals[0]), np.cos(primals[0]) * tangents[0]))
def _sine_by_jvp(x: Any) -> Any:
    return np.sin(x)


_sine_by_function: Any = Function(np.sin, lambda g, x: g * np.cos(x))


TRANSFORMS: dict[str, tuple[Callable[[], object], int]] = {
    "grad of a custom_vjp": (partial(grad(lambda x: np.sum(_sine_by_vjp(x))), X), 65),
    "grad of a custom_jvp": (partial(grad(lambda x: np.sum(_sine_by_jvp(x))), X), 61),
    "grad of a Function": (partial(grad(lambda x: np.sum(_sine_by_function(x))), X), 60),
    "grad(np.sum)": (partial(grad(np.sum), X), 22),
    "grad of sines": (partial(grad(_sines), X), 26),
    "grad of two": (partial(grad(_scaled, argnums=(0, 1)), X, X), 35),
    "vmap of grad": (partial(vmap(grad(_sines)), ROWS), 85),
    "vmap of grad, weights shared": (partial(vmap(grad(_scaled), in_axes=(None, 0)), X, ROWS), 101),
    "jvp": (partial(jvp, _sines, (X,), (X,)), 61),
}


@pytest.mark.parametrize(("run", "count"), TRANSFORMS.values(), ids=list(TRANSFORMS))
def test_a_transform_of_little_costs_what_it_cost(run: Callable[[], object], count: int) -> None:
    run()  # once, so that what is cached is there
    assert calls(lambda: run()) == count


@attrs.frozen
class _Carry:
    count: int
    y: Any


LOOPS: dict[str, tuple[Callable[[Any], object], int]] = {
    "fori_loop": (lambda x: fori_loop(0, 10, lambda _, y: np.sin(y), x), 1),
    "fori_loop of a float": (lambda x: fori_loop(0, 10, lambda _, y: y * 1.5, 1.0), 3),
    "fori_loop of a pair": (lambda x: fori_loop(0, 10, lambda _, p: (p[0] + 1, np.sin(p[1])), (0, x)), 4),
    "fori_loop of a dict": (lambda x: fori_loop(0, 10, lambda _, p: {"y": np.sin(p["y"])}, {"y": x}), 4),
    # Its own constructor is called, too.
    "fori_loop of a record": (
        lambda x: fori_loop(0, 10, lambda _, p: _Carry(p.count + 1, np.sin(p.y)), _Carry(0, x)),
        18,
    ),
    "scan": (lambda x: scan(lambda y, _: (np.sin(y), None), x, length=10), 4),
    "scan of rows, stacked": (lambda x: scan(lambda y, row: (row, y * row), x[0], x), 5),
    # The condition is called once more than the body.
    "while_loop of a pair": (lambda x: while_loop(lambda p: p[0] < 10, lambda p: (p[0] + 1, p[1] * 2), (0, x)), 16),
    "map": (lambda x: map_loop(lambda row: row * 2, x), 4),
    "associative_scan": (lambda x: associative_scan(lambda a, b: a + b, x), 12),  # of nine steps
    "cond": (lambda x: cond(True, lambda: 1, lambda: 2), -8),
    "switch": (lambda x: switch(1, [lambda: 1, lambda: 2]), -8),
}


@pytest.mark.parametrize(("run", "count"), LOOPS.values(), ids=list(LOOPS))
def test_a_loop_calls_little_but_its_body(run: Callable[[Any], object], count: int) -> None:
    """Calls besides those of the bodies of ten steps."""
    x = np.ones((10, 10))
    run(x)  # once, so that what is cached is there
    assert calls(lambda: run(x)) - 1 - 10 == count
