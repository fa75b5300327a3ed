"""Initial value problems of plain arrays: their solution, and that of their adjoint, by a solver of SciPy's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.foreign import check_on_host
from pydezero.core.types import Array
from pydezero.functions.joining.joining import concatenate
from pydezero.scipy.integrate.pure import Pure, parts_of, vector_of
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.implicit.vectors import max_norm

Rate = Callable[[float, NDArray[Any]], NDArray[Any]]
"""The right-hand side, as SciPy calls it."""

Path = Callable[[float], NDArray[Any]]
"""The state at any time between the ends."""


SHARE: Final = 0.1
"""The tolerances of what is solved for a derivative, as a part of those of the solution.

So the error of a derivative is that which the error of the solution brings about, and little else.
"""


@attrs.frozen
class Tolerances:
    """The relative and the absolute error that a step may have, for all elements of the state or for each."""

    rtol: Any  # a number or an array, as SciPy takes them
    atol: Any

    def of_derivative(self) -> Tolerances:
        """Those of what is solved for a derivative; SciPy takes no relative one below rounding."""
        return Tolerances(np.maximum(self.rtol * SHARE, 100 * np.finfo(np.float64).eps), self.atol * SHARE)


class Run(Protocol):
    """A solve that is done: what SciPy gave, and the state in between."""

    def states(self, times: NDArray[Any]) -> NDArray[Any]:
        """The states at some times, in rows."""
        ...

    def path(self) -> Path:
        """The state at any time."""
        ...


class Solver(Protocol):
    """A solver of SciPy's, with its options."""

    name: str

    @property
    def tolerances(self) -> Tolerances:
        """Those of the user's problem."""
        ...

    def run(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any], times: NDArray[Any]) -> Run:
        """Solve a problem of the user's."""
        ...

    def derived_run(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any], allowed: Tolerances) -> Run:
        """Solve a problem that a derivative needs."""
        ...

    def carrier(self, rate: Rate, allowed: Tolerances, jacobian: Rate) -> Callable[[float, float, Array], Array]:
        """The function from a time, another one, and a state at the first to the state at the second.

        The Jacobian has those columns that are not zero, the first ones.
        """
        ...


