"""Applying a primitive: compute at the highest level among the arguments, and record what the rules will need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydezero.core.conform import conformed
from pydezero.core.constant import as_constant, snapshot
from pydezero.core.primitive import Primitive
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, new_node, new_variable


def bind(primitive: Primitive, *args: Array, **params: Any) -> Array:
    """Apply a primitive to array arguments, of which any may be Variables, with parameters that are not differentiated.

    An operation runs at the highest level among its arguments. Values of lower levels are constants to it; they may be
    Variables of an enclosing transform, for which the operation is applied again, one level down.
    """
    level = top_level(args)
    if level < 0:
        return primitive.raw(*args, **params)
    values, parents = unwrap(args, level, primitive.name)
    out = bind(primitive, *values, **params) if Variable in map(type, values) else primitive.raw(*values, **params)
    if None in parents:
        _snapshot_constants(primitive, values, parents)
    dtype = out.dtype
    nodes: list[Node | None] = []
    residuals: list[tuple[Array, ...]] = []
    # Not strict: a variadic primitive has its residuals without end.
    for position, (parent, keep) in enumerate(zip(parents, primitive.residuals)):  # noqa: B905
        if parent is None:
            nodes.append(None)
            residuals.append(())
        else:
            x = values[position]
            nodes.append(parent if x.dtype is dtype else conformed(parent, x, x.shape, dtype))
            residuals.append(keep.pick(values, out, params, position))
    return new_variable(out, new_node(primitive, tuple(nodes), tuple(residuals), level))


def top_level(args: Sequence[Array]) -> int:
    """The highest level among the arguments, -1 when none is a Variable."""
    level = -1
    for x in args:
        if type(x) is Variable and x.node.level > level:
            level = x.node.level
    return level


def unwrap(args: Sequence[Array], level: int, name: str) -> tuple[list[Array], list[Node | None]]:
    """The arguments as an operation at a level sees them: values, and the node of each that is not a constant."""
    values: list[Array] = []
    parents: list[Node | None] = []
    for x in args:
        if type(x) is not Variable:
            values.append(as_constant(x, name))
            parents.append(None)
        elif x.node.level == level:
            values.append(x._value)
            parents.append(x.node)
        else:
            values.append(x)
            parents.append(None)
    return values, parents


def _snapshot_constants(primitive: Primitive, values: list[Array], parents: list[Node | None]) -> None:
    """Put a copy in the place of each constant that a rule keeps, unless it cannot change."""
    kept: set[int] = set()
    for parent, keep in zip(parents, primitive.residuals):  # noqa: B905  # as above
        if parent is not None:
            kept.update(range(len(values)) if keep.keeps_all else keep.positions)
    for i in kept:
        if parents[i] is None:
            values[i] = snapshot(values[i])
