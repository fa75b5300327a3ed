"""A device whose kernels run on the host: CUDA C++ compiled by the C++ compiler, one thread after the other.

A block is as many coroutines as it has threads. Each runs up to the next barrier, and then the next one does.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from pydezero.core.types import Array
from pydezero.transforms.jit.gpu.devices import Device, Launcher
from tests.arrays import strict

COMPILER: Final = shutil.which("g++") or shutil.which("clang++")
"""The C++ compiler, None if there is none."""

_CUDA: Final = r"""
#include <math.h>
#include <string.h>
#include <ucontext.h>
#define __device__ static
#define __global__
#define __launch_bounds__(n)
#define __shared__ static
struct Index { int x, y; };
static Index blockIdx, threadIdx;
static float __int_as_float(int x) { float y; memcpy(&y, &x, 4); return y; }
static double __longlong_as_double(long long x) { double y; memcpy(&y, &x, 8); return y; }

static ucontext_t scheduler_;
static ucontext_t threads_[1024];
static char stacks_[1024][1 << 14];
static bool ended_;
static void (*body_)(void**);
static void** arguments_;
static void __syncthreads() { swapcontext(&threads_[threadIdx.x], &scheduler_); }
static void thread_() { body_(arguments_); ended_ = true; }
static char exchanged_[1024][8];
template <class T> static T __shfl_down_sync(unsigned, T x, int by, int width) {
    const int i = threadIdx.x;
    memcpy(exchanged_[i], &x, sizeof(T));
    __syncthreads();
    T y = x;
    if (i % width + by < width) memcpy(&y, exchanged_[i + by], sizeof(T));
    __syncthreads();
    return y;
}

static void run_block_(int count) {
    static bool is_done[1024];
    for (int i = 0; i < count; ++i) {
        getcontext(&threads_[i]);
        threads_[i].uc_stack.ss_sp = stacks_[i];
        threads_[i].uc_stack.ss_size = sizeof stacks_[i];
        threads_[i].uc_link = &scheduler_;
        makecontext(&threads_[i], thread_, 0);
        is_done[i] = false;
    }
    for (int left = count; left > 0;)
        for (int i = 0; i < count; ++i)
            if (!is_done[i]) {
                threadIdx.x = i;
                ended_ = false;
                swapcontext(&scheduler_, &threads_[i]);
                if (ended_) is_done[i] = true, --left;
            }
}

