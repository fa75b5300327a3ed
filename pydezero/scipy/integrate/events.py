"""The time of an event: a root of a function of the time and of the solution, as an operation.

It follows from the implicit function theorem: where h(t) = g(t, y(t), p) is zero, the derivative of t by anything else
is that of h, divided by -h'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import each_of_batch
from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.types import Array
from pydezero.scipy.integrate.flow import rows, solution
from pydezero.scipy.integrate.problem import Problem, key_of
from pydezero.scipy.integrate.pure import Pure
from pydezero.transforms.reverse.vjp import vjp


@attrs.frozen(eq=False)
class EventTime(Operation):
    """From t0, t1, y0, the parameters of the problem, and then those of the event, to the time of the event.

    `count` is the number of parameters of the problem, `index` tells the event among those of its function, and `found`
    has the times of these, by the bits of what they depend on.
    """

    problem: Problem
    event: Pure
    count: int
    index: int
    found: dict[bytes, NDArray[Any]]

    name = "event of solve_ivp"

    def evaluate(self, values: Sequence[Array]) -> Array:
        return self.found[key_of(*values)][self.index]

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Array, Any]:
        time = self(*values)
        return time, (tuple(values), time)

    def pull(self, residual: Any, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        (g,) = cotangents
        slope, of_t0, *others = self._slopes(*residual)
        gradients = [of_t0 * (-g / slope), np.zeros(()), *[x * (-g / slope) for x in others]]
        return [cast(x, spec.dtype) for x, spec in zip(gradients, specs, strict=True)]

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array | None]) -> tuple[Array, Array | None]:
        time = self(*values)
        slope, of_t0, *others = self._slopes(tuple(values), time)
        pairs = zip([of_t0, *others], [tangents[0], *tangents[2:]], strict=True)
        parts = [np.sum(x * t) for x, t in pairs if t is not None]
        return time, -sum(parts[1:], parts[0]) / slope if parts else None

    def _slopes(self, values: Sequence[Array], time: Array) -> Sequence[Array]:
        """The derivatives of h by the time, t0, y0 and the parameters."""
        t0, _, y0, *parameters = values

        def h(time: Array, t0: Array, y0: Array, *parameters: Array) -> Array:
            times = np.reshape(time, (1,))
            states = solution(self.problem, t0, time, y0, times, parameters[: self.count])
            return rows(self.event, 2, [times, states, *parameters[self.count :]])[0][0]

        _, back = vjp(h, time, t0, y0, *parameters)
        slopes: Sequence[Array] = back(1.0)
        return slopes

    def batch(self, batched: Sequence[bool], *values: Array) -> Array:
        found = each_of_batch(self, batched, values)
        return np.stack(found) if found else np.zeros(0)
