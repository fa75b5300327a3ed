"""Loop-invariant code motion: programs in which what does not change is computed before the loop, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import at, cond, fori_loop, grad, hessian, jit, scan, trace, value_and_grad, vmap, while_loop
from pydezero.transforms.jit.compile import Program, compiled
from pydezero.transforms.jit.program import Call
from pydezero.transforms.staging.passes import simplify

pytest.importorskip("numba")

_RNG: Final = np.random.default_rng(0)
_A: Final = _RNG.normal(size=(4, 4)) / 3 + np.eye(4)


def _large(a: Any) -> Any:
    """A matrix for which LAPACK is called."""
    return np.eye(36) + np.concatenate([np.concatenate([a] * 9)] * 9, axis=1) / 9


def _within(c: Any, a: Any, n: int = 3) -> Any:
    """A loop whose matrix is the same in all its steps, and in those of a loop around it."""
    return fori_loop(0, n, lambda i, y: np.linalg.solve(a, y), c)


def _until(c: Any, a: Any) -> Any:
    return while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, np.linalg.solve(a @ a, s[1])), (0, c))[1]


def _chosen(c: Any, x: Any, a: Any) -> Any:
    return cond(x > 0.5, lambda c: np.linalg.solve(a, c), lambda c: c + np.linalg.inv(a)[0], c)


# Steps of a loop: functions of what is carried, the element of the step and a matrix that is always the same.
_STEPS: Final[dict[str, Callable[[Any, Any, Any], Any]]] = {
    "solve": lambda c, x, a: np.linalg.solve(a, c),
    "solve, other pivots": lambda c, x, a: np.linalg.solve(a[::-1].T, c),
    "solve, large": lambda c, x, a: np.linalg.solve(_large(a), np.tile(c, 9))[:4],
    "solve, large, transposed": lambda c, x, a: np.linalg.solve(_large(a).T, np.tile(c, 9))[:4] + x,
    "solve, a stack": lambda c, x, a: np.linalg.solve(np.stack([a, a.T]), c)[1] + x,
    "solve, stacks that broadcast": lambda c, x, a: np.sum(
        np.linalg.solve(np.stack([a, a @ a])[:, None], np.stack([c, x * c, c + 1])[:, :, None])[..., 0], axis=(0, 1)
    ),
    "solve, a matrix computed of it": lambda c, x, a: c + np.linalg.solve(np.eye(4) + np.exp(-a @ a.T), c) * x,
    "solve, both change": lambda c, x, a: np.linalg.solve(a + x * np.eye(4), c),
    "solve, the matrix changes": lambda c, x, a: np.linalg.solve(a + np.diag(c**2), np.ones(4)),
    "all": lambda c, x, a: c * np.linalg.solve(a, np.ones(4)) + np.linalg.det(a) * x,
    "Cholesky": lambda c, x, a: np.linalg.cholesky(a @ a.T + np.eye(4)) @ c,
    "functions and sums": lambda c, x, a: c * np.exp(-np.sum(np.sin(a) ** 2, axis=0)) + np.max(a, axis=1) * x,
    "joined": lambda c, x, a: np.concatenate([np.sin(a[:2]), np.cos(a[2:])]) @ c + at(a)[1, 2].set(2.0)[1] * x,
    "a loop in a loop": lambda c, x, a: np.sin(_within(c, a) + _within(np.ones(4), a)),
    "a loop with a condition": lambda c, x, a: np.sin(_until(c, a)) + _until(a[0], a) * x,
    "a branch": lambda c, x, a: np.sin(_chosen(c, x, a)),
    "elements at integers": lambda c, x, a: np.sin(a)[np.argmax(a, axis=1), 1] * c + np.cumsum(np.cos(a[0])) * x,
}


def _looped(step: Callable[[Any, Any, Any], Any], a: Any, n: int, **options: bool) -> Any:
    xs = np.linspace(0.1, 0.9, n)
    last, ys = scan(lambda c, x: (0.5 * step(c, x, a), np.sum(c)), np.ones(4), xs, **options)
    return np.sum(last**2) + np.sum(ys)


def _values(a: Any) -> Any:
    return [_looped(step, a, n, reverse=n == 3) for step in _STEPS.values() for n in (0, 1, 3)]


def _gradients(a: Any) -> Any:
    names = [name for name in _STEPS if name != "a loop with a condition"]
    return [grad(lambda a, name=name: _looped(_STEPS[name], a, 3))(a) for name in names]


def _batches(a: Any) -> Any:
    return [
        vmap(lambda a, step=step: _looped(step, a, 3))(np.stack([a, a.T]))
        for name, step in _STEPS.items()
        if name not in ("a branch", "a loop with a condition")
    ]


def _seconds(a: Any) -> Any:
    return [hessian(lambda d, name=name: _looped(_STEPS[name], a + d, 3))(a[0, 0]) for name in ("solve", "joined")]


def _program(f: Callable[..., Any], *examples: Any) -> Program:
    return compiled(simplify(trace(f)(*examples)))


@pytest.mark.parametrize("f", [_values, _gradients, _batches, _seconds])
def test_loops_with_what_does_not_change(f: Callable[[Any], list[Any]]) -> None:
    program = _program(f, _A)
    assert not [part for part in program.plan.parts if isinstance(part, Call)]
    for a in (_A, np.asfortranarray(_A[::-1])):
        for i, (got, y) in enumerate(zip(program.run([a]), program.graph.run([a]), strict=True)):
            np.testing.assert_allclose(got, y, 1e-9, 1e-11, err_msg=f"result {i}")


def _before_and_in(text: str) -> tuple[str, str]:
    before, _, inside = text.partition("for of")
    return before, inside


@pytest.mark.parametrize("n", [4, 40])
def test_a_matrix_is_factored_before_the_loop(n: int) -> None:
    a, b = np.eye(n) + _RNG.normal(size=(n, n)) / n, _RNG.normal(size=n)

    def last(p: Any, b: Any) -> Any:
        return np.sum(scan(lambda u, _: (np.linalg.solve(a * np.exp(p), u), None), b, None, 5)[0] ** 2)

    before, inside = _before_and_in(jit(last).lower(0.1, b).text())
    assert [word in before for word in ("exp", "factor")] == [True, True]
    assert [word in inside for word in ("exp", "factor", "substitute")] == [False, False, True]
    text = jit(value_and_grad(last)).lower(0.1, b).text()
    assert len([part for part in text.split("for of") if "factor" in part]) == 2  # before each of the two loops
    np.testing.assert_allclose(jit(grad(last))(0.1, b), grad(last)(0.1, b))
    bits = jit(last)(0.0, b), jit(lambda b: np.sum(np.linalg.solve(a, b)))(b)
    assert np.isfinite(bits).all()


def test_what_takes_time_is_computed_before_the_loop() -> None:
    def step(i: int, carry: Any) -> Any:
        c, x = carry
        return c * (2 * x + np.exp(x)) @ np.outer(np.sin(x), x), x  # x stays what it is

    program = jit(lambda x: fori_loop(0, 3, step, (np.ones(9), x))).lower(np.ones(9))
    before, inside = _before_and_in(program.text())
    assert [word in before for word in ("exp", "sin", "add")] == [True, True, False]
    assert [word in inside for word in ("exp", "sin", "add")] == [False, False, True]


def test_a_singular_matrix_raises_as_in_numpy() -> None:
    def f(a: Any, n: Any) -> Any:
        return while_loop(lambda s: s[0] < n, lambda s: (s[0] + 1, np.linalg.solve(a, s[1])), (0, np.ones(4)))[1]

    compiled_f = jit(f)
    np.testing.assert_allclose(compiled_f(_A, 2), f(_A, 2))
    singular = np.zeros((4, 4))
    np.testing.assert_array_equal(compiled_f(singular, 0), np.ones(4))  # there is no step that would divide
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        compiled_f(singular, 2)
