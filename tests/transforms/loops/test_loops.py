"""What loops do on values and in batches, and what reverse mode keeps of them."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import pydezero
from pydezero import (
    Variable,
    associative_scan,
    check_finite,
    cond,
    explain,
    fori_loop,
    grad,
    gradients,
    jvp,
    scan,
    switch,
    trace,
    vjp,
    vmap,
    while_loop,
)
from pydezero import functions as F
from pydezero.tree import flatten

X: Final = np.array([0.5, 0.25])
ROWS: Final = np.arange(6.0).reshape(3, 2)


def test_values_stay_plain() -> None:
    seen: list[type] = []

    def body(i: Any, c: Any) -> Any:
        seen.append(type(i))
        return c + i

    assert fori_loop(np.int32(2), np.array(5), body, 1) == 10
    assert set(seen) == {int}
    assert fori_loop(4, -4, body, 1) == 1
    assert while_loop(lambda c: c < 10, lambda c: c * 2, 1) == 16
    carry, ys = scan(lambda c, x: (c + x, {"x": x, "none": None, "word": "a"}), np.zeros(2), ROWS)
    assert_array_equal(carry, [6.0, 9.0])
    assert_array_equal(ys["x"], ROWS)
    assert ys["none"] is None
    assert ys["word"] == "a"


@pytest.mark.parametrize("traced", [False, True], ids=["eager", "traced"])
def test_no_steps(traced: bool) -> None:
    def f(x: Any, rows: Any) -> Any:
        return scan(lambda c, row: (c, (row[0] > 0, c[:1] * row, None)), x, {"rows": rows}["rows"])

    x, rows = X.astype(np.float32), ROWS[:0].astype(np.float32)
    carry, ys = (trace(f)(x, rows) if traced else f)(x, rows)
    assert_array_equal(carry, x)
    assert [(y.shape, y.dtype.kind, y.dtype.itemsize) for y in ys[:2]] == [((0,), "b", 1), ((0, 2), "f", 4)]
    assert ys[2] is None


def test_only_one_branch_is_called() -> None:
    called: list[str] = []

    def branch(name: str) -> Callable[[Any], Any]:
        def double(x: Any) -> Any:
            called.append(name)
            return x * 2

        return double

    assert grad(lambda x: cond(x > 0, branch("true"), branch("false"), x))(1.0) == 2.0
    assert grad(lambda x: switch(1, [branch("0"), branch("1"), branch("2")], x))(1.0) == 2.0
    assert cond(np.array(False), branch("true"), branch("false"), 1.0) == 2.0
    assert called == ["true", "1", "false"]


def test_a_bound_that_is_differentiated_has_no_derivative() -> None:
    def power(x: Any, n: Any) -> Any:
        return fori_loop(0, n, lambda _, c: c * x, 1.0)

    assert grad(power, argnums=(0, 1))(3.0, 4) == (108.0, 0.0)
    assert jvp(power, (3.0, 4), (1.0, 1.0))[1] == 108.0
    y = power(Variable(np.array(3.0)), Variable(np.array(4)))
    assert gradients(y, y) == 1.0


@pytest.mark.parametrize("start", [0, np.array([0, 1, 2, 3])], ids=["same start", "own start"])
def test_each_example_has_its_own_number_of_steps(start: Any) -> None:
    def f(x: Any, first: Any, n: Any) -> Any:
        return np.sum(fori_loop(first, n, lambda i, c: np.sin(c) + i * x, x))

    def squared(x: Any, first: Any, n: Any) -> Any:
        return np.sum(grad(f)(x, first, n) ** 2)

    counts = np.array([0, 3, 1, 5])
    axes = (None, None if isinstance(start, int) else 0, 0)
    starts = np.broadcast_to(start, 4)
    for g in (f, grad(f), grad(squared)):
        expected = [g(X, int(s), int(n)) for s, n in zip(starts, counts, strict=True)]
        graph = trace(vmap(g, axes))(X, start, counts[::-1])
        batches: tuple[Callable[..., Any], ...] = (vmap(g, axes), vmap(trace(g)(X, 0, 2), axes), graph)
        for batch in batches:
            assert_allclose(batch(X, start, counts), expected, rtol=1e-12)


def test_examples_that_are_done_stay_as_they_are() -> None:
    def f(x: Any) -> Any:  # beyond 1 the root is nan
        return while_loop(lambda c: c < 1, lambda c: c + 0.1 + x * np.sqrt(1 - c), x)

    xs = np.array([2.0, 0.9, 0.1, 0.3])
    for g in (f, grad(f), grad(grad(f))):
        expected = [g(x) for x in xs]
        assert np.all(np.isfinite(expected))
        assert_allclose(vmap(g)(xs), expected, rtol=1e-12)
        with np.errstate(invalid="ignore"):
            assert_allclose(trace(vmap(g))(xs / 2)(xs), expected, rtol=1e-12)


def test_a_batch_chooses_example_by_example() -> None:
    def f(x: Any, i: Any) -> Any:
        return switch(i, [lambda x: {"y": np.sqrt(x)}, lambda x: {"y": x**2}, lambda x: {"y": 0.0}], x)["y"]

    xs, i = np.array([4.0, 3.0, -1.0, 9.0]), np.array([0, 1, 2, 0])
    assert_array_equal(vmap(f)(xs, i), [2.0, 9.0, 0.0, 3.0])
    assert_allclose(vmap(grad(f))(xs, i), [0.25, 6.0, 0.0, 1 / 6])
    assert_array_equal(vmap(lambda x: cond(True, np.abs, np.sin, x))(xs), np.abs(xs))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8, 33, 50])
def test_running_results_of_any_length(count: int) -> None:
    xs = np.random.default_rng(count).uniform(0.5, 1.5, (count, 3))

    def f(xs: Any) -> Any:
        return associative_scan(lambda a, b: {"x": a["x"] * b["x"]}, {"x": xs})["x"]

    backwards: Any = associative_scan(lambda a, b: a * b, xs.T, reverse=True, axis=-1)
    assert_allclose(f(xs), np.cumprod(xs, axis=0))
    assert_allclose(trace(f)(xs + 1)(xs), np.cumprod(xs, axis=0))
    assert_allclose(backwards, np.cumprod(xs[::-1], axis=0)[::-1].T)


def test_running_results_take_few_calls() -> None:
    calls = []

    def f(a: Any, b: Any) -> Any:
        calls.append(len(a))
        return a + b

    assert_array_equal(associative_scan(f, np.arange(1000.0)), np.cumsum(np.arange(1000.0)))
    assert len(calls) <= 2 * math.log2(1000 / 32) + 32  # the last elements are combined one by one
    alone = np.ones(1)
    assert not np.shares_memory(associative_scan(f, alone), alone)
    assert sum(calls) < 2 * 1000


@pytest.mark.parametrize("batch_size", [None, 1, 2, 3, 5])
def test_map_is_vmap(batch_size: int | None) -> None:
    def of_one(row: Any) -> Any:
        return {"sine": np.sin(row["a"] * X), "sum": np.sum(row["a"]), "n": row["n"]}

    def f(rows: Any) -> Any:
        return pydezero.map(of_one, {"a": rows, "n": None}, batch_size)

    rows = np.vstack([ROWS, ROWS + 1])[:5]
    expected = vmap(of_one)({"a": rows, "n": None})
    for g in (f, trace(f)(rows + 1)):
        actual = g(rows)
        assert_array_equal(actual["sine"], expected["sine"])
        assert_array_equal(actual["sum"], expected["sum"])
        assert actual["n"] is None
    assert f(rows[:0])["sine"].shape == (0, 2)


def test_checkpoints_keep_few_carries() -> None:
    x = np.random.default_rng(0).uniform(0.5, 1.5, 4000)

    def peak(checkpoint: Any) -> tuple[float, Any]:
        def loss(x: Any) -> Any:
            return np.sum(scan(lambda y, _: (np.sin(y) * x, None), x, length=225, checkpoint=checkpoint)[0])

        tracemalloc.start()
        try:
            gradient = grad(loss)(x)
            return tracemalloc.get_traced_memory()[1] / x.nbytes, gradient
        finally:
            tracemalloc.stop()

    whole, expected = peak(None)
    assert whole > 450
    for checkpoint, most in (("sqrt", 75), (45, 95)):
        arrays, gradient = peak(checkpoint)
        assert arrays < most
        assert_allclose(gradient, expected, rtol=1e-12)


@pytest.mark.parametrize("reverse", [False, True])
def test_checkpoints_of_any_distance(reverse: bool) -> None:
    def f(x: Any, rows: Any, checkpoint: Any) -> Any:
        c, ys = scan(lambda c, row: (np.sin(c) * row, c[0]), x, rows, reverse=reverse, checkpoint=checkpoint)
        return np.sum(c) + np.sum(ys**2 * np.arange(7))

    rows = np.random.default_rng(0).uniform(0.5, 1.5, (7, 2))
    expected = grad(f, argnums=(0, 1))(X, rows, None)
    for checkpoint in (1, 2, 3, 5, 6, 7, 8, "sqrt"):
        for actual, g in zip(grad(f, argnums=(0, 1))(X, rows, checkpoint), expected, strict=True):
            assert_allclose(actual, g, rtol=1e-12)


def test_checkpoints_change_nothing_where_no_reverse_mode_is() -> None:
    calls = []

    def step(c: Any, row: Any) -> Any:
        calls.append(bool(np.sum(c) > 0))  # a decision, which a trace would refuse
        return c * row, None

    def f(x: Any) -> Any:
        return scan(step, x, ROWS + 1, checkpoint=2)[0]

    assert_array_equal(f(X), X * np.prod(ROWS + 1, axis=0))
    assert_array_equal(jvp(f, (X,), (X,))[1], X * np.prod(ROWS + 1, axis=0))
    assert len(calls) == 6


@pytest.mark.parametrize("checkpoint", [None, 2])
def test_a_write_after_the_call_has_no_effect(checkpoint: int | None) -> None:
    factor, rows, x = np.full(2, 2.0), ROWS + 1, X.copy()

    def f(x: Any) -> Any:
        return scan(lambda c, row: (np.sin(c) * factor * row, None), x, rows, checkpoint=checkpoint)[0]

    expected = vjp(f, x)[1](np.ones(2))[0]
    pullback = vjp(f, x)[1]
    factor[:] = rows[:] = x[:] = 7.0
    assert_array_equal(pullback(np.ones(2))[0], expected)


@pytest.mark.parametrize("checkpoint", [None, 2])
def test_diagnostics_look_into_loops(checkpoint: int | None) -> None:
    def f(x: Any) -> Any:
        return np.sum(scan(lambda c, row: (np.log(c) * row, None), x, ROWS, checkpoint=checkpoint)[0])

    with (
        pytest.raises(FloatingPointError, match="log" if checkpoint is None else "log|scan"),
        np.errstate(all="ignore"),
    ):
        check_finite(grad(f))(X)
    assert explain(lambda x: np.sum(scan(lambda c, _: (np.sin(c), None), x, length=5, checkpoint=checkpoint)[0]))(X)


def test_gradients_of_variables_made_by_hand() -> None:
    x, w = Variable(X), Variable(ROWS)
    for checkpoint in (None, 2):
        y = F.sum(scan(lambda c, row: (c * row, c), x, w, checkpoint=checkpoint)[1])
        by_hand = F.sum(x + x * w[0] + x * w[0] * w[1])
        assert_allclose(gradients(y, [x, w])[1], gradients(by_hand, [x, w])[1])
        assert_allclose(gradients(y, x), gradients(by_hand, x))


def test_checkpoints_notice_a_body_that_changes() -> None:
    rng = np.random.default_rng(0)

    def noisy(x: Any) -> Any:
        return scan(lambda c, _: (c * x + rng.normal(), None), x, length=9, checkpoint=3)[0]

    with pytest.raises(ValueError, match="it gave another result when it ran again; random numbers and"):
        grad(noisy)(2.0)
    nan: Any = grad(lambda x: scan(lambda c, _: (c * x * np.nan, c), x, length=9, checkpoint=3)[0])(2.0)
    assert np.isnan(nan)


def test_another_byte_order_is_no_other_dtype() -> None:
    x, rows = X.astype(">f8"), ROWS.astype(">f8")

    def f(x: Any) -> Any:
        return scan(lambda c, row: (np.sin(c) * row, c), x, rows)

    for g in (f, trace(f)(x)):
        for y, expected in zip(g(x), f(X), strict=True):
            assert_allclose(y, expected)
    assert_array_equal(associative_scan(lambda a, b: a + b, rows), np.cumsum(ROWS, axis=0))


NUMBERS: Final[dict[str, Callable[[Any], Any]]] = {
    "the integer of a step": lambda x: fori_loop(0, 3, lambda i, c: c + x * i, x),
    "a bound that is traced": lambda x: fori_loop(0, x[1].astype(int), lambda i, c: c + x * (i + 1), x),
    "a count beside a sum": lambda x: scan(lambda c, _: ((c[0] + 1, c[1] + x[0] * c[0]), None), (0, 0.0), length=3)[0],
    "branches of numbers": lambda x: cond(x[0] > 0, lambda: 1, lambda: 0.5) * x.astype(np.float64),
    "a start of each example": lambda x: fori_loop((x[0] > 1.5).astype(int), 3, lambda i, c: c + x * i / (i + 1), x),
    "a power of the integer of a step": lambda x: fori_loop(x[1].astype(int), 5, lambda i, c: c + x**i + 1.5**i, x),
    "a start of few bits": lambda x: fori_loop((x[0] > 1.5).astype(np.int8), 200, lambda i, c: c + i, np.int32(0)),
    "a count of each example": lambda x: while_loop(
        lambda c: c[0] * x[0] < 5, lambda c: (c[0] + 1, c[1] * x / c[0] + c[2], c[2] * 0.5), (1, x, 1.0)
    ),
    "numbers that come out": lambda x: fori_loop(0, x[1].astype(int), lambda i, c: c + i, 1) * x,
    "a branch chosen by a number": lambda x: cond(x[0] - 1, lambda y: y * 2, lambda y: y, x),
    "a number that is chosen": lambda x: cond(x[0] > 2, lambda: 1, lambda: 0.5) * x,
    "a branch of a number": lambda x: switch((x[0] > 0).astype(int), [lambda y: 0.0, lambda y: y[0] * 2], x),
}


@pytest.mark.parametrize("f", NUMBERS.values(), ids=list(NUMBERS))
def test_numbers_take_the_dtype_of_what_they_meet(f: Callable[[Any], Any]) -> None:
    x = np.array([1.0, 2.0], np.float32)
    batch = np.stack([x, -x + 4])
    expected, *others = flatten(f(x)), flatten(trace(f)(x)(x)), [y[0] for y in flatten(vmap(f)(batch))]
    for found in others:
        assert [np.asarray(y).dtype for y in found] == [np.asarray(y).dtype for y in expected]
        for y, e in zip(found, expected, strict=True):
            assert_array_equal(y, e)
