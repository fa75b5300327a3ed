"""Rows of the Jacobian of a bundle adjustment: cameras with radial distortion that see points, by vmap(jacobian).

A row has 15 parameters: the rotation of the camera (axis times angle), its centre, its focal length, the principal
point, two coefficients of distortion; the point; a weight. Its residual has two components.
"""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, one_call

_PARAMETERS = 15


def _problem(rows: int) -> Arrays:
    """The parameters of each row, and where the point was seen."""
    rng = np.random.default_rng(0)
    p = rng.normal(0, 0.3, (rows, _PARAMETERS))
    p[:, :3] += 0.5
    p[:, 6] += 2
    p[:, 9:11] *= 0.1
    p[:, 13] += 5
    p[:, 14] += 1
    return p, rng.normal(0, 1, (rows, 2))


def _residual(xp: Namespace, p: Tensor, seen: Tensor) -> Tensor:
    """Of one row. The point is rotated by the formula of Rodrigues, and projected."""
    r = p[:3]
    x = p[11:14] - p[3:6]
    angle = xp.sqrt(xp.sum(r * r))
    s, c = xp.sin(angle), xp.cos(angle)
    k = r / angle
    cross = xp.stack([k[1] * x[2] - k[2] * x[1], k[2] * x[0] - k[0] * x[2], k[0] * x[1] - k[1] * x[0]])
    q = x * c + cross * s + k * (xp.sum(k * x) * (1 - c))
    u = q[:2] / q[2]
    d = xp.sum(u * u)
    distorted = u * (1 + p[9] * d + p[10] * d * d)
    return p[14] * (distorted * p[6] + p[7:9] - seen)


def _cross_matrices(x: FloatArray) -> FloatArray:
    """Of each row the matrix of the cross product with it."""
    m = np.zeros((len(x), 3, 3))
    m[:, 0, 1], m[:, 0, 2], m[:, 1, 2] = -x[:, 2], x[:, 1], -x[:, 0]
    return m - m.transpose(0, 2, 1)


def _by_hand(p: FloatArray, seen: FloatArray) -> FloatArray:
    """All rows at once.

    The derivative of a rotation by its vector is that of Gallego and Yezzi, "A compact formula for the derivative of a
    3-D rotation in exponential coordinates" (2015): -R [x] (r r^T + (R^T - I) [r]) / |r|^2.
    """
    r, x = p[:, :3], p[:, 11:14] - p[:, 3:6]
    angle = np.sqrt((r * r).sum(axis=1))[:, None, None]
    s, c = np.sin(angle), np.cos(angle)
    k = _cross_matrices(r) / angle
    rotation = np.eye(3) + s * k + (1 - c) * (k @ k)
    q = (rotation @ x[:, :, None])[:, :, 0]
    u = q[:, :2] / q[:, 2:]
    d = (u * u).sum(axis=1)
    factor = 1 + p[:, 9] * d + p[:, 10] * d * d
    slope = 2 * (p[:, 9] + 2 * p[:, 10] * d)
    by_u = factor[:, None, None] * np.eye(2) + slope[:, None, None] * u[:, :, None] * u[:, None, :]
    by_q = np.empty((len(p), 2, 3))
    by_q[:, :, :2] = by_u / q[:, 2, None, None]
    by_q[:, :, 2:] = -(by_u @ u[:, :, None]) / q[:, 2, None, None]
    w, f = p[:, 14], p[:, 6]
    by_q *= (w * f)[:, None, None]
    by_x = by_q @ rotation
    outer = r[:, :, None] * r[:, None, :] + (rotation.transpose(0, 2, 1) - np.eye(3)) @ (k * angle)
    jacobian = np.zeros((len(p), 2, _PARAMETERS))
    jacobian[:, :, :3] = -by_x @ _cross_matrices(x) @ outer / angle**2
    jacobian[:, :, 3:6] = -by_x
    jacobian[:, :, 6] = w[:, None] * u * factor[:, None]
    jacobian[:, 0, 7] = jacobian[:, 1, 8] = w
    jacobian[:, :, 9] = (w * f * d)[:, None] * u
    jacobian[:, :, 10] = (w * f * d * d)[:, None] * u
    jacobian[:, :, 11:14] = by_x
    jacobian[:, :, 14] = u * (factor * f)[:, None] + p[:, 7:9] - seen
    return jacobian


