"""A choice between functions as one operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.batching import batch_size
from pydezero.core.operation import Call
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, undifferentiated
from pydezero.transforms.loops.beside import TANGENTS, Tangents, ones_beside, pushed
from pydezero.transforms.loops.body import (
    Body,
    Influences,
    depending,
    is_moving,
    moving,
    of_batches,
    ones_like,
    pulled,
    repeated_examples,
)
from pydezero.transforms.loops.carry import as_operand
from pydezero.transforms.loops.operation import LoopOperation


def chosen(which: Array, results: Sequence[Array]) -> Array:
    """One of some results: the first of two where a truth holds, or that of an index."""
    if which.dtype.kind == "b":
        return np.where(which, results[0], results[1])
    out = results[-1]
    for i in range(len(results) - 2, -1, -1):
        out = np.where(which == i, results[i], out)
    return out


@attrs.frozen(eq=False)
class Cond(LoopOperation):
    """The operation of `cond` and `switch`.

    Its operands are a truth or an index, and then what each of the branches takes.
    """

    name: str
    branches: tuple[Body, ...] = attrs.field(repr=False)

    @property
    def loop_bodies(self) -> Mapping[str, Body]:
        names = [f"branch {i}" for i in range(len(self.branches))] if self.name == "switch" else ["if_true", "if_false"]
        return dict(zip(names, self.branches, strict=True))

    def with_loop_bodies(self, bodies: Mapping[str, Body]) -> Cond:
        return Cond(self.name, tuple(bodies.values()))

    def evaluate(self, values: Sequence[Array]) -> list[Array]:
        which = values[0]
        place = (0 if which else 1) if which.dtype.kind == "b" else int(which)
        return [*self.branches[place].plain()(*values[1:])]

    def unrolled(self, values: Sequence[Array]) -> list[Array]:
        which, *operands = map(as_operand, values)
        which = undifferentiated(which)
        if type(which) is not Variable:
            place = (0 if which else 1) if which.dtype.kind == "b" else int(which)
            return self.branches[place].run(operands)
        results = [branch.run(operands) for branch in self.branches]
        return [chosen(which, column) for column in zip(*results, strict=True)]

    def depending(self, flags: Sequence[bool]) -> tuple[list[bool], list[bool]]:
        columns = zip(*[depending(branch.graph, flags[1:]) for branch in self.branches], strict=True)
        return [*flags], [flags[0] or any(column) for column in columns]

    @property
    def influences(self) -> Influences:
        none: frozenset[int] = frozenset()
        found = [branch.influences for branch in self.branches]
        return {k: frozenset([i + 1 for i in none.union(*[of_one[k] for of_one in found])]) for k in found[0]}

    def may_leave_out(self, call: Call) -> bool:  # noqa: ARG002  # a branch is not taken
        return True

    def influential(self, call: Call, used: Sequence[bool]) -> Sequence[Array]:
        values = call.residual[0]
        which = undifferentiated(values[0])

        def has_influence(i: int) -> Array:
            of_branches = [
                any(i in places for k, places in branch.influences.items() if used[k]) for branch in self.branches
            ]
            return of_branches[0] if len(set(of_branches)) == 1 else chosen(which, [*map(np.bool, of_branches)])

        return [False, *map(has_influence, range(len(values) - 1))]

    def flags_of_bodies(self, flags: Sequence[bool]) -> list[tuple[Body, Sequence[bool]]]:
        return [(branch, flags[1:]) for branch in self.branches]

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array | None], beside: Tangents = TANGENTS
    ) -> tuple[Any, Any]:
        places = [i for i, t in enumerate(tangents[1:]) if t is not None and is_moving(values[1 + i])]
        _, depend = self.have_beside(tangents, len(self.branches[0].outputs), beside)
        of = [i for i in moving(self.branches[0].outputs) if depend[i]]

        def pushed_branch(branch: Body) -> Body:
            count = len(branch.inputs)

            def function(xs: Sequence[Array]) -> list[Array]:
                outputs, moved = pushed(beside.function_of(branch), xs[:count], places, xs[count:], beside)
                return [*outputs, *[moved[i] for i in of]]

            examples = [*branch.examples, *ones_beside(branch.examples, places, beside)]
            return branch.made(("pushed", beside, *places), f"{beside.noun} of {branch.name}", function, examples)

        operation = Cond(self.name, tuple(map(pushed_branch, self.branches)))
        results = operation(*values, *[tangents[1 + i] for i in places])
        count = len(self.branches[0].outputs)
        found = dict(zip(of, results[count:], strict=True))
        return results[:count], tuple([found.get(i) for i in range(count)])

    def run_pull(
        self,
        values: Sequence[Array],
        kept: Residual,  # noqa: ARG002  # nothing is kept
        wanted: Sequence[int],
        cotangents: Sequence[Array | None],
    ) -> list[Array]:
        places = [i - 1 for i in wanted]
        of = [i for i in moving(self.branches[0].outputs) if cotangents[i] is not None]

        def pulled_branch(branch: Body) -> Body:
            count = len(branch.inputs)

            def function(xs: Sequence[Array]) -> list[Array]:
                return pulled(branch.run, xs[:count], places, of, xs[count:])

            ones = ones_like(branch.outputs, of)
            return branch.made(
                ("pulled", *places, -1, *of), f"pullback of {branch.name}", function, [*branch.examples, *ones]
            )

        operation = Cond(self.name, tuple(map(pulled_branch, self.branches)))
        return list(operation(*values, *[cotangents[i] for i in of]))

    def run_batch(self, batched: Sequence[bool], values: Sequence[Array]) -> list[Array]:
        size = batch_size(batched, values)
        if batched[0]:  # all branches, and of each example the result of its own

            def function(xs: Sequence[Array]) -> list[Array]:
                results = [branch.run(xs[1:]) for branch in self.branches]
                return [chosen(xs[0], column) for column in zip(*results, strict=True)]

            with np.errstate(all="ignore"):  # most of it is for examples that do not take the branch
                return of_batches(function, values, batched, size, None)
        flags, out = list(batched[1:]), self.depending(batched)[1]

        def batch_of(branch: Body) -> Body:
            return branch.made(
                ("batch", size, *flags, *out),
                f"batch of {branch.name}",
                lambda xs: of_batches(branch.run, xs, flags, size, out),
                repeated_examples(branch, flags, size),
            )

        outputs = Cond(self.name, tuple(map(batch_of, self.branches)))(*values)
        return [
            y if is_batch else np.broadcast_to(y, (size, *y.shape)) for y, is_batch in zip(outputs, out, strict=True)
        ]
