"""Find cameras and points from photographs: bundle adjustment, by scipy.optimize.least_squares.

Each camera has a rotation, a place and a focal length, each point three coordinates. Where a camera sees a point is
measured in two coordinates, which depend on this camera and this point alone: of the thousands of numbers in a row of
the Jacobian, ten are not zero. (B. Triggs, P. McLauchlan, R. Hartley, A. Fitzgibbon, "Bundle adjustment: a modern
synthesis", 2000.)

python examples/photographs.py
"""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from pydezero import sparse_jacobian

Floats: TypeAlias = NDArray[np.float64]
CAMERAS: Final = 10
POINTS: Final = 80
DEVIATION: Final = 0.2  # of a measurement, in pixels


def rotated(x: Floats, by: Floats) -> Floats:
    """Points, each turned about an axis by an angle that is the length of the axis: Rodrigues' formula."""
    angle = np.sqrt(np.sum(by**2, axis=1, keepdims=True) + 1e-16)
    axis = by / angle
    across = axis[:, [1, 2, 0]] * x[:, [2, 0, 1]] - axis[:, [2, 0, 1]] * x[:, [1, 2, 0]]
    along = np.sum(axis * x, axis=1, keepdims=True)
    turned: Floats = np.cos(angle) * x + np.sin(angle) * across + (1 - np.cos(angle)) * along * axis
    return turned


@attrs.frozen(eq=False)
class Photographs:
    """Which camera has seen which point, and where.

    The first camera is where the coordinates begin; how large the scene is cannot be seen, so one distance is given.
    Focal lengths are known to a thousandth.
    """

    camera: NDArray[np.intp]
    point: NDArray[np.intp]
    seen: Floats

    def projected(self, cameras: Floats, points: Floats) -> Floats:
        """Where the points are seen, in pixels."""
        own = cameras[self.camera]
        x = rotated(points[self.point], own[:, :3]) + own[:, 3:6]
        image: Floats = own[:, 6:] * 1000.0 * x[:, :2] / x[:, 2:]
        return image

    def residuals(self, unknown: Floats) -> Floats:
        """The differences from what was measured, in standard deviations, and those from what is given."""
        cameras = unknown[: 7 * CAMERAS].reshape(CAMERAS, 7)
        points = unknown[7 * CAMERAS :].reshape(POINTS, 3)
        misfit = (self.projected(cameras, points) - self.seen) / DEVIATION
        given = np.concatenate([cameras[0, :6] * 1e4, (cameras[-1, 3:4] - 4.0) * 1e4, (cameras[:, 6] - 1) * 1e3])
        return np.concatenate([misfit.ravel(), given])


def scene(rng: np.random.Generator) -> tuple[Photographs, Floats]:
    """Photographs with errors of measurement, and the cameras and points as they are."""
    side = np.linspace(0.0, 1.0, CAMERAS)
    turns = np.stack([0.1 * np.sin(3 * side), 0.4 * side, 0.05 * side], axis=1)
    places = np.stack([4.0 * side, 0.5 * np.sin(5 * side), 0.3 * side], axis=1)
    cameras = np.concatenate([turns, places, np.ones((CAMERAS, 1))], axis=1)
    points = rng.uniform([-3.0, -2.0, 8.0], [3.0, 2.0, 12.0], (POINTS, 3))
    camera, point = np.nonzero(rng.random((CAMERAS, POINTS)) < 0.625)
    found = Photographs(camera, point, np.zeros((len(camera), 2)))
    seen = found.projected(cameras, points) + DEVIATION * rng.standard_normal((len(camera), 2))
    return attrs.evolve(found, seen=seen), np.concatenate([cameras.ravel(), points.ravel()])


def main() -> None:
    rng = np.random.default_rng(1990)
    photographs, truth = scene(rng)
    start = truth + 0.1 * rng.standard_normal(truth.size)
    jacobian = sparse_jacobian(photographs.residuals).prepare(start)
    rows, columns = jacobian.pattern.shape
    print(f"{CAMERAS} cameras, {POINTS} points: {rows} residuals of {columns} unknowns")
    print(f"{jacobian.pattern.nnz} elements that are not zero, by {jacobian.colouring.number} products")
    fit = least_squares(photographs.residuals, start, jac=jacobian, x_scale="jac", method="trf", tr_solver="lsmr")
    print(f"{fit.nfev} evaluations: {fit.message}")
    # Their sum has a chi-squared distribution, with as many degrees of freedom as there are more rows than columns.
    freedom = rows - columns
    off = (2 * fit.cost - freedom) / np.sqrt(2 * freedom)
    print(f"sum of squares {2 * fit.cost:.1f}: {off:+.1f} standard deviations from what theory says")
    error = np.sqrt(np.mean((fit.x - truth)[7 * CAMERAS :] ** 2))
    print(f"error of a coordinate of a point: {error:.3f}, at the start 0.1")
    assert fit.success
    assert abs(off) < 4
    assert error < 0.05


if __name__ == "__main__":
    main()
