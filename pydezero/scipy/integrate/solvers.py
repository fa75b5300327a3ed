"""The solvers of SciPy as a problem and its derivatives use them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import attrs
import numpy as np
import scipy.integrate
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from pydezero.core.types import Array
from pydezero.scipy.integrate.problem import Path, Rate, Tolerances

SCIPYS: Final[Any] = scipy.integrate
"""SciPy's functions. Any: its stubs tell calls apart by options, which here are in a dictionary."""

_METHODS: Final[Mapping[str, Any]] = {
    name: getattr(scipy.integrate, name) for name in ("RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA")
}

# Those that may be given the Jacobian of the right-hand side.
_IMPLICIT: Final = (scipy.integrate.Radau, scipy.integrate.BDF, scipy.integrate.LSODA)

# LSODA makes room for the square of the size of the state, and works on all of it: from this size on Radau takes its
# place in an adjoint, which has the cotangents of all parameters in its state. Radau works on sparse matrices.
_LARGE: Final = 500

# What LSODA says of a solve that has not failed.
_DONE: Final = ("Integration successful.", "Nothing was done; the integration time was 0.")

# What a solve that a derivative needs has in common with the user's own.
_KEPT: Final = ("max_step", "min_step")


def raise_failure(name: str, message: str) -> None:
    """Raise: a solve that failed has no derivative."""
    raise RuntimeError(f"{name}: {message} A solve that fails has no derivative.")


@attrs.frozen(eq=False)
class IvpRun:
    """A solve by `solve_ivp`. `again` solves once more and keeps what is between the steps, if that was not kept."""

    result: Any
    again: Callable[[], Any]

    def states(self, times: NDArray[Any]) -> NDArray[Any]:
        """The states at some times, in rows."""
        if np.array_equal(times, self.result.t):
            found: NDArray[Any] = self.result.y.T
            return found
        return np.transpose(self._between()(times))

    def path(self) -> Path:
        """The state at any time."""
        return path_of(self._between())

    def _between(self) -> Any:
        return self.again().sol if self.result.sol is None else self.result.sol


def path_of(solution: Any) -> Path:
    """The state of an `OdeSolution` at any one time, with less overhead."""
    interpolants = solution.interpolants
    sign = 1.0 if solution.ts[-1] >= solution.ts[0] else -1.0
    ends = [sign * float(t) for t in solution.ts][1:-1]

    def path(t: float) -> NDArray[Any]:
        state: NDArray[Any] = interpolants[bisect_left(ends, sign * t)](t)
        return state

    return path


@attrs.frozen(eq=False)
class IvpSolver:
    """`solve_ivp` with a method and options, among them the tolerances."""

    method: Any
    options: Mapping[str, Any]

    name = "solve_ivp"

    @property
    def tolerances(self) -> Tolerances:
        """Those of the options, by default SciPy's."""
        return Tolerances(self.options.get("rtol", 1e-3), self.options.get("atol", 1e-6))

    def run(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any], times: NDArray[Any]) -> IvpRun:
        """Solve a problem of the user's, with all options."""
        return self.called(rate, t0, t1, y0, t_eval=times)

    def called(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any], **options: Any) -> IvpRun:
        """Call SciPy's own function."""
        y0 = np.array(y0)  # the interpolant of the first step keeps it

        def solve(dense: bool, **options: Any) -> Any:
            result = SCIPYS.solve_ivp(
                rate, (t0, t1), y0, self.method, dense_output=dense, **{**self.options, **options}
            )
            if not result.success:
                raise_failure(self.name, result.message)
            return result

        # The eighth order evaluates the right-hand side for it, which would be counted.
        is_free = self.method in ("RK23", "RK45", "Radau", "BDF", "LSODA")
        return IvpRun(solve(is_free, **options), cache(lambda: solve(True)))

    def derived_run(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any], allowed: Tolerances) -> IvpRun:
        """Solve a problem that a derivative needs."""
        of_derivative = IvpSolver(self.method, {**self._kept(), "rtol": allowed.rtol, "atol": allowed.atol})
        result = SCIPYS.solve_ivp(rate, (t0, t1), y0, self.method, dense_output=True, **of_derivative.options)
        if not result.success:
            raise_failure(f"{self.name}, in a derivative", result.message)
        return IvpRun(result, lambda: result)

    def carrier(self, rate: Rate, allowed: Tolerances, jacobian: Rate) -> Callable[[float, float, Array], Array]:
        """The function from a time, another one, and a state at the first to the state at the second."""
        options: dict[str, Any] = {**self._kept(), "rtol": allowed.rtol, "atol": allowed.atol}
        # The size of step that was found to be right so far.
        known: list[float] = []

        def carry(start: float, stop: float, state: Array) -> Array:
            kind = _for_size(self.method, len(state))
            given = {key: x for key, x in options.items() if key != "min_step" or kind is scipy.integrate.LSODA}
            if known:
                given["first_step"] = min(known[-1], abs(stop - start))
            if kind in _IMPLICIT:
                given["jac"] = _squared(_from(start, jacobian), kind is not scipy.integrate.LSODA)
            solver = kind(_from(start, rate), 0.0, state, stop - start, **given)
            while solver.status == "running":
                message = solver.step()
            if solver.status == "failed":
                raise_failure(f"{self.name}, in a derivative", message)
            if getattr(solver, "h_abs", None):
                known[:] = [solver.h_abs]
            return solver.y

        return carry

    def _kept(self) -> dict[str, Any]:
        return {key: self.options[key] for key in _KEPT if key in self.options}


