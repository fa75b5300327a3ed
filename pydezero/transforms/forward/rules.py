"""Forward mode by the rules of primitives: the tangent of a result from the tangents of the arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.bind import bind
from pydezero.core.broadcasting import cast
from pydezero.core.operation import Operation, cotangent_spec
from pydezero.core.primitive import Elementwise, General, Linear, Multilinear, Primitive, zero
from pydezero.core.roots import is_smooth
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, new_variable
from pydezero.graph.linear import record_linear

# An array, or a Variable of a lower level; None stands for zeros, which are never computed with.
Tangent: TypeAlias = Array | None


@attrs.frozen(eq=False)
class Root:
    """The application of a primitive that is like a norm, for the tangent of a power of its result."""

    power: Primitive
    values: Sequence[Array]
    tangents: Sequence[Tangent]
    params: Mapping[str, Any]


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


def batch_of(tangents: Sequence[Tangent], out: Array) -> AnyNode | None:
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


def of_batch(
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
