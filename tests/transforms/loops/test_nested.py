"""Loops in loops, in transforms and around them, with carries of all kinds, beside the same loops in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose

import pydezero
from pydezero import grad, hessian, jacfwd, jit, jvp, trace, vmap
from pydezero.testing import check_grads
from pydezero.tree import map_leaves

# Any: loops of this library or of Python, and what they carry.
Loops = Any
Program = Callable[[Loops, Any, Any], Any]


class ByHand:
    """The loops in Python."""

    @staticmethod
    def fori_loop(start: Any, stop: Any, body: Callable[..., Any], init: Any) -> Any:
        for i in range(int(start), int(stop)):
            init = body(i, init)
        return init

    @staticmethod
    def while_loop(condition: Callable[..., Any], body: Callable[..., Any], init: Any) -> Any:
        while condition(init):
            init = body(init)
        return init

    @staticmethod
    def scan(body: Callable[..., Any], init: Any, xs: Any, reverse: bool = False, **_: Any) -> Any:
        ys = []
        for i in range(3)[:: -1 if reverse else 1]:
            init, y = body(init, map_leaves(lambda x, i=i: x if x is None else x[i], xs))
            ys.append(y)
        return init, map_leaves(lambda *y: np.stack(y), *(ys[::-1] if reverse else ys))

    @staticmethod
    def cond(predicate: Any, if_true: Callable[..., Any], if_false: Callable[..., Any], *operands: Any) -> Any:
        return if_true(*operands) if predicate else if_false(*operands)

    @staticmethod
    def switch(index: Any, branches: list[Callable[..., Any]], *operands: Any) -> Any:
        return branches[int(index)](*operands)


TABLE: Final = np.linspace(0.3, 0.9, 9).reshape(3, 3)


@attrs.frozen
class Record:
    y: Any
    others: dict[str, Any]
    nothing: None = None


def scan_in_while(loops: Loops, w: Any, y: Any) -> Any:
    """Until a sum is small, for each example by itself; integers, a boolean and an empty array are carried."""

    def step(c: Any) -> Any:
        z, _ = loops.scan(lambda z, row: (np.sin(z) * row + 0.1 * w, np.sum(z)), c["y"], TABLE)
        return {"y": z * 0.8, "n": c["n"] + 1, "k": c["k"] * 2, "b": np.logical_not(c["b"]), "e": c["e"], "none": None}

    init = {"y": y, "n": 0, "k": np.int64(1), "b": np.bool(True), "e": np.zeros((0, 2)), "none": None}
    end = loops.while_loop(lambda c: (np.sum(c["y"] ** 2) > 0.1) & (c["n"] < 4), step, init)
    return np.where(end["b"], end["y"], 0.5 * end["y"]) + 0.01 * end["k"]


def while_in_scan(loops: Loops, w: Any, y: Any) -> Any:
    def step(c: Any, x: Any) -> Any:
        count = np.sum(c.y > 0.4)
        z = loops.while_loop(lambda p: p[0] < count, lambda p: (p[0] + 1, np.tanh(p[1] + w)), (0, c.y))[1]
        others = {"c": c.others["c"] * (0.5 + 0.2j) + np.sum(z), "s": c.others["s"] * np.float32(0.5)}
        return Record(z * x["row"], others), (z, x["i"] * 2)

    init = Record(y, {"c": np.array([1.0 + 0.5j, 0.2]), "s": np.ones(2, np.float32)})
    xs = {"row": TABLE, "i": np.arange(3), "none": None}
    end, (zs, numbers) = loops.scan(step, init, xs, reverse=True)
    return end.y + np.sum(zs, axis=0) * np.sum(numbers) + np.sum(np.real(end.others["c"])) + np.sum(end.others["s"])


def choices_in_counted(loops: Loops, w: Any, y: Any) -> Any:
    """A choice by the carried index, in a loop as often as a value says."""

    def step(i: Any, c: Any) -> Any:
        k, z, scale = c
        z = loops.switch(k, [lambda z: np.sin(z) * w, lambda z: z * 0.9 + 0.1 * i, lambda z: z / (1 + z * z)], z)
        return (k + 1) % 3, loops.cond(z[0] > 0.3, lambda z: z * scale, np.cos, z), scale * 0.9

    return loops.fori_loop(0, np.sum(y > 0.3), step, (np.int64(1), y, 1.0))[1]


def gradient_in_scan(loops: Loops, w: Any, y: Any) -> Any:
    """Descent on a function with a loop of its own."""

    def objective(z: Any) -> Any:
        return np.sum(loops.fori_loop(0, 2, lambda i, z: np.sin(z) * w + 0.1 * i, z) ** 2)

    return loops.scan(lambda z, row: (z - 0.2 * row * grad(objective)(z), z), y, TABLE, checkpoint=2)[0]


PROGRAMS: Final[list[Program]] = [scan_in_while, while_in_scan, choices_in_counted, gradient_in_scan]
Y: Final = np.array([[0.35, 0.8, 0.25], [0.7, 0.45, 0.9], [0.31, 0.2, 0.6]])
W: Final = np.array([[0.5, 0.4, 0.7], [0.3, 0.8, 0.45], [0.6, 0.35, 0.75]])
WEIGHTS: Final = np.array([1.0, -0.5, 0.7])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_loops_in_loops(program: Program) -> None:
    def ours(y: Any, w: Any) -> Any:
        return np.sum(program(pydezero, w, y) * WEIGHTS)

    def by_hand(y: Any, w: Any) -> Any:
        return np.sum(program(ByHand, w, y) * WEIGHTS)

    def mixed(f: Any) -> Any:
        return jacfwd(grad(f, argnums=1))

    def pushed(f: Any) -> Any:
        return lambda y, w: jvp(f, (y, w), (w, y))[1]

    check_grads(ours, (Y[0], W[0]))
    pairs: list[tuple[Any, Any]] = [(t(ours), t(by_hand)) for t in (lambda f: f, grad, pushed, hessian, mixed)]
    for f, g in pairs:
        expected = np.stack([g(y, w) for y, w in zip(Y, W, strict=True)])
        assert_allclose(f(Y[0], W[0]), expected[0], rtol=1e-12, atol=1e-12)
        assert_allclose(vmap(f)(Y, W), expected, rtol=1e-12, atol=1e-12)
        assert_allclose(trace(f)(Y[1], W[1])(Y[0], W[0]), expected[0], rtol=1e-12, atol=1e-12)
        assert_allclose(trace(vmap(f))(Y[::-1], W)(Y, W), expected, rtol=1e-12, atol=1e-12)
        assert_allclose(vmap(trace(f)(Y[1], W[1]))(Y, W), expected, rtol=1e-12, atol=1e-12)
    batches: Any = vmap(ours)
    of_all = grad(lambda y: np.sum(batches(y, W)))(Y)
    assert_allclose(of_all, np.stack([grad(by_hand)(y, w) for y, w in zip(Y, W, strict=True)]), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_loops_in_loops_compiled(program: Program) -> None:
    pytest.importorskip("numba")

    def ours(y: Any, w: Any) -> Any:
        return np.sum(program(pydezero, w, y) * WEIGHTS)

    for f in (ours, grad(ours)):
        expected = np.stack([f(y, w) for y, w in zip(Y, W, strict=True)])
        assert_allclose(jit(vmap(f))(Y, W), expected, rtol=1e-10, atol=1e-12)
