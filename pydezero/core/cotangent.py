"""A cotangent that is collected from many results before it is laid out in an array."""

from __future__ import annotations

from typing import Any

from pydezero.core.primitive import Contribution, Rule
from pydezero.core.types import Array
from pydezero.core.variable import Node


class IndexedCotangent:
    """A cotangent that is kept as its contributions, pairs (where, cotangent), until the reverse pass arrives at it.

    See `core.primitive` for what a collective rule is. This is the one record that changes: it belongs to a reverse
    pass, which is over before anybody sees its result.

    Attributes:
        contributions: the pairs, of which the rule makes an array.
        rule: the collective rule.
        shared: what all contributions share, the last argument of the rule.
        node: the first node whose rule it is, which messages and observers name; None where a rule of the node that
            the pass is at has returned it.
    """

    __slots__ = ("contributions", "node", "rule", "shared")

    def __init__(self, contributions: list[Contribution], rule: Rule, shared: Any, node: Node | None = None) -> None:
        self.contributions: list[Contribution] = contributions
        self.rule: Rule = rule
        self.shared: Any = shared
        self.node: Node | None = node

    def resolve(self) -> Array:
        """The sum of all contributions, in memory of its own."""
        return self.rule(self.contributions, self.shared)


def resolved(g: Array) -> Array:
    """A cotangent as an array, whether it was collected or not."""
    return g.resolve() if type(g) is IndexedCotangent else g
