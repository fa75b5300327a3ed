"""Applying a primitive: compute at the highest level among the arguments, and record what the rules will need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydezero.core.broadcasting import broadcast_parent
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.core.roots import recorded_power
from pydezero.core.snapshot import as_constant, snapshot
from pydezero.core.types import Array, Residual
from pydezero.core.variable import AnyNode, Node, Variable, new_node, new_variable


def bind(primitive: Primitive, *args: Array, **params: Any) -> Any:
    """Apply a primitive to array arguments, of which any may be Variables, with parameters that are not differentiated.

    An operation runs at the highest level among its arguments. Values of lower levels are constants to it; they may be
    Variables of an enclosing transform, for which the operation is applied again, one level down.
    """
    top = top_node(args) if len(args) > 1 else args[0].node if type(args[0]) is Variable else None
    if top is None:
        return primitive.raw(*args, **params)
    if type(top) is not Node:
        return top.apply(primitive, args, params)
    if primitive.record is not None:
        return primitive.record(args, top.level)
    return _record_one(primitive, args[0], params) if len(args) == 1 else _record(primitive, args, params, top.level)


def _record_one(primitive: Primitive, x: Variable, params: Mapping[str, Any]) -> Array:
    """Record a single array argument, where nothing is broadcast and no constant is kept."""
    value: Array = x._value
    parent = x.node
    assert type(parent) is Node
    argument = primitive.arguments[0]
    out = bind(primitive, value, **params) if type(value) is Variable else primitive.raw(value, **params)
    if argument.rule is None:
        return out
    if primitive.exponent is not None and parent.primitive is not None:
        power = recorded_power(parent, out, primitive.exponent(params))
        if power is not None:
            return power
    residual = argument.pick((value,), out, params, 0)
    if value.dtype is not out.dtype:
        parent = broadcast_parent(parent, value, value.shape, out.dtype)
    return new_variable(out, new_node(primitive, parent, residual, level=parent.level))


def _record(primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any], level: int) -> Array:
    """Record any number of array arguments, of which one at least is a Variable of this level."""
    values, parents = unwrap(args, level, primitive.name)
    parents = [parent if primitive.argument(i).rule is not None else None for i, parent in enumerate(parents)]
    nested = Variable in map(type, values)
    out = bind(primitive, *values, **params) if nested else primitive.raw(*values, **params)
    if not any(parents):
        return out
    _snapshot_constants(primitive, values, parents, level)
    dtype = out.dtype
    broadcasts = isinstance(primitive, Elementwise)
    nodes: list[Node | None] = []
    residuals: list[Residual] = []
    for position, parent in enumerate(parents):
        if parent is None:
            nodes.append(None)
            residuals.append(None)
        else:
            x = values[position]
            shape = out.shape if broadcasts else x.shape
            nodes.append(parent if x.dtype is dtype and x.shape == shape else broadcast_parent(parent, x, shape, dtype))
            residuals.append(primitive.argument(position).pick(values, out, params, position))
    return new_variable(out, node_of(primitive, nodes, residuals, level))


def node_of(primitive: Primitive, parents: Sequence[Node | None], residuals: Sequence[Residual], level: int) -> Node:
    """The node of an operation of any number of arguments."""
    if len(parents) == 1:
        return new_node(primitive, parents[0], residuals[0], level=level)
    others = tuple(zip(parents[2:], residuals[2:], strict=True))
    return new_node(primitive, parents[0], residuals[0], parents[1], residuals[1], others, level=level)


def top_node(args: Sequence[Array]) -> AnyNode | None:
    """A node of the highest level among the arguments, None when none is a Variable."""
    top: AnyNode | None = None
    for x in args:
        if type(x) is Variable and (top is None or x.node.level > top.level):
            top = x.node
    return top


def unwrap(args: Sequence[Array], level: int, name: str) -> tuple[list[Array], list[Any]]:
    """The arguments as an operation at a level sees them: values, and the node of each that is not a constant.

    The nodes are all of the one kind that the transform of this level makes.
    """
    values: list[Array] = []
    nodes: list[Any] = []
    for x in args:
        if type(x) is not Variable:
            values.append(as_constant(x, name))
            nodes.append(None)
        elif x.node.level == level:
            values.append(x._value)
            nodes.append(x.node)
        else:
            values.append(x)
            nodes.append(None)
    return values, nodes


def _snapshot_constants(primitive: Primitive, values: list[Array], parents: list[Node | None], level: int) -> None:
    """Put a copy in the place of each constant that a rule keeps, unless it cannot change."""
    # As a set: a variadic primitive has one description for all of its arguments.
    differentiated = {primitive.argument(i) for i, parent in enumerate(parents) if parent is not None}
    for i, parent in enumerate(parents):
        if parent is None and any(argument.keeps(i) for argument in differentiated):
            values[i] = snapshot(values[i], level)
