"""What a type checker says of values and derivatives at numbers and arrays. A test runs it and compares: it is so."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_type, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Variable,
    derivative,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    laplacian,
    linear_transpose,
    linearize,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero import functions as F

Array = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]
Scalar = np.floating[Any]

# Any: the one where a function of Variables returns a number, the other where it returns an array; no type says which.
AtNumber = np.float64 | Any
AtScalar = np.floating[Any] | Any
AtArray = Floats | Any

a: Array = np.ones(3)
m: Array = np.ones((2, 3))
shapeless: Array = np.array(2.0)
single = np.float32(2.0)
singles: NDArray[np.float32] = np.ones(3, np.float32)
i = int(a[0])


def loss(x: Variable) -> Variable:
    return F.sum(F.sin(x) * x)


def two(x: Variable, y: Variable) -> Variable:
    return F.sum(x * y)


def three(x: Variable, y: Variable, rate: float, *, power: int = 1) -> Variable:
    return F.sum(x * y**power) * rate


def with_aux(x: Variable) -> tuple[Variable, str]:
    return F.sum(x), "aux"


def linear(x: Variable) -> Variable:
    return 2.0 * x


def of_float(x: float) -> float:
    return x * x


def of_int(n: int) -> float:
    return n * 0.5


def curve(x: float) -> Array:
    return np.stack([x * a, x * a])


def of_array(x: Array) -> np.float64:
    return np.sum(x**2)


def moved(x: Array) -> Array:
    return x * x


def moved_singles(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return x * x


@overload
def overloaded(x: float) -> float: ...
@overload
def overloaded(x: Array) -> np.float64: ...
def overloaded(x: float | Array) -> float | np.float64:
    total: np.float64 = np.sum(x)
    return total


@attrs.frozen
class Parameters:
    weights: Array
    bias: float


class Pair(NamedTuple):
    a: Array
    b: float


def of_parameters(p: Parameters) -> np.float64:
    return np.sum(p.weights) * p.bias


def of_pair(p: Pair) -> np.float64:
    return np.sum(p.a) * p.b


p = Parameters(a, 2.0)

# the gradient of a function of Variables: at a Python number, one of NumPy's, an array
assert_type(grad(loss)(2.0), np.float64)
assert_type(grad(loss)(2), np.float64)
assert_type(grad(loss)(True), np.float64)
assert_type(grad(loss)(np.float64(2.0)), np.float64)
assert_type(grad(loss)(single), AtScalar)
assert_type(grad(loss)(a), Floats)
assert_type(grad(loss)(shapeless), Floats)
assert_type(value_and_grad(loss)(2.0), tuple[Scalar, np.float64])
assert_type(value_and_grad(loss)(a), tuple[Scalar, Floats])
assert_type(grad(with_aux, has_aux=True)(2.0), tuple[np.float64, str])
assert_type(value_and_grad(with_aux, has_aux=True)(a), tuple[tuple[Scalar, str], Floats])

# with further Variables, and with what is none
assert_type(grad(two)(2.0, 3.0), np.float64)
assert_type(grad(two)(2.0, a), np.float64)
assert_type(grad(two)(a, 2.0), Floats)
assert_type(grad(three)(2.0, a, 0.5), np.float64)
assert_type(grad(three)(a, a, 0.5, power=2), Floats)
assert_type(grad(two, argnums=1)(a, 2.0), np.float64)
assert_type(grad(two, argnums=1)(2.0, a), Floats)
assert_type(grad(two, argnums=(0, 1))(2.0, 3.0), tuple[np.float64, np.float64])
assert_type(grad(two, argnums=(0, 1))(2.0, a), tuple[np.float64, Floats])
assert_type(grad(two, argnums=(0, 1))(a, 2.0), tuple[Floats, np.float64])
assert_type(value_and_grad(two, argnums=(0, 1))(2.0, a), tuple[Scalar, tuple[np.float64, Floats]])

# of functions of numbers, arrays and containers
assert_type(grad(of_float)(2.0), float)
assert_type(grad(of_int)(2), np.float64)
assert_type(grad(of_array)(a), Array)
assert_type(grad(of_parameters)(p), Parameters)
assert_type(grad(of_pair)(Pair(a, 2.0)), Pair)
assert_type(value_and_grad(of_float)(2.0), tuple[float, float])
assert_type(grad(overloaded)(2.0), np.float64)
assert_type(grad(overloaded)(a), Floats)

# pullbacks
assert_type(vjp(loss, 2.0)[0], AtNumber)
assert_type(vjp(loss, 2.0)[1](1.0), tuple[np.float64])
assert_type(vjp(loss, 2)[1](1.0), tuple[np.float64])
assert_type(vjp(loss, single)[1](1.0), tuple[AtScalar])
assert_type(vjp(loss, a)[0], AtArray)
assert_type(vjp(loss, a)[1](1.0), tuple[Floats])
assert_type(vjp(two, 2.0, 3.0)[1](1.0), tuple[np.float64, np.float64])
assert_type(vjp(two, a, a)[1](1.0), tuple[Floats, Floats])
assert_type(vjp(two, a, 2.0)[1](1.0), tuple[AtArray, AtArray])
assert_type(vjp(with_aux, 2.0, has_aux=True)[2], str)
assert_type(vjp(with_aux, 2.0, has_aux=True)[1](1.0), tuple[np.float64])
assert_type(vjp(of_float, 2.0)[1](1.0), tuple[float])
assert_type(vjp(of_array, a)[0], np.float64)
assert_type(vjp(of_array, a)[1](1.0), tuple[Array])
assert_type(linear_transpose(linear, 2.0)(1.0), tuple[np.float64])
assert_type(linear_transpose(linear, a)(a), tuple[Floats])

# tangents
assert_type(jvp(loss, (2.0,), (1.0,)), tuple[AtNumber, AtNumber])
assert_type(jvp(loss, (single,), (1.0,)), tuple[AtScalar, AtScalar])
assert_type(jvp(loss, (a,), (a,)), tuple[AtArray, AtArray])
assert_type(jvp(two, (2.0, 3.0), (1.0, 0.0)), tuple[AtNumber, AtNumber])
assert_type(jvp(with_aux, (2.0,), (1.0,), has_aux=True), tuple[AtNumber, AtNumber, str])
assert_type(jvp(of_float, (2.0,), (1.0,)), tuple[float, float])
assert_type(linearize(loss, 2.0)[0], AtNumber)
assert_type(linearize(loss, 2.0)[1](1.0), AtNumber)
assert_type(linearize(loss, a)[1](a), AtArray)
assert_type(hvp(loss, (2.0,), (1.0,)), np.float64)
assert_type(hvp(loss, (single,), (1.0,)), AtScalar)
assert_type(hvp(two, (2.0, 3.0), (1.0, 1.0)), tuple[np.float64, np.float64])
assert_type(hvp(loss, (a,), (a,)), NDArray[Any])
assert_type(hvp(of_parameters, (p,), (p,)), Parameters)

# Jacobians and their siblings
assert_type(jacobian(loss)(2.0), AtNumber)
assert_type(jacfwd(loss)(single), AtScalar)
assert_type(jacobian(loss)(a), NDArray[Any])
assert_type(jacrev(with_aux, has_aux=True)(2.0), tuple[AtNumber, str])
assert_type(jacobian(of_float)(2.0), float)
assert_type(jacobian(curve)(2.0), NDArray[Any])
assert_type(jacobian(moved_singles)(singles), NDArray[np.float32])
assert_type(jacobian(two, argnums=1)(a, a), NDArray[Any])
assert_type(jacobian(two, argnums=(0, 1))(a, a), tuple[NDArray[Any], NDArray[Any]])
assert_type(hessian(loss)(2.0), AtNumber)
assert_type(hessian(of_float)(2.0), float)
assert_type(hessian(of_array)(a), Array)
assert_type(derivative(loss)(2.0), AtNumber)
assert_type(derivative(of_float)(2.0), float)
assert_type(derivative(curve)(2.0), NDArray[Any])
assert_type(derivative(moved)(a), Array)
assert_type(laplacian(loss)(2.0), np.float64)
assert_type(laplacian(loss)(a), Scalar)
assert_type(laplacian(of_float)(2.0), float)
assert_type(laplacian(of_array)(a), np.float64)
assert_type(laplacian(of_parameters)(p), Scalar)

# batches
assert_type(vmap(loss)(m), NDArray[Any])
assert_type(vmap(two, in_axes=(0, None))(m, a), NDArray[Any])
assert_type(vmap(three, in_axes=(0, None, None))(m, a, 0.5), NDArray[Any])
assert_type(vmap(of_array)(m), Array)
assert_type(vmap(moved, in_axes=(0,))(m), Array)
assert_type(vmap(grad(of_array))(m), Array)
assert_type(vmap(grad(two), in_axes=(0, None))(m, a), NDArray[Any])

# positions that are no literals
assert_type(grad(two, argnums=i)(a, a), Any)
assert_type(jacobian(two, argnums=i)(a, a), Any)
assert_type(laplacian(two, argnums=i)(a, a), Scalar)
