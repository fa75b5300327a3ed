"""
A spacecraft is steered through an ODE
======================================

A spacecraft circles the Earth and is to reach a circle of 1.5 times the radius with little fuel. Its equation of motion
is solved by SciPy; the gradient of the cost by the thrust comes from the adjoint equation
(:func:`pydezero.scipy.integrate.solve_ivp`).
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pydezero import value_and_grad
from pydezero.scipy.integrate import solve_ivp

Floats = NDArray[np.float64]

# %%
# Units in which the first circle has radius 1 and takes the time 2 pi. The thrust, along and across the motion, is
# linear between 12 knots.

FINISH = 6.0
KNOTS = np.linspace(0.0, FINISH, 12)
RADIUS = 1.5


def motion(t: float, state: Floats, thrust: Floats) -> Floats:
    """The derivative of place and velocity: gravity, and the thrust that is left of the knots around t."""
    place, velocity = state[:2], state[2:]
    near = np.maximum(1.0 - np.abs(t - KNOTS) / (KNOTS[1] - KNOTS[0]), 0.0)
    along, across = near @ thrust
    forward = velocity / np.sqrt(np.sum(velocity**2))
    left = np.stack([-forward[1], forward[0]])
    pull = -place / np.sum(place**2) ** 1.5
    rate: Floats = np.concatenate([velocity, pull + along * forward + across * left])
    return rate


def path(thrust: Floats, times: Floats) -> Floats:
    """The states at some times, of shape (4, times)."""
    start = np.array([1.0, 0.0, 0.0, 1.0])
    states: Floats = solve_ivp(motion, (0.0, FINISH), start, t_eval=times, args=(thrust,), rtol=1e-6, atol=1e-6).y
    return states


def cost(flat: Floats) -> np.float64:
    """The squared thrust, and how far the last state is from a circular orbit."""
    thrust = flat.reshape(KNOTS.size, 2)
    last = path(thrust, np.array([FINISH]))[:, 0]
    radius = np.sqrt(np.sum(last[:2] ** 2))
    outward = np.sum(last[:2] * last[2:]) / radius
    speed = (last[0] * last[3] - last[1] * last[2]) / radius
    missed = (radius - RADIUS) ** 2 + outward**2 + (speed - RADIUS**-0.5) ** 2
    value: np.float64 = np.mean(thrust**2) + 100.0 * missed
    return value


# %%
# 24 unknowns, one adjoint equation a step.

result = minimize(value_and_grad(cost), np.zeros(2 * KNOTS.size), jac=True, method="BFGS", options={"maxiter": 25})
thrust = result.x.reshape(KNOTS.size, 2)
states = path(thrust, np.linspace(0.0, FINISH, 300))
radius, speed = np.hypot(*states[:2]), np.hypot(*states[2:])
print(f"after {result.nit} steps: radius {radius[-1]:.3f}, speed {speed[-1]:.3f} (a circle has {RADIUS**-0.5:.3f})")

# %%

figure, (left, right) = plt.subplots(1, 2, layout="constrained", figsize=(9.0, 4.2))
angle = np.linspace(0.0, 2.0 * np.pi, 200)
for r in (1.0, RADIUS):
    left.plot(r * np.cos(angle), r * np.sin(angle), ":", color="gray")
left.plot(*states[:2])
left.plot(0.0, 0.0, "o", markersize=12)
left.set(aspect="equal", title="from one circle to the other", xlabel="x", ylabel="y")
right.plot(KNOTS, thrust, ".-", label=["along the motion", "across"])
right.set(xlabel="time", title="thrust")
right.legend()
plt.show()
