"""A call of a solver as one operation: its derivative rules solve the equation that is linearized at the solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol, TypeAlias

import attrs
import numpy as np

from pydezero.core.batching import batch_size, each_of_batch
from pydezero.core.level import Level, reopened
from pydezero.core.operation import ArraySpec, Operation, cotangent_spec
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, bottom, levels_of
from pydezero.transforms.boundary.arguments import replaced
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.implicit.constants import captured_levels, constants, without
from pydezero.transforms.implicit.inverse import Inverse
from pydezero.transforms.implicit.vectors import spec_of
from pydezero.transforms.reverse.vjp import vjp
from pydezero.transforms.rules.custom import of_batches, separate_output
from pydezero.tree import Tree, filled

# From the residual of a number for each example of a batch, from where they start and how many there are, to the
# outputs of the calls for all of them; None where one has none.
Together: TypeAlias = Callable[[Callable[[Array], Array], Tree, int], Sequence[Array] | None]


class Problem(Protocol):
    """An equation, with a solver for it."""

    @property
    def together(self) -> Together | None:
        """A solver for a batch of equations for one number each, if there is one; a start is the first argument."""
        return None

    @property
    def where(self) -> str:
        """The name for error messages."""
        ...

    def solved(self, args: Sequence[Tree], /) -> tuple[Tree, Sequence[Array]]:
        """The result of the solver for arguments that are no Variables, and arrays to be kept beside it."""
        ...

    def check(self, kept: Sequence[Array], /) -> None:
        """Raise if there is no solution that could have a derivative, as the solver has said."""
        ...

    def probed(self, unknown: Tree, args: Sequence[Tree], /) -> list[Array]:
        """The value of the function at the solution: with Variables, if it refers to some."""
        ...

    def residual(self, unknown: Tree, args: Sequence[Tree], /) -> list[Array]:
        """The arrays that are zero at the solution; what is kept comes after the arguments."""
        ...

    def inverse(self, found: Found, unknown: Sequence[Array], args: Sequence[Tree], /) -> Inverse:
        """The inverse of the derivative of the residual with respect to the unknown."""
        ...


# Of fewer examples the loop is quicker.
_FEWEST: Final = 8


class Found:
    """The facts that a call finds out when it runs.

    Attributes:
        template: what the solver returned, with holes.
        count: the number of arrays in it.
        captured: the levels of the Variables that the residual refers to without being given them.
        solution: what the solver returned.
    """

    __slots__ = ("captured", "count", "solution", "template")

    def __init__(self) -> None:
        self.template: Tree = None
        self.count: int = 0
        self.captured: set[Level] = set()
        self.solution: Tree = None

    def parts(self, outputs: Sequence[Array]) -> tuple[Sequence[Array], list[Array]]:
        """The arrays of the unknown, and what is kept beside them, among the outputs of a call."""
        kept: list[Array] = constants(list(outputs[self.count :]))
        return outputs[: self.count], kept

    def reopened(self, values: Sequence[Array]) -> AbstractContextManager[None]:
        """Let rules compute with some values and with what the residual refers to; these calls may have returned."""
        return reopened(self.captured | levels_of(values))


class _OfSolver(Operation):
    """A call of a solver, or one for each example of a batch: the outputs are the unknown, and what is kept beside."""

    __slots__ = ()

    several_outputs = True

    found: Found
    """The facts that the calls of the solver find out."""

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Residual]:
        outputs = self(*values) if Variable in map(type, values) else self.raw(*values)
        return outputs, (tuple(values), outputs)

    def pushed(
        self, values: Sequence[Array], outputs: Sequence[Array], tangents: Sequence[Array | None]
    ) -> Sequence[Array]:
        """The tangents of the unknown."""
        raise NotImplementedError

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], Sequence[Array | None]]:
        """The outputs and their tangents."""
        outputs, _ = self.evaluate_and_keep(values)
        moved = self.pushed(values, outputs, tangents)
        return outputs, [*moved, *[None] * (len(outputs) - len(moved))]

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        outputs: tuple[Array, ...] = OfExamples(self.name, self.found, self, tuple(batched))(*values)
        return outputs


@attrs.frozen(eq=False)
class Solve(_OfSolver):
    """A call of a solver; the template has a hole for each argument of the operation.

    The outputs are the arrays of the unknown, and then what is kept beside it, which has no derivative.
    """

    name: str
    problem: Problem = attrs.field(repr=False)
    template: Sequence[Tree] = attrs.field(repr=False)
    found: Found = attrs.field(repr=False)

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        args = filled(self.template, values)
        found = self.found
        found.solution, kept = self.problem.solved(args)
        found.template, arrays = separate_output(found.solution, f"{self.name}: solve")
        found.count = len(arrays)
        unknown = tuple([x[()] if x.dtype.kind in "fc" else x.astype(np.float64)[()] for x in arrays])
        probed = self.problem.probed(filled(found.template, unknown), args)
        found.captured |= captured_levels(probed, self.name)
        return (*unknown, *kept)

    def of_batch(self, batched: Sequence[bool], values: Sequence[Array]) -> Sequence[Array] | None:
        """The outputs for the examples of a batch, if the problem solves them together and the function takes them."""
        solve = self.problem.together
        if solve is None or batch_size(batched, values) < _FEWEST:
            return None
        first = self.raw(*[x[0] if batch else x for x, batch in zip(values, batched, strict=True)])
        _, kept = self.found.parts(first)

        def of_one(x: Array, *values: Array) -> tuple[Array, ...]:
            args = (*filled(self.template, values), *kept)
            return tuple(self.problem.residual(filled(self.found.template, [x]), args))

        def residual(x: Array) -> Array:
            (found,) = of_batches(of_one, [0, *[0 if batch else None for batch in batched]])(x, *values)
            return bottom(found)

        try:
            return solve(residual, filled(self.template, values)[0], batch_size(batched, values))
        except Exception:  # a function of the user's may take no batch; if it is wrong for one example, the loop tells
            return None

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        values, outputs = residual
        positions = _floats(values)
        with self.found.reopened(values):
            inverse = self._inverse(values, outputs)
            moved = [-g for g in inverse.cotangent(cotangents[: self.found.count])]
            _, pullback = vjp(self._of_values(values, outputs, positions), *[values[i] for i in positions])
            found = dict(zip(positions, pullback(moved), strict=True))
        gs = [found.get(i) for i in range(len(values))]
        gs = [spec.zeros(cotangents[0]) if g is None else g for g, spec in zip(gs, specs, strict=True)]
        gradients: list[Array] = without(gs, self.found.captured - levels_of(cotangents))
        return gradients

    def pushed(
        self, values: Sequence[Array], outputs: Sequence[Array], tangents: Sequence[Array | None]
    ) -> Sequence[Array]:
        positions = [i for i in _floats(values) if tangents[i] is not None]
        with self.found.reopened(values):
            inverse = self._inverse(values, outputs)
            _, moved = jvp(
                self._of_values(values, outputs, positions),
                tuple([values[i] for i in positions]),
                tuple([tangents[i] for i in positions]),
            )
            moved = [-t for t in inverse.tangent(moved)]
        found: list[Array] = without(moved, self.found.captured - levels_of(tangents))
        return found

    def _inverse(self, values: Sequence[Array], outputs: Sequence[Array]) -> Inverse:
        unknown, kept = self.found.parts(outputs)
        self.problem.check(kept)
        return self.problem.inverse(self.found, unknown, (*filled(self.template, values), *kept))

    def _of_values(self, values: Sequence[Array], outputs: Sequence[Array], positions: Sequence[int]) -> Any:
        """The residual as a function of the values at some positions."""
        leaves, kept = self.found.parts(outputs)
        unknown = filled(self.found.template, leaves)

        def residual(*moved: Array) -> list[Array]:
            changed = replaced(values, positions, moved)
            return self.problem.residual(unknown, (*filled(self.template, changed), *kept))

        return residual


def _floats(values: Sequence[Array]) -> list[int]:
    """The positions of those values that have a derivative."""
    return [i for i, x in enumerate(values) if spec_of(x).dtype.kind in "fc"]


@attrs.frozen(eq=False)
class OfExamples(_OfSolver):
    """Calls of a solver for a batch, whose derivatives are batched.

    It runs for one example after the other, unless the problem solves them together.
    """

    name: str
    found: Found = attrs.field(repr=False)
    operation: _OfSolver = attrs.field(repr=False)
    batched: tuple[bool, ...]

    @property
    def _axes(self) -> list[int | None]:
        return [0 if batch else None for batch in self.batched]

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        size = batch_size(self.batched, values)
        if not size:
            raise ValueError(f"{self.name} of a batch without examples: no solver runs that tells the result's shape")
        if isinstance(self.operation, Solve):
            together = self.operation.of_batch(self.batched, values)
            if together is not None:
                return tuple(together)
        results = each_of_batch(self.operation.raw, self.batched, values)
        parts = [*zip(*results, strict=True)]
        for part in parts:
            shapes = {np.shape(x) for x in part}
            if len(shapes) > 1:
                raise ValueError(
                    f"{self.name}: what the solver returns for the examples of a batch has different shapes, "
                    f"{', '.join(map(str, sorted(shapes)))}; write a loop over the examples in the place of vmap"
                )
        return tuple([np.stack(part) for part in parts])

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        values, outputs = residual
        of_one = [ArraySpec(s.shape[1:], s.dtype) if b else s for s, b in zip(specs, self.batched, strict=True)]
        count = len(values), len(values) + len(outputs)

        def pull(*parts: Array) -> tuple[Array, ...]:
            kept = parts[: count[0]], parts[count[0] : count[1]]
            return tuple(self.operation.pull(kept, parts[count[1] :], of_one))

        with self.found.reopened(values):
            axes = [*self._axes, *[0] * (len(outputs) + len(cotangents))]
            gradients = of_batches(pull, axes)(*values, *outputs, *cotangents)
        return [g if batch else np.sum(g, axis=0) for g, batch in zip(gradients, self.batched, strict=True)]

    def pushed(
        self, values: Sequence[Array], outputs: Sequence[Array], tangents: Sequence[Array | None]
    ) -> Sequence[Array]:
        moving = [cotangent_spec(x).zeros(x) if t is None else t for x, t in zip(values, tangents, strict=True)]
        count = len(values), len(values) + len(outputs)

        def push(*parts: Array) -> tuple[Array, ...]:
            return tuple(self.operation.pushed(parts[: count[0]], parts[count[0] : count[1]], parts[count[1] :]))

        with self.found.reopened(values):
            return of_batches(push, [*self._axes, *[0] * len(outputs), *self._axes])(*values, *outputs, *moving)
