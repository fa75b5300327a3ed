"""Adding up the cotangents that meet at one node."""

from __future__ import annotations

from sys import getrefcount
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.types import Array
from pydezero.core.variable import Node

Cotangents: TypeAlias = dict[Node, Array]
"""The sums of the cotangents that have arrived at some nodes; a sum may be an `IndexedCotangent`."""


def _references(cotangents: dict[int, NDArray[np.float64]]) -> int:
    present = cotangents.get(0)
    return getrefcount(present)


# The references to an array that only the cotangents and a variable of `add` refer to: counted, because the number
# depends on the version of Python, and at most 3 (the dictionary, the variable, the argument of getrefcount). More is
# counted only where a trace function reads the locals of a frame, which keeps one reference more before Python 3.13; in
# `add` itself such a reference leads to a copy.
_ALONE: Final = min(_references({0: np.empty(0)}), 3)


def add(cotangents: Cotangents, owned: set[Node], node: Node, contribution: Array) -> None:
    """Add to the cotangent of a node.

    `owned` has the nodes whose sum is in memory to which nothing else refers, so that it can be added to in place. The
    first contribution is often the cotangent of another node as well, or an array of the user's.
    """
    present = cotangents.get(node)
    if present is None:
        cotangents[node] = contribution
        return
    if (
        node not in owned
        and type(present) is np.ndarray
        and getrefcount(present) == _ALONE
        and present.base is None
        and present.flags.writeable
    ):
        owned.add(node)
    if type(contribution) is not IndexedCotangent:
        if type(present) is IndexedCotangent:
            present.contributions.append((..., contribution))
        elif (
            node in owned and type(present) is np.ndarray is type(contribution) and present.dtype is contribution.dtype
        ):
            present += contribution
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
