"""Walking through a recorded graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from operator import attrgetter
from typing import Final

from pydezero.core.variable import Node

by_order: Final = attrgetter("order")
"""The place of a node in the order of creation, which is a topological order."""


def reachable(roots: Iterable[Node], earliest: int = 0, most: int | None = None) -> list[Node]:
    """The nodes that the roots depend on, and the roots, in the order of creation.

    Only those from `earliest` on: what is older than every target of a reverse pass depends on none. After `most` nodes
    the walk ends, with the nodes that were found by then.
    """
    nodes = list(dict.fromkeys([node for node in roots if node.order >= earliest]))
    seen = set(nodes)
    for node in islice(nodes, most):  # the list grows as we go
        parent = node.x_parent
        if parent is not None and parent not in seen and parent.order >= earliest:
            seen.add(parent)
            nodes.append(parent)
        parent = node.y_parent
        if parent is not None and parent not in seen and parent.order >= earliest:
            seen.add(parent)
            nodes.append(parent)
        for parent, _ in node.others:
            if parent is not None and parent not in seen and parent.order >= earliest:
                seen.add(parent)
                nodes.append(parent)
    nodes.sort(key=by_order)
    return nodes


def depending(nodes: Iterable[Node], inputs: Collection[Node]) -> list[Node]:
    """Those of some nodes, in the order of creation, that depend on some inputs, and the inputs among them."""
    found = set(inputs)
    dependents: list[Node] = []
    for node in nodes:
        if node in found or not found.isdisjoint([parent for _, parent, _ in node.edges]):
            found.add(node)
            dependents.append(node)
    return dependents
