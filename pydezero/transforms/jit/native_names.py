"""The functions that compiled code may call, by name and dtype."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.transforms.jit.vector_math import BINARY, LIMITS, UNARY

_NAMES: Final = {"psi": "digamma"}
"""The names of functions that have another one as a ufunc."""


_SLOW: Final = frozenset({"divide", "floor_divide", "fmod", "reciprocal", "remainder", "sech_squared", "sqrt"})


def call_of(name: str, dtype: np.dtype[Any]) -> str | None:
    """The call of a function on operands of a dtype, with `{0}`, `{1}` in their places; None if there is none.

    Single precision is computed in double precision.
    """
    name = _NAMES.get(name, name)
    if dtype.char not in "fd" or name not in (*UNARY, *BINARY):
        return None
    operands = ["{0}", "{1}"] if name in BINARY else ["{0}"]
    if dtype.char == "d":
        return f"{name}({', '.join(operands)})"
    return f"f32({name}({', '.join([f'f64({x})' for x in operands])}))"


def has_limit(name: str) -> bool:
    """Whether a function is wrong for large arguments, which a program looks for."""
    return name in LIMITS


def is_function(name: str) -> bool:
    """Whether an operation takes many times as long as an addition."""
    return name in UNARY or name in BINARY or name in _SLOW
