"""Every transform of every transform of every transform.

Each transform is made into a map from scalar functions of a vector to such functions, by contracting what it gives with
a fixed direction c, so that they compose at will. What the outermost one gives is compared with differences of, or a
loop over, the function that it was given, which is itself a composition of one level less: so by induction all levels
are compared with differences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
import pytest

from pydezero import (
    Function,
    check_finite,
    checkpoint,
    cond,
    custom_jvp,
    custom_root,
    custom_vjp,
    derivative,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jet,
    jit,
    jvp,
    laplacian,
    linear_transpose,
    linearize,
    scan,
    trace,
    value_and_grad,
    vjp,
    vmap,
    while_loop,
)
from tests.rows import over_rows

# Any: NumPy's stubs know no Variable.
Scalar = Callable[[Any], Any]

c: Final = np.array([0.6, -0.8, 0.3])
at: Final = np.array([0.4, 0.9, -0.7])
matrix: Final = np.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5], [-0.25, 0.5, 1.0]])


def along(f: Scalar, x: Any) -> Any:
    """The derivative of f along c, by a central difference of the fourth order."""
    h = 1e-3
    near, far = (f(x + h * c) - f(x - h * c)) / (2 * h), (f(x + 2 * h * c) - f(x - 2 * h * c)) / (4 * h)
    return (4 * near - far) / 3


def twice_along(f: Scalar, x: Any) -> Any:
    """The second derivative of f along c, by differences of the fourth order."""
    return bends(f, x, [c])


def trace_of_hessian(f: Scalar, x: Any) -> Any:
    return bends(f, x, np.eye(3))


def bends(f: Scalar, x: Any, directions: Any) -> Any:
    """The sum of the second derivatives along directions."""
    h, y = 4e-3, f(x)
    total = 0.0
    for e in directions:
        near, far = ((f(x + s * e) - 2 * y + f(x - s * e)) / s**2 for s in (h, 2 * h))
        total += (4 * near - far) / 3
    return total


def looped(f: Scalar, x: Any) -> Any:
    return f(x) + 2 * f(0.5 * x + 0.1)


def same(f: Scalar, x: Any) -> Any:
    return f(x)


def batch(f: Scalar) -> Scalar:
    mapped = vmap(f)
    return lambda x: np.sum(mapped(np.stack([x, 0.5 * x + 0.1])) * np.array([1.0, 2.0]))


def with_custom_vjp(f: Scalar) -> Scalar:
    def forward(x: Any) -> Any:
        return f(x), x

    def backward(x: Any, g: Any) -> Any:
        return (g * grad(f)(x),)

    return custom_vjp(forward, backward)(f)


def with_custom_jvp(f: Scalar) -> Scalar:
    def rule(primals: Any, tangents: Any) -> Any:
        return jvp(f, primals, tangents)

    return custom_jvp(rule)(f)


def _solve(residual: Any, *_others: Any) -> Any:
    return -np.log(residual(0.0) + 1)


def with_root(f: Scalar) -> Scalar:
    root: Any = custom_root(lambda y, x: np.exp(y - f(x)) - 1, _solve)
    return lambda x: root(0.0, x)


def with_captured_root(f: Scalar) -> Scalar:
    def of_argument(x: Any) -> Any:
        root: Any = custom_root(lambda y: np.exp(y - f(x)) - 1, _solve)
        return root(0.0)

    return of_argument


class Composed(NamedTuple):
    """A transform as a map of scalar functions, and what it should give."""

    transform: Callable[[Scalar], Scalar]
    expected: Callable[[Scalar, Any], Any]


TRANSFORMS: dict[str, Composed] = {
    "grad": Composed(lambda f: lambda x: np.sum(c * grad(f)(x)), along),
    "value_and_grad": Composed(
        lambda f: lambda x: value_and_grad(f)(x)[0] + np.sum(c * value_and_grad(f)(x)[1]),
        lambda f, x: f(x) + along(f, x),
    ),
    "vjp": Composed(lambda f: lambda x: np.sum(c * vjp(f, x)[1](1.0)[0]), along),
    "jvp": Composed(lambda f: lambda x: jvp(f, (x,), (c,))[1], along),
    "linearize": Composed(lambda f: lambda x: linearize(f, x)[1](c), along),
    "linear_transpose": Composed(
        lambda f: lambda x: np.sum(c * linear_transpose(lambda t: jvp(f, (x,), (t,))[1], x)(1.0)[0]), along
    ),
    "jacfwd": Composed(lambda f: lambda x: np.sum(c * jacfwd(f)(x)), along),
    "jacrev": Composed(lambda f: lambda x: np.sum(c * jacrev(f)(x)), along),
    "jacobian": Composed(lambda f: lambda x: np.sum(c * jacobian(f)(x)), along),
    "derivative": Composed(lambda f: lambda x: derivative(lambda t: f(x + t * c))(0.0), along),
    "hvp": Composed(lambda f: lambda x: np.sum(c * np.reshape(hvp(f, (x,), (c,)), (3,))), twice_along),
    "hessian": Composed(lambda f: lambda x: c @ hessian(f)(x) @ c, twice_along),
    "laplacian": Composed(lambda f: lambda x: laplacian(f)(x), trace_of_hessian),
    "vmap": Composed(batch, looped),
    "custom_vjp": Composed(with_custom_vjp, same),
    "custom_jvp": Composed(with_custom_jvp, same),
    "Function": Composed(lambda f: Function(f, lambda g, x: g * grad(f)(x)), same),
    "checkpoint": Composed(checkpoint, same),
    "check_finite": Composed(check_finite, same),
}

# What only single transforms and pairs are made of, as a row and a column of the table.
WITH_JIT: dict[str, Composed] = {
    **TRANSFORMS,
    "jit": Composed(jit, same),
    "jet": Composed(lambda f: lambda x: jet(f, (x,), ([c, 0 * c],))[1][1], twice_along),
}


# They are composed with each of the others, and not in triples of any kind, because a solver takes its time.
SOLUTIONS: dict[str, Composed] = {
    "custom_root": Composed(with_root, same),
    "custom_root of what is captured": Composed(with_captured_root, same),
}


def with_containers(x: Any) -> Any:
    parts = {"head": x[0], "tail": (x[1:], [x * 2])}
    return parts["head"] * np.sum(parts["tail"][0] ** 2) + np.sum(np.sin(parts["tail"][1][0]))


def with_loops(x: Any) -> Any:
    y, ys = scan(lambda y, row: (np.tanh(row @ y) * x, y[0]), x, np.stack([matrix, matrix.T]))
    z = while_loop(lambda z: np.sum(z * z) < 4.0, lambda z: 1.5 * z + 0.1 * x, y)
    return cond(x[0] > 0.0, lambda: np.sum(z), lambda: np.sum(z**2)) + np.sum(ys**2)


LOOPS: Final = "loops"

FUNCTIONS: dict[str, Scalar] = {
    "elementwise": lambda x: np.sum(np.sin(x) * np.exp(0.3 * x)),
    "indexing": lambda x: x[0] * x[1] ** 2 + np.sum(x[1:] * x[:2]) + np.sum(x[[0, 0, 2]] ** 3),
    "matmul": lambda x: np.tanh(x @ matrix) @ x,
    "where": lambda x: np.sum(np.where(x > 0, x**3, np.sin(x))),
    "reductions": lambda x: np.max(x) ** 2 + np.var(x) * np.mean(x) + np.log(np.sum(np.exp(x))) + np.prod(x),
    "shapes": lambda x: np.sum(np.reshape(np.stack([x, x**2]), (3, 2)).T @ np.concatenate([x[:1], x[1:] ** 2])),
    "containers": with_containers,
    # Without a trace these are loops of Python's, of the operations above.
    LOOPS: with_loops,
    "a constant in between": lambda x: np.sum(x * c) * np.sum(np.ones(3) * x**2),
}

WITHOUT_LOOPS: Final = [name for name in FUNCTIONS if name != LOOPS]


EVERY: Final = {**WITH_JIT, **SOLUTIONS}


def innermost(names: Sequence[str]) -> str:
    return names[0]


def composed(names: Sequence[str], f: Scalar) -> Scalar:
    for name in names:
        f = EVERY[name].transform(f)
    return f


@cache
def expected_of(kind: Callable[[Scalar, Any], Any], names: tuple[str, ...], f: Scalar) -> Any:
    """What a transform should give of a composition: the same for all of its kind, as those of first order are."""
    return kind(composed(names, f), at)


def check(names: tuple[str, ...], f: Scalar) -> None:
    """The outermost transform of a composition, the last of the names, against differences of all the rest."""
    outermost = EVERY[names[-1]]
    expected = expected_of(outermost.expected, names[:-1], f)
    found = outermost.transform(composed(names[:-1], f))(at)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5 * max(1.0, abs(expected)))


@pytest.mark.usefixtures("uncompiled")
@over_rows(product(WITH_JIT, FUNCTIONS))
def test_one(row: tuple[str, str]) -> None:
    name, f = row
    check((name,), FUNCTIONS[f])


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("f", [f for name, f in FUNCTIONS.items() if name != LOOPS], ids=WITHOUT_LOOPS)
@over_rows(product(WITH_JIT, repeat=2), by=innermost)
def test_two(names: tuple[str, ...], f: Scalar) -> None:
    check(names, f)


@over_rows(product(TRANSFORMS, repeat=3), by=innermost)
def test_three(names: tuple[str, ...]) -> None:
    # Each triple with one of the functions; which one changes with the two inside, of which the differences are.
    place = sum(list(TRANSFORMS).index(name) * 7**i for i, name in enumerate(names[:-1]))
    check(names, list(FUNCTIONS.values())[place % len(FUNCTIONS)])


@pytest.mark.parametrize("names", [("jit", name) for name in TRANSFORMS], ids=" of ".join)
@pytest.mark.usefixtures("uncompiled")
def test_loops_of_jit(names: tuple[str, ...]) -> None:
    # A loop is one operation in the graph of a compiled function, and elsewhere as many as Python comes to.
    check(names, with_loops)


@pytest.mark.parametrize("solution", SOLUTIONS)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_solutions(name: str, solution: str) -> None:
    f = FUNCTIONS["reductions"]
    check((name, solution), f)
    check((solution, name), f)
    check((solution, name, "grad"), f)
    check(("jvp", solution, name), f)


def check_trace(names: tuple[str, ...], f: Scalar) -> None:
    f = composed(names, f)
    graph = trace(f)(at)
    np.testing.assert_allclose(graph(0.9 * at), f(0.9 * at), rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("f", [f for name, f in FUNCTIONS.items() if name != LOOPS], ids=WITHOUT_LOOPS)
@over_rows([*product(TRANSFORMS, repeat=2), *[("jit", name) for name in TRANSFORMS]], by=innermost)
def test_a_trace_of_it_computes_the_same_elsewhere(names: tuple[str, ...], f: Scalar) -> None:
    check_trace(names, f)


# One of each kind: the derivatives of a traced loop are loops.
KINDS: Final = ("grad", "jvp", "linear_transpose", "hessian", "vmap", "custom_jvp", "checkpoint", "check_finite")


@pytest.mark.parametrize("names", list(product(KINDS, repeat=2)), ids=" of ".join)
def test_a_trace_of_loops_computes_the_same_elsewhere(names: tuple[str, ...]) -> None:
    check_trace(names, with_loops)


def with_closure(inner: Composed) -> Scalar:
    """The inner function computes with x, which belongs to the outer transform, and with a Variable of its own."""
    return lambda x: inner.transform(lambda y: np.sum(np.sin(x * y) + x[0] * y**2) * y[1])(x + 0.2)


CUSTOM: Final = ("custom_vjp", "custom_jvp", "Function")


@pytest.mark.usefixtures("uncompiled")
@over_rows(product(WITH_JIT, [name for name in WITH_JIT if name not in CUSTOM]))
def test_closures_over_outer_variables(names: tuple[str, str]) -> None:
    outer, inner = (WITH_JIT[name] for name in names)
    f = with_closure(inner)
    expected = outer.expected(f, at)
    np.testing.assert_allclose(outer.transform(f)(at), expected, rtol=2e-5, atol=2e-5 * max(1.0, abs(expected)))


@pytest.mark.parametrize("outer", [name for name in TRANSFORMS if name not in (*CUSTOM, "checkpoint", "check_finite")])
@pytest.mark.parametrize("inner", CUSTOM)
def test_a_custom_rule_cannot_close_over_outer_variables(inner: str, outer: str) -> None:
    # The rule gives derivatives with respect to arguments alone; that of the closure would be lost.
    f, transform = with_closure(TRANSFORMS[inner]), TRANSFORMS[outer]
    if (inner, outer) == ("Function", "vmap"):  # a batch asks for no derivative
        np.testing.assert_allclose(transform.transform(f)(at), transform.expected(f, at), rtol=1e-12)
        return
    with pytest.raises((TypeError, ValueError)):
        transform.transform(f)(at)
