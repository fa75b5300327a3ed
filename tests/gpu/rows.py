"""Every row of the tables of functions on CuPy, shared out to the cores."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from typing import Any, Final

from tests.arrays.table import Library, Row, run
from tests.functions.cases import CASES
from tests.versions import is_there

# Every so many rows the second derivative, too.
_SECOND: Final = 8
# Rows that a process takes at a time.
_CHUNK: Final = 12


@cache
def cupy_library() -> Library:
    """CuPy, whose arrays are on the current device."""
    cupy: Any = importlib.import_module("cupy")  # Any: it has no types of its own
    return Library(cupy.ndarray, cupy.asarray, cupy.asnumpy)


def card() -> str:
    """The name of the GPU."""
    cupy: Any = importlib.import_module("cupy")
    name: str = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    return " ".join(name.split()[:2])


def _rows(indices: Sequence[int]) -> list[Row]:
    warnings.simplefilter("ignore")
    return [run(CASES[i], cupy_library(), second=not i % _SECOND) for i in indices]


def all_rows(seconds: float) -> list[Row]:
    """What became of each row that was run within a time."""
    # Neighbours need the same kernels; so they are for one process.
    there = [i for i, case in enumerate(CASES) if not case.needs or is_there(case.needs)]
    chunks = [there[start : start + _CHUNK] for start in range(0, len(there), _CHUNK)]
    found: list[Row] = []
    pool = ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"))
    tasks = [pool.submit(_rows, chunk) for chunk in chunks]
    try:
        for task in as_completed(tasks, timeout=seconds):
            found += task.result()
    except TimeoutError:
        print(f"{len(there) - len(found)} rows were not run: the time was over")
        for process in list(pool._processes.values()):
            process.kill()
    pool.shutdown(wait=False, cancel_futures=True)
    return found
