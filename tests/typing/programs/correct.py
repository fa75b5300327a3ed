"""Short programs as people write them: every type checker has to accept them. Never run.

Each function is a program. A test runs the checkers and says which programs they refuse; those that a checker cannot
read are listed in `limits.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypedDict, assert_type, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Variable,
    as_variable,
    check_finite,
    checkpoint,
    derivative,
    explain,
    grad,
    gradients,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    laplacian,
    linearize,
    stop_gradient,
    trace,
    tree,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero import functions as F

Array = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]
a: Array = np.ones(3)
m: Array = np.ones((3, 3))
single: NDArray[np.float32] = np.ones(3, np.float32)
v = as_variable(2.0)
flag = bool(np.ones(1)[0])


@attrs.frozen
class Parameters:
    weights: Array
    bias: float


@dataclass(frozen=True)
class Layer:
    w: Array
    b: Array


class Pair(NamedTuple):
    a: Array
    b: float


class Weights(TypedDict):
    w: Array
    b: float


def of_variable(x: Variable) -> Variable:
    return F.sum(F.sin(x) * x)


def two(x: Variable, y: Variable) -> Variable:
    return F.sum(x * y)


def three(w: Variable, x: Variable, y: Variable) -> Variable:
    return F.sum((x @ w - y) ** 2)


def scaled(x: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum(x**power) * scale


def with_aux(x: Variable) -> tuple[Variable, str]:
    return F.sum(x), "aux"


def of_float(x: float) -> float:
    return x * x


def of_array(x: Array) -> np.float64:
    return np.float64(np.sum(x**2))


def moved(x: Array) -> Array:
    return np.sin(x) * x


def of_single(x: NDArray[np.float32]) -> np.float32:
    return np.float32(x.sum())


def moved_single(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return x * x


def of_parameters(p: Parameters, x: Array) -> np.float64:
    return np.float64(p.weights @ x + p.bias)


def elementwise(x: Variable) -> Variable:
    return F.tanh(x) * x


# gradients


def gradient_of_a_function_of_a_variable() -> None:
    assert_type(grad(of_variable)(2.0), np.float64)
    assert_type(grad(of_variable)(a), Floats)


def gradient_step() -> Array:
    x = a
    for _ in range(3):
        x = x - 0.1 * grad(of_array)(x)
    return x


def gradient_of_floats() -> float:
    return round(grad(of_float)(2.0), 3)


def gradient_of_a_float32() -> NDArray[np.float32]:
    return grad(of_single)(single)


def second_derivative_of_a_float() -> float:
    return grad(grad(of_float))(2.0)


def three_variables_take_arrays() -> None:
    assert_type(grad(three)(a, m, a), Floats)


def further_variables_take_arrays() -> None:
    assert_type(grad(two)(a, a), Floats)


def second_variable_by_argnums() -> None:
    assert_type(grad(three, argnums=1)(a, m, a), Floats)


def both_by_argnums() -> None:
    gw, gx = grad(three, argnums=(0, 1))(a, m, a)
    assert_type(gw, Floats)
    assert_type(gx, Floats)


def value_and_gradient_of_three() -> None:
    value, g = value_and_grad(three)(a, m, a)
    assert_type(g, Floats)
    print(float(value))


def gradient_in_a_variable_of_three() -> None:
    assert_type(grad(three)(v, m, a), Variable)


def gradient_of_a_lambda() -> None:
    g = grad(lambda x: x * x)
    print(g(2.0), g(a))


def gradient_of_a_lambda_with_numpy() -> None:
    g = grad(lambda x: np.sum(x**2))
    print(g(a))


def gradient_of_a_lambda_with_an_inner_product() -> None:
    g = grad(lambda x: x @ x)
    print(g(a))


def gradient_of_a_lambda_of_two() -> None:
    g = grad(lambda w, x: F.sum(w * x))
    print(g(a, a))


def gradient_of_a_lambda_of_a_dict() -> None:
    g = grad(lambda p, x: np.sum(p["w"] * x) + p["b"])
    print(g({"w": np.ones(2), "b": 0.5}, np.array([3.0, 4.0])))


def value_and_gradient_of_a_lambda_with_numpy() -> None:
    value, g = value_and_grad(lambda x: np.sum(np.sin(x)))(a)
    print(value, g)


def gradient_of_a_function_of_the_set() -> None:
    print(grad(F.sin)(2.0), grad(grad(F.sin))(2.0))


def gradient_of_attrs() -> Parameters:
    return grad(of_parameters)(Parameters(a, 1.0), a)


def gradient_of_a_dataclass() -> Layer:
    def loss(layer: Layer, x: Array) -> np.float64:
        return np.float64(np.sum(layer.w @ x + layer.b))

    return grad(loss)(Layer(m, a), a)


def gradient_of_a_named_tuple() -> Pair:
    def loss(p: Pair) -> float:
        return float(p.a.sum()) * p.b

    return grad(loss)(Pair(a, 2.0))


def gradient_of_a_dict() -> dict[str, Array]:
    def loss(p: dict[str, Array]) -> np.float64:
        return np.float64(p["w"].sum())

    return grad(loss)({"w": a})


def gradient_of_a_typed_dict() -> Weights:
    def loss(p: Weights) -> float:
        return float(p["w"].sum()) * p["b"]

    return grad(loss)({"w": a, "b": 1.0})


def gradient_of_a_list() -> list[Array]:
    def loss(layers: list[Array]) -> np.float64:
        return np.sum(layers[0]) + np.sum(layers[1])

    return grad(loss)([a, m])


def gradient_of_a_method() -> None:
    class Model:
        def loss(self, w: Array) -> np.float64:
            return np.float64(w.sum())

    assert_type(grad(Model().loss)(a), Array)


def gradient_of_a_partial() -> None:
    g = grad(partial(scaled, scale=2.0))
    print(g(a))


def gradient_of_a_partial_of_arrays() -> None:
    def loss(w: Array, x: Array, rate: float) -> np.float64:
        return np.float64(w @ x * rate)

    print(grad(partial(loss, x=a, rate=0.1))(a))


def gradient_as_a_parameter() -> None:
    def descend(f: Callable[[Array], Array], x: Array) -> Array:
        return x - f(x)

    print(descend(grad(of_array), a))


def gradient_of_an_overloaded_function() -> None:
    @overload
    def f(x: float) -> float: ...
    @overload
    def f(x: Array) -> np.float64: ...
    def f(x: float | Array) -> float | np.float64:
        return np.float64(np.sum(x))

    print(grad(f)(a), grad(f)(2.0))


def gradient_with_a_flag() -> None:
    print(grad(with_aux, has_aux=flag)(2.0))


def value_and_gradient_with_a_flag() -> None:
    value, g = value_and_grad(with_aux, has_aux=flag)(2.0)
    print(value, g)


def gradient_with_aux() -> None:
    g, aux = grad(with_aux, has_aux=True)(a)
    assert_type(aux, str)
    print(g, aux.upper())


def value_and_gradient_with_aux() -> None:
    (value, aux), g = value_and_grad(with_aux, has_aux=True)(a)
    print(float(value), aux.upper(), g)


def gradient_with_aux_of_arrays() -> None:
    def loss(x: Array) -> tuple[np.float64, dict[str, float]]:
        return np.float64(x.sum()), {"n": 1.0}

    g, metrics = grad(loss, has_aux=True)(a)
    assert_type(g, Array)
    assert_type(metrics, dict[str, float])


def gradient_with_keywords() -> None:
    assert_type(grad(scaled)(a, 0.5, power=3), Floats)


def gradient_by_a_position_that_is_not_literal() -> None:
    for position in range(2):
        print(grad(two, argnums=position)(a, a))


def gradient_by_a_third_position() -> None:
    print(grad(three, argnums=2)(a, m, a))


def gradient_by_three_positions() -> None:
    print(grad(three, argnums=(0, 1, 2))(a, m, a))


def gradient_of_a_numpy_scalar() -> None:
    print(grad(of_variable)(np.float64(2.0)), grad(of_variable)(np.int64(2)), grad(of_variable)(True))


def gradient_of_a_maybe_variable() -> None:
    def loss(x: Variable | Array) -> Variable | Array:
        return F.sum(x)

    print(grad(loss)(a))


def gradient_by_a_position_of_arrays() -> None:
    def loss(x: Array, y: Array) -> np.float64:
        return np.sum(x * y)

    for position in range(2):
        print(grad(loss, argnums=position)(a, a))


def gradient_of_lambdas_by_position() -> None:
    print(grad(lambda x, y: np.sum(x * y), argnums=1)(a, a), grad(lambda x, y: x @ y, argnums=(0, 1))(a, a))
    print(jacobian(lambda x, y: x * y, argnums=1)(a, a), hessian(lambda x, y: F.sum(x * y), argnums=(0, 1))(a, a))


def arrays_for_further_variables_with_options() -> None:
    def loss(w: Variable, x: Variable, y: Variable, rate: float, *, power: int = 2) -> Variable:
        return F.sum(F.absolute(x @ w - y) ** power) * rate

    print(grad(loss)(a, m, a, 0.5) + 1, grad(loss)(a, m, a, 0.5, power=3), grad(loss)(as_variable(a), m, a, 0.5))


def gradient_of_arrays_with_a_flag() -> None:
    def loss(x: Array) -> tuple[np.float64, str]:
        return np.sum(x**2), "aux"

    print(grad(loss, has_aux=flag)(a))


# batches


def batch_of_numbers() -> None:
    assert_type(vmap(of_array)(m), Array)


def batch_of_floats() -> None:
    print(vmap(of_float)(a))


def batch_of_float64() -> None:
    def square(x: np.float64) -> np.float64:
        return x * x

    print(vmap(square)(a).shape)


def batch_of_variables() -> None:
    print(vmap(two)(m, m).shape, vmap(three, in_axes=(None, 0, 0))(a, m, a).shape)


def batch_of_gradients() -> None:
    print(vmap(grad(of_variable))(m).shape, vmap(grad(of_array))(m).shape)


def batch_of_gradients_of_three() -> None:
    print(vmap(grad(three), in_axes=(None, 0, 0))(a, m, a).shape)


def batch_of_a_lambda() -> None:
    print(vmap(lambda x: x @ x)(m))


def batch_of_a_lambda_of_two() -> None:
    print(vmap(lambda x, y: x * y, in_axes=(None, 0))(2.0, a))


def batch_of_containers() -> None:
    def loss(p: Parameters, x: Array) -> np.float64:
        return np.float64(p.weights @ x)

    print(vmap(loss, in_axes=(None, 0))(Parameters(a, 1.0), m))


def batch_by_axes_of_containers() -> None:
    def loss(p: dict[str, Array], x: Array) -> np.float64:
        return np.float64(p["w"] @ x)

    print(vmap(loss, in_axes=({"w": None}, 0))({"w": a}, m))


def batch_of_batches() -> None:
    print(vmap(vmap(elementwise))(m))


def batch_with_an_option() -> None:
    def f(x: Variable, y: Variable, *, power: int = 2) -> Variable:
        return F.sum(x**power * y)

    print(vmap(f, in_axes=(0, None))(m, a), vmap(vmap(f, in_axes=(0, None)), in_axes=(None, 0))(m, m))


def batch_by_axes_of_any_number() -> None:
    def total(*parts: Array) -> np.float64:
        return np.sum(parts[0] * parts[1])

    axes: tuple[Any, ...] = tuple([0] * 2)
    print(vmap(total, tuple([0] * 2))(m, m), vmap(moved, axes[:1])(m))


# Jacobians and Hessians


def derivatives_of_a_float() -> list[float]:
    return [derivative(of_float)(2.0), jacobian(of_float)(2.0), hessian(of_float)(2.0), laplacian(of_float)(2.0)]


def derivative_of_a_curve() -> None:
    def curve(t: float) -> Array:
        return np.stack([t * a, t * t * a])

    print(derivative(curve)(0.5)[0], jacfwd(curve)(0.5)[1])


def jacobian_of_arrays_by_their_second() -> None:
    def f(x: Array, y: Array) -> Array:
        return x * y

    print(jacobian(f, argnums=1)(a, a).shape, jacobian(f, argnums=(0, 1))(a, a)[0].shape)


def laplacian_of_a_container() -> float:
    def energy(p: Parameters) -> np.float64:
        return np.sum(p.weights**2) * p.bias

    return float(laplacian(energy)(Parameters(a, 1.0)))


def jacobian_of_arrays() -> None:
    assert_type(jacobian(moved)(a), Array)


def jacobian_of_float32() -> NDArray[np.float32]:
    return jacobian(moved_single)(single)


def hessian_of_arrays() -> Array:
    return hessian(of_array)(a)


def hessian_of_float32() -> NDArray[np.float32]:
    return hessian(of_single)(single)


def newton_step() -> Array:
    return a - np.linalg.solve(hessian(of_array)(a), grad(of_array)(a))


def jacobian_of_a_lambda() -> None:
    print(jacobian(lambda x: np.stack([x[0], x[1] ** 2]))(a))


def jacobian_of_a_lambda_with_the_set() -> None:
    print(jacfwd(lambda x: F.sin(x))(a), jacrev(lambda x: F.sin(x) * x)(a))


def hessian_of_a_lambda() -> None:
    print(hessian(lambda x: np.sum(x**3))(a))


def derivative_of_a_numpy_function() -> None:
    print(derivative(np.sin)(a), derivative(np.exp)(0.0))


def derivative_of_a_function_of_the_set() -> None:
    print(derivative(F.sin)(a), derivative(derivative(F.exp))(1.0))


def derivative_of_a_lambda() -> None:
    print(derivative(lambda x: x**3)(a))


def jacobian_with_respect_to_both() -> None:
    of_x, of_y = jacobian(two, argnums=(0, 1))(a, a)
    print(of_x.shape, of_y.shape)


def jacobian_of_three() -> None:
    print(jacobian(three)(a, m, a).shape)


def hessian_of_three() -> None:
    print(hessian(three)(a, m, a).shape)


def laplacian_of_a_lambda() -> None:
    print(laplacian(lambda x: F.sum(x**2))(a))


def hessian_vector_product() -> None:
    assert_type(hvp(of_array, (a,), (a,)), Array)
    print(hvp(of_variable, (a,), (a,)).shape)


def hessian_vector_product_of_a_lambda() -> None:
    print(hvp(lambda x: np.sum(x**3), (a,), (a,)))


# products


def pullback_of_one() -> None:
    y, pull = vjp(of_array, a)
    assert_type(y, np.float64)
    print(pull(1.0))


def pullback_of_an_array_function() -> None:
    y, pull = vjp(moved, a)
    assert_type(pull(y), tuple[Array])


def pullback_of_a_float() -> None:
    _, pull = vjp(of_float, 2.0)
    assert_type(pull(1.0), tuple[float])


def pullback_of_a_lambda() -> None:
    y, pull = vjp(lambda x: x * x, a)
    print(y, pull(np.ones(3)))


def pullback_of_three() -> None:
    y, pull = vjp(three, a, m, a)
    print(y, pull(1.0))


def slopes_at_a_number() -> list[float]:
    y, pull = vjp(of_variable, 2.0)
    (slope,) = pull(1.0)
    _, tangent = jvp(of_variable, (2.0,), (1.0,))
    return [y, slope, tangent, hvp(of_variable, (2.0,), (1.0,)), linearize(of_variable, 2.0)[1](1.0)]


def pullback_of_mixed_primals() -> None:
    of_array, of_number = vjp(two, a, 2.0)[1](1.0)
    print(of_array.shape, float(of_number))


def tangents_of_a_lambda() -> None:
    print(jvp(lambda x: x * x, (a,), (a,)))


def tangents_of_arrays() -> None:
    assert_type(jvp(moved, (a,), (a,)), tuple[Array, Array])


def tangents_of_three() -> None:
    print(jvp(three, (a, m, a), (a, m, a)))


def linearized_lambda() -> None:
    y, push = linearize(lambda x: x * x, a)
    print(y, push(a))


# containers


def tree_map_keeps_the_type() -> Parameters:
    params = Parameters(a, 1.0)
    grads = grad(of_parameters)(params, a)
    return tree.map_leaves(lambda p, g: p - 0.1 * g, params, grads)


def tree_map_of_a_dict() -> dict[str, Array]:
    params = {"w": a}
    return tree.map_leaves(lambda p: p * 2, params)


def tree_round_trip() -> Parameters:
    params = Parameters(a, 1.0)
    return tree.unflatten(params, [2 * leaf for leaf in tree.flatten(params)])


# the function set, operators, methods


def function_of_a_float() -> float:
    return F.sin(0.5) + F.exp(1.0)


def function_of_an_array() -> None:
    y = F.sin(a)
    print(y.shape, F.sum(a, axis=0), F.add(a, 1.0).sum())


def function_of_a_list_of_variables() -> Variable:
    return F.sum(F.stack([v, v, v])) + F.concatenate([v.reshape(1), a]).sum()


def function_of_either(x: Variable | Array) -> Variable | Array:
    return F.sin(x)


def operators_with_arrays() -> Variable:
    return 2 * v + a * v - v / np.float32(3) + m @ as_variable(a) + (v > 0) * v + True * v + np.int64(2) * v


def choice_by_a_condition() -> Variable:
    return F.where(v > 0, F.log(v), 0.0)


def updated_elements() -> Variable:
    return as_variable(a).at[0].set(1.0).at[1:].add(v).at[:1].multiply(2)


def methods_of_a_variable() -> Variable:
    x = as_variable(m)
    return x.sum(axis=0).reshape(-1, 1).T.mean() + x.max() + x[0, 1:].sum() + x.dot(a).sum()


def lists_where_numpy_takes_them() -> Variable:
    x = as_variable(m)
    y = F.interp(x, [0.0, 1.0], (0.0, 2.0)) + F.take(x, [0, 2], axis=0).sum() + x[[0, 2]].sum() + x[[0], [1]].sum()
    return y + F.average(x, axis=0, weights=[1, 2, 3]) + F.where([True, False, True], x, 0.0) + F.polyval([1.0, 2.0], x)


def unpacked_variable() -> Variable:
    x, y, z = as_variable(a)
    return x * y * z


def variables_of_everything() -> Sequence[Variable]:
    return [
        Variable(a),
        Variable(single),
        as_variable(1),
        as_variable(True),
        as_variable(np.float32(1)),
        as_variable(v),
    ]


# others


def graph_by_hand() -> None:
    x = Variable(a)
    y = F.sum(x**2)
    print(gradients(y, x), gradients(y, [x, y]), gradients(y, x, seed=1.0))


def graph_of_a_function() -> None:
    graph = trace(of_variable)(a)
    print(graph(a), grad(graph)(a))


def graph_of_three() -> None:
    print(trace(three)(a, m, a))


def checks_and_costs() -> None:
    print(check_finite(three)(a, m, a), explain(three)(a, m, a))


def checkpoint_of_a_function_of_arrays() -> None:
    print(grad(checkpoint(of_array))(a))


def constant_inside() -> Variable:
    return v * stop_gradient(v)


def under_an_optimizer() -> None:
    def minimize(f: Callable[[Array], tuple[float, Array]], x: Array) -> Array:
        return x - f(x)[1]

    minimize(value_and_grad(of_array), a)


def own_training_loop() -> Parameters:
    def loss(p: Parameters, x: Array, y: Array) -> np.float64:
        return np.float64(np.mean((x @ p.weights + p.bias - y) ** 2))

    params = Parameters(a, 0.0)
    for _ in range(10):
        value, g = value_and_grad(loss)(params, m, a)
        params = Parameters(params.weights - 0.1 * g.weights, params.bias - 0.1 * g.bias)
        print(f"{value:.3f}")
    return params