static void launch_(int across, int down, int count, bool waits, void (*body)(void**), void** arguments) {
    body_ = body;
    arguments_ = arguments;
    for (blockIdx.y = 0; blockIdx.y < down; ++blockIdx.y)
        for (blockIdx.x = 0; blockIdx.x < across; ++blockIdx.x)
            if (waits) run_block_(count);
            else for (threadIdx.x = 0; threadIdx.x < count; ++threadIdx.x) body(arguments);
}
"""

_KERNEL: Final = re.compile(r'extern "C" __global__ void __launch_bounds__\(\d+\) (\w+)\((.*?)\) \{\n(.*?)\n\}', re.S)


def host_source(source: str) -> str:
    """The kernels of a source with what they need on the host, and a function for each that launches it."""
    lines = [_CUDA, source]
    for name, parameters, body in _KERNEL.findall(source):
        kinds = [x.replace("__restrict__ ", "").rpartition(" ")[0] for x in parameters.split(", ") if x]
        given = ", ".join([f"*({kind}*)a[{i}]" for i, kind in enumerate(kinds)])
        waits = "true" if "__syncthreads" in body or "__shfl" in body else "false"
        lines.append(f"static void body_of_{name}(void** a) {{ {name}({given}); }}")
        lines.append(
            f'extern "C" void launch_{name}(int across, int down, int count, void** a) '
            f"{{ launch_(across, down, count, {waits}, body_of_{name}, a); }}"
        )
    return "\n".join(lines)


_FOLDER: Final = tempfile.TemporaryDirectory(prefix="pydezero_kernels_")


@cache
def _library(source: str) -> ctypes.CDLL:
    name = hashlib.sha256(source.encode()).hexdigest()[:24]
    code, library = [Path(_FOLDER.name) / f"{name}.{ending}" for ending in ("cpp", "so")]
    code.write_text(source)
    assert COMPILER is not None
    flags = ["-O0", "-shared", "-fPIC", "-w", "-std=c++17", "-ffp-contract=off"]
    done = subprocess.run([COMPILER, *flags, "-o", library, code], capture_output=True, text=True)
    assert not done.returncode, done.stderr[:4000]
    return ctypes.CDLL(str(library))


class HostDevice(Device):
    """ndarrays in the place of arrays on a device."""

    name = "the host"
    convert = "np.asarray"
    empty: Any = staticmethod(np.empty)

    def number_of(self, x: Array) -> int:  # there is one
        return 0

    def address(self, x: Array) -> int:
        address: int = x.ctypes.data
        return address

    def pointer(self, address: int) -> int:
        return address

    def on_host(self, x: Array) -> Any:
        return np.array(x)

    def on_device(self, x: Array) -> Array:
        return np.require(x, None, ["C", "A"])

    def copied(self, x: Array) -> Array:
        return np.array(x, order="C")

    def loaded(self, source: str, names: Sequence[str]) -> list[Launcher]:
        library = _library(host_source(source))
        return [_launcher(getattr(library, f"launch_{name}")) for name in names]

    def handle(self) -> Any:
        return None

    def product(
        self,
        dtype: np.dtype[Any],
        sides: tuple[int, int, int],
        transposed: tuple[bool, bool],
        stack: tuple[int, tuple[int, int, int]],
    ) -> Callable[[Any, int, int, int], None]:
        m, k, n = sides
        count, steps = stack

        def matrix(at: int, shape: tuple[int, int], flag: bool) -> Array:
            rows = shape[::-1] if flag else shape
            memory: Any = (ctypes.c_char * (rows[0] * rows[1] * dtype.itemsize)).from_address(at)
            found = np.frombuffer(memory, dtype).reshape(rows)
            return found.T if flag else found

        def products(_handle: Any, a: int, b: int, out: int) -> None:
            for i in range(count):
                x_at, y_at, to = [at + i * step * dtype.itemsize for at, step in zip((a, b, out), steps, strict=True)]
                matrix(to, (m, n), False)[:] = matrix(x_at, (m, k), transposed[0]) @ matrix(y_at, (k, n), transposed[1])

        return products


class StrictDevice(HostDevice):
    """Arrays of the stand-in for CuPy, which refuses to be converted to ndarrays."""

    name = "the stand-in"
    convert = "strict.array"
    empty: Any = staticmethod(lambda shape, dtype: strict.Array(np.empty(shape, dtype)))

    def address(self, x: Array) -> int:
        return super().address(x.get())

    def on_host(self, x: Array) -> Any:
        return np.array(x.get())

    def on_device(self, x: Array) -> Array:
        return strict.Array(super().on_device(x.get() if isinstance(x, strict.Array) else x))

    def copied(self, x: Array) -> Array:
        return strict.Array(super().copied(x.get()))

    def loaded(self, source: str, names: Sequence[str]) -> list[Launcher]:
        return [_with_held(launch) for launch in super().loaded(source, names)]


def _with_held(function: Any) -> Any:
    """A function of ndarrays for arrays that hold them."""

    def held(x: Any) -> Any:
        return tuple(map(held, x)) if isinstance(x, tuple) else x.get() if isinstance(x, strict.Array) else x

    return lambda *args: function(*map(held, args))


def _launcher(function: Any) -> Launcher:
    def launch(grid: tuple[int, ...], block: tuple[int, ...], arguments: tuple[Any, ...]) -> None:
        kept = [_argument(x) for x in arguments]
        given = (ctypes.c_void_p * len(kept))(*[ctypes.addressof(x) for x in kept])
        function(grid[0], grid[1] if len(grid) > 1 else 1, block[0], given)

    return launch


def _argument(x: Any) -> Any:
    if isinstance(x, int):
        return ctypes.c_longlong(x)
    if isinstance(x, np.generic):
        return (ctypes.c_char * x.dtype.itemsize).from_buffer_copy(x.tobytes())
    assert x.flags.c_contiguous
    return ctypes.c_void_p(x.ctypes.data)
