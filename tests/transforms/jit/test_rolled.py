"""Plain Python loops under jit: they run as loops, and give what they give without it, in all modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

pytest.importorskip("numba")

from pydezero import grad, hessian, jit, jvp, value_and_grad, vmap
from pydezero.testing import check_grads
from pydezero.transforms.loops.scan_operation import Scan

STEPS: Final = 40
X: Final = np.random.default_rng(0).uniform(0.5, 1.5, STEPS)
MATRICES: Final = np.random.default_rng(1).normal(0, 0.4, (STEPS, 3, 3))


def forward(x: Any) -> Any:
    """Elements from the first to the last, each with the next one."""
    total = x[0] * x[1]
    for i in range(1, len(x) - 1):
        total = np.sin(total) + x[i] * x[i + 1]
    return total


def backward(x: Any) -> Any:
    """Elements from the last to the first."""
    y = x[-1]
    for i in range(len(x) - 2, -1, -1):
        y = np.tanh(y * x[i]) + x[i]
    return y


def two_loops(x: Any) -> Any:
    """The second one begins with what the first one gives, and takes the elements the other way."""
    y = x[0]
    for i in range(len(x)):
        y = np.cos(y) * x[i]
    z = y
    for i in range(len(x)):
        z = z * 0.5 + np.exp(-x[len(x) - 1 - i]) * y
    return z


def nested(x: Any) -> Any:
    """A loop in each step of a loop."""
    y = x[0]
    for i in range(len(x)):
        for _ in range(5):
            y = np.sin(y) * x[i] + 0.25
        y = y / (1.0 + y * y)
    return y


def another_last_step(x: Any) -> Any:
    """All steps but the last do the same."""
    y = x[0]
    for i in range(len(x)):
        y = np.sin(y) * x[i] + y if i < len(x) - 1 else np.cosh(y) * x[i]
    return y


def several_carries(x: Any) -> Any:
    """Arrays of different shapes go from step to step, and two of them change places."""
    position, velocity, total = x[:3], x[3:6], x[6]
    for i in range(len(x)):
        position, velocity = velocity + 0.1 * position, np.cos(position) * x[i]
        total = total + np.sum(position * velocity)
    return total + np.sum(velocity)


def two_steps_ago(x: Any) -> Any:
    """A value comes from two steps before."""
    a, b = x[0], x[1]
    for i in range(2, len(x)):
        a, b = b, np.sin(a) * x[i] + 0.5 * b
    return a * b


def products(x: Any) -> Any:
    """Small matrices are multiplied."""
    m = np.eye(3)
    for i in range(len(x)):
        m = m @ (np.eye(3) + x[i] * MATRICES[i])
    return np.sum(m * m)


def kept(x: Any) -> Any:
    """All steps are used after the loop."""
    y, found = x[0], []
    for i in range(len(x)):
        y = np.sin(y) + x[i]
        found.append(y)
    return np.sum(np.stack(found) ** 2)


LOOPS: Final = [
    forward, backward, two_loops, nested, another_last_step, several_carries, two_steps_ago, products, kept,
]  # fmt: skip


def close(a: Any, b: Any) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("f", LOOPS)
def test_all_modes(f: Callable[[Any], Any]) -> None:
    compiled = jit(f)
    tangent = np.cos(np.arange(STEPS))
    close(compiled(X), f(X))
    for a, b in zip(value_and_grad(compiled)(X), value_and_grad(f)(X), strict=True):
        close(a, b)
    for a, b in zip(jvp(compiled, (X,), (tangent,)), jvp(f, (X,), (tangent,)), strict=True):
        close(a, b)
    batch = np.stack([X, X[::-1]])
    close(vmap(grad(compiled))(batch), [grad(f)(x) for x in batch])


@pytest.mark.parametrize("f", [backward, several_carries])
def test_second_derivatives(f: Callable[[Any], Any]) -> None:
    x = X[:14]
    np.testing.assert_allclose(hessian(jit(f))(x), hessian(f)(x), rtol=1e-9, atol=1e-11)
    check_grads(jit(f), (x,), order=1)


@pytest.mark.parametrize("f", [forward, backward, two_loops, two_steps_ago])
def test_the_program_does_not_grow_with_the_steps(f: Callable[[Any], Any]) -> None:
    short, long = [jit(value_and_grad(f)).lower(np.linspace(0.5, 1.5, n)) for n in (100, 500)]
    assert any(isinstance(equation.primitive, Scan) for equation in long.graph.equations)
    assert len(long.graph.equations) == len(short.graph.equations)
    assert len(long.source.splitlines()) == len(short.source.splitlines())


def test_large_arrays_stay_in_registers() -> None:
    def power(x: Any) -> Any:
        y = x
        for _ in range(50):
            y = y * x
        return np.sum(y)

    program = jit(value_and_grad(power)).lower(np.ones(100_000))
    assert not any(isinstance(equation.primitive, Scan) for equation in program.graph.equations)
    assert program.plan.peak < 2.1 * 800_000
