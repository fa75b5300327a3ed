"""The limits of the process that evaluates an expression.

The sizes of results are estimated before anything is computed. These limits hold where an estimate is wrong.
"""

from __future__ import annotations

import signal
from pathlib import Path

from pydezero.cli.arguments import Options

_MEGABYTE = 1_000_000
_STATISTICS = Path("/proc/self/statm")


def set_limits(chosen: Options) -> None:
    """Bound the time and the memory of this process from now on, as far as the system can.

    Past the limit of memory Python raises MemoryError. Past that of time the system ends the process, also where the
    one that started it, and watches the time, is gone.
    """
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, chosen.timeout + 1)
    in_use = _data_in_use()
    if in_use is not None:
        import resource  # only on Unix

        limit = in_use + int(chosen.memory * _MEGABYTE)
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        if most == resource.RLIM_INFINITY or limit < most:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def _data_in_use() -> int | None:
    """The bytes that this process has for data; None where the system does not say so, or does not bound them.

    The address space as a whole is no measure: the threads of a BLAS library reserve a lot that they never use.
    """
    try:
        pages = int(_STATISTICS.read_text().split()[5])
    except OSError:
        return None
    import resource  # only on Unix

    return pages * resource.getpagesize()
