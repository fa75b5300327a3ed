"""The node of forward mode (`jvp`, `jacfwd`, `derivative`): each operation computes its tangent with its value."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, ClassVar, Final, TypeAlias

import attrs
import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.bind import bind, in_common_precision, makes_number, unwrap
from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.foreign import raise_mixed
from pydezero.core.level import Level
from pydezero.core.observation import ObservedPass
from pydezero.core.operation import Operation, cotangent_spec, given
from pydezero.core.primitive import (
    Elementwise,
    General,
    Linear,
    Multilinear,
    Nondifferentiable,
    Primitive,
    zero,
)
from pydezero.core.roots import is_smooth
from pydezero.core.snapshot import LARGE_BYTES, snapshot
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, kept_beside, new_variable
from pydezero.graph.linear import record_linear, zeros_for
from pydezero.graph.notes import note_tangent
from pydezero.graph.seeds import observed_passes
from pydezero.transforms.boundary.arguments import Lifted
from pydezero.transforms.boundary.lending import Loan, lent
from pydezero.tree import Tree

# An array, or a Variable of a lower level; None stands for zeros, which are never computed with.
Tangent: TypeAlias = Array | None


@attrs.frozen(eq=False)
class Root:
    """The application of a primitive that is like a norm, for the tangent of a power of its result."""

    power: Primitive
    values: Sequence[Array]
    tangents: Sequence[Tangent]
    params: Mapping[str, Any]


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
        values, nodes = unwrap(args, self.level, primitive.name)
        are_numbers = False
        for node in nodes:
            are_numbers = are_numbers or (node is not None and node.is_number)
        if are_numbers:
            converted = in_common_precision(primitive, args)
            if converted is not args:
                values, nodes = unwrap(converted, self.level, primitive.name)
        tangents = [None if node is None else node.tangent for node in nodes]
        if isinstance(primitive, Operation):
            return self._apply_operation(primitive, list(map(given, values, nodes)), tangents)
        nested = Variable in map(type, values)
        try:
            if nested:
                out = bind(primitive, *values, **params)
            else:
                of_library = None if type(values[0]) is np.ndarray else WORDS[type(values[0])].primitives
                raw = of_library.get(primitive.name, primitive.raw) if of_library else primitive.raw
                out = raw(*values, **params)
        except (TypeError, ValueError) as error:
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
                batch = _batch_of(tangents, out)
            passes = () if batch is not None else observed_passes([*values, *tangents], sys._getframe())
            for observed in passes:
                observed.rule(f"tangent of {primitive.name}")
        try:
            tangent = (
                _of_batch(batch, primitive, values, tangents, out, params)
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


def moving(
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


def tangent_by_rules(
    primitive: Primitive,
    values: Sequence[Array],
    tangents: Sequence[Tangent],
    out: Array,
    params: Mapping[str, Any],
    root: Root | None,
) -> Tangent:
    """The tangent of an application by the rules of its primitive, which is not an operation.

    `root` is that of the base, if the primitive is a power of the result of a norm.
    """
    if root is not None:
        return _of_power(root, primitive, values, tangents, out, params)
    rule = primitive.tangent
    if rule is not None and NoneType not in map(type, tangents):
        return rule.pull(tangents, rule.pick(values, out, params, 0))
    if rule is not None and Variable in map(type, values) and _hides_a_kink(primitive, tangents):
        moved = [np.zeros((), out.dtype) if t is None else t for t in tangents]
        return rule.pull(moved, rule.pick(values, out, params, 0))
    return _TANGENT_OF[type(primitive)](primitive, values, tangents, out, params)


def _hides_a_kink(primitive: Primitive, tangents: Sequence[Tangent]) -> bool:
    """Whether it is a norm, of which the rule for all tangents knows that the second derivative at 0 is not known."""
    return primitive.power is not None and not primitive.chooses and any(t is not None for t in tangents)


def _of_power(
    root: Root,
    primitive: Primitive,
    values: Sequence[Array],
    tangents: Sequence[Tangent],
    out: Array,
    params: Mapping[str, Any],
) -> Tangent:
    """The tangent of a power of what is like a norm, from the arguments of that."""
    assert primitive.exponent is not None
    exponent = primitive.exponent(params)
    if not is_smooth(exponent):
        return _TANGENT_OF[type(primitive)](primitive, values, tangents, out, params)
    rule, params = root.power.tangent, {**root.params, "n": exponent}
    if rule is not None and not any(t is None for t in root.tangents):
        return rule.pull(root.tangents, rule.pick(root.values, values[0], params, 0))
    return _TANGENT_OF[type(root.power)](root.power, root.values, root.tangents, values[0], params)


def _of_elementwise(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The sum of the tangents of the arguments, each times its partial derivative."""
    total: Tangent = None
    for position, t in enumerate(tangents):
        if t is None:
            continue
        argument = primitive.arguments[position]
        if argument.rule is zero:
            continue
        if t.shape != out.shape:
            t = np.broadcast_to(t, out.shape)
        if t.dtype is not out.dtype:
            t = cast(t, out.dtype)
        residual = argument.pick(values, out, params, position)
        # A large array that nothing else refers to, as what a rule gives is, is the sum's own memory if it comes first.
        total = argument.pull(t, residual) if total is None else argument.pull(t, residual) + total
    return total


