"""Adam, and AdamW, whose weight decay does not go through the moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, Rate, at_step, check_numbers, check_rate
from pydezero.optim.optimizer import LeafOptimizer, Optimizer, root, squared
from pydezero.tree import Tree

__all__ = ["AdamState", "adam", "adamw"]


@attrs.frozen(eq=False)
class AdamState:
    """The state of Adam and AdamW.

    They keep weighted sums, which take less to compute than the paper's running means. A sum divided by the sum of its
    weights, (1 - b**step) / (1 - b), is the mean that the paper gets after correcting for the start.

    Attributes:
        step: how many updates there were.
        gradients: the sums of all gradients, like the parameters, each with the weight b1 per update since.
        squares: the sums of their squares, each with the weight b2 per update since.
    """

    step: Array
    gradients: Tree
    squares: Tree


@attrs.frozen(eq=False)
class Adam(LeafOptimizer[AdamState]):
    """See `adam`."""

    learning_rate: Rate
    b1: Number
    b2: Number
    eps: Number

    state_type: ClassVar[type[Any]] = AdamState
    moments: ClassVar[tuple[str, ...]] = ("gradients", "squares")
    real_moments: ClassVar[tuple[str, ...]] = ("squares",)

    def numbers(self, step: Array) -> tuple[Array, ...]:
        return self.numbers_at(at_step(self.learning_rate, step), step)

    def numbers_at(self, rate: Array, step: Array) -> tuple[Array, ...]:
        """The numbers of the formula for a learning rate."""
        # The sums are not divided by their weights: this is done in the numbers, once for all elements.
        of_gradients = (1 - self.b1 ** (step + 1)) / (1 - self.b1)
        of_squares = np.sqrt((1 - self.b2 ** (step + 1)) / (1 - self.b2))
        return rate * of_squares / of_gradients, self.b1, self.b2, self.eps * of_squares

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        rate, b1, b2, eps = numbers
        gradients = b1 * moments[0] + g
        squares = b2 * moments[1] + squared(g)
        return p - rate * (gradients / (root(squares) + eps)), gradients, squares


@attrs.frozen(eq=False)
class Adamw(Adam):
    """See `adamw`."""

    weight_decay: Number

    def numbers(self, step: Array) -> tuple[Array, ...]:
        rate = at_step(self.learning_rate, step)
        return (*self.numbers_at(rate, step), 1 - rate * self.weight_decay)

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        *of_adam, kept = numbers
        return super().formula(g, kept * p, moments, of_adam)


def adam(
    learning_rate: Rate = 1e-3, *, b1: Number = 0.9, b2: Number = 0.999, eps: Number = 1e-8
) -> Optimizer[AdamState]:
    """Adam: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.

    A step is learning_rate * mean / (sqrt(square) + eps) of the running means of the gradients and of their squares,
    each divided by 1 - b**t in the t-th update.

    Args:
        learning_rate: a number, an array or a schedule, as for `sgd`.
        b1: the factor of the running mean of the gradients in each update, less than 1.
        b2: that of the running mean of their squares.
        eps: a small number, against division by zero.

    Raises:
        TypeError: an argument is no number.
        ValueError: a number is negative or too large.

    >>> import numpy as np
    >>> optimizer = adam(0.1)
    >>> optimizer.update({"w": np.array([2.0, -3.0])}, optimizer.init({"w": np.zeros(2)}), {"w": np.zeros(2)})[0]
    {'w': array([-0.1,  0.1])}
    """
    _check("adam", learning_rate, b1, b2, eps)
    return Adam(learning_rate, b1, b2, eps)


def adamw(
    learning_rate: Rate = 1e-3,
    *,
    b1: Number = 0.9,
    b2: Number = 0.999,
    eps: Number = 1e-8,
    weight_decay: Number = 1e-2,
) -> Optimizer[AdamState]:
    """AdamW: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019.

    A step of Adam, after the parameters were multiplied by 1 - learning_rate * weight_decay.

    Args:
        learning_rate: a number, an array or a schedule, as for `sgd`.
        b1: as for `adam`.
        b2: as for `adam`.
        eps: as for `adam`.
        weight_decay: the part of the parameters that an update takes away, per learning rate.

    Raises:
        TypeError: an argument is no number.
        ValueError: a number is negative or too large.

    >>> import numpy as np
    >>> optimizer = adamw(0.1, weight_decay=0.5)
    >>> optimizer.update(np.array([2.0, -3.0]), optimizer.init(np.ones(2)), np.ones(2))[0]
    array([0.85, 1.05])
    """
    _check("adamw", learning_rate, b1, b2, eps)
    check_numbers("adamw", "weight_decay", weight_decay)
    return Adamw(learning_rate, b1, b2, eps, weight_decay)


def _check(where: str, learning_rate: object, b1: object, b2: object, eps: object) -> None:
    check_rate(where, learning_rate)
    check_numbers(where, "b1", b1, below=1.0)
    check_numbers(where, "b2", b2, below=1.0)
    check_numbers(where, "eps", eps)
