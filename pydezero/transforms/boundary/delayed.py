"""Values of delayed arrays (Dask's), for what asks for numbers: a solver, a loop that stops."""

from __future__ import annotations

from typing import TypeVar

from pydezero.core.foreign import is_delayed
from pydezero.lazy import load
from pydezero.tree import flatten, unflatten

T = TypeVar("T")


def with_values(tree: T) -> T:
    """A container in which the delayed arrays are computed, in one pass."""
    leaves = flatten(tree)
    if not any(map(is_delayed, leaves)):
        return tree
    return unflatten(tree, load("pydezero.arrays.dask", "computed")(leaves))
