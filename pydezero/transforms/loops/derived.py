"""A derivative or batch of a loop whose number of steps is known when it runs: one operation, which runs it.

The pullback of a loop of n steps keeps n carries, and in a graph all shapes are known. So the operation holds no graph
of its own but the function: it runs the loop by the transforms of the library when it is evaluated, and its derivatives
are operations of the same kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import attrs
import numpy as np

from pydezero.core.batching import batch_size
from pydezero.core.types import Array, Residual
from pydezero.transforms.loops.beside import TANGENTS, Tangents, pushed
from pydezero.transforms.loops.body import Body, is_moving, moving, of_batches, pulled
from pydezero.transforms.loops.operation import LoopOperation


class FlatFunction(Protocol):
    """A function of a list of arrays, which may be Variables of any transform but a trace."""

    def __call__(self, values: Sequence[Array], /) -> list[Array]: ...

    def depending(self, flags: Sequence[bool], /) -> list[bool]:
        """Marks of the results that depend on the arguments that are marked."""
        ...

    def is_linear_in(self, flags: Sequence[bool], /) -> bool:
        """Whether it is linear in the arguments that are marked, as far as its operations tell."""
        ...


@attrs.frozen(eq=False)
class Pulled:
    """The gradients by some arguments of a function, of its arguments and cotangents of some results."""

    function: FlatFunction
    count: int
    wanted: tuple[int, ...]
    of: tuple[int, ...]

    def __call__(self, values: Sequence[Array]) -> list[Array]:
        return pulled(self.function, values[: self.count], self.wanted, self.of, values[self.count :])

    def depending(self, flags: Sequence[bool]) -> list[bool]:
        return [any(flags)] * len(self.wanted)

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        return not any(flags[: self.count])


@attrs.frozen(eq=False)
class Pushed:
    """The results of a function, and the tangents of some of them, or what is else beside them."""

    function: FlatFunction
    count: int
    moving: tuple[int, ...]
    of: tuple[int, ...]
    beside: Tangents = TANGENTS

    def __call__(self, values: Sequence[Array]) -> list[Array]:
        outputs, tangents = pushed(self.function, values[: self.count], self.moving, values[self.count :], self.beside)
        return [*outputs, *[tangents[i] for i in self.of]]

    def depending(self, flags: Sequence[bool]) -> list[bool]:
        return [*self.function.depending(flags[: self.count]), *[any(flags)] * len(self.of)]

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        if self.beside.follows:  # marks have no derivative
            return self.function.is_linear_in(flags[: self.count])
        return not any(flags[: self.count])


@attrs.frozen(eq=False)
class Mapped:
    """The results of a function for many examples, along the first axis."""

    function: FlatFunction
    batched: tuple[bool, ...]

    def __call__(self, values: Sequence[Array]) -> list[Array]:
        size = batch_size(self.batched, values)
        return of_batches(self.function, values, self.batched, size, None)

    def depending(self, flags: Sequence[bool]) -> list[bool]:
        return self.function.depending(flags)

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        return self.function.is_linear_in(flags)


@attrs.frozen(eq=False)
class Derived(LoopOperation):
    """The operation that runs a function of arrays; `of` has the bodies that it is made of, for the text of a graph.

    It `may_stop`, with or without a step, if the function is that of a loop with a condition.
    """

    name: str
    function: FlatFunction = attrs.field(repr=False)
    of: Mapping[str, Body] = attrs.field(repr=False)
    may_stop: bool = attrs.field(default=False, repr=False)

    def __attrs_post_init__(self) -> None:
        LoopOperation.__attrs_post_init__(self)
        object.__setattr__(self, "holds_choice", self.holds_choice or self.may_stop)

    @property
    def loop_bodies(self) -> Mapping[str, Body]:
        return self.of

    def with_loop_bodies(self, bodies: Mapping[str, Body]) -> Derived:  # noqa: ARG002  # the function holds its own
        return self

    def evaluate(self, values: Sequence[Array]) -> list[Array]:
        return self.function(values)

    def unrolled(self, values: Sequence[Array]) -> list[Array]:
        return self.function(values)

    def depending(self, flags: Sequence[bool]) -> tuple[list[bool], list[bool]]:
        return [*flags], self.function.depending(flags)

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        return self.function.is_linear_in(flags)

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array | None], beside: Tangents = TANGENTS
    ) -> tuple[Any, Any]:
        """The outputs and their tangents, or what is else beside them."""
        places = [i for i, (x, t) in enumerate(zip(values, tangents, strict=True)) if t is not None and is_moving(x)]
        outputs = self(*values)
        _, depend = self.have_beside(tangents, len(outputs), beside)
        of = [i for i in moving(outputs) if depend[i]]
        function = Pushed(self.function, len(values), tuple(places), tuple(of), beside)
        results = Derived(f"{beside.noun} of {self.name}", function, self.of, self.may_stop)(
            *values, *[tangents[i] for i in places]
        )
        count = len(outputs)
        found = dict(zip(of, results[count:], strict=True))
        return results[:count], tuple([found.get(i) for i in range(count)])

    def run_pull(
        self, values: Sequence[Array], kept: Residual, wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> list[Array]:
        of = [i for i, x in enumerate(kept) if is_moving(x) and cotangents[i] is not None]
        function = Pulled(self.function, len(values), tuple(wanted), tuple(of))
        derived = Derived(f"pullback of {self.name}", function, self.of, self.may_stop)
        return list(derived(*values, *[cotangents[i] for i in of]))

    def run_and_keep(self, values: Sequence[Array], wanted: Sequence[int]) -> tuple[Any, Residual]:  # noqa: ARG002
        outputs = self(*values)
        return outputs, [np.zeros((), y.dtype) for y in outputs]

    def run_batch(self, batched: Sequence[bool], values: Sequence[Array]) -> list[Array]:
        """The outputs for many examples."""
        function = Mapped(self.function, tuple(batched))
        return list(Derived(f"batch of {self.name}", function, self.of, self.may_stop)(*values))
