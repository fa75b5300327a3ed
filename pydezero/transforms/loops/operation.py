"""The base of the operations of loops, which apply functions that are graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.bind import unwrap
from pydezero.core.broadcasting import cast
from pydezero.core.level import Level
from pydezero.core.operation import ArraySpec, Call, Operation
from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import as_constant
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, kept_beside, shape_of
from pydezero.graph.branches import needs_marks
from pydezero.graph.taken import has_marks, results_with_marks
from pydezero.transforms.loops.beside import MARKS, TANGENTS, Coefficients, Tangents
from pydezero.transforms.loops.body import Body, Influences, is_moving
from pydezero.transforms.loops.carry import as_operand


@attrs.frozen(eq=False)
class LoopOperation(Operation):
    """An operation that applies bodies; its derivatives and batches apply bodies that are made of them."""

    is_pure: bool = attrs.field(init=False, repr=False)
    holds_choice: bool = attrs.field(init=False, repr=False)

    several_outputs = True
    knows_unused = True

    def __attrs_post_init__(self) -> None:
        bodies = self.loop_bodies.values()
        object.__setattr__(self, "is_pure", all(body.is_pure for body in bodies))
        object.__setattr__(self, "holds_choice", any(body.holds_choice for body in bodies))

    @property
    def loop_bodies(self) -> Mapping[str, Body]:
        """The bodies by name."""
        raise NotImplementedError

    def with_loop_bodies(self, bodies: Mapping[str, Body]) -> LoopOperation:
        """The operation with other bodies, which compute the same."""
        raise NotImplementedError

    @property
    def bodies(self) -> Mapping[str, Any]:
        return {name: body.graph for name, body in self.loop_bodies.items()}

    def with_bodies(self, bodies: Mapping[str, Any]) -> Primitive:
        old = self.loop_bodies
        return self.with_loop_bodies({name: old[name].with_graph(graph) for name, graph in bodies.items()})

    def evaluate(self, values: Sequence[Array]) -> list[Array]:
        """The outputs, for values that may be of any transform but a trace."""
        raise NotImplementedError

    def unrolled(self, values: Sequence[Array]) -> list[Array]:
        """The outputs, computed by the operations of the bodies one after the other, on values of any transform."""
        raise NotImplementedError

    def run_pull(
        self, values: Sequence[Array], kept: Residual, wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> list[Array]:
        """The gradients by the operands at the wanted places; None is the cotangent of an output that is not used."""
        raise NotImplementedError

    @property
    def influences(self) -> Influences | None:
        """For each output with a derivative the places of the operands on which that may depend; None for all."""
        return None

    @property
    def links_steps(self) -> bool:
        """Whether what a step leaves out by a choice is left out of the steps before it, too."""
        return False

    def depending(self, flags: Sequence[bool]) -> tuple[list[bool], list[bool]]:
        """Marks of the operands that depend on marked ones, after any number of steps, and of the outputs that do."""
        raise NotImplementedError

    def flags_of_bodies(self, flags: Sequence[bool]) -> list[tuple[Body, Sequence[bool]]]:
        """The bodies, each with the marks of its arguments, for marks of the operands: these, if a body takes them."""
        return [(body, flags) for body in self.loop_bodies.values()]

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array | None], beside: Tangents = TANGENTS
    ) -> tuple[Any, Any]:
        """The outputs and their tangents, or what is else beside them; None is zero."""
        raise NotImplementedError

    def have_beside(
        self, tangents: Sequence[Array | None], outputs: int, beside: Tangents
    ) -> tuple[list[bool], list[bool]]:
        """Whether each operand, after any number of steps, and each of the outputs has something beside it."""
        if beside.follows:
            return self.depending([t is not None for t in tangents])
        return [True] * len(tangents), [True] * outputs

    def run_batch(self, batched: Sequence[bool], values: Sequence[Array]) -> list[Array]:
        """The outputs for many examples, along the first axis."""
        raise NotImplementedError

    # A body is for arrays, and a Python number among the operands is one of them.

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array | None]) -> tuple[Any, Any]:
        return self.run_push(list(map(as_operand, values)), tangents)

    def push_series(self, values: Sequence[Array], stacks: Sequence[Array | None], order: int) -> tuple[Any, Any]:
        return self.run_push(list(map(as_operand, values)), stacks, Coefficients(order))

    def push_marks(self, values: Sequence[Array], marks: Sequence[Array | None]) -> tuple[Any, Any]:
        return self.run_push(list(map(as_operand, values)), marks, MARKS)

    def batch(self, batched: Sequence[bool], *values: Array) -> list[Array]:
        return self.run_batch(batched, list(map(as_operand, values)))

    def raw(self, *values: Array) -> Any:
        # Nothing of the user's runs here but what is in graphs, and operations in graphs see to themselves.
        outputs = self.evaluate([as_operand(as_constant(x, self.name)) for x in values])
        return tuple([_frozen(y, values) for y in outputs])

    def record(self, args: Sequence[Array], level: Level) -> Any:
        values, parents = unwrap(args, level, self.name)
        values = [kept_beside(as_operand(x), values, level) for x in values]
        wanted = [i for i, x in enumerate(values) if parents[i] is not None and is_moving(x)]
        if not wanted:
            return self(*values)
        outputs, kept = self.run_and_keep(values, wanted)
        variables = self.recorded(outputs, (values, kept, wanted), values, parents, level)
        # What does not depend on the arguments of the transform is a constant to it: the value beside a tangent.
        depend = self.depending([i in wanted for i in range(len(values))])[1]
        return tuple([v if flag and is_moving(v) else y for v, y, flag in zip(variables, outputs, depend, strict=True)])

    def is_linear(self, residual: Residual) -> bool:
        values, _, wanted = residual
        return self.is_linear_in([i in wanted for i in range(len(values))])

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        """Whether it is linear in the operands that are marked, as far as the operations of the bodies tell."""
        marked, _ = self.depending(flags)
        return all(body.is_linear_in(of_body) for body, of_body in self.flags_of_bodies(marked))

    def run_and_keep(self, values: Sequence[Array], wanted: Sequence[int]) -> tuple[Any, Residual]:  # noqa: ARG002
        """The outputs, and what `run_pull` takes beside the values to give gradients by those at the wanted places."""
        return self(*values), None

    def may_leave_out(self, call: Call) -> bool:
        _, _, wanted = call.residual
        found = self.influences or {}
        return self.holds_choice or not all(places.issuperset(wanted) for places in found.values())

    def influential(self, call: Call, used: Sequence[bool]) -> Sequence[Array] | None:
        found = self.influences
        if found is None:
            return None
        influential = self.influencing(used)
        return [i in influential for i in range(len(call.residual[0]))]

    def influencing(self, used: Sequence[bool]) -> frozenset[int]:
        """The places of the operands on which the derivatives of some of the outputs may depend."""
        none: frozenset[int] = frozenset()
        return none.union(*[places for k, places in (self.influences or {}).items() if used[k]])

    def pull(
        self, residual: Residual, cotangents: Sequence[Array | None], specs: Sequence[ArraySpec]
    ) -> Sequence[Array]:
        values, kept, wanted = residual

        def pulled(gs: Sequence[Array | None]) -> list[Array]:
            return self.run_pull(values, kept, wanted, gs)

        links_steps = self.links_steps and not any(map(has_marks, cotangents))
        found: list[Array] | None = None
        if not links_steps or Variable not in map(type, [*values, *cotangents]):
            found = pulled(cotangents)
        if links_steps and (found is None or needs_marks(found)):
            marks = [g if g is None else np.ones(shape_of(g), np.bool) for g in cotangents]
            found, _ = results_with_marks(pulled, cotangents, marks)
        assert found is not None
        gradients = dict(zip(wanted, found, strict=True))
        like = next(g for g in cotangents if g is not None)
        return [
            cast(gradients[i], spec.dtype) if i in gradients else None if is_moving(x) else spec.zeros(like)
            for i, (x, spec) in enumerate(zip(values, specs, strict=True))
        ]


def _frozen(y: Array, values: Sequence[Array]) -> Array:
    """An output, read-only if it is an array of its own, so that a graph need not copy it."""
    if type(y) is np.ndarray and y.base is None and not any(y is x for x in values):
        y.flags.writeable = False
    return y
