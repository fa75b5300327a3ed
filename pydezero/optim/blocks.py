"""One pass over large arrays, in blocks that stay in the cache.

A formula of ten operations on whole arrays reads and writes memory ten times, and allocates an array for each. Here
the formula is run once with stand-ins that record its ufuncs. These then run on one block after the other, into buffers
that are used again and into the results: memory is read and written once. What is computed is the formula's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from pydezero.core.types import Array

# The bytes of a block: what a formula reads and writes of it stays in the cache that cores share.
_BLOCK_BYTES: Final = 1 << 20

# Below so many elements, recording takes longer than it saves.
_LARGE: Final = 1 << 16


class _Recorded(NDArrayOperatorsMixin):
    """Stands for an array, and notes the ufuncs that are applied to it."""

    __slots__ = ("_recording", "dtype", "place")

    def __init__(self, recording: _Recording, dtype: np.dtype[Any], place: int) -> None:
        self.dtype: np.dtype[Any] = dtype
        self.place: int = place
        self._recording = recording

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs or not all(isinstance(x, _Recorded | float | int) for x in inputs):
            return NotImplemented
        return self._recording.applied(ufunc, inputs, self.dtype)


class _Recording:
    """The ufuncs of a formula: each with the places of its arguments and, last, that of its result.

    The places of what is given come first; `numbers` are those of the numbers.
    """

    __slots__ = ("count", "numbers", "operations")

    def __init__(self) -> None:
        self.operations: list[tuple[np.ufunc, tuple[int, ...]]] = []
        self.numbers: dict[int, float] = {}
        self.count = 0

    def new(self, dtype: np.dtype[Any]) -> _Recorded:
        """A value in a place of its own."""
        self.count += 1
        return _Recorded(self, dtype, self.count - 1)

    def applied(self, ufunc: np.ufunc, inputs: Sequence[_Recorded | float], dtype: np.dtype[Any]) -> _Recorded:
        """The result of a ufunc."""
        places: list[int] = []
        for x in inputs:
            if isinstance(x, _Recorded):
                places.append(x.place)
            else:
                self.numbers[self.count] = x
                places.append(self.count)
                self.count += 1
        result = self.new(dtype)
        self.operations.append((ufunc, (*places, result.place)))
        return result


def in_blocks(formula: Callable[..., tuple[Array, ...]], arrays: Sequence[Array]) -> tuple[Array, ...]:
    """The results of a formula of ufuncs and numbers for arrays of one shape, in arrays of their own.

    Small arrays, and those that are not all NumPy's own with one real dtype, go through the formula as they are.
    """
    first = arrays[0]
    if type(first) is not np.ndarray or first.size < _LARGE or first.dtype.kind != "f" or not first.dtype.isnative:
        return formula(*arrays)
    if not all(type(x) is np.ndarray and x.shape == first.shape and x.dtype == first.dtype for x in arrays):
        return formula(*arrays)
    recording = _Recording()
    results = formula(*[recording.new(first.dtype) for _ in arrays])
    wholes = {i: np.ascontiguousarray(x).reshape(-1) for i, x in enumerate(arrays)}
    wholes |= {y.place: np.empty(first.size, first.dtype) for y in results}
    _run(recording, wholes)
    return tuple([wholes[y.place].reshape(first.shape) for y in results])


def _run(recording: _Recording, wholes: dict[int, NDArray[Any]]) -> None:
    """Apply the operations to each block of what is given, and write the results."""
    size, dtype = wholes[0].size, wholes[0].dtype
    length = _BLOCK_BYTES // dtype.itemsize
    buffers = _buffers(recording, wholes, length, dtype)
    # Of a number NumPy would make such an array in each call.
    values: list[Any] = [np.asarray(recording.numbers.get(place), dtype) for place in range(recording.count)]
    for start in range(0, size, length):
        stop = min(start + length, size)
        for place, x in wholes.items():
            values[place] = x[start:stop]
        for place, x in buffers.items():
            values[place] = x[: stop - start]
        for ufunc, (*inputs, out) in recording.operations:
            if len(inputs) == 2:
                ufunc(values[inputs[0]], values[inputs[1]], out=values[out])
            else:
                ufunc(values[inputs[0]], out=values[out])


def _buffers(
    recording: _Recording, wholes: dict[int, NDArray[Any]], length: int, dtype: np.dtype[Any]
) -> dict[int, NDArray[Any]]:
    """A buffer for each intermediate value, which is used again after the last use of the value."""
    last = {place: i for i, (_, places) in enumerate(recording.operations) for place in places}
    buffers: dict[int, NDArray[Any]] = {}
    free: list[NDArray[Any]] = []
    for i, (_, (*inputs, out)) in enumerate(recording.operations):
        free += [buffers[place] for place in set(inputs) if place in buffers and last[place] == i]
        if out not in wholes:
            buffers[out] = free.pop() if free else np.empty(length, dtype)
    return buffers
