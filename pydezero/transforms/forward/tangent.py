"""The node of forward mode (`jvp`, `jacfwd`, `derivative`): each operation computes its tangent with its value."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.bind import bind, in_common_precision, makes_number, unwrap
from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.foreign import OPERAND_ERRORS, raise_mixed
from pydezero.core.level import Level
from pydezero.core.observation import ObservedPass
from pydezero.core.operation import Operation, unboxed
from pydezero.core.primitive import NO_PARAMETERS, Elementwise, Nondifferentiable, Primitive
from pydezero.core.snapshot import LARGE_BYTES, snapshot
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, kept_beside, new_variable
from pydezero.graph.linear import zeros_for
from pydezero.graph.notes import note_tangent
from pydezero.graph.seeds import observed_passes
from pydezero.transforms.boundary.lending import Loan, lent
from pydezero.transforms.boundary.lifting import Lifted
from pydezero.transforms.forward.rules import Root, Tangent, batch_of, of_batch, pushed_through, tangent_by_rules
from pydezero.tree import Tree


class TangentNodeDraft(AnyNode):
    """A node of forward mode before it is frozen, as `NodeDraft`."""

    __slots__ = ("is_array", "is_number", "level", "root", "tangent")

    level: Level
    tangent: Tangent
    root: Root | None
    is_number: bool
    is_array: bool


@attrs.frozen(eq=False, weakref_slot=False)
class TangentNode(TangentNodeDraft):
    """The node of forward mode: the tangent of a value, of its shape and dtype.

    Every operation computes the tangent of its result along with the result. Nothing else is kept, but for a norm.
    """

    level: Level
    tangent: Tangent = attrs.field(repr=False)
    root: Root | None = attrs.field(repr=False, default=None)
    is_number: bool = False
    is_array: bool = False

    carries: ClassVar[bool] = True

    def of_number(self) -> TangentNode:
        return attrs.evolve(self, is_number=True)

    def of_array(self) -> TangentNode:
        return attrs.evolve(self, is_array=True)

    @property
    def carried(self) -> Sequence[Array]:
        return () if self.tangent is None else (self.tangent,)

    def apply(  # noqa: C901  # in one piece, because every operation of forward mode comes by here
        self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]
    ) -> Any:
        if type(self.tangent) is np.ndarray and type(primitive) is Elementwise and primitive.power is None:
            moved = None if params else self._of_arrays(primitive, args)
            if moved is not None:
                return moved
        values, nodes = unwrap(args, self.level, primitive.name)
        are_numbers = False
        for node in nodes:
            are_numbers = are_numbers or (node is not None and node.is_number)
        if are_numbers:
            promoted = in_common_precision(primitive, args)
            if promoted is not args:
                values, nodes = unwrap(promoted, self.level, primitive.name)
        tangents = [None if node is None else node.tangent for node in nodes]
        if isinstance(primitive, Operation):
            return self._apply_operation(primitive, list(map(unboxed, values, nodes)), tangents)
        nested = Variable in map(type, values)
        try:
            if nested:
                out = bind(primitive, *values, **params)
            else:
                of_library = None if type(values[0]) is np.ndarray else WORDS[type(values[0])].primitives
                raw = of_library.get(primitive.name, primitive.raw) if of_library else primitive.raw
                out = raw(*values, **params)
        except OPERAND_ERRORS as error:
            raise_mixed(error, primitive.name, values)
            raise
        kind = type(primitive)
        if kind is Nondifferentiable:
            return out
        root = nodes[0].root if primitive.exponent is not None and nodes[0] is not None else None
        passes: Sequence[ObservedPass] = ()
        batch: AnyNode | None = None
        if nested or Variable in map(type, tangents):
            if kind is Elementwise and not nested and root is None:
                batch = batch_of(tangents, out)
            passes = () if batch is not None else observed_passes([*values, *tangents], sys._getframe())
            for observed in passes:
                observed.rule(f"tangent of {primitive.name}")
        try:
            tangent = (
                of_batch(batch, primitive, values, tangents, out, params)
                if batch is not None
                else tangent_by_rules(primitive, values, tangents, out, params, root)
            )
            if tangent is not None and tangent.dtype is not out.dtype:
                tangent = cast(tangent, out.dtype)
        except Exception as error:
            note_tangent(error, primitive.name, values, tangents, users_line())
            raise
        finally:
            for observed in passes:
                observed.leave()
        draft = TangentNodeDraft()
        draft.level = self.level
        draft.tangent = tangent
        draft.root = None if primitive.power is None else Root(primitive.power, values, tangents, params)
        draft.is_number = are_numbers and makes_number(primitive, args)
        draft.is_array = False
        draft.__class__ = TangentNode
        return new_variable(out, draft)

    def _of_arrays(  # noqa: C901  # in one piece, for the same reason
        self, primitive: Primitive, args: Sequence[Array]
    ) -> Variable | None:
        """An elementwise operation on arrays of one shape and dtype, beside Python numbers; None for other operands.

        It is `apply` without its questions.
        """
        level = self.level
        values: list[Array] = []
        tangents: list[Tangent] = []
        shape: Any = None  # Any: so that it need not be asked whether there is an array among the operands
        dtype: Any = None
        for x in args:
            if type(x) is not Variable:
                if type(x) is not float and type(x) is not int:
                    return None
                values.append(x)
                tangents.append(None)
                continue
            node = x.node
            if type(node) is not TangentNode or node.level is not level or node.root is not None:
                return None
            value, t = x._value, node.tangent
            if type(value) is not np.ndarray or type(t) is not np.ndarray:
                return None
            if dtype is None:
                shape, dtype = value.shape, value.dtype
            elif value.dtype is not dtype or value.shape != shape:
                return None
            values.append(value)
            tangents.append(t)
        out = primitive.raw(*values)
        if out.dtype is not dtype:
            return None
        try:
            tangent = tangent_by_rules(primitive, values, tangents, out, NO_PARAMETERS, None)
            if tangent is not None and tangent.dtype is not dtype:
                tangent = cast(tangent, dtype)
        except Exception as error:
            note_tangent(error, primitive.name, values, tangents, users_line())
            raise
        draft = TangentNodeDraft()
        draft.level = level
        draft.tangent = tangent
        draft.root = None
        draft.is_number = False
        draft.is_array = False
        draft.__class__ = TangentNode
        return new_variable(out, draft)

    def _apply_operation(self, operation: Operation, values: list[Array], tangents: list[Tangent]) -> Any:
        moved: Any = None
        try:
            if all(t is None for t in tangents):
                outputs = operation(*values)
            elif operation.push_forward is not None:
                outputs, moved = operation.push_forward(values, tangents)
            else:
                outputs, moved = pushed_through(operation, values, tangents)
        except Exception as error:
            if isinstance(error, OPERAND_ERRORS) and operation.is_pure:  # and no function of the user's has raised it
                raise_mixed(error, operation.name, values)
            if moved is None and any(t is not None for t in tangents):
                note_tangent(error, operation.name, values, tangents, users_line())
            raise
        outs = operation.as_tuple(outputs)
        moved = [None] * len(outs) if moved is None else operation.as_tuple(moved)
        variables = tuple([self._of_output(operation, y, t) for y, t in zip(outs, moved, strict=True)])
        return variables if operation.several_outputs else variables[0]

    def _of_output(self, operation: Operation, output: Array, tangent: Tangent) -> Variable:
        output = operation.checked_output(output, self.level)
        if tangent is not None:
            tangent = cast(operation.checked_output(tangent, self.level), cotangent_dtype(output.dtype))
        return new_variable(output, TangentNode(self.level, tangent))

    def constant(self, value: Array) -> Variable:
        return new_variable(value, TangentNode(self.level, None))


def with_tangents(
    inputs: Lifted, tangents: Iterable[Tangent], level: Level, loans: list[Loan] | None = None
) -> tuple[Tree, ...]:
    """Lifted arguments as the Variables of a forward pass at a level, with a tangent for each of them.

    Tangents are copied, or lent where there is a list for the loans.
    """
    kept = [
        lent(t, level, loans)
        if loans is not None and type(t) is np.ndarray and t.nbytes >= LARGE_BYTES
        else None
        if t is None
        else snapshot(t, level)
        if type(x._value) is not Variable
        else kept_beside(t, (x._value,), level)
        for x, t in zip(inputs.variables, tangents, strict=True)
    ]
    pairs = zip(inputs.variables, kept, strict=True)
    return inputs.filled(
        [new_variable(x._value, TangentNode(level, t, None, x.node.is_number, x.node.is_array)) for x, t in pairs]
    )


def tangent_of(y: Array, level: int) -> Array:
    """The tangent of a result of a forward pass at a level: zeros where it does not depend on the arguments."""
    if type(y) is Variable and type(y.node) is TangentNode and y.node.level == level and y.node.tangent is not None:
        return y.node.tangent
    return zeros_for(y)
