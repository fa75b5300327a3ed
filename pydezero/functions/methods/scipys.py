"""What to write instead of a function of SciPy that takes no Variables, where there is such a function."""

from __future__ import annotations

import sys
from inspect import isfunction
from types import FrameType
from typing import Final

from pydezero.exports import EXPORTS

# SciPy's functions call NumPy's, and these ours.
_LIBRARIES: Final = frozenset({"numpy", "pydezero", "scipy"})


def instead_of_scipys() -> str | None:
    """The function of `pydezero.scipy` for that of SciPy which, a call further out, was refused a value."""
    frame: FrameType | None = sys._getframe(2)
    called: FrameType | None = None
    while frame is not None and (library := frame.f_globals.get("__name__", "").partition(".")[0]) in _LIBRARIES:
        called = frame if library == "scipy" else called
        frame = frame.f_back
    if called is None:
        return None
    # Some of its functions are decorated: then the name is that of a variable of the decorator.
    names = [called.f_code.co_name, *[x.__name__ for x in called.f_locals.values() if isfunction(x)]]
    for room in ("special", "linalg"):
        if f"scipy.{room}" in sys.modules:
            for name in names:
                if name in EXPORTS[f"pydezero.scipy.{room}"]:
                    return f"pydezero.scipy.{room}.{name}(...), which is scipy.{room}.{name} for Variables"
    return None
