"""The arguments of the functions of `pydezero.scipy.signal.windows`."""

from __future__ import annotations

from typing import Final

from pydezero.scipy.signal import windows
from tests.scipy.arguments.row import Row

ROWS: Final = (
    Row("signal.windows.gaussian", {"std": (lambda std: windows.gaussian(5, std), 1.3)}),
    Row(
        "signal.windows.general_gaussian",
        {
            "p": (lambda p: windows.general_gaussian(5, p, 2.0), 1.5),
            "sig": (lambda sig: windows.general_gaussian(5, 1.5, sig), 2.0),
        },
    ),
    Row("signal.windows.kaiser", {"beta": (lambda beta: windows.kaiser(5, beta), 3.0)}),
)
