"""The blocks by which the threads of a kernel share the elements of a shape.

Neighbouring threads take
neighbouring elements of what lies densest in memory. Where a reduction is cut depends on the shape alone, so results do
not depend on the device.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import attrs

from pydezero.transforms.jit.axes import Axes
from pydezero.transforms.jit.program import Place

BLOCK: Final = 256
"""The threads of a block."""

_LARGEST_BLOCK: Final = 1024
_FEW_STEPS: Final = 16

_MOST_THREADS: Final = 1 << 18
"""So many threads keep any GPU busy."""

_LEAST_BLOCKS: Final = 512
_MOST_PARTS: Final = 1024
_FEWEST: Final = 8  # elements for a thread that reduces
_WARP: Final = 32


@attrs.frozen
class Layout:
    """The threads of a reduction: each block has some results at a time, and some threads for each of them.

    Attributes:
        results: the results of a block.
        lanes: the threads that reduce to one result.
        lanes_first: whether neighbouring threads have the same result.
        parts: the blocks that reduce to the same results.
    """

    results: int
    lanes: int
    lanes_first: bool
    parts: int

    @property
    def threads(self) -> int:
        """The threads of a block."""
        return self.results * self.lanes


def layout_of(axes: Axes, places: Sequence[Place]) -> Layout:
    """The layout of a reduction that reads these places."""
    kept = math.prod([n for n, is_reduced in zip(axes.lengths, axes.reduced, strict=True) if not is_reduced])
    count = math.prod([n for n, is_reduced in zip(axes.lengths, axes.reduced, strict=True) if is_reduced])
    rows = kept == 1 or _densest_is_reduced(axes, places)
    found = _along_rows(kept, count) if rows else _along_columns(kept, count)
    # Blocks that are larger may do without a second launch.
    lanes = _LARGEST_BLOCK // found.results
    if found.parts > 1 and count <= lanes * _FEW_STEPS:
        return attrs.evolve(found, lanes=lanes, parts=1)
    return found


def _densest_is_reduced(axes: Axes, places: Sequence[Place]) -> bool:
    """Whether most of what is read lies side by side along an axis that is reduced."""
    votes = {True: 0, False: 0}
    for x in places:
        strides = axes.strides(x.strides)
        steps = [(abs(s), k) for k, s in enumerate(strides) if s and axes.lengths[k] > 1]
        if steps:
            size = math.prod([axes.lengths[k] for _, k in steps])
            votes[axes.reduced[min(steps)[1]]] += size
    if votes[True] != votes[False]:
        return votes[True] > votes[False]
    return axes.reduced[-1]


def _along_rows(kept: int, count: int) -> Layout:
    # Some elements for a thread, since to exchange totals takes as long as a few of them, and reads are to overlap.
    lanes = min(_WARP, max(1, _power_above(count) // (4 if count <= _WARP else 16)))
    if count > _WARP * _WARP or (kept < _LEAST_BLOCKS and count > _WARP):
        lanes = min(BLOCK, max(_WARP, _power_above(count) // 2))
    # No fewer threads than a warp has, which exchange what they have.
    results = min(BLOCK // lanes, max(_power_above(kept), _WARP // lanes))
    return Layout(results, lanes, True, _parts(kept, count, results, lanes))


def _along_columns(kept: int, count: int) -> Layout:
    results = kept if kept <= 2 * BLOCK else BLOCK if kept >= _MOST_THREADS // 4 else 64
    lanes = max(1, min(2 * BLOCK // results if results != BLOCK else 1, count))
    return Layout(results, lanes, False, _parts(kept, count, results, lanes))


def _parts(kept: int, count: int, results: int, lanes: int) -> int:
    blocks = -(-kept // results)
    wanted = _MOST_THREADS // (blocks * results * lanes)
    return max(1, min(wanted, -(-count // (lanes * _FEWEST)), _MOST_PARTS))


def second_layout(kept: int, parts: int) -> Layout:
    """The layout of the reduction of parts, which lie one after the other, each with all results."""
    if kept == 1:
        return Layout(1, min(BLOCK, max(_WARP, _power_above(parts))), True, 1)
    results = min(16, kept)
    return Layout(results, max(1, min(BLOCK // results, parts)), False, 1)


def _power_above(n: int) -> int:
    return 1 << max(0, n - 1).bit_length()
