"""Dropout: a random part of the values is left out, another part in each call."""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.placing import beside
from pydezero.core.types import Array
from pydezero.core.variable import Variable, shape_of
from pydezero.nn.arguments import X, check_array, check_number
from pydezero.transforms.boundary.arguments import check_flag
from pydezero.tree import STATIC

__all__ = [
    "Dropout",
]

# A generator, or what it has drawn.
Draws: TypeAlias = np.random.Generator | NDArray[np.floating[Any]] | Variable


@attrs.frozen(eq=False)
class Dropout:
    """A random part of the values becomes zero, and the others are divided by 1 - rate.

    (N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014)

    Attributes:
        rate: the part of the values that becomes zero, on average.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> dropout, rng = nn.Dropout(0.5), np.random.default_rng(0)
    >>> dropout(np.ones(8), rng, train=True)
    array([2., 0., 0., 0., 2., 2., 2., 2.])
    >>> dropout(np.ones(8), train=False)
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """

    rate: float = attrs.field(metadata=STATIC)

    @rate.validator
    def _check(self, _: attrs.Attribute[float], rate: float) -> None:
        check_number("Dropout", "rate", rate, lambda x: 0 <= x < 1, "at least 0 and below 1")

    def __call__(self, x: X, draws: Draws | None = None, *, train: bool) -> X:
        """The values that are kept, and zeros; outside of training, x.

        Args:
            x: an array of any shape.
            draws: a generator of random numbers, from which x.size are drawn; or numbers between 0 and 1 of the shape
                of x, as `rng.random(x.shape)` gives them. A function that is recorded (`jit`, `trace`, a loop) or that
                stands for many examples (`vmap`) runs once for all its calls, and a generator would give all of them
                the same: draw outside, and pass the numbers in.
            train: whether to leave out any.

        Raises:
            TypeError: to train, draws is neither of these; or it is a generator, and x stands for several arrays.
            ValueError: the numbers have another shape than x.
        """
        check_array(f"Dropout({self.rate})", "x", x)
        check_flag(f"Dropout({self.rate})", "train", train)
        if not train or not self.rate:
            return x
        shape = shape_of(x)
        numbers: Array
        if isinstance(draws, np.random.Generator):
            if _stands_for_others(x):
                raise TypeError(
                    f"Dropout({self.rate}): a function that is recorded (jit, trace, a loop) or mapped (vmap) runs "
                    "once for all its calls or examples, and a generator would draw the same numbers for all of them; "
                    f"draw outside, and pass rng.random({shape}) as an argument in the place of rng"
                )
            numbers = draws.random(shape)
        elif isinstance(draws, Variable | np.ndarray):
            numbers = draws
            if shape_of(numbers) != shape:
                raise ValueError(
                    f"Dropout({self.rate}): draws must have the shape of x, {shape}, got {shape_of(numbers)}"
                )
        else:
            raise TypeError(
                f"Dropout({self.rate}): to train, draws must be a numpy.random.Generator, or an array of random "
                f"numbers of the shape of x, got {type(draws).__name__}"
            )
        scaled: Array = x / (1 - self.rate)
        found: Array = np.where(beside(numbers >= self.rate, x), scaled, 0)
        y: X = found
        return y


def _stands_for_others(x: Array) -> bool:
    """Whether x stands for many examples, or for any array of its shape."""
    while type(x) is Variable:
        if not x.node.has_one_value:
            return True
        x = x._value
    return False
