"""Programs for arrays on a GPU: the loops of a plan as CUDA kernels, products by the library of the device."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.transforms.jit.gpu.cupy_device import CuPyDevice as CuPyDevice
