"""Python's types, as autograd's programs name them: containers of Variables are plain ones here."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

from pydezero.compat.autograd.extend import getval, notrace_primitive

__all__ = ["DictBox", "SequenceBox", "dict", "isinstance", "list", "tuple", "type"]

dict = builtins.dict
list = builtins.list
tuple = builtins.tuple  # type: ignore[type-arg]  # an alias of the class

# The types that programs name in annotations and ask about: what a function that is differentiated gets.
DictBox = builtins.dict
SequenceBox = Sequence

isinstance: Callable[..., bool] = notrace_primitive(builtins.isinstance)
"""`isinstance` of the bare value."""


def type(x: Any) -> Any:
    """The type of the bare value."""
    return builtins.type(getval(x))
