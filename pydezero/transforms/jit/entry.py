"""The way of a call of a compiled function: its operation, what it captures, and whether the record still holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from pydezero.core.scalar_arrays import as_scalar_array
from pydezero.core.types import Array
from pydezero.transforms.jit.captured_names import Copied, Name
from pydezero.transforms.jit.compile import Program
from pydezero.transforms.jit.operation import Jitted
from pydezero.transforms.loops.stacking import example_of
from pydezero.tree import Tree


@attrs.frozen(eq=False)
class Entry:
    """The action of a call once the function has been recorded.

    Attributes:
        operation: what is computed, of the captured arrays and Variables, and then of those among the arguments.
        captured: these arrays and Variables.
        captures_variables: whether there are Variables among them.
        result: what the function returned, with `HOLE` in the place of each array.
        scalar_arrays: the places of the outputs that are arrays of shape (), and no scalars.
        names: what the function reads by name.
        compared: the arrays that it has read, or may have, without an operation.
        swapped: whether the byte order of an argument is not that of the machine.
    """

    operation: Jitted
    captured: tuple[Array, ...]
    captures_variables: bool
    result: Tree
    scalar_arrays: tuple[int, ...]
    names: tuple[Name, ...]
    compared: tuple[Copied, ...]
    swapped: bool

    def holds(self) -> bool:
        """Whether the function would be recorded as it was."""
        for name in self.names:  # a loop, because it runs at each call, and a generator takes longer
            if not name.is_same():
                return False
        for x, reference in zip(self.captured, self.operation.body.inputs, strict=False):
            if x.shape != reference.shape or x.dtype != reference.dtype:
                return False
        return not self.compared or all(copied.is_same() for copied in self.compared)

    @property
    def may_change(self) -> bool:
        """Whether `holds` is to be asked at each call."""
        return bool(self.names or self.compared or self.captured)

    def program(self, values: Sequence[Array]) -> Program:
        """The program for arguments like these, where they lie."""
        return self.operation.program([example_of(x) for x in (*self.captured, *values)])

    def runner(self, values: Sequence[Array]) -> Callable[[list[Array]], list[Array]]:
        """The function from the arrays among the arguments to those in the result, for arguments like these."""
        run, captured = self.program(values).unchecked, self.captured
        if self.swapped:
            return lambda values: self.outside(run([*map(native, captured), *map(native, values)]))
        if self.scalar_arrays:
            return lambda values: self.outside(run([*captured, *values]))
        return (lambda values: run([*captured, *values])) if captured else run

    def outside(self, outputs: list[Array]) -> list[Array]:
        """Outputs as the caller gets them: some of those of shape () as arrays."""
        for i in self.scalar_arrays:
            outputs[i] = as_scalar_array(outputs[i])
        return outputs


def native(x: Array) -> Array:
    """An array in the byte order of the machine."""
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))
