"""Memory between the kernels of a program: one piece, of which each buffer has a part for as long as it is needed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from pydezero.transforms.jit.gpu.devices import Device

_ALIGNMENT: Final = 256

_MOST_KNOWN: Final = 16  # addresses of scratch memory


class Scratch:
    """Memory for what only kernels and products need, parts of which are used again.

    What is launched later runs later, so memory is free as soon as the last launch that needs it has been made.
    """

    def __init__(self) -> None:
        self.size: int = 0
        self._free: list[tuple[int, int]] = []  # parts that are free, as (start, end), in order

    def taken(self, nbytes: int) -> int:
        """The place of so many bytes."""
        size = _rounded(nbytes)
        for i, (start, end) in enumerate(self._free):
            if end - start >= size:
                self._free[i : i + 1] = [(start + size, end)] if end - start > size else []
                return start
        start = self._free.pop()[0] if self._free and self._free[-1][1] == self.size else self.size
        self.size = start + size
        return start

    def free(self, start: int, nbytes: int) -> None:
        """Let others have a part."""
        joined: list[tuple[int, int]] = []
        for begin, end in sorted([*self._free, (start, start + _rounded(nbytes))]):
            if joined and joined[-1][1] == begin:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((begin, end))
        self._free = joined


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


def _rounded(nbytes: int) -> int:
    return max(1, -(-nbytes // _ALIGNMENT)) * _ALIGNMENT
