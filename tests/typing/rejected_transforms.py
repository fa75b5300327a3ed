"""What must not type-check of the transforms beyond reverse mode; see `rejected.py`. Never run."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Pattern,
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
    hessian,
    hessian_sparsity,
    hvp,
    jacobian,
    jet,
    jit,
    jvp,
    laplacian,
    linearize,
    nth_derivative,
    sparsity,
    taylor,
    trace,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero import functions as F

array: NDArray[np.float64] = np.ones(3)
variable = as_variable(2.0)


@attrs.frozen
class Parameters:
    weights: NDArray[np.float64]


def scaled(x: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum(x**power) * scale


def two(x: Variable, y: Variable) -> Variable:
    return F.sum(x * y)


def with_text(x: Variable) -> tuple[Variable, str]:
    return F.sum(x), "text"


def of_float(x: float) -> float:
    return x * x


def of_parameters(p: Parameters) -> float:
    return float(p.weights.sum())


# a value where a function belongs
jvp(variable, (variable,), (variable,))  # type: ignore[call-overload]
jacobian(variable)  # type: ignore[call-overload]
hessian(array)  # type: ignore[call-overload]
vmap(2.0)  # type: ignore[call-overload]
trace(array)  # type: ignore[call-overload]
check_finite(array)  # type: ignore[call-overload]
explain(array)  # type: ignore[call-overload]
sparsity(array)  # type: ignore[call-overload]
sparsity(scaled, scope="everywhere")  # type: ignore[call-overload]
hessian_sparsity(variable)  # type: ignore[call-overload]
jet(array, (array,), ([array],))  # type: ignore[call-overload]
taylor(array, array, 3)  # type: ignore[call-overload]
nth_derivative(array, 3)  # type: ignore[call-overload]
checkpoint(array)  # type: ignore[type-var]
jit(array)  # type: ignore[call-overload]
custom_vjp(array, array)  # type: ignore[arg-type]
custom_jvp(array)  # type: ignore[arg-type]
custom_jvp(of_float, pattern="diagonal")  # type: ignore[arg-type]

# primals and tangents that do not fit
jvp(of_float, 2.0, 1.0)  # type: ignore[call-overload]
jvp(of_float, (2.0,), (1.0, 2.0))  # type: ignore[arg-type]
jvp(of_parameters, (Parameters(array),), (array,))  # type: ignore[arg-type]
jet(of_float, 2.0, ([1.0],))  # type: ignore[call-overload]
taylor(of_parameters, Parameters(array), 3, array)  # type: ignore[arg-type]
taylor(of_float, 2.0, 3.0)  # type: ignore[call-overload]
nth_derivative(of_float, "3")  # type: ignore[call-overload]
hvp(of_parameters, (Parameters(array),), (array,))  # type: ignore[arg-type]
linearize(of_float, 1.0)[1]("one")  # type: ignore[arg-type]

# arguments that the function does not take
jacobian(scaled)(array, "half")  # type: ignore[call-overload]
jacobian(scaled)(array, 0.5, poower=3)  # type: ignore[call-overload]
hessian(scaled)(array)  # type: ignore[call-overload]
vmap(scaled, in_axes=(0, None))(array, "half")  # type: ignore[call-overload]
vmap(of_parameters)(array)  # type: ignore[arg-type]
trace(of_parameters)(array)  # type: ignore[arg-type]
trace(of_parameters)(Parameters(array))(array)  # type: ignore[arg-type]
check_finite(scaled)(array, "half")  # type: ignore[call-overload]
check_finite(of_parameters)(array)  # type: ignore[arg-type]
explain(of_parameters)(array)  # type: ignore[arg-type]
sparsity(of_parameters)(array)  # type: ignore[arg-type]
hessian_sparsity(of_parameters)(array)  # type: ignore[arg-type]
sparsity(scaled)(array, "half")  # type: ignore[call-overload]
nth_derivative(of_float, 3)("x")  # type: ignore[call-overload]


def patterns(pattern: Pattern) -> None:
    pattern | array  # type: ignore[operator]
    pattern.covers(array)  # type: ignore[arg-type]
    pattern.block("fit", 0)  # type: ignore[arg-type]
    pattern.nnz = 3  # type: ignore[misc]


checkpoint(scaled)(variable, "half")  # type: ignore[arg-type]
checkpoint(scaled)(array, 0.5)  # type: ignore[arg-type]
jit(scaled)(array, "half")  # type: ignore[call-overload]
jit(of_parameters)(array)  # type: ignore[arg-type]
jit(scaled, static_argnames=2)  # type: ignore[call-overload]

# positions and axes that the function has not
grad(of_float, argnums=1)  # type: ignore[arg-type]
grad(two, argnums=2)(array, array)  # type: ignore[operator]
value_and_grad(two, argnums=3)(array, array)  # type: ignore[operator]
jacobian(two, argnums=2)(array, array)  # type: ignore[operator]
vmap(two, in_axes=(0,))  # type: ignore[arg-type]
vmap(two, in_axes=(0, 0, 0))  # type: ignore[arg-type]
vmap(scaled, in_axes=(0,))  # type: ignore[arg-type]
vmap(of_float, in_axes=(0, 0))  # type: ignore[arg-type]

# containers, where each element has a derivative of its own; what is no number beside the result
derivative(of_parameters)  # type: ignore[arg-type]
jacobian(with_text)  # type: ignore[arg-type]

# a number gives a scalar
len(derivative(of_float)(2.0))  # type: ignore[arg-type]
len(jvp(two, (2.0, 3.0), (1.0, 1.0))[1])  # type: ignore[arg-type]
len(vjp(two, 2.0, 3.0)[1](1.0)[0])  # type: ignore[arg-type]
len(laplacian(two)(array, array))  # type: ignore[arg-type]

# lists of something else than numbers
functions_of_lists = (
    F.take(variable, "first"),  # type: ignore[arg-type]
    F.interp(variable, ["a"], [1.0]),  # type: ignore[arg-type]
    F.where("x > 0", variable, 0.0),  # type: ignore[arg-type]
)

# pictures
draw(2.0)  # type: ignore[call-overload]
draw(of_parameters)(array)  # type: ignore[arg-type]
draw(variable, names={"x": variable})  # type: ignore[dict-item]
draw(scaled, names={variable: "x"})  # type: ignore[call-overload]

# what is beside the result, asked for and not given
vjp(of_float, 1.0, has_aux=True)  # type: ignore[call-overload]
jvp(of_float, (1.0,), (1.0,), has_aux=True)  # type: ignore[call-overload]
