"""The origin of an error in a derivative rule: the user's line that applied the operation.

Nodes store no lines. So the function is run once more, observed; since it is pure, it records the same graph, in which
the node that failed has the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pydezero.core.level import next_level
from pydezero.core.variable import Node, Variable, reverse_node, variable_at
from pydezero.diagnostics.observer import Observer
from pydezero.graph.notes import failure_of
from pydezero.graph.walk import depending, reachable
from pydezero.transforms.boundary.lifting import Lifted
from pydezero.tree import Tree, flatten


def note_recorded_line(error: Exception, lifted: Lifted, again: Callable[[Sequence[Tree]], Tree]) -> None:
    """Add the line to an error whose operation raised it in a reverse pass, as a note: the hook "failed rule".

    `again` is the function of the lifted arguments. Where the line is not found, nothing is said.
    """
    failure = failure_of(error)
    if failure is None:
        return
    try:
        rank = len(depending(failure.before, lifted.nodes))
        observer = Observer()
        nodes = _recorded_again(observer, lifted, again)
        found, failed = nodes[rank].primitive, failure.node.primitive
        is_same = found is not None and failed is not None and found.name == failed.name
        place = observer.place_of(nodes[rank].order) if is_same else None
    except Exception:  # whatever it is, the error to report is the first one
        return
    if place is not None:
        error.add_note(f"(recorded at {place}{place.role})")


def _recorded_again(observer: Observer, lifted: Lifted, again: Callable[[Sequence[Tree]], Tree]) -> list[Node]:
    """The nodes of a function that depend on its lifted arguments, with its operations observed."""
    level = next_level()
    variables = [variable_at(observer.lifted(x._value), level) for x in lifted.variables]
    with np.errstate(all="ignore"):
        output = again(lifted.filled(variables))
    roots = [reverse_node(x) for x in flatten(output) if isinstance(x, Variable) and x.node.level == level]
    inputs = list(map(reverse_node, variables))
    return depending(reachable(roots, inputs[0].order), inputs)
