"""What the type checker knows of `pydezero.scipy`. Never run: a test runs mypy and pyright over it."""

from __future__ import annotations

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable, grad
from pydezero.scipy import linalg, special

Array = NDArray[Any]
array: NDArray[np.float64] = np.ones((3, 3))
variable = as_variable(array)

assert_type(special.gamma(variable), Variable)
assert_type(special.gamma(array), Array)
assert_type(special.xlogy(array, variable), Variable)
assert_type(special.jv(2, variable), Variable)
assert_type(special.jv(2, array), Array)
assert_type(special.betainc(1.0, 2.0, variable), Variable)
assert_type(special.betainc(1.0, 2.0, array), Array)
assert_type(special.hyp2f1(1.0, 2.0, 3.0, variable), Variable)
assert_type(special.zeta(2.0, variable), Variable)
assert_type(special.polygamma(1, array), Array)
assert_type(special.sici(variable), tuple[Variable, Variable])
assert_type(special.spherical_jn(1, variable, derivative=True), Variable)
assert_type(special.lambertw(variable, k=-1), Variable)
assert_type(special.logsumexp(variable, axis=0, keepdims=True), Variable)
assert_type(special.logsumexp(array, b=variable), Variable)
assert_type(special.logsumexp(array), Array)
assert_type(special.logsumexp(variable, return_sign=True), tuple[Variable, Variable])
assert_type(special.softmax(variable, axis=-1), Variable)

assert_type(linalg.solve(array, variable, assume_a="pos"), Variable)
assert_type(linalg.solve(array, array), Array)
assert_type(linalg.solve_triangular(variable, array, trans="T", lower=True), Variable)
assert_type(linalg.cho_factor(variable), tuple[Variable, bool])
assert_type(linalg.cho_solve(linalg.cho_factor(variable), array), Variable)
assert_type(linalg.cholesky(array, lower=True), Array)
assert_type(linalg.expm(variable), Variable)
assert_type(linalg.block_diag(variable, array), Variable)
assert_type(linalg.block_diag(array, array), Array)
assert_type(linalg.toeplitz(array, variable), Variable)
assert_type(linalg.solve_sylvester(array, array, variable), Variable)


def loss(x: Variable) -> Variable:
    return special.logsumexp(special.log_expit(x)) + linalg.det(linalg.expm(x))


assert_type(grad(loss)(variable), Variable)
