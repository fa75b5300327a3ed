"""Choose the penalties of a ridge regression, one for each feature, by the gradient of the validation error.

The weights are what a solver finds for given penalties, by conjugate gradients until the residual is small. How they
move with the penalties follows from the gradient of the training loss being zero (`custom_minimum`), not from the steps
of the solver. The gradient that comes out is compared with that of the closed solution of the normal equations.

python examples/ridge_hyperparameters.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse.linalg import LinearOperator, cg

from pydezero import custom_minimum, grad, hvp

Floats: TypeAlias = NDArray[np.float64]
Loss: TypeAlias = Callable[[Floats], np.float64]

FEATURES: Final = 30
MEANINGFUL: Final = 5


class Data(NamedTuple):
    """Examples of features, and what is to be predicted."""

    x: Floats
    y: Floats


def sample(rng: np.random.Generator, count: int) -> Data:
    """Examples of which the first few features alone have a meaning."""
    x = rng.standard_normal((count, FEATURES))
    return Data(x, x[:, :MEANINGFUL] @ np.arange(1.0, MEANINGFUL + 1) + rng.standard_normal(count))


def error(weights: Floats, data: Data) -> np.float64:
    """The mean square error."""
    return np.sum((data.x @ weights - data.y) ** 2) / len(data.y)


def training_loss(weights: Floats, logarithms: Floats, data: Data) -> np.float64:
    """The error and the penalties."""
    return error(weights, data) + np.sum(np.exp(logarithms) * weights**2)


def by_conjugate_gradients(loss: Loss, start: Floats, *_params: Any) -> Floats:  # Any: the solver needs none of them
    """The minimum of a quadratic loss, for which gradient and Hessian products are all that is asked for."""

    def hessian_product(direction: Floats) -> Floats:
        return hvp(loss, (start,), (direction,))

    operator = LinearOperator((len(start), len(start)), hessian_product, dtype=np.float64)
    step, status = cg(operator, -grad(loss)(start), rtol=1e-12, maxiter=1000)
    if status:
        raise RuntimeError(f"no minimum after {status} steps")
    return start + step


fitted: Final = custom_minimum(training_loss, by_conjugate_gradients)


def closed(logarithms: Floats, data: Data) -> Floats:
    """The weights by the normal equations."""
    matrix = data.x.T @ data.x / len(data.y) + np.diag(np.exp(logarithms))
    return np.linalg.solve(matrix, data.x.T @ data.y / len(data.y))


def main() -> None:
    rng = np.random.default_rng(1970)
    training, validation, test = sample(rng, 40), sample(rng, 40), sample(rng, 1000)
    start = np.zeros(FEATURES)

    def validation_error(logarithms: Floats) -> np.float64:
        return error(fitted(start, logarithms, training), validation)

    logarithms = rng.standard_normal(FEATURES)
    of_closed = grad(lambda p: error(closed(p, training), validation))(logarithms)
    np.testing.assert_allclose(grad(validation_error)(logarithms), of_closed, rtol=1e-6, atol=1e-9)
    print("gradient of the validation error: that of the closed solution")

    same = np.full(FEATURES, np.log(0.1))
    found = minimize(
        validation_error,
        same,
        jac=grad(validation_error),
        method="L-BFGS-B",
        bounds=[(-9.0, 6.0)] * FEATURES,
        options={"maxiter": 30},
    )
    print(f"{found.nit} steps of L-BFGS-B in the logarithms of {FEATURES} penalties")
    errors = {}
    for name, penalties in (("one penalty for all", same), ("a penalty for each", found.x)):
        errors[name] = error(fitted(start, penalties, training), test)
        print(f"{name:20} validation {validation_error(penalties):6.3f}   test {errors[name]:6.3f}")
    meaningful, others = np.median(found.x[:MEANINGFUL]), np.median(found.x[MEANINGFUL:])
    print(f"median penalty: {np.exp(meaningful):.1e} of what has a meaning, {np.exp(others):.1e} of the others")
    assert errors["a penalty for each"] < 0.7 * errors["one penalty for all"]
    assert others > meaningful + 2


if __name__ == "__main__":
    main()
