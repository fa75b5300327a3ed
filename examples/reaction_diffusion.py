"""Integrate a stiff system, the Brusselator with diffusion, by an implicit method with a sparse Jacobian.

u' = 1 + u^2 v - 4 u + D u'', v' = 3 u - u^2 v + D v'' on a line, with u = 1 and v = 3 at both ends. An implicit method
solves an equation with the Jacobian in each step. Without a Jacobian SciPy estimates it from differences of the right
side. (E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, section IV.10, problem BRUSS.)

python examples/reaction_diffusion.py
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from pydezero import sparse_jacobian

Floats: TypeAlias = NDArray[np.float64]
POINTS: Final = 100
SPACING: Final = 1 / (POINTS + 1)
D: Final = 1 / 50
TIME: Final = 10.0


def rate(_: float, y: Floats) -> Floats:
    """The derivative of the concentrations u and v with respect to time."""
    u, v = y.reshape(2, POINTS)
    flow = [np.diff(np.concatenate([[end], x, [end]]), n=2) * (D / SPACING**2) for x, end in ((u, 1.0), (v, 3.0))]
    return np.concatenate([1 + u**2 * v - 4 * u + flow[0], 3 * u - u**2 * v + flow[1]])


def integrated(start: Floats, tolerance: float, **options: Any) -> Any:
    """What SciPy finds, with the Jacobian or what is said of it in the options."""
    return solve_ivp(rate, (0.0, TIME), start, method="BDF", rtol=tolerance, atol=tolerance, **options)


def main() -> None:
    x = np.arange(1, POINTS + 1) * SPACING
    start = np.concatenate([1 + np.sin(2 * np.pi * x), np.full(POINTS, 3.0)])
    jacobian = sparse_jacobian(rate, argnums=1).prepare(0.0, start)
    print(f"Jacobian: {jacobian.pattern.nnz} elements by {jacobian.colouring.number} products")
    exact = integrated(start, 1e-9, jac=jacobian).y[:, -1]
    print("Jacobian from     evaluations of f  of the Jacobian  error")
    for what, options in (
        ("this library", {"jac": jacobian}),
        ("differences", {"jac_sparsity": jacobian.pattern.to_scipy()}),
    ):
        found = integrated(start, 1e-6, **options)
        error = np.max(np.abs(found.y[:, -1] - exact))
        print(f"{what:17}{found.nfev:17}{found.njev:17}  {error:.0e}")
        assert error < 1e-4
    # A Jacobian to rounding, where a difference has half of the digits.
    y = found.y[:, -1]
    column = 1e-6 * np.eye(1, y.size, 7)[0]
    differences = (rate(0.0, y + column) - rate(0.0, y - column)) / 2e-6
    off = np.max(np.abs(jacobian(0.0, y).toarray()[:, 7] - differences)) / np.max(np.abs(differences))
    print(f"a column of it, by differences: {off:.0e} off")
    assert off < 1e-8


if __name__ == "__main__":
    main()
