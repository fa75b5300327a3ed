"""Records of a user's function, in which the Variables that it captures are arguments.

A right-hand side refers to the parameters of a fit by closure. It is called once, with traced arguments; what it
captures meets them in an operation, and becomes an input of the record beside them. What it computes of captured
Variables alone is computed then, once, and is an input as well.

Where the function decides by a value (`if y[0] > 0`), the record has the condition for a guard: it holds for arguments
with which all guards come out as they did. For others there is another record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.foreign import is_delayed
from pydezero.core.snapshot import check_numeric, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.joining.nested import array
from pydezero.transforms.loops.body import BodyRecorder
from pydezero.transforms.records.emission import emitted
from pydezero.transforms.staging.equation import Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import eliminate_dead_code
from pydezero.transforms.staging.recorder import TraceNode, reference_of

UNTRACEABLE: Final = (AttributeError, TypeError, ValueError)
"""What is raised by a function that cannot be recorded (an EscapeError is a TypeError)."""


class _Recorder(BodyRecorder):
    """The record of a body that may ask for a truth."""

    __slots__ = ("guards",)

    def __init__(self, name: str) -> None:
        super().__init__(name, name, None)
        # What was asked for its truth, and the answer.
        self.guards: list[tuple[Reference, bool]] = []

    def _variable(self, value: Array, reference: Reference, *, is_number: bool = False) -> Variable:
        made = super()._variable(value, reference, is_number=is_number)
        node = made.node
        assert isinstance(node, TraceNode)
        object.__setattr__(made, "node", _RecordNode(node.level, self, reference, is_number))  # nobody has seen it yet
        return made


class _RecordNode(TraceNode):
    """The place of a value in such a record."""

    def exposed(self, value: Array, what: str) -> Array:
        if what != "bool() of it":
            return super().exposed(value, what)
        recorder = self.recorder
        assert isinstance(recorder, _Recorder)
        recorder.guards.append((self.reference, bool(value)))
        return value


@attrs.frozen(eq=False)
class Record:
    """The operations of a function on its arguments, which are right as long as the guards hold.

    Attributes:
        count: the number of arguments.
        variables: the captured Variables.
        graph: the equations, for arguments and captured Variables. The last outputs are what the guards decide by.
        answers: what the guards gave.
        evaluate: the same as a function of arrays: arguments, then the values of the captured Variables.
    """

    count: int
    variables: tuple[Variable, ...]
    graph: Graph[..., Any]
    answers: tuple[bool, ...]
    evaluate: Callable[..., tuple[Array, ...]]

    def of_arrays(self, values: Sequence[Array]) -> tuple[Array, ...] | None:
        """The outputs for arrays, None if a guard does not hold."""
        found = self.evaluate(*values)
        return self._guarded(found) if self.answers else found

    def of_variables(self, values: Sequence[Array]) -> tuple[Array, ...] | None:
        """The outputs for arrays and Variables, each operation applied to them; None if a guard does not hold."""
        return self._guarded(tuple(self.graph.run(values)))

    def _guarded(self, found: tuple[Array, ...]) -> tuple[Array, ...] | None:
        count = len(found) - len(self.answers)
        holds = all(bool(x) is answer for x, answer in zip(found[count:], self.answers, strict=True))
        return found[:count] if holds else None


def recorded(name: str, function: Callable[..., Any], examples: Sequence[Array]) -> Record:
    """The record of a function that returns a tuple of arrays, for arguments like some plain examples.

    Raises:
        TypeError, ValueError: the function cannot be recorded, because it asks for other values than truths.
    """
    recorder = _Recorder(name)
    inputs = [recorder.variable(snapshot(as_value(x))) for x in examples]
    try:
        outputs = [_output(recorder, y) for y in function(*inputs)]
    finally:
        recorder.close()
    guards = [reference for reference, _ in recorder.guards]
    captured = recorder.captured_variables
    places = [*map(reference_of, inputs), *[reference_of(recorder.lifted[key]) for key in captured]]
    graph: Graph[..., Any] = eliminate_dead_code(
        Graph(
            name,
            ((), {}),
            tuple(places),
            tuple(recorder.constants),
            tuple(recorder.equations),
            None,
            (*outputs, *guards),
        )
    )
    return Record(
        len(inputs),
        tuple(captured.values()),
        graph,
        tuple([answer for _, answer in recorder.guards]),
        emitted(places, graph.constants, graph.equations, graph.outputs),
    )


def as_value(x: Array) -> Array:
    """An array as an operation gives it: of shape () as a NumPy number.

    Raises:
        TypeError: it is computed later, and has no values.
    """
    _check_has_values(x)
    return np.asarray(x)[()]


def _check_has_values(x: Array) -> None:
    if is_delayed(x):
        raise TypeError("a Dask array has no values before it is computed, and what is recorded looks at some")


def _output(recorder: _Recorder, y: Any) -> Reference:
    """The place of a result: of an array, or of nested lists that hold Variables."""
    made = array(y) if isinstance(y, list | tuple) else y
    if not isinstance(made, Variable):
        _check_has_values(made)
        made = np.asarray(made)
        check_numeric(made, recorder.name)
        return recorder.captured(made)
    is_traced = isinstance(made.node, TraceNode) and made.node.recorder is recorder
    return reference_of(made if is_traced else recorder.outside(made, recorder.name))
