"""Adjust a surveyor's network by Gauss-Newton; its Jacobian is never formed.

Four stations are known, and the distances between all neighbours of a network are measured; where the other stations
are follows by least squares. A step solves J^T J step = -J^T r by conjugate gradients, which asks for nothing but
products: J v is a `jvp`, J^T w a `vjp`. (Nocedal and Wright, Numerical Optimization, 2nd edition, section 10.3.)

python examples/gauss_newton.py
"""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, cg
from scipy.spatial import KDTree

from pydezero import jvp, vjp

Floats: TypeAlias = NDArray[np.float64]
SIDE: Final = 20  # stations along a side of the network
SPACING: Final = 1000.0  # m
DEVIATION: Final = 0.01  # m, of a measured distance


@attrs.frozen(eq=False)
class Network:
    """The known stations, and the distance between station `ends[i, 0]` and `ends[i, 1]` as it was measured."""

    known: Floats
    ends: NDArray[np.intp]
    measured: Floats

    def residuals(self, unknown: Floats) -> Floats:
        """The difference of each distance from the measured one, in standard deviations."""
        stations = np.concatenate([self.known, unknown.reshape(-1, 2)])
        lines = stations[self.ends[:, 0]] - stations[self.ends[:, 1]]
        lengths: Floats = np.sqrt(np.sum(lines**2, axis=1))
        return (lengths - self.measured) / DEVIATION


def survey(rng: np.random.Generator) -> tuple[Network, Floats]:
    """A network with errors of measurement, and where its unknown stations really are."""
    square = SPACING * np.indices((SIDE, SIDE)).reshape(2, -1).T
    corner = np.isin(square, (0.0, SPACING * (SIDE - 1))).all(axis=1)
    stations = np.concatenate([square[corner], square[~corner]])
    stations += rng.uniform(-0.1, 0.1, stations.shape) * SPACING
    ends = KDTree(stations).query_pairs(1.7 * SPACING, output_type="ndarray")
    distances = np.hypot(*(stations[ends[:, 0]] - stations[ends[:, 1]]).T)
    measured = distances + DEVIATION * rng.standard_normal(len(ends))
    return Network(stations[:4], ends, measured), stations[4:].ravel()


def gauss_newton_step(network: Network, x: Floats) -> tuple[Floats, Floats, int]:
    """The step from x, the residuals at x, and how many products with J^T J the step took."""
    residuals, pullback = vjp(network.residuals, x)
    products = 0

    def normal(v: Floats) -> Floats:
        nonlocal products
        products += 1
        return pullback(jvp(network.residuals, (x,), (v,))[1])[0]

    descent = -pullback(residuals)[0]
    step, failed = cg(LinearOperator((x.size, x.size), matvec=normal, dtype=x.dtype), descent, rtol=1e-6)
    assert not failed
    return step, residuals, products


def deviations_off(numbers: Floats, freedom: int) -> float:
    """The distance of a chi-squared sum of squares from its mean, in standard deviations."""
    return float((np.sum(numbers**2) - freedom) / np.sqrt(2 * freedom))


def main() -> None:
    network, truth = survey(np.random.default_rng(1821))
    x = truth + 30.0 * np.random.default_rng(1).standard_normal(truth.size)  # as a map shows them
    print(f"{len(network.measured)} distances, {x.size} unknown coordinates")
    print("step  sum of squares  largest change  products with J^T J")
    for iteration in range(20):
        step, residuals, products = gauss_newton_step(network, x)
        largest = np.max(np.abs(step))
        print(f"{iteration:4}{np.sum(residuals**2):16.4e}{largest:13.0e} m{products:12}")
        x = x + step
        if largest < 1e-4 * DEVIATION:
            break

    # The residuals that are left and the error of the solution are normally distributed, to first order, and share
    # between them as many degrees of freedom as there are distances.
    residuals, moved = jvp(network.residuals, (x,), (x - truth,))
    left = deviations_off(residuals, residuals.size - x.size)
    error = deviations_off(moved, x.size)
    print(f"error of the coordinates: {np.sqrt(np.mean((x - truth) ** 2)):.4f} m; of a distance: {DEVIATION} m")
    print(f"sum of squares of the residuals: {left:+.1f} standard deviations from what theory says")
    print(f"sum of squares of J (x - truth): {error:+.1f} standard deviations from what theory says")
    assert largest < 1e-4 * DEVIATION
    assert max(abs(left), abs(error)) < 4


if __name__ == "__main__":
    main()
