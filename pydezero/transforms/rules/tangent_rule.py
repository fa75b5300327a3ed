"""A rule of forward mode in a reverse pass: a part of the graph.

The rule is linear in the tangents. So it is run once with tangents that are Variables of the graph, each behind the
argument that it is the tangent of; pulling a cotangent back through what was recorded is the transpose of the rule:

    arguments <- given tangents <- what the rule applies to tangents <- output of the rule, for each output
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pydezero.core.level import Level
from pydezero.core.operation import ArraySpec, cotangent_spec
from pydezero.core.primitive import Linear, define, same
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, input_node, new_node, new_variable, reverse_node, variable_at
from pydezero.graph.linear import is_linear, ones_for
from pydezero.graph.walk import reachable


def _same(x: Array) -> Array:
    return x


given_p: Final = define(Linear, "given tangent", _same, same, is_internal=True)
ruled_p: Final = define(Linear, "output of a rule", _same, same, is_internal=True)


class RuledOutput:
    """The residual of an output's node, from which the graph is read: the operation as the user knows it.

    A plain class, since one is made in every call.
    """

    __slots__ = ("name", "parents", "spec")

    def __init__(self, name: str, parents: Sequence[Node | None], spec: ArraySpec) -> None:
        self.name: str = name
        self.parents: Sequence[Node | None] = parents
        self.spec: ArraySpec = spec

    def __reduce__(self) -> tuple[Any, ...]:
        return RuledOutput, (self.name, self.parents, self.spec)


def given_tangents(values: Sequence[Array], parents: Sequence[Node | None], level: Level) -> list[Variable]:
    """A tangent for each argument of a rule; that of a constant leads nowhere."""
    return [
        new_variable(ones_for(x), input_node(level) if parent is None else new_node(given_p, parent, level=level))
        for x, parent in zip(values, parents, strict=True)
    ]


def check_rule(moved: Sequence[Array], given: Sequence[Variable], level: Level, name: str) -> None:
    """Raise unless the tangents of the outputs are a linear map of the given ones, as far as their nodes tell.

    Raises:
        ValueError: an operation is not linear in them; or a tangent depends on a Variable that the function was not
            given, or on nothing and is not zero.
    """
    first = reverse_node(given[0]).order
    nodes = _nodes_of(moved, level, name)
    seen = set(nodes)
    for node in nodes:  # the list grows as we go
        primitive = node.primitive
        if primitive is None or primitive is given_p:
            continue
        parents: tuple[Node | None, ...] = (node.x_parent, node.y_parent)
        if node.others:
            parents += tuple([parent for parent, _ in node.others])
        for parent in parents:
            if parent is None or parent in seen:
                continue
            if parent.order < first:
                raise _not_given(name)
            seen.add(parent)
            nodes.append(parent)
        if type(primitive) is not Linear and not is_linear(node):
            raise ValueError(
                f"{name}: the rule must be linear, but it applies {primitive.name} in a way that is not; then it has "
                "no transpose, which this transform needs"
            )


def _nodes_of(moved: Sequence[Array], level: Level, name: str) -> list[Node]:
    """The nodes of those tangents that depend on something; the others are zero."""
    nodes: dict[Node, None] = {}
    for t in moved:
        if type(t) is not Variable or t.node.level < level:
            if isinstance(t, np.ndarray | np.generic) and np.any(t):
                raise ValueError(
                    f"{name}: the rule must be linear, but an output that is not zero does not depend on its argument"
                )
        elif t.node.level == level:
            nodes[reverse_node(t)] = None
        else:
            raise _not_given(name)
    return list(nodes)


def independent(y: Array, given: Sequence[Variable], level: Level, name: str) -> Array:
    """A value that a rule returned beside the tangents, without this level.

    Raises:
        ValueError: it depends on the tangents, or on a Variable that the function was not given.
    """
    if type(y) is not Variable or y.node.level < level:
        return y
    first = reverse_node(given[0]).order
    nodes = reachable([reverse_node(y)], first) if y.node.level == level else []
    if not {x.node for x in given}.isdisjoint(nodes):
        raise ValueError(f"{name}: the rule computes its output with the tangents; it depends on the primals alone")
    if not nodes or any(_is_older(node, first) for node in nodes):
        raise _not_given(name)
    return y._value


def ruled_outputs(
    outs: Sequence[Array], moved: Sequence[Array], parents: Sequence[Node | None], level: Level, name: str
) -> tuple[Variable, ...]:
    """The outputs of a function with a rule as Variables, each behind its tangent."""
    variables: list[Variable] = []
    for y, t in zip(outs, moved, strict=True):
        if type(t) is Variable and t.node.level == level:
            node = new_node(ruled_p, reverse_node(t), RuledOutput(name, parents, cotangent_spec(y)), level=level)
            variables.append(new_variable(y, node))
        else:
            variables.append(variable_at(y, level))
    return tuple(variables)


def _is_older(node: Node, first: int) -> bool:
    """Whether an operation has an operand from before the rule ran."""
    return any(parent.order < first for _, parent, _ in node.edges)


def _not_given(name: str) -> ValueError:
    return ValueError(
        f"{name}: the derivative rule computes with a Variable that the function was not given, to which it gives no "
        "derivative; pass it as an argument"
    )
