"""The arguments of the functions of `pydezero.scipy.fft`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.scipy import fft
from tests.scipy.arguments.row import Row

X: Final = np.array([[1.0, -2.0, 0.5], [0.3, 1.0, -1.0]])


def _row(name: str) -> Row:
    function: Any = getattr(fft, name)
    return Row(f"fft.{name}", {"x": (lambda x: function(x, 2, norm="ortho"), X)})


ROWS: Final = tuple(map(_row, ("dct", "dctn", "dst", "dstn", "idct", "idctn", "idst", "idstn")))
