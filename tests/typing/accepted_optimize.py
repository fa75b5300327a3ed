"""What the checker knows of `pydezero.scipy.optimize`. Never run: a test runs the checkers."""

from __future__ import annotations

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable
from pydezero.scipy import optimize

array: NDArray[np.float64] = np.ones(3)


def misfit(x: NDArray[np.float64], a: float) -> NDArray[np.float64]:
    return x * x - a


def square(x: float, a: float) -> float:
    return x * x - a


def squared(x: Variable, a: Variable) -> Variable:
    return x * x - a


of_variable = as_variable(2.0)
assert_type(optimize.root(misfit, array, args=(2.0,)).x, NDArray[np.float64])
assert_type(optimize.root(misfit, array, args=(2.0,)).success, bool)
assert_type(optimize.root(squared, array, args=(of_variable,)).x, Variable)
assert_type(optimize.fsolve(misfit, array, args=(2.0,)), NDArray[np.float64])
assert_type(optimize.fsolve(squared, array, args=(of_variable,)), Variable)
assert_type(optimize.fsolve(squared, array, args=of_variable, full_output=True)[0], Variable)
assert_type(optimize.curve_fit(misfit, array, array)[1], NDArray[np.float64])
assert_type(optimize.curve_fit(misfit, array, array, full_output=True)[4], int)
assert_type(optimize.curve_fit(squared, array, of_variable), tuple[Variable, Variable])
assert_type(optimize.curve_fit(squared, of_variable, array)[0], Variable)
assert_type(optimize.root_scalar(square, args=(2.0,), bracket=(0.0, 2.0)).root, float)
assert_type(optimize.root_scalar(squared, args=of_variable, bracket=(0.0, 2.0)).root, Variable)
assert_type(optimize.brentq(square, 0.0, 2.0, args=(2.0,)), float)
assert_type(optimize.brentq(squared, 0.0, 2.0, args=(of_variable,)), Variable)
assert_type(optimize.brentq(square, 0.0, 2.0, args=(2.0,), full_output=True)[0], float)
assert_type(optimize.newton(misfit, array, args=(2.0,)), NDArray[np.float64])
assert_type(optimize.newton(squared, array, args=(of_variable,)), Variable)
assert_type(optimize.fixed_point(misfit, array, args=(2.0,)), NDArray[np.float64])
assert_type(optimize.fixed_point(squared, array, args=(of_variable,)), Variable)
assert_type(optimize.minimize(square, array, args=(2.0,)).x, NDArray[np.float64])
assert_type(optimize.minimize(squared, array, args=(of_variable,)).x, Variable)
assert_type(optimize.minimize(squared, array, args=(2.0, of_variable), bounds=[(0, 1)]).fun, Variable)
assert_type(optimize.minimize_scalar(square, bounds=(0.0, 2.0), args=(2.0,)).x, float)
assert_type(optimize.minimize_scalar(squared, args=(of_variable,)).x, Variable)
assert_type(optimize.nnls(array, of_variable), tuple[Variable, Variable])
assert_type(optimize.nnls(array, array), tuple[NDArray[np.float64], float])
assert_type(optimize.lsq_linear(array, array, bounds=(0.0, 1.0)).x, NDArray[np.float64])
assert_type(optimize.lsq_linear(array, array, bounds=(0.0, of_variable)).x, Variable)
assert_type(optimize.lsq_linear(of_variable, array, method="bvls").fun, Variable)
assert_type(optimize.least_squares(misfit, array, args=(2.0,)).x, NDArray[np.float64])
assert_type(optimize.least_squares(squared, array, args=(of_variable,)).cost, Any)
