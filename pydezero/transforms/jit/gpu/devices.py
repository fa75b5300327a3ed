"""The parts of a library of device arrays that programs need, and which library an array belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.lazy import load

Launcher: TypeAlias = Callable[[tuple[int, ...], tuple[int, ...], tuple[Any, ...]], None]
"""Launches a kernel on the current stream: of the numbers of blocks, the threads of a block, and the arguments.

These are arrays, pointers and numbers."""


Run: TypeAlias = Callable[[Sequence[Array]], list[Array]]
"""A program: from the arrays in the place of the inputs of a graph to those in the place of its outputs."""


class Device:
    """A library of arrays on a device."""

    name: str
    """The library in messages."""

    convert: str
    """The function that makes an array on the device of an ndarray, as users write it."""

    empty: Any  # a function of the library, which need not be there
    """The function that gives an array of a shape and dtype with anything in it."""

    def number_of(self, x: Array) -> int:
        """The number of the device that an array lies on."""
        raise NotImplementedError

    def address(self, x: Array) -> int:
        """The address of the first element of an array in the memory of the device."""
        raise NotImplementedError

    def pointer(self, address: int) -> Any:
        """An address as an argument of a kernel."""
        raise NotImplementedError

    def on_host(self, x: Array) -> NDArray[Any]:
        """An array with the same elements in the memory of the host."""
        raise NotImplementedError

    def on_device(self, x: Array) -> Array:
        """An array in C order on the device, with the elements of an array or number."""
        raise NotImplementedError

    def copied(self, x: Array) -> Array:
        """A fresh copy."""
        raise NotImplementedError

    def current(self, number: int) -> AbstractContextManager[Any]:  # noqa: ARG002  # of a library that has one device
        """While it is entered, arrays are made on a device, and kernels loaded."""
        return nullcontext()

    def guarded(self, run: Run, number: int) -> Run:  # noqa: ARG002  # of a library that has one device
        """A function that launches kernels, for calls while another device than theirs is the current one."""
        return run

    def loaded(self, source: str, names: Sequence[str]) -> list[Launcher]:
        """The kernels of these names in a source in CUDA C++."""
        raise NotImplementedError

    def handle(self) -> Any:
        """The first argument of products, on the current device and thread."""
        raise NotImplementedError

    def product(
        self,
        dtype: np.dtype[Any],
        sides: tuple[int, int, int],
        transposed: tuple[bool, bool],
        stack: tuple[int, tuple[int, int, int]],
    ) -> Callable[[Any, int, int, int], None]:
        """The function that multiplies stacks of matrices.

        It takes a handle, and the addresses of both factors and of the result.

        Args:
            dtype: float32 or float64.
            sides: m, k and n of a product of an m x k and a k x n matrix.
            transposed: whether the transpose of each factor lies in memory, in C order.
            stack: the number of products, and how many elements each matrix lies after the one before.
        """
        raise NotImplementedError


# The libraries that have one, each with the class of it.
_LIBRARIES: Final = {"cupy": "CuPyDevice"}


class _Devices(dict[type, "Device | None"]):
    """The device for arrays of each type, looked up when the type is first met."""

    def __missing__(self, kind: type) -> Device | None:
        device: Device | None = None
        for base in kind.__mro__:
            found = _LIBRARIES.get(base.__module__.partition(".")[0])
            if found is not None and base.__name__ == "ndarray":
                device = load("pydezero.transforms.jit.gpu", found)()
                break
        self[kind] = device
        return device


DEVICES: Final = _Devices({np.ndarray: None})
"""The device of arrays of a type, None for what lies in the memory of the host."""


def on_host(x: Array) -> Array:
    """An array on a device as an ndarray or number of NumPy's; anything else as it is."""
    device = DEVICES[type(x)]
    return x if device is None else device.on_host(x)[()]


@attrs.frozen
class Placement:
    """The library and the device that the operands of a program belong to.

    Attributes:
        device: the library of those that are on a device.
        number: the number of the device.
        flags: whether each operand is there; the others are numbers of the host.
    """

    device: Device
    number: int
    flags: tuple[bool, ...]


def placement_of(values: Sequence[Array], label: str) -> Placement | None:
    """The placement of the operands of a program, None if all are on the host.

    Raises:
        TypeError: some are arrays on a device, and others on the host or on another device.
    """
    for x in values:  # a loop, because it runs at calls of programs for the host, too
        if DEVICES[type(x)] is not None:
            return _placement(values, label)
    return None


def _placement(values: Sequence[Array], label: str) -> Placement:
    found = [DEVICES[type(x)] for x in values]
    first = next(i for i, device in enumerate(found) if device is not None)
    device = found[first]
    assert device is not None
    number = device.number_of(values[first])
    for x, other in zip(values, found, strict=True):
        if other is not None and (other is not device or other.number_of(x) != number):
            raise TypeError(
                f"{label}: an array of {device.name} on device {number} meets one of {other.name} on device "
                f"{other.number_of(x)}; all must lie on the same device"
            )
        if other is None and np.ndim(x):
            raise TypeError(
                f"{label}: an array of NumPy of shape {np.shape(x)}, an argument or captured, meets an array of "
                f"{device.name}; copy it to the device once, before the call: {device.convert}(x)"
            )
    return Placement(device, number, tuple([other is not None for other in found]))
