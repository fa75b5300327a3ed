"""A call of a function with rules of the user's, as one operation on arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np

from pydezero.containers import HOLE
from pydezero.core.level import Level
from pydezero.core.operation import ArraySpec, Operation, cotangent_spec, record_call
from pydezero.core.snapshot import all_for_user, for_user, frozen_snapshot
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.rules.custom import ARRAYS, of_batches, record_checked, separate_arrays
from pydezero.transforms.rules.declared import Dependence, of_each_example
from pydezero.transforms.rules.tangent_rule import check_rule, given_tangents, independent, ruled_outputs
from pydezero.tree import Tree, filled, flatten, unflatten


class Place:
    """In residuals: an argument or output, by its position. `input_at` and `output_at` make them."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position: int = position


class Input(Place):
    """An argument: its derivative is that of the argument, and not of a copy."""

    __slots__ = ()


class Output(Place):
    """An output: its derivative, too, follows the rule."""

    __slots__ = ()


input_at: Final[Callable[[int], Input]] = lru_cache(maxsize=64)(Input)
"""The argument at a position; that of a low one is the same whenever it is asked for, which is quicker."""

output_at: Final[Callable[[int], Output]] = lru_cache(maxsize=64)(Output)
"""The output at a position."""


class Kept:
    """Residuals, taken apart: a template that has a hole for each leaf, the leaves, and the place of each.

    The place is None for what is no argument and no output.
    """

    __slots__ = ("leaves", "places", "template")

    def __init__(self, template: Tree, leaves: Sequence[Any], places: Sequence[Place | None]) -> None:
        self.template: Tree = template
        self.leaves: Sequence[Any] = leaves
        self.places: Sequence[Place | None] = places

    def freeze(self, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
        """Put these arguments and outputs into their places, and what cannot change in the place of all else."""
        leaves: list[Any] = []
        for leaf, place in zip(self.leaves, self.places, strict=True):
            if place is None:
                leaves.append(frozen_snapshot(leaf))
            else:
                leaves.append((inputs if type(place) is Input else outputs)[place.position])
        self.leaves = leaves

    def restored(self, writable: bool) -> Tree:
        """The residuals as the rule returned them, in memory that it cannot write into, or in copies."""
        template = self.template
        if template is HOLE:
            return for_user(self.leaves[0], writable)
        leaves = all_for_user(self.leaves, writable)
        if type(template) is tuple and template.count(HOLE) == len(leaves):
            return tuple(leaves)  # which unflatten gives as well, after more questions
        return unflatten(template, leaves)


def taken_apart(residuals: Tree, known: Mapping[int, Place]) -> Kept:
    """Residuals as a rule returned them; `known` has the places of its arguments and outputs, by their `id`."""
    if type(residuals) in ARRAYS:
        return Kept(HOLE, (residuals,), (known.get(id(residuals)),))
    if type(residuals) is tuple and ARRAYS.issuperset(map(type, residuals)):
        return Kept((HOLE,) * len(residuals), residuals, list(map(known.get, map(id, residuals))))
    leaves = flatten(residuals)
    return Kept(unflatten(residuals, [HOLE] * len(leaves)), leaves, [known.get(id(leaf)) for leaf in leaves])


class Rules(Protocol):
    """Rules of the user's, as functions of arrays: `run_forward` and `run_backward`, `run_push`, or all three."""

    @property
    def pulls(self) -> bool:
        """Whether there are rules of reverse mode."""
        ...

    @property
    def pushes(self) -> bool:
        """Whether there is a rule of forward mode."""
        ...

    @property
    def writable(self) -> bool:
        """Whether they get copies of arrays."""
        ...

    def evaluate(self, values: Sequence[Array], /) -> tuple[Array, ...]:
        """The outputs of the function itself."""
        ...

    def run_forward(self, values: Sequence[Array], /) -> tuple[tuple[Array, ...], Kept]:
        """The outputs and the residuals; the arguments and outputs among these are known by their places alone."""
        ...

    def run_backward(self, kept: Kept, cotangents: Sequence[Array], specs: Sequence[ArraySpec], /) -> Sequence[Array]:
        """A cotangent for each argument."""
        ...

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array], /
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """The outputs and their tangents."""
        ...

    def declared(self, values: Sequence[Array], out_shapes: Sequence[tuple[int, ...]], /) -> Dependence | None:
        """The pattern that is declared for the derivative, None if there is none."""
        ...


