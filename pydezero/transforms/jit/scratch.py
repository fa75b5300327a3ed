"""Scratch memory: one piece, of which each buffer has a part for as long as it is needed."""

from __future__ import annotations

from typing import Final

ALIGNMENT: Final = 64
"""The bytes of a line of the cache, which two threads had better not both write to."""


class Scratch:
    """The parts of scratch memory that are taken and free, while a program is planned.

    Attributes:
        size: the bytes that are needed so far.
        alignment: what the place and the size of each part are multiples of.
    """

    def __init__(self, alignment: int) -> None:
        self.size: int = 0
        self.alignment: int = alignment
        self._free: list[tuple[int, int]] = []  # as (start, end), in order

    def taken(self, nbytes: int) -> int:
        """The place of so many bytes: in the first part that they fit into."""
        size = self._rounded(nbytes)
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
        for begin, end in sorted([*self._free, (start, start + self._rounded(nbytes))]):
            if joined and joined[-1][1] == begin:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((begin, end))
        self._free = joined

    def _rounded(self, nbytes: int) -> int:
        return max(1, -(-nbytes // self.alignment)) * self.alignment
