"""Nothing is left behind: not by an exception at any depth, not by a thread that runs beside another."""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import numpy as np
import pytest

from pydezero import (
    check_finite,
    checkpoint,
    custom_vjp,
    explain,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    trace,
    vjp,
    vmap,
)

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
