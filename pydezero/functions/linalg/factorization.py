"""Factorizations of matrices: operations with several outputs that are computed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.snapshot import freeze
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable


class Factorization(Operation):
    """A function of a stack of matrices whose rules, of both modes, compute with its results: the factors.

    A kind of factorization defines the methods without a body. They are written in NumPy's functions, so the factors
    may be Variables of enclosing transforms. NumPy's functions take stacks of matrices, so a batch is one more axis.
    """

    __slots__ = ()

    several_outputs = True
    is_pure = True

    def compute(self, a: Array) -> Any:
        """The outputs for an array: one, or a tuple of several."""
        raise NotImplementedError

    def factors(self, a: Array) -> Any:
        """The values that the rules compute with; by default the outputs."""
        return self(a) if type(a) is Variable else self.evaluate((a,))

    def outputs_of(self, factors: Any) -> Any:
        """The outputs among the factors."""
        return factors

    def tangents_of_outputs(self, t: Array, factors: Any) -> Any:
        """The tangents of the outputs, built like them, for a tangent of the argument."""
        raise NotImplementedError

    def cotangent_of_argument(self, gs: Sequence[Array], factors: Any) -> Array:
        """The cotangent of the argument, for a cotangent of each output."""
        raise NotImplementedError

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array]) -> tuple[Any, Any]:
        factors = self.factors(values[0])
        return self.outputs_of(factors), self.tangents_of_outputs(tangents[0], factors)

    def batch(self, batched: Sequence[bool], a: Array) -> Any:  # noqa: ARG002  # there is one argument
        return self(a)

    def evaluate(self, values: Sequence[Array]) -> Any:
        outputs = self.compute(values[0])
        return tuple(map(freeze, outputs)) if self.several_outputs else freeze(outputs)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Any, Residual]:
        factors = self.factors(values[0])
        return self.outputs_of(factors), factors

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        return [cast(self.cotangent_of_argument(cotangents, residual), specs[0].dtype)]


@attrs.frozen(eq=False)
class OneOutput(Factorization):
    """One output of a factorization (`svdvals` of `svd`), whose rules need the others too."""

    name: str
    whole: Factorization
    position: int

    several_outputs = False

    def factors(self, a: Array) -> Any:
        return self.whole.factors(a)

    def outputs_of(self, factors: Any) -> Any:
        return factors[self.position]
