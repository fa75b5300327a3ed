"""Integrate the orbit of two bodies by Taylor series of order 20, and watch its energy.

The solution of y' = f(y) has the derivatives y' = f, y'' = (f)', ...: each derivative of f along the curve is the next
derivative of the curve, and `jet` gives it. The length of a step follows from the last two coefficients: A. Jorba and
M. Zou, A software package for the numerical integration of ODEs by means of high-order Taylor methods, Experimental
Mathematics 14 (2005) 99, section 3.2.

python examples/two_body.py
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero import jet

Floats: TypeAlias = NDArray[np.float64]
ORDER: Final = 20
TOLERANCE: Final = 1e-16
ECCENTRICITY: Final = 0.4
ORBITS: Final = 2


def rates(state: Floats) -> Floats:
    """The velocity and the acceleration of a body around a center of mass 1: Newton's law, with G = 1."""
    position, velocity = state[:2], state[2:]
    distance = np.sqrt(np.sum(position**2))
    return np.concatenate([velocity, -position / distance**3])


def coefficients(state: Floats) -> Floats:
    """The Taylor coefficients of the orbit through a state, from that of index 0 to that of ORDER."""
    derivatives: list[Floats] = []
    for _ in range(ORDER):
        rate, of_rate = jet(rates, (state,), (derivatives,))
        derivatives.append(of_rate[-1] if of_rate else rate)
    return np.array([state, *[x / math.factorial(k) for k, x in enumerate(derivatives, 1)]])


def step_length(series: Floats) -> float:
    """A time after which the last terms of the series are below the tolerance."""
    last: list[float] = [(TOLERANCE / float(np.max(np.abs(series[k])))) ** (1 / k) for k in (ORDER - 1, ORDER)]
    return min(last)


def energy(state: Floats) -> float:
    return float(0.5 * state[2:] @ state[2:] - 1 / np.sqrt(np.sum(state[:2] ** 2)))


def main() -> None:
    # At the nearest point to the center, of an ellipse with the half axis 1: its period is 2 pi.
    speed = math.sqrt((1 + ECCENTRICITY) / (1 - ECCENTRICITY))
    start = np.array([1 - ECCENTRICITY, 0.0, 0.0, speed])
    print(f"eccentricity {ECCENTRICITY}, order {ORDER}, energy {energy(start):.3f}")
    print("orbit  steps  energy drift  distance from the start")
    state, steps = start, 0
    for orbit in range(1, ORBITS + 1):
        time = 0.0
        while time < 2 * math.pi:
            series = coefficients(state)
            step = min(step_length(series), 2 * math.pi - time)
            state = step ** np.arange(ORDER + 1) @ series
            time += step
            steps += 1
        drift, distance = abs(energy(state) / energy(start) - 1), float(np.max(np.abs(state - start)))
        print(f"{orbit:5d}{steps:7d}{drift:14.0e}{distance:25.0e}")
    assert drift < 1e-13
    assert distance < 1e-11
    print(f"after {ORBITS} orbits: the energy is that of the start, to rounding")


if __name__ == "__main__":
    main()
