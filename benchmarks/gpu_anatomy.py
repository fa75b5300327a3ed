"""Where the time of a call on a GPU goes: into kernels, into starting them, or into Python.

A call is bound by the GPU if the kernels take nearly all of the time until it is done, and by the host if the host
returns when the GPU is done. PyTorch's profiler sees the kernels of all libraries.
"""

from __future__ import annotations

import cProfile
import importlib
import importlib.util
import pstats
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Final, TypeAlias
from unittest import mock

import numpy as np

from pydezero.arrays import WORDS

Run: TypeAlias = Callable[[], Any]  # Any: arrays of each tool's own type

_ROUNDS: Final = 21
_PROFILED: Final = 20
_LISTED: Final = 24

# Calls of CUDA's that start something, and those that wait, by parts of their names.
_STARTS: Final = ("LaunchKernel", "MemcpyAsync", "MemcpyDtoD", "MemsetAsync")
_WAITS: Final = ("StreamSynchronize", "DeviceSynchronize", "EventSynchronize", "MemcpyDtoH", "cudaMemcpy ")

Anatomy: TypeAlias = dict[str, Any]
"""The seconds and counts of a call, by what they are."""


def anatomy(run: Run, synchronize: Run) -> Anatomy:
    """What one call takes: medians of its times, what it starts, and the share of Python of this library."""
    host, wall = times(run, synchronize)
    found: Anatomy = {"host": host, "wall": wall, "python": python_share(run, synchronize)}
    with unchecked():
        found["unchecked"] = times(run, synchronize)[1]
    if importlib.util.find_spec("torch") is not None:
        kernels, calls = profiled(run, synchronize)
        found["busy"] = float(sum(seconds for _, _, seconds in kernels))
        found["kernels"] = sum(count for _, count, _ in kernels)
        starting = [seconds for name, _, seconds in calls if any(part in name for part in _STARTS)]
        found["starts"] = float(sum(starting))
        found["waits"] = sum(count for name, count, _ in calls if any(part in f"{name} " for part in _WAITS))
        found["listed"] = kernels[:_LISTED]
    return found


def times(run: Run, synchronize: Run) -> tuple[float, float]:
    """The seconds until a call returns, and until the GPU is done with it, which has nothing else to do."""
    found: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        synchronize()
        start = perf_counter()
        kept = run()
        returned = perf_counter()
        synchronize()
        found.append((returned - start, perf_counter() - start))
        del kept
    return statistics.median([host for host, _ in found]), statistics.median([wall for _, wall in found])


