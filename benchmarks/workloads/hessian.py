"""Whole Hessians: of Rosenbrock's function at once and by a loop of products, and one that has no zeros."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import derivative_workload, looped, one_call
from benchmarks.workloads.hvp import rosenbrock

_SIZES = (10, 50, 200)


def _point(size: int) -> Arrays:
    return (np.random.default_rng(0).uniform(0.5, 1.5, size),)


def _rosenbrock_by_hand(x: FloatArray) -> FloatArray:
    n, head = len(x), x[:-1]
    hessian = np.zeros((n, n))
    diagonal = hessian.ravel()[:: n + 1]
    diagonal[:-1] = 1200.0 * head * head - 400.0 * x[1:] + 2.0
    diagonal[1:] += 200.0
    beside = -400.0 * head
    hessian.ravel()[1 :: n + 1] = beside
    hessian.ravel()[n :: n + 1] = beside
    return hessian


def _directions(arguments: Arrays) -> Iterator[Arrays]:
    (x,) = arguments
    for direction in np.eye(len(x)):
        yield x, direction


def _point_and_map(size: int) -> Arrays:
    """A point, and a linear map to twice as many numbers."""
    return (*_point(size), np.random.default_rng(1).normal(0, size**-0.5, (2 * size, size)))


def _logsumexp(xp: Namespace, x: Tensor, a: Tensor) -> Tensor:
    return xp.log(xp.sum(xp.exp(a @ x)))


def _logsumexp_by_hand(x: FloatArray, a: FloatArray) -> FloatArray:
    p = np.exp(a @ x)
    p /= p.sum()
    mean = p @ a
    hessian = (a.T * p) @ a
    hessian -= np.outer(mean, mean)
    return hessian


hessian = derivative_workload(
    "hessian",
    "Hessian of Rosenbrock's function",
    _SIZES,
    "elements",
    problem=_point,
    by_hand=_rosenbrock_by_hand,
    run=one_call("hessian", rosenbrock),
)
hessian_loop = derivative_workload(
    "hessian-loop",
    "Hessian of Rosenbrock's function by a loop",
    _SIZES,
    "elements",
    problem=_point,
    by_hand=_rosenbrock_by_hand,
    run=looped("hvp", rosenbrock, 1, _directions),
    largest={"jax-jit": 0},  # each turn is compiled anew
)
hessian_dense = derivative_workload(
    "hessian-dense",
    "Hessian of logsumexp of a linear map",
    _SIZES,
    "elements",
    problem=_point_and_map,
    by_hand=_logsumexp_by_hand,
    run=one_call("hessian", _logsumexp),
)
