"""Lion: steps along the sign of the momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, Rate, at_step, check_numbers, check_rate
from pydezero.optim.optimizer import LeafOptimizer, Optimizer
from pydezero.tree import Tree

__all__ = ["LionState", "lion"]


@attrs.frozen(eq=False)
class LionState:
    """The state of Lion.

    Attributes:
        step: how many updates there were.
        mean: the running means of the gradients, like the parameters.
    """

    step: Array
    mean: Tree


@attrs.frozen(eq=False)
class Lion(LeafOptimizer[LionState]):
    """See `lion`."""

    learning_rate: Rate
    b1: Number
    b2: Number
    weight_decay: Number

    state_type: ClassVar[type[Any]] = LionState
    moments: ClassVar[tuple[str, ...]] = ("mean",)

    def numbers(self, step: Array) -> tuple[Array, ...]:
        rate = at_step(self.learning_rate, step)
        return rate, self.b1, 1 - self.b1, self.b2, 1 - self.b2, 1 - rate * self.weight_decay

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        rate, b1, new1, b2, new2, kept = numbers
        direction = np.sign(b1 * moments[0] + new1 * g)
        return kept * p - rate * direction, b2 * moments[0] + new2 * g


def lion(
    learning_rate: Rate = 1e-4, *, b1: Number = 0.9, b2: Number = 0.99, weight_decay: Number = 0.0
) -> Optimizer[LionState]:
    """Lion: X. Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.

    A step is learning_rate * (sign(b1 * mean + (1 - b1) * gradients) + weight_decay * params), of the running mean of
    the gradients with the factor b2. A step has the size of the learning rate, which is best 3 to 10 times smaller than
    Adam's.

    Args:
        learning_rate: a number, an array or a schedule, as for `sgd`.
        b1: the part of the running mean in the direction of a step, less than 1.
        b2: the factor of the running mean in each update.
        weight_decay: the part of the parameters that an update takes away, per learning rate.

    Raises:
        TypeError: an argument is no number.
        ValueError: a number is negative or too large.

    >>> import numpy as np
    >>> optimizer = lion(0.1)
    >>> optimizer.update(np.array([2.0, -3.0]), optimizer.init(np.zeros(2)), np.zeros(2))[0]
    array([-0.1,  0.1])
    """
    check_rate("lion", learning_rate)
    check_numbers("lion", "b1", b1, below=1.0)
    check_numbers("lion", "b2", b2, below=1.0)
    check_numbers("lion", "weight_decay", weight_decay)
    return Lion(learning_rate, b1, b2, weight_decay)
