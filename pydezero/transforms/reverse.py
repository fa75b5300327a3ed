"""The reverse pass: from a cotangent of a result to the cotangents of what it was computed from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Final

import numpy as np

from pydezero.core.cotangent import Pending
from pydezero.core.types import Array
from pydezero.core.variable import Node

_by_order: Final = attrgetter("order")


def pull_back(  # noqa: C901  # one straight loop, run for every node of every graph
    cotangents: dict[Node, Array], targets: Collection[Node]
) -> dict[Node, Array]:
    """Take cotangents of some nodes back to the nodes in `targets`.

    Every rule runs once for its node, on the sum of all cotangents that arrived there, in the reverse of the order of
    creation. The result has an entry for each target that was reached. `cotangents` is used up, and each node is let go
    once it is done, so that a graph that nobody else holds is freed on the way.
    """
    targets = frozenset(targets)
    nodes = _reachable(cotangents, earliest=min(map(_by_order, targets), default=0))
    found: dict[Node, Array] = {}
    # The nodes whose cotangent is an array that was allocated right here, and that nobody else has seen.
    own: set[Node] = set()
    while nodes:
        node = nodes.pop()
        if node not in cotangents:
            continue
        g = cotangents.pop(node)
        own.discard(node)
        if type(g) is Pending:
            g = g.resolve()
        if node in targets:
            found[node] = g
        primitive = node.primitive
        if primitive is None:
            continue
        # Not strict: the rules of a variadic primitive are one rule without end.
        for parent, rule, residuals in zip(node.parents, primitive.rules, node.residuals):  # noqa: B905
            if parent is None:
                continue
            contribution = rule(g, *residuals)
            if parent not in cotangents:
                cotangents[parent] = contribution
            elif parent in own and type(contribution) is np.ndarray:
                cotangents[parent] += contribution
            else:
                total = cotangents[parent] = _add(cotangents[parent], contribution)
                if type(total) is np.ndarray:
                    own.add(parent)
    return found


def _add(present: Array, contribution: Array) -> Array:
    """The sum of two cotangents; as a new array, unless one of them is pending."""
    if type(present) is Pending:
        present.add(contribution)
        return present
    if type(contribution) is Pending:
        contribution.add(present)
        return contribution
    return present + contribution


def _reachable(roots: Iterable[Node], earliest: int) -> list[Node]:
    """The nodes that the roots depend on, in the order of creation.

    Only those from `earliest` on: what is older than every target depends on none.
    """
    nodes = [node for node in roots if node.order >= earliest]
    seen = set(nodes)
    for node in nodes:  # the list grows as we go
        for parent in node.parents:
            if parent is not None and parent not in seen and parent.order >= earliest:
                seen.add(parent)
                nodes.append(parent)
    nodes.sort(key=_by_order)
    return nodes
