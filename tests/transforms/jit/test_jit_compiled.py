"""`jit` with machine code: few programs, because each takes a while to compile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.special

from pydezero import grad, hessian, jit, jvp, trace, vjp, vmap
from pydezero.testing import check_grads
from pydezero.transforms.jit.keeping import joint_results
from pydezero.transforms.jit.partition import partition
from pydezero.transforms.loops.body import Body
from pydezero.transforms.staging.graph import Graph

x: Final = np.array([0.5, 1.0, 2.0])


def loss(w: Any, x: Any, y: Any) -> Any:
    """The loss of a logistic regression."""
    return np.mean(np.log1p(np.exp(-y * (x @ w)))) + 0.1 * (w @ w)


def test_a_program_gives_what_the_function_gives() -> None:
    rng = np.random.default_rng(0)
    w, rows, y = rng.normal(size=3), rng.normal(size=(8, 3)), np.sign(rng.normal(size=8))
    compiled = jit(loss)
    np.testing.assert_allclose(compiled(w, rows, y), loss(w, rows, y), rtol=1e-12)
    of = grad(loss)(w, rows, y)
    np.testing.assert_allclose(grad(compiled)(w, rows, y), of, rtol=1e-12)
    np.testing.assert_allclose(jit(grad(loss))(w, rows, y), of, rtol=1e-12)
    np.testing.assert_allclose(jvp(lambda w: compiled(w, rows, y), (w,), (w,))[1], of @ w, rtol=1e-12)
    np.testing.assert_allclose(hessian(compiled)(w, rows, y), hessian(loss)(w, rows, y), rtol=1e-10)
    batch = jit(vmap(grad(loss), in_axes=(None, 0, 0)))(w, rows[:, None], y[:, None])
    np.testing.assert_allclose(np.mean(batch, axis=0), of, rtol=1e-12)


def test_derivatives_agree_with_differences() -> None:
    check_grads(jit(lambda x: np.sin(x) * x[0]), (x,))


def test_the_program_is_a_record() -> None:
    program = jit(loss).lower(np.ones(3), np.ones((8, 3)), np.ones(8))
    assert "def native0(" in program.source
    *_, last = lines = program.text().splitlines()
    assert lines[0] == "native function 0:"
    assert any("loop over [8]: " in line for line in lines)
    assert re.fullmatch(r"results: 8 bytes; peak of memory: \d+ bytes; operations: \d+", last)
    assert len(program.graph.inputs) == 3
    (value,) = program.run([np.ones(3), np.ones((8, 3)), np.ones(8)])
    np.testing.assert_allclose(value, loss(np.ones(3), np.ones((8, 3)), np.ones(8)), rtol=1e-12)
    with pytest.raises(TypeError, match="argument 1"):
        jit(loss).lower(x, {1}, x)


def test_complex_numbers_and_single_precision() -> None:
    f = jit(lambda z: np.sum(np.abs(z * z) ** 2))
    z = np.array([1.0 + 2.0j, 0.5 - 1.0j])
    np.testing.assert_allclose(grad(f)(z), grad(lambda z: np.sum(np.abs(z * z) ** 2))(z), rtol=1e-12)
    single = x.astype(np.float32)
    sine: Any = jit(np.sin)
    assert grad(lambda x: np.sum(sine(x)))(single).dtype == np.float32


def test_a_function_with_no_arrays() -> None:
    assert jit(lambda: np.sum(np.ones(3)))() == 3.0
    assert jit(lambda x: 2.0)(x) == 2.0


# Functions that are singular at 0, which a choice avoids; x ** 3 stands there.
SINGULAR: Final[dict[str, Callable[[Any], Any]]] = {
    "log": np.log,
    "x ** x": lambda x: x**x,
    "matmul": lambda x: np.stack([x, x]) @ np.stack([np.log(x), 1 / x]),
    "std": lambda x: np.std(np.stack([np.sqrt(x), 2 * np.sqrt(x)])),
    "spence": scipy.special.spence,
    "k0e": scipy.special.k0e,
}


@pytest.mark.parametrize("f", SINGULAR.values(), ids=list(SINGULAR))
def test_an_avoided_singularity_in_compiled_code_of_every_order(f: Callable[[Any], Any]) -> None:
    of_each: Any = jit(lambda x: np.where(x > 0, f(x), x**3))
    with np.errstate(all="ignore"):
        first, third = grad(grad(of_each)), grad(grad(grad(of_each)))
        assert first(0.0) == vmap(first)(np.zeros(2))[1] == 0
        assert third(0.0) == 6


def test_a_branch_of_compiled_code_that_is_not_taken() -> None:
    log: Any = jit(np.log)
    x = np.array([0.0, 2.0])
    total: Any = lambda x: np.sum(np.where(x > 0, log(x) * 2, x))
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(grad(total)(x), [1, 1])
        np.testing.assert_allclose(hessian(total)(x), np.diag([0, -0.5]))
        of_sum: Any = grad(total)
        np.testing.assert_allclose(grad(lambda x: np.sum(of_sum(x)))(x), [0, -0.5])


# What crosses from the forward to the backward program.


def parts(f: Callable[..., Any], *args: Any) -> Any:
    graph: Graph[..., Any] = trace(lambda *args: (f(*args),))(*args)
    body = Body(graph, args)
    one = np.ones(graph.outputs[0].shape)

    def function(*values: Any) -> list[Any]:
        return joint_results(body, values[:-1], range(len(args)), [0], values[-1:])

    return partition(trace(function)(*args, one), len(args), 1)


matrix: Final = np.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5], [-0.25, 0.5, 1.0]])

PARTS: dict[str, tuple[Callable[..., Any], tuple[tuple[int, ...], tuple[int, ...], int]]] = {
    "the argument": (lambda x: np.sin(x), ((0,), (), 0)),
    "the result": (lambda x: np.exp(x), ((), (0,), 0)),
    "nothing": (lambda x: np.sum(x + 2.0), ((), (), 0)),
    "what is computed again": (lambda x: np.sin(np.sin(x) * np.cos(x)), ((0,), (), 0)),
    "a product": (lambda x: np.tanh(x @ matrix) @ x, ((0,), (), 1)),
    "a product, and what is computed of it": (lambda x: np.sin(np.cos(matrix @ x)), ((), (), 1)),
    "a view of a product": (lambda x: np.sum(np.reshape(matrix @ x, (1, 3)) ** 3), ((), (), 1)),
    "views of the argument": (lambda x: np.sum(np.sin(np.reshape(x, (3, 1)))), ((0,), (), 0)),
}


@pytest.mark.parametrize(("f", "expected"), PARTS.values(), ids=list(PARTS))
def test_residuals(f: Callable[..., Any], expected: tuple[tuple[int, ...], tuple[int, ...], int]) -> None:
    cut = parts(f, x)
    assert (cut.values, cut.outputs, len(cut.forward.outputs) - 1) == expected
    results = cut.forward.run([x])
    g = np.cos(results[0])
    (gradient,) = cut.backward.run([*[x for _ in cut.values], *[results[i] for i in cut.outputs], *results[1:], g])
    np.testing.assert_allclose(gradient, vjp(f, x)[1](g)[0], rtol=1e-12)
