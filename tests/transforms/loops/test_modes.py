"""Every loop in every mode: against a loop by hand, differences, a loop over the examples, and traced."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import (
    associative_scan,
    check_finite,
    checkpoint,
    cond,
    fori_loop,
    grad,
    hessian,
    jit,
    jvp,
    map,  # noqa: A004  # the one that is tested
    scan,
    simplify,
    stop_gradient,
    switch,
    trace,
    vmap,
    while_loop,
)
from pydezero.testing import check_grads

# Any: NumPy's stubs know no Variable.
Scalar = Callable[[Any], Any]

X: Final = np.array([0.1, 0.3])
ELSEWHERE: Final = np.array([0.5, 0.2])
ROWS: Final = np.arange(6.0).reshape(3, 2) / 4


@attrs.frozen
class Body:
    """The state of a body that moves."""

    position: Any
    velocity: Any


def nested(x: Any) -> Any:
    def outer(c: Any, row: Any) -> Any:
        d, ys = scan(lambda d, k: (np.tanh(d * row + x * k), d[0]), c, np.array([1.0, 2.0, 3.0]))
        return d + 0.1 * row, np.sum(ys)

    c, ys = scan(outer, x, ROWS)
    return np.sum(c) + np.sum(ys**2)


def nested_by_hand(x: Any) -> Any:
    c, total = x, 0.0
    for row in ROWS:
        d, inner = c, 0.0
        for k in (1.0, 2.0, 3.0):
            inner = inner + d[0]
            d = np.tanh(d * row + x * k)
        c, total = d + 0.1 * row, total + inner**2
    return np.sum(c) + total


def rolled(step: Callable[[Any, Any, Any], Any], reverse: bool = False) -> Scalar:
    """The sum of the last carry and of the squares of what is stacked, by a loop in Python."""

    def by_hand(x: Any) -> Any:
        c, total = x, 0.0
        for row in ROWS[::-1] if reverse else ROWS:
            c, y = step(x, c, row)
            total = total + np.sum(y**2)
        return np.sum(c) + total

    return by_hand


def scanned(step: Callable[[Any, Any, Any], Any], **options: Any) -> Scalar:
    """The same by `scan`."""

    def by_scan(x: Any) -> Any:
        c, ys = scan(lambda c, row: step(x, c, row), x, ROWS, **options)
        return np.sum(c) + np.sum(ys**2)

    return by_scan


def step(x: Any, c: Any, row: Any) -> Any:
    return np.sin(c) * row + x, c * row[0]


def mixed(x: Any) -> Any:
    def body(c: Any, row: Any) -> Any:
        new = {"a": c["a"] * np.sin(x) + c["i"], "i": c["i"] + 1, "b": ~c["b"], "n": None}
        return new, (c["i"], c["b"])

    carry, (counts, flags) = scan(body, {"a": x, "i": 0, "b": np.array(True), "n": None}, ROWS)
    return np.sum(carry["a"]) * np.sum(counts * flags)


def mixed_by_hand(x: Any) -> Any:
    a: Any = x
    for i in range(3):
        a = a * np.sin(x) + i
    return np.sum(a) * 2


def choosing(x: Any, c: Any, row: Any) -> Any:
    return cond(c[0] > 0.3, lambda c: np.sin(c) * x, lambda c: c**2 + row, c), c


def choosing_by_hand(x: Any, c: Any, row: Any) -> Any:
    return np.where(c[0] > 0.3, np.sin(c) * x, c**2 + row), c


def root(a: Any) -> Any:
    def far(s: Any) -> Any:
        return abs(s[0] ** 2 - a) > 1e-13

    return while_loop(far, lambda s: ((s[0] + a / s[0]) / 2, s[1] + 1), (a + 1.0, 0))[0]


def linear(x: Any) -> Any:
    slopes = np.stack([x, x * 2, x**2, x + 1, x * 0.4])
    a, b = associative_scan(lambda p, q: (p[0] * q[0], q[0] * p[1] + q[1]), (slopes, np.sin(slopes)))
    return np.sum(a * b)


def linear_by_hand(x: Any) -> Any:
    total, a, b = 0.0, 1.0, 0.0
    for slope in (x, x * 2, x**2, x + 1, x * 0.4):
        a, b = a * slope, slope * b + np.sin(slope)
        total = total + np.sum(a * b)
    return total


def descent(x: Any, c: Any, row: Any) -> Any:
    return c - 0.1 * grad(lambda d: np.sum((d * x - row) ** 4))(c), c


def grown(x: Any, c: Any, row: Any) -> Any:
    return while_loop(lambda d: np.sum(d) < 2.0, lambda d: d * 1.5 + x**2 + 0.1, c) * 0.3 + row, c


def orbit(x: Any) -> Any:
    state = Body(x, x * 2)
    return np.sum(
        fori_loop(
            0, 3, lambda _, s: Body(s.position + 0.1 * s.velocity, s.velocity - 0.1 * s.position * x), state
        ).position
    )


def orbit_by_hand(x: Any) -> Any:
    p, v = x, x * 2
    for _ in range(3):
        p, v = p + 0.1 * v, v - 0.1 * p * x
    return np.sum(p)


def switched(x: Any) -> Any:
    branches: list[Scalar] = [lambda c: c * x, np.sin, lambda c: c + x**2]
    return np.sum(scan(lambda c, i: (switch(i, branches, c), None), x, np.array([0, 2, 1, 0]))[0])


# By name: the function, and what it should be where that is written without a loop of ours.
def cubes(x: Any) -> Any:
    return np.sum(x**3)


def beside(f: Scalar) -> Scalar:
    """A function in which f runs, and returns no array."""
    return lambda x: (f(x), cubes(x))[1]


LOOPS: Final[dict[str, tuple[Scalar, Scalar | None]]] = {
    "scan": (scanned(step), rolled(step)),
    "scan in reverse": (scanned(step, reverse=True), rolled(step, reverse=True)),
    "scan with every second carry": (scanned(step, checkpoint=2), rolled(step)),
    "scan with a checkpoint beyond its end": (scanned(step, checkpoint=9), rolled(step)),
    "scan by length": (
        lambda x: np.sum(scan(lambda c, _: (np.sin(c) * x, None), x, length=3, checkpoint="sqrt")[0]),
        lambda x: np.sum(np.sin(np.sin(np.sin(x) * x) * x) * x),
    ),
    "scan in scan": (nested, nested_by_hand),
    "scan without results": (beside(lambda x: scan(lambda c, _: (c, None), "a name", x)), cubes),
    "map without results": (beside(lambda x: map(lambda _: None, x)), cubes),
    "cond without results": (beside(lambda x: cond(np.sum(x) > 0, lambda _: "a", lambda _: "a", x)), cubes),
    "switch without results": (beside(lambda x: switch(np.argmax(x), [lambda _: (), lambda _: ()], x)), cubes),
    "jit without results": (beside(jit(lambda _: {"a": 3.0})), cubes),
    "a carry of integers, booleans and None": (mixed, mixed_by_hand),
    "a carry that is None": (
        lambda x: np.sum(scan(lambda c, row: (c, np.sin(row * x)), None, ROWS)[1]),
        lambda x: np.sum(np.sin(ROWS * x)),
    ),
    "elements without arrays": (
        lambda x: np.sum(scan(lambda c, row: (c * x + len(row), np.sum(c)), x, (), length=3)[0]),
        lambda x: np.sum(x**4),
    ),
    "elements of which some have no arrays": (
        lambda x: np.sum(scan(lambda c, row: (c * row[1] + len(row[0]), None), x, ({}, ROWS))[0]),
        lambda x: np.sum(x * np.prod(ROWS, axis=0)),
    ),
    "an empty carry": (
        lambda x: np.sum(scan(lambda _, row: ((), np.sin(row * x)), (), ROWS)[1]),
        lambda x: np.sum(np.sin(ROWS * x)),
    ),
    "no steps": (
        lambda x: np.sum(scan(lambda c, row: (c * row, np.sin(row * x)), x, ROWS[:0])[0] ** 2),
        lambda x: np.sum(x**2),
    ),
    "nothing stacked of no steps": (
        lambda x: np.sum(scan(lambda c, row: (c * row, np.sin(row * x)), x, ROWS[:0])[1]) + np.sum(x**2),
        lambda x: np.sum(x**2),
    ),
    "a number that becomes a float": (
        lambda x: scan(lambda c, row: (c * 0.5 + np.sum(row * x), c), 0, ROWS)[0] ** 2,
        lambda x: np.sum((ROWS[0] * 0.25 + ROWS[1] * 0.5 + ROWS[2]) * x) ** 2,
    ),
    "complex numbers": (
        lambda x: np.abs(np.sum(scan(lambda c, row: (c * (x + 1j) + row, c), x + 0j, ROWS)[0])) ** 2,
        lambda x: np.abs(np.sum(((x * (x + 1j) + ROWS[0]) * (x + 1j) + ROWS[1]) * (x + 1j) + ROWS[2])) ** 2,
    ),
    "elements that are differentiated": (
        lambda x: np.sum(scan(lambda c, e: (c * e["a"] + e["b"][0], c), 1.0, {"a": x, "b": [x**2], "n": None})[1]),
        lambda x: 1 + x[0] + x[0] ** 2,
    ),
    "a loop that depends on no step": (
        lambda x: np.sum(
            scan(lambda c, row: (c * fori_loop(0, 3, lambda _, d: np.sin(d) * x[0], x[1]) + row, None), x, ROWS)[0]
        ),
        None,
    ),
    "cond in scan": (scanned(choosing), rolled(choosing_by_hand)),
    "switch in scan": (switched, lambda x: np.sum(np.sin(x * x + x**2) * x)),
    "while_loop in scan": (scanned(grown), rolled(grown)),
    "scan in while_loop": (
        lambda x: np.sum(
            while_loop(lambda c: np.sum(c) < 9, lambda c: scan(lambda d, r: (d * 1.2 + r * x, None), c, ROWS)[0], x)
        ),
        None,
    ),
    "grad in the body": (scanned(descent), rolled(descent)),
    "vmap in the body": (
        lambda x: np.sum(scan(lambda c, r: (vmap(lambda a: np.sin(a * r[0]) + c[1])(c), None), x, ROWS)[0]),
        None,
    ),
    "checkpoint in the body": (
        lambda x: np.sum(scan(lambda c, r: (checkpoint(lambda c: np.sin(c) * r * x)(c), None), x, ROWS)[0]),
        None,
    ),
    "check_finite": (check_finite(scanned(step)), rolled(step)),
    "stop_gradient in the body": (
        lambda x: np.sum(scan(lambda c, r: (np.sin(c) * stop_gradient(r) * x, None), x, ROWS)[0]),
        None,
    ),
    "solve in the body": (
        lambda x: np.sum(scan(lambda c, r: (np.linalg.solve(np.eye(2) * 2 + np.outer(x, r), c), None), x, ROWS)[0]),
        None,
    ),
    "while_loop": (lambda x: root(np.sum(x)), lambda x: np.sqrt(np.sum(x))),
    "while_loop that never runs": (
        lambda x: np.sum(while_loop(lambda c: np.sum(c) > 99, lambda c: c * x, x) ** 2),
        lambda x: np.sum(x**2),
    ),
    "fori_loop": (
        lambda x: np.sum(fori_loop(0, 3, lambda i, c: np.sin(c) + i * x, x)),
        lambda x: np.sum(np.sin(np.sin(np.sin(x)) + x) + 2 * x),
    ),
    "fori_loop of a class": (orbit, orbit_by_hand),
    "fori_loop without steps": (lambda x: np.sum(fori_loop(3, 1, lambda _, c: c * x, x) ** 2), lambda x: np.sum(x**2)),
    "cond": (
        lambda x: cond(np.sum(x) > 0.5, lambda x: np.sum(np.sin(x)) + x[0], lambda x: np.sum(x**3), x),
        lambda x: np.where(np.sum(x) > 0.5, np.sum(np.sin(x)) + x[0], np.sum(x**3)),
    ),
    "cond of what it captures": (
        lambda x: cond(x[0] > 0.3, lambda: np.sum(np.sin(x)), lambda: 0.0),
        lambda x: np.where(x[0] > 0.3, np.sum(np.sin(x)), 0.0),
    ),
    "switch": (
        lambda x: switch((x[0] > 0.3) * 2, [lambda x: np.prod(x) ** 2, lambda x: np.sum(x), lambda x: np.sum(x**3)], x),
        lambda x: np.where(x[0] > 0.3, np.sum(x**3), np.prod(x) ** 2),
    ),
    "map": (
        lambda x: np.sum(map(lambda r: {"a": np.sin(r * x), "n": None}, ROWS)["a"]),
        lambda x: np.sum(np.sin(ROWS * x)),
    ),
    "map in batches": (lambda x: np.sum(map(lambda r: np.sin(r * x), ROWS, 2)), lambda x: np.sum(np.sin(ROWS * x))),
    "associative_scan": (linear, linear_by_hand),
    "associative_scan of matrices": (
        lambda x: np.sum(
            associative_scan(np.matmul, np.reshape(ROWS[:2], (1, 2, 2)) * x[0] + np.ones((3, 2, 2)) * x[1])
        ),
        None,
    ),
}

_loops = pytest.mark.parametrize(("f", "by_hand"), LOOPS.values(), ids=list(LOOPS))


def same(actual: Any, expected: Any) -> None:
    assert_allclose(actual, expected, rtol=1e-7, atol=1e-11)


@_loops
def test_values_and_derivatives(f: Scalar, by_hand: Scalar | None) -> None:
    for x in (X, ELSEWHERE):
        if by_hand is not None:
            same(f(x), by_hand(x))
            same(grad(f)(x), grad(by_hand)(x))
        check_grads(f, (x,))


@_loops
def test_a_graph_of_it(f: Scalar, by_hand: Scalar | None) -> None:
    x, d = ELSEWHERE, np.array([0.6, -0.8])
    graph = trace(f)(X)
    for g in (graph, simplify(graph), trace(graph)(X)):
        same(g(x), f(x))
        same(grad(g)(x), grad(f)(x))
    same(jvp(graph, (x,), (d,))[1], grad(f)(x) @ d)
    same(hessian(graph)(x), hessian(f)(x))
    same(grad(lambda x: grad(graph)(x) @ d)(x), hessian(f)(x) @ d)


@_loops
def test_a_graph_of_its_derivatives(f: Scalar, by_hand: Scalar | None) -> None:
    x, d = ELSEWHERE, np.array([0.6, -0.8])
    of_gradient = trace(grad(f))(X)
    same(of_gradient(x), grad(f)(x))
    same(simplify(of_gradient)(x), grad(f)(x))
    same(pickle.loads(pickle.dumps(of_gradient))(x), grad(f)(x))
    same(trace(lambda x: jvp(f, (x,), (d,))[1])(X)(x), grad(f)(x) @ d)
    same(trace(lambda t: jvp(f, (x,), (t,))[1])(X)(d), grad(f)(x) @ d)
    same(trace(hessian(f))(X)(x), hessian(f)(x))
    same(trace(grad(lambda x: grad(f)(x) @ d))(X)(x), hessian(f)(x) @ d)


@_loops
def test_batches(f: Scalar, by_hand: Scalar | None) -> None:
    xs = np.stack([ELSEWHERE, X, ELSEWHERE * 1.1])
    for g in (f, grad(f), hessian(f)):
        expected = np.stack([g(x) for x in xs])
        same(vmap(g)(xs), expected)
        same(trace(vmap(g))(xs * 0.9)(xs), expected)
    graph = trace(f)(X)
    same(vmap(graph)(xs), np.stack([f(x) for x in xs]))
    same(vmap(grad(graph))(xs), np.stack([grad(f)(x) for x in xs]))

    def total(xs: Any) -> Any:
        return np.sum(vmap(f)(xs))

    same(grad(total)(xs), np.stack([grad(f)(x) for x in xs]))
    same(vmap(vmap(f))(np.stack([xs, xs[::-1]])), np.stack([vmap(f)(xs), vmap(f)(xs[::-1])]))