def _in_numba(p: FloatArray, seen: FloatArray) -> FloatArray:  # noqa: C901  # loops, all in one for Numba
    """The same row by row, in loops over the elements."""
    n = len(p)
    jacobian = np.zeros((n, 2, 15))
    k, rotation, outer, turned = np.zeros((3, 3)), np.empty((3, 3)), np.empty((3, 3)), np.zeros((3, 3))
    by_q, by_x, x, q = np.empty((2, 3)), np.empty((2, 3)), np.empty(3), np.empty(3)
    for t in range(n):
        r = p[t, :3]
        for i in range(3):
            x[i] = p[t, 11 + i] - p[t, 3 + i]
        angle2 = r[0] * r[0] + r[1] * r[1] + r[2] * r[2]
        angle = np.sqrt(angle2)
        s, c = np.sin(angle), np.cos(angle)
        k[0, 1], k[0, 2], k[1, 2] = -r[2], r[1], -r[0]
        k[1, 0], k[2, 0], k[2, 1] = r[2], -r[1], r[0]
        turned[0, 1], turned[0, 2], turned[1, 2] = -x[2], x[1], -x[0]
        turned[1, 0], turned[2, 0], turned[2, 1] = x[2], -x[1], x[0]
        for i in range(3):
            for j in range(3):
                rotation[i, j] = s / angle * k[i, j] + (1 - c) / angle2 * r[i] * r[j] + (c if i == j else 0.0)
        for i in range(3):
            q[i] = rotation[i, 0] * x[0] + rotation[i, 1] * x[1] + rotation[i, 2] * x[2]
            for j in range(3):
                outer[i, j] = r[i] * r[j] - k[i, j]
                for m in range(3):
                    outer[i, j] += rotation[m, i] * k[m, j]
        u0, u1 = q[0] / q[2], q[1] / q[2]
        d = u0 * u0 + u1 * u1
        factor = 1 + p[t, 9] * d + p[t, 10] * d * d
        slope = 2 * (p[t, 9] + 2 * p[t, 10] * d)
        w, f = p[t, 14], p[t, 6]
        scale = w * f / q[2]
        by_q[0, 0], by_q[1, 1] = scale * (factor + slope * u0 * u0), scale * (factor + slope * u1 * u1)
        by_q[0, 1] = by_q[1, 0] = scale * slope * u0 * u1
        for i in range(2):
            u = u0 if i == 0 else u1
            by_q[i, 2] = -(by_q[i, 0] * u0 + by_q[i, 1] * u1)
            for j in range(3):
                by_x[i, j] = by_q[i, 0] * rotation[0, j] + by_q[i, 1] * rotation[1, j] + by_q[i, 2] * rotation[2, j]
                jacobian[t, i, 3 + j], jacobian[t, i, 11 + j] = -by_x[i, j], by_x[i, j]
            for j in range(3):
                total = 0.0
                for m in range(3):
                    row = by_x[i, 0] * turned[0, m] + by_x[i, 1] * turned[1, m] + by_x[i, 2] * turned[2, m]
                    total -= row * outer[m, j]
                jacobian[t, i, j] = total / angle2
            jacobian[t, i, 6] = w * u * factor
            jacobian[t, i, 7 + i] = w
            jacobian[t, i, 9], jacobian[t, i, 10] = w * f * d * u, w * f * d * d * u
            jacobian[t, i, 14] = u * factor * f + p[t, 7 + i] - seen[t, i]
    return jacobian


bundle = derivative_workload(
    "bundle",
    "rows of a bundle adjustment, vmap(jacobian)",
    (500,),
    "rows",
    problem=_problem,
    by_hand=_by_hand,
    in_numba=_in_numba,
    run=one_call("rows", _residual),
)
