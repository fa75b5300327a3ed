"""The orders in which vertices get their colours.

A. H. Gebremedhin, F. Manne, A. Pothen, "What color is your Jacobian? Graph coloring for computing derivatives", SIAM
Review 47 (2005), section 5.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from pydezero.transforms.sparse.colouring.record import Indices, Order


@attrs.frozen(eq=False)
class Lists:
    """The neighbours of each vertex, as lists of Python: a loop over these is faster than one over arrays.

    Attributes:
        starts: where in `flat` the neighbours of each vertex begin, and where the last ones end.
        flat: the neighbours.
    """

    starts: list[int]
    flat: list[int]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of_each(self) -> list[list[int]]:
        """The list of neighbours of each vertex."""
        flat, starts = self.flat, self.starts
        return [flat[starts[i] : starts[i + 1]] for i in range(len(self))]

    @property
    def most(self) -> int:
        """The largest number of neighbours of a vertex."""
        return int(np.diff(self.starts).max(initial=0))


def lists(indptr: Indices, indices: Indices) -> Lists:
    """The neighbours from the arrays of a pattern."""
    return Lists(indptr.tolist(), indices.tolist())


def ordered(order: Order, near: Lists, groups: Lists | None = None) -> Sequence[int]:
    """The vertices in some order.

    Args:
        order: the order.
        near: the groups that each vertex is in; without groups, its neighbours.
        groups: the vertices in each group; they meet each other.
    """
    if order == "natural":
        return range(len(near))
    if order == "largest-first":
        found: list[int] = np.argsort(-_degrees(near, groups), kind="stable").tolist()
        return found
    return _smallest_last(near, groups)


def _degrees(near: Lists, groups: Lists | None) -> Indices:
    """The number of neighbours of each vertex; a neighbour in two groups counts twice."""
    if groups is None:
        return np.diff(near.starts)
    sizes = np.diff(groups.starts) - 1
    sums = np.concatenate([[0], np.cumsum(sizes[near.flat] if near.flat else [])])
    degrees: Indices = (sums[near.starts[1:]] - sums[near.starts[:-1]]).astype(np.intp)
    return degrees


def _smallest_last(near: Lists, groups: Lists | None) -> list[int]:
    """The vertices in an order in which each has as few neighbours as possible among those before it.

    The order is found from its end: of the vertices that remain, the next one has the fewest neighbours among them.
    Vertices wait in buckets by their number of neighbours. One whose number has fallen is put into a lower bucket as
    well, and is skipped in the old one.
    """
    degrees: list[int] = _degrees(near, groups).tolist()
    groups_of = near.of_each()
    members = [[vertex] for vertex in range(len(near))] if groups is None else groups.of_each()
    buckets: list[list[int]] = [[] for _ in range(max(degrees, default=0) + 1)]
    for vertex, degree in enumerate(degrees):
        buckets[degree].append(vertex)
    order: list[int] = []
    lowest = 0
    while len(order) < len(degrees):
        while not buckets[lowest]:
            lowest += 1
        vertex = buckets[lowest].pop()
        if degrees[vertex] != lowest:
            continue
        degrees[vertex] = -1
        order.append(vertex)
        for group in groups_of[vertex]:
            for other in members[group]:
                degree = degrees[other] - 1
                if degree >= 0:
                    degrees[other] = degree
                    buckets[degree].append(other)
                    if degree < lowest:
                        lowest = degree
    order.reverse()
    return order
