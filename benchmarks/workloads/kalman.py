"""The likelihood of a Kalman filter: small linear systems, one after the other, in a `scan`."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, one_call

_STATES, _OBSERVED = 4, 2


def _problem(steps: int) -> Arrays:
    """The logarithms of both variances, how the state moves, what is observed of it, and observations."""
    rng = np.random.default_rng(0)
    moves = 0.9 * np.eye(_STATES) + 0.1 * np.eye(_STATES, k=1)
    return np.zeros(2), moves, np.eye(_OBSERVED, _STATES), rng.normal(0, 1, (steps, _OBSERVED))


def _loss(xp: Namespace, logs: Tensor, moves: Tensor, observed: Tensor, ys: Tensor) -> Tensor:
    """The negative logarithm of the likelihood, without a constant."""
    of_state, of_y = xp.exp(logs[0]) * xp.eye(_STATES), xp.exp(logs[1]) * xp.eye(_OBSERVED)

    def step(carry: tuple[Tensor, Tensor], y: Tensor) -> tuple[tuple[Tensor, Tensor], Tensor]:
        mean, covariance = carry
        mean, covariance = moves @ mean, moves @ covariance @ moves.T + of_state
        of_error = observed @ covariance @ observed.T + of_y
        error = y - observed @ mean
        gain = xp.linalg.solve(of_error, observed @ covariance).T
        found = error @ xp.linalg.solve(of_error, error) + xp.log(xp.linalg.det(of_error))
        covariance = covariance - gain @ of_error @ gain.T
        return (mean + gain @ error, (covariance + covariance.T) / 2), found / 2

    return xp.sum(xp.scan(step, (xp.zeros(_STATES), xp.eye(_STATES)), ys)[1])


def _by_hand(
    logs: FloatArray, moves: FloatArray, observed: FloatArray, ys: FloatArray
) -> tuple[float, tuple[FloatArray, ...]]:
    """The derivatives by both logarithms go along with mean and covariance."""
    (of_state, of_y), states, observations = np.exp(logs), np.eye(_STATES), np.eye(_OBSERVED)
    d_state, d_y = np.zeros((2, _STATES, _STATES)), np.zeros((2, _OBSERVED, _OBSERVED))
    d_state[0], d_y[1] = of_state * states, of_y * observations
    mean, covariance = np.zeros(_STATES), states
    d_mean, d_covariance = np.zeros((2, _STATES)), np.zeros((2, _STATES, _STATES))
    value, slopes = 0.0, np.zeros(2)
    for y in ys:
        mean, d_mean = moves @ mean, d_mean @ moves.T
        covariance = moves @ covariance @ moves.T + of_state * states
        d_covariance = moves @ d_covariance @ moves.T + d_state
        seen, d_seen = observed @ covariance, observed @ d_covariance
        of_error, d_of_error = seen @ observed.T + of_y * observations, d_seen @ observed.T + d_y
        error, d_error = y - observed @ mean, -d_mean @ observed.T
        inverse = np.linalg.inv(of_error)
        scaled = inverse @ error
        value += float(error @ scaled + np.log(np.linalg.det(of_error))) / 2
        slopes += d_error @ scaled - d_of_error @ scaled @ scaled / 2 + np.sum(inverse * d_of_error, axis=(1, 2)) / 2
        gain, d_gain = seen.T @ inverse, (d_seen.mT - seen.T @ inverse @ d_of_error) @ inverse
        mean, d_mean = mean + gain @ error, d_mean + d_gain @ error + d_error @ gain.T
        covariance, d_covariance = covariance - gain @ seen, d_covariance - d_gain @ seen - gain @ d_seen
        covariance, d_covariance = (covariance + covariance.T) / 2, (d_covariance + d_covariance.mT) / 2
    return value, (slopes,)


kalman = derivative_workload(
    "kalman",
    "likelihood of a Kalman filter, 4 states, 2 of them observed",
    (200,),
    "steps",
    problem=_problem,
    by_hand=_by_hand,
    run=one_call("gradient-scan", _loss),
)
