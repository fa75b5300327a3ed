"""Cotangents that are not arrays yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pydezero.core.primitive import Rule
from pydezero.core.types import Array, Index

if TYPE_CHECKING:
    from pydezero.core.variable import Node

Contribution: TypeAlias = tuple[Index, Array]


class IndexedCotangent:
    """A cotangent that is kept as its contributions, pairs (where, cotangent), until the reverse pass arrives at it.

    See `primitive` for what a collective rule is. This is the one record that changes: it belongs to a reverse pass,
    which is over before anybody sees its result.
    """

    __slots__ = ("contributions", "node", "rule", "shared")

    def __init__(self, contributions: list[Contribution], rule: Rule, shared: Any, node: Node | None = None) -> None:
        self.contributions: list[Contribution] = contributions
        self.rule: Rule = rule
        self.shared: Any = shared
        # The first one whose rule it is, for who asks where it comes from.
        self.node: Node | None = node

    def resolve(self) -> Array:
        """All contributions, laid out and added up, in memory of its own."""
        return self.rule(self.contributions, self.shared)
