"""The hook through which a diagnostic observes derivative rules at work.

A transform that observes gets every operation on its values in `AnyNode.apply`. An operation does not tell there for
which derivative rule it is computed. So a pass over a graph, and forward mode, look for observers (`AnyNode.observer`)
among the values that they begin with, and tell each of them which rule runs. There are observers only in diagnostics;
without one, the look is all that this costs.
"""

from __future__ import annotations

from types import FrameType
from typing import Protocol


class ObservedPass(Protocol):
    """A run of derivative rules that is observed."""

    def rule(self, role: str, order: int | None = None) -> None:
        """Take note that a rule begins to run: what it is, and the place of its node in the order of creation."""
        ...

    def leave(self) -> None:
        """Take note that the run has ended."""
        ...


class RuleObserver(Protocol):
    """An observer of derivative rules that run."""

    def enter(self, frame: FrameType) -> ObservedPass:
        """Take note that rules will run in a frame."""
        ...
