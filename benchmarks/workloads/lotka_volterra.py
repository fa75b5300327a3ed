"""The fit of a food chain of three species: the gradient by ten parameters of a differential equation.

The floor is central differences of the misfit, as a user of SciPy has them, and all tools solve with the same
tolerances. How precise the gradients are is a row of its own, of a weighted sum of the states: the error of a misfit
is that of its residuals, which is the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
from scipy.integrate import odeint, solve_ivp

from benchmarks.measure import own_measure
from benchmarks.tools import Arrays, FloatArray, Loss, Namespace, Run, Tensor, Tool
from benchmarks.workload import FLOOR, Contenders, Workload

# Of the grass, its eaters and theirs: how each grows, and what that takes or gives.
_PARAMETERS: Final = np.array([1.0, 0.1, 0.6, 0.5, 0.5, 0.02, 0.4, 0.3, 0.25, 0.02])
_START: Final = np.array([1.0, 0.8, 0.4])
_END: Final = 15.0
_STEP: Final = 1e-5


def _rate(xp: Namespace, y: Tensor, p: Tensor) -> Tensor:
    a, b, c = y[0], y[1], y[2]
    return xp.stack(
        [
            a * (p[0] - p[1] * a - p[2] * b),
            b * (p[4] * a - p[3] - p[5] * b - p[6] * c),
            c * (p[8] * b - p[7] - p[9] * c),
        ]
    )


def _states(xp: Namespace, p: Tensor, times: FloatArray) -> Tensor:
    return xp.odeint(lambda y, _, p: _rate(xp, y, p), _START, times, xp.tuple((p,)))


def _misfit(xp: Namespace, p: Tensor, times: FloatArray, data: FloatArray) -> Tensor:
    residuals = _states(xp, p, times) - data
    return xp.sum(residuals * residuals)


def _weighted(xp: Namespace, p: Tensor, times: FloatArray, weights: FloatArray) -> Tensor:
    return xp.sum(weights * _states(xp, p, times))


def _problem(count: int) -> Arrays:
    """Parameters, times, observations that other parameters would explain."""
    times = np.linspace(0.0, _END, count)
    data: FloatArray = odeint(lambda y, _: _rate(np, y, 1.05 * _PARAMETERS), _START, times)
    return _PARAMETERS, times, data


class _Plain:
    """NumPy's functions and SciPy's own `odeint`."""

    stack, sum, tuple = np.stack, np.sum, tuple
    odeint = staticmethod(odeint)


def _by_differences(loss: Loss, p: FloatArray, *others: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    steps = _STEP * np.eye(len(p))
    slopes = [(loss(_Plain, p + step, *others) - loss(_Plain, p - step, *others)) / (2 * _STEP) for step in steps]
    return float(loss(_Plain, p, *others)), (np.array(slopes),)


def _sensitivities(p: FloatArray, times: FloatArray) -> FloatArray:
    """The derivatives of the states by the parameters, from the equation for them, with twelve digits."""

    def fun(_: float, z: FloatArray) -> FloatArray:
        (a, b, c), by_p = z[:3], z[3:].reshape(3, 10)
        by_y = np.array(
            [
                [p[0] - 2 * p[1] * a - p[2] * b, -p[2] * a, 0.0],
                [p[4] * b, p[4] * a - p[3] - 2 * p[5] * b - p[6] * c, -p[6] * b],
                [0.0, p[8] * c, p[8] * b - p[7] - 2 * p[9] * c],
            ]
        )
        direct = np.zeros((3, 10))
        direct[0, :3] = a, -a * a, -a * b
        direct[1, 3:7] = -b, a * b, -b * b, -b * c
        direct[2, 7:] = -c, b * c, -c * c
        return np.concatenate([_rate(np, z, p), (by_y @ by_p + direct).ravel()])

    start = np.concatenate([_START, np.zeros(30)])
    found = solve_ivp(fun, (0.0, _END), start, "DOP853", t_eval=times, rtol=1e-12, atol=1e-12)
    return np.moveaxis(found.y[3:].reshape(3, 10, -1), -1, 0)


def _gradients(loss: Loss, arguments: Arrays, tools: Sequence[Tool]) -> dict[str, Run]:
    runs: dict[str, Run] = {FLOOR: partial(_by_differences, loss, *arguments)}
    for tool in tools:
        if "gradient-ode" in tool.methods:
            runs[tool.name] = tool.methods["gradient-ode"](loss, arguments, 1)
    return runs


def _fits(count: int, tools: Sequence[Tool]) -> Contenders:
    return _gradients(_misfit, _problem(count), tools)


def _errors(count: int, tools: Sequence[Tool]) -> Contenders:
    p, times, data = _problem(count)
    weights = np.random.default_rng(0).normal(size=data.shape)
    right = np.einsum("ti,tip->p", weights, _sensitivities(p, times))

    def error(run: Run) -> float:
        (gradient,) = run()[1]
        return float(np.max(np.abs(np.asarray(gradient) - right)) / np.max(np.abs(right))) * 1e9

    runs = _gradients(_weighted, (p, times, weights), tools)
    return {name: partial(error, run) for name, run in runs.items()}


lotka_volterra = Workload(
    "lotka-volterra",
    "fit of 10 parameters of an equation of 3 species",
    (31,),
    "times",
    _fits,
    compared=False,
)
lotka_volterra_error = Workload(
    "lotka-volterra-error",
    "error of the gradient by 10 parameters of an equation of 3 species",
    (31,),
    "times",
    _errors,
    meter=own_measure,
    unit="parts in 10^9",
    compared=False,
)
