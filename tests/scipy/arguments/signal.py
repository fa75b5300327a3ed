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


def _sections(b: Any) -> Any:
    return np.stack([np.concatenate([b, [1.0, -0.3, 0.2]]), np.concatenate([0.5 * b, [1.0, 0.1], b[:1] - 0.3])])


ROWS: Final = (
    Row("signal.detrend", {"data": (lambda x: signal.detrend(x, bp=[2]), X)}),
    Row("signal.savgol_filter", {"x": (lambda x: signal.savgol_filter(x, 3, 1), X)}),
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
    Row(
        "signal.lfilter_zi",
        {"b": (lambda b: signal.lfilter_zi(b, A), B), "a": (lambda a: signal.lfilter_zi(B, a), A)},
    ),
    Row(
        "signal.filtfilt",
        {
            "b": (lambda b: signal.filtfilt(b, A, X, padlen=2), B),
            "a": (lambda a: signal.filtfilt(B, a, X, padlen=2, padtype="even"), A),
            "x": (lambda x: signal.filtfilt(B, A, x, padlen=2, padtype="constant"), X),
        },
        note='`method="pad"`, all `padtype`',
    ),
    Row(
        "signal.sosfilt",
        {
            "sos": (lambda b: signal.sosfilt(_sections(b), X), B),
            "x": (lambda x: signal.sosfilt(_sections(B), x, axis=0), X),
            "zi": (lambda zi: signal.sosfilt(_sections(B), X, zi=zi), np.stack([ZI, 2 * ZI])),
        },
        note="of a row of sos all but the fourth, which is 1; the final state has a derivative, too",
    ),
    Row("signal.sosfilt_zi", {"sos": (lambda b: signal.sosfilt_zi(_sections(b)), B)}),
    Row(
        "signal.sosfiltfilt",
        {
            "sos": (lambda b: signal.sosfiltfilt(_sections(b), X, padlen=2), B),
            "x": (lambda x: signal.sosfiltfilt(_sections(B), x, padlen=2), X),
        },
        note="under vmap and in a graph of sos with `padlen`",
    ),
)
