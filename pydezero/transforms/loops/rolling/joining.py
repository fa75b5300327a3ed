"""Equations that take what all repetitions of a loop give: they take the stacks of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.types import Index
from pydezero.transforms.loops.rolling.building import Writer
from pydezero.transforms.loops.rolling.matching import FEWEST, Program
from pydezero.transforms.loops.rolling.terms import Advance, Item, Term, advance, index_in, normalized, shape_after
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.staging.equation import Equation, Reference

_MOST_WOVEN: Final = 8


def join(program: Program, place: int, writer: Writer) -> bool:
    """Write an equation whose operands are parts of few arrays as one of these arrays; whether it is one."""
    equation, operands = program.equations[place], program.operands[place]
    if len(operands) < FEWEST:
        return False
    if equation.name == "stack" and equation.parameters["axis"] == 0:
        return _join_stack(program, equation, operands, writer)
    if equation.name == "scatter":
        return _join_scatter(equation, operands, writer)
    return False


def _join_stack(program: Program, equation: Equation, operands: Sequence[Any], writer: Writer) -> bool:
    """The stack of what all repetitions give is there already; other arrays may come before and after it."""
    parts: list[tuple[int, _Woven | None]] = []
    i = 0
    while i < len(operands):
        woven = _advance(operands, i, 1)
        if woven is not None and _is_of_scan(program, operands[i], woven):
            parts.append((i, woven))
            i = woven.stop
        else:
            parts.append((i, None))
            i += 1
    shape = equation.outputs[0].shape
    if not any(woven for _, woven in parts) or (len(parts) > 1 and len(shape) > 2):
        return False
    arrays: list[Reference] = []
    for i, woven in parts:
        x = operands[i]
        if woven is not None:
            arrays.append(_woven_array(operands, woven, writer))
        elif type(x) is Term:
            arrays.append(writer.item(writer.part(x.root, x.path), (None, *[(0, 1, n) for n in shape[1:]])))
        else:
            arrays.append(writer.constant(np.array([x])))
    if any(x.dtype != equation.outputs[0].dtype for x in arrays):
        return False
    whole = arrays[0] if len(arrays) == 1 else writer.of(lambda *xs: np.concatenate(xs), *arrays)
    writer.define(equation.outputs[0].number, whole)
    return True


def _is_of_scan(program: Program, first: Term, woven: _Woven) -> bool:
    """Whether operands are some steps, one after the other, of what a scan has stacked."""
    made = program.made.get(first.root)
    stack = program.terms[first.root].reference
    return (
        made is not None
        and isinstance(program.equations[made[0]].primitive, Scan)
        and woven.by == Advance(0, 0, 1)
        and len(first.path) == 1
        and shape_after(first.path[0]) == stack.shape[1:]
    )


@attrs.frozen
class _Woven:
    """Operands from a place on, of which each `period`-th is the next part of the same array."""

    start: int
    stop: int
    period: int
    by: Advance | None

    def __len__(self) -> int:
        return self.stop - self.start


def _advance(operands: Sequence[Any], start: int, period: int) -> _Woven | None:
    """The operands from a place on that are woven."""
    by: list[Any] = []
    for i in range(start, len(operands) - period):
        a, b = operands[i], operands[i + period]
        step = advance(a.path, b.path) if type(a) is Term and type(b) is Term and a.root == b.root else None
        if not isinstance(step, Advance) or type(a.path[step.index][step.item]) is not int:
            break
        if len(by) >= period and by[-period] != step:
            break
        by.append(step)
    count = len(by) // period + 1
    if count < FEWEST:
        return None
    return _Woven(start, start + count * period, period, by[0] if period == 1 else None)


def _join_scatter(equation: Equation, operands: Sequence[Any], writer: Writer) -> bool:
    """The sum of cotangents at their places, with those of a loop as one array, in the same order."""
    shape, indices = equation.parameters["shape"], equation.parameters["indices"]
    are_numbers = len(shape) == 1 and all(type(index) is int for index in indices)
    if not are_numbers and len(shape) == 1 and any(type(index) is int for index in indices):
        return False  # it adds the elements at integers behind all others
    items = [None if index is ... else normalized(index, shape) for index in indices]
    first = 0 if are_numbers else 1  # it sets the first one, and adds the others
    parts: list[_Woven | int] = []
    i = 0
    while i < len(operands):
        woven = _longest(operands, items, i) if i >= first else None
        parts.append(i if woven is None else woven)
        i = i + 1 if woven is None else woven.stop
    if all(type(part) is int for part in parts):
        return False
    new_operands: list[Any] = []
    new_indices: list[Index] = []
    for part in parts:
        if type(part) is int:
            new_operands.append(_single(operands[part], are_numbers, writer))
            new_indices.append(np.array([indices[part]]) if are_numbers else indices[part])
        elif type(part) is _Woven:
            streams = _streams(items, part)
            if streams is None:
                new_operands.append(_woven_array(operands, part, writer))
                new_indices.append(_places(items[part.start : part.stop], shape))
                continue
            for stream in streams:
                new_operands.append(_stream_array(operands, part, stream, writer))
                is_first = are_numbers and len(new_indices) == 0
                new_indices.append(_even_index(stream, shape, as_array=is_first))
    parameters = {"indices": new_indices, "shape": shape}
    writer.equations.append(Equation(equation.primitive, tuple(new_operands), equation.outputs, parameters))
    writer.define(equation.outputs[0].number, equation.outputs[0])
    return True


def _single(operand: Any, in_array: bool, writer: Writer) -> Any:
    """An operand by itself, as an array of one element if that is wanted."""
    if type(operand) is not Term:
        return writer.constant(np.array([operand])) if in_array else operand
    x = writer.part(operand.root, operand.path)
    return writer.item(x, (None,)) if in_array else x


def _longest(operands: Sequence[Any], items: Sequence[Any], start: int) -> _Woven | None:
    """The woven operands from a place on whose indices are of one form."""
    found: list[_Woven] = []
    form = _form(items[start])
    if form is None:
        return None
    for period in range(1, _MOST_WOVEN + 1):
        woven = _advance(operands, start, period)
        if woven is None:
            continue
        same = start
        while same < woven.stop and _form(items[same]) == form:
            same += 1
        count = (same - start) // period
        if count >= FEWEST:
            found.append(_Woven(start, start + count * period, period, woven.by))
    return max(found, key=lambda woven: (len(woven), -woven.period), default=None)


def _form(items: Sequence[Item] | None) -> Any:
    """The common form of indices that can be joined."""
    if items is None or None in items:
        return None
    return tuple([item[1:] if type(item) is tuple else () for item in items])


@attrs.frozen
class _Stream:
    """The operands of a woven part at every `period`-th place: where the first one is added, and how that advances."""

    place: int
    first: tuple[Item, ...]
    axis: int
    by: int
    count: int

    @property
    def start(self) -> int:
        """The place along the axis where the first one is added."""
        start = self.first[self.axis]
        assert isinstance(start, int)
        return start


def _streams(items: Sequence[Any], woven: _Woven) -> list[_Stream] | None:
    """The streams of a woven part, if they may be added one after the other.

    Each adds to an element once. If all advance alike, they come to an element one after the other in the same order
    everywhere: in this order they are added.
    """
    period = woven.period
    found: list[_Stream] = []
    for i in range(woven.start, woven.start + period):
        steps = {advance((items[k],), (items[k + period],)) for k in range(i, woven.stop - period, period)}
        step = steps.pop()
        if steps or not isinstance(step, Advance) or type(items[i][step.item]) is not int:
            return None
        found.append(_Stream(i, items[i], step.item, step.by, len(woven) // period))
    if len({(stream.axis, stream.by) for stream in found}) > 1:
        return None
    return sorted(found, key=lambda stream: -stream.start * stream.by)


def _even_index(stream: _Stream, shape: Sequence[int], *, as_array: bool) -> Index:
    """The index of all places of a stream."""
    span = stream.start, stream.by, stream.count
    if as_array:
        places = stream.start + stream.by * np.arange(stream.count)
        places.flags.writeable = False
        return places
    return index_in((*stream.first[: stream.axis], span, *stream.first[stream.axis + 1 :]), shape)


def _stream_array(operands: Sequence[Term], woven: _Woven, stream: _Stream, writer: Writer) -> Reference:
    """The operands of a stream as one array, of the shape that the index of all their places takes."""
    array = _array_of(operands[stream.place], operands[stream.place + woven.period], stream.count, writer)
    axis = len(shape_after(stream.first[: stream.axis]))
    return writer.of(lambda x: np.moveaxis(x, 0, axis), array) if axis else array


def _woven_array(operands: Sequence[Term], woven: _Woven, writer: Writer) -> Reference:
    """The operands along the first axis of one array."""
    period, count = woven.period, len(woven) // woven.period
    arrays = [
        _array_of(operands[i], operands[i + period], count, writer) for i in range(woven.start, woven.start + period)
    ]
    if period == 1:
        return arrays[0]
    shape = (count * period, *arrays[0].shape[1:])
    return writer.of(lambda *xs: np.reshape(np.stack(xs, axis=1), shape), *arrays)


def _array_of(a: Term, b: Term, count: int, writer: Writer) -> Reference:
    """An array of `count` operands along the first axis, of which these are the first and the second."""
    step = advance(a.path, b.path)
    assert isinstance(step, Advance)
    before, items, after = a.path[: step.index], a.path[step.index], a.path[step.index + 1 :]
    start = items[step.item]
    assert type(start) is int
    moved: tuple[Item, ...] = (*items[: step.item], (start, step.by, count), *items[step.item + 1 :])
    array = writer.item(writer.part(a.root, before), moved)
    axis = len(shape_after(items[: step.item]))
    if axis:
        array = writer.of(lambda x: np.moveaxis(x, axis, 0), array)
    for index in after:
        array = writer.item(array, ((0, 1, count), *index))
    return array


def _places(items: Sequence[Any], shape: Sequence[int]) -> Index:
    """The index of all places of some indices of one form, in their order."""
    form = [i for i, item in enumerate(items[0]) if type(item) is tuple]
    last = len(items[0])
    while last > 1 and all(each[last - 1] == (0, 1, shape[last - 1]) for each in items):
        last -= 1
    axes = [i for i in form if i < last]
    arrays: list[Any] = []
    for i in range(last):
        starts = np.array([each[i][0] if i in axes else each[i] for each in items])
        spread = starts.reshape(-1, *[1] * len(axes))
        if i in axes:
            _, step, count = items[0][i]
            spread = spread + (step * np.arange(count)).reshape(-1, *[1] * (len(axes) - axes.index(i) - 1))
        arrays.append(spread)
    for array in arrays:
        array.flags.writeable = False
    return arrays[0] if len(arrays) == 1 else tuple(arrays)
