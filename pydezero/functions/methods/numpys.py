"""The code to write where a function of NumPy was given Variables in lists, in which NumPy does not look for them."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Final

import numpy as np

__all__ = [
    "instead_of_lists",
]

# NumPy's functions call ours where there is a Variable beside the list, and ours call NumPy's.
_LIBRARIES: Final = frozenset({"numpy", "pydezero"})
_NAMESPACES: Final = {"np.linalg": np.linalg, "np.fft": np.fft, "np": np}
# Its Variable is in no list.
_OTHERS: Final = frozenset({"full"})


def instead_of_lists() -> str | None:
    """The advice if a function of NumPy, two calls further out, asked a Variable for its value; else None."""
    frame: FrameType | None = sys._getframe(2)
    name: str | None = None
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _LIBRARIES:
        if not frame.f_globals["__name__"].startswith("pydezero.core."):  # which has words of its own
            name = _name_of_numpys(frame.f_code.co_name) or name
        frame = frame.f_back
    if name is None:
        return None
    return (
        f"{name}(pydezero.array(xs)), which makes one array of nested lists of Variables and numbers, rather than "
        f"{name}(xs)"
    )


def _name_of_numpys(function: str) -> str | None:
    """The name of a function of NumPy as a program writes it, None if it has none of this name."""
    found = [key for key, namespace in _NAMESPACES.items() if callable(getattr(namespace, function, None))]
    return f"{found[-1]}.{function}" if found and function not in _OTHERS else None
