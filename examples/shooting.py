"""Solve a boundary value problem by the shooting method: find the slope at one end that meets the value at the other.

The equation of Bratu, y'' + c exp(y) = 0 with y(0) = y(1) = 0, describes the temperature of a reaction that heats
itself. For c below 3.51 it has two solutions, of which a formula is known. Newton's method takes the derivative of the
value at the far end by the slope from `value_and_grad` of `solve_ivp`; of the result the same derivatives give its
change with c.

python examples/shooting.py
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy.optimize import brentq

from pydezero import grad, value_and_grad
from pydezero.scipy.integrate import solve_ivp

TOLERANCES: Final[dict[str, Any]] = {"rtol": 1e-10, "atol": 1e-12}
HEAT: Final = 1.0


# Any: Variables in a derivative, and numbers outside.
def shot(slope: Any, heat: Any, end: float) -> Any:
    """The value at an end of the solution that starts at 0 with a slope."""

    def fall(_: Any, y: Any) -> list[Any]:
        return [y[1], -heat * np.exp(y[0])]

    return solve_ivp(fall, (0.0, end), [0.0, slope], "DOP853", **TOLERANCES).y[0, -1]


def aimed(slope: float) -> tuple[float, int]:
    """The slope that meets 0 at the far end, by Newton's method, and the number of its steps."""
    for step in range(1, 20):
        miss, derivative = value_and_grad(shot)(slope, HEAT, 1.0)
        slope -= float(miss / derivative)
        if abs(miss) < 1e-11:
            return slope, step
    raise RuntimeError(f"no convergence from the slope {slope}")


def known(heat: float, shape: tuple[float, float]) -> tuple[float, float]:
    """The slope at 0 and the value in the middle, of the solution whose constant lies between two numbers.

    y = -2 log(cosh((x - 1/2) k / 2) / cosh(k / 4)) for a k with k = sqrt(2 c) cosh(k / 4): U. Ascher, R. Mattheij,
    R. Russell, "Numerical solution of boundary value problems for ordinary differential equations" (1995), ch. 3.
    """
    k = float(brentq(lambda k: k - np.sqrt(2 * heat) * np.cosh(k / 4), *shape, xtol=1e-15))
    return k * float(np.tanh(k / 4)), 2 * float(np.log(np.cosh(k / 4)))


def main() -> None:
    print("solution  steps  slope at 0     middle         its change with c")
    for name, start, shape in (("lower", 0.0, (0.1, 4.0)), ("upper", 12.0, (4.0, 20.0))):
        slope, steps = aimed(start)
        middle = shot(slope, HEAT, 0.5)
        # The slope changes with c so that the far end stays where it is.
        by_slope, by_heat = grad(shot, argnums=(0, 1))(slope, HEAT, 1.0)
        middle_by_slope, middle_by_heat = grad(shot, argnums=(0, 1))(slope, HEAT, 0.5)
        change = middle_by_heat - middle_by_slope * by_heat / by_slope
        print(f"{name:8}{steps:7}  {slope:.10f}  {middle:.10f}  {change:.8f}")

        exact_slope, exact_middle = known(HEAT, shape)
        (_, ahead), (_, behind) = (known(HEAT + h, shape) for h in (1e-5, -1e-5))
        np.testing.assert_allclose([slope, middle], [exact_slope, exact_middle], rtol=1e-8)
        np.testing.assert_allclose(change, (ahead - behind) / 2e-5, rtol=1e-6)


if __name__ == "__main__":
    main()
