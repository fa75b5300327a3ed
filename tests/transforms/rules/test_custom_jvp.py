"""`custom_jvp`: rules for forward mode, and what the other transforms make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import grad, numerical_diff, vjp
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.rules.custom_jvp import custom_jvp
from tests.transforms.rules.derivatives import TRANSFORMS, newton, total

# Any: NumPy's stubs know no Variable.
Operation = Callable[..., Any]

array = np.array([0.5, -1.5, 2.0])


# Rules that are the true derivative.


def _sinc_rule(primals: Any, tangents: Any) -> Any:
    """sin(x) / x. Where x is 0 its derivatives are not those of the quotient."""
    (x,), (t,) = primals, tangents
    safe = np.where(x == 0, 1.0, x)
    slope = np.where(x == 0, 0.0, (np.cos(safe) - np.sin(safe) / safe) / safe)
    return sinc(x), slope * t


sinc: Operation = custom_jvp(_sinc_rule)(lambda x: np.where(x == 0, 1.0, np.sin(x) / np.where(x == 0, 1.0, x)))


def _log1pexp_rule(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    y = log1pexp(x)
    return y, np.exp(x - y) * t


log1pexp: Operation = custom_jvp(_log1pexp_rule)(lambda x: np.logaddexp(0.0, x))


def _product_rule(primals: Any, tangents: Any) -> Any:
    (x, y), (s, t) = primals, tangents
    return x * y, s * y + x * t


times: Operation = custom_jvp(_product_rule)(lambda x, y: x * y)


def _polar(point: Any) -> Any:
    return point["r"] * np.cos(point["t"]), [point["r"] * np.sin(point["t"])]


def _polar_rule(primals: Any, tangents: Any) -> Any:
    (p,), (d,) = primals, tangents
    c, s = np.cos(p["t"]), np.sin(p["t"])
    return (p["r"] * c, [p["r"] * s]), (d["r"] * c - p["r"] * s * d["t"], [d["r"] * s + p["r"] * c * d["t"]])


polar: Operation = custom_jvp(_polar_rule)(_polar)


# y solves y^2 = a, so 2 y dy = da, whatever found it: the implicit function theorem.
root: Operation = custom_jvp(lambda primals, tangents: (lambda y: (y, tangents[0] / (2 * y)))(root(*primals)))(newton)


def of_polar(x: Any) -> Any:
    a, [b] = polar({"r": x, "t": x * x})
    return a * b + b


TRUE: dict[str, Callable[[Any], Any]] = {
    "one argument": log1pexp,
    "between other operations": lambda x: np.sin(sinc(x * x)) * x,
    "two arguments": lambda x: times(x, np.sin(x)),
    "one argument a constant": lambda x: times(x, np.full(np.shape(x), 2.0)) ** 2,
    "the same twice": lambda x: times(x, x) + times(x, x),
    "containers": of_polar,
    "implicit": lambda x: root(1 + x * x),
    "of itself": lambda x: log1pexp(log1pexp(x)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_derivatives_have_the_dtype_of_the_argument(dtype: Any) -> None:
    expected = 1 / (1 + np.exp(-array))
    x = array.astype(dtype)
    for found in (grad(total(log1pexp))(x), jvp(log1pexp, (x,), (np.ones_like(x),))[1]):
        assert found.dtype == dtype
        assert_allclose(found, expected, rtol=1e-6)


def test_complex() -> None:
    z = np.array([1 + 2j, 0.5j])

    def real_part(z: Any) -> Any:
        return np.real(times(z, (2 - 1j) * z))

    assert_allclose(grad(total(real_part))(z), numerical_diff(real_part, z), rtol=1e-6)
    assert_allclose(jvp(lambda z: times(z, z), (z,), (1j * np.ones(2),))[1], 2j * z)


def test_a_conjugate_is_real_linear() -> None:
    conjugate: Operation = custom_jvp(lambda primals, tangents: (np.conj(*primals), np.conj(*tangents)))(np.conj)
    z = np.array([1 + 2j, 0.5j])

    def f(z: Any) -> Any:
        return np.real((1 + 3j) * conjugate(z) ** 2)

    assert_allclose(grad(total(f))(z), numerical_diff(f, z), rtol=1e-6)


def test_where_the_chain_rule_gives_nothing() -> None:
    assert_array_equal(grad(total(sinc))(np.array([0.0, 1e-200])), [0.0, 0.0])
    assert_array_equal(TRANSFORMS["vmap of grad"][0](sinc)(np.zeros(2)), np.zeros(2))
    assert_array_equal(grad(total(log1pexp))(np.array([-800.0, 0.0, 800.0])), [0.0, 0.5, 1.0])


# Rules that are another derivative on purpose.


def _straight_through(primals: Any, tangents: Any) -> Any:
    return rounded(*primals), tangents[0]


rounded: Operation = custom_jvp(_straight_through)(np.rint)
doubled: Operation = custom_jvp(lambda primals, tangents: (1.0 * primals[0], 2 * tangents[0]))(lambda x: 1.0 * x)


def test_a_straight_through_estimator() -> None:
    assert_array_equal(grad(lambda x: np.sum(rounded(x) ** 2))(array), 2 * np.rint(array))
    # To the outer derivative round is an identity, too: d/dx [d/dx rint(x) x] = 2.
    slope = grad(lambda x: rounded(x) * x)
    assert grad(slope)(1.4) == 2.0
    assert_array_equal(jvp(rounded, (1.4,), (3.0,)), (1.0, 3.0))
    assert_array_equal(TRANSFORMS["vmap of grad"][0](rounded)(array), np.ones(3))


def test_another_derivative_under_every_transform() -> None:
    for name, (transform, _) in TRANSFORMS.items():
        assert_array_equal(transform(doubled)(array), array if name in ("vmap", "trace") else np.full(3, 2.0))


def test_an_argument_that_is_the_same_for_a_batch() -> None:
    weights = np.array([1.0, -2.0])
    xs = np.array([[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]])
    dot: Operation = custom_jvp(lambda p, t: (p[0] @ p[1], t[0] @ p[1] + p[0] @ t[1]))(lambda w, x: w @ x)
    mapped: Operation = vmap(dot, in_axes=(None, 0))
    assert_allclose(mapped(weights, xs), xs @ weights)
    of_weights, of_xs = grad(lambda w, x: np.sum(mapped(w, x) ** 2), (0, 1))(weights, xs)
    assert_allclose(of_weights, 2 * (xs @ weights) @ xs)
    assert_allclose(of_xs, 2 * (xs @ weights)[:, None] * weights)
    assert_allclose(vmap(grad(dot), in_axes=(None, 0))(weights, xs), xs)
    slope = grad(total(lambda w: mapped(w, xs) ** 2))
    assert_allclose(grad(total(slope))(weights), 2 * xs.T @ xs @ np.ones(2))


# Containers and static arguments.


class Pair(NamedTuple):
    a: Any
    b: Any


@attrs.frozen
class Layer:
    weight: Any
    name: str


def test_containers_everywhere() -> None:
    def f(layer: Layer, pair: Pair) -> Any:
        return {"y": [layer.weight * pair.a, pair.b], "name": layer.name}

    def rule(primals: Any, tangents: Any) -> Any:
        (layer, pair), (d_layer, d_pair) = primals, tangents
        assert d_layer.name == layer.name == "first"
        return f(layer, pair), {"y": [d_layer.weight * pair.a + layer.weight * d_pair.a, None], "name": None}

    operation: Operation = custom_jvp(rule)(f)
    layer, pair = Layer(array, "first"), Pair(2 * array, 3.0)
    by_layer, by_pair = grad(lambda u, v: np.sum(operation(u, v)["y"][0]), (0, 1))(layer, pair)
    assert_array_equal(by_layer.weight, 2 * array)
    assert by_layer.name == "first"
    assert_array_equal(by_pair.a, array)
    assert by_pair.b == 0.0
    y, t = jvp(operation, (layer, pair), (Layer(np.ones(3), "first"), Pair(np.zeros(3), 1.0)))
    assert_array_equal(y["y"][0], 2 * array**2)
    assert_array_equal(t["y"][0], 2 * array)
    assert t["y"][1] == 0.0
    assert y["name"] == "first"


def _power_rule(n: int, kind: str, primals: Any, tangents: Any) -> Any:
    assert kind == "plain"
    (x,), (t,) = primals, tangents
    return x**n, n * x ** (n - 1) * t


@pytest.mark.parametrize("call", [lambda p, x: p(3, x, "plain"), lambda p, x: p(kind="plain", x=x, n=3)])
def test_static_arguments(call: Operation) -> None:
    def power(n: int, x: Any, kind: str) -> Any:
        return x**n

    operation: Operation = custom_jvp(_power_rule, nondiff_argnums=(0, 2))(power)
    assert grad(lambda x: call(operation, x))(2.0) == 12.0
    slope = grad(lambda x: call(operation, x))
    assert grad(slope)(2.0) == 12.0
    assert jvp(lambda x: call(operation, x), (2.0,), (1.0,)) == (8.0, 12.0)
    assert_array_equal(TRANSFORMS["vmap of grad"][0](lambda x: call(operation, x))(array), 3 * array**2)


def test_defaults() -> None:
    def f(x: Any, scale: Any = 2.0) -> Any:
        return x * scale

    operation: Operation = custom_jvp(_product_rule)(f)
    assert operation(3.0) == 6.0
    assert grad(operation)(3.0) == 2.0
    assert grad(lambda s: operation(3.0, scale=s))(5.0) == 3.0


def test_it_looks_like_the_function() -> None:
    def documented(x: Any) -> Any:
        """What it says."""
        return x

    operation = custom_jvp(lambda p, t: (p[0], t[0]))(documented)
    assert operation.__name__ == "documented"
    assert operation.__doc__ == "What it says."


def test_plain_arguments_call_the_function_alone() -> None:
    def rule(*args: Any) -> Any:
        raise AssertionError

    operation: Operation = custom_jvp(rule)(lambda x: [x, "text"])
    assert operation("anything") == ["anything", "text"]


def test_the_rule_may_use_transforms() -> None:
    def f(x: Any) -> Any:
        return np.sin(x) * x

    operation: Operation = custom_jvp(lambda primals, tangents: jvp(f, primals, tangents))(f)
    assert_allclose(grad(grad(operation))(0.7), grad(grad(f))(0.7))
    assert_allclose(TRANSFORMS["vmap of grad"][0](operation)(array), np.cos(array) * array + np.sin(array))


# Memory.


def test_the_rule_may_reuse_a_buffer() -> None:
    buffer = np.empty(2)

    def rule(primals: Any, tangents: Any) -> Any:
        np.multiply(2.0, primals[0], out=buffer)
        return primals[0] * primals[0], buffer * tangents[0]

    operation: Operation = custom_jvp(rule)(lambda x: x * x)
    found = grad(lambda x, y: np.sum(operation(x)) + np.sum(operation(y)), (0, 1))(np.ones(2), np.full(2, 5.0))
    assert_array_equal(found, [[2.0, 2.0], [10.0, 10.0]])


def test_the_rule_may_return_what_it_was_given() -> None:
    same: Operation = custom_jvp(lambda primals, tangents: (primals[0], tangents[0]))(lambda x: x)
    x, seed = np.ones(2), np.ones(2)
    y, pullback = vjp(same, x)
    (found,) = pullback(seed)
    assert not np.shares_memory(found, seed)
    assert not np.shares_memory(y, x)
    y, t = jvp(same, (x,), (seed,))
    assert not np.shares_memory(t, seed)
    assert not np.shares_memory(y, x)


def test_a_pullback_can_be_called_again() -> None:
    _, pullback = vjp(log1pexp, array)
    assert_array_equal(pullback(np.ones(3))[0], pullback(np.ones(3))[0])
