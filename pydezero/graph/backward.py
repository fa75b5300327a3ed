"""The reverse pass: from cotangents of results to the cotangents of what they were computed from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from sys import getrefcount
from typing import TYPE_CHECKING

import numpy as np

from pydezero.arrays import WORDS, KernelWords
from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.snapshot import LARGE_BYTES
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable
from pydezero.graph.accumulation import Cotangents, add, collect, copy
from pydezero.graph.batched import batched_pulls
from pydezero.graph.branches import Choice, needs_marks
from pydezero.graph.products import NODE_ALONE, product_in_place
from pydezero.graph.seeds import observed_passes, tell_backward
from pydezero.graph.walk import by_order, reachable
from pydezero.lazy import load

if TYPE_CHECKING:
    from pydezero.core.observation import ObservedPass


def pull_back(  # noqa: C901  # one straight loop, run for every node of every graph
    cotangents: Cotangents, targets: Collection[Node], after: Choice | None = None
) -> Cotangents:
    """Take cotangents of some nodes back to the nodes in `targets`.

    Every rule runs once for its node, on the sum of all cotangents that arrived there, in the reverse of the order of
    creation. The result has an entry for each target that was reached. `cotangents` is used up, but for those of nodes
    that are older than all targets. Each node is let go once it is done, so that a graph to which nothing else refers
    is freed on the way. (From a choice by a condition on the graph is kept until the end, and rules may run twice: see
    `branches`.)

    The pass goes on `after` a choice, if one is given, with its nodes and without marks. A value that is differentiated
    again ends it, and is in the result.

    An exception in a rule gets a note of the operation, and a record of the failure for `failure_of`.
    """
    nodes = reachable(cotangents, earliest=min(map(by_order, targets), default=0)) if after is None else [*after.nodes]
    found: Cotangents = {}
    # Most targets are inputs, which have no primitive: the others alone have to be looked for at every node.
    midway = frozenset([target for target in targets if target.primitive is not None])
    inputs = frozenset(targets) - midway
    array = np.ndarray
    choice: Choice | None = None
    passes: Sequence[ObservedPass] = ()
    kinds = {*map(type, cotangents.values())}
    if Variable in kinds:
        passes = observed_passes(cotangents.values(), sys._getframe())
    pull_through: Callable[..., Array] | None = None  # where another library has kernels for what follows
    for kind in kinds:
        if isinstance(WORDS[kind], KernelWords):
            pull_through = load("pydezero.graph", "pull_through")
    pulled = None  # where a batch has a quicker way to pull back and add up
    if Variable in kinds and not passes:
        pulled = batched_pulls(cotangents.values())
    owned: set[Node] = set()  # the nodes whose cotangent nothing else refers to, so that it can be added to
    try:
        while nodes:
            node = nodes.pop()
            g = cotangents.pop(node, None)
            if g is None:
                continue
            if type(g) is IndexedCotangent:
                if passes:
                    tell_backward(passes, g.node or node)
                g = g.resolve()
            primitive = node.primitive
            if primitive is None:
                if node in inputs:
                    found[node] = g
                continue
            if after is not None and type(g) is Variable:
                found[node] = g
                break
            if midway and node in midway:
                found[node] = g
            if passes:
                tell_backward(passes, node)
            if pull_through is not None:
                g = pull_through(node, g, cotangents)
                if g is None:
                    continue
            if node.others:
                if primitive.masks and after is None:
                    if pull_through is not None:
                        load("pydezero.graph", "compute_pending")(cotangents)
                    choice = Choice({node: g, **cotangents}, [*nodes, node])
                    break
                for position, (parent, residual) in enumerate(node.others, start=2):
                    if parent is not None:
                        add(cotangents, owned, parent, primitive.argument(position).pull(g, residual))
            # The first argument and the second in the same words: a call would cost as much as they do.
            parent = node.x_parent
            if parent is not None:
                pull = primitive.x_pull
                if pull is None:
                    collect(cotangents, node, g)
                elif pulled is not None and (
                    (total := pulled(primitive, 0, g, node.x_residual, cotangents.get(parent))) is not None
                ):
                    cotangents[parent] = total
                else:
                    contribution = None
                    if (
                        primitive.is_product
                        and type(g) is array
                        and g.nbytes >= LARGE_BYTES
                        and getrefcount(node) == NODE_ALONE
                    ):
                        contribution = product_in_place(g, node, 0)
                    if contribution is None:
                        contribution = pull(g, node.x_residual)
                    present = cotangents.get(parent)
                    if present is None:
                        cotangents[parent] = contribution
                    elif (
                        parent in owned
                        and type(present) is array is type(contribution)
                        and present.dtype is contribution.dtype
                    ):
                        present += contribution
                    else:
                        present = None  # a reference less, by which `add` tells what is in memory of its own
                        add(cotangents, owned, parent, contribution)
            parent = node.y_parent
            if parent is not None:
                if pulled is not None:
                    total = pulled(primitive, 1, g, node.y_residual, cotangents.get(parent))
                    if total is not None:
                        cotangents[parent] = total
                        continue
                contribution = None
                if (
                    primitive.is_product
                    and type(g) is array
                    and g.nbytes >= LARGE_BYTES
                    and getrefcount(node) == NODE_ALONE
                ):
                    contribution = product_in_place(g, node, 1)
                if contribution is None:
                    contribution = primitive.y_pull(g, node.y_residual)
                present = cotangents.get(parent)
                if present is None:
                    cotangents[parent] = contribution
                elif (
                    parent in owned
                    and type(present) is array is type(contribution)
                    and present.dtype is contribution.dtype
                ):
                    present += contribution
                else:
                    present = None
                    add(cotangents, owned, parent, contribution)
        if pull_through is not None:
            for computed in (found, cotangents):
                load("pydezero.graph", "compute_pending")(computed)
        if choice is not None:
            found |= _pull_back_choice(choice, cotangents, targets, passes)
        return found
    except Exception as error:
        if choice is None:  # the pass from the choice on has noted its own
            load("pydezero.graph", "note_backward")(error, node, g, nodes)
        raise
    finally:
        for observed in passes:
            observed.leave()


def _pull_back_choice(
    choice: Choice, cotangents: Cotangents, targets: Collection[Node], passes: Sequence[ObservedPass]
) -> Cotangents:
    """The cotangents of those targets that are reached from a choice on; what is older is left in `cotangents`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if Variable not in map(type, choice.cotangents.values()):
            cotangents |= copy(choice.cotangents)
            found = pull_back(cotangents, targets, choice)
            if not needs_marks([*found.values(), *cotangents.values()]):
                return found
        cotangents.clear()
        cotangents |= copy(choice.cotangents)
        return choice.pull_back(cotangents, targets, passes)
