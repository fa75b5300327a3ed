"""Arguments that are converted to arrays: how a gradient becomes the like of one again.

A dataframe or a tensor of another library is an array to the function that is differentiated. The gradient is like the
argument: a dataframe with its labels, a tensor. The adapter of a library is imported when the first one is met.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from pydezero.arrays.words import adapter_of
from pydezero.lazy import load


def library(name: str) -> Any:
    """A library that the program has imported, since an array of it was met."""
    return sys.modules[name]


class Restorer(Protocol):
    """The way to convert the arrays of a library, and to restore them."""

    def like(self, x: Any) -> Callable[[Any], Any]:
        """The function from an array of the shape of x, or from another one (the block of a Jacobian), to its like."""
        ...

    def has_numbers(self, x: Any) -> bool:
        """Whether x is meant to be numbers, so that it must not be passed over where it cannot be converted."""
        ...


class _Registry(dict[type, Any]):  # Any: a Restorer, or None
    """The restorer for a type, None for any other type."""

    def __missing__(self, kind: type) -> Restorer | None:
        adapter = adapter_of(kind, _ADAPTERS)
        found: Restorer | None = load("pydezero.arrays", adapter) if adapter else None
        self[kind] = found
        return found


_ADAPTERS: Final[Mapping[str, str]] = {
    "jax": "jax_restorer",
    "jaxlib": "jax_restorer",
    "pandas": "pandas_restorer",
    "torch": "torch_restorer",
}

RESTORERS: Final = _Registry()
"""The restorer for arrays of a type: `RESTORERS[type(x)].like(x)(gradient)`."""