class Problem:
    """A right-hand side and a solver.

    `rate` is a function of the time, the state and the parameters, with one output. A problem of forward sensitivities
    has the `base` whose tangents it solves for: `moving` are the parameters of that which have a tangent.
    """

    def __init__(self, rate: Pure, solver: Solver, base: Problem | None = None, moving: tuple[int, ...] = ()) -> None:
        self.rate: Pure = rate
        self.solver: Solver = solver
        self.name: str = solver.name
        self._base: Problem | None = base
        self._moving: tuple[int, ...] = moving
        self._tangents: dict[tuple[int, ...], Problem] = {}
        # What was solved already, by the bits of what the solution depends on.
        self._runs: dict[bytes, Run] = {}

    @property
    def runs(self) -> Sequence[Run]:
        """The solves so far."""
        return [*self._runs.values()]

    def tangent(self, moving: tuple[int, ...]) -> Problem:
        """The problem of the state and its tangent, with the tangents of some parameters for further parameters."""
        if moving not in self._tangents:
            pure = Pure(self.name, _rate_of_tangent(self.rate, moving))
            self._tangents[moving] = Problem(pure, self.solver, self, moving)
        return self._tangents[moving]

    def states(
        self, t0: Array, t1: Array, y0: NDArray[Any], times: NDArray[Any], parameters: Sequence[Array]
    ) -> NDArray[Any]:
        """The states at some times, in rows."""
        if not len(times) or t0 == t1:
            return np.tile(y0 * 1.0, (len(times), 1))
        if self._base is not None and not _are_finite(y0, *parameters):
            return np.full((len(times), len(y0)), np.nan, np.result_type(y0, 1.0))
        return self._run(t0, t1, y0, parameters, times).states(times)

    def remember(self, run: Run, t0: Array, t1: Array, y0: NDArray[Any], parameters: Sequence[Array]) -> None:
        """Keep a solve that was done elsewhere."""
        self._runs[key_of(t0, t1, y0, *parameters)] = run

    def _run(self, t0: Array, t1: Array, y0: NDArray[Any], parameters: Sequence[Array], times: NDArray[Any]) -> Run:
        key = key_of(t0, t1, y0, *parameters)
        run = self._runs.get(key)
        if run is None:
            rate = self._rate_at(parameters)
            if self._base is None:
                run = self.solver.run(rate, float(t0), float(t1), y0, times)
            else:
                allowed = self._tolerances(y0, parameters).of_derivative()
                run = self.solver.derived_run(rate, float(t0), float(t1), y0, allowed)
            self._runs[key] = run
        return run

    def _rate_at(self, parameters: Sequence[Array]) -> Rate:
        of_arrays = self.rate.of_arrays
        return lambda t, y: of_arrays(np.float64(t), y, *parameters)[0]

    def _tolerances(self, y0: NDArray[Any], parameters: Sequence[Array]) -> Tolerances:
        """The tolerances: those of the tangents are those of the state, times the size of the tangents.

        So tangents are computed as precisely as the state, whatever their size. (For parameters larger than 1 the size
        is relative, as in A. Hindmarsh et al., "SUNDIALS", 2005.)
        """
        base = self._base
        if base is None:
            allowed = self.solver.tolerances
            ones = np.ones(len(y0))
            return Tolerances(as_one(allowed.rtol * ones), allowed.atol * ones)
        half, count = len(y0) // 2, len(parameters) - len(self._moving)
        of_base = base._tolerances(y0[:half], parameters[:count])
        rtol = of_base.rtol * np.ones(half)
        moved = [
            (y0[:half], y0[half:]),
            *[(parameters[i], t) for i, t in zip(self._moving, parameters[count:], strict=True)],
        ]
        size = max([max_norm(np.divide(t, np.maximum(np.abs(x), 1.0))) for x, t in moved]) or 1.0
        return Tolerances(as_one(np.tile(rtol, 2)), np.concatenate([of_base.atol, of_base.atol * size]))

    def adjoint(
        self,
        t0: Array,
        t1: Array,
        y0: NDArray[Any],
        times: NDArray[Any],
        g: NDArray[Any],
        parameters: Sequence[Array],
    ) -> tuple[Array, ...]:
        """The cotangents of y0 and of the parameters, for cotangents of the states at some times."""
        like = (y0, *parameters)
        dtype = np.result_type(y0, g, *parameters, 1.0)
        n = len(y0)
        state = np.zeros(sum(map(np.size, like)), dtype)
        if not _are_finite(g, *parameters):  # a solver would look for a step without end
            return _cotangents(state + np.nan, like)
        used = np.flatnonzero(np.any(g != 0, axis=1))
        if np.all(times[used] == t0):
            state[:n] = np.sum(g[used], axis=0)
            return _cotangents(state, like)
        order = used[np.argsort(times[used] if t1 > t0 else -times[used], kind="stable")]
        carry = self._carrier(t0, t1, y0, times, g, parameters)
        time = times[order[-1]]
        for i in order[::-1]:
            if times[i] != time:
                state = carry(float(time), float(times[i]), state)
                time = times[i]
            state[:n] += g[i]
        if time != t0:
            state = carry(float(time), float(t0), state)
        return _cotangents(state, like)

    def _carrier(
        self,
        t0: Array,
        t1: Array,
        y0: NDArray[Any],
        times: NDArray[Any],
        g: NDArray[Any],
        parameters: Sequence[Array],
    ) -> Callable[[float, float, Array], Array]:
        """The function that takes the state of the adjoint from a time to an earlier one."""
        n = len(y0)
        run = self._run(t0, t1, y0, parameters, times)
        path = run.path()
        of_arrays = self.rate.pullback(range(1, 2 + len(parameters))).flat().of_arrays

        def rate(t: float, state: NDArray[Any]) -> NDArray[Any]:
            found: NDArray[Any] = of_arrays(np.float64(t), path(t), *parameters, -state[:n])[0]
            return found

        def jacobian(t: float, state: NDArray[Any]) -> NDArray[Any]:
            # It is linear in the cotangent of the state, and does not depend on the others.
            return np.stack([rate(t, unit) for unit in np.eye(n, dtype=state.dtype)], axis=1)

        return self.solver.carrier(rate, self._adjoint_tolerances(y0, run.states(times), g, parameters), jacobian)

    def _adjoint_tolerances(
        self, y0: NDArray[Any], states: NDArray[Any], g: NDArray[Any], parameters: Sequence[Array]
    ) -> Tolerances:
        """The tolerances of cotangents: the same part of them as those of the state are of the state."""
        allowed = self._tolerances(y0, parameters).of_derivative()
        largest = np.max(np.abs([y0, *states]), axis=0)
        rtol = float(np.min(allowed.rtol))
        part = np.min(np.divide(allowed.atol, largest, out=np.full(len(y0), rtol), where=largest > 0), initial=rtol)
        atol = float(part) * max_norm(g)
        sizes = np.maximum(np.abs(vector_of(parameters)), 1.0)
        return Tolerances(rtol, np.concatenate([np.full(len(y0), atol), atol / sizes]))


def _cotangents(state: NDArray[Any], like: Sequence[Array]) -> tuple[Array, ...]:
    """The parts of the state of an adjoint, each real where the value that it belongs to is."""
    parts = zip(parts_of(state, like), like, strict=True)
    return tuple([np.array(part if np.iscomplexobj(x) else np.real(part)) for part, x in parts])


def _rate_of_tangent(rate: Pure, moving: tuple[int, ...]) -> Callable[..., tuple[Array, ...]]:
    def both(t: Array, y: Array, *parameters: Array) -> tuple[Array, ...]:
        half, count = y.shape[0] // 2, len(parameters) - len(moving)
        primals, tangents = list(parameters[:count]), parameters[count:]

        def of_moving(y: Array, *xs: Array) -> Array:
            for i, x in zip(moving, xs, strict=True):
                primals[i] = x
            return rate(t, y, *primals)[0]

        pair = jvp(of_moving, (y[:half], *[primals[i] for i in moving]), (y[half:], *tangents))
        return (concatenate(pair),)

    return both


def as_one(x: NDArray[Any]) -> Any:
    """An array of equal numbers as one number, since some of SciPy's solvers take one relative tolerance alone."""
    return float(x[0]) if len(x) and np.all(x == x[0]) else x


def _are_finite(*values: Array) -> bool:
    return all(bool(np.all(np.isfinite(x))) for x in values)


def key_of(*values: Array) -> bytes:
    """The bits of some values, by which a solve is known."""
    check_on_host(values, "a solver of initial value problems: a state, time or parameter")
    return b"|".join([np.asarray(x).tobytes() for x in values])
