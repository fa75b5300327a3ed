"""Functions of arrays alone, with the functions of their derivatives: what the solvers of SciPy call.

A solver calls a function some thousand times, for arrays of the same shapes. So it is recorded once, and what is called
is the record. A function that cannot be recorded (it asks for a value, as `float(t)` does) is called as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pydezero.core.operators import EscapeError
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom, shape_of
from pydezero.functions.joining.joining import concatenate, stack
from pydezero.functions.shapes.shape import ravel
from pydezero.transforms.boundary.arguments import replaced
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.records.recording import UNTRACEABLE, Record, as_value, recorded
from pydezero.transforms.reverse.vjp import vjp

# A function of arrays and Variables that returns a tuple of them.
Function = Callable[..., tuple[Array, ...]]


class Pure:
    """A function of arrays and Variables that gives a tuple of them, and captures no Variables.

    Calling it is differentiable; `of_arrays` is quick. `outputs` is their number.
    """

    def __init__(self, name: str, function: Function, outputs: int = 1) -> None:
        self.name: str = name
        self.outputs: int = outputs
        self._function: Function = function
        self._records: list[Record] = []
        self._is_recorded: bool = True
        self._derived: dict[tuple[Any, ...], Pure] = {}

    def __call__(self, *values: Array) -> tuple[Array, ...]:
        """The outputs, of Variables if there are any among the values."""
        return self._function(*values)

    def of_arrays(self, *values: Array) -> tuple[Array, ...]:
        """The outputs for arrays and NumPy numbers."""
        for i, record in enumerate(self._records):
            found = record.of_arrays(values)
            if found is not None:
                if i:  # the next call takes the same way, most likely
                    self._records = [record, *self._records[:i], *self._records[i + 1 :]]
                return found
        if self._is_recorded:
            try:
                record = recorded(self.name, self._function, values)
            except UNTRACEABLE:
                self._is_recorded = False
            else:
                self._records.append(record)
                outputs = record.of_arrays(values)
                assert outputs is not None
                return outputs
        return tuple([self._plain(y) for y in self._function(*values)])

    def _plain(self, y: Array) -> Array:
        if isinstance(y, Variable):
            raise capture_error(self.name)
        return as_value(y)

    def tangent(self, moving: Sequence[int]) -> Pure:
        """The function of the values, and of tangents of those that move, to the outputs and then their tangents."""
        key = ("tangent", *moving)
        if key not in self._derived:
            self._derived[key] = Pure(self.name, _tangent(self, moving), 2 * self.outputs)
        return self._derived[key]

    def pullback(self, wanted: Sequence[int]) -> Pure:
        """The function of the values, and a cotangent for each output, to the cotangents of those that are wanted."""
        key = ("pullback", *wanted)
        if key not in self._derived:
            self._derived[key] = Pure(self.name, _pullback(self, wanted), len(wanted))
        return self._derived[key]

    def flat(self) -> Pure:
        """The function that gives the elements of all outputs as one vector."""
        key = ("flat",)
        if key not in self._derived:
            self._derived[key] = Pure(self.name, lambda *values: (vector_of(self(*values)),))
        return self._derived[key]

    def output(self, i: int) -> Pure:
        """The function that gives one of the outputs."""
        key = ("output", i)
        if key not in self._derived:
            self._derived[key] = Pure(self.name, lambda *values: (self(*values)[i],))
        return self._derived[key]


class Closed(Pure):
    """A function of the user's, whose last arguments are the values of the Variables that it captures.

    `variables` are those that it was found to capture so far: a branch that it has not yet taken may have others.
    """

    def __init__(self, name: str, function: Function, count: int) -> None:
        super().__init__(name, function)
        self.variables: list[Variable] = []
        self._count = count
        # Each record, with the places of the Variables that it needs.
        self._ways: list[tuple[Record, tuple[int, ...]]] = []

    def record(self, *examples: Array) -> None:
        """Record the function for arguments like some plain examples."""
        record = recorded(self.name, self._function, examples)
        known = {id(x): i for i, x in enumerate(self.variables)}
        for x in record.variables:
            if id(x) not in known:
                known[id(x)] = len(self.variables)
                self.variables.append(x)
        self._ways = [(record, tuple([known[id(x)] for x in record.variables])), *self._ways]

    def __call__(self, *values: Array) -> tuple[Array, ...]:
        for record, places in self._ways:
            found = record.of_variables(self._chosen(values, places))
            if found is not None:
                return found
        self.record(*map(bottom, values[: self._count]))
        return self(*values)

    def of_arrays(self, *values: Array) -> tuple[Array, ...]:
        for i, (record, places) in enumerate(self._ways):
            found = record.of_arrays(self._chosen(values, places))
            if found is not None:
                if i:
                    self._ways = [self._ways[i], *self._ways[:i], *self._ways[i + 1 :]]
                return found
        self.record(*values[: self._count])
        return self.of_arrays(*values)

    def _chosen(self, values: Sequence[Array], places: Sequence[int]) -> Sequence[Array]:
        """The arguments and the values of those Variables that a record needs."""
        captured = values[self._count :]
        if places and max(places) >= len(captured):
            raise UnforeseenError(
                f"{self.name}: the function computes with a Variable that it has not met in the solve before, so that "
                "its derivative would be lost; pass what it needs in args="
            )
        return [*values[: self._count], *[captured[i] for i in places]]


class UnforeseenError(RuntimeError):
    """A function computes with a captured Variable that was not known when the solve began."""


def capture_error(name: str) -> EscapeError:
    """The exception for a function that captures Variables and cannot be recorded."""
    return EscapeError(
        f"{name}: the function computes with a Variable that it captures, and it cannot be recorded because it asks "
        "for a value (float(x), x.data, a SciPy function of it), so that the derivative would be lost; pass the "
        "Variable in args="
    )


def vector_of(parts: Sequence[Array]) -> Array:
    """The elements of arrays and numbers as one vector. Numbers in a row are put together in one step."""
    pieces: list[Array] = []
    numbers: list[Array] = []
    for part in parts:
        if shape_of(part):
            pieces += [stack(numbers)] if numbers else []
            numbers = []
            pieces.append(part if len(shape_of(part)) == 1 else ravel(part))
        else:
            numbers.append(part)
    pieces += [stack(numbers)] if numbers else []
    if not pieces:
        return np.zeros(0)
    return pieces[0] if len(pieces) == 1 else concatenate(pieces)


def parts_of(vector: Array, like: Sequence[Array]) -> list[Array]:
    """The parts of a vector that are laid out like some arrays, each in its shape."""
    parts: list[Array] = []
    start = 0
    for x in like:
        shape = shape_of(x)
        size = math.prod(shape)
        part = vector[start : start + size]
        parts.append(np.reshape(part, shape) if shape else part[0])
        start += size
    return parts


def _tangent(pure: Pure, moving: Sequence[int]) -> Function:
    def tangent(*values: Array) -> tuple[Array, ...]:
        count = len(values) - len(moving)
        primals = list(values[:count])

        def of_moving(*xs: Array) -> tuple[Array, ...]:
            return pure(*replaced(primals, moving, xs))

        outputs, moved = jvp(of_moving, tuple([primals[i] for i in moving]), values[count:])
        return (*outputs, *moved)

    return tangent


def _pullback(pure: Pure, wanted: Sequence[int]) -> Function:
    def pulled(*values: Array) -> tuple[Array, ...]:
        count = len(values) - pure.outputs
        primals, cotangents = values[:count], values[count:]
        _, back = vjp(lambda *xs: pure(*replaced(primals, wanted, xs)), *[primals[i] for i in wanted])
        gradients: tuple[Array, ...] = back(cotangents)
        return gradients

    return pulled
