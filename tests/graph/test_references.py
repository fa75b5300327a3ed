"""Which arrays a reverse pass takes for its own is told by the count of references to them."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from pydezero.graph.backward import _ALONE

_TRACED: Final = """
import sys

def tracer(frame, event, arg):
    frame.f_locals
    return tracer

sys.settrace(tracer)
from pydezero.graph import backward
sys.settrace(None)
print(backward._ALONE)
"""


def test_a_trace_function_during_the_import_does_not_change_who_owns_an_array() -> None:
    run = subprocess.run([sys.executable, "-c", _TRACED], capture_output=True, text=True, check=True)
    assert int(run.stdout) == _ALONE <= 3
