"""What the type checker knows of the transforms beyond reverse mode, and of any transform of any other. Never run."""

from __future__ import annotations

from typing import Any, assert_type

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Costs,
    Pattern,
    Picture,
    Pushforward,
    Variable,
    as_variable,
    check_finite,
    checkpoint,
    custom_fixed_point,
    custom_jvp,
    custom_linear_solve,
    custom_minimum,
    custom_root,
    custom_vjp,
    derivative,
    draw,
    explain,
    grad,
    hessian,
    hessian_sparsity,
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
    nth_derivative,
    roll,
    simplify,
    sparsity,
    stop_gradient,
    taylor,
    trace,
    vjp,
    vmap,
)
from pydezero import (
    functions as F,
)
from pydezero.transforms.jit.compile import Program

Floats = NDArray[np.floating[Any]]
Values = Floats | Any  # Any: a NumPy scalar where a function of Variables returns one, which no type says
OfNumber = np.float64 | Any  # Any: an array where it returns one
array: NDArray[np.float64] = np.ones(3)
variable = as_variable(2.0)


@attrs.frozen
class Parameters:
    weights: NDArray[np.float64]
    bias: float


parameters = Parameters(array, 1.0)


def loss(x: Variable) -> Variable:
    return F.sum(F.sin(x) * x)


def weighted(x: Variable, y: Variable) -> Variable:
    return F.sum(x * y)


