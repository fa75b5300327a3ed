"""Nothing is left behind: not by an exception at any depth, not by a thread that runs beside another."""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier
from typing import Any, Final

import numpy as np
import pytest

from pydezero import (
    Variable,
    associative_scan,
    check_finite,
    checkpoint,
    cond,
    custom_vjp,
    derivative,
    draw,
    explain,
    fori_loop,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jet,
    jit,
    jvp,
    laplacian,
    linearize,
    nth_derivative,
    scan,
    sparsity,
    taylor,
    trace,
    value_and_grad,
    vjp,
    vmap,
    while_loop,
)
from pydezero.core.operators import EscapeError
from pydezero.scipy.integrate import solve_ivp
from tests.rows import over_rows

# Any: NumPy's stubs know no Variable.
Transform = Callable[[Callable[[Any], Any]], Callable[[Any], Any]]

x: Final = np.array([0.5, -1.0, 2.0])
t: Final = np.array([1.0, 2.0, -1.0])

TRANSFORMS: dict[str, Transform] = {
    "grad": lambda f: lambda x: np.sum(t * grad(f)(x)),
    "vjp": lambda f: lambda x: np.sum(t * vjp(f, x)[1](1.0)[0]),
    "jvp": lambda f: lambda x: jvp(f, (x,), (t,))[1],
    "linearize": lambda f: lambda x: linearize(f, x)[1](t),
    "jacfwd": lambda f: lambda x: np.sum(t * jacfwd(f)(x)),
    "jacrev": lambda f: lambda x: np.sum(t * jacrev(f)(x)),
    "hvp": lambda f: lambda x: np.sum(t * np.reshape(hvp(f, (x,), (t,)), (3,))),
    "hessian": lambda f: lambda x: t @ hessian(f)(x) @ t,
    "vmap": lambda f: lambda x: np.sum(vmap(f)(np.stack([x, 2 * x]))),
    "checkpoint": checkpoint,
    "check_finite": check_finite,
    "custom_vjp": lambda f: custom_vjp(lambda x: (f(x), x), lambda x, g: (g * grad(f)(x),))(f),
}


class StopError(Exception):
    """What the functions below raise."""


def volume(x: Any) -> Any:
    return np.sum(np.sin(x) * x) + x[0] * x[1] ** 2


