"""RMSProp: gradients divided by the root of the running mean of their squares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, Rate, at_step, check_numbers, check_rate
from pydezero.optim.optimizer import LeafOptimizer, Optimizer, root, squared
from pydezero.transforms.boundary.arguments import check_flag
from pydezero.tree import STATIC, Tree

__all__ = ["RmspropState", "rmsprop"]


@attrs.frozen(eq=False)
class RmspropState:
    """The state of RMSProp.

    Attributes:
        step: how many updates there were.
        square: the running means of the squares of the gradients, like the parameters.
        mean: those of the gradients, None unless centred.
        velocity: the weighted sums of earlier steps, None without momentum.
    """

    step: Array
    square: Tree
    mean: Tree
    velocity: Tree


@attrs.frozen(eq=False)
class Rmsprop(LeafOptimizer[RmspropState]):
    """See `rmsprop`."""

    learning_rate: Rate
    rho: Number
    eps: Number
    momentum: Number | None
    centred: bool = attrs.field(metadata=STATIC)

    state_type: ClassVar[type[Any]] = RmspropState
    moments: ClassVar[tuple[str, ...]] = ("square", "mean", "velocity")
    real_moments: ClassVar[tuple[str, ...]] = ("square",)

    def has(self, moment: str) -> bool:
        if moment == "mean":
            return self.centred
        return moment == "square" or self.momentum is not None

    def numbers(self, step: Array) -> tuple[Array, ...]:
        momentum = () if self.momentum is None else (self.momentum,)
        return (at_step(self.learning_rate, step), self.rho, 1 - self.rho, self.eps, *momentum)

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        rate, rho, new, eps, *momentum = numbers
        square, *others = moments
        square = rho * square + new * squared(g)
        after = [square]
        variance = square
        if self.centred:
            mean = rho * others.pop(0) + new * g
            variance = np.maximum(square - squared(mean), 0)  # rounding may make it negative
            after.append(mean)
        direction = g / (root(variance) + eps)
        if momentum:
            direction = momentum[0] * others[0] + direction
            after.append(direction)
        return (p - rate * direction, *after)


def rmsprop(
    learning_rate: Rate = 1e-2,
    *,
    rho: Number = 0.99,
    eps: Number = 1e-8,
    momentum: Number | None = None,
    centred: bool = False,
) -> Optimizer[RmspropState]:
    """RMSProp: T. Tieleman, G. Hinton, lecture 6.5 of "Neural networks for machine learning" (2012).

    A step is learning_rate * gradients / (sqrt(running mean of their squares) + eps). Centred, the square of the
    running mean is taken off below the root (A. Graves, "Generating sequences with recurrent neural networks", 2013).

    Args:
        learning_rate: a number, an array or a schedule, as for `sgd`.
        rho: the factor of the running means in each update, less than 1.
        eps: a small number, against division by zero.
        momentum: the factor of the earlier steps, less than 1; None for none.
        centred: whether the steps are divided by the standard deviation instead.

    Raises:
        TypeError: an argument is no number.
        ValueError: a number is negative or too large.

    >>> import numpy as np
    >>> optimizer = rmsprop(0.1)
    >>> optimizer.update(np.array([2.0, -3.0]), optimizer.init(np.zeros(2)), np.zeros(2))[0].round(6)
    array([-1.,  1.])
    """
    check_rate("rmsprop", learning_rate)
    check_numbers("rmsprop", "rho", rho, below=1.0)
    check_numbers("rmsprop", "eps", eps)
    check_numbers("rmsprop", "momentum", momentum, below=1.0, optional=True)
    check_flag("rmsprop", "centred", centred)
    return Rmsprop(learning_rate, rho, eps, momentum, centred)
