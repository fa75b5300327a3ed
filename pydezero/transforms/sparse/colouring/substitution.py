"""The plan of a substitution: elements of a symmetric matrix from its products, for an acyclic colouring.

The vertices of two colours are trees. The product of the matrix with colour b has in row v the sum of the elements
between v and its neighbours of colour b, which are its neighbours in one tree. A leaf has one neighbour, so the sum is
the element; it is subtracted from the sum of that neighbour, and the tree loses the leaf.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from pydezero.transforms.sparse.colouring.record import Indices, Step
from pydezero.transforms.sparse.pattern.pattern import Pattern

Plan: TypeAlias = tuple[tuple[Step, ...], Indices]
"""The rounds of a substitution, and the source of each element of the pattern."""


def steps_of(pattern: Pattern, colours: Indices) -> Plan | None:
    """The rounds, in each of which all trees lose their leaves, and the source of each element of the pattern.

    None if what two colours have is not trees: of a cycle nothing is a leaf.
    """
    size = pattern.shape[0]
    i, j = pattern.coordinates
    upper = i < j
    v, w = i[upper], j[upper]
    # The places of the sums that contain the element of an edge, for its two ends.
    at_v, at_w = colours[w] * size + v, colours[v] * size + w
    sums = (int(colours.max(initial=-1)) + 1) * size
    degree = np.bincount(np.concatenate([at_v, at_w]), minlength=sums)
    # Of a sum with one edge left, the exclusive or of its edges is the number of this edge.
    edges = np.zeros(sums, np.intp)
    numbers = np.arange(len(v))
    np.bitwise_xor.at(edges, at_v, numbers)
    np.bitwise_xor.at(edges, at_w, numbers)
    steps: list[Step] = []
    found: list[Indices] = []
    leaves = np.flatnonzero(degree == 1)
    while len(leaves):
        here, first = np.unique(edges[leaves], return_index=True)  # an edge by itself has two leaves
        leaves = leaves[first]
        other = at_v[here] + at_w[here] - leaves
        steps.append(Step(leaves, other))
        found.append(here)
        degree[leaves] = 0
        np.subtract.at(degree, other, 1)
        np.bitwise_xor.at(edges, other, here)
        other = np.unique(other)
        leaves = other[degree[other] == 1]
    order = np.concatenate(found) if found else np.zeros(0, np.intp)
    if len(order) < len(v):
        return None
    place = np.empty(len(v), np.intp)
    place[order] = sums + np.arange(len(v))
    source = colours[j] * size + i  # of the diagonal
    source[upper] = place
    source[i > j] = place[_mirrored(i, j, size)]
    return tuple(steps), source


def _mirrored(i: Indices, j: Indices, size: int) -> Indices:
    """For each element below the diagonal, its number among those above it on the other side."""
    upper, lower = i < j, i > j
    return np.searchsorted(i[upper] * size + j[upper], j[lower] * size + i[lower])
