"""A chain of 3 x 3 rotations by angles about axes that are given, in a plain Python loop."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload


def _problem(size: int) -> Arrays:
    """Angles, the matrices K of the cross products with the axes, their squares, the first matrix, and a target."""
    rng = np.random.default_rng(0)
    x, y, z = np.moveaxis(rng.normal(0, 1, (size, 3)), 1, 0) / 1.7
    norm = np.sqrt(x * x + y * y + z * z)
    x, y, z, o = x / norm, y / norm, z / norm, np.zeros(size)
    k = np.moveaxis(np.array([[o, -z, y], [z, o, -x], [-y, x, o]]), 2, 0).copy()
    return rng.uniform(-1, 1, size), k, k @ k, np.eye(3), rng.normal(0, 1, (3, 3))


def _loss(xp: Namespace, angles: Tensor, k: Tensor, squares: Tensor, start: Tensor, target: Tensor) -> Tensor:
    """The product of the target with R_1 R_2 ... R_n, where R = I + sin(a) K + (1 - cos(a)) K^2 (Rodrigues)."""
    m = start
    for i in range(len(angles)):
        m = m @ (start + xp.sin(angles[i]) * k[i] + (1 - xp.cos(angles[i])) * squares[i])
    return xp.sum(m * target)


def _by_hand(
    angles: FloatArray, k: FloatArray, squares: FloatArray, start: FloatArray, target: FloatArray
) -> tuple[float, tuple[FloatArray, ...]]:
    m = start
    kept = []
    for a, k1, k2 in zip(angles, k, squares, strict=True):
        s, c = np.sin(a), np.cos(a)
        r = start + s * k1 + (1 - c) * k2
        kept.append((m, r, s, c))
        m = m @ r
    value = float(np.vdot(m, target))
    g, slopes = target, np.empty_like(angles)
    for i in range(len(angles) - 1, -1, -1):
        m, r, s, c = kept[i]
        g_r = m.T @ g
        slopes[i] = c * np.vdot(g_r, k[i]) + s * np.vdot(g_r, squares[i])
        g = g @ r.T
    return value, (slopes,)


def _in_numba(  # noqa: C901  # loops, all in one for Numba
    angles: FloatArray, k: FloatArray, squares: FloatArray, start: FloatArray, target: FloatArray
) -> tuple[float, tuple[FloatArray]]:
    """The same in loops over the elements."""
    n = len(angles)
    products, rotations = np.zeros((n + 1, 3, 3)), np.empty((n, 3, 3))
    products[0] = start
    for t in range(n):
        s, c = np.sin(angles[t]), np.cos(angles[t])
        for i in range(3):
            for j in range(3):
                rotations[t, i, j] = start[i, j] + s * k[t, i, j] + (1 - c) * squares[t, i, j]
        for i in range(3):
            for j in range(3):
                for l in range(3):  # noqa: E741  # the third of three indices
                    products[t + 1, i, j] += products[t, i, l] * rotations[t, l, j]
    value = 0.0
    for i in range(3):
        for j in range(3):
            value += products[n, i, j] * target[i, j]
    g, new, slopes = target.copy(), np.empty((3, 3)), np.empty(n)
    for t in range(n - 1, -1, -1):
        s, c, slope = np.sin(angles[t]), np.cos(angles[t]), 0.0
        for i in range(3):
            for j in range(3):
                g_r = new_ij = 0.0
                for l in range(3):  # noqa: E741  # likewise
                    g_r += products[t, l, i] * g[l, j]
                    new_ij += g[i, l] * rotations[t, j, l]
                slope += g_r * (c * k[t, i, j] + s * squares[t, i, j])
                new[i, j] = new_ij
        slopes[t] = slope
        g[:] = new
    return value, (slopes,)


rotations = gradient_workload(
    "rotations",
    "chain of 3 x 3 rotations",
    (100,),
    "rotations",
    problem=_problem,
    loss=_loss,
    by_hand=_by_hand,
    in_numba=_in_numba,
)
