"""What the type checker knows of loops: carries and outputs keep their types. Never run."""

from __future__ import annotations

from typing import Any, assert_type

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Variable,
    as_variable,
    associative_scan,
    cond,
    fori_loop,
    grad,
    map,  # noqa: A004  # the one that is tested
    scan,
    switch,
    while_loop,
)
from pydezero import functions as F

Doubles = NDArray[np.float64]

array: Doubles = np.ones(3)
rows: Doubles = np.ones((4, 3))
variable = as_variable(np.ones(3))


@attrs.frozen
class State:
    position: Doubles
    steps: int


state = State(array, 0)


def moved(s: State, row: Doubles) -> tuple[State, dict[str, Doubles]]:
    return State(s.position + row, s.steps + 1), {"position": s.position}


def traced_step(c: Variable, x: Variable) -> tuple[Variable, Variable]:
    return F.sin(c) * x, c


def doubled(x: Variable) -> Variable:
    return x * 2


def negated(x: Variable) -> Variable:
    return -x


def with_total(c: Doubles, row: Doubles) -> tuple[Doubles, np.float64]:
    return c + row, np.sum(row)


def with_count(c: Doubles, _: None) -> tuple[Doubles, int]:
    return c * 2, c.size


def total(row: Doubles) -> float:
    return float(np.sum(row))


def successor(n: int) -> int:
    return n + 1


def is_small(n: int) -> bool:
    return n < 3


def parts(x: Variable) -> dict[str, Variable]:
    return {"sine": F.sin(x)}


# scan: the types of carry and output
assert_type(scan(moved, state, rows), tuple[State, dict[str, Doubles]])
assert_type(scan(traced_step, variable, variable), tuple[Variable, Variable])
assert_type(scan(lambda c, x: (c + x, x), array, rows), tuple[Doubles, Doubles])
assert_type(scan(lambda c, x: (c * x, c), variable, variable, reverse=True), tuple[Variable, Variable])
assert_type(scan(lambda c, x: (c + x["a"], None), array, {"a": rows}, checkpoint="sqrt"), tuple[Doubles, None])
assert_type(scan(lambda c, _: ((c[1], c[0]), c[0]), (array, array), length=3), tuple[tuple[Doubles, Doubles], Doubles])
assert_type(scan(lambda c, _: (c, None), None, length=3, checkpoint=2), tuple[None, None])

# numbers are stacked as an array
assert_type(scan(with_total, array, rows), tuple[Doubles, NDArray[Any]])
assert_type(scan(with_count, array, length=3), tuple[Doubles, NDArray[Any]])
assert_type(map(total, rows), NDArray[Any])

# a number becomes what the body makes of it
assert_type(scan(lambda c, x: (c + x, x), 0.0, array)[1], Doubles)
assert_type(scan(lambda c, x: (c + F.sum(x), x), 0, variable)[1], Variable)

# loops with a condition and over integers
assert_type(while_loop(is_small, successor, 0), int)
assert_type(while_loop(lambda c: np.all(c < 3), lambda c: c + 1, array), Doubles)
assert_type(while_loop(lambda s: s.steps < 3, lambda s: moved(s, array)[0], state), State)
assert_type(while_loop(lambda c: F.sum(c) < 3, lambda c: c * 2, variable), Variable)
assert_type(fori_loop(0, 3, lambda _, c: c * 2.0, array), Doubles)
assert_type(fori_loop(0, variable, lambda i, s: State(s.position * i, s.steps), state), State)
assert_type(fori_loop(np.int64(0), 3, lambda _, c: c * variable, variable), Variable)

# choices
assert_type(cond(True, lambda x: x, lambda x: -x, array), Doubles)
assert_type(cond(variable > 0, lambda x, s: s, lambda x, s: State(x, 1), array, state), State)
assert_type(cond(np.any(array > 0), lambda: array, lambda: -array), Doubles)
assert_type(switch(variable, [doubled, negated], variable), Variable)

# map and associative_scan
assert_type(map(lambda x: x * 2, array), Doubles)
assert_type(map(parts, variable, batch_size=4), dict[str, Variable])
assert_type(associative_scan(lambda a, b: a + b, array), Doubles)
assert_type(associative_scan(lambda a, b: (a[0] * b[0], b[1]), (array, array), reverse=True), tuple[Doubles, Doubles])


# in functions that are differentiated
def loss(x: Variable) -> Variable:
    y, ys = scan(traced_step, x, x)
    return F.sum(cond(x[0] > 0, F.sin, F.cos, y)) + F.sum(ys)


assert_type(grad(loss)(variable), Variable)
