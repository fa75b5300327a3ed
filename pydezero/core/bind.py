"""Applying a primitive: compute at the highest level among the arguments, and record what the rules will need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydezero.core.conform import conformed
from pydezero.core.constant import as_constant, snapshot
from pydezero.core.primitive import Primitive, Residuals
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
    kept = [keep if parent else None for parent, keep in zip(parents, primitive.residuals, strict=False)]
    if None in parents:
        _snapshot_constants(values, parents, kept)
    nodes = [p and conformed(p, x, x.shape, out.dtype) for p, x in zip(parents, values, strict=True)]
    residuals = [
        tuple([pick(values, out, params, i) for pick in keep.picks]) if keep else () for i, keep in enumerate(kept)
    ]
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


def _snapshot_constants(values: list[Array], parents: list[Node | None], kept: Sequence[Residuals | None]) -> None:
    """Put a copy in the place of each constant that a rule keeps, unless it cannot change."""
    for i, parent in enumerate(parents):
        if parent is None and any(keep and (keep.keeps_all or i in keep.positions) for keep in kept):
            values[i] = snapshot(values[i])
