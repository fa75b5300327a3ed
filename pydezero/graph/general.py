"""The reverse pass that is asked for more than the cotangents of inputs: observed, batched, on a GPU, by a choice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pydezero.arrays import WORDS, KernelWords
from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable
from pydezero.graph.accumulation import Cotangents, add, collect, copy
from pydezero.graph.backward import pull_back
from pydezero.graph.batched import batched_pulls
from pydezero.graph.branches import needs_marks, pull_back_marked, pull_back_with_marks
from pydezero.graph.notes import note_backward
from pydezero.graph.seeds import observed_passes, tell_backward
from pydezero.graph.taken import level_of_marks
from pydezero.graph.walk import by_order, reachable
from pydezero.lazy import load

if TYPE_CHECKING:
    from pydezero.core.observation import ObservedPass


def pull_back_in_general(  # noqa: C901  # one straight loop
    cotangents: Cotangents, targets: Collection[Node], after_choice: bool
) -> Cotangents:
    """The result of `pull_back`, for targets that were computed themselves, and cotangents of any kind."""
    nodes = reachable(cotangents, earliest=min(map(by_order, targets), default=0))
    found: Cotangents = {}
    targets = frozenset(targets)
    choice: Cotangents | None = None
    passes: Sequence[ObservedPass] = ()
    kinds = {*map(type, cotangents.values())}
    if Variable in kinds:
        passes = observed_passes(cotangents.values(), sys._getframe())
    pull_through: Callable[..., Array] | None = None  # where another library has kernels for what follows
    if any(isinstance(WORDS[kind], KernelWords) for kind in kinds):
        pull_through = load("pydezero.graph", "pull_through")
    pulled = None  # where a batch has a quicker way to pull back and add up
    if Variable in kinds and not passes:
        pulled = batched_pulls(cotangents.values())
    owned: set[Node] = set()
    level = level_of_marks(cotangents.values()) if Variable in kinds else None
    try:
        if level is not None:
            return pull_back_marked(cotangents, targets, passes, level)
        while nodes:
            node = nodes.pop()
            g = cotangents.pop(node, None)
            if g is None:
                continue
            if type(g) is IndexedCotangent:
                if passes:
                    tell_backward(passes, g.node or node)
                g = g.resolve()
            if node in targets:
                found[node] = g
            primitive = node.primitive
            if primitive is None:
                continue
            if after_choice and type(g) is Variable:
                found[node] = g
                break
            if passes:
                tell_backward(passes, node)
            if pull_through is not None:
                g = pull_through(node, g, cotangents)
                if g is None:
                    continue
            if node.others and primitive.masks and not after_choice:
                if pull_through is not None:
                    load("pydezero.graph", "compute_pending")(cotangents)
                choice = {node: g, **cotangents}
                break
            if node.others:
                for position, (parent, residual) in enumerate(node.others, start=2):
                    if parent is not None:
                        add(cotangents, owned, parent, primitive.argument(position).pull(g, residual))
            parent = node.x_parent
            if parent is not None:
                if primitive.x_pull is None:
                    collect(cotangents, node, g)
                elif pulled is not None and (
                    (total := pulled(primitive, 0, g, node.x_residual, cotangents.get(parent))) is not None
                ):
                    cotangents[parent] = total
                else:
                    add(cotangents, owned, parent, primitive.x_pull(g, node.x_residual))
            parent = node.y_parent
            if parent is not None:
                if pulled is not None and (
                    (total := pulled(primitive, 1, g, node.y_residual, cotangents.get(parent))) is not None
                ):
                    cotangents[parent] = total
                else:
                    add(cotangents, owned, parent, primitive.y_pull(g, node.y_residual))
        if pull_through is not None:
            for computed in (found, cotangents):
                load("pydezero.graph", "compute_pending")(computed)
        if choice is not None:
            found |= pull_back_choice(choice, cotangents, targets, passes)
        return found
    except Exception as error:
        if choice is None and level is None:  # the pass with marks has noted its own
            note_backward(error, node, g, nodes)
        raise
    finally:
        for observed in passes:
            observed.leave()


def pull_back_choice(
    choice: Cotangents, cotangents: Cotangents, targets: Collection[Node], passes: Sequence[ObservedPass] = ()
) -> Cotangents:
    """The cotangents of those targets that are reached from a choice on; what is older is left in `cotangents`.

    `choice` are all cotangents at the first choice by a condition, that of its own node among them.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        of_choice = [residual for _, _, residual in next(iter(choice)).edges]
        if not any(map(_holds_variable, [*choice.values(), *of_choice])):
            cotangents |= copy(choice)
            found = pull_back(cotangents, targets, after_choice=True)
            if not needs_marks([*found.values(), *cotangents.values()]):
                return found
        cotangents.clear()
        cotangents |= copy(choice)
        return pull_back_with_marks(cotangents, targets, passes)


def _holds_variable(x: Any) -> bool:
    """Whether a cotangent or a residual is a Variable, or has one among those of a call."""
    if isinstance(x, tuple | list):
        return any(map(_holds_variable, x))
    return type(x) is Variable or (hasattr(x, "residual") and _holds_variable(x.residual))
