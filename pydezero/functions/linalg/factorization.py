"""Factorizations of matrices: operations of the library's own, with several outputs that are computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pydezero.core.broadcasting import cast
from pydezero.core.operation import Form, Operation
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable


class Factorization(Operation):
    """A function of a stack of matrices whose rules, of both modes, compute with its results: the factors.

    What a kind of factorization has to say are the methods without a body. They are written in NumPy's functions,
    so the factors may be Variables of enclosing transforms; and these are stacked, so a batch is one more axis.
    """

    __slots__ = ()

    def _computed(self, a: Array) -> Any:
        """The outputs for an array: one, or a tuple of several."""
        raise NotImplementedError

    def _factors(self, a: Array) -> Any:
        """What the rules compute with; by default the outputs."""
        return self(a) if type(a) is Variable else self._evaluate((a,))

    def _outputs(self, factors: Any) -> Any:
        """The outputs among the factors."""
        return factors

    def _moved(self, t: Array, factors: Any) -> Any:
        """The tangents of the outputs, built like them, for a tangent of the argument."""
        raise NotImplementedError

    def _returned(self, gs: Sequence[Array], factors: Any) -> Array:
        """The cotangent of the argument, for a cotangent of each output."""
        raise NotImplementedError

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array]) -> tuple[Any, Any]:
        """The outputs, and their tangents."""
        factors = self._factors(values[0])
        return self._outputs(factors), self._moved(tangents[0], factors)

    def batched(self, is_batched: Sequence[bool]) -> Callable[..., Any]:  # noqa: ARG002  # there is one argument
        return self

    def _evaluate(self, values: Sequence[Array]) -> Any:
        outputs = self._computed(values[0])
        return tuple(map(_frozen, outputs)) if isinstance(outputs, tuple) else _frozen(outputs)

    def _remember(self, values: Sequence[Array]) -> tuple[Any, Residual]:
        factors = self._factors(values[0])
        return self._outputs(factors), factors

    def _pull(self, residual: Residual, cotangents: Sequence[Array], forms: Sequence[Form]) -> Sequence[Array]:
        return [cast(self._returned(cotangents, residual), forms[0].dtype)]


def _frozen(x: Array) -> Array:
    """A fresh array, read-only, so that a graph need not copy it."""
    for memory in (x, getattr(x, "base", None)):
        if isinstance(memory, np.ndarray):
            memory.flags.writeable = False
    return x
