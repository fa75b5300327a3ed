"""The record of a function that is to be compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pydezero.core.foreign import is_delayed
from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import is_frozen
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom
from pydezero.transforms.jit.captured_names import Copied
from pydezero.transforms.jit.examples import ones, takes_any_values
from pydezero.transforms.jit.gpu.devices import DEVICES, on_host
from pydezero.transforms.jit.keys import delayed_error
from pydezero.transforms.loops.body import BodyRecorder
from pydezero.transforms.staging.equation import Constant, Reference
from pydezero.transforms.staging.recorder import reference_of


class JitRecorder(BodyRecorder):
    """The record of a function that is to be compiled, which notes what arrays it captures.

    The values of a record are NumPy's. An array on a device has an example on the host. It has the same elements; but
    where some are large, one element stands for all of an array of floats, as for all of what is computed of it, unless
    there is an operation that does not take any values.
    """

    __slots__ = ("_changing", "compared", "has_any_values", "lent", "may_have_any_values", "sources")

    def __init__(self, name: str, *, may_have_any_values: bool) -> None:
        super().__init__(name, f"jit({name})", None)
        self.may_have_any_values: bool = may_have_any_values
        self.has_any_values: bool = False
        self._changing: dict[int, Variable] = {}
        self.sources: dict[int, NDArray[Any]] = {}
        """The array behind a constant, by the number of its reference."""
        self.compared: list[Copied] = []
        """The arrays behind parameters, as the indices in `x[indices]`."""
        self.lent: dict[int, tuple[Array, Variable]] = {}
        """The captured arrays on a device, by their ids, and what they are in the record."""

    @property
    def advice(self) -> str:
        return "; or name the argument in jit(f, static_argnames=...), for a program for each of its values"

    def variable(self, value: Array, *, is_number: bool = False) -> Variable:
        return super().variable(self._on_host(value), is_number=is_number)

    def _on_host(self, x: Array) -> Array:
        if self.may_have_any_values and DEVICES[type(x)] is not None and np.ndim(x) and x.dtype.kind in "fc":
            self.has_any_values = True
            return ones(x.shape, x.dtype)
        return on_host(x)

    def example(self, x: Array) -> Array:
        return self.lent[id(x)][1]._value if id(x) in self.lent else on_host(x)

    def computed(self, primitive: Primitive, values: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
        if self.has_any_values:
            arrays = [x for x in values if isinstance(x, np.ndarray | np.generic)]
            if not takes_any_values(primitive, arrays):
                raise NeedsValues
        out = super().computed(primitive, values, parameters)
        if self.has_any_values and isinstance(out, np.ndarray) and out.size > 1 and out.dtype.kind in "fc":
            return np.broadcast_to(out[(0,) * out.ndim], out.shape)
        return out

    def captured(self, value: Array) -> Reference:
        if is_delayed(bottom(value)):
            raise delayed_error(f"{self.label}: a captured array", value)
        x = self._from_device(value)
        return super().captured(value) if x is None else reference_of(x)

    def _from_device(self, value: Array) -> Variable | None:
        """A captured array on a device, which is read at each call; None for any other."""
        if DEVICES[type(value)] is None:
            return None
        if id(value) not in self.lent:
            self.lent[id(value)] = value, self.variable(value)
        return self.lent[id(value)][1]

    def kept(self, value: Array) -> Constant:
        constant = super().kept(value)
        if isinstance(value, np.ndarray) and not is_frozen(value):
            self.sources.setdefault(constant.reference.number, value)
        return constant

    def changing(self, value: Array) -> Variable | None:
        if not isinstance(value, np.ndarray) or is_frozen(value):
            return self._from_device(value)
        constant = self.kept(value)
        number = constant.reference.number
        if number not in self._changing:
            # Its value is the copy, so that nothing but `sources` refers to an array that f has made itself.
            self._changing[number] = self._variable(constant.value, constant.reference)
        return self._changing[number]

    def forget(self, start: int) -> None:
        super().forget(start)
        numbers = {constant.reference.number for constant in self.constants}
        self.sources = {key: x for key, x in self.sources.items() if key in numbers}
        self._changing = {key: x for key, x in self._changing.items() if key in numbers}
        self.lent = {key: x for key, x in self.lent.items() if not self.is_since(reference_of(x[1]), start)}

    def operand(self, x: Array) -> Reference | Array:
        # The element of an array of shape () may change, as that of any other.
        is_own = isinstance(x, np.ndarray) or DEVICES[type(x)] is not None
        return self.captured(x) if is_own else super().operand(x)

    def reads(self, x: NDArray[Any], kept: NDArray[Any]) -> None:
        if not is_frozen(x):
            self.compared.append(Copied(x, kept))


class NeedsValues(BaseException):  # not for `except Exception` in the function that is recorded
    """An operation does not take any values, as the examples are."""
