"""The arguments of the functions of `pydezero.scipy.signal`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.scipy import signal
from tests.scipy.arguments.row import Row

X: Final = np.array([[1.0, -2.0, 0.5, 3.0], [0.3, 1.0, -1.0, 2.0]])
Y: Final = np.array([[0.5, 1.0, -1.0], [2.0, 0.1, 0.7]])
B: Final = np.array([0.5, -1.0, 0.2])
A: Final = np.array([1.5, -0.4, 0.3])
ZI: Final = np.array([[0.1, -0.2], [0.4, 0.3]])


def _of_two(name: str) -> Row:
    function: Any = getattr(signal, name)
    return Row(
        f"signal.{name}",
        {"in1": (lambda x: function(x, Y, mode="same"), X), "in2": (lambda y: function(X, y, mode="full"), Y)},
    )


ROWS: Final = (
    *map(_of_two, ("convolve", "correlate", "fftconvolve", "oaconvolve")),
    Row(
        "signal.lfilter",
        {
            "b": (lambda b: signal.lfilter(b, A, X), B),
            "a": (lambda a: signal.lfilter(B, a, X, zi=ZI), A),
            "x": (lambda x: signal.lfilter(B, A, x, axis=0), X),
            "zi": (lambda zi: signal.lfilter(B, A, X, zi=zi), ZI),
        },
        note="the final state has a derivative, too",
    ),
)
