"""
Robust bundle adjustment
========================

Cameras and points in space are found together from the places of the points in the pictures (Triggs et al., *Bundle
Adjustment: A Modern Synthesis*, 2000). Some observations are wrong; a robust loss leaves them out. SciPy's least
squares asks for the Jacobian, which `vmap(jacobian)` gives block by block.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.sparse import csr_matrix

from pydezero import jacobian, vmap

Floats = NDArray[np.float64]

# %%
# Six cameras around forty points, every point in every picture; one observation in ten is wrong.

CAMERAS, POINTS = 6, 40
rng = np.random.default_rng(42)
points = rng.uniform(-1.0, 1.0, (POINTS, 3))
angles = np.linspace(-0.6, 0.6, CAMERAS)
cameras = np.stack([0.1 * np.cos(5 * angles), angles, 0 * angles, 0 * angles, 0 * angles, 6.0 + 0 * angles], axis=1)


def project(camera: Floats, point: Floats) -> Floats:
    """Where a camera sees a point: a rotation by Rodrigues' formula, a shift, and a division by the distance."""
    axis = camera[:3]
    angle = np.sqrt(np.sum(axis**2) + 1e-12)
    unit = axis / angle
    turned = (
        point * np.cos(angle) + np.cross(unit, point) * np.sin(angle) + unit * (unit @ point) * (1.0 - np.cos(angle))
    )
    seen = turned + camera[3:]
    place: Floats = seen[:2] / seen[2]
    return place


which_camera, which_point = np.divmod(np.arange(CAMERAS * POINTS), POINTS)
observed = vmap(project)(cameras[which_camera], points[which_point])
observed = observed + 0.001 * rng.standard_normal(observed.shape)
wrong = rng.uniform(size=len(observed)) < 0.1
observed = observed + np.where(wrong[:, None], rng.normal(0.0, 0.2, observed.shape), 0.0)


def unpacked(x: Floats) -> tuple[Floats, Floats]:
    """The cameras, of which the first stays where it is, and the points."""
    moving = x[: 6 * (CAMERAS - 1)].reshape(CAMERAS - 1, 6)
    return np.concatenate([cameras[:1], moving]), x[6 * (CAMERAS - 1) :].reshape(POINTS, 3)


def residuals(x: Floats) -> Floats:
    """The errors of all observations."""
    of_cameras, of_points = unpacked(x)
    errors: Floats = vmap(project)(of_cameras[which_camera], of_points[which_point]) - observed
    return errors.ravel()


def slopes(x: Floats) -> csr_matrix:
    """The Jacobian: each observation depends on one camera and one point."""
    of_cameras, of_points = unpacked(x)
    by_camera, by_point = vmap(jacobian(project, argnums=(0, 1)))(of_cameras[which_camera], of_points[which_point])
    rows = np.arange(2 * len(observed)).reshape(-1, 2, 1)
    of_camera = 6 * (which_camera[:, None, None] - 1) + np.arange(6)
    of_point = 6 * (CAMERAS - 1) + 3 * which_point[:, None, None] + np.arange(3)
    moves = np.broadcast_to(of_camera >= 0, by_camera.shape)
    values = np.concatenate([by_camera[moves], by_point.ravel()])
    row = np.concatenate([np.broadcast_to(rows, by_camera.shape)[moves], np.broadcast_to(rows, by_point.shape).ravel()])
    column = np.concatenate(
        [np.broadcast_to(of_camera, by_camera.shape)[moves], np.broadcast_to(of_point, by_point.shape).ravel()]
    )
    return csr_matrix((values, (row, column)), shape=(2 * len(observed), x.size))


# %%
# From a bad guess, with squares and with a robust loss.

truth = np.concatenate([cameras[1:].ravel(), points.ravel()])
guess = truth + 0.1 * rng.standard_normal(truth.size)
found = {
    loss: least_squares(residuals, guess, jac=slopes, loss=loss, f_scale=0.003, method="trf", max_nfev=60)
    for loss in ("linear", "soft_l1")
}


def aligned(a: Floats) -> Floats:
    """The points scaled to the size of the true ones: pictures do not tell it."""
    centred, true = a - np.mean(a, axis=0), points - np.mean(points, axis=0)
    scaled: Floats = centred * np.sqrt(np.sum(true**2) / np.sum(centred**2)) + np.mean(points, axis=0)
    return scaled


for loss, result in found.items():
    error = np.sqrt(np.mean((aligned(unpacked(result.x)[1]) - points) ** 2))
    print(f"{loss:8} error of the points {error:.4f} after {result.nfev} evaluations")

# %%

figure, panels = plt.subplots(1, 2, layout="constrained", figsize=(9.0, 4.2), sharey=True)
for axes, (loss, result) in zip(panels, found.items(), strict=True):
    place = aligned(unpacked(result.x)[1])
    axes.plot(points[:, 0], points[:, 1], "o", mfc="none", label="truth")
    axes.plot(place[:, 0], place[:, 1], "x", label="found")
    axes.set(aspect="equal", xlabel="x", xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    axes.set_title("squares" if loss == "linear" else "robust loss")
panels[0].set_ylabel("y")
panels[0].legend()
plt.show()
