"""`jacobian`, `jacfwd` and `jacrev`: within and around other transforms, purity, laws."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, Variable, functions, grad, numerical_diff, value_and_grad
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.jacobians.jacobian import jacfwd, jacobian, jacrev
from pydezero.transforms.rules.custom_jvp import custom_jvp
from pydezero.tree import flatten
from tests.transforms.jacobians.jacobians import (
    ALL,
    TALL,
    WIDE,
    Array,
    Transform,
    X,
    each_transform,
    numerical,
    rosenbrock,
    rosenbrock_gradient,
    softmax,
)

# Nesting


@each_transform
def test_called_with_variables_it_gives_variables(transform: Transform) -> None:
    for f in (np.sin, lambda x: x * 2, lambda x: np.ones(2), lambda x: np.sum(x), lambda x: x[0]):
        found = transform(f)(Variable(X))
        assert type(found) is Variable
        assert_array_equal(found.data, transform(f)(X))


@each_transform
@pytest.mark.parametrize("f", [softmax, lambda x: WIDE @ x**2, lambda x: np.concatenate([x**2, x**3]), rosenbrock])
def test_grad_of_a_function_of_a_jacobian(f: Callable[[Any], Any], transform: Transform) -> None:
    def penalty(x: Any) -> Any:
        return functions.sum(transform(f)(x) ** 2)

    assert_allclose(grad(penalty)(X), numerical_diff(penalty, X), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("outer", ALL.values(), ids=[f"of {name}" for name in ALL])
@each_transform
def test_jacobian_of_a_jacobian(transform: Transform, outer: Transform) -> None:
    found = outer(transform(lambda x: TALL @ x[:2] ** 3))(X)
    expected = np.zeros((3, 3, 3))
    for k in range(2):
        expected[:, k, k] = 6 * TALL[:, k] * X[k]
    assert_allclose(found, expected, atol=1e-12)


@each_transform
def test_second_order_of_containers(transform: Transform) -> None:
    found = transform(jacrev(lambda p: p["a"] * np.sum(p["b"] ** 2)))({"a": 3.0, "b": X})
    assert_allclose(found["a"]["a"], 0)
    assert_allclose(found["a"]["b"], 2 * X)
    assert_allclose(found["b"]["a"], 2 * X)
    assert_allclose(found["b"]["b"], 6 * np.eye(3))


@each_transform
def test_inside_vmap(transform: Transform) -> None:
    batch = np.stack([X, X**2, 2 * X])
    for f in (softmax, lambda x: WIDE @ np.sin(x), lambda x: np.concatenate([x**2, x[:1]]), rosenbrock):
        mapped: Any = vmap(transform(f))
        assert_allclose(mapped(batch), [transform(f)(x) for x in batch], rtol=1e-12)


@each_transform
def test_inside_jvp(transform: Transform) -> None:
    y, tangent = jvp(transform(lambda x: x**3), (X,), (np.ones(3),))
    assert_allclose(y, np.diag(3 * X**2))
    assert_allclose(tangent, np.diag(6 * X))


@each_transform
def test_closures_over_outer_variables(transform: Transform) -> None:
    def f(a: Any) -> Any:
        return functions.sum(transform(lambda x: a * x**2)(X))

    assert_allclose(grad(f)(2.0), np.sum(2 * X))


@each_transform
def test_no_perturbation_confusion(transform: Transform) -> None:
    """The example of Siskind and Pearlmutter (2005): d/dx (x d/dy (x + y)) at 1 is 1, not 2."""
    assert transform(lambda x: x * transform(lambda y: x + y)(1.0))(1.0) == 1


@each_transform
def test_inner_gradients(transform: Transform) -> None:
    found = transform(lambda x: grad(lambda y: np.sum(y**3))(x))(X)
    assert_allclose(found, np.diag(6 * X))
    found = transform(lambda x: value_and_grad(rosenbrock)(x)[1])(X)
    assert_allclose(found, numerical(lambda x: rosenbrock_gradient(np.asarray(x)), X), rtol=1e-5, atol=1e-5)


@each_transform
def test_an_operation_of_the_users_own(transform: Transform) -> None:
    cube: Any = Function(forward=lambda x: x**3, backward=lambda g, x: g * 3 * x**2)
    assert_allclose(transform(lambda x: cube(x)[:2])(X), np.diag(3 * X**2)[:2])
    assert_allclose(transform(lambda x: np.concatenate([cube(x), x]))(X), np.vstack([np.diag(3 * X**2), np.eye(3)]))


def test_what_is_beside_a_result_with_a_custom_rule() -> None:
    sine: Any = custom_jvp(lambda primals, tangents: jvp(np.sin, primals, tangents))(lambda x: np.sin(x))
    for transform in (jacfwd, jacrev):
        differentiated: Any = transform
        found, aux = differentiated(lambda x: (sine(x), {"y": sine(x)}), has_aux=True)(X)
        assert_allclose(found, np.diag(np.cos(X)))
        assert type(aux["y"]) is np.ndarray
        assert_array_equal(aux["y"], np.sin(X))


# Purity


@each_transform
@pytest.mark.parametrize(
    "f",
    [
        lambda x: x,
        lambda x: (x, x),
        lambda x: [x[0], x[0], x],
        lambda x: {"a": x[:1], "b": np.sum(x), "c": np.ones(3)},
        lambda x: np.reshape(x, (3, 1)),
        lambda x: np.concatenate([x, x]),
    ],
)
@pytest.mark.parametrize("size", [1, 3])
def test_results_share_no_memory(f: Callable[[Any], Any], transform: Transform, size: int) -> None:
    x = np.ones(size) if size == 3 else np.ones((3, 1))[:, 0]
    constant = np.ones(3)
    first, again = flatten(transform(f)(x)), flatten(transform(f)(x))
    for a, b in zip(first, again, strict=True):
        assert_array_equal(a, b)
    everything = [*first, *again, x, constant]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(everything) for b in everything[:i])
    for a in first:
        assert a.flags.writeable
        a[...] = 7
    for a, b in zip(flatten(transform(f)(x)), again, strict=True):
        assert_array_equal(a, b)


@each_transform
def test_a_matrix_that_is_all_of_the_jacobian_is_not_handed_out(transform: Transform) -> None:
    matrix = np.eye(3)
    for f in (lambda x: matrix @ x, lambda x: x @ matrix, lambda x: matrix[0] * x):
        found = transform(f)(X)
        assert not np.shares_memory(found, matrix)
        found[...] = 5
        assert_array_equal(matrix, np.eye(3))


@each_transform
def test_a_number_in_and_out(transform: Transform) -> None:
    first, second = transform(lambda x: (x, x))(np.array(1.0))
    first[...] = 5
    assert second == 1


# Laws

vectors = arrays(np.float64, 3, elements=st.floats(-2, 2))
laws = settings(max_examples=25)


def inner(x: Any) -> Any:
    return np.stack([np.sin(x[0]) * x[1], x[1] * x[2], np.exp(0.3 * x[2]), x[0]])


def outer(y: Any) -> Any:
    return np.stack([y[0] ** 2 + y[3], y[1] * y[2]])


@laws
@given(x=vectors)
def test_forward_is_reverse(x: Array) -> None:
    assert_allclose(jacfwd(inner)(x), jacrev(inner)(x), atol=1e-12)
    assert_allclose(jacobian(inner)(x), jacrev(inner)(x), atol=1e-12)


@each_transform
@laws
@given(x=vectors, a=st.floats(-5, 5), b=st.floats(-5, 5))
def test_linearity(transform: Transform, x: Array, a: float, b: float) -> None:
    found = transform(lambda x: a * softmax(x) + b * np.sin(x))(x)
    assert_allclose(found, a * transform(softmax)(x) + b * transform(np.sin)(x), atol=1e-10)


@each_transform
@laws
@given(x=vectors)
def test_the_chain_rule(transform: Transform, x: Array) -> None:
    found = transform(lambda x: outer(inner(x)))(x)
    assert_allclose(found, transform(outer)(inner(x)) @ transform(inner)(x), atol=1e-10)


@each_transform
@laws
@given(x=vectors, v=vectors)
def test_times_a_vector_it_is_jvp(transform: Transform, x: Array, v: Array) -> None:
    assert_allclose(transform(inner)(x) @ v, jvp(inner, (x,), (v,))[1], atol=1e-10)
