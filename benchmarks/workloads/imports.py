"""The time to import a tool, in a fresh process that has imported NumPy, or all that the tool is built on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial

from benchmarks.measure import own_measure
from benchmarks.tools import Tool
from benchmarks.workload import Contenders, Workload


def _seconds_to_import(module: str, after: str) -> float:
    program = (
        f"from time import perf_counter; import {after}; start = perf_counter(); import {module}; "
        "print(perf_counter() - start)"
    )
    # As it is where it was installed: from bytecode, not compiled on every import.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return float(run.stdout)


def _after_numpy(_size: int, tools: Sequence[Tool]) -> Contenders:
    first_of: dict[str, str] = {}  # jax and jax-jit are one module
    for tool in tools:
        first_of.setdefault(tool.module, tool.name)
    return {name: partial(_seconds_to_import, module, "numpy") for module, name in first_of.items()}


def _after_attrs(_size: int, tools: Sequence[Tool]) -> Contenders:
    return {
        tool.name: partial(_seconds_to_import, tool.module, "numpy, attrs") for tool in tools if tool.name == "pydezero"
    }


import_after_numpy = Workload("import", "import after numpy", (1,), "", _after_numpy, meter=own_measure, compared=False)
import_after_attrs = Workload(
    "import-after-attrs", "import after numpy, attrs", (1,), "", _after_attrs, meter=own_measure, compared=False
)
