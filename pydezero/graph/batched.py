"""The reverse pass with a batch of cotangents through operations on single arrays, as for a Jacobian row by row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs
import numpy as np

from pydezero.core.primitive import Argument, Elementwise, Primitive, opposite
from pydezero.core.types import Array, Residual
from pydezero.core.variable import AnyNode, Variable, new_variable

# What a rule may keep for it to work on the arrays of a batch, which broadcast against them.
_PLAIN: Final = frozenset({np.ndarray, np.float64, float, int, type(None)})


@attrs.frozen(eq=False)
class BatchedPulls:
    """The quicker way for cotangents that are a batch at one level, as `Words.pulled` has it for an array library.

    The rule of an elementwise operation works on the arrays themselves. On Variables of the batch it would make one of
    each intermediate result. Large sums are made in the memory of what the rule gives.
    """

    batch: AnyNode

    def __call__(self, primitive: Primitive, position: int, g: Array, residual: Residual, present: Array) -> Array:
        """The cotangent of the argument at a position, added to what is present of it; None where this is not known."""
        if not (isinstance(primitive, Elementwise) and self._holds(g) and _is_plain(residual)):
            return None
        if present is not None and not self._holds(present):
            return None
        value: Array = g._value
        argument = primitive.arguments[position]
        if present is not None and argument.rule is opposite:
            return new_variable(present._value - value, self.batch)
        of_all = primitive.tangent
        pull = argument.pull
        if of_all is not None and _is_own_transpose(primitive, of_all, value, residual):
            pull, value = of_all.pull, (value,)  # the rule of forward mode, which counts on a batch
        # In one expression: NumPy adds to the memory of what the rule gives, if that is large and nothing refers to it.
        total = pull(value, residual) if present is None else pull(value, residual) + present._value
        if total is g._value:
            return g
        if total.ndim < g._value.ndim:  # the same for all
            total = np.broadcast_to(total, g._value.shape)
        return new_variable(total, self.batch)

    def _holds(self, g: Array) -> bool:
        return (
            type(g) is Variable
            and g.node.level == self.batch.level
            and type(g._value) is np.ndarray
            and not g.node.is_number
        )


def batched_pulls(cotangents: Iterable[Array]) -> BatchedPulls | None:
    """The quicker way for these cotangents; None if none of them is a batch."""
    for g in cotangents:
        if type(g) is Variable and g.node.is_batch and not g.node.is_number and type(g._value) is np.ndarray:
            return BatchedPulls(g.node)
    return None


def _is_plain(residual: Residual) -> bool:
    if type(residual) is tuple:
        return all(type(x) in _PLAIN for x in residual)
    return type(residual) in _PLAIN


def _is_own_transpose(primitive: Primitive, of_all: Argument, value: Array, residual: Residual) -> bool:
    """Whether the rule of forward mode does with a cotangent what that of reverse mode does."""
    return (
        len(primitive.arguments) == 1
        and of_all.names == primitive.arguments[0].names
        and type(residual) is np.ndarray
        and residual.dtype is value.dtype
    )