def scaled(x: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum(x**power) * scale


def with_aux(x: Variable) -> tuple[Variable, str]:
    return F.sum(x), "aux"


def of_array(x: NDArray[np.float64]) -> np.float64:
    return np.float64(x.sum())


def of_arrays(x: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    return x * rate


def of_float(x: float) -> float:
    return x * x


def of_attrs(p: Parameters) -> float:
    return p.bias


def moved(p: Parameters) -> Parameters:
    return p


def forward(x: NDArray[np.float64], scale: float, power: int = 2) -> tuple[NDArray[np.float64], float]:
    return x * scale, scale


def backward(scale: float, g: NDArray[np.float64]) -> tuple[NDArray[np.float64], None]:
    return g * scale, None


@custom_vjp(forward, backward)
def decorated_vjp(x: NDArray[np.float64], scale: float, *, power: int = 2) -> NDArray[np.float64]:
    return x * scale


def rule(primals: Any, tangents: Any) -> Any:  # Any: tuples of whatever the function takes
    return primals[0], tangents[0]


@custom_jvp(rule, pattern="elementwise")
def decorated_jvp(x: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    return x * scale


@custom_jvp(rule)
def decorated_variable(x: Variable) -> Variable:
    return F.sum(x)


@checkpoint
def decorated_checkpoint(x: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum(x**power) * scale


def solver(f: Any, init: Any, *params: Any) -> Any:  # Any: of whatever the function takes
    return init


# jvp and its siblings
assert_type(jvp(loss, (array,), (array,)), tuple[Values, Values])
assert_type(jvp(loss, (2.0,), (1,)), tuple[OfNumber, OfNumber])
assert_type(jvp(loss, (variable,), (array,)), tuple[Variable, Variable])
assert_type(jvp(loss, (array,), (variable,)), tuple[Variable, Variable])
assert_type(jvp(weighted, (array, 2.0), (array, 1.0)), tuple[Values, Values])
assert_type(jvp(weighted, (variable, 2.0), (array, 1.0)), tuple[Variable, Variable])
assert_type(jvp(of_float, (2.0,), (1.0,)), tuple[float, float])
assert_type(jvp(of_arrays, (array, 2.0), (array, 1.0)), tuple[NDArray[np.float64], NDArray[np.float64]])
assert_type(jvp(moved, (parameters,), (parameters,)), tuple[Parameters, Parameters])
assert_type(jvp(with_aux, (array,), (array,), has_aux=True), tuple[Values, Values, str])
assert_type(jvp(with_aux, (variable,), (array,), has_aux=True), tuple[Variable, Variable, str])
assert_type(jet(loss, (array,), ([array],)), tuple[Values, list[Values]])
assert_type(jet(loss, (2.0,), ([1.0, 0.0],)), tuple[OfNumber, list[OfNumber]])
assert_type(jet(loss, (variable,), ([array],)), tuple[Variable, list[Variable]])
assert_type(jet(loss, (array,), ([variable],)), tuple[Variable, list[Variable]])
assert_type(jet(weighted, (array, 2.0), ([array], [1.0])), tuple[Values, list[Values]])
assert_type(jet(of_float, (2.0,), ([1.0],)), tuple[float, list[float]])
assert_type(jet(moved, (parameters,), ([parameters],)), tuple[Parameters, list[Parameters]])
assert_type(jet(of_arrays, (array, 2.0), ([array], [1.0])), tuple[NDArray[np.float64], list[NDArray[np.float64]]])
assert_type(taylor(loss, array, 3), NDArray[np.floating[Any]])
assert_type(taylor(loss, 2.0, 3), NDArray[np.floating[Any]])
assert_type(taylor(loss, variable, 3), Variable)
assert_type(taylor(moved, parameters, 3, parameters), Parameters)
assert_type(taylor(np.sin, array, 3), NDArray[np.floating[Any]])
assert_type(nth_derivative(loss, 3)(array), NDArray[Any])
assert_type(nth_derivative(loss, 3)(variable), Variable)
assert_type(nth_derivative(of_float, 3)(2.0), float)
assert_type(linearize(loss, array)[0], Values)
assert_type(linearize(loss, array)[1](array), Values)
assert_type(linearize(loss, variable)[1](array), Variable)
assert_type(linearize(of_arrays, array, 1.0)[1], Pushforward[NDArray[np.float64], NDArray[np.float64], float])
assert_type(linearize(of_arrays, array, 1.0)[1](array, 2.0), NDArray[np.float64])
assert_type(linear_transpose(loss, array)(1.0), tuple[Floats])
assert_type(linear_transpose(of_arrays, array, 1.0)(array), tuple[NDArray[np.float64], float])
assert_type(derivative(loss)(array), NDArray[Any])
assert_type(derivative(loss)(variable), Variable)
assert_type(derivative(of_float)(2.0), float)
assert_type(derivative(scaled)(array, 0.5, power=3), NDArray[Any])

# vjp with has_aux
assert_type(vjp(with_aux, array, has_aux=True)[0], Values)
assert_type(vjp(with_aux, array, has_aux=True)[2], str)
assert_type(vjp(with_aux, variable, has_aux=True)[0], Variable)

# Jacobians and Hessians
assert_type(jacobian(loss)(array), NDArray[Any])
assert_type(jacobian(loss)(variable), Variable)
assert_type(jacobian(of_arrays)(array, 1.0), NDArray[np.float64])
assert_type(jacobian(scaled)(array, 0.5, power=3), NDArray[Any])
assert_type(jacfwd(loss)(array), NDArray[Any])
assert_type(jacfwd(loss)(variable), Variable)
assert_type(jacrev(loss)(array), NDArray[Any])
assert_type(jacrev(loss)(variable), Variable)
assert_type(jacrev(with_aux, has_aux=True)(array), tuple[NDArray[Any], str])
assert_type(jacfwd(with_aux, has_aux=True)(variable), tuple[Variable, str])
assert_type(jacobian(weighted, argnums=1)(variable, array), NDArray[Any])
assert_type(jacobian(weighted, argnums=(0, 1))(array, array), tuple[NDArray[Any], NDArray[Any]])
assert_type(jacobian(weighted, argnums=(0, 1))(variable, variable), tuple[Variable, Variable])
assert_type(hessian(loss)(array), NDArray[Any])
assert_type(hessian(loss)(variable), Variable)
assert_type(hessian(of_array)(array), NDArray[np.float64])
assert_type(
    hessian(weighted, argnums=(0, 1))(array, array),
    tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]],
)
assert_type(hvp(loss, (array,), (array,)), NDArray[Any])
assert_type(hvp(loss, (variable,), (array,)), Variable)
assert_type(hvp(weighted, (array, array), (array, array)), tuple[NDArray[Any], NDArray[Any]])
assert_type(hvp(of_float, (2.0,), (1.0,)), float)
assert_type(hvp(of_attrs, (parameters,), (parameters,)), Parameters)
assert_type(laplacian(loss)(array), np.floating[Any])
assert_type(laplacian(loss)(variable), Variable)
assert_type(laplacian(of_array)(array), np.float64)
assert_type(laplacian(weighted, 1)(array, array), np.floating[Any])
assert_type(laplacian(weighted, argnums=1)(variable, variable), Variable)
assert_type(laplacian(weighted, argnums=(0, 1))(array, array), np.floating[Any])
assert_type(laplacian(weighted, argnums=(0, 1))(variable, variable), Variable)

# vmap
assert_type(vmap(loss)(array), NDArray[Any])
assert_type(vmap(loss)(variable), Variable)
assert_type(vmap(weighted)(array, array), NDArray[Any])
assert_type(vmap(weighted)(array, variable), Variable)
assert_type(vmap(weighted, in_axes=(None, 0))(variable, array), Variable)


@jit(static_argnames="power")
def decorated_jit(x: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum(x**power) * scale


class Model:
    @jit
    def loss(self, x: NDArray[np.float64], scale: float = 1.0) -> np.float64:
        return np.float64(scale)


assert_type(vmap(scaled, in_axes=(0, None))(array, 0.5, power=3), NDArray[Any])
assert_type(vmap(of_array)(array), NDArray[np.float64])
assert_type(vmap(of_arrays, in_axes=(0, None))(array, 1.0), NDArray[np.float64])
assert_type(vmap(moved)(parameters), Parameters)

# rules of one's own, as decorators
assert_type(decorated_vjp(array, 1.0, power=3), NDArray[np.float64])
assert_type(decorated_jvp(array, 1.0), NDArray[np.float64])
assert_type(decorated_checkpoint(variable, 1.0, power=3), Variable)
assert_type(grad(checkpoint(loss))(array), Floats)
assert_type(grad(decorated_variable)(array), Floats)

# jit
assert_type(decorated_jit(variable, 1.0, power=3), Variable)
assert_type(decorated_jit(array, 1.0, power=3), NDArray[Any])
assert_type(jit(of_array)(array), np.float64)
assert_type(jit(scaled)(variable, 0.5), Variable)
assert_type(jit(grad(loss))(array), NDArray[Any])
assert_type(jit(grad(loss))(variable), Variable)
assert_type(grad(jit(loss))(array), Floats)
assert_type(vmap(jit(loss))(array), NDArray[Any])
assert_type(Model().loss(array, scale=2.0), np.float64)
assert_type(jit(of_array).lower(array), Program)
assert_type(jit(of_array).lower(array).text(), str)
assert_type(jit(of_array).lower(array).source, str)
assert_type(stop_gradient(parameters), Parameters)
assert_type(stop_gradient(variable), Variable)
assert_type(stop_gradient(array), NDArray[np.float64])

# solutions
assert_type(custom_root(weighted, solver)(array, array), Floats)
assert_type(custom_root(weighted, solver)(None, variable), Variable)
assert_type(custom_root(weighted, solver)(1.0, 2.0), Floats)
assert_type(custom_fixed_point(loss, solver)(array), Floats)
custom_root(lambda x, a: x**3 - a, solver)(1.0, 2.0)
custom_fixed_point(lambda x, a, b: np.cos(x) * a - b, solver)(array, 0.5, variable)
assert_type(custom_fixed_point(of_arrays, solver)(array, 1.0), NDArray[np.float64])
assert_type(custom_minimum(of_attrs, solver)(parameters), Parameters)
assert_type(custom_linear_solve(moved, solver, solver)(parameters), Parameters)
assert_type(custom_linear_solve(weighted, solver, symmetric=True)(array, variable), Variable)

# diagnostics
assert_type(check_finite(loss)(array), NDArray[Any])
assert_type(check_finite(loss)(variable), Variable)
assert_type(check_finite(weighted)(array, variable), Variable)
assert_type(check_finite(scaled)(array, 0.5, power=3), NDArray[Any])
assert_type(check_finite(of_arrays)(array, 1.0), NDArray[np.float64])
assert_type(check_finite(of_float)(1.0), float)
assert_type(check_finite(moved)(parameters), Parameters)
assert_type(check_finite(grad(loss))(array), NDArray[Any])
assert_type(check_finite(grad(of_float))(1.0), float)
assert_type(grad(check_finite(loss))(array), Floats)
assert_type(explain(loss)(array), Costs)
assert_type(explain(weighted)(array, variable), Costs)
assert_type(explain(scaled)(array, 0.5, power=3), Costs)
assert_type(explain(moved)(parameters), Costs)

# patterns
assert_type(sparsity(loss)(array), Pattern)
assert_type(sparsity(weighted, (0, 1))(array, variable), Pattern)
assert_type(sparsity(scaled, scope="global")(array, 0.5, power=3), Pattern)
assert_type(sparsity(moved)(parameters), Pattern)
assert_type(hessian_sparsity(loss)(array), Pattern)
assert_type(hessian_sparsity(of_float)(1.0), Pattern)
assert_type(sparsity(loss)(array).T | sparsity(loss)(array), Pattern)
assert_type(sparsity(loss)(array).shape, tuple[int, int])
assert_type(sparsity(loss)(array).indices, NDArray[np.intp])
assert_type(sparsity(loss)(array).toarray(), NDArray[np.bool])
assert_type(sparsity(loss)(array).coordinates, tuple[NDArray[np.intp], NDArray[np.intp]])
assert_type(sparsity(loss)(array).block(0, 0), Pattern)
assert_type(sparsity(loss)(array).covers(hessian_sparsity(loss)(array)), bool)
assert_type(Pattern.from_coordinates([0, 1], array.astype(int), (3, 3)), Pattern)
assert_type(sparsity(loss)(array).save("pattern.png"), None)

# graphs
assert_type(trace(loss)(array)(array), NDArray[Any])
assert_type(trace(of_arrays)(array, 1.0)(array, 2.0), NDArray[np.float64])
assert_type(trace(moved)(parameters)(parameters), Parameters)
assert_type(trace(loss)(array)(array), NDArray[Any])
assert_type(trace(loss)(array)(variable), Variable)
assert_type(simplify(trace(of_float)(1.0))(2.0), float)
assert_type(roll(trace(of_float)(1.0))(2.0), float)

# pictures
assert_type(draw(loss)(array), Picture)
assert_type(draw(grad(loss))(array), Picture)
assert_type(draw(scaled, name="scaled", fold=False)(array, 0.5, power=3), Picture)
assert_type(draw(weighted)(array, variable), Picture)
assert_type(draw(of_arrays)(array, 1.0), Picture)
assert_type(draw(variable, names={variable: "x"}), Picture)
assert_type(draw(trace(loss)(array)), Picture)
assert_type(trace(loss)(array).to_dot(), str)
assert_type(grad(trace(loss)(array))(array), Floats)
