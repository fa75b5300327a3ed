"""Heat flow on a grid by a stencil of slices. Each step loses the cells at the edge, so nothing is written in place."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_STEPS, _RATE = 20, 0.1


def _problem(side: int) -> Arrays:
    return (np.random.default_rng(0).uniform(0, 1, (side, side)),)


def _loss(xp: Namespace, u: Tensor) -> Tensor:
    for _ in range(_STEPS):
        centre = u[1:-1, 1:-1]
        u = centre + _RATE * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * centre)
    return xp.sum(u * u)


def _by_hand(u: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    for _ in range(_STEPS):
        centre = u[1:-1, 1:-1]
        flow = u[2:, 1:-1] + u[:-2, 1:-1]
        flow += u[1:-1, 2:]
        flow += u[1:-1, :-2]
        flow -= 4 * centre
        flow *= _RATE
        flow += centre
        u = flow
    value = float((u * u).sum())
    g = 2 * u
    for _ in range(_STEPS):
        rows, columns = g.shape
        g_u = np.zeros((rows + 2, columns + 2))
        g_u[1:-1, 1:-1] = (1 - 4 * _RATE) * g
        g *= _RATE
        g_u[2:, 1:-1] += g
        g_u[:-2, 1:-1] += g
        g_u[1:-1, 2:] += g
        g_u[1:-1, :-2] += g
        g = g_u
    return value, (g,)


stencil = gradient_workload(
    "stencil",
    f"stencil by slices, {_STEPS} steps on a square grid",
    (64, 128, 512),
    "cells a side",
    problem=_problem,
    loss=_loss,
    by_hand=_by_hand,
)
