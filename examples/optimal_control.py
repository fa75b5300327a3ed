"""Swing up a pendulum with the least effort: optimal control by collocation, with sparse derivatives.

The angle, the speed and the torque at many moments are unknowns, and that each follows from the moment before is a
constraint (the trapezoidal rule). SciPy's trust-constr takes the Jacobian of the constraints and the Hessians of the
effort and of the Lagrangian, all of them sparse: a moment meets only its neighbours.
(J. Betts, Practical Methods for Optimal Control Using Nonlinear Programming, chapter 4.)

python examples/optimal_control.py
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import NonlinearConstraint, minimize

from pydezero import PreparedDerivative, grad, sparse_hessian, sparse_jacobian

Floats: TypeAlias = NDArray[np.float64]
MOMENTS: Final = 61
TIME: Final = 3.0
STEP: Final = TIME / (MOMENTS - 1)
UPRIGHT: Final = np.pi


def effort(z: Floats) -> np.float64:
    """The integral of the square of the torque."""
    torque = z[2 * MOMENTS :]
    total: np.float64 = STEP * (np.sum(torque**2) - 0.5 * (torque[0] ** 2 + torque[-1] ** 2))
    return total


def defects(z: Floats) -> Floats:
    """What the motion differs from the equation angle'' = torque - sin(angle), and from both of its ends."""
    angle, speed, torque = z.reshape(3, MOMENTS)
    push = torque - np.sin(angle)
    moved = angle[1:] - angle[:-1] - 0.5 * STEP * (speed[1:] + speed[:-1])
    pushed = speed[1:] - speed[:-1] - 0.5 * STEP * (push[1:] + push[:-1])
    ends = np.stack([angle[0], speed[0], angle[-1] - UPRIGHT, speed[-1]])
    return np.concatenate([moved, pushed, ends])


def weighted(z: Floats, multipliers: Floats) -> np.float64:
    """The part of the Lagrangian that the constraints have."""
    total: np.float64 = np.sum(multipliers * defects(z))
    return total


def arrival(torque: Floats) -> Floats:
    """The angle and the speed at the end, if the pendulum is driven with this torque."""
    moments = np.linspace(0.0, TIME, MOMENTS)

    def rate(t: float, y: Floats) -> list[float]:
        return [y[1], float(np.interp(t, moments, torque)) - np.sin(y[0])]

    found: Floats = solve_ivp(rate, (0.0, TIME), [0.0, 0.0], rtol=1e-8, atol=1e-8, max_step=STEP).y[:, -1]
    return found


def main() -> None:
    guess = np.concatenate([np.linspace(0.0, UPRIGHT, MOMENTS), np.full(MOMENTS, UPRIGHT / TIME), np.zeros(MOMENTS)])
    multipliers = np.ones(defects(guess).size)
    of_defects = sparse_jacobian(defects).prepare(guess)
    of_weighted = sparse_hessian(weighted).prepare(guess, multipliers)
    of_effort = sparse_hessian(effort).prepare(guess)
    named: dict[str, PreparedDerivative[..., Any]] = {
        "Jacobian": of_defects,
        "Hessian of the Lagrangian": of_weighted,
        "Hessian of the effort": of_effort,
    }
    for what, prepared in named.items():
        print(f"{what}: {prepared.pattern.nnz} elements by {prepared.colouring.number} products")
    # Any: SciPy's stubs do not know the multipliers, nor that a Hessian may be sparse.
    derivatives: dict[str, Any] = {"jac": of_defects, "hess": of_weighted}
    constraint = NonlinearConstraint(defects, 0.0, 0.0, **derivatives)
    derivatives = {"jac": grad(effort), "hess": of_effort}
    found = minimize(effort, guess, method="trust-constr", constraints=constraint, tol=1e-7, **derivatives)
    torque = found.x[2 * MOMENTS :]
    print(f"{found.nit} iterations, largest defect {found.constr_violation:.0e}, effort {found.fun:.4f}")
    angle, speed = arrival(torque)
    print(f"driven with this torque, it arrives at {angle / UPRIGHT:.4f} pi with the speed {speed:+.4f}")
    assert found.constr_violation < 1e-6
    assert abs(angle - UPRIGHT) < 0.01
    assert abs(speed) < 0.01


if __name__ == "__main__":
    main()
