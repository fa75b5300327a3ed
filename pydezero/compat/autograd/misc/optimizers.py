"""`sgd`, `rmsprop` and `adam`, as `autograd.misc.optimizers` has them: loops around a gradient by container and step.

They are for programs that are moved. `pydezero.optim` has more of them, and its steps are compiled. (T. Tieleman,
G. Hinton, "Lecture 6.5", 2012, for RMSprop; D. Kingma, J. Ba, "Adam", arXiv 1412.6980, algorithm 1.)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

import numpy as np

from pydezero.functions.containers import flatten

__all__ = ["adam", "rmsprop", "sgd", "unflatten_optimizer"]

# Of a container of the user's, or of a vector: `grad(x, step)`, `callback(x, step, gradient)`.
Gradient: TypeAlias = Callable[[Any, int], Any]
Callback: TypeAlias = Callable[[Any, int, Any], object]
Optimizer: TypeAlias = Callable[..., Any]


def unflatten_optimizer(optimize: Optimizer) -> Optimizer:
    """An optimiser of vectors as one of containers."""

    @wraps(optimize)
    def of_containers(grad: Gradient, x0: Any, callback: Callback | None = None, *args: Any, **kwargs: Any) -> Any:
        vector, unflatten = flatten(x0)

        def gradient(x: Any, step: int) -> Any:
            return flatten(grad(unflatten(x), step))[0]

        def called(x: Any, step: int, g: Any) -> None:
            if callback is not None:
                callback(unflatten(x), step, unflatten(g))

        return unflatten(optimize(gradient, vector, called, *args, **kwargs))

    return of_containers


@unflatten_optimizer
def sgd(
    grad: Gradient,
    x: Any,
    callback: Callback | None = None,
    num_iters: int = 200,
    step_size: float = 0.1,
    mass: float = 0.9,
) -> Any:
    """The container x after steps against a running mean of gradients, of which the last has the weight 1 - mass."""
    mean = np.zeros_like(x)
    for step in range(num_iters):
        g = _gradient(grad, x, step, callback)
        mean = mass * mean + (1.0 - mass) * g
        x = x - step_size * mean
    return x


@unflatten_optimizer
def rmsprop(
    grad: Gradient,
    x: Any,
    callback: Callback | None = None,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Any:
    """The container x after steps against gradients, over the root of a running mean of their squares (from 1)."""
    square = np.ones_like(x)
    for step in range(num_iters):
        g = _gradient(grad, x, step, callback)
        square = gamma * square + (1.0 - gamma) * g**2
        x = x - step_size * g / (np.sqrt(square) + eps)
    return x


@unflatten_optimizer
def adam(
    grad: Gradient,
    x: Any,
    callback: Callback | None = None,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    """The container x after steps of Adam."""
    mean, square = np.zeros_like(x), np.zeros_like(x)
    for step in range(num_iters):
        g = _gradient(grad, x, step, callback)
        mean = b1 * mean + (1.0 - b1) * g
        square = b2 * square + (1.0 - b2) * g**2
        unbiased = np.sqrt(square / (1.0 - b2 ** (step + 1)))
        x = x - step_size / (1.0 - b1 ** (step + 1)) * mean / (unbiased + eps)
    return x


def _gradient(grad: Gradient, x: Any, step: int, callback: Callback | None) -> Any:
    g = grad(x, step)
    if callback is not None:
        callback(x, step, g)
    return g
