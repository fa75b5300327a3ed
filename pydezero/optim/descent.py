"""Gradient descent: plain, with momentum, and Nesterov's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, Rate, at_step, check_numbers, check_rate
from pydezero.optim.optimizer import LeafOptimizer, Optimizer
from pydezero.transforms.boundary.arguments import check_flag
from pydezero.tree import STATIC, Tree

__all__ = ["SgdState", "sgd"]


@attrs.frozen(eq=False)
class SgdState:
    """The state of gradient descent.

    Attributes:
        step: how many updates there were.
        velocity: the weighted sums of earlier gradients, like the parameters; None without momentum.
    """

    step: Array
    velocity: Tree


@attrs.frozen(eq=False)
class Sgd(LeafOptimizer[SgdState]):
    """See `sgd`."""

    learning_rate: Rate
    momentum: Number | None
    nesterov: bool = attrs.field(metadata=STATIC)

    state_type: ClassVar[type[Any]] = SgdState
    moments: ClassVar[tuple[str, ...]] = ("velocity",)

    def has(self, moment: str) -> bool:  # noqa: ARG002  # there is but one
        return self.momentum is not None

    def numbers(self, step: Array) -> tuple[Array, ...]:
        rate = at_step(self.learning_rate, step)
        return (rate,) if self.momentum is None else (rate, self.momentum)

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        rate, *momentum = numbers
        if not momentum:
            return (p - rate * g,)
        velocity = momentum[0] * moments[0] + g
        return p - rate * (g + momentum[0] * velocity if self.nesterov else velocity), velocity


def sgd(learning_rate: Rate = 1e-3, *, momentum: Number | None = None, nesterov: bool = False) -> Optimizer[SgdState]:
    """Gradient descent: params - learning_rate * gradients.

    With momentum a step goes along velocity = momentum * velocity + gradients (B. T. Polyak, "Some methods of speeding
    up the convergence of iteration methods", 1964), with `nesterov` along gradients + momentum * velocity (I. Sutskever
    et al., "On the importance of initialization and momentum in deep learning", ICML 2013).

    Args:
        learning_rate: a number, an array that is broadcast against each leaf of the parameters, or a schedule: a
            function from the number of earlier updates to one of these (see `constant`, `step_decay`, `cosine_decay`,
            `warm_up`).
        momentum: the factor of the velocity before, less than 1; None for none.
        nesterov: whether the momentum is Nesterov's.

    Raises:
        TypeError: an argument is no number.
        ValueError: a number is negative or too large; Nesterov's momentum without momentum.

    >>> import numpy as np
    >>> optimizer = sgd(0.1, momentum=0.9)
    >>> params = np.array([1.0, 2.0])
    >>> params, state = optimizer.update(np.array([1.0, 1.0]), optimizer.init(params), params)
    >>> params
    array([0.9, 1.9])
    """
    check_rate("sgd", learning_rate)
    check_numbers("sgd", "momentum", momentum, below=1.0, optional=True)
    check_flag("sgd", "nesterov", nesterov)
    if nesterov and momentum is None:
        raise ValueError("sgd: nesterov=True needs a momentum, such as momentum=0.9")
    return Sgd(learning_rate, momentum, nesterov)
