"""The fit of a data set from one of its two starts, by scipy.optimize with the derivatives of `Misfit`."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

import attrs
import numpy as np
from scipy.optimize import OptimizeResult, minimize

from nist.dataset import Dataset
from nist.misfit import Misfit
from nist.models import Floats
from pydezero import numerical_diff

NEWTON_STEPS: Final = 3


@attrs.frozen(eq=False)
class Fit:
    """The result of a fit, and its cost."""

    dataset: Dataset
    start: int
    parameters: Floats
    standard_deviations: Floats
    residual_sum_of_squares: float
    gradients: int
    hessian_products: int
    gradient_error: float
    seconds: float


def fit(dataset: Dataset, start: int, on_step: Callable[[float], None]) -> Fit:
    """Fit the model of a data set from its start 1 or 2; `on_step` is told the misfit after each step."""
    began = perf_counter()
    scale = np.array([parameter.starts[start - 1] for parameter in dataset.parameters])
    misfit = Misfit(dataset.model, scale, dataset.x, dataset.y)
    found = _minimum(misfit, on_step)
    z = _polished(misfit, found.x)
    seconds = perf_counter() - began
    residual_sum_of_squares = misfit.value(z) * float(np.sum(dataset.y**2))
    return Fit(
        dataset=dataset,
        start=start,
        parameters=scale * z,
        standard_deviations=_standard_deviations(misfit, z, residual_sum_of_squares),
        residual_sum_of_squares=residual_sum_of_squares,
        gradients=found.nfev + NEWTON_STEPS,
        hessian_products=found.nhev + NEWTON_STEPS * z.size,
        gradient_error=_gradient_error(misfit),
        seconds=seconds,
    )


def _minimum(misfit: Misfit[Any], on_step: Callable[[float], None]) -> OptimizeResult:
    def callback(intermediate_result: OptimizeResult) -> None:  # SciPy knows it by the name of its argument
        on_step(intermediate_result.fun)

    # A step too long may overflow an exponential; the misfit there is not finite, so the trust region takes it back.
    with np.errstate(over="ignore", invalid="ignore"):
        return minimize(
            misfit.value_and_gradient,
            np.ones_like(misfit.scale),
            method="trust-ncg",
            jac=True,
            hessp=misfit.hessian_product,
            callback=callback,
            options={"gtol": 1e-12, "maxiter": 1000},
        )


def _polished(misfit: Misfit[Any], z: Floats) -> Floats:
    """Solve gradient = 0 by Newton's method, starting beside the solution.

    A minimiser compares values, and these tell parameters apart to half their digits only, since the misfit is flat
    near its minimum. The gradient is not.
    """
    for _ in range(NEWTON_STEPS):
        z = z - np.linalg.solve(misfit.hessian(z), misfit.gradient(z))
    return z


def _standard_deviations(misfit: Misfit[Any], z: Floats, residual_sum_of_squares: float) -> Floats:
    """The square roots of the diagonal of s^2 inverse(J^T J), where s^2 is the variance of the residuals."""
    jacobian = misfit.jacobian(z)
    observations, parameters = jacobian.shape
    deviation = np.sqrt(residual_sum_of_squares / (observations - parameters))
    deviations: Floats = np.abs(misfit.scale) * deviation * np.linalg.norm(np.linalg.pinv(jacobian), axis=1)
    return deviations


def _gradient_error(misfit: Misfit[Any]) -> float:
    """The distance of the gradient at the start from the central difference, relative to it."""
    z = np.ones_like(misfit.scale)
    numerical = numerical_diff(misfit.value, z, eps=1e-6)
    return float(np.linalg.norm(misfit.gradient(z) - numerical) / np.linalg.norm(numerical))
