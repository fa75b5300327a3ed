"""AdaDelta: steps in the unit of the parameters, from the ratio of earlier steps to earlier gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, Rate, at_step, check_numbers, check_rate
from pydezero.optim.optimizer import LeafOptimizer, Optimizer, squared
from pydezero.tree import Tree

__all__ = ["AdadeltaState", "adadelta"]


@attrs.frozen(eq=False)
class AdadeltaState:
    """The state of AdaDelta.

    Attributes:
        step: how many updates there were.
        square: the running means of the squares of the gradients, like the parameters.
        moved: those of the squares of the steps.
    """

    step: Array
    square: Tree
    moved: Tree


@attrs.frozen(eq=False)
class Adadelta(LeafOptimizer[AdadeltaState]):
    """See `adadelta`."""

    learning_rate: Rate
    rho: Number
    eps: Number

    state_type: ClassVar[type[Any]] = AdadeltaState
    moments: ClassVar[tuple[str, ...]] = ("square", "moved")
    real_moments: ClassVar[tuple[str, ...]] = ("square", "moved")

    def numbers(self, step: Array) -> tuple[Array, ...]:
        return at_step(self.learning_rate, step), self.rho, 1 - self.rho, self.eps

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        rate, rho, new, eps = numbers
        square = rho * moments[0] + new * squared(g)
        delta = np.sqrt((moments[1] + eps) / (square + eps)) * g
        return p - rate * delta, square, rho * moments[1] + new * squared(delta)


def adadelta(learning_rate: Rate = 1.0, *, rho: Number = 0.9, eps: Number = 1e-6) -> Optimizer[AdadeltaState]:
    """AdaDelta: M. D. Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701 (2012).

    Args:
        learning_rate: a factor of the steps, 1 in the paper: a number, an array or a schedule, as for `sgd`.
        rho: the factor of the running means in each update, less than 1.
        eps: a positive number, which the size of the first steps depends on.

    Raises:
        TypeError: an argument is no number.
        ValueError: a number is negative or too large; eps is 0.

    >>> import numpy as np
    >>> optimizer = adadelta()
    >>> optimizer.update(np.array([2.0, -3.0]), optimizer.init(np.zeros(2)), np.zeros(2))[0].round(6)
    array([-0.003162,  0.003162])
    """
    check_rate("adadelta", learning_rate)
    check_numbers("adadelta", "rho", rho, below=1.0)
    check_numbers("adadelta", "eps", eps, positive=True)
    return Adadelta(learning_rate, rho, eps)
