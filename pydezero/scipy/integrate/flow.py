"""The solution of an initial value problem as an operation, with its derivatives.

Let y' = f(t, y, p) with y(t0) = y0. Two operations are derivatives of one another, to any order:

- `Solution`: the states at some times. In forward mode the tangent v of the state solves v' = f_y v + f_p p', together
  with y (the forward sensitivities): this is the solution of another problem.
- `Adjoint`: the product of a cotangent with the Jacobian of those states by y0 and p. The cotangent a of the state
  solves a' = -a f_y, from the last time to t0; at each time the cotangent of the state there is added; and that of p is
  the integral of a f_p. (Y. Cao, S. Li, L. Petzold, R. Serban, "Adjoint sensitivity analysis for
  differential-algebraic equations", 2003.) Since the product g J v is symmetric in its use of the two, the derivative
  of an adjoint is the adjoint of the problem of forward sensitivities.

By a time of output the derivative of the state is f; by the initial time it is that by y0 times -f.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.batching import each_of_batch
from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.functions.joining.joining import concatenate
from pydezero.graph.linear import zeros_for
from pydezero.scipy.integrate.problem import Problem
from pydezero.scipy.integrate.pure import Pure
from pydezero.transforms.boundary.arguments import replaced
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.reverse.vjp import vjp


def solution(problem: Problem, t0: Array, t1: Array, y0: Array, times: Array, parameters: Sequence[Array]) -> Array:
    """The states at some times, one in each row, of the solution that begins at t0 with y0 and is good up to t1."""
    states: Array = Solution(problem)(t0, t1, y0, times, *parameters)
    return states


@attrs.frozen(eq=False)
class Solution(Operation):
    """From t0, t1, y0, the times and the parameters to the states."""

    problem: Problem

    @property
    def name(self) -> str:  # type: ignore[override]  # of each problem its own
        return self.problem.name

    def evaluate(self, values: Sequence[Array]) -> Array:
        t0, t1, y0, times, *parameters = values
        return self.problem.states(t0, t1, y0, times, parameters)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Array, Any]:
        states = self(*values)
        return states, (tuple(values), states)

    def pull(self, residual: Any, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        (t0, t1, y0, times, *parameters), states = residual
        (g,) = cotangents
        of_start, *of_parameters = Adjoint(self.problem)(t0, t1, y0, times, g, *parameters)
        of_times = np.sum(g * self._rates(times, states, parameters), axis=1)
        of_t0 = -np.sum(of_start * self._rate(t0, y0, parameters))
        gradients = [of_t0, np.zeros(()), of_start, of_times, *of_parameters]
        return [fitted(x, spec) for x, spec in zip(gradients, specs, strict=True)]

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array | None]) -> tuple[Array, Array | None]:
        t0, t1, y0, times, *parameters = values
        of_t0, _, of_start, of_times, *of_parameters = tangents
        states = self(*values)
        moving = tuple([i for i, t in enumerate(of_parameters) if t is not None])
        total: Array | None = None
        if moving or of_start is not None or of_t0 is not None:
            start = zeros_for(y0) if of_start is None else of_start
            if of_t0 is not None:
                start = start - self._rate(t0, y0, parameters) * of_t0
            both = solution(
                self.problem.tangent(moving),
                t0,
                t1,
                concatenate([y0, start]),
                times,
                [*parameters, *[of_parameters[i] for i in moving]],
            )
            total = both[:, shape_of(y0)[0] :]
        if of_times is not None:
            part = self._rates(times, states, parameters) * np.reshape(of_times, (-1, 1))
            total = part if total is None else total + part
        return states, total

    def batch(self, batched: Sequence[bool], *values: Array) -> Array:
        found = each_of_batch(self, batched, values)
        if found:
            return np.stack(found)
        of_y0, of_times = _shapes_of_examples(batched, values)[2:4]
        return np.zeros((0, *of_times, *of_y0))

    def _rate(self, t: Array, y: Array, parameters: Sequence[Array]) -> Array:
        return self._rates(np.reshape(t, (1,)), np.reshape(y, (1, -1)), parameters)[0]

    def _rates(self, times: Array, states: Array, parameters: Sequence[Array]) -> Array:
        (rates,) = rows(self.problem.rate, 2, [times, states, *parameters])
        return rates


@attrs.frozen(eq=False)
class Adjoint(Operation):
    """From t0, t1, y0, the times, a cotangent of the states, and the parameters to the cotangents of y0 and of them."""

    problem: Problem

    several_outputs = True

    @property
    def name(self) -> str:  # type: ignore[override]  # of each problem its own
        return f"adjoint of {self.problem.name}"

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        t0, t1, y0, times, g, *parameters = values
        return self.problem.adjoint(t0, t1, y0, times, g, parameters)

    def pull(self, residual: Any, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        # Of g J w the derivative by g is the tangent J w, and the others are those of g times that tangent.
        t0, t1, y0, times, g, *parameters = residual

        def tangent(t0: Array, y0: Array, times: Array, *parameters: Array) -> Array:
            def states(y0: Array, *parameters: Array) -> Array:
                return solution(self.problem, t0, t1, y0, times, parameters)

            return jvp(states, (y0, *parameters), tuple(cotangents))[1]

        of_g, back = vjp(tangent, t0, y0, times, *parameters)
        of_t0, of_start, of_times, *of_parameters = back(g)
        gradients = [of_t0, np.zeros(()), of_start, of_times, of_g, *of_parameters]
        return [fitted(x, spec) for x, spec in zip(gradients, specs, strict=True)]

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], Sequence[Array | None]]:
        # The derivative of g J is that of the tangent in the direction of the arguments, times g, and g' J.
        t0, t1, y0, times, g, *parameters = values
        of_t0, _, of_start, of_times, of_g, *of_parameters = tangents
        directions = [of_t0, of_start, of_times, *of_parameters]
        moving = [i for i, t in enumerate(directions) if t is not None]
        parts: list[Sequence[Array]] = []
        if of_g is not None:
            parts.append(Adjoint(self.problem)(t0, t1, y0, times, of_g, *parameters))
        if moving:

            def tangent(y0: Array, *parameters: Array) -> Array:
                given = [t0, y0, times, *parameters]

                def states(*xs: Array) -> Array:
                    t0, y0, times, *parameters = replaced(given, moving, xs)
                    return solution(self.problem, t0, t1, y0, times, parameters)

                return jvp(states, tuple([given[i] for i in moving]), tuple([directions[i] for i in moving]))[1]

            parts.append(vjp(tangent, y0, *parameters)[1](g))
        moved = (
            [sum(each[1:], each[0]) for each in zip(*parts, strict=True)] if parts else [None] * (1 + len(parameters))
        )
        return self(*values), moved

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        found = each_of_batch(self, batched, values)
        if found:
            return tuple([np.stack(parts) for parts in zip(*found, strict=True)])
        shapes = _shapes_of_examples(batched, values)
        return tuple([np.zeros((0, *shape)) for shape in (shapes[2], *shapes[5:])])


@attrs.frozen(eq=False)
class Rows(Operation):
    """A function for each row of its first arguments, which gives rows; all other arguments are the same for all."""

    pure: Pure
    is_row: tuple[bool, ...]

    several_outputs = True

    @property
    def name(self) -> str:  # type: ignore[override]  # of each function its own
        return self.pure.name

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        found = [
            self.pure.of_arrays(*[x[i] if is_row else x for x, is_row in zip(values, self.is_row, strict=True)])
            for i in range(len(values[0]))
        ]
        if not found:
            return tuple([np.zeros((0, *shape_of(values[1])[1:]))] * self.pure.outputs)
        return tuple([np.stack(parts) for parts in zip(*found, strict=True)])

    def pull(self, residual: Any, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        if not len(residual[0]):
            return [spec.zeros() for spec in specs]
        pullback = self.pure.pullback(range(len(self.is_row)))
        of_rows = Rows(pullback, (*self.is_row, *[True] * self.pure.outputs))(*residual, *cotangents)
        gradients = [g if is_row else np.sum(g, axis=0) for g, is_row in zip(of_rows, self.is_row, strict=True)]
        return [fitted(x, spec) for x, spec in zip(gradients, specs, strict=True)]

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], Sequence[Array | None]]:
        moving = tuple([i for i, t in enumerate(tangents) if t is not None])
        of_rows = Rows(self.pure.tangent(moving), (*self.is_row, *[self.is_row[i] for i in moving]))
        both = of_rows(*values, *[tangents[i] for i in moving])
        return both[: self.pure.outputs], both[self.pure.outputs :]

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        return tuple([np.stack(parts) for parts in zip(*each_of_batch(self, batched, values), strict=True)])


def rows(pure: Pure, count: int, values: Sequence[Array]) -> tuple[Array, ...]:
    """The outputs of a function for each row of the first `count` arguments."""
    outputs: tuple[Array, ...] = Rows(pure, tuple([i < count for i in range(len(values))]))(*values)
    return outputs


def _shapes_of_examples(batched: Sequence[bool], values: Sequence[Array]) -> list[tuple[int, ...]]:
    return [x[1:] if is_batch else x for x, is_batch in zip(map(shape_of, values), batched, strict=True)]


def fitted(g: Array, spec: ArraySpec) -> Array:
    """A cotangent in the dtype and shape that it must have."""
    if g.dtype.kind == "c" and spec.dtype.kind != "c":
        g = np.real(g)
    return cast(g, spec.dtype) if shape_of(g) == spec.shape else cast(np.reshape(g, spec.shape), spec.dtype)
