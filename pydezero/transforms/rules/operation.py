"""A call of a function with rules of the user's, as one operation on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import attrs
import numpy as np

from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec, Operation, cotangent_spec
from pydezero.core.snapshot import frozen_snapshot, handed
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, is_numeric
from pydezero.graph.linear import LinearMap
from pydezero.transforms.rules.custom import independent, of_batches, record_checked, separate_arrays
from pydezero.tree import Tree, filled, flatten, map_leaves


class Place:
    """In residuals: an argument or output, by its position. An attrs class would be a container."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position: int = position


class Input(Place):
    """An argument: its derivative is that of the argument, and not of a copy."""

    __slots__ = ()


class Output(Place):
    """An output: its derivative, too, follows the rule."""

    __slots__ = ()


class Kept:
    """Residuals, with the arguments and outputs among them apart."""

    __slots__ = ("inputs", "outputs", "tree")

    def __init__(self, tree: Tree, inputs: dict[int, Array], outputs: dict[int, Array]) -> None:
        self.tree: Tree = tree
        self.inputs: dict[int, Array] = inputs
        self.outputs: dict[int, Array] = outputs

    def restored(self, writable: bool) -> Tree:
        """The residuals as the rule returned them, in memory that it cannot write into, or in copies."""
        tree = self.tree
        if tree is None or type(tree) is Input:
            return tree and handed(self.inputs[tree.position], writable)

        def restore(leaf: Any) -> Any:
            if type(leaf) is Input:
                return handed(self.inputs[leaf.position], writable)
            if type(leaf) is Output:
                return handed(self.outputs[leaf.position], writable)
            return handed(leaf, writable) if is_numeric(leaf) else leaf

        return map_leaves(restore, tree)


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

    def run_forward(self, values: Sequence[Array], /) -> tuple[tuple[Array, ...], Tree]:
        """The outputs and the residuals."""
        ...

    def run_backward(self, kept: Kept, cotangents: Sequence[Array], specs: Sequence[ArraySpec], /) -> Sequence[Array]:
        """A cotangent for each argument."""
        ...

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array], /
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """The outputs and their tangents."""
        ...


@attrs.frozen(eq=False)
class Ruled(Operation):
    """An operation on arrays with rules of the user's: for one mode, of which the other is the transpose, or for both.

    `writable` is that of the rules.
    """

    name: str
    _rules: Rules = attrs.field(repr=False)
    writable: bool = attrs.field(repr=False)

    several_outputs = True

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        return self._rules.evaluate(values)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Kept | LinearMap]:
        given = [handed(x, self.writable) for x in values]
        if not self._rules.pulls:
            return self._evaluate_and_record(values, given)
        outputs, tree = self._rules.run_forward(given)
        outputs = self._outputs(values, outputs)
        if tree is None:
            return outputs, Kept(None, {}, {})
        if type(tree) is Input:
            return outputs, Kept(tree, {tree.position: values[tree.position]}, {})
        used = {leaf for leaf in flatten(tree) if type(leaf) in (Input, Output)}
        tree = map_leaves(lambda leaf: frozen_snapshot(leaf) if is_numeric(leaf) else leaf, tree)
        return outputs, Kept(
            tree,
            {place.position: values[place.position] for place in used if type(place) is Input},
            {place.position: outputs[place.position] for place in used if type(place) is Output},
        )

    def _evaluate_and_record(
        self, values: Sequence[Array], given: Sequence[Array]
    ) -> tuple[tuple[Array, ...], LinearMap]:
        """The outputs, and the record of the rule of forward mode as a linear map of the tangents."""
        where = f"{self.name}: the rule"
        computed: list[tuple[Array, ...]] = []

        def moved(tangents: Sequence[Array]) -> tuple[Array, ...]:
            outputs, of_outputs = self._rules.run_push(given, tangents)
            computed.append(outputs)
            return of_outputs

        record = record_checked(moved, values, where)
        return self._outputs(values, [independent(y, record, where) for y in computed[0]]), record

    def _outputs(self, values: Sequence[Array], outputs: Sequence[Array]) -> tuple[Array, ...]:
        """The outputs; to an enclosing transform they are those of this operation, not of what a rule consists of."""
        if Variable in map(type, values):
            result: tuple[Array, ...] = self(*values)
            return result
        return tuple([frozen_snapshot(y) for y in outputs])

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        if self._rules.pulls:
            return self._rules.run_backward(residual, [handed(g, self.writable) for g in cotangents], specs)
        gradients = residual.transposed(cotangents)
        pairs = zip(gradients, specs, strict=True)
        return [spec.zeros(cotangents[0]) if g is None else cast(g, spec.dtype) for g, spec in pairs]

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], Sequence[Array | None]]:
        """The outputs and their tangents; by the transpose of `backward` where there is no rule."""
        if self._rules.pushes:
            moving = [cotangent_spec(x).zeros(x) if t is None else t for x, t in zip(values, tangents, strict=True)]
            writable = self.writable
            outputs, moved = self._rules.run_push(
                [handed(x, writable) for x in values], [handed(t, writable) for t in moving]
            )
            return self._outputs(values, outputs), moved
        outputs, residual = self.evaluate_and_keep(values)
        specs = [cotangent_spec(x) for x in values]
        record = record_checked(lambda gs: self.pull(residual, gs, specs), outputs, f"{self.name}: backward")
        return outputs, record.transposed(tangents)

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        outputs: tuple[Array, ...] = Ruled(self.name, _Batched(self._rules, tuple(batched)), self.writable)(*values)
        return outputs


class _Batched:
    """The same rules for batches, along the first axis of the arguments that are batched."""

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

    def run_forward(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Tree]:
        found: list[tuple[int, Tree]] = []

        def of_one(*xs: Array) -> tuple[Array, ...]:
            outputs, tree = self._rules.run_forward(xs)
            template, arrays = separate_arrays(tree)
            found.append((len(outputs), template))
            return (*outputs, *arrays)

        arrays = of_batches(of_one, self._axes)(*values)
        count, template = found[-1]
        return arrays[:count], filled(template, arrays[count:])

    def run_backward(self, kept: Kept, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        template, arrays = separate_arrays((kept.tree, kept.inputs, kept.outputs))
        of_one = [
            ArraySpec(spec.shape[1:], spec.dtype) if batch else spec
            for spec, batch in zip(specs, self._batched, strict=True)
        ]
        of_inputs = [self._axes[position] for position in kept.inputs]
        own = len(arrays) - len(of_inputs) - len(kept.outputs)

        def pull(*parts: Array) -> tuple[Array, ...]:
            restored = Kept(*filled(template, parts[: len(arrays)]))
            return tuple(self._rules.run_backward(restored, parts[len(arrays) :], of_one))

        in_axes = [0] * own + of_inputs + [0] * (len(kept.outputs) + len(cotangents))
        gradients = of_batches(pull, in_axes)(*arrays, *cotangents)
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