def python_share(run: Run, synchronize: Run) -> float:
    """The part of the host's time that lines of pydezero take themselves; cProfile makes it larger than it is."""
    profile = cProfile.Profile()
    synchronize()
    profile.enable()
    for _ in range(_PROFILED):
        run()
    profile.disable()
    synchronize()
    # Any: the stubs have no attribute `stats`, from (file, line, name) to counts and seconds.
    rows: dict[tuple[str, int, str], Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    total = sum(row[2] for row in rows.values())
    own = sum(row[2] for (file, _, _), row in rows.items() if "pydezero" in file.replace("\\", "/").split("/"))
    return float(own / total) if total else 0.0


@contextmanager
def unchecked() -> Iterator[None]:
    """A context in which large arguments are not looked at again when a call ends, for which it waits for the GPU."""
    kinds = {type(words) for words in WORDS.values() if words.refusal}
    patches = [mock.patch.object(kind, "is_unchanged", return_value=True) for kind in kinds]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


Row: TypeAlias = tuple[str, int, float]
"""The name of a kernel or of a function of CUDA's, how often it was called, and its seconds."""


def profiled(run: Run, synchronize: Run) -> tuple[list[Row], list[Row]]:
    """The kernels and copies of one call, and its calls of CUDA's functions, those that take longest first."""
    torch = importlib.import_module("torch")
    activity = torch.profiler.ProfilerActivity
    run(), run(), synchronize()
    with torch.profiler.profile(activities=[activity.CUDA, activity.CPU]) as found:
        run(), synchronize()
    kernels, calls = [], []
    for event in found.key_averages():
        if str(event.device_type).endswith("CUDA"):  # an operation of PyTorch's has the time of its kernels, too
            kernels.append((event.key, event.count, 1e-6 * event.self_device_time_total))
        elif event.key.startswith("cu"):
            calls.append((event.key, event.count, 1e-6 * event.self_cpu_time_total))
    return sorted(kernels, key=lambda row: -row[2]), sorted(calls, key=lambda row: -row[2])


def described(name: str, found: Anatomy, *, with_kernels: bool) -> str:
    """What was measured, in a line, and the kernels in a line each."""
    ms = {key: f"{1e3 * value:.3f} ms" for key, value in found.items() if isinstance(value, float)}
    line = f"  {name}: the host returns after {ms['host']}, the GPU is done after {ms['wall']}"
    if "busy" in found:
        line += (
            f"; {found['kernels']} kernels and copies take {ms['busy']}, starting them {ms['starts']}, "
            f"{found['waits']} waits"
        )
    line += f"; {100 * found['python']:.0f} % of the host's time is Python of pydezero"
    if found["unchecked"] < 0.95 * found["wall"]:
        line += f"; {ms['unchecked']} without the check of large arguments"
    listed = found.get("listed", ()) if with_kernels else ()
    return "\n".join([line, *[f"    {1e6 * time:9.1f} us {count:4} x {key[:90]}" for key, count, time in listed]])


def pieces() -> list[tuple[str, float, float]]:
    """What single calls of CuPy take, which programs consist of: the seconds of the host, and those of the GPU."""
    cupy = importlib.import_module("cupy")
    cublas = importlib.import_module("cupy.cublas")
    small, matrix, ones = [cupy.ones(shape, np.float32) for shape in ((64, 100), (100, 100), (1, 64))]
    large, row, column = cupy.ones((1_000_000, 100), np.float32), *[cupy.ones(n, np.float32) for n in (100, 1_000_000)]
    kernel = cupy.ElementwiseKernel("T x, T y", "T z", "z = x * y", "piece")
    code = 'extern "C" __global__ void piece(const float* x, float* y, int n) { int i = blockIdx.x * blockDim.x + '
    raw = cupy.RawKernel(f"{code}threadIdx.x; if (i < n) y[i] = x[i]; }}", "piece")
    calls: dict[str, Run] = {
        "np.add of small arrays": lambda: np.add(small, small),
        "cupy.add of these": lambda: cupy.add(small, small),
        "an ElementwiseKernel of these": lambda: kernel(small, small),
        "a RawKernel of these": lambda: raw((25,), (256,), (small, cupy.empty_like(small), np.int32(small.size))),
        "np.matmul of small matrices": lambda: np.matmul(small, matrix),
        "their operator @": lambda: small @ matrix,
        "x.sum(0)": lambda: small.sum(0),
        "ones @ x": lambda: ones @ small,
        "x.sum()": lambda: small.sum(),
        "WORDS.sum(x, 0)": lambda: WORDS[cupy.ndarray].sum(small, 0),
        "x.copy()": lambda: small.copy(),
        "WORDS.copy(x)": lambda: WORDS[cupy.ndarray].copy(small),
        "X @ w, 1e6 x 100": lambda: large @ row,
        "gemv of these": lambda: cublas.gemv("N", 1.0, large, row, 0.0, cupy.empty(1_000_000, np.float32)),
        "g @ X": lambda: column @ large,
        "gemv of these, transposed": lambda: cublas.gemv("T", 1.0, large, column, 0.0, cupy.empty(100, np.float32)),
    }
    synchronize = cupy.cuda.Device().synchronize
    return [(name, *_of_many(call, synchronize)) for name, call in calls.items()]


def _of_many(call: Run, synchronize: Run, count: int = 50) -> tuple[float, float]:
    """The seconds of a call until it returns, and until the GPU is done, in a row of many."""
    call(), synchronize()
    start = perf_counter()
    for _ in range(count):
        call()
    returned = perf_counter()
    synchronize()
    return (returned - start) / count, (perf_counter() - start) / count
