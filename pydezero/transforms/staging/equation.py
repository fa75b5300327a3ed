"""The records that a graph is made of: values, constants and equations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs
import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import NO_PARAMETERS, Elementwise, Linear, Primitive
from pydezero.core.snapshot import freeze
from pydezero.core.types import Array

# A number where an equation takes an array: kept as it was, because a Python number takes the dtype of what it meets.
Number: TypeAlias = Any


@attrs.frozen
class Reference:
    """A value in a graph: an input, a constant or the result of an equation. Its number is its own in the graph."""

    number: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@attrs.frozen(eq=False)
class Constant:
    """A captured array, as it was when it was captured; read-only."""

    reference: Reference
    value: Array

    def __reduce__(self) -> tuple[Any, ...]:
        return _constant, (self.reference, self.value)


def _constant(reference: Reference, value: Array) -> Constant:
    """A constant that was pickled, whose array could be written into."""
    return Constant(reference, freeze(value))


def _read_only(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    if type(parameters) is MappingProxyType:
        return parameters  # of another equation, which has made it
    return MappingProxyType(dict(parameters)) if parameters else NO_PARAMETERS


@attrs.frozen(eq=False)
class Equation:
    """One operation: `outputs = primitive(*inputs, **parameters)`.

    An input is a reference or a number. Parameters are what does not depend on the inputs of the graph: axes, a shape,
    an index.
    """

    primitive: Primitive
    inputs: tuple[Reference | Number, ...]
    outputs: tuple[Reference, ...]
    parameters: Mapping[str, Any] = attrs.field(converter=_read_only)

    def __reduce__(self) -> tuple[Any, ...]:
        return Equation, (self.primitive, self.inputs, self.outputs, dict(self.parameters))

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.primitive.name

    @property
    def references(self) -> tuple[Reference, ...]:
        """The inputs that are no numbers."""
        return tuple([x for x in self.inputs if type(x) is Reference])

    def evaluate(self, values: Mapping[int, Array]) -> tuple[Array, ...]:
        """The outputs, given the values of the references by number."""
        inputs = [values[x.number] if type(x) is Reference else x for x in self.inputs]
        primitive = self.primitive
        out = bind(primitive, *inputs, **self.parameters)
        outputs: tuple[Array, ...] = out if primitive.several_outputs else (as_numpy(out),)
        if not isinstance(primitive, Elementwise | Linear):
            self.check_shapes(outputs)
        return outputs

    def check_shapes(self, outputs: tuple[Array, ...]) -> None:
        """Raise unless the outputs have the shapes of the trace, on which other equations may depend."""
        for y, reference in zip(outputs, self.outputs, strict=True):
            if y.shape != reference.shape:
                raise ValueError(
                    f"{self.name}: the result has the shape {y.shape}, and had {reference.shape} when it was traced; a "
                    "graph is for these shapes alone: trace the function again"
                )


def as_numpy(x: Array) -> Array:
    """The result of a NumPy function as a value with a dtype: some functions return a Python bool or int."""
    return np.asarray(x)[()] if type(x) is bool or type(x) is int else x
