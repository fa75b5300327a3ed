"""`map`: a function of each element, one after the other or several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar, overload

import numpy as np

from pydezero.core.variable import is_numeric, next_order
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.boundary.arguments import is_int
from pydezero.transforms.loops.carry import Loop
from pydezero.transforms.loops.levels import PLAIN, recorder_below
from pydezero.transforms.loops.scan import Number, Stacked, checked_body, is_function, no_steps
from pydezero.transforms.loops.stacking import (
    element,
    elements,
    length_of,
    stacked,
    stacked_at_sight,
    steps_at_sight,
)
from pydezero.transforms.loops.traced_scan import traced_scan
from pydezero.tree import Tree, map_leaves

T = TypeVar("T")
R = TypeVar("R")


@overload
def map(f: Callable[[T], Number], xs: T, batch_size: int | None = ...) -> Stacked: ...  # noqa: A001  # as below
@overload
def map(f: Callable[[T], R], xs: T, batch_size: int | None = ...) -> R: ...  # noqa: A001  # as below
def map(f: Callable[..., Any], xs: Any, batch_size: int | None = None) -> Any:  # noqa: A001  # the name that JAX gives it
    """A function of each element along the first axis, one after the other or in batches.

    The result is that of `vmap(f)(xs)`, which computes all at once; this takes the memory of one element, or of one
    batch. Under `trace` the loop is one operation. (Elements that are left over from full batches are computed by
    another call of `vmap(f)`.)

    Args:
        f: a function of an element of xs that returns an array or a container of arrays.
        xs: an array or a container of arrays, whose first axis has an entry for each element.
        batch_size: so many elements are computed at once, by `vmap`. None is a loop over single elements.

    Returns:
        What f returns, each array with one axis more, the first.

    Raises:
        TypeError: f is no function; what it returns is not built alike for all elements.
        ValueError: the arrays in xs have different lengths, or one has no axis; their results have different shapes.

    >>> import numpy as np
    >>> from pydezero import map
    >>> map(lambda x: x @ x, np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), batch_size=2)
    array([ 5., 25., 61.])
    """
    if not is_function(f):
        checked_body("map", f, "f")
    count, rows = steps_at_sight(xs, None, False)
    if count < 0:
        count = length_of(Loop("map", f), xs, None)
        rows = elements(xs, count, False)
    if batch_size is not None and not is_int(batch_size):
        raise TypeError(f"{Loop('map', f).label}: batch_size must be an int, got {batch_size!r}")
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"{Loop('map', f).label}: batch_size must be at least 1, got {batch_size}")
    if batch_size is None or not count:
        return _of_each(f, xs, count, rows)
    of_many: Any = vmap(f)
    if batch_size >= count:
        return of_many(xs)
    whole = count - count % batch_size

    def folded(x: Any) -> Any:
        return np.reshape(x[:whole], (-1, batch_size, *x.shape[1:])) if is_numeric(x) else x

    def unfolded(y: Any) -> Any:
        return np.reshape(y, (whole, *y.shape[2:])) if is_numeric(y) else y

    batches, count_of_batches = map_leaves(folded, xs), whole // batch_size
    of_batches = _of_each(of_many, batches, count_of_batches, elements(batches, count_of_batches, False))
    first = map_leaves(unfolded, of_batches)
    if whole == count:
        return first
    last = of_many(element(xs, slice(whole, None)))
    return map_leaves(lambda a, b: np.concatenate([a, b]) if is_numeric(a) else a, first, last)


def _of_each(f: Callable[..., Any], xs: Tree, count: int, rows: Iterator[Tree]) -> Any:
    """A function of each element, one after the other, stacked."""
    recorder = None if type(xs) in PLAIN else recorder_below(xs)
    if recorder is None and count:
        start = next_order()
        y = f(next(rows))
        recorder = None if type(y) in PLAIN else recorder_below(y)
        if recorder is None:
            ys = [y, *[f(x) for x in islice(rows, count - 1)]]  # not to their end, as in `scan`
            stack = stacked_at_sight(ys, False)
            return stacked(Loop("map", f), ys, False) if stack is None else stack
        recorder.forget(start)  # of what f captures
    loop = Loop("map", f, lambda carry, x: (carry, f(x)))
    if recorder is None:
        return no_steps(loop, None, xs)[1]
    return traced_scan(loop, None, xs, range(count), None, recorder)[1]
