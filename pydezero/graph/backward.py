"""The reverse pass: from cotangents of results to the cotangents of what they were computed from."""

from __future__ import annotations

from collections.abc import Collection
from heapq import heappop, heappush
from sys import getrefcount, maxsize
from typing import Final

import numpy as np

from pydezero.arrays import WORDS, KernelWords
from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.primitive import unchanged
from pydezero.core.snapshot import LARGE_BYTES
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable
from pydezero.graph.accumulation import Cotangents, add, collect
from pydezero.graph.products import NODE_ALONE, product_in_place
from pydezero.graph.walk import reachable
from pydezero.lazy import load

# The type of nearly all cotangents.
_ARRAY: Final = np.ndarray


def pull_back(  # noqa: C901  # one straight loop, run for every node of every graph
    cotangents: Cotangents, targets: Collection[Node], *, after_choice: bool = False
) -> Cotangents:
    """Take cotangents of some nodes back to the nodes in `targets`.

    Every rule runs once for its node, on the sum of all cotangents that arrived there, in the reverse of the order of
    creation. The result has an entry for each target that was reached. `cotangents` is used up, but for those of nodes
    that are older than all targets. Each node is let go once it is done, so that a graph to which nothing else refers
    is freed on the way. (From a choice by a condition on the graph is kept until the end, and rules may run twice: see
    `branches`.)

    No list of the nodes is made before. Of those that have a cotangent the one that was created last is next, because
    nothing that is still to come contributes to it. Often that is a parent of the last node, whose cotangent need
    neither be put down nor looked up; the others wait in a heap.

    A pass `after_choice` goes on without marks. A value that is differentiated again ends it, and is in the result.

    An exception in a rule gets a note of the operation, and a record of the failure for `failure_of`.
    """
    is_plain = True
    earliest = maxsize
    for target in targets:
        if target.primitive is not None:
            is_plain = False
        elif target.order < earliest:
            earliest = target.order
    nodes: dict[int, Node] = {}  # those that wait, by their place in the order of creation, counted backwards
    for node, g in cotangents.items():
        if type(g) is Variable or isinstance(WORDS[type(g)], KernelWords):
            is_plain = False
        elif node.order >= earliest:
            nodes[-node.order] = node
    if not is_plain:
        found: Cotangents = load("pydezero.graph", "pull_back_in_general")(cotangents, targets, after_choice)
        return found
    inputs = frozenset(targets)
    waiting = sorted(nodes)
    following: Node | None = None  # a node that is younger than all that wait, with its cotangent
    of_following: Array = None
    found = {}
    owned: set[Node] = set()  # the nodes whose cotangent nothing else refers to, so that it can be added to
    choice: Cotangents | None = None
    try:
        while waiting or following is not None:
            if following is not None:
                node, g = following, of_following
                following = of_following = None
            else:
                node = nodes.pop(heappop(waiting))
                youngest = -waiting[0] if waiting else earliest - 1
                g = cotangents.pop(node)
            if type(g) is IndexedCotangent:
                g = g.resolve()
            primitive = node.primitive
            if primitive is None:
                if node in inputs:
                    found[node] = g
                continue
            if after_choice and type(g) is Variable:
                found[node] = g
                break
            if node.others:
                if primitive.masks and not after_choice:
                    choice = {node: g, **cotangents}
                    break
                for position, (parent, residual) in enumerate(node.others, start=2):
                    if parent is not None:
                        contribution = primitive.argument(position).pull(g, residual)
                        if parent not in cotangents and parent.order >= earliest:
                            nodes[-parent.order] = parent
                            heappush(waiting, -parent.order)
                        add(cotangents, owned, parent, contribution)
                youngest = -waiting[0] if waiting else earliest - 1
            is_product = primitive.is_product
            is_large = False
            if is_product and type(g) is _ARRAY and g.nbytes >= LARGE_BYTES:
                parent = None  # often this very node, as a parent of the last one
                is_large = getrefcount(node) == NODE_ALONE
            # The first argument and the second in nearly the same words: a call would cost as much as they do.
            parent = node.x_parent
            if parent is not None:
                order = parent.order
                pull = primitive.x_pull
                if pull is None:
                    if parent not in cotangents and order >= earliest:
                        nodes[-order] = parent
                        heappush(waiting, -order)
                        youngest = -waiting[0]
                    collect(cotangents, node, g)
                else:
                    if is_product:
                        contribution = _large_product(g, node, 0) if is_large else g * node.x_residual
                    else:
                        contribution = g if pull is unchanged else pull(g, node.x_residual)
                    if order > youngest:
                        following, of_following = parent, contribution
                    elif (present := cotangents.get(parent)) is None:
                        cotangents[parent] = contribution
                        if order >= earliest:
                            nodes[-order] = parent
                            heappush(waiting, -order)
                    elif (
                        parent in owned
                        and type(present) is _ARRAY is type(contribution)
                        and present.dtype is contribution.dtype
                    ):
                        present += contribution
                    else:
                        present = None  # a reference less, by which `add` tells what is in memory of its own
                        add(cotangents, owned, parent, contribution)
            parent = node.y_parent
            if parent is not None:
                if is_product:
                    contribution = _large_product(g, node, 1) if is_large else g * node.y_residual
                else:
                    pull = primitive.y_pull
                    contribution = g if pull is unchanged else pull(g, node.y_residual)
                order = parent.order
                if order > youngest:
                    if following is None:
                        following, of_following = parent, contribution
                        continue
                    if parent is following:
                        cotangents[parent] = of_following
                        add(cotangents, owned, parent, contribution)
                        of_following = cotangents.pop(parent)
                        continue
                    if order > following.order:  # the older one waits
                        parent, following = following, parent
                        contribution, of_following = of_following, contribution
                    youngest = parent.order
                present = cotangents.get(parent)
                if present is None:
                    cotangents[parent] = contribution
                    order = parent.order
                    if order >= earliest:
                        nodes[-order] = parent
                        heappush(waiting, -order)
                elif (
                    parent in owned
                    and type(present) is _ARRAY is type(contribution)
                    and present.dtype is contribution.dtype
                ):
                    present += contribution
                else:
                    present = None
                    add(cotangents, owned, parent, contribution)
    except Exception as error:
        before = reachable([node, *cotangents], earliest)[:-1]
        load("pydezero.graph", "note_backward")(error, node, g, before)
        raise
    if choice is not None:
        found |= load("pydezero.graph", "pull_back_choice")(choice, cotangents, inputs)
    return found


def _large_product(g: Array, node: Node, position: int) -> Array:
    """The product of a large cotangent with what its node keeps for an argument, in the memory of that if possible."""
    product = product_in_place(g, node, position)
    return product if product is not None else g * (node.y_residual if position else node.x_residual)
