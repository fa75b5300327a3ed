"""The function of `pydezero.scipy` to write instead of one of SciPy that takes no Variables."""

from __future__ import annotations

import sys
from inspect import isfunction
from types import FrameType
from typing import Final

from pydezero.exports import EXPORTS

# SciPy's functions call NumPy's, which call ours.
_LIBRARIES: Final = frozenset({"numpy", "pydezero", "scipy"})


__all__ = [
    "instead_of_scipys",
]


def instead_of_scipys() -> str | None:
    """The advice if a function of SciPy, two calls further out, asked a Variable for its value; else None."""
    frame: FrameType | None = sys._getframe(2)
    called: FrameType | None = None
    while frame is not None and (library := frame.f_globals.get("__name__", "").partition(".")[0]) in _LIBRARIES:
        called = frame if library == "scipy" else called
        frame = frame.f_back
    if called is None:
        return None
    # Of a decorated function the name is found in a variable of the decorator.
    names = [called.f_code.co_name, *[x.__name__ for x in called.f_locals.values() if isfunction(x)]]
    for room in ("special", "linalg"):
        if f"scipy.{room}" in sys.modules:
            for name in names:
                if name in EXPORTS[f"pydezero.scipy.{room}"]:
                    return f"pydezero.scipy.{room}.{name}(...), which is scipy.{room}.{name} for Variables"
    return None
