"""The pointers to places in the memory between the kernels of a program."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from pydezero.transforms.jit.gpu.devices import Device

_MOST_KNOWN: Final = 16  # addresses of scratch memory


class Pointers:
    """The pointers to places in scratch memory, which lies where it did in the last call as a rule."""

    def __init__(self, device: Device, starts: Collection[int]) -> None:
        self._pointer = device.pointer
        self._starts = tuple(starts)
        self._known: dict[int, tuple[Any, ...]] = {}

    def __call__(self, address: int) -> tuple[Any, ...]:
        """The pointers, for scratch memory at an address."""
        found = self._known.get(address)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known = {}
            found = self._known[address] = tuple([self._pointer(address + start) for start in self._starts])
        return found
