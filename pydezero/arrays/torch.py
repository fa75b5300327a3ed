"""PyTorch: the gradient by a tensor on the CPU is a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pydezero.arrays.restoring import Restorer, library

__all__ = ["torch_restorer"]


def _tensor(array: Any) -> Any:
    """A tensor in the memory of a fresh array."""
    torch = library("torch")
    if not isinstance(array, np.ndarray):
        return torch.tensor(array)
    # A tensor has no steps backwards.
    return torch.from_numpy(array.copy() if min(array.strides, default=0) < 0 else array)


class _OfTensors:
    def like(self, x: Any) -> Callable[[Any], Any]:
        return _tensor

    def has_numbers(self, x: Any) -> bool:
        return isinstance(x, library("torch").Tensor)


torch_restorer: Final[Restorer] = _OfTensors()
