"""A scan as one operation: its derivatives and batches are scans of other bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.batching import batch_size, repeated
from pydezero.core.types import Array, Residual
from pydezero.transforms.loops.beside import TANGENTS, Tangents, ones_beside, pushed, zeros_beside
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
from pydezero.transforms.loops.stacking import zeros_of


@attrs.frozen(eq=False)
class Scan(LoopOperation):
    """The operation of `scan`, `map` and `fori_loop`.

    Its operands are what the body captures, the first carry and the arrays of xs, of which there are `captured`,
    `carried` and the rest. The body takes them with the elements of a step in the place of the arrays, and gives the
    next carry and what is stacked.
    """

    name: str
    body: Body = attrs.field(repr=False)
    captured: int
    carried: int
    length: int
    reverse: bool
    checkpoint: int | None = None

    @property
    def loop_bodies(self) -> Mapping[str, Body]:
        return {"body": self.body}

    def with_loop_bodies(self, bodies: Mapping[str, Body]) -> Scan:
        return attrs.evolve(self, body=bodies["body"])

    @property
    def facts(self) -> Mapping[str, Any]:
        facts = {"length": self.length, "reverse": self.reverse, "checkpoint": self.checkpoint}
        return {name: fact for name, fact in facts.items() if name == "length" or fact}

    def with_body(self, body: Body, captured: int, carried: int, reverse: bool | None = None) -> Scan:
        """A scan of as many steps, of another body."""
        order = self.reverse if reverse is None else reverse
        return Scan(self.name, body, captured, carried, self.length, order, self.checkpoint)

    def parts(self, operands: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """The captured values, the carry and the xs, or what belongs to each of them."""
        end = self.captured + self.carried
        return list(operands[: self.captured]), list(operands[self.captured : end]), list(operands[end:])

    def evaluate(self, values: Sequence[Array]) -> list[Array]:
        captured, carry, xs = self.parts(values)
        references = self.body.outputs[self.carried :]
        stacks = [np.empty((self.length, *y.shape), y.dtype) for y in references]
        run, carried = self.body.plain(), self.carried
        for i in self._places():
            results: Sequence[Array] = run(*captured, *carry, *[x[i] for x in xs])
            carry = [*results[:carried]]
            for stack, y in zip(stacks, results[carried:], strict=True):
                stack[i] = y
        return [*(carry if self.length else [np.array(x)[()] for x in carry]), *stacks]

    def unrolled(self, values: Sequence[Array]) -> list[Array]:
        captured, carry, xs = self.parts(list(map(as_operand, values)))
        columns: list[list[Array]] = [[] for _ in self.body.outputs[self.carried :]]
        for i in self._places():
            results = self.body.run([*captured, *carry, *[x[i] for x in xs]])
            carry = results[: self.carried]
            for column, y in zip(columns, results[self.carried :], strict=True):
                column.append(y)
        if not self.length:
            return [*carry, *[np.empty((0, *y.shape), y.dtype) for y in self.body.outputs[self.carried :]]]
        return [*carry, *[np.stack(column[::-1] if self.reverse else column) for column in columns]]

    def _places(self) -> range:
        return range(self.length - 1, -1, -1) if self.reverse else range(self.length)

    def depending(self, flags: Sequence[bool]) -> tuple[list[bool], list[bool]]:
        captured, carry, xs = self.parts(flags)
        while True:  # until a carry that is computed of a marked one is marked
            out = depending(self.body.graph, [*captured, *carry, *xs])
            grown = [a or b for a, b in zip(carry, out, strict=False)]
            if grown == carry:
                return [*captured, *carry, *xs], [*carry, *out[self.carried :]]
            carry = grown

    @property
    def influences(self) -> Influences:
        found = self.body.influences
        of_carry = {k: frozenset([k + self.captured]) for k in found if k < self.carried}
        if not self.length:
            return of_carry | {k: frozenset() for k in found if k >= self.carried}
        return after_steps(found, of_carry, self.captured)

    @property
    def links_steps(self) -> bool:
        return self.holds_choice and self.length > 1 and self.carried > 0

    # Forward mode: a scan of the body and its tangent.

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array | None], beside: Tangents = TANGENTS
    ) -> tuple[Any, Any]:
        """The outputs and their tangents, or what is else beside them."""
        captured, carry, xs = self.parts(values)
        of_captured, of_carry, of_xs = self.parts(tangents)
        c = _with_tangent(captured, of_captured)
        x = _with_tangent(xs, of_xs)
        flags, depend = self.have_beside(tangents, len(self.body.outputs), beside)
        s = [i for i in moving(self.body.outputs[: self.carried]) if self.parts(flags)[1][i]]
        of_ys = [i for i in moving(self.body.outputs[self.carried :], self.carried) if depend[i]]
        body = self._pushed_body(c, s, x, of_ys, beside)
        first = [zeros_beside(carry[i], beside) if of_carry[i] is None else of_carry[i] for i in s]
        # A step takes its coefficients as it takes its element: by the first axis.
        of_steps = [beside.by_steps(of_xs[i]) for i in x]
        outputs = self.with_body(body, len(captured) + len(c), len(carry) + len(s))(
            *captured, *[of_captured[i] for i in c], *carry, *first, *xs, *of_steps
        )
        rest = iter(outputs)
        carry, moved = _taken(rest, len(carry)), _taken(rest, len(s))
        ys = _taken(rest, len(self.body.outputs) - len(carry))
        found = dict(zip([*s, *of_ys], [*moved, *map(beside.by_steps, rest)], strict=True))
        return (*carry, *ys), tuple([found.get(i) for i in range(len(self.body.outputs))])

    def _pushed_body(
        self, c: Sequence[int], s: Sequence[int], x: Sequence[int], of_ys: Sequence[int], beside: Tangents
    ) -> Body:
        """The body with the tangents of some of what is captured, carried and scanned."""
        captured, carry, xs = self.parts(self.body.examples)
        of_examples = [ones_beside(*pair, beside) for pair in ((captured, c), (carry, s), (xs, x))]
        examples = [*captured, *of_examples[0], *carry, *of_examples[1], *xs, *of_examples[2]]
        places = [*c, *_moved_by(s, self.captured), *_moved_by(x, self.captured + self.carried)]

        def function(values: Sequence[Array]) -> list[Array]:
            rest = iter(values)
            captured, of_captured = _taken(rest, self.captured), _taken(rest, len(c))
            carry, of_carry = _taken(rest, self.carried), _taken(rest, len(s))
            xs = _taken(rest, len(self.body.inputs) - self.captured - self.carried)
            tangents = [*of_captured, *of_carry, *rest]
            run = beside.function_of(self.body)
            outputs, moved = pushed(run, [*captured, *carry, *xs], places, tangents, beside)
            of_next = [moved[i] for i in s]
            return [*outputs[: self.carried], *of_next, *outputs[self.carried :], *[moved[i] for i in of_ys]]

        key = ("pushed", beside, *c, -1, *s, -1, *x)
        return self.body.made(
            (key, self.captured, self.carried), f"{beside.noun} of {self.body.name}", function, examples
        )

    # Reverse mode: the carries are kept, and pulled back by a scan in the other direction.

    def record(self, args: Sequence[Array], level: Any) -> Any:
        if self.checkpoint is not None:
            return self._in_segments(args)
        return super().record(args, level)

    def run_and_keep(self, values: Sequence[Array], wanted: Sequence[int]) -> tuple[Any, Residual]:  # noqa: ARG002
        def function(xs: Sequence[Array]) -> list[Array]:
            return [*self.body.run(xs), *self.parts(xs)[1]]

        name = f"{self.body.name}, carries kept"
        body = self.body.made(("kept", self.captured, self.carried), name, function, self.body.examples)
        outputs = self.with_body(body, self.captured, self.carried)(*values)
        count = len(self.body.outputs)
        return outputs[:count], outputs[count:]

    def run_pull(
        self, values: Sequence[Array], kept: Residual, wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> list[Array]:
        captured, carry, xs = self.parts(values)
        end = self.captured + self.carried
        c = [i for i in wanted if i < self.captured]
        s = self.carries_before(cotangents)
        x = [i - end for i in wanted if i >= end]
        ys = [i for i in moving(self.body.outputs[self.carried :], self.carried) if cotangents[i] is not None]
        body = self.pulled_body(c, s, x, ys)
        outputs = self.with_body(body, len(captured), len(c) + len(s), not self.reverse)(
            *captured,
            *[zeros_of(captured[i]) for i in c],
            *[zeros_of(carry[i]) if cotangents[i] is None else cotangents[i] for i in s],
            *kept,
            *xs,
            *[cotangents[i] for i in ys],
        )
        of_captured, of_carry, of_xs = outputs[: len(c)], outputs[len(c) : len(c) + len(s)], outputs[len(c) + len(s) :]
        found = dict(zip(s, of_carry, strict=True))
        carries = [i - self.captured for i in wanted if self.captured <= i < end]
        return [*of_captured, *[found[i] if i in found else zeros_of(carry[i]) for i in carries], *of_xs]

    def carries_before(self, cotangents: Sequence[Array | None]) -> list[int]:
        """The carries of which the outputs depend that have a cotangent, after any number of steps."""
        used = [g is not None for g in cotangents]
        before = self.influencing(used)
        return [i for i in moving(self.body.outputs[: self.carried]) if used[i] or i + self.captured in before]

    def pulled_body(self, c: Sequence[int], s: Sequence[int], x: Sequence[int], ys: Sequence[int]) -> Body:
        """The body's pullback, which adds up the gradients by what is captured."""
        captured, carry, xs = self.parts(self.body.examples)
        of_ys = [np.ones(self.body.outputs[i].shape, self.body.outputs[i].dtype)[()] for i in ys]
        examples = [*captured, *ones_like(captured, c), *ones_like(carry, s), *carry, *xs, *of_ys]
        places = [*c, *_moved_by(s, self.captured), *_moved_by(x, self.captured + self.carried)]

        def function(values: Sequence[Array]) -> list[Array]:
            rest = iter(values)
            captured, sums, of_next = _taken(rest, self.captured), _taken(rest, len(c)), _taken(rest, len(s))
            carry, xs = _taken(rest, self.carried), _taken(rest, len(self.body.inputs) - self.captured - self.carried)
            cotangents = [*of_next, *rest]
            gradients = pulled(self.body.run, [*captured, *carry, *xs], places, [*s, *ys], cotangents)
            return [*[a + g for a, g in zip(sums, gradients, strict=False)], *gradients[len(c) :]]

        key = ("pulled", *c, -1, *s, -1, *x, -1, *ys)
        return self.body.made((key, self.captured, self.carried), f"pullback of {self.body.name}", function, examples)

    def _in_segments(self, args: Sequence[Array]) -> Any:
        """The outputs, by a scan of scans: of each segment the carry that it begins with is kept."""
        captured, carry, xs = self.parts(args)
        assert self.checkpoint is not None
        count, rest = divmod(self.length, self.checkpoint)
        step = attrs.evolve(self, checkpoint=None)
        segment = attrs.evolve(step, length=self.checkpoint)
        outer = Scan(self.name, _segment_body(segment), self.captured, self.carried, count, self.reverse)
        whole, left = slice(None, self.length - rest), slice(self.length - rest, None)
        if self.reverse:
            left, whole = slice(None, rest), slice(rest, None)
        folded = [np.reshape(x[whole], (count, self.checkpoint, *x.shape[1:])) for x in xs]
        outputs = outer(*captured, *carry, *folded)
        carry, ys = outputs[: self.carried], outputs[self.carried :]
        ys = [np.reshape(y, (self.length - rest, *y.shape[2:])) for y in ys]
        if rest:
            outputs = attrs.evolve(step, length=rest)(*captured, *carry, *[x[left] for x in xs])
            carry = outputs[: self.carried]
            pairs = [(z, y) if self.reverse else (y, z) for y, z in zip(ys, outputs[self.carried :], strict=True)]
            ys = [np.concatenate(pair) for pair in pairs]
        return (*carry, *ys)

    # Batches: a scan of the body of many examples.

    def run_batch(self, batched: Sequence[bool], values: Sequence[Array]) -> list[Array]:
        """The outputs for many examples."""
        size = batch_size(batched, values)
        flags, out = self.depending(batched)
        _, of_carry, of_xs = self.parts(flags)

        def function(xs: Sequence[Array]) -> list[Array]:
            return of_batches(self.body.run, xs, flags, size, out)

        examples = repeated_examples(self.body, flags, size)
        body = self.body.made(("batch", size, *flags), f"batch of {self.body.name}", function, examples)
        captured, carry, xs = self.parts(values)
        was = self.parts(batched)[1]
        first = [repeated(x, size) if a and not b else x for x, a, b in zip(carry, of_carry, was, strict=True)]
        of_steps = [np.moveaxis(x, 1, 0) if is_batch else x for x, is_batch in zip(xs, of_xs, strict=True)]
        outputs = self.with_body(body, self.captured, self.carried)(*captured, *first, *of_steps)
        return [
            repeated(y, size) if not is_batch else y if i < self.carried else np.moveaxis(y, 1, 0)
            for i, (y, is_batch) in enumerate(zip(outputs, out, strict=True))
        ]