@pytest.mark.parametrize("inner", TRANSFORMS.values(), ids=list(TRANSFORMS))
@pytest.mark.parametrize("outer", TRANSFORMS.values(), ids=list(TRANSFORMS))
def test_after_an_exception_the_next_call_is_right(outer: Transform, inner: Transform) -> None:
    calls = 0
    fails_at = 0

    def f(x: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == fails_at:
            raise StopError
        return volume(x)

    composed = outer(inner(f))
    expected = composed(x)
    needed = calls
    for i in range(1, needed + 1):
        calls, fails_at = 0, i
        with pytest.raises(StopError):
            composed(x)
        calls = needed  # from here on it does not fail
        np.testing.assert_array_equal(composed(x), expected)


@pytest.mark.usefixtures("new_objects_alone")
def test_nothing_is_left_of_an_explanation() -> None:
    def count() -> int:
        gc.collect()
        return sum(
            type(thing).__name__.endswith(("Node", "Variable", "Observer", "Step")) for thing in gc.get_objects()
        )

    explain(volume)(x)
    before = count()
    for _ in range(3):
        explain(volume)(x)
        with pytest.raises(ZeroDivisionError):
            explain(lambda x: 1 // 0 * x)(x)
    assert count() == before


def test_an_exception_inside_a_trace() -> None:
    def f(x: Any) -> Any:
        raise StopError

    with pytest.raises(StopError):
        trace(f)(x)
    np.testing.assert_allclose(trace(volume)(x)(2 * x), volume(2 * x))


@pytest.mark.parametrize("outer", TRANSFORMS.values(), ids=list(TRANSFORMS))
def test_eight_threads_agree_with_one(outer: Transform) -> None:
    inputs = [x + 0.1 * i for i in range(8)]
    composed = outer(TRANSFORMS["grad"](volume))
    expected = [composed(x) for x in inputs]
    barrier = Barrier(8)

    def run(x: Any) -> Any:
        barrier.wait()
        return [composed(x) for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        for found, right in zip(pool.map(run, inputs), expected, strict=True):
            for result in found:
                np.testing.assert_array_equal(result, right)


@pytest.mark.usefixtures("new_objects_alone")
@pytest.mark.parametrize("outer", TRANSFORMS.values(), ids=list(TRANSFORMS))
def test_no_object_survives_a_call(outer: Transform) -> None:
    def count() -> int:
        gc.collect()
        return sum(type(thing).__name__.endswith(("Node", "Variable")) for thing in gc.get_objects())

    composed = outer(TRANSFORMS["vmap"](volume))
    composed(x)
    before = count()
    for _ in range(3):
        composed(x)
    assert count() == before


# Runs of a function of x, whose result may be of any shape.
RUNS: Final[dict[str, Callable[[Callable[[Any], Any], Any], Any]]] = {
    "grad": lambda f, x: grad(f)(x),
    "grad in a container": lambda f, x: grad(lambda p: f(p["w"]))({"w": x})["w"],
    "value_and_grad": lambda f, x: value_and_grad(f)(x)[1],
    "vjp": lambda f, x: vjp(f, x)[1](1.0)[0],
    "jvp": lambda f, x: jvp(f, (x,), (t,))[1],
    "linearize": lambda f, x: linearize(f, x)[1](t),
    "jacfwd": lambda f, x: jacfwd(f)(x),
    "jacrev": lambda f, x: jacrev(f)(x),
    "hvp": lambda f, x: hvp(f, (x,), (t,)),
    "hessian": lambda f, x: hessian(f)(x),
    "laplacian": lambda f, x: laplacian(f)(x),
    "derivative": lambda f, x: derivative(lambda s: f(s * x))(1.0),
    "vmap": lambda f, x: vmap(f)(np.stack([x, x])),
    "check_finite": lambda f, x: check_finite(f)(x),
    "grad of a checkpoint": lambda f, x: grad(lambda v: f(checkpoint(np.sin)(v)))(x),
    "custom_vjp": lambda f, x: grad(custom_vjp(lambda x: (f(x), x), lambda x, g: (g * grad(f)(x),))(f))(x),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=list(RUNS))
def test_a_variable_of_a_call_that_has_returned_is_refused(run: Callable[[Callable[[Any], Any], Any], Any]) -> None:
    state: dict[str, Any] = {"h": np.zeros(3)}

    def f(w: Any) -> Any:
        state["h"] = 0.5 * state["h"] + w
        return np.sum(state["h"] ** 2)

    with pytest.raises(EscapeError, match=r"test_left_behind\.py:\d+.*a Variable of \w+\(.*has returned.*x\.data"):
        _ = [run(f, x) for _ in range(2)]


USES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "in an operation": lambda x, kept: np.sum(x) + kept,
    "on the left": lambda x, kept: np.sum(kept - x),
    "in an array function": lambda x, kept: np.sum(np.concatenate([x, np.reshape(kept, (1,))])),
    "as the result": lambda x, kept: kept,
    "in what is computed of it alone": lambda x, kept: np.sin(kept) ** 2,
    "as an argument": lambda x, kept: np.sum(grad(lambda y: y**2)(kept) * 1.0),
    "captured": lambda x, kept: grad(lambda y: y * kept)(2.0),
}


NESTED: Final = [name for name in RUNS if name != "custom_vjp"]  # its function may not capture a Variable at all
PAIRS: Final = [(outer, inner, "in an operation") for outer in NESTED for inner in NESTED]
PAIRS_AND_USES: Final = [*PAIRS, *[(outer, "grad", use) for outer in NESTED for use in USES]]


@over_rows(PAIRS_AND_USES, by=lambda row: row[0])
def test_a_variable_of_an_inner_call_that_has_returned_is_refused(row: tuple[str, str, str]) -> None:
    outer, inner, use = row

    def f(x: Any) -> Any:
        kept: list[Any] = []

        def g(y: Any) -> Any:
            kept.append(np.sum(y**2 * x))
            return kept[-1]

        return np.sum(RUNS[inner](g, x)) + USES[use](x, kept[0])

    with pytest.raises(EscapeError, match=r"test_left_behind\.py:\d+.*a Variable of .*has returned.*x\.data"):
        RUNS[outer](f, x)


def _of_number(f: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
    """A function for what a loop carries: it begins with a number, and so runs once more."""
    return lambda carry: carry + 1 + 0 * np.sum(f(carry * x))


# What records a function, or computes with more than it: other kinds of nodes than those of the runs above.
RECORDS: Final[dict[str, Callable[[Callable[[Any], Any], Any], Any]]] = {
    "trace": lambda f, x: trace(f)(x),
    "draw": lambda f, x: draw(f)(x),
    "jit": lambda f, x: jit(f)(x),
    "scan": lambda f, x: trace(lambda x: scan(lambda c, _: (_of_number(f, x)(c), None), 0, length=2)[0])(x),
    "scan with checkpoints": lambda f, x: grad(
        lambda x: scan(lambda c, _: (_of_number(f, x)(c), None), 0, length=2, checkpoint=1)[0]
    )(x),
    "fori_loop": lambda f, x: trace(lambda x: fori_loop(0, 2, lambda _, c: _of_number(f, x)(c), 0))(x),
    "while_loop": lambda f, x: trace(lambda x: while_loop(lambda c: c < 2, _of_number(f, x), 0))(x),
    "the condition of a loop": lambda f, x: trace(
        lambda x: while_loop(lambda c: np.sum(c + 0 * f(c)) < 2, lambda c: c + 1, x)
    )(x),
    "cond": lambda f, x: trace(lambda x: cond(np.sum(x) > 0, f, lambda _: 0, x))(x),
    "associative_scan": lambda f, x: trace(lambda x: associative_scan(lambda a, b: a + b + 0 * f(a), x))(x),
    "taylor": lambda f, x: taylor(f, x, 2),
    "jet": lambda f, x: jet(f, (x,), ((x,),)),
    "nth_derivative": lambda f, x: nth_derivative(lambda s: f(s * x), 2)(1.0),
    "sparsity": lambda f, x: sparsity(f)(x),
    "explain": lambda f, x: explain(f)(x),
    "the right-hand side of an equation": lambda f, x: grad(
        lambda x: np.sum(solve_ivp(lambda t, y: -y * np.sum(f(x)), (0.0, 1.0), x).y)
    )(x),
}
OUTSIDE: Final[dict[str, Callable[[Any], Any]]] = {
    "in an operation": lambda kept: grad(lambda x: np.sum(x) * np.sum(kept))(x),
    "as the result of grad": lambda kept: grad(lambda _: np.sum(kept))(x),
    "as a result of jvp": lambda kept: jvp(lambda _: kept, (x,), (t,)),
    "as one of the results of vjp": lambda kept: vjp(lambda x: (x, kept), x),
    "as the result of jacfwd": lambda kept: jacfwd(lambda _: kept)(x),
    "as the result of jacrev": lambda kept: jacrev(lambda _: kept)(x),
    "as the result of vmap": lambda kept: vmap(lambda _: kept)(x),
    "beside the result": lambda kept: grad(lambda x: (np.sum(x), kept), has_aux=True)(x),
    "in a block": lambda kept: grad(checkpoint(lambda x: np.sum(x) * np.sum(kept)))(x),
}


@pytest.mark.parametrize("ends", ["returns", "raises"])
@over_rows(RECORDS)
def test_a_variable_of_a_record_that_is_done_is_refused(record: str, ends: str) -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x)
        kept.append(np.sum(np.sin(x)))
        if ends == "raises":
            raise StopError
        return kept[-1]

    with pytest.raises(StopError) if ends == "raises" else nullcontext():
        RECORDS[record](f, x)
    variables = [y for y in kept if isinstance(y, Variable)]
    assert variables
    for y in (variables[0], variables[-1]):
        for name, use in OUTSIDE.items():
            with pytest.raises(EscapeError, match=r"has returned"):
                pytest.fail(f"{name}: {use(y)}")


def test_values_that_are_kept_as_data_are_those_of_the_enclosing_call() -> None:
    def outer(x: Any) -> Any:
        kept: list[Any] = []

        def inner(y: Any) -> Any:
            kept.append(np.sum(y**2 * x).data)
            return np.sum(y**2 * x)

        return np.sum(grad(inner)(x)) + kept[0]

    # The sum of 2 x^2, and that of x^3 with its first two factors constant.
    np.testing.assert_allclose(grad(outer)(x), 4 * x + 3 * x**2)


def test_what_is_not_used_may_be_kept() -> None:
    history: list[Any] = []

    def f(w: Any) -> Any:
        history.append(np.sum(w**2))
        return history[-1]

    for _ in range(3):
        np.testing.assert_array_equal(grad(f)(x), 2 * x)
    assert [float(value.data) for value in history] == [np.sum(x**2)] * 3
    _, pullback = vjp(lambda w: np.sum(w**2) + 0 * history[0].data, x)
    np.testing.assert_array_equal(pullback(1.0)[0], 2 * x)
    with pytest.raises(EscapeError, match=r"grad\(f\)"):
        value_and_grad(lambda w: (np.sum(w), {"history": history[0]}), has_aux=True)(x)


def test_pullbacks_outlive_the_call_in_which_they_were_made() -> None:
    @checkpoint
    def block(y: Any) -> Any:
        return np.sin(y) * y + captured[0]

    captured: list[Any] = [0.0]

    def f(x: Any) -> Any:
        captured[0] = x
        return block(block(x))

    expected = jacfwd(lambda x: (lambda z: np.sin(z) * z + x)(np.sin(x) * x + x))(x)
    _, pullback = vjp(f, x)
    np.testing.assert_allclose(np.stack([pullback(row)[0] for row in np.eye(3)]), expected)
    np.testing.assert_allclose(vmap(lambda row: pullback(row)[0])(np.eye(3)), expected)
    np.testing.assert_allclose(linearize(f, x)[1](t), expected @ t)
    # Inside of batches, which are over when the backward pass runs the block again.
    rows = np.stack([x, 2 * x])

    def of_batch(rows: Any) -> Any:
        return np.sum(vmap(f)(rows) ** 2)

    def without(rows: Any) -> Any:
        z = np.sin(rows) * rows + rows
        return np.sum((np.sin(z) * z + rows) ** 2)

    np.testing.assert_allclose(grad(of_batch)(rows), grad(without)(rows))
    np.testing.assert_allclose(hessian(of_batch)(rows), hessian(without)(rows))


def test_eight_threads_run_one_block_again() -> None:
    _, pullback = vjp(lambda x: checkpoint(lambda y: np.sin(y) * x)(x), x)
    expected = pullback(t)[0]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [pullback(t)[0] for _ in range(20)], range(8)):
            for result in found:
                np.testing.assert_array_equal(result, expected)
