"""What must not type-check: every line here is an error to mypy.

A line whose error goes away is an error itself, of an unused `type: ignore` (mypy.ini is strict). Never run.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable, grad, gradients, value_and_grad, vjp
from pydezero import functions as F

array: NDArray[np.float64] = np.ones(3)
variable = as_variable(2.0)


def weighted(x: Variable, scale: float, *, power: int = 2) -> Variable:
    return F.sum(x**power) * scale


def of_float(x: float) -> float:
    return x * x


def of_array(x: NDArray[np.float64]) -> np.float64:
    return np.float64(x.sum())


def returns_nothing(x: Variable) -> None:
    F.sum(x)


def of_int(n: int) -> float:
    return n * 0.5


def named(name: str, x: NDArray[np.float64]) -> np.float64:
    return of_array(x)


@attrs.frozen
class Parameters:
    weights: NDArray[np.float64]


def of_attrs(parameters: Parameters) -> np.float64:
    return np.float64(parameters.weights.sum())


# a wrong argument
grad(weighted)(None, 0.5)  # type: ignore[call-overload]
grad(weighted)(2.0, "half")  # type: ignore[call-overload]
grad(of_float)("two")  # type: ignore[call-overload]
grad(of_array)([1.0, 2.0])  # type: ignore[arg-type]
grad(of_attrs)(array)  # type: ignore[arg-type]
value_and_grad(of_float)(array)  # type: ignore[call-overload]

# a missing argument, an unknown keyword
grad(weighted)(2.0)  # type: ignore[call-overload]
grad(of_float)()  # type: ignore[call-overload]
grad(weighted)(2.0, 0.5, powr=3)  # type: ignore[call-overload]

# not a function of an array to a number
grad(of_float(2.0))  # type: ignore[call-overload]
grad(returns_nothing)  # type: ignore[arg-type]
grad(of_float, argnums="x")  # type: ignore[arg-type]
grad(named)  # type: ignore[arg-type]
grad(named, argnums=0)  # type: ignore[arg-type]

# the wrong primals, or none
vjp(of_float, "two")  # type: ignore[arg-type, type-var]
vjp(of_float)  # type: ignore[arg-type, call-arg, type-var]
gradients(array, variable)  # type: ignore[call-overload]

# Variables do not change, and hold no strings
variable[0] = 1.0  # type: ignore[index]
variable.data = array  # type: ignore[misc]
variable.node.level = variable.node.level  # type: ignore[misc]
variable + None  # type: ignore[operator]
F.sin(None)  # type: ignore[call-overload]
float(variable)  # type: ignore[arg-type]

# The gradient of a number is a scalar, and that of an int a float.
an_int: int = grad(of_int)(2)  # type: ignore[assignment]
an_array: NDArray[np.float64] = grad(of_float)(2.0)  # type: ignore[assignment]
len(grad(weighted)(2.0, 0.5))  # type: ignore[arg-type]
