"""The graph in which loops are scans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np

from pydezero.containers import HOLE
from pydezero.core.snapshot import freeze
from pydezero.core.types import Array
from pydezero.functions.indexing.indexing import getitem_p
from pydezero.functions.indexing.windows import sliding_window_view
from pydezero.transforms.loops.body import Body, traced
from pydezero.transforms.loops.rolling.matching import CONSTANTS, NUMBERS, Loop, Program, Relation, Shift
from pydezero.transforms.loops.rolling.terms import (
    Advance,
    Item,
    Path,
    Term,
    dtype_of_number,
    index_in,
    normalized,
    shape_after,
)
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.staging.equation import Constant, Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import value_key
from pydezero.transforms.staging.repeats import Repeat


class Writer:
    """The constants and equations of a graph that is being written; a part of a value is taken when it is needed."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self.numbers = numbers
        self.constants: list[Constant] = []
        self.equations: list[Equation] = []
        self.instead: dict[int, tuple[int, tuple[Item, ...]]] = {}
        """The parts of other values that some values are."""
        self._known: dict[tuple[int, Path], Reference] = {}

    def new(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Reference:
        """A reference of its own."""
        return Reference(next(self.numbers), shape, dtype)

    def constant(self, value: Array) -> Reference:
        """A constant."""
        reference = self.new(value.shape, value.dtype)
        self.constants.append(Constant(reference, freeze(value)))
        return reference

    def define(self, root: int, reference: Reference) -> None:
        """Say what stands for a value."""
        self._known[root, ()] = reference

    def part(self, root: int, path: Path) -> Reference:
        """The reference of a part of a value."""
        if root in self.instead:
            array, items = self.instead[root]
            return self.part(array, (items, *path))
        found = self._known.get((root, path))
        if found is None:
            found = self._known[root, path] = self.item(self.part(root, path[:-1]), path[-1])
        return found

    def item(self, array: Reference, items: tuple[Item, ...]) -> Reference:
        """An array, indexed; itself if that is all of it."""
        if items == tuple([(0, 1, n) for n in array.shape]) and items:
            return array
        out = self.new(shape_after(items), array.dtype)
        self.equations.append(Equation(getitem_p, (array,), (out,), {"index": index_in(items, array.shape)}))
        return out

    def of(self, function: Callable[..., Any], *arrays: Reference) -> Reference:
        """The result of a function of arrays, whose operations are written."""
        examples = [np.ones(x.shape, x.dtype) for x in arrays]
        graph = traced("", lambda xs: [function(*xs)], examples).graph
        own = {x.number: y for x, y in zip(graph.inputs, arrays, strict=True)}
        own.update({x.reference.number: self.constant(x.value) for x in graph.constants})
        for equation in graph.equations:
            outputs = tuple([self.new(x.shape, x.dtype) for x in equation.outputs])
            inputs = tuple([own[x.number] if type(x) is Reference else x for x in equation.inputs])
            self.equations.append(Equation(equation.primitive, inputs, outputs, equation.parameters))
            own.update(zip([x.number for x in equation.outputs], outputs, strict=True))
        return own[graph.outputs[0].number]


class Rolled:
    """A loop as a scan: what its operands are, and the body."""

    def __init__(self, program: Program, loop: Loop) -> None:
        self._program = program
        self._loop = loop
        self.repeat: Repeat = loop.repeat
        self.captured: dict[tuple[int, Path], Reference] = {}
        self.carries: dict[tuple[int, int, tuple[tuple[int, Path], ...]], Reference] = {}
        self.xs: dict[Any, tuple[Reference, Callable[[Writer], Reference]]] = {}
        self._body = Writer(count())
        self._results: dict[int, tuple[Reference, ...]] = {}
        self.is_right: bool = self._write()

    # The body.

    def _write(self) -> bool:
        """Write the equations of the body; whether all repetitions are as it says."""
        repeat = self.repeat
        for offset, relations in enumerate(self._loop.relations):
            equation = self._program.equations[repeat.start + offset]
            inputs = [self._input(offset, position, relation) for position, relation in enumerate(relations)]
            if any(x is _WRONG for x in inputs):
                return False
            outputs = tuple([self._body.new(x.shape, x.dtype) for x in equation.outputs])
            self._results[offset] = outputs
            self._body.equations.append(Equation(equation.primitive, tuple(inputs), outputs, equation.parameters))
        return True

    def _operands(self, offset: int, position: int) -> list[Any]:
        """The form of an operand in all repetitions."""
        repeat, operands = self.repeat, self._program.operands
        return [operands[i][position] for i in range(repeat.start + offset, repeat.stop, repeat.period)]

    def _input(self, offset: int, position: int, relation: Relation) -> Any:
        operands = self._operands(offset, position)
        if type(relation) is Shift:
            return self._result(operands, offset, relation.distance)
        if not all(type(x) is not Term or self._is_outside(x) for x in operands):
            return _WRONG
        first = operands[0]
        if relation == NUMBERS:
            return self._stacked_numbers(operands, offset, position)
        if relation == CONSTANTS:
            return self._stacked_constants(operands)
        if type(relation) is Advance:
            return self._advancing(operands, relation)
        if type(first) is not Term:
            return first if all(value_key(x) == value_key(first) for x in operands) else _WRONG
        if any(x != first for x in operands):
            return _WRONG
        key = first.root, first.path
        if key not in self.captured:
            self.captured[key] = self._body.new(first.reference.shape, first.reference.dtype)
        return self.captured[key]

    def _is_outside(self, term: Term) -> bool:
        place = self._program.made.get(term.root)
        return place is None or place[0] < self.repeat.start

    def _result(self, operands: Sequence[Any], offset: int, distance: int) -> Any:
        """A result of this repetition or an earlier one."""
        period = self.repeat.period
        back = -((offset - distance) // period)
        if back >= len(operands):
            return _WRONG
        maker, path = offset - distance + back * period, operands[-1].path
        out = self._program.made[operands[-1].root][1]
        for repetition in range(back, len(operands)):
            term = operands[repetition]
            place = self.repeat.start + maker + (repetition - back) * period
            if type(term) is not Term or term.path != path or self._program.made.get(term.root) != (place, out):
                return _WRONG
        if not back:
            reference = self._results[maker][out]
        else:
            firsts = self._firsts(operands[:back], path)
            if firsts is None:
                return _WRONG
            reference = self._carry(maker, out, firsts)
        self._body.define(reference.number, reference)
        return self._body.part(reference.number, path)

    def _firsts(self, operands: Sequence[Any], path: Path) -> tuple[tuple[int, Path], ...] | None:
        """The values carried into the first repetition, of those that an operand is in the first repetitions."""
        if not all(type(x) is Term and self._is_outside(x) and (not path or x.path == path) for x in operands):
            return None
        return tuple([(x.root, () if path else x.path) for x in operands])

    def _carry(self, offset: int, out: int, firsts: tuple[tuple[int, Path], ...]) -> Reference:
        """The value that was made as many repetitions ago as there are firsts."""
        if len(firsts) > 1:
            self._carry(offset, out, firsts[1:])
        key = offset, out, firsts
        if key not in self.carries:
            made = self._program.equations[self.repeat.start + offset].outputs[out]
            self.carries[key] = self._body.new(made.shape, made.dtype)
        return self.carries[key]

    def _stacked_numbers(self, operands: Sequence[Any], offset: int, position: int) -> Any:
        equation = self._program.equations[self.repeat.start + offset]
        first = operands[0]
        dtype = first.dtype if isinstance(first, np.generic) else dtype_of_number(equation, position)
        try:
            values = np.array(operands, dtype)
        except OverflowError:  # an integer that does not fit, which the operation will say
            return _WRONG
        return self._x((NUMBERS, values.dtype.str, values.tobytes()), (), values.dtype, lambda w: w.constant(values))

    def _stacked_constants(self, operands: Sequence[Any]) -> Any:
        values = [self._program.constants.get(x.root) for x in operands]
        if any(value is None or (value.ndim > 1 and not value.flags.c_contiguous) for value in values):
            return _WRONG
        key = (CONSTANTS, *[x.root for x in operands])
        shape, dtype = operands[0].reference.shape, operands[0].reference.dtype
        return self._x(key, shape, dtype, lambda w: w.constant(np.stack([np.asarray(value) for value in values])))

    def _x(
        self, key: Any, shape: tuple[int, ...], dtype: np.dtype[Any], write: Callable[[Writer], Reference]
    ) -> Reference:
        """The element of an array that is scanned, which `write` writes into the graph around the loop."""
        if key not in self.xs:
            self.xs[key] = self._body.new(shape, dtype), write
        return self.xs[key][0]

    def _advancing(self, operands: Sequence[Any], by: Advance) -> Any:
        """A place of an array that advances: the array of all of them is scanned."""
        first = operands[0]
        for repetition, term in enumerate(operands):
            if type(term) is not Term or term.root != first.root or term.path != _moved(first.path, by, repetition):
                return _WRONG
        before, items, after = first.path[: by.index], first.path[by.index], first.path[by.index + 1 :]
        length, start = self.repeat.count, items[by.item]
        array = self._program.terms[first.root].reference
        dtype = array.dtype
        axis = len(shape_after(items[: by.item]))
        if type(start) is int:
            shape = shape_after(items)
            scanned: tuple[Item, ...] = (*items[: by.item], (start, by.by, length), *items[by.item + 1 :])

            def write(writer: Writer) -> Reference:
                whole = writer.item(writer.part(first.root, before), scanned)
                return writer.of(lambda x: np.moveaxis(x, axis, 0), whole) if axis else whole

            element = self._x((first.root, before, items, by), shape, dtype, write)
        else:
            assert type(start) is tuple
            element = self._window(first.root, before, items, by, start)
            if element is _WRONG:
                return _WRONG
            if start[1] != 1:
                within = normalized(slice(None, None, start[1]), (element.shape[axis],))
                assert within is not None
                rest = tuple([(0, 1, n) for n in element.shape])
                self._body.define(element.number, element)
                element = self._body.part(element.number, ((*rest[:axis], *within, *rest[axis + 1 :]),))
        self._body.define(element.number, element)
        return self._body.part(element.number, after)

    def _window(self, root: int, before: Path, items: tuple[Item, ...], by: Advance, span: tuple[int, int, int]) -> Any:
        """A slice that advances: a window of the array."""
        start, step, size = span
        if step < 0 or not size:
            return _WRONG
        width = (size - 1) * step + 1
        axis = len(shape_after(items[: by.item]))
        shape = list(shape_after(items))
        shape[axis] = width
        length = self.repeat.count

        def write(writer: Writer) -> Reference:
            lowest = min(start, start + by.by * (length - 1))
            reach = abs(by.by) * (length - 1) + width
            whole = writer.item(
                writer.part(root, before), (*items[: by.item], (lowest, 1, reach), *items[by.item + 1 :])
            )
            return writer.of(lambda x: _windows(x, width, axis, by.by), whole)

        array = self._program.terms[root].reference
        return self._x((root, before, items, by), tuple(shape), array.dtype, write)

    # The graph around it.

    def _operation(self, stacked: Sequence[tuple[int, int]]) -> Scan:
        """The scan, which stacks these outputs of the equations of a repetition: (offset, output)."""
        body = self._body
        carried = [
            self.carries[offset, out, firsts[1:]] if len(firsts) > 1 else self._results[offset][out]
            for offset, out, firsts in self.carries
        ]
        outputs = [*carried, *[self._results[offset][out] for offset, out in stacked]]
        inputs = [*self.captured.values(), *self.carries.values(), *[x for x, _ in self.xs.values()]]
        graph: Graph[..., Any] = Graph(
            "step",
            ((HOLE,) * len(inputs), {}),
            tuple(inputs),
            (),
            tuple(body.equations),
            (HOLE,) * len(outputs),
            tuple(outputs),
        )
        examples = tuple([freeze(np.ones(x.shape, x.dtype))[()] for x in inputs])
        captured, length = len(self.captured), self.repeat.count
        return Scan("scan", Body(graph, examples), captured, len(self.carries), length, reverse=False)

    def write(self, writer: Writer, used: Iterable[int]) -> None:
        """Write the scan, of which these values of the repetitions are used."""
        operands = [writer.part(*key) for key in self.captured]
        operands += [writer.part(*firsts[0]) for _, _, firsts in self.carries]
        operands += [write(writer) for _, write in self.xs.values()]
        carried = [writer.new(x.shape, x.dtype) for x in self.carries.values()]
        last = dict(zip([self._last(*key) for key in self.carries], carried, strict=True))
        stacks = self._stacks(writer, [number for number in used if number not in last])
        operation = self._operation(list(stacks))
        writer.equations.append(Equation(operation, tuple(operands), (*carried, *stacks.values()), {}))
        for number, reference in last.items():
            writer.define(number, reference)  # or a part of a stack, below
        for (offset, out), stack in stacks.items():
            writer.define(stack.number, stack)
            rest = tuple([(0, 1, n) for n in stack.shape[1:]])
            for i in range(self.repeat.count):
                number = self._number(offset + i * self.repeat.period, out)
                writer.instead[number] = stack.number, (i, *rest)

    def _last(self, offset: int, out: int, firsts: Sequence[Any]) -> int:
        """The value that a carry is after the last repetition, of which there are more than it has firsts."""
        return self._number((self.repeat.count - len(firsts)) * self.repeat.period + offset, out)

    def _number(self, place: int, out: int) -> int:
        """The number of an output of an equation of the loop."""
        return self._program.equations[self.repeat.start + place].outputs[out].number

    def _stacks(self, writer: Writer, used: Iterable[int]) -> dict[tuple[int, int], Reference]:
        """A reference for the results of all repetitions, of each equation of which some is used."""
        stacks: dict[tuple[int, int], Reference] = {}
        for number in used:
            place, out = self._program.made[number]
            offset = (place - self.repeat.start) % self.repeat.period
            if (offset, out) not in stacks:
                made = self._results[offset][out]
                stacks[offset, out] = writer.new((self.repeat.count, *made.shape), made.dtype)
        return stacks


class _Wrong:
    """The placeholder of an operand that is not the same in all repetitions."""


_WRONG = _Wrong()


def _moved(path: Path, by: Advance, repetitions: int) -> Path:
    items = path[by.index]
    item = items[by.item]
    distance = by.by * repetitions
    new: Item = (
        (item[0] + distance, *item[1:]) if type(item) is tuple else item + distance if type(item) is int else None
    )
    return (*path[: by.index], (*items[: by.item], new, *items[by.item + 1 :]), *path[by.index + 1 :])


def _windows(x: Any, width: int, axis: int, by: int) -> Any:
    """The windows of an array along an axis, so far from each other; backwards if that is negative."""
    windows = sliding_window_view(x, width, axis)
    if axis or x.ndim > 1:
        windows = np.moveaxis(windows, [axis, -1], [0, axis + 1])
    return windows if by == 1 else windows[::by]
