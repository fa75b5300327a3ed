"""CuPy's arrays, on a GPU of NVIDIA's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.transforms.jit.gpu.devices import Device, Launcher, Run

_OPTIONS: Final = ("--std=c++17", "--fmad=false")
"""Products are rounded before they are added, as NumPy does it."""


class CuPyDevice(Device):
    """CuPy, as programs use it."""

    name = "CuPy"
    convert = "cupy.asarray"

    def __init__(self) -> None:
        import cupy  # an optional extra, which is installed where one of its arrays is met

        self._cupy: Any = cupy
        self._cublas: Any = cupy.cuda.cublas
        self._handle: Any = cupy.cuda.device.get_cublas_handle
        self._pointer: Any = cupy.cuda.function.CIntptr
        self.empty: Any = cupy.ndarray  # as `cupy.empty`, which takes longer

    def number_of(self, x: Array) -> int:
        number: int = x.data.device_id
        return number

    def address(self, x: Array) -> int:
        address: int = x.data.ptr
        return address

    def pointer(self, address: int) -> Any:
        return self._pointer(address)

    def on_host(self, x: Array) -> NDArray[Any]:
        return self._cupy.asnumpy(x)  # type: ignore[no-any-return]  # CuPy has no types

    def on_device(self, x: Array) -> Array:
        return self._cupy.asarray(x, order="C")

    def copied(self, x: Array) -> Array:
        return self._cupy.array(x, order="C")

    def current(self, number: int) -> AbstractContextManager[Any]:
        device: AbstractContextManager[Any] = self._cupy.cuda.Device(number)
        return device

    def guarded(self, run: Run, number: int) -> Run:
        runtime, device = self._cupy.cuda.runtime, self.current(number)
        if runtime.getDeviceCount() == 1:
            return run

        def guarded(values: Sequence[Array]) -> list[Array]:
            if runtime.getDevice() == number:
                return run(values)
            with device:
                return run(values)

        return guarded

    def loaded(self, source: str, names: Sequence[str]) -> list[Launcher]:
        module = self._cupy.RawModule(code=source, options=_OPTIONS, backend="nvrtc")
        return [module.get_function(name).kernel for name in names]

    def handle(self) -> Any:
        return self._handle()

    def product(
        self,
        dtype: np.dtype[Any],
        sides: tuple[int, int, int],
        transposed: tuple[bool, bool],
        stack: tuple[int, tuple[int, int, int]],
    ) -> Callable[[Any, int, int, int], None]:
        cublas = self._cublas
        letter = "s" if dtype.char == "f" else "d"
        one, zero = np.ones((), dtype), np.zeros((), dtype)
        one_at, zero_at = one.ctypes.data, zero.ctypes.data
        m, k, n = sides
        # cuBLAS takes matrices by columns, to which ours are transposes: it computes that of the product.
        of_a, of_b = [cublas.CUBLAS_OP_T if flag else cublas.CUBLAS_OP_N for flag in transposed]
        a_width, b_width = m if transposed[0] else k, k if transposed[1] else n
        count, (a_step, b_step, out_step) = stack
        one_product: Any = getattr(cublas, f"{letter}gemm")
        many_products: Any = getattr(cublas, f"{letter}gemmStridedBatched")
        kept = (one, zero)  # whose memory is read

        def product(handle: Any, a: int, b: int, out: int) -> None:
            one_product(handle, of_b, of_a, n, m, k, one_at, b, b_width, a, a_width, zero_at, out, n)

        def products(handle: Any, a: int, b: int, out: int) -> None:
            many_products(
                handle, of_b, of_a, n, m, k, one_at, b, b_width, b_step, a, a_width, a_step, zero_at, out, n,
                out_step, count,
            )  # fmt: skip

        found = product if count == 1 else products
        found.__dict__["kept"] = kept
        return found
