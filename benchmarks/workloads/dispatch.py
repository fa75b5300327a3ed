"""The cost of NumPy's dispatch: `np.sin(v)` of a Variable, beside `functions.sin(v)`, which goes without."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from benchmarks.tools import Tool
from benchmarks.workload import FLOOR, Contenders, Workload
from pydezero import Variable, functions


def _contenders(size: int, tools: Sequence[Tool]) -> Contenders:
    if not any(tool.name == "pydezero" for tool in tools):
        return {}
    v = Variable(np.ones(() if size == 1 else size))
    return {FLOOR: partial(functions.sin, v), "pydezero": partial(np.sin, v)}


dispatch = Workload(
    "dispatch", "`np.sin(v)` over `functions.sin(v)`", (1, 10, 1_000), "elements", _contenders, compared=False
)
