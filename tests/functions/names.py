"""The names of all differentiable functions."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from typing import Any, Final

import numpy as np

from pydezero import functions

NAMES: Final[list[str]] = import_module("pydezero.functions").__all__

# Those that are other names of functions.
ALIASES: Final = frozenset([name for name in NAMES if getattr(functions, name).__name__ != name])

# Those of the namespaces inside, as "linalg.inv".
INNER_NAMES: Final[list[str]] = [
    f"{space}.{name}" for space in ("fft", "linalg") for name in import_module(f"pydezero.functions.{space}").__all__
]


def function(name: str) -> Callable[..., Any]:
    """The function of a name."""
    found: Callable[..., Any] = attrgetter(name)(functions)
    return found


def numpys(name: str) -> Callable[..., Any]:
    """NumPy's function of a name."""
    inner = "lib.stride_tricks." if hasattr(np.lib.stride_tricks, name) and not hasattr(np, name) else ""
    found: Callable[..., Any] = attrgetter(inner + name)(np)
    return found
