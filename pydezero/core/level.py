"""Levels: which transform call a Variable belongs to, and whether that call has returned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Final


class Level(int):
    """The level of a transform call: its place in the order of calls, and whether it has returned.

    A level is closed when its call returns. What f has kept of the Variables of that call has no derivative any more:
    its own call is done, and other calls would take it for a constant. There it is refused, see `check_open`.

    Attributes:
        finished: the name of the call once it has returned, as "grad(f)".
        reruns: an entry for each run that computes with these Variables again, as `checkpoint` does after the call.
        orders: how many orders of derivatives the call takes at once.
        is_lasting: whether the graph of the call outlives it: that of `vjp`, and of Variables made by hand.
    """

    finished: str = ""
    reruns: Sequence[None] = ()
    orders: int = 1
    is_lasting: bool = False

    @contextmanager
    def rerun(self) -> Iterator[None]:
        """Open the level again, while something is computed in the backward pass that was computed in the call."""
        runs: list[None] = self.__dict__.setdefault("reruns", [])
        runs.append(None)
        try:
            yield
        finally:
            runs.pop()


@contextmanager
def reopened(levels: Iterable[Level]) -> Iterator[None]:
    """Let something compute with Variables of these levels, whose calls may have returned."""
    with ExitStack() as stack:
        for level in levels:
            stack.enter_context(level.rerun())
        yield


next_level: Final = map(Level, count(1)).__next__
"""Draws the level of a new transform call."""


def next_lasting_level() -> Level:
    """The level of a new transform call whose graph outlives the call."""
    level = next_level()
    level.is_lasting = True
    return level


BY_HAND: Final = Level(0)
"""The level of a Variable built by hand, below those of all calls. It is never closed."""
BY_HAND.is_lasting = True

DELAYED: Final = Level(-1)
"""The level of arrays that are computed later, by a library that is told now what to compute. It is below them all."""
DELAYED.is_lasting = True
