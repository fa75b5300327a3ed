"""The records that a graph is made of: values, constants and equations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs
import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Primitive
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


def _read_only(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(parameters))


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
        outputs = bind(self.primitive, *inputs, **self.parameters)
        return outputs if self.primitive.several_outputs else (as_numpy(outputs),)


def as_numpy(x: Array) -> Array:
    """The result of a NumPy function as a value with a dtype: some functions return a Python bool or int."""
    return np.asarray(x)[()] if type(x) is bool or type(x) is int else x
