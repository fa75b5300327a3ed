"""The threads that help with the large loops of programs.

Compiled code divides a large loop into parts, and puts a number into a queue for each thread that may help. A thread
calls the same function for the section that the number stands for, and computes parts until none is left. Whoever
begins a loop computes parts, too: if nobody comes to help, he computes all of them, so no thread ever waits for one
that waits itself. They are Python's threads, which hold the interpreter's lock only to begin and to end.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
from collections.abc import Callable
from functools import cache
from itertools import count
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

import numpy as np

ALONE: Final = np.zeros(4, np.int64)
"""What compiled code is given: how many threads may help, the address of the function that calls them, the number of
the call, and the address of the function that lets others run. These are for none."""
ALONE.flags.writeable = False

_SECTIONS: Final = 1 << 20
"""More than a program has; the number of a call is a multiple of it."""

_STOP: Final = -1

# A function in C, so that no exception, as by Ctrl-C, is raised inside: Python raises those when compiled code ends.
_TAKES_NUMBER: Final = ctypes.CFUNCTYPE(None, ctypes.c_int64)


class _Helpers:
    """Threads that wait for numbers in a queue."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[int] = SimpleQueue()
        self.put = _TAKES_NUMBER(self.queue.put)
        self.address = ctypes.cast(self.put, ctypes.c_void_p).value
        self.calls: dict[int, tuple[Callable[..., Any], tuple[Any, ...]]] = {}
        self.numbers = count(_SECTIONS, _SECTIONS)
        self.threads: list[Thread] = []
        self.is_stopped = False
        self.lock = Lock()

    def start(self, number: int) -> int:
        """Start threads up to this number, as far as the system allows; returns how many there are."""
        with self.lock:
            while len(self.threads) < number and not self.is_stopped:
                thread = Thread(target=self._help, name=f"pydezero jit {len(self.threads)}", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # there are too many, or Python is about to end
                    break
                self.threads.append(thread)
            return min(number, len(self.threads))

    def stop(self) -> None:
        """End the threads: Python, where it ends, must not find one in compiled code, which cannot be left halfway."""
        with self.lock:
            self.is_stopped = True
            threads, self.threads = self.threads, []
        for _ in threads:
            self.queue.put(_STOP)
        for thread in threads:
            thread.join()

    def _help(self) -> None:
        while (number := self.queue.get()) != _STOP:
            section = number % _SECTIONS
            native, arguments = self.calls.get(number - section, (None, ()))
            if native is not None:
                native(*arguments, section, -1)
            del native, arguments  # which may be the last reference to large arrays


_helpers = _Helpers()


def _forked() -> None:
    """Begin without threads in a forked process, which has none of its parent's."""
    global _helpers
    _helpers = _Helpers()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

atexit.register(lambda: _helpers.stop())

if sys.platform == "win32":
    _YIELD: Final = ctypes.windll.kernel32.SwitchToThread
else:
    _YIELD: Final = ctypes.CDLL(None).sched_yield
_YIELD_ADDRESS: Final = ctypes.cast(_YIELD, ctypes.c_void_p).value


def shared(native: Callable[..., Any], *arguments: Any) -> Any:
    """The results of a native function, with whose large loops other threads help."""
    helpers = _helpers
    wanted = thread_count() - 1
    if wanted > len(helpers.threads):
        wanted = helpers.start(wanted)
    if wanted <= 0:
        return native(*arguments, ALONE, -1, -1)
    number = next(helpers.numbers)
    threads = np.array([wanted, helpers.address, number, _YIELD_ADDRESS], np.int64)
    try:
        helpers.calls[number] = native, (*arguments, threads)
        return native(*arguments, threads, -1, -1)
    finally:
        helpers.calls.pop(number, None)


def thread_count() -> int:
    """The number of threads that compiled code may use: Numba's, and no more than `threadpoolctl` allows others."""
    config, parallel = _numba()
    # To ask for the number would start Numba's own threads, which nobody may need. Until they run, it is the most.
    number: int = parallel.get_num_threads() if parallel._is_initialized else config.NUMBA_NUM_THREADS
    if "threadpoolctl" not in sys.modules:
        return number  # nobody has set a limit
    libraries, usual = _libraries()
    for library in libraries:
        limit = library.num_threads
        if limit is not None and limit < min(number, usual):
            number = limit
    return number


@cache
def _numba() -> tuple[Any, Any]:
    from numba.core import config
    from numba.np.ufunc import parallel

    return config, parallel


@cache
def _libraries() -> tuple[list[Any], int]:
    """The libraries that `threadpoolctl` knows, and the number of threads that they have without a limit of its own."""
    from threadpoolctl import ThreadpoolController

    set_by_user = [os.environ.get(f"{name}_NUM_THREADS", "") for name in ("BLIS", "MKL", "OMP", "OPENBLAS")]
    has_affinity = hasattr(os, "sched_getaffinity")
    processors = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return ThreadpoolController().lib_controllers, min([processors, *[int(x) for x in set_by_user if x.isdecimal()]])