class Ruled(Operation):
    """An operation on arrays with rules of the user's: for one mode, of which the other is the transpose, or for both.

    `writable` is that of the rules. A plain class, since it is made in every call.
    """

    __slots__ = ("_rules", "name", "writable")

    several_outputs = True

    def __init__(self, name: str, rules: Rules, writable: bool) -> None:
        self.name: str = name
        self._rules: Rules = rules
        self.writable: bool = writable

    def __reduce__(self) -> tuple[Any, ...]:
        return Ruled, (self.name, self._rules, self.writable)

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        return self._rules.evaluate(values)

    def record(self, args: Sequence[Array], level: Level) -> tuple[Array, ...]:
        values, parents = self.operands(args, level)
        outs: Sequence[Array]
        if self._rules.pulls:
            outs, residual = self.evaluate_and_keep(values)
        else:
            tangents = given_tangents(values, parents, level)
            found, moved = self._rules.run_push(all_for_user(values, self.writable), tangents)
            check_rule(moved, tangents, level, self.name)
            if Variable in map(type, found):
                found = tuple([independent(y, tangents, level, self.name) for y in found])
            outs = self._outputs(values, found)
        if Variable in map(type, outs):  # what is none is a snapshot already
            outs = [self.checked_output(y, level) for y in outs]
        if self._rules.pulls:
            return record_call(self, self.call(residual, values, level), parents, outs, level)
        return ruled_outputs(outs, moved, parents, level, self.name)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Kept]:
        outputs, residuals = self._rules.run_forward(all_for_user(values, self.writable))
        outputs = self._outputs(values, outputs)
        residuals.freeze(values, outputs)
        return outputs, residuals

    def _outputs(self, values: Sequence[Array], outputs: Sequence[Array]) -> tuple[Array, ...]:
        """The outputs, for which an enclosing transform records this operation, and not those inside of the rule."""
        if Variable in map(type, values):
            result: tuple[Array, ...] = self(*values)
            return result
        return tuple([frozen_snapshot(y) for y in outputs])

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        return self._rules.run_backward(residual, all_for_user(cotangents, self.writable), specs)

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], Sequence[Array | None]]:
        """The outputs and their tangents; by the transpose of `backward` where there is no rule."""
        if self._rules.pushes:
            moving = [cotangent_spec(x).zeros(x) if t is None else t for x, t in zip(values, tangents, strict=True)]
            writable = self.writable
            outputs, moved = self._rules.run_push(all_for_user(values, writable), all_for_user(moving, writable))
            return self._outputs(values, outputs), moved
        outputs, residual = self.evaluate_and_keep(values)
        specs = [cotangent_spec(x) for x in values]
        record = record_checked(lambda gs: self.pull(residual, gs, specs), outputs, f"{self.name}: backward")
        return outputs, record.transposed(tangents)

    def declared(self, values: Sequence[Array], out_shapes: Sequence[tuple[int, ...]]) -> Dependence | None:
        """The pattern that is declared for the derivative, None if there is none."""
        return self._rules.declared(values, out_shapes)

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        outputs: tuple[Array, ...] = Ruled(self.name, _Batched(self._rules, tuple(batched)), self.writable)(*values)
        return outputs


def _pairs(kept: Kept) -> Iterator[tuple[Any, Place | None]]:
    """The leaves of residuals and their places."""
    return zip(kept.leaves, kept.places, strict=True)


class _Batched:
    """The rules of an operation for batches, along the first axis of the arguments that are batched."""

    __slots__ = ("_axes", "_batched", "_found", "_rules", "pulls", "pushes", "writable")

    def __init__(self, rules: Rules, batched: tuple[bool, ...]) -> None:
        self._rules = rules
        self._batched = batched
        self._axes = [0 if batch else None for batch in batched]
        # The template of the residuals, which the forward rule finds out when it runs.
        self._found: list[tuple[int, Tree]] = []
        self.pulls = rules.pulls
        self.pushes = rules.pushes
        self.writable = rules.writable

    def __reduce__(self) -> tuple[Any, ...]:
        return _Batched, (self._rules, self._batched)

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        return of_batches(lambda *xs: self._rules.evaluate(xs), self._axes)(*values)

    def declared(self, values: Sequence[Array], out_shapes: Sequence[tuple[int, ...]]) -> Dependence | None:
        return of_each_example(self._rules.declared, self._batched, values, out_shapes)

    def run_forward(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Kept]:
        found: list[tuple[int, Kept]] = []

        def of_one(*xs: Array) -> tuple[Array, ...]:
            outputs, kept = self._rules.run_forward(xs)
            found.append((len(outputs), kept))
            return (*outputs, *[leaf for leaf, place in _pairs(kept) if place is None and is_numeric(leaf)])

        arrays = of_batches(of_one, self._axes)(*values)
        count, kept = found[-1]
        batches = iter(arrays[count:])
        leaves = [
            next(batches) if place is None and is_numeric(leaf) else leaf if place is None else None
            for leaf, place in _pairs(kept)
        ]
        return arrays[:count], Kept(kept.template, leaves, kept.places)

    def run_backward(self, kept: Kept, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        template, arrays = separate_arrays(list(kept.leaves))
        of_one = [
            ArraySpec(spec.shape[1:], spec.dtype) if batch else spec
            for spec, batch in zip(specs, self._batched, strict=True)
        ]
        axes = [
            self._axes[place.position] if type(place) is Input else 0
            for leaf, place in _pairs(kept)
            if is_numeric(leaf)
        ]

        def pull(*parts: Array) -> tuple[Array, ...]:
            restored = Kept(kept.template, filled(template, parts[: len(arrays)]), kept.places)
            return tuple(self._rules.run_backward(restored, parts[len(arrays) :], of_one))

        gradients = of_batches(pull, axes + [0] * len(cotangents))(*arrays, *cotangents)
        return [g if batch else np.sum(g, axis=0) for g, batch in zip(gradients, self._batched, strict=True)]

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array]
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        count = len(values)

        def of_one(*xs: Array) -> tuple[Array, ...]:
            outputs, moved = self._rules.run_push(xs[:count], xs[count:])
            return (*outputs, *moved)

        found = of_batches(of_one, self._axes * 2)(*values, *tangents)
        return found[: len(found) // 2], found[len(found) // 2 :]
