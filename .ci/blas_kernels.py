"""Runs the tests of linear algebra with other kernels of OpenBLAS than the one that it picks for this processor.

Kernels round differently, and no test and no check in the library may depend on that. `blas_kernels.py COMMAND` runs
COMMAND with the paths of those tests, once for each of the last two kernels here that this processor can run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# The kernels, and the flags of a processor that they need.
KERNELS = {"Prescott": {"pni"}, "Haswell": {"avx2", "fma"}, "SkylakeX": {"avx512f", "avx512bw", "avx512dq", "avx512vl"}}
MOST = 2
PROCESSOR = Path("/proc/cpuinfo")
TESTS = [
    "tests/functions/test_numpy_linalg.py",
    "tests/functions/test_linalg_limits.py",
    "tests/functions/test_powers_of_norms.py",
    "tests/scipy/test_linalg.py",
]


def flags() -> set[str]:
    """What the processor can do; nothing where Linux does not say so."""
    lines = PROCESSOR.read_text().splitlines() if PROCESSOR.exists() else []
    return {flag for line in lines if line.startswith("flags") for flag in line.split()}


def main() -> int:
    known = flags()
    possible = [kernel for kernel, needed in KERNELS.items() if needed <= known]
    for kernel in KERNELS:
        if kernel not in possible:
            print(f"skipped: the kernel {kernel}, which this processor does not run")
    for kernel in possible[-MOST:]:
        print(f"the kernel {kernel}:", flush=True)
        environment = {**os.environ, "OPENBLAS_CORETYPE": kernel}
        status = subprocess.run([*sys.argv[1:], *TESTS], env=environment, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
