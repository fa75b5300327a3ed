"""Values in words: a line that describes an array, and says whether it has a nan or an infinity."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.core.foreign import is_delayed
from pydezero.core.primitive import Elementwise
from pydezero.core.snapshot import is_array, is_number
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom
from pydezero.diagnostics.observer import Step

_WIDTH: Final = 100


def flaw_of(x: Any) -> str:
    """The worst kind of element in a value, "nan" or "inf", and "" for a finite value; they compare in this order."""
    x = bottom(x)
    if not (is_array(x) or is_number(x)) or np.result_type(x).kind not in "fc" or np.all(np.isfinite(x)):
        return ""
    return "nan" if np.any(np.isnan(x)) else "inf"


def abridged(x: Array) -> str:
    """A value in a line: numbers as they are, of arrays the dtype, the shape and some elements."""
    x = bottom(x)
    if not is_array(x) or isinstance(x, np.generic):
        return str(x)
    if is_delayed(x):
        return f"{x.dtype} {x.shape}, a Dask array"
    is_ours = isinstance(x, np.ndarray)
    text = " ".join((np.array2string(x, precision=4, threshold=6, edgeitems=2) if is_ours else str(x)).split())
    if len(text) > _WIDTH:
        text = f"{text[: _WIDTH - 4]} ..."
    return f"{x.dtype} {x.shape} {text}" if x.shape else text


def described(step: Step) -> str:
    """The place, the operands and the results of an operation, a line for each."""
    lines = [f"at {step.place}"]
    lines += [f"operand {i}: {abridged(x)}" for i, x in enumerate(step.operands)]
    lines += [f"result: {abridged(x)}{_count(x)}{_example(step, x)}" for x in step.results]
    return "\n".join([f"  {line}" for line in lines])


def _count(x: Array) -> str:
    """The number of elements that are not finite, in words."""
    x = bottom(x)
    if is_delayed(x) or not np.ndim(x):
        return ""
    return f", {np.count_nonzero(np.logical_not(np.isfinite(x)))} of {x.size} elements not finite"


def _example(step: Step, x: Array) -> str:
    """The first element that is not finite; of an elementwise operation also the elements it was computed from."""
    if not isinstance(x, np.ndarray) or not x.ndim or flaw_of(x) == "":
        return ""
    place = tuple(map(int, np.argwhere(np.logical_not(np.isfinite(x)))[0]))
    text = f", first at {list(place)}"
    if isinstance(step.primitive, Elementwise) and not any(isinstance(y, Variable) for y in step.operands):
        of = [str(np.broadcast_to(y, x.shape)[place]) for y in step.operands]
        text += f": {x[place]} of {' and '.join(of)}"
    return text


def is_arithmetic(step: Step) -> bool:
    """Whether what is not finite is computed with, rather than left out."""
    return isinstance(step.primitive, Elementwise) and not step.primitive.chooses


def makes_more(step: Step) -> bool:
    """Whether an element of the result is not finite although those that it was computed of are."""
    if not isinstance(step.primitive, Elementwise) or any(isinstance(x, Variable) for x in step.operands):
        return False
    were_finite = [np.isfinite(x) for x in step.operands]
    return bool(
        np.any(np.logical_not(np.isfinite(step.results[0])) & np.all(np.broadcast_arrays(*were_finite), axis=0))
    )
