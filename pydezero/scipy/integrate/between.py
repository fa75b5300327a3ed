"""The solution at any time of the interval: `sol(t)` of `dense_output`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from scipy.integrate import OdeSolution

from pydezero.core.types import Array
from pydezero.core.variable import Operand, bottom, shape_of
from pydezero.scipy.integrate.closures import as_vector, holds_variable


@attrs.frozen(eq=False)
class Between:
    """The solution at any time of the interval: `sol(t)` of `dense_output`, differentiable in t as well."""

    _states: Callable[[Array], Array] = attrs.field(repr=False)
    _start: Array
    _end: Array

    @property
    def t_min(self) -> float:
        """The earliest time: of a batch, the earliest that all examples have."""
        return float(np.max(np.minimum(bottom(self._start), bottom(self._end))))

    @property
    def t_max(self) -> float:
        """The latest time: of a batch, the latest that all examples have."""
        return float(np.min(np.maximum(bottom(self._start), bottom(self._end))))

    def __call__(self, t: Operand) -> Array:
        """The state at a time, of shape (n,), or the states at an array of times, of shape (n, number of times).

        Raises:
            ValueError: t has more than one axis, or lies outside of the interval.
        """
        shape = shape_of(t)
        times = as_vector([t] if not shape else t, "sol(t) of solve_ivp", "t")
        plain = bottom(times)
        if np.any(plain < self.t_min) or np.any(plain > self.t_max):
            raise ValueError(
                f"sol(t) of solve_ivp: t must be between {self.t_min} and {self.t_max}, where the equation was solved"
            )
        states = self._states(times)
        return states.T if shape else states[0]


class PlainSolution(OdeSolution):
    """SciPy's own solution between the steps, which takes a Variable for the time as well."""

    def __init__(self, solution: OdeSolution[Any], between: Callable[[float], Between]) -> None:
        self.__dict__.update(solution.__dict__)
        self._between = between

    def __call__(self, t: Any) -> Any:
        """The state at a time, of shape (n,), or the states at an array of times, of shape (n, number of times)."""
        return self._between(float(self.ts[-1]))(t) if holds_variable(t) else super().__call__(t)
