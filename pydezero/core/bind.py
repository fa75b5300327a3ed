"""Applying a primitive: compute at the highest level among the arguments, and record what the rules will need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydezero.core.conform import conformed
from pydezero.core.constant import as_constant, snapshot
from pydezero.core.primitive import Call, Primitive
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
    out = bind(primitive, *values, **params)
    nodes, residuals = _inputs(primitive, values, parents, Call(values, out, params))
    return new_variable(out, new_node(primitive, nodes, residuals, level))


def top_level(args: Sequence[Array]) -> int:
    """The highest level among the arguments, -1 when none is a Variable."""
    return max((x.node.level for x in args if type(x) is Variable), default=-1)


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


def _inputs(
    primitive: Primitive, values: list[Array], parents: list[Node | None], call: Call
) -> tuple[tuple[Node | None, ...], tuple[tuple[Array, ...], ...]]:
    """For each argument the node that its cotangent goes to, and the residuals of its rule."""
    kept = [keep if parent is not None else None for parent, keep in zip(parents, primitive.residuals, strict=False)]
    for i, parent in enumerate(parents):
        if parent is None and any(keep is not None and (keep.keeps_all or i in keep.positions) for keep in kept):
            values[i] = snapshot(values[i])
    dtype = call.out.dtype
    nodes = [
        conformed(parent, x, x.shape, dtype) if parent else None for parent, x in zip(parents, values, strict=True)
    ]
    residuals = [tuple([pick(call, i) for pick in keep.picks]) if keep else () for i, keep in enumerate(kept)]
    return tuple(nodes), tuple(residuals)
