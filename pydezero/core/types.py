"""The names that the annotations of all modules share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

# An operand of a rule: an ndarray, a NumPy scalar, an array of another library that speaks NumPy's protocols, or
# a Variable. NumPy's stubs make a ufunc call on such an operand Any, so nothing more precise survives the first call.
Array: TypeAlias = Any

# The residual that a rule keeps for the reverse pass: nothing (None), one thing, or a tuple of several; arrays, shapes,
# parameters of any type.
Residual: TypeAlias = Any

# The entries of an index and the parameters of NumPy functions are as various as NumPy's own stubs leave them.
Index: TypeAlias = Any

# A bool. NumPy 2.5's stubs take True and False there, but nothing that may be either.
KeepDims: TypeAlias = Any

Axis: TypeAlias = int | tuple[int, ...] | None
Shape: TypeAlias = int | Sequence[int]
