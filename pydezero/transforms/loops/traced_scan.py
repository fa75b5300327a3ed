"""`scan` under a trace: the body becomes a graph, and the loop one operation."""

from __future__ import annotations

import numpy as np

from pydezero.core.source import users_line
from pydezero.core.variable import is_numeric, next_order
from pydezero.transforms.loops.carry import Loop, as_operand
from pydezero.transforms.loops.levels import used_where, weak_where
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.loops.settling import BodyRun
from pydezero.transforms.loops.stacking import element, plain, stand_in
from pydezero.transforms.staging.recorder import Recorder
from pydezero.tree import Tree, filled, flatten, separate


def traced_scan(
    loop: Loop,
    init: Tree,
    xs: Tree,
    places: range,
    every: int | None,
    outer: Recorder | None,
    first: Tree = None,
    counts: bool = False,
) -> tuple[Tree, Tree]:
    """The last carry and what is stacked, by one operation, in a record if there is one around the loop.

    `first` is what the body has returned for the first step, if that was computed before, and must return again. With
    `counts`, xs has the integers of the steps.

    Raises:
        ValueError: it returns something else.
    """
    x_first = element(plain(xs), places[0]) if places else stand_in(xs)
    start = next_order()
    run = BodyRun(loop, separate(x_first, is_numeric), outer, counts)
    init = run.settled(init)
    if first is not None and not run.gives(first):
        raise ValueError(
            f"{users_line()}: {loop.label}: with checkpoint=, {loop.place} runs once for all steps, and it gave "
            "another result when it ran again; random numbers and whatever else changes are elements of xs"
        )
    template, firsts = separate(init, is_numeric)
    captured = run.recorded.captured
    body = run.recorded.closed(captured)
    every = None if every is None or every >= len(places) else every
    operation = Scan(loop.name, body, len(captured), len(firsts), len(places), places.step < 0, every)
    arrays = [leaf for leaf in flatten(xs) if is_numeric(leaf)]
    used = captured if places else used_where(lambda: np.False_, captured, start)
    outputs = operation(*used, *map(as_operand, firsts), *arrays)
    last = weak_where(run.weak, outputs[: len(firsts)])
    return filled(template, last), filled(run.y_template, outputs[len(firsts) :])
