"""The record of a trace, and the node of its Variables: each operation on them becomes an equation."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

import attrs
import numpy as np

from pydezero.core.bind import bind, in_common_precision, makes_number, unwrap
from pydezero.core.level import DELAYED, Level
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import check_numeric, frozen_snapshot, is_array, is_number, snapshot
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, new_variable, next_order
from pydezero.transforms.staging.equation import Constant, Equation, Reference, as_numpy


class Recorder:
    """The record of a trace so far. It grows while the function runs, and is closed when that returns."""

    __slots__ = (
        "_births",
        "_captured",
        "_forgotten",
        "constants",
        "equations",
        "is_open",
        "level",
        "name",
    )

    def __init__(self, name: str, level: Level) -> None:
        self.name: str = name
        self.level: Level = level
        self.is_open: bool = True
        self.constants: list[Constant] = []
        self.equations: list[Equation] = []
        self._captured: dict[int, Constant] = {}
        self._births: list[int] = []  # the place of each value in the order of creation
        self._forgotten: set[int] = set()

    @property
    def label(self) -> str:
        """The call in messages."""
        return f"trace({self.name})"

    @property
    def advice(self) -> str:
        """The advice at the end of the message where a value is asked for."""
        return ""

    def close(self) -> None:
        """End the record: what the function has kept of its Variables is refused from now on."""
        self.is_open = False
        self.level.finished = self.label

    def variable(self, value: Array, *, is_number: bool = False) -> Variable:
        """A traced Variable with a new place in the graph."""
        return self._variable(value, self._reference(value), is_number=is_number)

    def constant(self, value: Array) -> Variable:
        """A captured array as a traced Variable."""
        return self._variable(value, self.captured(value))

    def captured(self, value: Array) -> Reference:
        """The place of a constant. An array that is captured twice, unchanged in between, is one constant."""
        return self.kept(value).reference

    def kept(self, value: Array) -> Constant:
        """A captured array as a constant."""
        value = _kept(value)
        constant = self._captured.get(id(value))
        if constant is None:
            # The constant keeps the value alive, and so its id its own.
            constant = self._captured[id(value)] = Constant(self._reference(value), value)
            self.constants.append(constant)
        return constant

    def changing(self, value: Array) -> Variable | None:  # noqa: ARG002  # as in AnyNode
        """A captured array as a Variable, where it is to be read each time that the graph runs; here it is kept."""
        return None

    def example(self, x: Array) -> Array:
        """A captured array as the example values are computed with it."""
        return x

    def computed(self, primitive: Primitive, values: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
        """The example value of what an operation computes."""
        return bind(primitive, *values, **parameters)

    def operand(self, x: Array) -> Reference | Array:
        """An operand that is no Variable, as an equation has it."""
        if is_number(x):
            return x
        return self.captured(x) if np.shape(x) or not isinstance(x, np.ndarray) else x[()]

    def parameter(self, x: Any, what: str) -> Any:
        """A parameter as an equation has it: nothing in it can change."""
        if type(x) is tuple or type(x) is list:
            return type(x)([self.parameter(item, what) for item in x])
        if isinstance(x, Variable):
            x.node.exposed(x._value, what)
            self.refuse_other(what)
        return _kept(self.example(x)) if is_array(x) else x

    def record(
        self,
        primitive: Primitive,
        inputs: Sequence[Any],
        parameters: Mapping[str, Any],
        values: Sequence[Array],
        *,
        is_number: bool = False,
    ) -> tuple[Variable, ...]:
        """Add an equation; its outputs as Variables."""
        references = tuple([self._reference(value) for value in values])
        self.equations.append(Equation(primitive, tuple(inputs), references, parameters))
        pairs = zip(values, references, strict=True)
        return tuple([self._variable(value, reference, is_number=is_number) for value, reference in pairs])

    def outside(self, x: Variable, where: str) -> Variable:  # noqa: ARG002  # the body of a loop takes it as an input
        """A Variable that belongs to no trace or to another one, as a traced Variable.

        Raises:
            TypeError: always; the recorder of the body of a loop makes an input of it.
        """
        self.refuse_other(where)

    def is_since(self, reference: Reference, start: int) -> bool:
        """Whether a value was recorded from a place in the order of creation on."""
        return self._births[reference.number] >= start

    def is_constant(self, reference: Reference) -> bool:
        """Whether a value is a captured array."""
        return any(constant.reference is reference for constant in self.constants)

    def forget(self, start: int) -> None:
        """Take back what was recorded from a place in the order of creation on, to which nothing must refer."""
        self.equations = [x for x in self.equations if not any(self.is_since(y, start) for y in x.outputs)]
        self.constants = [x for x in self.constants if not self.is_since(x.reference, start)]
        self._forgotten.update(range(bisect_left(self._births, start), len(self._births)))
        self._captured = {key: x for key, x in self._captured.items() if not self.is_since(x.reference, start)}

    def check_remembered(self, reference: Reference) -> None:
        """Raise an EscapeError if a value is of the body of a loop as it was tried, of which no equations are left."""
        if reference.number in self._forgotten:
            raise EscapeError(
                f"{users_line().place}: computes with a Variable that the body of a loop has computed and kept; the "
                "body is traced more than once. Compute it before the loop, or return it from the body"
            )

    def refuse_other(self, where: str) -> NoReturn:
        raise TypeError(
            f"{self.label}: {where} is given a Variable of an enclosing transform, or one that was made by hand; "
            "a graph has no derivatives of such a constant. Pass it to the function as an argument, and trace outside "
            "of the transform (trace(grad(f))(x)), or call the graph with Variables (grad(trace(f)(x))(x))"
        )

    def _reference(self, value: Array) -> Reference:
        self._births.append(next_order())
        return Reference(len(self._births) - 1, value.shape, value.dtype)

    def _variable(self, value: Array, reference: Reference, *, is_number: bool = False) -> Variable:
        return new_variable(value, TraceNode(self.level, self, reference, is_number))


@attrs.frozen(eq=False)
class TraceNode(AnyNode):
    """The place of a traced Variable in a graph. Its value is that for the example arguments."""

    level: Level
    recorder: Recorder = attrs.field(repr=False)
    reference: Reference
    is_number: bool = False
    is_array: bool = False

    has_one_value: ClassVar[bool] = False

    def of_number(self) -> TraceNode:
        return attrs.evolve(self, is_number=True)

    def of_array(self) -> TraceNode:
        return attrs.evolve(self, is_array=True)

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        self._check_open()
        self._check_shape_is_known(primitive, args)
        self._check_dtype_is_known(primitive, args)
        where = primitive.name
        args = in_common_precision(primitive, args)
        values, inputs = self._operands(args, where)
        kept = {key: self.recorder.parameter(x, f"{key}= of {where}") for key, x in params.items()} if params else {}
        out = self.recorder.computed(primitive, values, kept)
        if not primitive.several_outputs:
            is_number = makes_number(primitive, args)
            results = (self._value(primitive, as_numpy(out)),)
            return self.recorder.record(primitive, inputs, kept, results, is_number=is_number)[0]
        return self.recorder.record(primitive, inputs, kept, [self._value(primitive, y) for y in out])

    def _value(self, primitive: Primitive, out: Array) -> Array:
        """A result, unable to change where the user's own function has computed it."""
        if isinstance(out, Variable) and out.node.level != DELAYED:
            raise ValueError(
                f"{self.recorder.label}: {primitive.name} computes with a Variable that it was not given, to "
                "which it gives no derivative; pass it as an argument"
            )
        return out if primitive.is_pure else snapshot(out)

    def constant(self, value: Array) -> Variable:
        return self.recorder.constant(value)

    def changing(self, value: Array) -> Variable | None:
        return self.recorder.changing(value)

    def exposed(self, value: Array, what: str) -> Array:  # noqa: ARG002  # the value is refused
        raise EscapeError(
            f"{users_line().place}: {what} needs a value, and what {self.recorder.label} traces has none: the "
            "graph would hold for the example arguments alone. Write np.where(condition, x, y), which computes both, "
            "or pydezero.cond(condition, f, g), pydezero.while_loop rather than while, and "
            "pydezero.at(a)[i].get() rather than a[i] for an array a; "
            f"what is captured and not passed as an argument, and shapes, may decide{self.recorder.advice}"
        )

    def _operands(self, args: Sequence[Array], where: str) -> tuple[list[Array], list[Any]]:
        """The arguments of an operation: their values, and what an equation has in their places."""
        values, nodes = unwrap(args, self.level, where)
        inputs: list[Any] = []
        for i, (x, node) in enumerate(zip(values, nodes, strict=True)):
            if node is not None:
                self.recorder.check_remembered(node.reference)
                inputs.append(node.reference)
            elif type(x) is Variable and x.node.level == DELAYED:
                inputs.append(self.recorder.captured(x))
            elif type(x) is Variable:
                lifted = self.recorder.outside(x, where)
                values[i] = lifted._value
                inputs.append(reference_of(lifted))
            elif type(x) is float or type(x) is int:
                inputs.append(x)
            else:
                inputs.append(self.recorder.operand(x))
                values[i] = self.recorder.example(x)
        return values, inputs

    def _check_open(self) -> None:
        if not self.recorder.is_open:
            raise EscapeError(
                f"{users_line().place}: computes with a Variable that was traced by {self.recorder.label}, which "
                f"has returned: its graph is complete. Return from {self.recorder.name} what is needed later"
            )

    def _check_shape_is_known(self, primitive: Primitive, args: Sequence[Array]) -> None:
        what = primitive.dynamic_shape(args)
        if what:
            raise EscapeError(
                f"{users_line().place}: the shape of {what} depends on the values of what {self.recorder.label} "
                "traces, and in a graph all shapes are known. Write np.where(mask, x, 0), which keeps the shape"
            )

    def _check_dtype_is_known(self, primitive: Primitive, args: Sequence[Array]) -> None:
        instead = primitive.dynamic_dtype(args)
        if instead:
            raise EscapeError(
                f"{users_line().place}: whether {primitive.name} of real numbers is real or complex depends on the "
                f"values of what {self.recorder.label} traces, and in a graph all dtypes are known. Write "
                f"{instead} for its argument x, of which the result is always complex"
            )


def reference_of(variable: Variable) -> Reference:
    """The place of a traced Variable in its graph."""
    node = variable.node
    assert isinstance(node, TraceNode)
    return node.reference


def _kept(x: Array) -> Array:
    """A value as a graph keeps it: read-only; a broadcast array stays a view of few elements."""
    if not isinstance(x, np.ndarray) or not x.ndim:
        return snapshot(x)
    repeated = [stride == 0 and n > 1 for stride, n in zip(x.strides, x.shape, strict=True)]
    if any(repeated):
        once = tuple([slice(0, 1) if is_repeated else slice(None) for is_repeated in repeated])
        return np.broadcast_to(_kept(x[once]), x.shape)
    return frozen_snapshot(x)


def output_of(recorder: Recorder, leaf: Any) -> Reference | None:
    """The place of an array that the function returned, None for what is none; a number stays what it is."""
    if isinstance(leaf, Variable):
        if isinstance(leaf.node, TraceNode) and leaf.node.recorder is recorder:
            recorder.check_remembered(leaf.node.reference)
            return leaf.node.reference
        return reference_of(recorder.outside(leaf, "the result"))
    if not is_array(leaf):
        return None
    check_numeric(leaf, f"trace({recorder.name}): the result")
    return recorder.captured(leaf)