def _batch_of(tangents: Sequence[Tangent], out: Array) -> AnyNode | None:
    """The node of tangents that are batches of arrays of the shape and dtype of the result; None if they are not."""
    found: AnyNode | None = None
    for t in tangents:
        if t is None:
            continue
        if type(t) is not Variable or not t.node.is_batch or type(t._value) is not np.ndarray:
            return None
        if t._value.shape[1:] != out.shape or t._value.dtype is not out.dtype or not out.shape:
            return None
        if found is not None and t.node.level != found.level:
            return None
        found = t.node
    return found


def _of_batch(
    batch: AnyNode,
    primitive: Primitive,
    values: Sequence[Array],
    tangents: Sequence[Tangent],
    out: Array,
    params: Mapping[str, Any],
) -> Tangent:
    """The tangents of an elementwise operation for a batch of tangents and one point: one product for all of them.

    The rule works on the arrays themselves, which broadcast against those of the point; on Variables of the batch it
    would make one of each intermediate result.
    """
    total: Tangent = None
    moved = [None if t is None else t._value for t in tangents]
    if primitive.tangent is not None and NoneType not in map(type, moved):
        total = primitive.tangent.pull(moved, primitive.tangent.pick(values, out, params, 0))
    else:
        for position, t in enumerate(moved):
            argument = primitive.arguments[position]
            if t is not None and argument.rule is not zero:
                residual = argument.pick(values, out, params, position)
                # As above: the memory of what a rule gives becomes that of the sum.
                total = argument.pull(t, residual) if total is None else argument.pull(t, residual) + total
    if total is not None and total.ndim == out.ndim:  # the same for all
        total = np.broadcast_to(total, (*[len(t) for t in moved if t is not None][:1], *out.shape))
    return None if total is None else new_variable(total, batch)


def of_linear(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], _out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The operation itself, on the tangents of all arguments together."""
    moved: list[Array] = []
    is_zero = True
    for position, (x, t) in enumerate(zip(values, tangents, strict=True)):
        if primitive.argument(position).rule is None:
            moved.append(x)
        elif t is None:
            moved.append(_zeros_like(x))
        else:
            moved.append(t)
            is_zero = False
    return None if is_zero else bind(primitive, *moved, **params)


def _zeros_like(x: Array) -> Array:
    # A Python number leaves the dtype to the other arguments, and so must its zero.
    return 0 if isinstance(x, int | float | complex) and not isinstance(x, np.generic) else np.zeros_like(x)


def _of_multilinear(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], _out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The sum of the operation on the tangent of one argument and the values of all others: the product rule."""
    total: Tangent = None
    for position, t in enumerate(tangents):
        if t is None or primitive.argument(position).rule is None:
            continue
        part = bind(primitive, *values[:position], t, *values[position + 1 :], **params)
        total = part if total is None else total + part
    return total


def _of_general(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The transpose of what the rules do with a cotangent, which is linear in it."""
    arguments = [primitive.argument(position) for position in range(len(values))]
    moved = [None if a.rule is None else t for a, t in zip(arguments, tangents, strict=True)]
    if all(t is None for t in moved):
        return None

    def pulled(cotangents: Sequence[Array]) -> list[Array]:
        return [
            None if t is None else argument.pull(cotangents[0], argument.pick(values, out, params, position))
            for position, (argument, t) in enumerate(zip(arguments, moved, strict=True))
        ]

    (tangent,) = record_linear(pulled, [out]).transposed(moved)
    return tangent


def pushed_through(operation: Operation, values: Sequence[Array], tangents: Sequence[Tangent]) -> tuple[Any, Any]:
    """The outputs of an operation and their tangents: the transpose of what it does with cotangents."""
    outputs, residual = operation.evaluate_and_keep(values)
    specs = [cotangent_spec(x) for x in values]
    linear = record_linear(lambda gs: operation.pull(residual, gs, specs), operation.as_tuple(outputs))
    moved = linear.transposed(tangents)
    return outputs, tuple(moved) if operation.several_outputs else moved[0]


_TANGENT_OF: Final[dict[type[Primitive], Callable[..., Tangent]]] = {
    Elementwise: _of_elementwise,
    Linear: of_linear,
    Multilinear: _of_multilinear,
    General: _of_general,
}
