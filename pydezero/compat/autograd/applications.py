"""The operation that a call of a function made by `extend.primitive` is recorded as."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Final

import attrs
import numpy as np

from pydezero import tree
from pydezero.compat.autograd.vspaces import vspace
from pydezero.core.batching import batch_size
from pydezero.core.operation import ArraySpec, Operation, cotangent_spec
from pydezero.core.snapshot import all_for_user, for_user, frozen_snapshot, is_array
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.arguments import replaced
from pydezero.transforms.rules.custom import checked_gradient, has_variable, record_checked, separate_output

__all__ = [
    "RULES_OF_FORWARD_MODE",
    "RULES_OF_REVERSE_MODE",
    "Application",
    "added",
    "has_variable",
]

# Any: autograd's programs are not typed, and their functions take and return anything.
Function = Callable[..., Any]

RULES_OF_REVERSE_MODE: Final[dict[Function, Function]] = {}
"""For a primitive the function (argnums, ans, args, kwargs) -> g -> one g for each of the argnums."""

RULES_OF_FORWARD_MODE: Final[dict[Function, Function]] = {}
"""For a primitive the function (argnums, gs, ans, args, kwargs) -> the tangent of the result."""


def added(xs: Sequence[Any]) -> Any:
    """The sum of containers that are built alike."""
    return reduce(lambda x, y: tree.map_leaves(lambda a, b: a + b, x, y), xs)


@attrs.frozen(eq=False)
class Application(Operation):
    """A call of a primitive, as an operation on the arrays in those of its arguments that hold Variables.

    Attributes:
        function, f_raw: the primitive, by which its rules are found, and what computes it.
        args, kwargs: those of the call.
        argnums: the positions of the arguments that hold Variables.
        template: these arguments, with holes in the places of arrays.
        found: the template of the result, which a run of the function finds out.
    """

    name: str
    function: Function = attrs.field(repr=False)
    f_raw: Function = attrs.field(repr=False)
    args: Sequence[Any] = attrs.field(repr=False)
    kwargs: Mapping[str, Any] = attrs.field(repr=False)
    argnums: Sequence[int] = attrs.field(repr=False)
    template: Any = attrs.field(repr=False)
    found: list[Any] = attrs.field(repr=False)

    several_outputs = True
    writable = True  # autograd's functions and rules get arrays that compiled code takes, of Cython or Numba

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        output = self.f_raw(*self._args(values), **self.kwargs)
        template, arrays = separate_output(output, self.name)
        self.found[:] = [template]
        return arrays

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Residual]:
        self._check_defined(RULES_OF_REVERSE_MODE, "VJP")
        outputs = self(*values) if Variable in map(type, values) else tuple(map(frozen_snapshot, self.raw(*values)))
        constants = tree.map_leaves(lambda leaf: frozen_snapshot(leaf) if is_array(leaf) else leaf, list(self.args))
        return outputs, (attrs.evolve(self, args=constants), outputs, tuple(values))

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        this, outputs, values = residual
        args = this._args_of_rules(values)
        pullback = RULES_OF_REVERSE_MODE[self.function](
            tuple(self.argnums), this.result(all_for_user(outputs, self.writable)), tuple(args), dict(self.kwargs)
        )
        parts = list(pullback(this.result(all_for_user(cotangents, self.writable))))
        leaves: list[Array] = []
        for argnum, template, part in zip(self.argnums, self.template, parts, strict=True):
            container = vspace(args[argnum]).zeros() if part is None else part
            leaves += tree.values_at_holes(template, container)
        return [
            checked_gradient(g, spec, f"the VJP of {self.name}", "an argument")
            for g, spec in zip(leaves, specs, strict=True)
        ]

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], list[Array | None]]:
        """The outputs and their tangents, by the rule of forward mode or else the transpose of that of reverse mode."""
        if self.function not in RULES_OF_FORWARD_MODE:
            self._check_defined(RULES_OF_REVERSE_MODE, "JVP")
            outputs, residual = self.evaluate_and_keep(values)
            specs = [cotangent_spec(x) for x in values]
            record = record_checked(lambda gs: self.pull(residual, gs, specs), outputs, f"the VJP of {self.name}")
            return outputs, record.transposed(tangents)
        outputs = self(*values)
        zeros = [np.zeros_like(x) if t is None else t for x, t in zip(values, tangents, strict=True)]
        gs = tree.filled(self.template, all_for_user(zeros, self.writable))
        rule = RULES_OF_FORWARD_MODE[self.function]
        ans, args = self.result(all_for_user(outputs, self.writable)), self._args_of_rules(values)
        moved = rule(tuple(self.argnums), gs, ans, tuple(args), dict(self.kwargs))
        return outputs, tree.values_at_holes(self.found[-1], moved)

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        """The outputs for one example after the other: the function takes plain arrays."""
        examples = [
            [x[i] if is_batched else x for x, is_batched in zip(values, batched, strict=True)]
            for i in range(batch_size(batched, values))
        ]
        outputs = [self(*example) for example in examples]
        return tuple([np.stack(of_all) for of_all in zip(*outputs, strict=True)])

    def result(self, arrays: Sequence[Array]) -> Any:
        """A result of the function that holds these arrays."""
        return tree.filled(self.found[-1], arrays)

    def _args(self, values: Sequence[Array]) -> list[Any]:
        return replaced(self.args, self.argnums, tree.filled(self.template, values))

    def _args_of_rules(self, values: Sequence[Array]) -> list[Any]:
        """The arguments for a rule of the program, which gets copies of arrays."""
        return tree.map_leaves(
            lambda leaf: for_user(leaf, self.writable) if is_array(leaf) else leaf, self._args(values)
        )

    def _check_defined(self, rules: Mapping[Function, Function], what: str) -> None:
        if self.function not in rules:
            raise NotImplementedError(f"{what} of {self.name} wrt argnums {tuple(self.argnums)} not defined")
