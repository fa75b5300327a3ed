"""A compiled function as one operation: its derivatives and batches are compiled functions too."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import attrs
import numpy as np

from pydezero.core.batching import batch_size
from pydezero.core.bind import unwrap
from pydezero.core.broadcasting import cast
from pydezero.core.level import Level
from pydezero.core.operation import ArraySpec, Call
from pydezero.core.types import Array, Residual
from pydezero.core.variable import kept_beside
from pydezero.transforms.jit.compile import Program, compiled, compiling
from pydezero.transforms.jit.examples import held, ones
from pydezero.transforms.jit.gpu.compile import compiled_for
from pydezero.transforms.jit.gpu.devices import DEVICES, placement_of
from pydezero.transforms.jit.keeping import joint_results, keeping
from pydezero.transforms.jit.keys import not_compiled
from pydezero.transforms.jit.partition import Partition, partition
from pydezero.transforms.jit.unused import with_used
from pydezero.transforms.loops.beside import TANGENTS, Tangents, pushed
from pydezero.transforms.loops.body import (
    Body,
    Flat,
    Influences,
    depending,
    is_moving,
    moving,
    of_batches,
    pulled,
    repeated_examples,
    traced,
)
from pydezero.transforms.loops.carry import as_operand
from pydezero.transforms.loops.levels import is_recorded
from pydezero.transforms.loops.operation import LoopOperation
from pydezero.transforms.loops.trimming import trim
from pydezero.transforms.staging.equation import Reference
from pydezero.transforms.staging.passes import simplify


@attrs.frozen(eq=False)
class Split:
    """A compiled function for reverse mode, in two parts; see `Partition`."""

    forward: Jitted
    backward: Jitted
    values: tuple[int, ...]
    outputs: tuple[int, ...]
    moves: tuple[bool, ...]
    """Whether each output depends on what the gradients are by, and has a derivative."""


@attrs.frozen(eq=False)
class Jitted(LoopOperation):
    """The operation of a compiled function, of which the program is made when it is needed.

    Its operands are the inputs of the graph. What is made of it (the program, derivatives, batches) is kept.
    """

    name: str
    body: Body = attrs.field(repr=False)

    _programs: dict[Hashable, Program] = attrs.field(factory=dict, init=False, repr=False)
    _made: dict[Hashable, Jitted] = attrs.field(factory=dict, init=False, repr=False)
    _splits: dict[Hashable, Split] = attrs.field(factory=dict, init=False, repr=False)

    def __reduce__(self) -> Any:  # what `object.__reduce__` may return is as various as that
        return Jitted, (self.name, self.body)

    @property
    def loop_bodies(self) -> Mapping[str, Body]:
        return {"f": self.body}

    def with_loop_bodies(self, bodies: Mapping[str, Body]) -> Jitted:
        return Jitted(self.name, bodies["f"])

    def program(self, values: Sequence[Array] = ()) -> Program:
        """The program for operands that lie where these do, compiled at the first call.

        Raises:
            TypeError: some of them lie on a device, and others elsewhere.
        """
        placement = placement_of(values, self.name)
        if placement not in self._programs:
            with compiling:
                if placement not in self._programs:
                    graph = self.body.graph
                    found = compiled(graph) if placement is None else compiled_for(graph, placement)
                    self._programs[placement] = found
        return self._programs[placement]

    def evaluate(self, values: Sequence[Array]) -> list[Array]:
        # Machine code reads what it is told to: here shapes and dtypes must be those of the graph.
        fitting = [_fitting(self.name, x, reference) for x, reference in zip(values, self.body.inputs, strict=True)]
        return self.program(fitting).unchecked(fitting)

    def unrolled(self, values: Sequence[Array]) -> list[Array]:
        return self.body.run(list(map(as_operand, values)))

    def depending(self, flags: Sequence[bool]) -> tuple[list[bool], list[bool]]:
        return [*flags], depending(self.body.graph, flags)

    @property
    def influences(self) -> Influences:
        return self.body.influences

    def made(self, key: Hashable, name: str, function: Flat, examples: Sequence[Array]) -> Jitted:
        """Another function of arrays, made of this one, as an operation; the same one for the same key."""
        found = self._made.get(key)
        if found is None:
            body = traced(name, function, examples)
            body = attrs.evolve(body, examples=held(body.graph, examples))
            found = self._made.setdefault(key, Jitted(name, body))
        return found

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array | None], beside: Tangents = TANGENTS
    ) -> tuple[Any, Any]:
        """The outputs and their tangents, or what is else beside them."""
        body = self.body
        places = [i for i, (x, t) in enumerate(zip(values, tangents, strict=True)) if t is not None and is_moving(x)]
        flags = [i in places for i in range(len(values))]
        depend = depending(body.graph, flags)
        of = [i for i in moving(body.outputs) if depend[i]]

        def function(xs: Sequence[Array]) -> list[Array]:
            outputs, moved = pushed(beside.function_of(body), xs[: len(values)], places, xs[len(values) :], beside)
            return [*outputs, *[moved[i] for i in of]]

        of_tangents = [ones(beside.shape(body.inputs[i].shape), beside.dtype(body.inputs[i].dtype)) for i in places]
        examples = [*body.examples, *of_tangents]
        operation = self.made(("pushed", beside, *places), f"{beside.noun} of {self.name}", function, examples)
        results = operation(*values, *[tangents[i] for i in places])
        count = len(body.outputs)
        found = dict(zip(of, results[count:], strict=True))
        return results[:count], tuple([found.get(i) for i in range(count)])

    def run_batch(self, batched: Sequence[bool], values: Sequence[Array]) -> list[Array]:
        """The outputs for many examples."""
        size = batch_size(batched, values)
        out = depending(self.body.graph, batched)
        operation = self.made(
            ("batch", size, *batched),
            f"batch of {self.name}",
            lambda xs: of_batches(self.body.run, xs, batched, size, out),
            repeated_examples(self.body, batched, size),
        )
        outputs = operation(*values)
        return [
            y if is_batch else np.broadcast_to(y, (size, *y.shape)) for y, is_batch in zip(outputs, out, strict=True)
        ]

    def record(self, args: Sequence[Array], level: Level) -> Any:
        values, parents = unwrap(args, level, self.name)
        if is_recorded(*values):
            return super().record(args, level)
        values = [as_operand(x) for x in values]
        wanted = [i for i, x in enumerate(values) if parents[i] is not None and is_moving(x)]
        split = self.split(wanted)
        if not any(split.moves):
            return self(*values)
        for i in split.values:
            # What crosses from the forward to the backward program; the user may write into it in between.
            values[i] = kept_beside(values[i], values, level)
        results = split.forward(*values)
        count = len(self.body.outputs)
        outputs = results[:count]
        kept = [*[values[i] for i in split.values], *[outputs[i] for i in split.outputs], *results[count:]]
        still = tuple([i for i, x in enumerate(values) if parents[i] is not None and not is_moving(x)])
        residual = _Kept(split, tuple(kept), tuple(wanted), still)
        # What does not depend on the arguments of the transform is a constant to it: the value beside a tangent.
        variables = self.recorded(outputs, residual, values, parents, level)
        return tuple([v if moves else y for v, y, moves in zip(variables, outputs, split.moves, strict=True)])

    def split(self, wanted: Sequence[int]) -> Split:
        """The forward and the backward program for gradients by the operands at some places."""
        key = tuple(wanted)
        found = self._splits.get(key)
        if found is None:
            found = self._splits.setdefault(key, self._split(key))
        return found

    def _split(self, wanted: tuple[int, ...]) -> Split:
        depend = depending(self.body.graph, [i in wanted for i in range(len(self.body.inputs))])
        moves = tuple([flag and is_moving(y) for y, flag in zip(self.body.outputs, depend, strict=True)])
        if not any(moves):
            return Split(self, self, (), (), moves)
        body = self.body.with_graph(keeping(self.body.graph))
        count, of = len(body.inputs), moving(body.outputs)

        def function(xs: Sequence[Array]) -> list[Array]:
            return joint_results(body, xs[:count], wanted, of, xs[count:])

        of_cotangents = [ones(y.shape, y.dtype) for y in body.outputs if is_moving(y)]
        joint = traced(self.name, function, [*body.examples, *of_cotangents])
        parts = partition(trim(joint.graph), count, len(body.outputs))
        forward = Jitted(f"forward of {self.name}", Body(simplify(parts.forward), body.examples))
        backward = Jitted(
            f"backward of {self.name}", Body(parts.backward, _residuals(forward.body, parts, of_cotangents))
        )
        return Split(forward, backward, parts.values, parts.outputs, moves)

    def may_leave_out(self, call: Call) -> bool:
        if type(call.residual) is not _Kept:
            return super().may_leave_out(call)
        wanted = call.residual.wanted
        return self.holds_choice or not all(places.issuperset(wanted) for places in self.influences.values())

    def influential(self, call: Call, used: Sequence[bool]) -> Sequence[Array]:  # noqa: ARG002
        influential = self.influencing(used)
        return [i in influential for i in range(len(self.body.inputs))]

    def is_linear(self, residual: Residual) -> bool:
        if type(residual) is not _Kept:
            return super().is_linear(residual)
        return self.is_linear_in([i in residual.wanted for i in range(len(self.body.inputs))])

    def run_pull(
        self,
        values: Sequence[Array],
        kept: Residual,  # noqa: ARG002  # nothing is kept
        wanted: Sequence[int],
        cotangents: Sequence[Array | None],
    ) -> list[Array]:
        """The gradients by the operands at the wanted places, as one function of the operands and cotangents.

        That is how an enclosing reverse pass has to see it. Of what crosses between two programs it would not know
        which elements belong to a branch of `where` that was not taken; inside of one program it does.
        """
        body = self.body.with_graph(keeping(self.body.graph))
        count, of = len(body.inputs), [i for i in moving(body.outputs) if cotangents[i] is not None]

        def function(xs: Sequence[Array]) -> list[Array]:
            return pulled(body.run, xs[:count], wanted, of, xs[count:])

        examples = [*body.examples, *[ones(body.outputs[i].shape, body.outputs[i].dtype) for i in of]]
        operation = self.made(("pulled", *wanted, -1, *of), f"pullback of {self.name}", function, examples)
        return list(operation(*values, *self._given(cotangents)))

    def _given(self, cotangents: Sequence[Array | None]) -> list[Array]:
        """The cotangents of the outputs that are used and have derivatives, in their dtypes."""
        outputs = self.body.outputs
        return [cast(as_operand(cotangents[i]), outputs[i].dtype) for i in moving(outputs) if cotangents[i] is not None]

    def _backward(self, kept: _Kept, cotangents: Sequence[Array | None]) -> Jitted:
        """The backward program, of the cotangents that there are."""
        backward = kept.split.backward
        flags = [cotangents[i] is not None for i in moving(self.body.outputs)]
        if all(flags):
            return backward
        used = [*[None] * len(kept.values), *flags]
        body = backward.body
        examples = [x for x, flag in zip(body.examples, used, strict=True) if flag is not False]
        return backward.made(("used", *flags), backward.name, lambda xs: with_used(body, used, xs), examples)

    def pull(
        self, residual: Residual, cotangents: Sequence[Array | None], specs: Sequence[ArraySpec]
    ) -> Sequence[Array]:
        if type(residual) is not _Kept:
            return super().pull(residual, cotangents, specs)
        gs = self._given(cotangents)
        gradients = dict(zip(residual.wanted, self._backward(residual, cotangents)(*residual.values, *gs), strict=True))
        return [
            cast(gradients[i], spec.dtype) if i in gradients else spec.zeros() if i in residual.still else None
            for i, spec in enumerate(specs)
        ]


class _Kept(NamedTuple):
    """The record of a call in reverse mode: the residuals, and the places of the operands.

    Those at the places `still` are integers of which somebody wants a gradient.
    """

    split: Split
    values: tuple[Array, ...]
    wanted: tuple[int, ...]
    still: tuple[int, ...]


def _residuals(forward: Body, parts: Partition, cotangents: Sequence[Array]) -> tuple[Array, ...]:
    """An example of each input of the backward graph."""
    with np.errstate(all="ignore"):  # the values are examples
        results = forward.run([as_operand(x) for x in forward.examples])
    count = len(results) - (len(parts.backward.inputs) - len(parts.values) - len(parts.outputs) - len(cotangents))
    examples = [*[forward.examples[i] for i in parts.values], *[results[i] for i in parts.outputs]]
    return held(parts.backward, [*examples, *results[count:], *cotangents])


def _fitting(name: str, x: Array, reference: Reference) -> Array:
    """An operand of the shape and dtype that the program is for.

    Raises:
        ValueError: it has another shape.
        TypeError: it is of a library that there is no compiled code for.
    """
    if type(x) is not np.ndarray and not isinstance(x, np.generic) and DEVICES[type(x)] is None:
        raise not_compiled(name, x)
    if x.shape != reference.shape:
        raise ValueError(f"{name}: the program is for an array of shape {reference.shape}, got one of shape {x.shape}")
    return x if x.dtype == reference.dtype else x.astype(reference.dtype)
