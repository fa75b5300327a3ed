"""What the type checker knows of each public signature. Never run: a test runs mypy and pyright over it."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_type

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Function,
    Variable,
    as_array,
    as_variable,
    at,
    flatten,
    grad,
    gradients,
    hessian,
    jacobian,
    numerical_diff,
    value,
    value_and_grad,
    vjp,
)
from pydezero import (
    functions as F,
)

Floats = NDArray[np.floating[Any]]
array: NDArray[np.float64] = np.ones(3)
variable = as_variable(2.0)


def loss(x: Variable) -> Variable:
    return F.sum(F.sin(x) * x)


def weighted(x: Variable, y: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum((x * y) ** power) * scale


def with_aux(x: Variable) -> tuple[Variable, str]:
    return F.sum(x), "aux"


def of_array(x: NDArray[np.float64], rate: float) -> np.float64:
    return np.float64(x.sum() * rate)


def of_float(x: float) -> float:
    return x * x


def of_int(n: int) -> float:
    return n * 0.5


@attrs.frozen
class Parameters:
    weights: NDArray[np.float64]
    bias: float


class Pair(NamedTuple):
    a: NDArray[np.float64]
    b: float


def of_attrs(parameters: Parameters, x: float) -> float:
    return float(parameters.weights[0]) * x + parameters.bias


def of_pair(pair: Pair) -> float:
    return pair.b


def sampled(rng: np.random.Generator, x: NDArray[np.float64]) -> float:
    return float(np.sum(x * rng.normal(size=x.shape)))


def sampled_by_name(rng: np.random.Generator, name: str, x: NDArray[np.float64]) -> float:
    return sampled(rng, x)


def two_floats(x: float, y: NDArray[np.float64]) -> float:
    return x * float(y[0])


# grad of Variable -> Variable, called with a float, an int, an array, a Variable
assert_type(grad(loss)(2.0), np.float64)
assert_type(grad(loss)(2), np.float64)
assert_type(grad(loss)(array), Floats)
assert_type(grad(loss)(variable), Variable)

# grad of grad
assert_type(grad(grad(loss))(2.0), np.float64)
assert_type(grad(grad(grad(loss)))(variable), Variable)

# extra arguments and keywords kept
assert_type(grad(weighted)(2.0, array, 0.5), np.float64)
assert_type(grad(weighted)(2.0, variable, 0.5), Variable)  # as of a function inside another one, whose argument it is
assert_type(grad(weighted)(variable, variable, 0.5, power=3), Variable)
assert_type(grad(weighted)(array, array, scale=0.5, power=3), Floats)
assert_type(grad(weighted)(array, variable, scale=0.5), Variable)

# argnums: an int, a tuple
assert_type(grad(weighted, argnums=0)(2.0, variable, 0.5), Variable)
assert_type(grad(weighted, argnums=1)(variable, 2.0, 0.5), np.float64)
assert_type(grad(weighted, argnums=1)(variable, variable, 0.5), Variable)
assert_type(grad(weighted, argnums=(0, 1))(1.0, 2.0, 0.5), tuple[np.float64, np.float64])
assert_type(grad(weighted, argnums=(0, 1))(variable, variable, 0.5, power=3), tuple[Variable, Variable])
assert_type(grad(two_floats, argnums=1)(1.0, array), NDArray[np.float64])
assert_type(grad(two_floats, argnums=(0, 1))(1.0, array), tuple[float, NDArray[np.float64]])
assert_type(grad(sampled, argnums=1)(np.random.default_rng(0), array), NDArray[np.float64])  # the first may be anything
assert_type(value_and_grad(sampled, argnums=1)(np.random.default_rng(0), array), tuple[float, NDArray[np.float64]])
grad(sampled_by_name, argnums=2)(np.random.default_rng(0), "w", array)
jacobian(sampled, argnums=1)(np.random.default_rng(0), array)
hessian(sampled_by_name, argnums=2)(np.random.default_rng(0), "w", array)

# a function typed with arrays, with floats, with containers
assert_type(grad(of_array)(array, 0.1), NDArray[np.float64])
assert_type(grad(of_float)(2.0), float)
assert_type(grad(of_int)(2), np.float64)  # the gradient of an int is a float
assert_type(grad(of_int, has_aux=False)(True), np.float64)
assert_type(value_and_grad(of_int)(2), tuple[np.floating[Any], np.float64])
assert_type(grad(loss)(True), np.float64)
as_floats: list[float] = [grad(of_int)(2), grad(of_float)(2.0), grad(of_float)(2)]
assert_type(grad(grad(of_float))(2.0), float)
assert_type(grad(of_attrs)(Parameters(array, 1.0), 2.0), Parameters)
assert_type(grad(of_pair)(Pair(array, 1.0)), Pair)
assert_type(value_and_grad(of_attrs)(Parameters(array, 1.0), 2.0), tuple[float, Parameters])

# a lambda
assert_type(grad(lambda x: x * x)(2.0), np.float64)
assert_type(grad(lambda x: F.sum(x.reshape(-1) ** 2))(array), Floats)
gradient_of_lambda = grad(lambda x: x * x)
assert_type(grad(gradient_of_lambda)(variable), Variable)

# has_aux
assert_type(grad(with_aux, has_aux=True)(2.0), tuple[np.float64, str])
assert_type(grad(with_aux, has_aux=True)(variable), tuple[Variable, str])
assert_type(value_and_grad(with_aux, has_aux=True)(array), tuple[tuple[np.floating[Any], str], Floats])

# value_and_grad
assert_type(value_and_grad(loss)(2.0), tuple[np.floating[Any], np.float64])
assert_type(value_and_grad(loss)(variable), tuple[Variable, Variable])
assert_type(value_and_grad(weighted, argnums=1)(variable, array, 0.5), tuple[np.floating[Any], Floats])
assert_type(
    value_and_grad(weighted, argnums=(0, 1))(1.0, array, 0.5), tuple[np.floating[Any], tuple[np.float64, Floats]]
)
assert_type(value_and_grad(of_array)(array, 0.1), tuple[np.float64, NDArray[np.float64]])

# vjp
y, pullback = vjp(loss, array)
assert_type(y, Floats | Any)
assert_type(pullback(1.0), tuple[Floats])
z, pullback_of_variables = vjp(loss, variable)
assert_type(z, Variable)
assert_type(pullback_of_variables(z), tuple[Variable])
w, pullback_of_tree = vjp(of_attrs, Parameters(array, 1.0), 2.0)
assert_type(w, float)
assert_type(pullback_of_tree(1.0), tuple[Parameters, float])

# graphs by hand
assert_type(gradients(variable, variable), NDArray[Any])
assert_type(gradients(variable, [variable, variable]), tuple[NDArray[Any], ...])
assert_type(numerical_diff(F.square, array), NDArray[Any])
assert_type(as_array(2.0), NDArray[Any])
assert_type(as_variable(array), Variable)

# containers as vectors: the way back gives the type of the container
parameters = Parameters(array, 1.0)
assert_type(flatten(parameters)[0], NDArray[Any])
assert_type(flatten(parameters)[1](array), Parameters)
assert_type(flatten(parameters)[1](variable), Parameters)
assert_type(flatten({"a": array})[1](array), dict[str, NDArray[np.float64]])
assert_type(flatten([variable])[0], Variable)
assert_type(flatten([variable])[1](array), list[Variable])

# bare values, and arrays of nested lists
assert_type(value(variable), NDArray[Any])
assert_type(value(array), NDArray[np.float64])
assert_type(value(2.0), float)
assert_type(F.array([variable, variable]), Variable)
assert_type(F.array([1.0, variable]), Variable)
assert_type(F.array([1.0, 2.0]), NDArray[Any])
assert_type(F.array([[np.cos(0.5), np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]]), NDArray[Any])
assert_type(at(array)[0].set(1.0), NDArray[Any])
assert_type(at(array)[0].set(variable), Variable)
assert_type(at(variable)[0].add(array), Variable)
assert_type(variable.at[0].get(), Variable)
assert_type(F.sliding_window_view(variable, 2), Variable)
assert_type(F.sliding_window_view(array, (1,), axis=0), NDArray[Any])

# the function set: a Variable gives a Variable, an array an array
assert_type(F.sin(variable), Variable)
assert_type(F.sin(array), NDArray[Any])
assert_type(F.add(variable, 1.0), Variable)
assert_type(F.add(array, variable), Variable)
assert_type(F.add(array, 1.0), NDArray[Any])
assert_type(F.sum(variable, axis=0, keepdims=True), Variable)
assert_type(F.concatenate([variable, variable], axis=0), Variable)
assert_type(F.stack([array, array]), NDArray[Any])
assert_type(F.split(variable, 2), list[Variable])
assert_type(F.split(array, [1]), list[NDArray[Any]])
assert_type(F.tensordot(variable, array, axes=1), Variable)
assert_type(F.einsum("i,i->", variable, array), Variable)
assert_type(F.where(array > 0, variable, 0.0), Variable)

# operators and methods
assert_type(variable + 1, Variable)
assert_type(1 + variable, Variable)
assert_type(array * variable, Variable)
assert_type(variable @ array, Variable)
assert_type(-variable, Variable)
assert_type(variable**2, Variable)
assert_type(2**variable, Variable)
assert_type(variable > 0, NDArray[np.bool])
assert_type(variable == 0, NDArray[np.bool])
assert_type(variable[0], Variable)
assert_type(list(variable), list[Variable])
assert_type(variable.sum(axis=0), Variable)
assert_type(variable.reshape(2, -1), Variable)
assert_type(variable.T, Variable)
assert_type(variable.shape, tuple[int, ...])
assert_type(variable.at[0].set(1.0), Variable)

# functions of the user's own


def cube(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return x**3


def polar(r: NDArray[np.float64], a: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return r * np.cos(a), r * np.sin(a)


one_output = Function(cube, lambda g, x: g * 3 * x**2)
assert_type(one_output(variable), Variable)
assert_type(one_output(array), NDArray[np.float64])
two_outputs = Function(polar, lambda g, h, r, a: (g, h))
assert_type(two_outputs(variable, variable), tuple[Variable, ...])
