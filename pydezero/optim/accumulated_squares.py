"""AdaGrad: each element has a rate of its own, which falls with the squares of its gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, Rate, at_step, check_numbers, check_rate
from pydezero.optim.optimizer import LeafOptimizer, Optimizer, root, squared
from pydezero.tree import Tree

__all__ = ["AdagradState", "adagrad"]


@attrs.frozen(eq=False)
class AdagradState:
    """The state of AdaGrad.

    Attributes:
        step: how many updates there were.
        total: the sums of the squares of all gradients, like the parameters.
    """

    step: Array
    total: Tree


@attrs.frozen(eq=False)
class Adagrad(LeafOptimizer[AdagradState]):
    """See `adagrad`."""

    learning_rate: Rate
    eps: Number

    state_type: ClassVar[type[Any]] = AdagradState
    moments: ClassVar[tuple[str, ...]] = ("total",)
    real_moments: ClassVar[tuple[str, ...]] = ("total",)

    def numbers(self, step: Array) -> tuple[Array, ...]:
        return at_step(self.learning_rate, step), self.eps

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        rate, eps = numbers
        total = moments[0] + squared(g)
        return p - rate * g / (root(total) + eps), total


def adagrad(learning_rate: Rate = 1e-2, *, eps: Number = 1e-10) -> Optimizer[AdagradState]:
    """AdaGrad: J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning", JMLR 12 (2011).

    A step is learning_rate * gradients / (sqrt(sum of the squares of all gradients) + eps).

    Args:
        learning_rate: a number, an array or a schedule, as for `sgd`.
        eps: a small number, against division by zero.

    Raises:
        TypeError: an argument is no number.
        ValueError: a number is negative.

    >>> import numpy as np
    >>> optimizer = adagrad(0.1)
    >>> optimizer.update(np.array([2.0, -3.0]), optimizer.init(np.zeros(2)), np.zeros(2))[0]
    array([-0.1,  0.1])
    """
    check_rate("adagrad", learning_rate)
    check_numbers("adagrad", "eps", eps)
    return Adagrad(learning_rate, eps)
