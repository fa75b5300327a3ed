"""Lines that are wrong: each raises, or means something else than it says. Type checkers refuse as many as they can.

`tests/typing/limits.py` has the lines that ty and pyrefly accept. Never run.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Function,
    Variable,
    as_variable,
    check_finite,
    checkpoint,
    custom_jvp,
    custom_vjp,
    derivative,
    draw,
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
    linear_transpose,
    linearize,
    numerical_diff,
    simplify,
    stop_gradient,
    trace,
    tree,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero import functions as F

Array = NDArray[np.float64]
a: Array = np.ones(3)
m: Array = np.ones((3, 3))
v = as_variable(2.0)
text: NDArray[np.str_] = np.array(["a"])
text_of_python = "text"
maybe: Array | None = None if a[0] else a
count = int(a[0])


@attrs.frozen
class Parameters:
    weights: Array
    bias: float


p = Parameters(a, 1.0)


class Pair(NamedTuple):
    a: Array
    b: float


def of_variable(x: Variable) -> Variable:
    return F.sum(F.sin(x) * x)


def two(x: Variable, y: Variable) -> Variable:
    return F.sum(x * y)


def three(w: Variable, x: Variable, y: Variable) -> Variable:
    return F.sum((x @ w - y) ** 2)


def scaled(x: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum(x**power) * scale


def named(x: Variable, name: str) -> Variable:
    return F.sum(x) * len(name)


def any_in_its_type(x: Variable, other: Any) -> Variable:
    return F.sum(F.multiply(x, other))


def with_aux(x: Variable) -> tuple[Variable, str]:
    return F.sum(x), "aux"


def of_float(x: float) -> float:
    return x * x


def of_array(x: Array) -> np.float64:
    return np.float64(x.sum())


def moved(x: Array) -> Array:
    return np.sin(x)


def array_and_rate(x: Array, rate: float) -> np.float64:
    return np.float64(x.sum() * rate)


def of_parameters(p: Parameters) -> np.float64:
    return np.float64(p.weights.sum() * p.bias)


def of_text(x: str) -> float:
    return float(x)


def returns_text(x: Variable) -> str:
    return str(x)


def returns_nothing(x: Variable) -> None:
    F.sum(x)


def moved_parameters(p: Parameters) -> Parameters:
    return p


def no_arguments() -> float:
    return 1.0


# a wrong first argument
grad(of_variable)("two")
grad(of_variable)(None)
grad(of_variable)([1.0, 2.0])
grad(of_variable)([[1.0], [2.0]])
grad(of_variable)((1.0, 2.0))
grad(of_variable)({"x": 1.0})
grad(of_variable)(b"two")
grad(of_variable)(text)
grad(of_variable)(maybe)
grad(of_variable)(of_variable)
grad(of_variable)(p)
grad(of_variable)({1.0})
grad(of_variable)(range(3))
grad(of_float)("two")
grad(of_float)(a)
grad(of_float)(v)
grad(of_float)(None)
grad(of_array)([1.0, 2.0])
grad(of_array)("two")
grad(of_array)(v)
grad(of_array)(np.ones(3, dtype=np.str_))
grad(of_parameters)(a)
grad(of_parameters)({"weights": a, "bias": 1.0})
grad(of_parameters)(Parameters)
grad(of_parameters)(Pair(a, 1.0))
value_and_grad(of_variable)("two")
value_and_grad(of_variable)([1.0])
value_and_grad(of_float)(a)
value_and_grad(of_array)(None)
value_and_grad(of_parameters)(1.0)

# other arguments: wrong, missing, too many, unknown
grad(scaled)(a, "half")
grad(scaled)(a, None)
grad(scaled)(a, a)
grad(scaled)(a)
grad(scaled)()
grad(of_float)()
grad(scaled)(a, 0.5, 2)
grad(scaled)(a, 0.5, powr=3)
grad(scaled)(a, 0.5, power="three")
grad(scaled)(a, scale="half")
grad(two)(a)
grad(two)(a, "b")
grad(two)(a, [1.0])
grad(two)(a, None)
grad(three)(a, m)
grad(three)(a, m, "y")
grad(three)(a, m, a, a)
grad(named)(a, 1.0)
value_and_grad(scaled)(a, "half")
value_and_grad(scaled)(a)
value_and_grad(two)(a, "b")
value_and_grad(of_float)(1.0, 2.0)

# no function, or not one of an array to a number
grad(2.0)
grad(a)
grad("f")
grad(of_float(2.0))
grad(None)
grad()
grad(of_text)
grad(no_arguments)
grad(returns_text)
grad(returns_nothing)
grad(of_variable)(2.0)(3.0)
value_and_grad(returns_text)
value_and_grad(a)
value_and_grad(returns_nothing)

# argnums
grad(of_float, argnums="x")
grad(of_float, argnums=1)
grad(of_variable, argnums=1)
grad(of_variable, argnums=(0, 1))
grad(scaled, argnums=0.5)
grad(scaled, argnums=None)
grad(named, argnums=1)
grad(named, argnums=(0, 1))
grad(two, argnums=2)
grad(two, argnums=("x", "y"))
grad(any_in_its_type, argnums=1)(a, a).foo
value_and_grad(of_float, argnums=1)
value_and_grad(named, argnums=1)
value_and_grad(of_variable, argnums="x")
jacobian(of_variable, argnums=1)
jacobian(named, argnums=1)
jacobian(scaled, argnums="x")
hessian(of_variable, argnums=1)
hessian(of_variable, argnums=(0, 1))
laplacian(of_variable, argnums=1)

grad(of_float, argnums=2)
grad(two, argnums=2)(a, a)
grad(two, argnums=3)(a, a)
grad(named, argnums=(0, 1))(a, "name")
value_and_grad(two, argnums=2)(a, a)
jacobian(two, argnums=2)(a, a)
hessian(two, argnums=3)(a, a)
laplacian(two, argnums=2)(a, a)

# has_aux
grad(with_aux)
grad(with_aux)(a)
value_and_grad(with_aux)(a)
grad(of_variable, has_aux=True)
grad(of_float, has_aux=True)
grad(of_array, has_aux="yes")
value_and_grad(of_array, has_aux=True)
jacobian(with_aux)
jacobian(with_aux)(a)
jacrev(of_variable, has_aux=True)
vjp(of_float, 1.0, has_aux=True)
jvp(of_float, (1.0,), (1.0,), has_aux=True)
jvp(of_variable, (a,), (a,), has_aux=True)

# what is done with the result
grad(of_variable)(a).foo
grad(of_array)(a).weights
grad(of_parameters)(p).foo
grad(of_float)(2.0).weights
value_and_grad(of_float)(2.0).shape
value_and_grad(of_array)(a)[2]
grad(with_aux, has_aux=True)(a).shape
grad(of_variable)(a) + "text"
grad(of_float)(2.0) + "text"
jacobian(of_variable)(a).foo
hessian(of_array)(a).foo
vmap(of_array)(m).foo
F.sin(a).foo
F.sin(v).foo

# batches
vmap(2.0)
vmap(of_variable)("two")
vmap(of_variable)([1.0, 2.0])
vmap(of_variable)(None)
vmap(of_array)("two")
vmap(of_parameters)(a)
vmap(of_variable, in_axes="0")
vmap(of_variable, in_axes=0.5)
vmap(of_variable, in_axes=[0])
vmap(of_variable, in_axes=(0, 0))
vmap(two, in_axes=(0,))
vmap(two, in_axes=(0, 0, 0))
vmap(two, in_axes=("x", 0))
vmap(scaled, in_axes=(0, None))(m, "half")
vmap(two)(a)
vmap(two)(a, "b")
vmap(of_variable, out_axes="0")
vmap(of_variable, axis=0)

vmap(three, in_axes=(0, 0))
vmap(of_array, in_axes=(0, None))
vmap(array_and_rate, in_axes=(0,))
vmap(two, in_axes=(0, 0))(m, "b")

# Jacobians, Hessians, derivatives
jacobian(of_float)(2.0).shape
jacobian(of_array, has_aux=True)
derivative(of_float)(2.0)[0]
laplacian(of_array)(a)[0]
jacobian(v)
jacobian(of_variable)("two")
jacobian(of_variable)([1.0])
jacobian(scaled)(a, "half")
jacobian(scaled)(a, 0.5, poower=3)
jacobian(returns_text)
jacfwd(of_variable)(None)
jacrev(of_array)("two")
hessian(a)
hessian(scaled)(a)
hessian(of_variable)("two")
hessian(returns_text)
derivative(of_parameters)
derivative(moved_parameters)
derivative(of_variable)("two")
derivative(returns_text)
laplacian(of_variable)("two")
hvp(of_variable, a, a)
hvp(of_array, (a,), (a, a))
hvp(of_parameters, (p,), (a,))

# products
vjp(of_float, "two")
vjp(of_float)
vjp(of_variable, "two")
vjp(of_float, 1.0, 2.0)
vjp(of_float, 1.0)[1]("one")
vjp(of_variable, a)[1]("one")
vjp(of_variable, a)[1]([1.0])
vjp(of_float, 1.0)[2]
jvp(v, (v,), (v,))
jvp(of_float, 2.0, 1.0)
jvp(of_float, (2.0,), (1.0, 2.0))
jvp(of_variable, ("two",), (1.0,))
jvp(of_parameters, (p,), (a,))
linearize(of_float, 1.0)[1]("one")
linearize(of_variable, "two")
linear_transpose(of_variable, "two")
gradients(a, v)
gradients(v, a)
gradients(v, [a])
gradients(v, v, "seed")

vjp(of_variable, 2.0)[1](1.0)[0][0]
hvp(of_variable, (2.0,), (1.0,))[0]

# Variables
Variable("abc")
Variable(None)
Variable([1.0, 2.0])
Variable(2.0)
as_variable("abc")
as_variable(None)
as_variable([1.0, 2.0])
v[0] = 1.0
v.data = a
v.node.level = v.node.level
v + "text"
v + None
v + [1.0, 2.0]
v @ "text"
"text" * v
v ** "2"
v < "text"
float(v)
v.sum(axis="x")
v.reshape("x")
v.foo
v.grad
v.backward()
v.at[0].set("text")
v.at[0] = 1.0

# the function set
F.sin(None)
F.sin("text")
F.sin([1.0, 2.0])
F.sin()
F.sin(v, v)
F.add(v)
F.add(v, "text")
F.add(a, None)
F.sum("text")
F.sum(v, axis="x")
F.sum(v, axes=0)
F.concatenate(["a", "b"])
F.concatenate([None, v])
F.stack("ab")
F.where(v > 0, v)
F.reshape(v, "x")
F.matmul(a, "text")
F.einsum(v, v)
F.exp(p)

F.take(v, "first")
F.interp(v, ["a", "b"], [1.0, 2.0])
F.interp(v, "ab", [1.0, 2.0])
F.where("v > 0", v, 0.0)
F.dot(v, ["a"])

# others
trace(a)
trace(of_variable)("two")
trace(of_parameters)(a)
trace(of_parameters)(p)(a)
simplify(of_variable)
check_finite(a)
check_finite(scaled)(a, "half")
check_finite(of_parameters)(a)
explain(a)
explain(of_parameters)(a)
checkpoint(a)
checkpoint(scaled)(v, "half")
custom_vjp(a, a)
custom_jvp(a)
Function(a, a)
numerical_diff(a, a)
numerical_diff(F.square, "text")
stop_gradient()
draw(2.0)
draw(of_parameters)(a)
tree.unflatten(p)
tree.map_leaves(p, of_float)
v += None
