"""The reverse pass: from cotangents of results to the cotangents of what they were computed from."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from sys import getrefcount
from typing import Final

import numpy as np

from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.observation import ObservedPass
from pydezero.core.primitive import Elementwise, Primitive, Pull
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Node, Variable, undifferentiated
from pydezero.graph.notes import note_backward
from pydezero.graph.seeds import observed_passes
from pydezero.graph.walk import by_order, reachable


def _references(cotangents: dict[int, object]) -> int:
    present = cotangents.get(0)
    return getrefcount(present)


# The count of references to an array that only a dictionary of cotangents and the variable `present` refer to: then the
# reverse pass has allocated it and nothing else uses it, so a contribution is added in place. A view would be one
# reference more. The number is counted, not given, because it depends on the version of Python.
# It is at most 3 (the dictionary, the variable, the argument of getrefcount). More is counted only where a trace
# function reads the locals of the frame, which then keep one reference more.
_ALONE: Final = min(_references({0: np.empty(0)}), 3)


def pull_back(  # noqa: C901  # one straight loop, run for every node of every graph
    cotangents: dict[Node, Array], targets: Collection[Node]
) -> dict[Node, Array]:
    """Take cotangents of some nodes back to the nodes in `targets`.

    Every rule runs once for its node, on the sum of all cotangents that arrived there, in the reverse of the order of
    creation. The result has an entry for each target that was reached. `cotangents` is used up, and each node is let go
    once it is done, so that a graph to which nothing else refers is freed on the way.

    An exception in a rule gets a note of the operation, and a record of the failure for `failure_of`.
    """
    nodes = reachable(cotangents, earliest=min(map(by_order, targets), default=0))
    found: dict[Node, Array] = {}
    # Most targets are inputs, which have no primitive: the others alone have to be looked for at every node.
    midway = frozenset([target for target in targets if target.primitive is not None])
    inputs = frozenset(targets) - midway
    array = np.ndarray
    chosen = False  # whether there was a choice, so that zeros among the cotangents may be of what was not taken
    passes: Sequence[ObservedPass] = ()
    if Variable in map(type, cotangents.values()):
        passes = observed_passes(cotangents.values(), sys._getframe())
    try:
        while nodes:
            node = nodes.pop()
            g = cotangents.pop(node, None)
            if g is None:
                continue
            if type(g) is IndexedCotangent:
                if passes:
                    _tell(passes, g.node or node)
                g = g.resolve()
            primitive = node.primitive
            if primitive is None:
                if node in inputs:
                    found[node] = g
                continue
            if midway and node in midway:
                found[node] = g
            if passes:
                _tell(passes, node)
            # The first argument and the second in the same words: a call would cost as much as they do.
            parent = node.x_parent
            if parent is not None:
                pull = primitive.x_pull
                if pull is None:
                    present = cotangents.get(parent)
                    if type(present) is IndexedCotangent:
                        present.contributions.append((node.x_residual[0], g))
                    else:
                        _collect(cotangents, node, g)
                else:
                    contribution = (
                        _pull_chosen(primitive, pull, g, node.x_residual) if chosen else pull(g, node.x_residual)
                    )
                    present = cotangents.get(parent)
                    if present is None:
                        cotangents[parent] = contribution
                    elif (
                        type(present) is array is type(contribution)
                        and getrefcount(present) == _ALONE
                        and present.base is None
                        and present.dtype is contribution.dtype
                    ):
                        present += contribution
                    else:
                        _add(cotangents, parent, contribution)
            parent = node.y_parent
            if parent is not None:
                pull = primitive.y_pull
                contribution = _pull_chosen(primitive, pull, g, node.y_residual) if chosen else pull(g, node.y_residual)
                present = cotangents.get(parent)
                if present is None:
                    cotangents[parent] = contribution
                elif (
                    type(present) is array is type(contribution)
                    and getrefcount(present) == _ALONE
                    and present.base is None
                    and present.dtype is contribution.dtype
                ):
                    present += contribution
                else:
                    _add(cotangents, parent, contribution)
            if node.others:
                _pull_others(cotangents, node, g)
                chosen = chosen or primitive.masks
    except Exception as error:
        note_backward(error, node, g, nodes)
        raise
    finally:
        for observed in passes:
            observed.leave()
    return found


def _tell(passes: Sequence[ObservedPass], node: Node) -> None:
    """Tell observers that the rules of a node begin to run."""
    assert node.primitive is not None
    for observed in passes:
        observed.rule(f"backward of {node.primitive.name}", node.order)


def _pull_chosen(primitive: Primitive, pull: Pull, g: Array, residual: Residual) -> Array:
    """Pull back a cotangent that may have zeros where a branch was not taken.

    There the derivative is 0, although a function of the branch may have a partial derivative that is infinite or nan.
    An operation that is not elementwise mixes elements, and is pulled back as usual.
    """
    if not isinstance(primitive, Elementwise):
        return pull(g, residual)
    with np.errstate(divide="ignore", invalid="ignore"):
        contribution = pull(g, residual)
    value = undifferentiated(contribution)
    # One that stands for many values, in a trace, cannot be looked at.
    if type(value) is not Variable and not np.isnan(np.add.reduce(value, axis=None)):
        return contribution
    return np.where(np.equal(g, 0) & np.isnan(contribution), 0, contribution)


def _pull_others(cotangents: dict[Node, Array], node: Node, g: Array) -> None:
    """Take the cotangent of a node to the parents from the third on."""
    assert node.primitive is not None
    for position, (parent, residual) in enumerate(node.others, start=2):
        if parent is None:
            continue
        contribution = node.primitive.argument(position).pull(g, residual)
        if parent in cotangents:
            _add(cotangents, parent, contribution)
        else:
            cotangents[parent] = contribution


def _add(cotangents: dict[Node, Array], node: Node, contribution: Array) -> None:
    """Add to the cotangent of a node what cannot be added to an array in place."""
    present = cotangents[node]
    if type(contribution) is not IndexedCotangent:
        if type(present) is IndexedCotangent:
            present.contributions.append((..., contribution))
        else:
            cotangents[node] = present + contribution
    elif type(present) is IndexedCotangent:
        present.contributions.extend(contribution.contributions)
    elif getrefcount(present) == _ALONE + 1 and type(present) is np.ndarray and present.base is None:
        # One reference more is that of the caller.
        for where, g in contribution.contributions:
            np.add.at(present, where, g)
    else:
        contribution.contributions.append((..., present))
        cotangents[node] = contribution


def _collect(cotangents: dict[Node, Array], node: Node, g: Array) -> None:
    """Begin to collect the cotangents of many results of one value for a collective rule."""
    assert node.primitive is not None
    assert node.x_parent is not None
    rule = node.primitive.arguments[0].rule
    assert rule is not None
    where, shared = node.x_residual
    present = cotangents.get(node.x_parent)
    contributions = [(where, g)] if present is None else [(..., present), (where, g)]
    cotangents[node.x_parent] = IndexedCotangent(contributions, rule, shared, node)
