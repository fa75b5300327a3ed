"""Changes of gradients before an optimiser gets them: clipping, weight decay; and the chain of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, check_numbers, in_dtype_of, weak
from pydezero.optim.optimizer import (
    Optimizer,
    as_parameter,
    gradient_leaves,
    parameter_leaves,
    root,
    squared,
)
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import Tree, unflatten

__all__ = ["GradientChange", "chain", "clip_by_norm", "clip_by_value", "weight_decay"]

S = TypeVar("S")
P = TypeVar("P")


@attrs.frozen(eq=False)
class GradientChange:
    """A function of gradients and parameters that gives other gradients; a link of a `chain`.

    One of your own defines `changed`.

    Attributes:
        name: what messages call it.
    """

    name: ClassVar[str] = "chain"

    def changed(self, gradients: Sequence[Array], params: Sequence[Array]) -> Sequence[Array]:
        """The gradients in the place of these, one for each array of the parameters, of the same shape and dtype."""
        raise NotImplementedError

    def __call__(self, gradients: Tree, params: P) -> P:
        """The gradients in the place of these, in a container like the parameters.

        Raises:
            TypeError: a gradient is missing, among those that are given or those that `changed` returns.
            ValueError: the gradients are not built like the parameters.
        """
        where = self.name
        leaves, places = parameter_leaves(where, params)
        gs = gradient_leaves(where, gradients, params, leaves, places)
        of_places = self.changed([as_parameter(gs[i]) for i in places], [as_parameter(leaves[i]) for i in places])
        if not isinstance(of_places, list | tuple) or len(of_places) != len(places):
            raise TypeError(
                f"{where}: {type(self).__name__}.changed must return a list of {len(places)} gradients, one for each "
                f"array of the parameters, got {describe_structure(of_places)}"
            )
        for i, g in zip(places, of_places, strict=True):
            gs[i] = g
        return unflatten(params, gs)


@attrs.frozen(eq=False)
class ClipByNorm(GradientChange):
    """See `clip_by_norm`."""

    name: ClassVar[str] = "clip_by_norm"

    largest: Number

    def changed(
        self,
        gradients: Sequence[Array],
        params: Sequence[Array],  # noqa: ARG002  # the norm is that of the gradients alone
    ) -> Sequence[Array]:
        # In units of the largest element no square is too large or too small for a float. The unit cancels out, also
        # in the derivatives.
        greatest = _greatest(gradients)
        unit = np.where(np.logical_and(greatest > 0, np.isfinite(greatest)), greatest, 1.0)
        total = sum([np.sum(squared(g / in_dtype_of(weak(unit), g.dtype)), dtype=np.float64) for g in gradients])
        norm = unit * root(total)
        largest = weak(self.largest)
        is_longer = np.logical_and(norm > largest, np.isfinite(norm))
        factor = weak(np.where(is_longer, largest / np.where(is_longer, norm, 1.0), 1.0))
        return [g * in_dtype_of(factor, g.dtype) for g in gradients]


@attrs.frozen(eq=False)
class ClipByValue(GradientChange):
    """See `clip_by_value`."""

    name: ClassVar[str] = "clip_by_value"

    largest: Number

    def changed(self, gradients: Sequence[Array], params: Sequence[Array]) -> Sequence[Array]:
        clipped = []
        for g, p in zip(gradients, params, strict=True):
            if "c" in (g.dtype.kind, p.dtype.kind):
                raise TypeError("clip_by_value: a complex number has no order; use clip_by_norm")
            largest = in_dtype_of(weak(self.largest), g.dtype)
            clipped.append(np.clip(g, -largest, largest))
        return clipped


@attrs.frozen(eq=False)
class WeightDecay(GradientChange):
    """See `weight_decay`."""

    name: ClassVar[str] = "weight_decay"

    rate: Number

    def changed(self, gradients: Sequence[Array], params: Sequence[Array]) -> Sequence[Array]:
        rate = weak(self.rate)
        # The gradient by a complex number is the conjugate of the direction of steepest ascent.
        return [
            g + in_dtype_of(rate, p.dtype) * (np.conj(p) if p.dtype.kind == "c" else p)
            for g, p in zip(gradients, params, strict=True)
        ]


@attrs.frozen(eq=False)
class Chain(Optimizer[S]):
    """See `chain`."""

    changes: tuple[GradientChange, ...]
    optimizer: Optimizer[S]

    def init(self, params: Tree) -> S:
        return self.optimizer.init(params)

    def update(self, gradients: Tree, state: S, params: P) -> tuple[P, S]:
        for change in self.changes:
            gradients = change(gradients, params)
        return self.optimizer.update(gradients, state, params)


def chain(*links: *tuple[*tuple[GradientChange, ...], Optimizer[S]]) -> Optimizer[S]:
    """An optimiser before which gradients go through some changes, from the first change to the last.

    Args:
        links: changes of gradients (`clip_by_norm`, `clip_by_value`, `weight_decay`), and then the optimiser, whose
            state is that of the chain.

    Raises:
        TypeError: the last one is no optimiser, or one before it no change of gradients.

    >>> import numpy as np
    >>> from pydezero.optim import sgd
    >>> optimizer = chain(clip_by_norm(1.0), sgd(0.1))
    >>> optimizer.update(np.array([30.0, 40.0]), optimizer.init(np.zeros(2)), np.zeros(2))[0]
    array([-0.06, -0.08])
    """
    given: tuple[Any, ...] = links  # Any: they are checked
    *changes, optimizer = given or (None,)
    for i, change in enumerate(changes):
        if not isinstance(change, GradientChange):
            raise TypeError(
                f"chain: argument {i} must change gradients, as clip_by_norm(1.0) does, got "
                f"{describe_structure(change)}; the optimiser is the last one"
            )
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"chain: the last argument must be an optimiser, got {describe_structure(optimizer)}")
    return Chain(tuple(changes), optimizer)


def clip_by_norm(largest: Number) -> GradientChange:
    """Scale all gradients down by one factor where their norm is larger than this.

    The norm is the root of the sum of the squares of all elements of all leaves. R. Pascanu, T. Mikolov, Y. Bengio,
    "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1. Gradients with nan or infinity
    stay as they are.

    Raises:
        TypeError: largest is no number.
        ValueError: it is not larger than 0.

    >>> import numpy as np
    >>> clip_by_norm(1.0)({"w": np.array([3.0]), "b": np.array([4.0])}, {"w": np.zeros(1), "b": np.zeros(1)})
    {'w': array([0.6]), 'b': array([0.8])}
    """
    check_numbers("clip_by_norm", "largest", largest, positive=True)
    return ClipByNorm(largest)


def clip_by_value(largest: Number) -> GradientChange:
    """Clip each element of the gradients to the range from -largest to largest.

    Raises:
        TypeError: largest is no number; (when called) a leaf is complex.
        ValueError: it is not larger than 0.

    >>> import numpy as np
    >>> clip_by_value(1.0)(np.array([0.5, -3.0]), np.zeros(2))
    array([ 0.5, -1. ])
    """
    check_numbers("clip_by_value", "largest", largest, positive=True)
    return ClipByValue(largest)


def weight_decay(rate: Number) -> GradientChange:
    """Add rate * params to the gradients: those of rate / 2 times the sum of the squares of the parameters.

    With an optimiser that divides by the size of the gradients, such as Adam, large gradients hide this decay; `adamw`
    shrinks the parameters themselves.

    Raises:
        TypeError: rate is no number.
        ValueError: it is negative.

    >>> import numpy as np
    >>> weight_decay(0.1)(np.array([1.0, 1.0]), np.array([0.0, 5.0]))
    array([1. , 1.5])
    """
    check_numbers("weight_decay", "rate", rate)
    return WeightDecay(rate)


def _greatest(gradients: Sequence[Array]) -> Any:  # a number, or a Variable in a transform
    """The largest absolute value, 0 where there is none."""
    greatest: Any = 0.0
    for g in gradients:
        if np.size(g):
            greatest = np.maximum(greatest, np.max(np.abs(g)))
    return greatest
