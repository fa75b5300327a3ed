"""Parts of rules that programs define: `unbroadcast_f` and its like sum a cotangent over the axes of broadcasting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from pydezero.core.broadcasting import unbroadcast as summed
from pydezero.core.variable import shape_of

__all__ = ["metadata", "unbroadcast", "unbroadcast_f"]

# The shape, the number of axes, the dtype, and whether it is complex.
Metadata: TypeAlias = tuple[tuple[int, ...], int, np.dtype[Any], bool]


def metadata(x: Any) -> Metadata:
    """The shape of an array, its number of axes, its dtype, and whether it is complex."""
    dtype = np.result_type(getattr(x, "dtype", x))
    return shape_of(x), len(shape_of(x)), dtype, dtype.kind == "c"


def unbroadcast(x: Any, target_meta: Metadata, broadcast_idx: int = 0) -> Any:  # noqa: ARG001  # autograd has it
    """A cotangent of the result of broadcasting as one of an operand with this metadata."""
    shape, _, _, is_complex = target_meta
    found = summed(x, shape)
    return found if is_complex or found.dtype.kind != "c" else np.real(found)


def unbroadcast_f(target: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A rule f whose cotangent has the shape of its result, as one whose cotangent has the shape of an operand."""
    target_meta = metadata(target)
    return lambda g: unbroadcast(f(g), target_meta)