@attrs.frozen(eq=False)
class OdeintRun:
    """A solve by `odeint`; what is between the times is found by the same method, when it is asked for."""

    times: NDArray[Any]
    found: NDArray[Any]
    report: Mapping[str, Any]
    again: Callable[[], IvpRun]

    def states(self, times: NDArray[Any]) -> NDArray[Any]:
        """The states at some times, in rows."""
        return self.found if np.array_equal(times, self.times) else self.again().states(times)

    def path(self) -> Path:
        """The state at any time."""
        return self.again().path()


@attrs.frozen(eq=False)
class OdeintSolver:
    """`odeint` with options, among them the tolerances."""

    options: Mapping[str, Any]

    name = "odeint"

    @property
    def tolerances(self) -> Tolerances:
        """The tolerances in the options; where these are missing, the defaults of LSODA."""
        default = 1.49012e-8
        rtol, atol = self.options.get("rtol"), self.options.get("atol")
        return Tolerances(default if rtol is None else rtol, default if atol is None else atol)

    def run(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any], times: NDArray[Any]) -> OdeintRun:
        """Solve a problem of the user's, with all options."""
        found, report = _odeint(rate, y0, times, self.name, **self.options)
        return OdeintRun(times, found, report, cache(lambda: self._between(rate, t0, t1, y0)))

    def derived_run(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any], allowed: Tolerances) -> IvpRun:
        """Solve a problem that a derivative needs."""
        return self._as_ivp().derived_run(rate, t0, t1, y0, allowed)

    def carrier(self, rate: Rate, allowed: Tolerances, jacobian: Rate) -> Callable[[float, float, Array], Array]:
        """The function from a time, another one, and a state at the first to the state at the second."""
        options = {key: self.options[key] for key in ("hmax", "hmin", "mxordn", "mxords") if key in self.options}
        options |= {"rtol": allowed.rtol, "atol": allowed.atol, "mxstep": self.options.get("mxstep") or 5000}
        of_large = self._as_ivp().carrier(rate, allowed, jacobian)

        def carry(start: float, stop: float, state: Array) -> Array:
            if len(state) > _LARGE:
                return of_large(start, stop, state)
            times, name = np.array([0.0, stop - start]), f"{self.name}, in a derivative"
            found, _ = _odeint(
                _from(start, rate), state, times, name, **options, Dfun=_squared(_from(start, jacobian), False)
            )
            return found[1]

        return carry

    def _between(self, rate: Rate, t0: float, t1: float, y0: NDArray[Any]) -> IvpRun:
        return self.derived_run(rate, t0, t1, y0, self.tolerances.of_derivative())

    def _as_ivp(self) -> IvpSolver:
        options = {"min_step": self.options.get("hmin"), "max_step": self.options.get("hmax")}
        return IvpSolver("LSODA", {key: x for key, x in options.items() if x})


def _from(start: float, rate: Rate) -> Rate:
    """A function of the time that has passed since the start, which is known more precisely than the time itself."""
    return lambda t, y: rate(start + t, y)


def _for_size(method: Any, size: int) -> Any:
    """The class of a method, for a state of so many elements."""
    kind = _METHODS[method] if isinstance(method, str) else method
    return scipy.integrate.Radau if kind is scipy.integrate.LSODA and size > _LARGE else kind


def _squared(jacobian: Rate, may_be_sparse: bool) -> Callable[[float, NDArray[Any]], Any]:
    """A Jacobian with its columns of zeros, as a sparse matrix where it is large."""

    def square(t: float, y: NDArray[Any]) -> Any:
        columns = jacobian(t, y)
        size, count = columns.shape
        if not may_be_sparse or size < _LARGE:
            return np.hstack([columns, np.zeros((size, size - count), columns.dtype)])
        ends = np.minimum(np.arange(size + 1), count) * size
        return csc_matrix((columns.ravel("F"), np.tile(np.arange(size), count), ends), (size, size))

    return square


def _odeint(
    rate: Rate, y0: NDArray[Any], times: NDArray[Any], name: str, **options: Any
) -> tuple[NDArray[Any], Mapping[str, Any]]:
    found, report = SCIPYS.odeint(rate, y0, times, tfirst=True, full_output=True, **options)
    if report["message"] not in _DONE:
        raise_failure(name, report["message"])
    return found, report
