"""`flatten`, by the library's own: in a dict the order is that of insertion, not that of the sorted keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydezero.functions.containers import Unflatten, flatten

__all__ = ["flatten", "flatten_func"]


def flatten_func(func: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Unflatten[Any], Any]:
    """A function of containers as a function of vectors: the triple (function, unflatten, vector of the example)."""
    vector, unflatten = flatten(example)
    return (lambda x, *args: flatten(func(unflatten(x), *args))[0]), unflatten, vector
