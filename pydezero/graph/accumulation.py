"""Adding up the cotangents that meet at one node."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.types import Array
from pydezero.core.variable import Node

Cotangents: TypeAlias = dict[Node, Array]
"""The sums of the cotangents that have arrived at some nodes; a sum may be an `IndexedCotangent`."""


def add(cotangents: Cotangents, owned: set[Node], node: Node, contribution: Array) -> None:
    """Add to the cotangent of a node.

    `owned` has the nodes whose sum was allocated here, so that nothing else can refer to its memory. A contribution is
    never written into: it may be the cotangent of another node, or an array of the user's.
    """
    present = cotangents.get(node)
    if present is None:
        cotangents[node] = contribution
    elif type(contribution) is not IndexedCotangent:
        if type(present) is IndexedCotangent:
            present.contributions.append((..., contribution))
        else:
            cotangents[node] = present + contribution
            owned.add(node)
    elif type(present) is IndexedCotangent:
        present.contributions.extend(contribution.contributions)
    elif node in owned and type(present) is np.ndarray:
        for where, g in contribution.contributions:
            np.add.at(present, where, g)
    else:
        contribution.contributions.append((..., present))
        cotangents[node] = contribution


def collect(cotangents: Cotangents, node: Node, g: Array) -> None:
    """Add the cotangent of a node to what is collected for its parent, for the collective rule of its primitive."""
    assert node.primitive is not None
    assert node.x_parent is not None
    where, shared = node.x_residual
    present = cotangents.get(node.x_parent)
    if type(present) is IndexedCotangent:
        present.contributions.append((where, g))
        return
    rule = node.primitive.arguments[0].rule
    assert rule is not None
    contributions = [(where, g)] if present is None else [(..., present), (where, g)]
    cotangents[node.x_parent] = IndexedCotangent(contributions, rule, shared, node)


def copy(cotangents: Cotangents) -> Cotangents:
    """The cotangents as they are now, whatever is collected beside them later."""
    return {node: _copy(g) if type(g) is IndexedCotangent else g for node, g in cotangents.items()}


def _copy(g: IndexedCotangent) -> IndexedCotangent:
    return IndexedCotangent(list(g.contributions), g.rule, g.shared, g.node)
