"""Properties of an index: whether it can change, whether it names elements twice, whether several divide an array."""

from __future__ import annotations

import operator

import numpy as np

from pydezero.core.foreign import OF_COLUMNS
from pydezero.core.snapshot import check_numeric, is_array, snapshot
from pydezero.core.types import Index
from pydezero.core.variable import Variable, undifferentiated


def frozen_index(index: Index) -> Index:
    """An index in the form that is recorded: without differentiated Variables, and with arrays that cannot change.

    Raises:
        IndexError: an index is the name of a column.
        TypeError: an index holds a float, which NumPy does not take either.
    """
    if type(index) is not tuple:
        return _frozen_item(index)
    for item in index:
        if not _is_frozen_item(item):
            return tuple([_frozen_item(item) for item in index])
    return index


def _is_frozen_item(item: Index) -> bool:
    if type(item) is slice:
        start, stop, step = item.start, item.stop, item.step
        return (
            (start is None or type(start) is int)
            and (stop is None or type(stop) is int)
            and (step is None or type(step) is int)
        )
    return item is None or type(item) is int or item is Ellipsis


def _frozen_item(item: Index) -> Index:
    if _is_frozen_item(item):
        return item
    if type(item) is slice:
        return slice(_bound(item.start), _bound(item.stop), _bound(item.step))
    item = undifferentiated(item)
    if type(item) is Variable:
        return item
    if isinstance(item, bool | np.bool | int | np.integer):
        return item
    if isinstance(item, str) or (type(item) is list and str in map(type, item)):
        raise IndexError(f"x[{item!r}]: a Variable has no columns with names; {OF_COLUMNS}")
    if not is_array(item):
        item = np.asarray(item, dtype=np.intp if isinstance(item, list | tuple) and not item else None)
    if type(item) is not np.ndarray:
        check_numeric(item, "an index")
    return snapshot(item)


def _bound(bound: Index) -> int | None:
    return None if bound is None else operator.index(bound)


def names_once(index: Index) -> bool:
    """Whether an index is sure to name no element twice: it has no arrays of integers."""
    for item in index if type(index) is tuple else (index,):
        if type(item) is Variable or (hasattr(item, "dtype") and item.dtype.kind != "b" and item.ndim):
            return False
    return True


def division(indices: list[Index], shape: tuple[int, ...]) -> tuple[list[int], int] | None:
    """The order in which slices along one axis divide an array without gaps, and the axis; None if they do not."""
    if type(indices[0]) is tuple and not indices[0]:
        return None
    if type(indices[0]) is slice and type(indices[1]) is slice and indices[0] == indices[1]:
        return None  # what most sums of differences have
    axis = len(indices[0]) - 1 if type(indices[0]) is tuple else 0
    spans = []
    for i, index in enumerate(indices):
        items = index if type(index) is tuple else (index,)
        if len(items) != axis + 1 or any(type(item) is not slice for item in items):
            return None
        start, stop, step = items[axis].indices(shape[axis])
        if step != 1 or items[:axis] != (slice(None),) * axis:
            return None
        spans.append((start, max(start, stop), i))
    spans.sort()
    ends = [0, *[stop for _, stop, _ in spans]]
    if ends[-1] != shape[axis] or ends[:-1] != [start for start, _, _ in spans]:
        return None
    return [i for _, _, i in spans], axis


def is_basic(index: Index) -> bool:
    """Whether an index has no arrays and no masks, so that a batch only needs a slice in front of it."""
    return all(map(_is_basic, index)) if type(index) is tuple else _is_basic(index)


def _is_basic(item: Index) -> bool:
    return item is None or item is Ellipsis or isinstance(item, slice) or is_integer(item)


def is_integer(item: Index) -> bool:
    """Whether an item of an index picks one place of an axis."""
    return isinstance(item, int | np.integer) and not isinstance(item, bool)
