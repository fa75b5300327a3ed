"""Solve Bratu's problem by Newton's method, with a sparse Jacobian of plain NumPy code.

On the unit square, with u = 0 on its sides, Laplace(u) + C exp(u) = 0: the temperature of a body in which a reaction
makes heat. On a grid, the equation of a point has its four neighbours in it, so that the Jacobian has five elements in
a row, and five products with vectors are enough for all of them, on a grid of any size.
(R. Glowinski, H. Keller, L. Reinhart, "Continuation-conjugate gradient methods for the least squares solution of
nonlinear boundary value problems", SIAM Journal on Scientific and Statistical Computing 6, 1985.)

python examples/bratu.py            # 15 x 15, 31 x 31 and 63 x 63 points
python examples/bratu.py 316        # about 100,000 unknowns
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import spsolve

from pydezero import sparse_jacobian

Floats: TypeAlias = NDArray[np.float64]
C: Final = 5.0  # there is no solution above 6.808


def residual(u: Floats) -> Floats:
    """The equation at each point, times the square of the spacing."""
    padded = np.pad(u, 1)
    around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    spacing = 1 / (len(u) + 1)
    total: Floats = around - 4 * u + C * spacing**2 * np.exp(u)
    return total


def solve(side: int) -> Floats:
    """The lower one of the two solutions."""
    u = np.zeros((side, side))
    start = perf_counter()
    jacobian = sparse_jacobian(residual).prepare(u)
    print(f"{u.size} unknowns, {jacobian.colouring.number} products ({perf_counter() - start:.2f} s to prepare)")
    for iteration in range(10):
        r = residual(u)
        print(f"{iteration:4}  largest residual {np.max(np.abs(r)) * (side + 1) ** 2:9.2e}")
        if np.max(np.abs(r)) * (side + 1) ** 2 < 1e-8 * C:
            break
        u = u - np.reshape(spsolve(jacobian(u), r.ravel()), u.shape)
    assert iteration < 8
    return u


def main(sides: list[int]) -> None:
    peaks = [float(np.max(solve(side))) for side in sides]
    print("temperature in the middle: " + ", ".join(f"{peak:.6f}" for peak in peaks))
    if len(peaks) == 3:
        # The error is proportional to the square of the spacing, which is halved from one grid to the next.
        ratio = (peaks[0] - peaks[1]) / (peaks[1] - peaks[2])
        print(f"differences in the ratio {ratio:.2f}, as a method of second order has them")
        assert abs(ratio - 4) < 0.1


if __name__ == "__main__":
    main(list(map(int, sys.argv[1:])) or [15, 31, 63])
