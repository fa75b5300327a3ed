"""What the tests of all rows share: cotangents, their products with results, and derivatives by differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from pydezero import Variable, jvp, numerical_diff, vjp
from tests.functions.case import Array, ArrayCallable, Call, Results, generator

_EPS = 1e-5


def leaves(results: Results) -> list[Any]:
    """The arrays of a result, which is one or a list or tuple of them."""
    return list(results) if isinstance(results, list | tuple) else [results]


def plain(results: Results) -> list[Array]:
    """The values of a result as arrays."""
    return [np.asarray(y.data if isinstance(y, Variable) else y) for y in leaves(results)]


def cotangent_of(results: Results, seed: str) -> Results:
    """A random cotangent, built like the result."""
    rng = generator(f"cotangent of {seed}")
    drawn = [_like(np.asarray(y), rng) for y in plain(results)]
    return type(results)(drawn) if isinstance(results, list | tuple) else drawn[0]


def _like(y: Array, rng: np.random.Generator) -> Array:
    c = rng.uniform(-1.0, 1.0, y.shape)
    if y.dtype.kind == "c":
        c = c + 1j * rng.uniform(-1.0, 1.0, y.shape)
    return np.asarray(c, y.dtype if y.dtype.kind in "fc" else np.float64)


def weighted(cotangent: Results, results: Results) -> float:
    """The real part of the sum of the products of a cotangent with a result: what a pullback differentiates."""
    pairs = zip(leaves(cotangent), leaves(results), strict=True)
    return float(sum(np.sum(np.real(c * y)) for c, y in pairs))


def slopes(f: Callable[..., float], arguments: Sequence[Array]) -> list[Array]:
    """The derivative of f with respect to each of its arguments, by central differences."""
    return [numerical_diff(_of_one(f, arguments, i), x, eps=_EPS) for i, x in enumerate(arguments)]


def _of_one(f: Callable[..., float], arguments: Sequence[Array], i: int) -> Callable[[Array], float]:
    return lambda x: f(*arguments[:i], x, *arguments[i + 1 :])


def chosen(call: Call, values: Sequence[Array]) -> list[Array]:
    return [values[i] for i in call.positions]


def call_through_numpy(call: Call, values: Sequence[Array]) -> ArrayCallable:
    return call.of(call.case.through_numpy, values)


def assert_all_close(actual: Iterable[Array], expected: Iterable[Array], rtol: float, atol: float) -> None:
    for a, e in zip(actual, expected, strict=True):
        assert np.shape(a) == np.shape(e)
        if not np.allclose(a, e, rtol=rtol, atol=atol, equal_nan=True):
            np.testing.assert_allclose(a, e, rtol=rtol, atol=atol)  # 20 times as long, to say what differs


def assert_separate(arrays: Iterable[Any]) -> None:
    """No two of some arrays share memory."""
    for a, b in combinations(arrays, 2):
        assert not np.shares_memory(a, b)


def assert_first_derivatives(call: Call, values: Sequence[Array]) -> None:
    """The gradients agree with differences of the reference, and have the dtypes of the arguments."""
    xs = chosen(call, values)
    y, pullback = vjp(call_through_numpy(call, values), *xs)
    cotangent = cotangent_of(y, str(call))
    gradients = pullback(cotangent)
    reference = call.of(call.case.reference, values)
    expected = slopes(lambda *arguments: weighted(cotangent, reference(*arguments)), xs)
    assert_all_close(gradients, expected, rtol=1e-6, atol=1e-7)
    assert [g.dtype for g in gradients] == [x.dtype for x in xs]


def assert_linear(f: ArrayCallable, *xs: Array) -> None:
    """f of Variables is f of arrays; f is linear: its jvp is f itself, and <pullback(c), t> is <c, f(t)>."""
    expected = plain(f(*xs))
    y, pullback = vjp(f, *xs)
    assert_all_close(leaves(y), expected, rtol=1e-12, atol=1e-12)
    cotangent = cotangent_of(y, "linear")
    rng = generator("tangents")
    tangents = tuple([rng.uniform(-1, 1, x.shape) for x in xs])
    of_tangents = f(*tangents)
    assert_all_close(leaves(jvp(f, xs, tangents)[1]), plain(of_tangents), rtol=1e-12, atol=1e-12)
    found = pullback(cotangent)
    assert [g.shape for g in found] == [x.shape for x in xs]
    product = sum(float(np.sum(g * t)) for g, t in zip(found, tangents, strict=True))
    np.testing.assert_allclose(product, weighted(cotangent, of_tangents), rtol=1e-11, atol=1e-11)
