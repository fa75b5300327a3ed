"""Whether arrays are finite, which `check_finite` asks of what is computed later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import dask.array as da
import numpy as np

from pydezero.arrays.dask.chunks import DaskArray
from pydezero.arrays.dask.table import by_elements, instruction
from pydezero.core.types import Array


def flaw_code(x: DaskArray) -> DaskArray:
    """2 if there is a nan in an array, else 1 if there is an infinity, else 0: the largest of its chunks, in a tree."""
    found: DaskArray = da.reduction(x, _code_of_chunk, _largest, dtype=np.int8, meta=np.empty((), np.int8))
    return found


def more_code(result: Array, *operands: Array) -> DaskArray:
    """1 if an element of the result is not finite although those that it was computed of are, else 0."""
    made = by_elements(_is_made, result, *operands)
    found: DaskArray = da.reduction(made, _largest, _largest, dtype=np.int8, meta=np.empty((), np.int8))
    return found


def verdict(trial: Callable[[Sequence[int]], bool], codes: Sequence[DaskArray]) -> DaskArray:
    """The result of a function of codes, or its exception, as an array that can be computed with."""
    pairs = [part for code in codes for part in (code, ())]
    name = f"verdict-{uuid4().hex}"  # of its own, since trials are not told apart
    found: DaskArray = da.blockwise(
        partial(_tried, trial), (), *pairs, name=name, dtype=np.dtype(bool), meta=np.empty((), bool)
    )
    return found


def _tried(trial: Callable[[Sequence[int]], bool], *codes: Array) -> Array:
    return np.asarray(trial([int(code) for code in codes]))


def _code_of_chunk(x: Array, axis: Any, keepdims: bool) -> Array:
    codes = np.where(np.isnan(x), 2, np.where(np.isinf(x), 1, 0)).astype(np.int8)
    return _largest(codes, axis, keepdims)


def _largest(x: Array, axis: Any, keepdims: bool) -> Array:
    return np.asarray(x.max(axis=axis, keepdims=keepdims, initial=0))


def _is_made(result: Array, *operands: Array) -> Array:
    made = np.logical_not(np.isfinite(result))
    for x in operands:
        made = made & np.isfinite(x)
    return made.astype(np.int8)


@instruction("after_verdict")
def _after_verdict(x: DaskArray, verdict: DaskArray) -> DaskArray:
    return by_elements(_first, x, verdict)


def _first(x: Array, y: Array) -> Array:  # it is waited for
    return x
