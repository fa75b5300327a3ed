"""A loop with a condition as one operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.batching import batch_size, repeated
from pydezero.core.operation import Call
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, undifferentiated
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.loops.beside import TANGENTS, Tangents, ones_beside, pushed, zeros_beside
from pydezero.transforms.loops.body import (
    Body,
    BodyRecorder,
    Influences,
    Recorded,
    depending,
    is_moving,
    moving,
    of_batches,
    repeated_examples,
)
from pydezero.transforms.loops.carry import Loop, as_operand
from pydezero.transforms.loops.derived import Derived, Pulled
from pydezero.transforms.loops.levels import any_true, decision, selected
from pydezero.transforms.loops.operation import LoopOperation
from pydezero.transforms.loops.scan_operation import Scan, after_steps
from pydezero.transforms.loops.stacking import example_of, zeros_of
from pydezero.transforms.rules.checkpoint import checkpoint
from pydezero.transforms.staging.recorder import Recorder
from pydezero.tree import Tree, filled


def recorded_condition(
    loop: Loop,
    condition: Callable[[Any], Any],
    template: Tree,
    firsts: Sequence[Array],
    weak: Sequence[bool],
    outer: Recorder,
) -> Recorded:
    """The condition of a loop in a record, recorded for carries like these; those that are weak are numbers."""

    def function(values: Sequence[Array]) -> list[Any]:
        truth = condition(filled(template, values))
        decision(loop, truth, "what the condition gives")
        return [truth]

    examples = [example_of(as_operand(x)) for x in firsts]
    return BodyRecorder(name_of(condition), Loop(loop.name, condition).label, outer).run(function, examples, weak)


@attrs.frozen(eq=False)
class While(LoopOperation):
    """The operation of `while_loop`, and of `fori_loop` with bounds that are traced.

    Its operands are what the condition captures, what the body captures, and the first carry.
    """

    name: str
    condition: Body = attrs.field(repr=False)
    body: Body = attrs.field(repr=False)
    of_condition: int
    of_body: int

    @property
    def loop_bodies(self) -> Mapping[str, Body]:
        return {"condition": self.condition, "body": self.body}

    def with_loop_bodies(self, bodies: Mapping[str, Body]) -> While:
        return attrs.evolve(self, condition=bodies["condition"], body=bodies["body"])

    def parts(self, operands: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """The values that the condition captures, those that the body does, and the carry; or what belongs to each."""
        end = self.of_condition + self.of_body
        return list(operands[: self.of_condition]), list(operands[self.of_condition : end]), list(operands[end:])

    def evaluate(self, values: Sequence[Array]) -> list[Array]:
        of_condition, of_body, first = self.parts(values)
        condition, body = self.condition.plain(), self.body.plain()
        carry: Sequence[Array] = first
        while condition(*of_condition, *carry)[0]:
            carry = body(*of_body, *carry)
        return [*carry] if carry is not first else [np.array(x)[()] for x in first]

    def unrolled(self, values: Sequence[Array]) -> list[Array]:
        return EagerWhile(self)(list(map(as_operand, values)))

    def depending(self, flags: Sequence[bool]) -> tuple[list[bool], list[bool]]:
        of_condition, of_body, carry = self.parts(flags)
        while True:  # until a carry that is computed of a marked one, or counted by one, is marked
            (decides,) = depending(self.condition.graph, [*of_condition, *carry])
            out = depending(self.body.graph, [*of_body, *carry])
            grown = [a or b or decides for a, b in zip(carry, out, strict=True)]
            if grown == carry:
                return [*of_condition, *of_body, *carry], carry
            carry = grown

    @property
    def influences(self) -> Influences:
        start = self.of_condition
        found = {k: frozenset([i + start for i in places]) for k, places in self.body.influences.items()}
        of_carry = {k: frozenset([k + start + self.of_body]) for k in found}
        return after_steps(found, of_carry, start + self.of_body)

    @property
    def links_steps(self) -> bool:
        return self.holds_choice

    def may_leave_out(self, call: Call) -> bool:  # noqa: ARG002  # there may be no step
        return True

    def influential(self, call: Call, used: Sequence[bool]) -> Sequence[Array]:
        values = call.residual[0]
        of_condition, _, carry = self.parts(values)
        runs = undifferentiated(self.condition.run([*of_condition, *carry])[0])
        influential = self.influencing(used)
        found = [i in influential and runs for i in range(len(values))]
        start = len(values) - len(carry)
        return [*found[:start], *[flag or found[start + k] for k, flag in enumerate(used)]]

    def flags_of_bodies(self, flags: Sequence[bool]) -> list[tuple[Body, Sequence[bool]]]:
        _, of_body, carry = self.parts(flags)
        return [(self.body, [*of_body, *carry])]

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        of_condition, _, carry = self.parts(self.depending(flags)[0])
        decides = depending(self.condition.graph, [*of_condition, *carry])[0]
        return not decides and LoopOperation.is_linear_in(self, flags)

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array | None], beside: Tangents = TANGENTS
    ) -> tuple[Any, Any]:
        """The outputs and what is beside them: a loop of the body and its tangent."""
        of_condition, of_body, carry = self.parts(values)
        _, t_body, t_carry = self.parts(tangents)
        c = [i for i, (x, t) in enumerate(zip(of_body, t_body, strict=True)) if t is not None and is_moving(x)]
        _, depend = self.have_beside(tangents, len(carry), beside)
        s = [i for i in moving(self.body.outputs) if depend[i]]
        count = len(carry)

        def of_values(values: Sequence[Array]) -> list[Array]:
            return self.condition.run(values[: self.of_condition + count])

        def of_both(values: Sequence[Array]) -> list[Array]:
            captured, moved = values[: self.of_body], values[self.of_body : self.of_body + len(c)]
            carry = values[len(captured) + len(moved) :][:count]
            of_carry = values[len(captured) + len(moved) + count :]
            places = [*c, *[i + self.of_body for i in s]]
            run = beside.function_of(self.body)
            outputs, of_outputs = pushed(run, [*captured, *carry], places, [*moved, *of_carry], beside)
            return [*outputs, *[of_outputs[i] for i in s]]

        examples = self.body.examples
        of_carry = ones_beside(examples, [i + self.of_body for i in s], beside)
        condition = self.condition.made(
            ("beside tangents", beside, *s), self.condition.name, of_values, [*self.condition.examples, *of_carry]
        )
        all_examples = [
            *examples[: self.of_body],
            *ones_beside(examples, c, beside),
            *examples[self.of_body :],
            *of_carry,
        ]
        body = self.body.made(
            ("pushed", beside, *c, -1, *s), f"{beside.noun} of {self.body.name}", of_both, all_examples
        )
        outputs = While(self.name, condition, body, self.of_condition, self.of_body + len(c))(
            *of_condition,
            *of_body,
            *[t_body[i] for i in c],
            *carry,
            *[zeros_beside(carry[i], beside) if t_carry[i] is None else t_carry[i] for i in s],
        )
        found = dict(zip(s, outputs[count:], strict=True))
        return outputs[:count], tuple([found.get(i) for i in range(count)])

    def run_pull(
        self,
        values: Sequence[Array],
        kept: Residual,  # noqa: ARG002  # nothing is kept
        wanted: Sequence[int],
        cotangents: Sequence[Array | None],
    ) -> list[Array]:
        of = [i for i in moving(self.body.outputs) if cotangents[i] is not None]
        function = PulledWhile(len(values), tuple(wanted), tuple(of), function=EagerWhile(self))
        derived = Derived(f"pullback of {self.name}", function, self.loop_bodies, may_stop=True)
        return list(derived(*values, *[cotangents[i] for i in of]))

    def run_batch(self, batched: Sequence[bool], values: Sequence[Array]) -> list[Array]:
        """The outputs for many examples: a loop that runs until all are done."""
        size = batch_size(batched, values)
        all_flags, of_carry = self.depending(batched)
        of_condition, of_body, _ = self.parts(all_flags)
        (decides,) = depending(self.condition.graph, [*of_condition, *of_carry])
        asked, flags = [*of_condition, *of_carry], [*of_condition, *of_body, *of_carry]
        split = self.of_condition + self.of_body

        def any_running(xs: Sequence[Array]) -> list[Array]:
            return [np.any(y) for y in of_batches(self.condition.run, xs, asked, size, [decides])]

        def step(xs: Sequence[Array]) -> list[Array]:
            captured, carry = xs[self.of_condition : split], xs[split:]
            new = self.body.run([*captured, *carry])
            if not decides:
                return new
            (running,) = self.condition.run([*xs[: self.of_condition], *carry])
            return [np.where(running, a, b) for a, b in zip(new, carry, strict=True)]

        def of_step(xs: Sequence[Array]) -> list[Array]:
            return of_batches(step, xs, flags, size, of_carry)

        name, key = f"batch of {self.body.name}", ("batch", size, *flags)
        examples = repeated_examples(self.condition, asked, size)
        condition = self.condition.made(key, f"batch of {self.condition.name}", any_running, examples)
        of_both = [*self.condition.examples[: self.of_condition], *self.body.examples]
        repeated_of_both = [repeated(x, size) if flag else x for x, flag in zip(of_both, flags, strict=True)]
        body = self.body.made((self.condition, *key), name, of_step, repeated_of_both)
        first = [
            repeated(x, size) if a and not b else x
            for x, a, b in zip(values[split:], of_carry, batched[split:], strict=True)
        ]
        loop = While(self.name, condition, body, self.of_condition, split)
        outputs = loop(*values[: self.of_condition], *values[:split], *first)
        return [y if is_batch else repeated(y, size) for y, is_batch in zip(outputs, of_carry, strict=True)]


@attrs.frozen(eq=False)
class EagerWhile:
    """The outputs of a loop with a condition, step by step, on values of any transform but a trace.

    In reverse mode the carries are kept between the steps, however many these come to, and each step is run again.
    """

    operation: While

    def __call__(self, values: Sequence[Array]) -> list[Array]:
        loop = self.operation
        of_condition, of_body, carry = loop.parts(values)

        def step(*carry: Array) -> list[Array]:
            return loop.body.run([*of_body, *carry])

        kept = checkpoint(step)
        while True:
            running = undifferentiated(loop.condition.run([*of_condition, *carry])[0])
            if not any_true(running):
                return carry
            new = kept(*carry)
            carry = selected(running, new, carry) if type(running) is Variable else new

    def depending(self, flags: Sequence[bool]) -> list[bool]:
        return self.operation.depending(flags)[1]

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        return self.operation.is_linear_in(flags)


@attrs.frozen(eq=False)
class PulledWhile(Pulled):
    """The gradients through a loop with a condition: of arrays by a stack of its carries, however many there are."""

    function: EagerWhile = attrs.field(kw_only=True)

    def __call__(self, values: Sequence[Array]) -> list[Array]:
        if Variable in map(type, values):
            return Pulled.__call__(self, values)
        loop = self.function.operation
        of_condition, of_body, carry = loop.parts(values[: self.count])
        condition, step = loop.condition.plain(), loop.body.plain()
        carries: list[Sequence[Array]] = []
        while condition(*of_condition, *carry)[0]:
            carries.append(carry)
            carry = list(step(*of_body, *carry))
        start, end = len(of_condition), len(of_condition) + len(of_body)
        captured = [i - start for i in self.wanted if start <= i < end]
        found = dict(zip(self.of, values[self.count :], strict=True))
        scan = Scan(loop.name, loop.body, len(of_body), len(carry), 1, False)
        before = scan.carries_before([found.get(i) for i in range(len(carry))])
        pull = scan.pulled_body(captured, before, (), ()).plain()
        sums = [zeros_of(of_body[i]) for i in captured]
        cotangents = [found[i] if i in found else zeros_of(carry[i]) for i in before]
        while carries:
            gradients = pull(*of_body, *sums, *cotangents, *carries.pop())
            sums, cotangents = list(gradients[: len(sums)]), list(gradients[len(sums) :])
        found = dict(zip([i + start for i in captured], sums, strict=True))
        found |= dict(zip([i + end for i in before], cotangents, strict=True))
        return [found[i] if i in found else zeros_of(values[i]) for i in self.wanted]
