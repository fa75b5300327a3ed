"""The provenance of a transformed function: how to make it again of another function, one that is observed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Provenance:
    """The way in which a transform made a function; a plain class, since every import pays for it.

    Attributes:
        code: that of the function; `functools.wraps` hands on what a function has to those that are made of it, and
            the code tells whose it is.
        again: makes such a function of another one.
        backward: whether it adds a backward pass to what the function computes, after that has returned.
    """

    __slots__ = ("again", "backward", "code")

    code: object
    again: Callable[[Callable[..., Any]], Callable[..., Any]]
    backward: bool

    def __init__(self, code: object, again: Callable[[Callable[..., Any]], Callable[..., Any]], backward: bool) -> None:
        self.code = code
        self.again = again
        self.backward = backward


def record(
    made: Any,  # a function, of which a checker does not believe that it has attributes
    again: Callable[[Callable[..., Any]], Callable[..., Any]],
    *,
    backward: bool,
) -> None:
    """Keep with a function how a transform has made it."""
    made._provenance = Provenance(made.__code__, again, backward)


def provenance_of(f: Callable[..., Any]) -> Provenance | None:
    """The provenance of f, which a transform has made of `f.__wrapped__`; None where no transform has made it."""
    provenance: Provenance | None = getattr(f, "_provenance", None)
    return provenance if provenance is not None and provenance.code is getattr(f, "__code__", None) else None
