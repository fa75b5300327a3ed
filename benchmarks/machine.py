"""The surroundings of a run: the machine, the versions, the threads."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import attrs

from benchmarks.tools import Tool

_THREAD_COUNTS: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NPROC",
)
"""What the libraries read when they are loaded; the last one is XLA's."""


@attrs.frozen
class Surroundings:
    """The machine, the date and the versions of a measurement."""

    processor: str
    threads: int
    date: str
    versions: dict[str, str]

    def __str__(self) -> str:
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"{self.processor}, {threads}, {versions}, {self.date}"


def surroundings(tools: Sequence[Tool], threads: int) -> Surroundings:
    """The surroundings of this process."""
    versions = {"Python": platform.python_version(), "numpy": version("numpy")}
    versions |= {tool.name: tool.version for tool in tools}
    return Surroundings(_processor(), threads, datetime.now(UTC).date().isoformat(), versions)


def _processor() -> str:
    """The processor as it calls itself, where the system tells."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def restart_with_threads(threads: int) -> None:
    """Start this program again with so many threads for every library, unless it was started so.

    The libraries count their threads when they are loaded, which is too early for a command-line option.
    """
    settings = dict.fromkeys(_THREAD_COUNTS, str(threads))
    settings["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'}"
    if any(os.environ.get(name) != value for name, value in settings.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **settings})
