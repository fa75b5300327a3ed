"""The runs of a body that settle what a loop carries: its structure, and the dtypes of what begins as a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pydezero.core.bind import is_weak
from pydezero.core.types import Array
from pydezero.core.variable import is_numeric, next_order
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.loops.body import BodyRecorder, Recorded
from pydezero.transforms.loops.carry import Loop, as_operand, check_carry, pair_of, promoted
from pydezero.transforms.loops.levels import recorder_below
from pydezero.transforms.loops.stacking import example_of
from pydezero.transforms.staging.recorder import Recorder
from pydezero.tree import Tree, filled, flatten, separate


class BodyRun:
    """The runs of a body that find out what it makes of the carry: more than one where that begins with numbers.

    With `counts`, the first array that the body takes besides what it captures counts the steps. It is an int in a loop
    on values, so that it leaves the dtype of an operation to the other operands here, too.
    """

    def __init__(
        self, loop: Loop, element_parts: tuple[Tree, list[Array]], outer: Recorder | None, counts: bool = False
    ) -> None:
        self._loop = loop
        self._counts = counts
        self._outer = outer
        self._x_template, self._x_arrays = element_parts
        self.recorded: Recorded
        self.carry: Tree = None
        self.y_template: Tree = None
        self.weak: list[bool] = []

    def settled(self, init: Tree) -> Tree:
        """The first carry, with numbers in the dtype that the body gives them; what was recorded is for this one."""
        leaves = [leaf for leaf in flatten(init) if is_numeric(leaf)]
        weak = list(map(is_weak, leaves))
        if self._counts and not self._x_arrays:
            weak[0] = True
        while True:
            start = next_order()
            self._record(init, weak)
            first = promoted(init, self.carry)
            check_carry(self._loop, first, self.carry)
            results = [leaf for leaf in flatten(self.carry) if is_numeric(leaf)]
            firsts = [leaf for leaf in flatten(first) if is_numeric(leaf)]
            still_weak = [
                number and is_weak(result) and new is old
                for number, result, new, old in zip(weak, results, firsts, leaves, strict=True)
            ]
            if still_weak == weak:
                self.weak = still_weak
                return first
            recorder = recorder_below(*self.recorded.captured)
            if recorder is not None:
                recorder.forget(start)  # what the body computes with captured values alone comes once more
            init, leaves, weak = first, firsts, still_weak

    def gives(self, output: Tree) -> bool:
        """Whether the body gave what it had given before, up to rounding."""
        before = [example_of(leaf) for leaf in flatten(output) if is_numeric(leaf)]
        after = [example_of(leaf) for leaf in self.recorded.results]
        return len(before) == len(after) and all(map(_alike, before, after))

    def _record(self, init: Tree, weak: Sequence[bool]) -> None:
        template, firsts = separate(init, is_numeric)
        count = len(firsts)

        def function(values: Sequence[Array]) -> list[Any]:
            carry, x = filled(template, values[:count]), filled(self._x_template, values[count:])
            self.carry, y = pair_of(self._loop, self._loop.step(carry, x))
            self.y_template, ys = separate(y, is_numeric)
            return [*[leaf for leaf in flatten(self.carry) if is_numeric(leaf)], *ys]

        examples = [example_of(as_operand(x)) for x in firsts] + self._x_arrays
        recorder = BodyRecorder(name_of(self._loop.body), self._loop.label, self._outer)
        self.recorded = recorder.run(function, examples, [*weak, *[self._counts] * len(self._x_arrays)])


def _alike(a: Array, b: Array) -> bool:
    """Whether two arrays differ by no more than rounding."""
    a, b = np.asarray(a), np.asarray(b)
    coarsest = max([float(np.finfo(x.dtype).eps) for x in (a, b) if x.dtype.kind in "fc"], default=0.0)
    size = np.max(np.abs(a[np.isfinite(a)]), initial=0.0)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=0.0, atol=size * coarsest**0.5, equal_nan=True))