def after_steps(found: Influences, of_carry: Influences, start: int) -> Influences:
    """What has influence on the results of steps, of each of which it is `found`; the carry has places from `start`."""
    while True:
        grown = {
            k: of_carry.get(k, frozenset()).union(*[of_carry.get(i - start, frozenset([i])) for i in places])
            for k, places in found.items()
        }
        carries = {k: grown[k] for k in of_carry}
        if carries == of_carry:
            return grown
        of_carry = carries


def _segment_body(segment: Scan) -> Body:
    """A segment of a scan as the body of another one."""
    captured, carry, xs = segment.parts(segment.body.examples)
    examples = [*captured, *carry, *[np.broadcast_to(x, (segment.length, *np.shape(x))) for x in xs]]
    return segment.body.made(
        ("segment", segment.length, segment.reverse, segment.captured, segment.carried),
        f"segment of {segment.body.name}",
        lambda values: segment(*values),
        examples,
    )


def _with_tangent(values: Sequence[Array], tangents: Sequence[Array | None]) -> list[int]:
    return [i for i, (x, t) in enumerate(zip(values, tangents, strict=True)) if t is not None and is_moving(x)]


def _taken(rest: Iterator[Any], count: int) -> list[Any]:
    return [next(rest) for _ in range(count)]


def _moved_by(places: Sequence[int], start: int) -> list[int]:
    return [i + start for i in places]
