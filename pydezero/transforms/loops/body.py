"""The bodies of loops as graphs: how one is made of the user's function, and what derivatives and batches of it are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.containers import HOLE
from pydezero.core.batching import repeated
from pydezero.core.level import Level, next_lasting_level, next_level
from pydezero.core.operation import CalledPrimitive
from pydezero.core.primitive import Elementwise, Nondifferentiable, Primitive
from pydezero.core.snapshot import is_number, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import Variable, check_open, new_variable, reverse_node, variable_at
from pydezero.graph.linear import nonlinear_operation
from pydezero.transforms.batching.node import BatchNode
from pydezero.transforms.loops.stacking import example_of
from pydezero.transforms.reverse.vjp import vjp
from pydezero.transforms.staging.equation import Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.plain import plain_function
from pydezero.transforms.staging.recorder import Recorder, output_of, reference_of

Flat: TypeAlias = Callable[[Sequence[Array]], Sequence[Any]]
"""A function of a list of arrays that returns a list of arrays and numbers."""


Influences: TypeAlias = Mapping[int, frozenset[int]]
"""The places of arguments, by the place of a result."""


class BodyRecorder(Recorder):
    """The record of a body, to which Variables of enclosing transforms become inputs.

    So do captured arrays, if the record around it is to read them when it runs.
    """

    __slots__ = ("_label", "captured_variables", "lifted", "outer")

    def __init__(self, name: str, label: str, outer: Recorder | None) -> None:
        super().__init__(name, next_lasting_level())
        self._label = label
        self.outer: Recorder | None = outer
        # By the id of the Variable, which is held, so that the id stays its own.
        self.captured_variables: dict[int, Variable] = {}
        self.lifted: dict[int, Variable] = {}

    @property
    def label(self) -> str:
        return self._label

    def outside(self, x: Variable, where: str) -> Variable:  # noqa: ARG002  # the base raises with it
        if x.node.level.finished:
            check_open(x)
        if id(x) not in self.lifted:
            self.captured_variables[id(x)] = x
            self.lifted[id(x)] = self.variable(example_of(x), is_number=x.node.is_number)
        return self.lifted[id(x)]

    def changing(self, value: Array) -> Variable | None:
        return self.outer.changing(value) if self.outer is not None else None

    def example(self, x: Array) -> Array:
        return self.outer.example(x) if self.outer is not None else x

    def computed(self, primitive: Primitive, values: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
        if type(primitive) is Elementwise and primitive.is_pure and any(map(_is_repeated, values)):
            return _of_one_element(primitive, values, parameters)
        return super().computed(primitive, values, parameters)

    def captured(self, value: Array) -> Reference:
        x = self._from_outside(value)
        return super().captured(value) if x is None else reference_of(x)

    def operand(self, x: Array) -> Reference | Array:
        found = self._from_outside(x)
        return super().operand(x) if found is None else reference_of(found)

    def parameter(self, x: Any, what: str) -> Any:
        kept = super().parameter(x, what)
        if isinstance(x, np.ndarray):
            self.reads(x, kept)
        return kept

    def reads(self, x: NDArray[Any], kept: NDArray[Any]) -> None:
        """Note that an array was taken for what it is now."""
        if isinstance(self.outer, BodyRecorder):
            self.outer.reads(x, kept)

    def _from_outside(self, value: Array) -> Variable | None:
        """An input for a captured array that the record around this one is to read when it runs."""
        x = self.outer.changing(value) if self.outer is not None and not is_number(value) else None
        return None if x is None else self.outside(x, "")

    def forget(self, start: int) -> None:
        super().forget(start)
        for key in [key for key, x in self.lifted.items() if self.is_since(reference_of(x), start)]:
            del self.lifted[key], self.captured_variables[key]

    def run(self, function: Flat, examples: Sequence[Array], weak: Sequence[bool]) -> Recorded:
        """Record a function, with Variables for these examples."""
        inputs = [self.variable(snapshot(x), is_number=number) for x, number in zip(examples, weak, strict=True)]
        try:
            with np.errstate(all="ignore"):  # the values are examples, and nobody sees them
                results = function(inputs)
            leaves = [np.asarray(y) if is_number(y) else y for y in results]
            outputs = [output_of(self, y) for y in leaves]
        finally:
            self.close()
        assert None not in outputs
        return Recorded(self, inputs, [x for x in outputs if x is not None], list(results))


def _is_repeated(x: Any) -> bool:
    """Whether an array is one element, repeated: an example of many elements in little memory."""
    return isinstance(x, np.ndarray) and x.size > 1 and not any(x.strides)


def _of_one_element(primitive: Primitive, values: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
    """The value of an elementwise operation, which is one element again where its operands are."""
    if not all(_is_repeated(x) or np.size(x) == 1 for x in values):
        return primitive.raw(*values, **parameters)
    shape = np.broadcast_shapes(*map(np.shape, values))
    first = [x[(0,) * x.ndim] if isinstance(x, np.ndarray) else x for x in values]
    return np.broadcast_to(primitive.raw(*first, **parameters), shape)


@attrs.frozen(eq=False)
class Recorded:
    """A function that was recorded: what it was given and what it returned."""

    recorder: BodyRecorder
    inputs: list[Variable]
    outputs: list[Reference]
    results: list[Any]

    @property
    def captured(self) -> list[Variable]:
        """The Variables of enclosing transforms that became inputs."""
        return list(self.recorder.captured_variables.values())

    def closed(self, captured: Sequence[Variable]) -> Body:
        """The body as a function of these captured Variables, and then of its own inputs."""
        recorder = self.recorder
        inputs = [*[recorder.outside(x, "") for x in captured], *self.inputs]
        graph: Graph[..., Any] = Graph(
            recorder.name,
            ((HOLE,) * len(inputs), {}),
            tuple(map(reference_of, inputs)),
            tuple(recorder.constants),
            tuple(recorder.equations),
            (HOLE,) * len(self.outputs),
            tuple(self.outputs),
        )
        return Body(graph, tuple([x._value for x in inputs]))


@attrs.frozen(eq=False)
class Body:
    """A function of arrays as a graph, and a value for each input, to trace derivatives and batches of it with.

    What was made of it is kept, so that a graph that is differentiated many times is traced once. `origin` is the
    function that it was traced from, if it was made of another body. A pullback takes marks along there as a reverse
    pass does, while of the operations that it consists of they are found one by one.
    """

    graph: Graph[..., Any]
    examples: tuple[Array, ...] = attrs.field(repr=False)
    origin: Flat | None = attrs.field(default=None, repr=False)
    _made: dict[Hashable, Body] = attrs.field(factory=dict, init=False, repr=False)
    _plain: list[Callable[..., tuple[Array, ...]]] = attrs.field(factory=list, init=False, repr=False)
    _influences: list[Influences] = attrs.field(factory=list, init=False, repr=False)

    def __reduce__(self) -> Any:  # what `object.__reduce__` may return is as various as that
        return Body, (self.graph, self.examples)

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.graph.name

    @property
    def outputs(self) -> tuple[Reference, ...]:
        """The shape and dtype of each result."""
        return self.graph.outputs

    @property
    def inputs(self) -> tuple[Reference, ...]:
        """The shape and dtype of each argument."""
        return self.graph.inputs

    @property
    def influences(self) -> Influences:
        """For each result that has a derivative the places of the arguments on which that may depend."""
        if not self._influences:
            self._influences.append(influences(self.graph))
        return self._influences[0]

    @property
    def holds_choice(self) -> bool:
        """Whether it chooses by a condition."""
        return any(holds_choice(equation.primitive) for equation in self.graph.equations)

    @property
    def is_pure(self) -> bool:
        """Whether the same arguments always give the same results."""
        return all(equation.primitive.is_pure for equation in self.graph.equations)

    def run(self, values: Sequence[Array]) -> list[Array]:
        """The results."""
        return self.graph.run(values)

    def plain(self) -> Callable[..., tuple[Array, ...]]:
        """The function of plain arrays that gives the results."""
        if not self._plain:
            self._plain.append(plain_function(self.graph))
        return self._plain[0]

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        """Whether it is linear in the arguments that are marked, as far as its operations tell."""
        level = next_level()
        try:
            values = [variable_at(x, level) if flag else x for x, flag in zip(self.examples, flags, strict=True)]
            with np.errstate(all="ignore"):  # the values are examples
                results = [y for y in self.run(values) if type(y) is Variable]
            return nonlinear_operation(map(reverse_node, results)) is None
        finally:
            level.finished = self.name

    def made(self, key: Hashable, name: str, function: Flat, examples: Sequence[Array]) -> Body:
        """Another function of arrays, made of this one, as a body; the same one for the same key."""
        body = self._made.get(key)
        if body is None:
            body = self._made[key] = traced(name, function, examples)
        return body

    def with_graph(self, graph: Graph[..., Any]) -> Body:
        """The body with a graph that computes the same."""
        return Body(graph, self.examples)


def holds_choice(primitive: Primitive) -> bool:
    """Whether an operation chooses by a condition, or a function that it applies does."""
    return primitive.holds_choice if isinstance(primitive, CalledPrimitive) else primitive.masks


def traced(name: str, function: Flat, examples: Sequence[Array]) -> Body:
    """A function of a list of arrays that captures nothing, as a body."""
    recorded = BodyRecorder(name, name, None).run(function, examples, [False] * len(examples))
    body = recorded.closed([])
    return attrs.evolve(body, graph=simplify(body.graph), origin=function)


def is_moving(x: Any) -> bool:
    """Whether something of a dtype has a derivative: it is no integer and no boolean."""
    return x.dtype.kind in "fc"


def moving(references: Sequence[Any], start: int = 0) -> list[int]:
    """The places of those that have a derivative."""
    return [i for i, x in enumerate(references, start) if is_moving(x)]


def ones_like(examples: Sequence[Any], places: Sequence[int]) -> list[Array]:
    """An example of a cotangent for what is at these places."""
    return [np.ones(examples[i].shape, examples[i].dtype)[()] for i in places]


def pulled(
    run: Flat, values: Sequence[Array], places: Sequence[int], of: Sequence[int], cotangents: Sequence[Array]
) -> list[Array]:
    """The gradients by the values at some places, for cotangents of the results at others."""
    if not places or not of:
        return [np.zeros_like(values[i]) for i in places]

    def chosen(*xs: Array) -> tuple[Array, ...]:
        outputs = of_some(run, values, places)(*xs)
        return tuple([outputs[i] for i in of])

    _, pullback = vjp(chosen, *[values[i] for i in places])
    return list(pullback(tuple(cotangents)))


def of_some(run: Flat, values: Sequence[Array], places: Sequence[int]) -> Callable[..., tuple[Any, ...]]:
    """A function of the values at some places, the others being as they are."""

    def of_some(*xs: Array) -> tuple[Any, ...]:
        all_values = list(values)
        for i, x in zip(places, xs, strict=True):
            all_values[i] = x
        return tuple(run(all_values))

    return of_some


def depending(graph: Graph[..., Any], flags: Sequence[bool]) -> list[bool]:
    """Whether each output may depend on the inputs that are marked."""
    found = {x.number for x, flag in zip(graph.inputs, flags, strict=True) if flag}
    for equation in graph.equations:
        of_inputs = [type(x) is Reference and x.number in found for x in equation.inputs]
        if any(of_inputs):
            tells = getattr(equation.primitive, "depending", None)  # that of a loop, of which a body is a part
            of_outputs = tells(of_inputs)[1] if tells else [True] * len(equation.outputs)
            found.update([x.number for x, flag in zip(equation.outputs, of_outputs, strict=True) if flag])
    return [x.number in found for x in graph.outputs]


def influences(graph: Graph[..., Any]) -> Influences:
    """For each output that has a derivative the places of the inputs on which that may depend."""
    none: frozenset[int] = frozenset()
    found = {x.number: frozenset([i]) for i, x in enumerate(graph.inputs) if is_moving(x)}
    for equation in graph.equations:
        primitive = equation.primitive
        of_inputs = [found.get(x.number, none) if type(x) is Reference else none for x in equation.inputs]
        tells: Influences | None = getattr(primitive, "influences", None)  # that of a loop, of which a body is a part
        for k, y in enumerate(equation.outputs):
            if is_moving(y) and not isinstance(primitive, Nondifferentiable):
                places = range(len(of_inputs)) if tells is None else tells[k]
                taken = [of_inputs[i] for i in places if primitive.argument(i).rule is not None]
                found[y.number] = none.union(*taken)
    return {k: found.get(x.number, none) for k, x in enumerate(graph.outputs) if is_moving(x)}


def of_batches(
    run: Flat, values: Sequence[Array], batched: Sequence[bool], size: int, out: Sequence[bool] | None
) -> list[Array]:
    """The results of a function of one example for batches along the first axis, where `batched` says so.

    So are the results where `out` says so, or all of them; the others must not depend on a batch.
    """
    level = next_level()
    node = BatchNode(level, size)
    try:
        results = run([new_variable(x, node) if is_batch else x for x, is_batch in zip(values, batched, strict=True)])
        return [
            node.values_of(y) if is_batch else _of_any(y, level)
            for y, is_batch in zip(results, out or [True] * len(results), strict=True)
        ]
    finally:
        level.finished = "the batch rule of a loop"


def _of_any(y: Array, level: Level) -> Array:
    """A result that is the same for all examples, although an operation in the function may have repeated it."""
    return y._value[0] if type(y) is Variable and y.node.level == level else y


def repeated_examples(body: Body, batched: Sequence[bool], size: int) -> list[Array]:
    """The examples of a body, repeated where its arguments are batches."""
    return [repeated(x, size) if is_batch else x for x, is_batch in zip(body.examples, batched, strict=True)]
