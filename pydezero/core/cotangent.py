"""Cotangents that are not arrays yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pydezero.core.types import Array, Index

Contribution: TypeAlias = tuple[Index, Array]

# Lays contributions out, given what else it has to know: the shape of the whole, for one.
LayOut: TypeAlias = Callable[[list[Contribution], Any], Array]


class Pending:
    """A cotangent that is kept as its contributions, because each of them alone says little about the whole.

    The cotangent of `x[i]` with respect to x is an array of zeros but for one place. A loop over all i would make n
    arrays of n elements and add them up; instead the contributions are collected as pairs (where, cotangent), and laid
    out once, when the reverse pass arrives at x.

    This is the one record that changes: it belongs to a reverse pass, which is over before anybody sees its result.
    """

    __slots__ = ("contributions", "form", "lay_out")

    def __init__(self, where: Index, cotangent: Array, lay_out: LayOut, form: Any) -> None:
        self.contributions: list[Contribution] = [(where, cotangent)]
        self.lay_out: LayOut = lay_out
        self.form: Any = form

    def add(self, other: Array) -> None:
        """Take in another cotangent of the same value: pending too, or an array of the full shape."""
        if isinstance(other, Pending):
            self.contributions += other.contributions
        else:
            self.contributions.append((..., other))

    def resolve(self) -> Array:
        """All contributions, laid out and added up, in memory of its own."""
        return self.lay_out(self.contributions, self.form)
