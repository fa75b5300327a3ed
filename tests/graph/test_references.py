"""Which arrays a reverse pass adds to in place does not depend on who else looks at them."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

# A debugger reads the locals of every frame, which keeps what they refer to alive.
_TRACED: Final = """
import sys
import numpy as np

def tracer(frame, event, arg):
    frame.f_locals
    return tracer

sys.settrace(tracer)
from pydezero import grad, vmap
if {only_import}:
    sys.settrace(None)
x, c = np.array([0.3, 1.2]), np.array([2.0, -1.0])
def f(v):
    y = v * c
    return np.sum(y + y) + np.sum(y * v) + np.sum(np.sin(v) * v) + v[0] * v[1] + np.sum(v * v)
print(grad(f)(x).tolist(), vmap(grad(f))(np.stack([x, x])).tolist())
"""


def _printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_a_trace_function_changes_no_gradient() -> None:
    plain = _printed(_TRACED.replace("sys.settrace(tracer)", "").format(only_import=False))
    assert _printed(_TRACED.format(only_import=True)) == plain
    assert _printed(_TRACED.format(only_import=False)) == plain
