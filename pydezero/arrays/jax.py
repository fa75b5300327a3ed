"""JAX: the gradient by an array of JAX's is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydezero.arrays.restoring import Restorer, library

__all__ = ["jax_restorer"]


class _OfArrays:
    def like(self, x: Any) -> Callable[[Any], Any]:
        # Not asarray: JAX may take the memory of an array that it gets, and this copies it.
        array: Callable[[Any], Any] = library("jax").numpy.array
        return array

    def has_numbers(self, x: Any) -> bool:
        return isinstance(x, library("jax").Array)


jax_restorer: Final[Restorer] = _OfArrays()
