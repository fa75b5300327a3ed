"""The repetitions in a sequence, of which `roll` makes loops, and which pictures draw once."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

# Longer periods are not looked for: a search for all would take time quadratic in the length of the sequence.
LONGEST_PERIOD: Final = 500


@attrs.frozen
class Repeat:
    """A sequence of operations that is repeated, from a place in the order of operations."""

    start: int
    period: int
    count: int

    @property
    def stop(self) -> int:
        """The place after the last of them."""
        return self.start + self.period * self.count


@attrs.frozen
class Run:
    """Places, from the first to before the last, whose operations are of the same kind as those one period later."""

    first: int
    last: int
    period: int

    @property
    def repeat(self) -> Repeat:
        """The repeat, if operations of the same kind count as equal."""
        return Repeat(self.first, self.period, (self.last - self.first) // self.period + 1)


def runs_of(kinds: NDArray[np.intp], fewest: int) -> list[Run]:
    """The runs of all periods that have at least so many repetitions, those of the smallest period first."""
    found: list[Run] = []
    for period in range(1, min(len(kinds) // fewest, LONGEST_PERIOD) + 1):
        same = np.concatenate([[False], kinds[period:] == kinds[:-period], [False]])
        edges = np.flatnonzero(same[1:] != same[:-1]).reshape(-1, 2)
        long = edges[:, 1] - edges[:, 0] >= (fewest - 1) * period  # few are: the others are left out at once
        found += [Run(first, last, period) for first, last in edges[long].tolist()]
    return found
