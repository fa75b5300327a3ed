"""Greedy colourings: vertex after vertex gets the first colour that nothing forbids.

A set of colours is an integer with a bit for each, so that a union of sets is one operation. The rules are those of
A. H. Gebremedhin, F. Manne, A. Pothen, "What color is your Jacobian? Graph coloring for computing derivatives", SIAM
Review 47 (2005), and A. H. Gebremedhin, A. Tarafdar, F. Manne, A. Pothen, "New acyclic and star coloring algorithms
with application to computing Hessians", SIAM Journal on Scientific Computing 29 (2007).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pydezero.transforms.sparse.colouring.orders import Lists
from pydezero.transforms.sparse.colouring.record import Indices


def partial(near: Lists, groups: int, order: Sequence[int]) -> Indices:
    """Colours of vertices such that two vertices in one group have different colours.

    With the columns of a matrix as vertices and its rows as groups, no two columns of a colour have an element in one
    row (a partial distance-2 colouring of the bipartite graph of the matrix).
    """
    in_group = [0] * groups
    colours = [0] * len(near)
    flat, starts = near.flat, near.starts
    for vertex in order:
        own = flat[starts[vertex] : starts[vertex + 1]]
        taken = 0
        for group in own:
            taken |= in_group[group]
        colour = ~taken & (taken + 1)  # the lowest bit that is not set
        for group in own:
            in_group[group] |= colour
        colours[vertex] = colour
    return _numbers(colours)


def star(near: Lists, order: Sequence[int]) -> Indices:
    """Colours of the vertices of a graph such that a path of four vertices has three colours or more.

    Neighbours differ in colour. Where two neighbours of a vertex have one colour, it is later than that of the vertex,
    which makes it a star colouring: of four vertices with two colours, both in the middle would be earlier than the
    other. So for two neighbours, the later one has no other neighbour of the colour of the earlier one.
    """
    colours = [0] * len(near)
    around = [0] * len(near)  # the colours of the neighbours
    flat, starts = near.flat, near.starts
    for vertex in order:
        own = flat[starts[vertex] : starts[vertex + 1]]
        taken = 0
        for other in own:
            colour = colours[other]
            taken |= colour | around[other] & (colour - 1) if colour else around[other]
        colour = ~taken & (taken + 1)
        colours[vertex] = colour
        for other in own:
            around[other] |= colour
    return _numbers(colours)


def acyclic(near: Lists, order: Sequence[int]) -> Indices:
    """Colours of the vertices of a graph such that neighbours differ, and a cycle has three colours or more.

    The vertices of two colours, with the edges between them, are trees. A vertex must not connect two places of one
    tree. The place of a vertex in the trees of its own and another colour is a number, and `joined` leads from place to
    place to one that stands for the tree.
    """
    count = len(near)
    colours = [-1] * count
    around = [0] * count
    joined: dict[int, int] = {}
    for vertex, own in _in_order(near, order):
        neighbours = [other for other in own if colours[other] >= 0]
        taken = 0
        for other in neighbours:
            taken |= 1 << colours[other]
        if taken.bit_count() < len(neighbours):
            taken = _without_cycles(neighbours, taken, colours, around, joined)
        bit = ~taken & (taken + 1)
        colour = bit.bit_length() - 1
        colours[vertex] = colour
        for other in own:
            around[other] |= bit
        for other in neighbours:
            tree = _root(joined, other + colour * count)
            joined[tree] = _root(joined, vertex + colours[other] * count)
    return np.array(colours, np.intp)


def _in_order(near: Lists, order: Sequence[int]) -> list[tuple[int, list[int]]]:
    neighbours = near.of_each()
    return [(vertex, neighbours[vertex]) for vertex in order]


def _without_cycles(
    neighbours: list[int], taken: int, colours: list[int], around: list[int], joined: dict[int, int]
) -> int:
    """The colours that are taken, and those with which a vertex would close a cycle of two colours."""
    count = len(colours)
    met: set[int] = set()
    for other in neighbours:
        possible = around[other] & ~taken
        while possible:
            bit = possible & -possible
            possible ^= bit
            tree = _root(joined, other + (bit.bit_length() - 1) * count)
            if tree in met:
                taken |= bit
            met.add(tree)
    return taken


def _root(joined: dict[int, int], place: int) -> int:
    """The place that stands for the tree that a place is in."""
    while (above := joined.get(place, place)) != place:
        joined[place] = place = joined.get(above, above)
    return place


def _numbers(bits: list[int]) -> Indices:
    return np.array([bit.bit_length() - 1 for bit in bits], np.intp)
