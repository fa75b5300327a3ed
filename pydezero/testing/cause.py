"""The causes of a disagreement between a derivative and a difference, other than a mistake in the derivative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import undifferentiated


def slope(
    f: Callable[..., list[Array]], xs: Sequence[NDArray[Any]], direction: Sequence[Array], eps: float
) -> list[NDArray[Any]]:
    """The derivative of all outputs of f in a direction, by central differences in double precision."""
    ahead, behind = moved(f, xs, direction, eps), moved(f, xs, direction, -eps)
    return [(a - b) / (2 * eps) for a, b in zip(ahead, behind, strict=True)]


def moved(
    f: Callable[..., list[Array]], xs: Sequence[NDArray[Any]], direction: Sequence[Array], step: float
) -> list[NDArray[Any]]:
    """The outputs of f a step away, in double precision."""
    at = [x.astype(_wide(x)) + step * np.asarray(t) for x, t in zip(xs, direction, strict=True)]
    outputs = [np.asarray(undifferentiated(y)) for y in f(*at)]  # of plain arrays f may return a Python number
    return [y.astype(_wide(y)) for y in outputs]


def _wide(x: Array) -> Any:
    return np.result_type(x.dtype, np.float64)


@np.errstate(all="ignore")
def likely_cause(
    f: Callable[..., list[Array]],
    xs: Sequence[NDArray[Any]],
    direction: Sequence[Array],
    found: Any,
    eps: float,
    is_close: Callable[[Array, Array], bool],
) -> str:
    """A line on why two values disagree, found by differences with other steps and to either side."""
    once, again = [flat(moved(f, xs, direction, 0.0)) for _ in range(2)]
    if not np.array_equal(once, again, equal_nan=True):
        return "f gives two results for the same arguments: draw its random numbers outside, and pass them in"
    if not all(np.all(np.isfinite(y)) for y in (*moved(f, xs, direction, eps), *moved(f, xs, direction, -eps))):
        return "a step away it is not finite: this is the edge of its domain; choose another point, or a smaller eps="
    results = f(*[x.astype(_wide(x)) for x in xs])
    if any(np.result_type(undifferentiated(y)) in (np.float32, np.complex64) for y in results):
        return "f computes in single precision, from which differences suffer: pass a larger eps= (1e-2) and rtol="
    right, left = _one_sided(f, xs, direction, eps), _one_sided(f, xs, direction, -eps)
    nearer = [_one_sided(f, xs, direction, step) for step in (eps / 10, -eps / 10)]
    gap, gap_nearer = np.max(np.abs(right - left)), np.max(np.abs(nearer[0] - nearer[1]))
    if np.max(np.abs(nearer)) > 5 * max(np.max(np.abs(right)), np.max(np.abs(left))):
        return "there is a jump here, and no derivative"
    if not is_close(right, left) and gap_nearer > gap / 2:
        return (
            f"there is a kink here, with a slope of {_shown(left)} to the one side and {_shown(right)} to the other: "
            "what derivative it has is a convention; choose another point"
        )
    if not np.all(np.isfinite(np.asarray(flat(found)))):
        return "the differences are finite, the derivative is not: a rule or a branch that is not taken divides by zero"
    for step in (eps * 100, eps / 100, eps / 1000):
        if is_close(flat(found), flat(slope(f, xs, direction, step))):
            return f"the step does not fit: with eps={step:.0e} they agree"
    if any(x.dtype in (np.float32, np.complex64) for x in xs):
        return "an argument is in single precision: if they agree in double precision, pass a larger rtol="
    return "it is smooth here, as far as differences can tell: a derivative rule is wrong, or the function is not pure"


def _one_sided(
    f: Callable[..., list[Array]], xs: Sequence[NDArray[Any]], direction: Sequence[Array], step: float
) -> NDArray[Any]:
    here, there = moved(f, xs, direction, 0.0), moved(f, xs, direction, step)
    return flat([(b - a) / step for a, b in zip(here, there, strict=True)])


def flat(values: Any) -> NDArray[Any]:
    """All elements of a list of arrays, or of one, in a row."""
    parts = values if isinstance(values, list) else [values]
    return np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0)


def _shown(slopes: NDArray[Any]) -> str:
    return f"{slopes[0]:.6g}" if slopes.size == 1 else str(slopes)
