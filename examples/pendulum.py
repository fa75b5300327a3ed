"""Solve the equation of a pendulum, angle'' = -sin(angle), by a small neural network.

I. E. Lagaris, A. Likas and D. I. Fotiadis, Artificial neural networks for solving ordinary and partial differential
equations, IEEE Transactions on Neural Networks 9 (1998) 987: a trial solution that meets the initial conditions for
whatever weights is fitted to the equation at some points in time. The equation takes the second derivative of the
network in time; the fit takes the Jacobian of that with respect to the weights.

python examples/pendulum.py
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ellipj, ellipk

from pydezero import derivative, jacobian

Floats: TypeAlias = NDArray[np.float64]
RELEASE: Final = 2.0  # the angle at time 0, in radians; the pendulum is at rest then
END: Final = 4.0
POINTS: Final = np.linspace(0.0, END, 40)
UNITS: Final = 8


def angle(t: Floats, weights: Floats) -> Floats:
    """The trial solution at times t: RELEASE + t^2 network(t)."""
    rates, shifts, heights = weights.reshape(3, UNITS)
    network: Floats = np.tanh(t[:, None] * rates + shifts) @ heights
    return RELEASE + t**2 * network


def residual(weights: Floats) -> Floats:
    """angle'' + sin(angle) at POINTS."""
    acceleration: Floats = derivative(derivative(angle))(POINTS, weights)
    return acceleration + np.sin(angle(POINTS, weights))


def exact(t: Floats) -> Floats:
    """The solution in Jacobi's elliptic functions: NIST Digital Library of Mathematical Functions, section 22.19(i)."""
    modulus = np.sin(RELEASE / 2)
    sn, *_ = ellipj(ellipk(modulus**2) - t, modulus**2)
    solution: Floats = 2 * np.arcsin(modulus * sn)
    return solution


def main() -> None:
    start = np.concatenate([np.ones(UNITS), -np.linspace(0.0, END, UNITS), np.zeros(UNITS)])
    found = least_squares(residual, start, jac=jacobian(residual), xtol=1e-10, ftol=1e-10, gtol=1e-10, max_nfev=200)
    print(f"{start.size} weights, {found.nfev} residuals, {found.njev} Jacobians of shape {found.jac.shape}")
    print(f"largest residual at a point: {np.max(np.abs(found.fun)):.0e}")

    times = np.linspace(0.0, END, 81)  # at and between the points
    error = angle(times, found.x) - exact(times)
    print("time   angle      error")
    for i in range(0, len(times), 10):
        print(f"{times[i]:4.1f}{exact(times)[i]:9.5f}{error[i]:10.0e}")
    assert np.max(np.abs(error)) < 1e-4


if __name__ == "__main__":
    main()
