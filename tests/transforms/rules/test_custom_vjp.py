"""`custom_vjp`: rules for reverse mode, and what the other transforms make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, Variable, grad, numerical_diff, vjp
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.rules.custom_vjp import custom_vjp
from tests.transforms.rules.derivatives import TRANSFORMS, newton, total

# Any: NumPy's stubs know no Variable.
Operation = Callable[..., Any]

array = np.array([0.5, -1.5, 2.0])


# Rules that are the true derivative.


def _log1pexp_forward(x: Any) -> Any:
    return np.logaddexp(0.0, x), x


def _log1pexp_backward(x: Any, g: Any) -> Any:
    return (g * np.exp(-np.logaddexp(0.0, -x)),)


log1pexp: Operation = custom_vjp(_log1pexp_forward, _log1pexp_backward)(lambda x: np.log(1 + np.exp(x)))

# The output is kept, and its derivative of second order is that of the rule.
exponential: Operation = custom_vjp(lambda x: (lambda y: (y, y))(np.exp(x)), lambda y, g: (g * y,))(np.exp)

scaled_product: Operation = custom_vjp(
    lambda x, y: (3 * x * y, (3 * x, 3 * y)), lambda kept, g: (g * kept[1], g * kept[0])
)(lambda x, y: 3 * x * y)


def _cosine_law(sides: Any, angle: Any) -> Any:
    return {"third": np.sqrt(sides[0] ** 2 + sides[1] ** 2 - 2 * sides[0] * sides[1] * np.cos(angle))}


def _cosine_law_forward(sides: Any, angle: Any) -> Any:
    out = _cosine_law(sides, angle)
    return out, {"args": (sides, angle), "third": out["third"], "note": "law of cosines"}


def _cosine_law_backward(residuals: Any, cotangent: Any) -> Any:
    (a, b), angle = residuals["args"]
    g = cotangent["third"] / residuals["third"]
    c, s = np.cos(angle), np.sin(angle)
    return [g * (a - b * c), g * (b - a * c)], g * a * b * s


third_side: Operation = custom_vjp(_cosine_law_forward, _cosine_law_backward)(_cosine_law)


# y solves y^2 = a, so 2 y dy = da, whatever found it: the implicit function theorem.
root: Operation = custom_vjp(lambda a: (lambda y: (y, y))(newton(a)), lambda y, g: (g / (2 * y),))(newton)

TRUE: dict[str, Callable[[Any], Any]] = {
    "one argument": log1pexp,
    "between other operations": lambda x: np.sin(log1pexp(x * x)) * x,
    "an output that is kept": exponential,
    "two arguments": lambda x: scaled_product(x, np.sin(x)),
    "one argument a constant": lambda x: scaled_product(x, np.full(np.shape(x), 2.0)) ** 2,
    "the same twice": lambda x: scaled_product(x, x) + scaled_product(x, x),
    "containers": lambda x: third_side([x, x * x + 1], 0.3 + x)["third"],
    "implicit": lambda x: root(1 + x * x),
    "of itself": lambda x: log1pexp(log1pexp(x)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_has_the_dtype_of_the_argument(dtype: Any) -> None:
    found = grad(total(log1pexp))(array.astype(dtype))
    assert found.dtype == dtype
    assert_allclose(found, 1 / (1 + np.exp(-array)), rtol=1e-6)


def test_complex() -> None:
    z = np.array([1 + 2j, 0.5j])

    def real_part(z: Any) -> Any:
        return np.real(scaled_product(z, (2 - 1j) * z))

    assert_allclose(grad(total(real_part))(z), numerical_diff(real_part, z), rtol=1e-6)


def test_it_is_stable_where_the_chain_rule_is_not() -> None:
    assert_array_equal(grad(total(log1pexp))(np.array([-800.0, 0.0, 800.0])), [0.0, 0.5, 1.0])
    assert jvp(log1pexp, (800.0,), (2.0,))[1] == 2.0
    assert grad(grad(log1pexp))(800.0) == 0.0


def test_a_function_that_no_variable_survives() -> None:
    """Another library, which takes arrays alone; where forward calls the operation, so do derivatives of any order."""

    def opaque(a: Any) -> Any:
        return np.asarray(newton(np.asarray(a, dtype=float)))

    def forward(a: Any) -> Any:
        y = operation(a)
        return y, y

    operation: Operation = custom_vjp(forward, lambda y, g: (g / (2 * y),))(opaque)
    assert_allclose(grad(operation)(4.0), 1 / 4)
    assert_allclose(grad(grad(operation))(4.0), -1 / 32)
    assert_allclose(grad(grad(grad(operation)))(4.0), 3 / 256)
    assert_allclose(jvp(grad(operation), (4.0,), (1.0,))[1], -1 / 32)
    assert_allclose(grad(lambda a: jvp(operation, (a,), (1.0,))[1])(4.0), -1 / 32)


# Rules that are another derivative on purpose.

clipped: Operation = custom_vjp(lambda x: (x, None), lambda _, g: (np.clip(g, -1.0, 1.0),))(lambda x: x)
rounded: Operation = custom_vjp(lambda x: (np.rint(x), None), lambda _, g: (g,))(np.rint)  # straight through
reversed_: Operation = custom_vjp(lambda x: (1.0 * x, None), lambda _, g: (-2 * g,))(lambda x: 1.0 * x)


def test_a_clipped_gradient() -> None:
    assert_array_equal(grad(lambda x: np.sum(clipped(x) * np.array([0.5, 3.0, -7.0])))(array), [0.5, 1.0, -1.0])
    assert_array_equal(clipped(array), array)


def test_a_straight_through_estimator() -> None:
    assert_array_equal(grad(lambda x: np.sum(rounded(x) ** 2))(array), 2 * np.rint(array))
    # To the outer derivative round is an identity, too: d/dx [d/dx rint(x) x] = 2.
    slope = grad(lambda x: rounded(x) * x)
    assert grad(slope)(1.4) == 2.0
    assert_array_equal(jvp(rounded, (1.4,), (3.0,)), (1.0, 3.0))
    assert_array_equal(TRANSFORMS["vmap of grad"][0](rounded)(array), np.ones(3))


def test_a_reversed_gradient_under_every_transform() -> None:
    for name, (transform, _) in TRANSFORMS.items():
        expected = array if name in ("vmap", "trace") else np.full(3, -2.0)
        assert_array_equal(transform(reversed_)(array), expected)


def test_an_argument_that_is_the_same_for_a_batch() -> None:
    weights = np.array([1.0, -2.0])
    xs = np.array([[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]])
    dot: Operation = custom_vjp(lambda w, x: (w @ x, (w, 2 * x)), lambda kept, g: (g * kept[1] / 2, g * kept[0]))(
        lambda w, x: w @ x
    )
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
    name: str | None


def test_containers_everywhere() -> None:
    def f(layer: Layer, pair: Pair) -> Any:
        return {"y": [layer.weight * pair.a], "name": layer.name}

    def forward(layer: Layer, pair: Pair) -> Any:
        return f(layer, pair), Pair((layer, layer.name), [pair])

    def backward(residuals: Any, g: Any) -> Any:
        (layer, name), [pair] = residuals
        assert name == layer.name == g["name"] == "first"
        return Layer(g["y"][0] * pair.a, None), Pair(g["y"][0] * layer.weight, [None, None])

    operation: Operation = custom_vjp(forward, backward)(f)
    layer, pair = Layer(array, "first"), Pair(2 * array, [array, 3.0])
    by_layer, by_pair = grad(lambda u, v: np.sum(operation(u, v)["y"][0]), (0, 1))(layer, pair)
    assert_array_equal(by_layer.weight, 2 * array)
    assert by_layer.name == "first"
    assert_array_equal(by_pair.a, array)
    assert_array_equal(by_pair.b[0], np.zeros(3))
    assert by_pair.b[1] == 0.0


def _power_forward(n: int, x: Any, kind: str) -> Any:
    return x**n, x


def _power_backward(n: int, kind: str, x: Any, g: Any) -> Any:
    assert kind == "plain"
    return (g * n * x ** (n - 1),)


@pytest.mark.parametrize("call", [lambda p, x: p(3, x, "plain"), lambda p, x: p(kind="plain", x=x, n=3)])
def test_static_arguments(call: Operation) -> None:
    def power(n: int, x: Any, kind: str) -> Any:
        return x**n

    operation: Operation = custom_vjp(_power_forward, _power_backward, nondiff_argnums=(0, 2))(power)
    assert grad(lambda x: call(operation, x))(2.0) == 12.0
    slope = grad(lambda x: call(operation, x))
    assert grad(slope)(2.0) == 12.0
    assert jvp(lambda x: call(operation, x), (2.0,), (1.0,)) == (8.0, 12.0)
    assert_array_equal(TRANSFORMS["vmap of grad"][0](lambda x: call(operation, x))(array), 3 * array**2)


def test_a_static_array_that_is_overwritten_later() -> None:
    def f(x: Any, factor: Any) -> Any:
        return x * factor

    operation: Operation = custom_vjp(lambda x, c: (x * c, None), lambda c, _, g: (g * c,), nondiff_argnums=1)(f)
    factor = np.array([2.0, 3.0])
    _, pullback = vjp(lambda x: operation(x, factor), np.ones(2))
    factor[:] = 50.0
    assert_array_equal(pullback(np.ones(2))[0], [2.0, 3.0])


def test_defaults_and_keywords() -> None:
    def f(x: Any, scale: Any = 2.0) -> Any:
        return x * scale

    operation: Operation = custom_vjp(lambda x, s: (x * s, (x, s)), lambda kept, g: (g * kept[1], g * kept[0]))(f)
    assert operation(3.0) == 6.0
    assert grad(operation)(3.0) == 2.0
    assert grad(lambda s: operation(3.0, scale=s))(5.0) == 3.0

    def backward(n: int, kept: Any, g: Any) -> Any:
        x, a = kept
        return g * a * n * x ** (n - 1), g * x**n

    power: Operation = custom_vjp(lambda x, n, a: (a * x**n, (x, a)), backward, 1)(lambda x, n=2, a=1.0: a * x**n)
    calls: list[tuple[Callable[[Any], Any], float]] = [
        (power, 6.0),
        (lambda x: power(x, 3), 27.0),
        (lambda x: power(n=3, x=x), 27.0),
        (lambda x: power(x, a=2.0, n=3), 54.0),
    ]
    assert [grad(call)(3.0) for call, _ in calls] == [slope for _, slope in calls]


def test_it_looks_like_the_function() -> None:
    def documented(x: Any) -> Any:
        """What it says."""
        return x

    operation = custom_vjp(lambda x: (x, None), lambda _, g: (g,))(documented)
    assert operation.__name__ == "documented"
    assert operation.__doc__ == "What it says."


def test_plain_arguments_call_the_function_alone() -> None:
    def rule(*args: Any) -> Any:
        raise AssertionError

    operation: Operation = custom_vjp(rule, rule)(lambda x: [x, "text"])
    assert operation("anything") == ["anything", "text"]


def test_integer_arguments_and_none() -> None:
    def f(x: Any, index: Any) -> Any:
        return x[index]

    def backward(kept: Any, g: Any) -> Any:
        x, index = kept
        return x.at[index].set(g) if isinstance(x, Variable) else np.eye(3)[index] * g, None

    operation: Operation = custom_vjp(lambda x, i: (f(x, i), (x, i)), backward)(f)
    assert_array_equal(grad(lambda x: operation(x, 1))(array), [0.0, 1.0, 0.0])


def test_a_pullback_can_be_called_again() -> None:
    _, pullback = vjp(log1pexp, array)
    assert_array_equal(pullback(np.ones(3))[0], pullback(np.ones(3))[0])


def test_a_function_is_a_rule_that_keeps_its_arguments() -> None:
    """The two say the same in two ways."""
    by_function: Operation = Function(lambda x, y: x * y, lambda g, x, y: (g * y, g * x))
    by_rule: Operation = custom_vjp(lambda x, y: (x * y, (x, y)), lambda kept, g: (g * kept[1], g * kept[0]))(
        lambda x, y: x * y
    )
    for name, (transform, _) in TRANSFORMS.items():
        found = [transform(lambda x, f=f: f(np.sin(x), x))(array) for f in (by_function, by_rule)]
        assert_allclose(found[0], found[1], rtol=1e-14, err_msg=name)
