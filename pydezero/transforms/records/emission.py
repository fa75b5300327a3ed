"""A recorded function as the source of a Python function, for what is called many thousand times.

The operations stand one below the other, each as the call of its raw function, or as an operator of Python where that
is what it is. The values are what the equations give. Where all is in double precision, numbers are floats of Python,
which take a third of the time of NumPy's, as long as operators alone compute with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from pydezero.core.types import Array
from pydezero.transforms.staging.equation import Constant, Equation, Reference, as_numpy

# The operators of arrays and of NumPy numbers that are ufuncs, and take less time to call. A division by 0 is an error
# for floats of Python.
_OPERATORS: Final[dict[np.ufunc, str]] = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.negative: "-{}",
}

_DOUBLE: Final = np.dtype(np.float64)


def emitted(
    inputs: Sequence[Reference],
    constants: Sequence[Constant],
    equations: Sequence[Equation],
    outputs: Sequence[Reference],
) -> Callable[..., tuple[Array, ...]]:
    """The Python function that evaluates some equations, for arrays and NumPy numbers."""
    values = [*inputs, *outputs, *[x.reference for x in constants], *[y for each in equations for y in each.outputs]]
    writer = _Writer(all(x.dtype == _DOUBLE or x.dtype == np.bool for x in values))
    for constant in constants:
        writer.names[_name(constant.reference)] = constant.value
    writer.begin(inputs)
    for equation in equations:
        writer.add(equation)
    return writer.function(outputs)


def _name(reference: Reference) -> str:
    return f"v{reference.number}"


class _Writer:
    """The lines of a function, and what they refer to.

    `floats` are the names of floats of Python, `elements` those of the elements of arrays that were made of numbers.
    """

    def __init__(self, is_double: bool) -> None:
        self.names: dict[str, Any] = {"as_numpy": as_numpy, "array": np.array, "float64": np.float64}
        self._is_double = is_double
        self._lines: list[str] = []
        self._floats: set[str] = set()
        self._elements: dict[str, Sequence[str]] = {}

    def begin(self, inputs: Sequence[Reference]) -> None:
        """Write the head of the function."""
        self._lines.append(f"def function({', '.join(map(_name, inputs))}):")
        if self._is_double:
            for name in [_name(x) for x in inputs if not x.shape and x.dtype == _DOUBLE]:
                self._write(f"{name} = float({name})")
                self._floats.add(name)

    def add(self, equation: Equation) -> None:
        """Write the line of an equation."""
        operands = [_name(x) if type(x) is Reference else self._named(x) for x in equation.inputs]
        if equation.primitive.several_outputs:
            targets = "".join([_name(reference) + ", " for reference in equation.outputs])
            self._write(f"{targets}= {self._call(equation, operands)}")
            return
        (output,) = equation.outputs
        name = _name(output)
        elements = self._elements_of(equation, operands)
        if elements is not None:
            self._elements[name] = elements
            self._write(f"{name} = array([{', '.join(elements)}])")
        elif self._is_element(equation):
            self._floats.add(name)
            self._write(f"{name} = {operands[0]}.item({_place(equation.parameters['index'])})")
        else:
            self._write(f"{name} = {self._operation(equation, operands, name)}")

    def function(self, outputs: Sequence[Reference]) -> Callable[..., tuple[Array, ...]]:
        """The function of these outputs."""
        returned = [f"float64({x})" if x in self._floats else x for x in map(_name, outputs)]
        self._write(f"return ({''.join([x + ', ' for x in returned])})")
        exec(compile("\n".join(self._lines), "<recorded function>", "exec"), self.names)  # of these words alone
        function: Callable[..., tuple[Array, ...]] = self.names["function"]
        return function

    def _operation(self, equation: Equation, operands: Sequence[str], name: str) -> str:
        (output,) = equation.outputs
        raw = equation.primitive.raw
        operator = _OPERATORS.get(raw) if isinstance(raw, np.ufunc) else None
        if operator is not None and len(equation.references) == len(operands) and output.dtype.kind in "fc":
            if self._floats.issuperset(operands):
                self._floats.add(name)
            return operator.format(*operands)
        made = self._call(equation, operands)
        return made if output.dtype.kind in "fc" else f"as_numpy({made})"

    def _call(self, equation: Equation, operands: Sequence[str]) -> str:
        given = [f"float64({x})" if x in self._floats else x for x in operands]
        parameters = [f"{key}={self._named(value)}" for key, value in equation.parameters.items()]
        return f"{self._named(equation.primitive.raw)}({', '.join([*given, *parameters])})"

    def _is_element(self, equation: Equation) -> bool:
        """Whether an equation takes one element out of a vector."""
        if not self._is_double or equation.name != "getitem" or type(equation.inputs[0]) is not Reference:
            return False
        return len(equation.inputs[0].shape) == 1 and _place(equation.parameters["index"]) is not None

    def _elements_of(self, equation: Equation, operands: Sequence[str]) -> Sequence[str] | None:
        """The elements of an array that an equation makes of numbers, None if it does something else."""
        (output,) = equation.outputs
        if not self._is_double or len(output.shape) != 1 or len(equation.references) != len(operands):
            return None
        if equation.name == "concatenate":
            parts = [self._elements.get(x) for x in operands]
            known = [part for part in parts if part is not None]
            return [x for part in known for x in part] if len(known) == len(parts) else None
        if any(x.shape or x.dtype != _DOUBLE for x in equation.references):
            return None
        if equation.name == "stack":
            return operands
        if equation.name != "scatter" or tuple(equation.parameters["shape"]) != output.shape:
            return None
        places = [_place(index) for index in equation.parameters["indices"]]
        if None in places or len(set(places)) < len(places):
            return None
        by_place = dict(zip(places, operands, strict=True))
        return [by_place.get(i, by_place.get(i - output.shape[0], "0.0")) for i in range(output.shape[0])]

    def _named(self, value: Any) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def _write(self, line: str) -> None:
        self._lines.append(line if not self._lines else f"    {line}")


def _place(index: Any) -> int | None:
    """The place of an element in a vector, None for another index."""
    index = index[0] if isinstance(index, tuple) and len(index) == 1 else index
    return index if type(index) is int else None
