"""The library imported under a trace function that reads the locals of every call, as a debugger does.

Before Python 3.13 that keeps one more reference to what a local variable has. Which arrays the library takes for its
own, and hands out or adds to without a copy, must not depend on it.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

_TRACED: Final = """
import inspect
import sys

def tracer(frame, event, arg):
    if frame.f_code.co_flags & inspect.CO_OPTIMIZED:  # Python 3.12.1 cannot import its own types.py otherwise
        frame.f_locals
    return tracer

sys.settrace(tracer)
import numpy as np
import pydezero
from pydezero import grad, vjp, vmap
from pydezero.transforms.batching import vmap as _
from pydezero.graph import backward
if {only_the_import}:
    sys.settrace(None)
"""

_PROGRAM: Final = """
x = np.arange(1.0, 4.0)
kept = []

def f(x):  # its result is kept, and so is its array
    y = 2.0 * x
    kept.append(y)
    return y

def of_pair(x):
    y = 2.0 * x
    kept.append(y)
    return {"y": y}

for result in (vmap(f)(x), vmap(of_pair)(x)["y"]):
    result[:] = 7.0
    assert (kept[-1]._value == 2.0 * x).all(), kept
captured = np.ones(3)
found = vmap(lambda x: captured)(x)
found[:] = 7.0
assert (captured == 1.0).all()

seed = np.ones(3)
y, pullback = vjp(lambda x: x + x + x * x, x)
for _ in range(2):
    assert (pullback(seed)[0] == 2.0 + 2.0 * x).all()
assert (seed == 1.0).all()
a, b = grad(lambda a, b: np.sum(a + b) + np.sum(a * a), argnums=(0, 1))(x, x)
assert (a == 1.0 + 2.0 * x).all() and (b == 1.0).all()
assert (vmap(grad(lambda x: x * x * x))(x) == 3.0 * x * x).all()

def of_many_uses(v):
    y = v * c
    return np.sum(y + y) + np.sum(y * v) + np.sum(np.sin(v) * v) + v[0] * v[1] + np.sum(v * v)

c, z = np.array([2.0, -1.0]), np.array([0.3, 1.2])
slope = 2.0 * c + 2.0 * c * z + np.cos(z) * z + np.sin(z) + z[::-1] + 2.0 * z
np.testing.assert_allclose(grad(of_many_uses)(z), slope, rtol=1e-14)
np.testing.assert_allclose(vmap(grad(of_many_uses))(np.stack([z, z])), [slope, slope], rtol=1e-14)
assert (grad(lambda x: np.sum(grad(lambda z: np.sum(z * z * z))(x)))(x) == 6.0 * x).all()
print("right")
"""


@pytest.mark.parametrize("only_the_import", [True, False])
def test_a_trace_function_changes_nothing(only_the_import: bool) -> None:
    program = _TRACED.replace("{only_the_import}", str(only_the_import)) + _PROGRAM
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("right\n", "")


def test_the_counts_of_vmap_are_those_without_a_trace_function() -> None:
    from pydezero.transforms.batching.vmap import _ALONE

    program = _TRACED.replace("{only_the_import}", "True")
    program += "print(sys.modules['pydezero.transforms.batching.vmap']._ALONE)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{_ALONE}\n", "")
