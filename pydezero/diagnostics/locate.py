"""Where an error in a derivative rule comes from: the user's line that applied the operation.

Nodes store no lines. So the function is run once more, with every operation looked at; since it is pure, it records the
same graph, in which the node that failed has the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from types import FrameType
from typing import Final

import numpy as np

from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.variable import Node, Variable, next_level, reverse_node, variable_at
from pydezero.diagnostics.observer import Observer
from pydezero.graph.backward import pull_back, reachable
from pydezero.transforms.boundary.boundary import Lifted
from pydezero.tree import Tree, flatten, unflatten

_PULL_BACK: Final = pull_back.__code__


def note_line(error: Exception, lifted: Lifted, again: Callable[[Sequence[Tree]], Tree]) -> None:
    """Say which line of the user's applied the operation whose rule raised an error in a reverse pass.

    `again` is the function of the lifted arguments. Where the line is not found, nothing is said.
    """
    frame = _pass_of(error)
    if frame is None or type(frame.f_locals["g"]) is IndexedCotangent:  # which is of a node that is done with
        return
    failed = frame.f_locals["node"]
    try:
        rank = len(depending(frame.f_locals["nodes"], lifted.nodes))
        watch = Observer()
        nodes = _recorded_again(watch, lifted, again)
        place = watch.place_of(nodes[rank]) if nodes[rank].primitive is failed.primitive else None
    except Exception:  # whatever it is, the error to report is the first one
        return
    if place is not None:
        error.add_note(f"(recorded at {place}{place.role})")


def _pass_of(error: Exception) -> FrameType | None:
    """The frame of the reverse pass that the handler of an error has called."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code is not _PULL_BACK:
        traceback = traceback.tb_next
    return None if traceback is None else traceback.tb_frame


def _recorded_again(watch: Observer, lifted: Lifted, again: Callable[[Sequence[Tree]], Tree]) -> list[Node]:
    """The nodes of a function that depend on its lifted arguments, with its operations watched."""
    level = next_level()
    variables = [None if x is None else variable_at(watch.lifted(x._value), level) for x in lifted.variables]
    leaves = [leaf if x is None else x for leaf, x in zip(lifted.leaves, variables, strict=True)]
    with np.errstate(all="ignore"):
        output = again(unflatten(lifted.originals, leaves))
    roots = [reverse_node(x) for x in flatten(output) if isinstance(x, Variable) and x.node.level == level]
    inputs = [reverse_node(x) for x in variables if x is not None]
    return depending(reachable(dict.fromkeys(roots), inputs[0].order), inputs)


def depending(nodes: Collection[Node], inputs: Collection[Node]) -> list[Node]:
    """Those of some nodes, in the order of creation, that depend on some inputs, which come first.

    Constants have nodes or have none, depending on whether they are watched.
    """
    found = set(inputs)
    for node in nodes:
        if not found.isdisjoint([parent for _, parent, _ in node.edges]):
            found.add(node)
    return [node for node in nodes if node in found]
