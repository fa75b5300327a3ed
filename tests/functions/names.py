"""The names of all differentiable functions."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from pydezero import functions

NAMES: Final[list[str]] = import_module("pydezero.functions").__all__

# Those that are other names of functions.
ALIASES: Final = frozenset(import_module("pydezero.functions.aliases").__all__)


def function(name: str) -> Callable[..., Any]:
    """The function of a name."""
    found: Callable[..., Any] = getattr(functions, name)
    return found
