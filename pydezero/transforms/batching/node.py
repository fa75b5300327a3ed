"""The kind of node that batching is made of: every operation works on all examples at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from pydezero.core.batching import aligned, looped, repeated
from pydezero.core.bind import bind, in_common_precision, makes_number
from pydezero.core.foreign import OPERAND_ERRORS, raise_mixed
from pydezero.core.level import Level
from pydezero.core.operation import Operation
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.core.snapshot import as_constant, is_number, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, check_open, new_variable


@attrs.frozen(eq=False, slots=True, weakref_slot=False)
class BatchNode(AnyNode):
    """The node of a value that stands for `size` examples at once, along its first axis."""

    level: Level
    size: int

    has_one_value: ClassVar[bool] = False
    is_batch: ClassVar[bool] = True
    differentiates: ClassVar[bool] = False

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:  # noqa: C901  # hot
        level = self.level
        values: list[Array] = []
        batched: list[bool] = []
        for x in args:
            if type(x) is not Variable:
                values.append(x if type(x) is float or type(x) is int else as_constant(x, primitive.name))
                batched.append(False)
            else:
                is_batched = x.node.level == level
                if is_batched:
                    if x.node.is_number:
                        return self._applied_to_numbers(primitive, args, params)
                elif x.node.level.finished or level.finished:
                    check_open(x)
                    check_open(new_variable(x, self))
                values.append(x._value if is_batched else x)
                batched.append(is_batched)
        try:
            if isinstance(primitive, Elementwise):
                if len(values) > 1:
                    values = aligned(batched, values)
                nested = Variable in map(type, values)
                out = bind(primitive, *values, **params) if nested else primitive.raw(*values, **params)
            elif primitive.batch_with_node is not None:
                out = primitive.batch_with_node(self, batched, *values)
            elif primitive.batch is not None:
                out = primitive.batch(batched, *values, **params)
            else:
                out = looped(batched, primitive, values, params)
        except (*OPERAND_ERRORS, IndexError) as error:
            if isinstance(primitive, Elementwise):
                raise_mixed(error, primitive.name, values)
            if not isinstance(error, ValueError | IndexError):
                raise
            shapes = [np.shape(x) for x in args]
            error.add_note(f"(in {primitive.name} of examples of shape {shapes}, {self.size} at once, under vmap)")
            raise
        if primitive.several_outputs:
            return tuple([new_variable(self._checked_output(primitive, y), self) for y in out])
        return new_variable(out, self)

    def _applied_to_numbers(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        """The results where operands of this level stand for Python numbers, which are weakly promoted."""
        node = BatchNode(self.level, self.size)
        operands = [
            new_variable(x._value, node)
            if type(x) is Variable and x.node.is_number and x.node.level == node.level
            else x
            for x in in_common_precision(primitive, args)
        ]
        out = node.apply(primitive, operands, params)
        return new_variable(out._value, node.of_number()) if makes_number(primitive, args) else out

    def of_number(self) -> BatchNode:
        return NumberBatchNode(self.level, self.size)

    def _checked_output(self, primitive: Primitive, output: Array) -> Array:
        """An output of an operation, whose function may compute with Variables that it was not given."""
        if type(output) is not Variable or not isinstance(primitive, Operation):
            return output
        return primitive.checked_output(output, self.level)

    def placed(self, values: Sequence[Array], batched: Sequence[bool]) -> list[Array]:
        """Values one level down, as this level sees them."""
        return [new_variable(x, self) if is_batched else x for x, is_batched in zip(values, batched, strict=True)]

    def values_of(self, x: Array) -> Array:
        """The values of all examples, along the first axis, of something that may be the same for all of them."""
        if type(x) is Variable and x.node.level == self.level:
            return x._value
        return repeated(snapshot(np.asarray(x) if is_number(x) else x), self.size)

    def constant(self, value: Array) -> Variable:
        return new_variable(repeated(value, self.size), self)

    def shape_of(self, value: Array) -> tuple[int, ...]:
        shape: tuple[int, ...] = value.shape
        return shape[1:]

    def exposed(self, value: Array, what: str) -> Array:  # noqa: ARG002  # there is none to give
        raise EscapeError(
            f"under vmap a Variable stands for {self.size} examples, so {what} is not one value. "
            "Write np.where(condition, x, y) or pydezero.cond(condition, f, g) rather than if, pydezero.while_loop "
            "rather than while, pydezero.array(xs) or np.stack(xs) rather than "
            "np.array(xs), and pydezero.at(a)[i].get() rather than a[i] for an array a, and "
            "pydezero.at(a)[i].set(x) rather than a[i] = x; an argument "
            "that is the same for all examples has None in in_axes"
        )


class NumberBatchNode(BatchNode):
    """The node of a value that stands for a Python number in each of `size` examples.

    Its class tells it from the nodes of arrays, which are met most.
    """

    __slots__ = ()

    is_number = True
