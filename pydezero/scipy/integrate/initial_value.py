"""`solve_ivp`, differentiable in the initial state, in times, and in what the right-hand side computes with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, overload

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.integrate import OdeSolver

from pydezero.core.batching import note_example
from pydezero.core.foreign import check_on_host
from pydezero.core.snapshot import copied
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.joining.joining import concatenate, stack
from pydezero.functions.shapes.shape import reshape
from pydezero.scipy.integrate.between import Between, PlainSolution
from pydezero.scipy.integrate.closures import (
    CaptureError,
    Closure,
    as_doubles,
    as_vector,
    closure,
    examples,
    foreseen,
    holds_variable,
    number_of,
    plainly,
    rate_of,
    refuse_variables,
    unpacked,
    watched,
)
from pydezero.scipy.integrate.events import EventTime
from pydezero.scipy.integrate.flow import solution
from pydezero.scipy.integrate.problem import Problem, key_of
from pydezero.scipy.integrate.signatures import IvpResult
from pydezero.scipy.integrate.solvers import SCIPYS, IvpRun, IvpSolver
from pydezero.transforms.loops.stacking import example_of

__all__ = ["solve_ivp"]

_NAME: Final = "solve_ivp"

Vector: TypeAlias = Sequence[Operand] | Variable | NDArray[Any]
Plain: TypeAlias = Sequence[complex] | NDArray[Any]


@overload
def solve_ivp(
    fun: Callable[..., Any],
    t_span: Sequence[Operand] | Variable,
    y0: Variable | Sequence[Variable],
    method: str | type[OdeSolver[Any]] = ...,
    t_eval: Vector | None = ...,
    dense_output: bool = ...,
    events: Any = ...,
    vectorized: bool = ...,
    args: tuple[Any, ...] | None = ...,
    **options: Any,
) -> IvpResult[Variable]: ...
@overload
def solve_ivp(
    fun: Callable[..., Variable],
    t_span: Sequence[Operand] | Variable,
    y0: Plain,
    method: str | type[OdeSolver[Any]] = ...,
    t_eval: Vector | None = ...,
    dense_output: bool = ...,
    events: Any = ...,
    vectorized: bool = ...,
    args: tuple[Any, ...] | None = ...,
    **options: Any,
) -> IvpResult[Variable]: ...
@overload
def solve_ivp(
    fun: Callable[..., Any],
    t_span: Sequence[Operand] | Variable | NDArray[Any],
    y0: Plain,
    method: str | type[OdeSolver[Any]] = ...,
    t_eval: Vector | None = ...,
    dense_output: bool = ...,
    events: Any = ...,
    vectorized: bool = ...,
    args: tuple[Any, ...] | None = ...,
    **options: Any,
) -> IvpResult[NDArray[Any]]: ...
@overload
def solve_ivp(
    fun: Callable[..., Any],
    t_span: Sequence[Operand] | Variable | NDArray[Any],
    y0: Sequence[Operand],
    method: str | type[OdeSolver[Any]] = ...,
    t_eval: Vector | None = ...,
    dense_output: bool = ...,
    events: Any = ...,
    vectorized: bool = ...,
    args: tuple[Any, ...] | None = ...,
    **options: Any,
) -> IvpResult[Variable]: ...
def solve_ivp(
    fun: Callable[..., Any],
    t_span: Any,
    y0: Any,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    **options: Any,
) -> Any:
    """The solution of y' = fun(t, y, *args) with y(t_span[0]) = y0, as `scipy.integrate.solve_ivp` returns it.

    It is differentiable in y0, in both ends of t_span, in t_eval, and in whatever fun and the events compute with: in
    `args`, and in Variables that they capture. Forward mode solves for the state and its tangent together, reverse mode
    solves the adjoint equation backwards along the solution (see `pydezero.scipy.integrate.flow`). Both use the method,
    rtol and atol of the call, so that a derivative is about as precise as the solution: with SciPy's defaults three
    digits.

    All arguments are SciPy's. fun returns an array, or a list of numbers and Variables. Under differentiation it is
    recorded once, and may decide by values (`if t > 1`). One that asks for them otherwise (`float(t)`, a SciPy
    interpolant of t) is called as it is, and takes its Variables in args.

    Returns:
        SciPy's result. Where something is differentiated, `y`, the times of the events in `t_events`, `y_events` and
        `sol(t)` are Variables, and so are the times in `t` that are: of t_eval, of t_span, of a terminal event. The
        steps between that a solver chose are constants. nfev, njev and nlu count the evaluations of the solve itself.

    Raises:
        TypeError: one of the options is a Variable; y0 is real and fun complex.
        EscapeError: fun cannot be recorded and captures a Variable; under `trace`, there is no t_eval, or there are
            events.
        ValueError: under `vmap`, there is no t_eval (the solver takes another number of steps for each example, so an
            array of them would not be what the loop gives), or examples differ in the number of events.
        RuntimeError: (where something is differentiated) the solve failed, with SciPy's message.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def end(rate, y0):
    ...     return solve_ivp(lambda t, y: -rate * y, (0, 2), [y0], rtol=1e-8, atol=1e-10).y[0, -1]
    >>> grad(end, argnums=(0, 1))(0.5, 3.0)  # of 3 exp(-2 rate)  # doctest: +ELLIPSIS
    (np.float64(-2.207276...), np.float64(0.367879...))

    A right-hand side that jumps where the state or a parameter says so must be solved piece by piece, up to an event
    and from there: the equation of the tangents does not see the jump. The time of an event has a derivative. A ball
    that is thrown up at speed v is back after 2 v / 9.81:

    >>> def back(t, y):
    ...     return y[0]
    >>> back.terminal, back.direction = True, -1
    >>> def flight(v):
    ...     return solve_ivp(lambda t, y: [y[1], -9.81], (0, 100), [0.0, v], events=back).t[-1]
    >>> round(grad(flight)(10.0), 6)
    np.float64(0.203874)
    """
    refuse_variables(_NAME, {"method": method, **options})

    def call() -> _Call:
        return _call_of(fun, t_span, y0, method, t_eval, events, vectorized, args, options)

    given = (t_span, y0, t_eval, args)
    if not holds_variable(given):
        found = _without_variables(fun, given, method, dense_output, events, vectorized, options)
        if found is not None:
            if dense_output:
                found.sol = PlainSolution(found.sol, lambda end: call().between(end))
            return found
    made = call()
    return foreseen(lambda: made.result(dense_output), [made.rate, *made.events])


def _without_variables(
    fun: Callable[..., Any],
    given: Sequence[Any],
    method: Any,
    dense_output: bool,
    events: Any,
    vectorized: bool,
    options: dict[str, Any],
) -> Any:
    """SciPy's own result, None if a function has captured Variables."""
    t_span, y0, t_eval, args = given
    if events is not None:
        events = [watched(event) for event in events] if isinstance(events, list | tuple) else watched(events)
    try:
        return SCIPYS.solve_ivp(
            watched(fun), t_span, y0, method, t_eval, dense_output, events, vectorized, args, **options
        )
    except CaptureError:
        return None


def _call_of(
    fun: Callable[..., Any],
    t_span: Any,
    y0: Any,
    method: Any,
    t_eval: Any,
    events: Any,
    vectorized: bool,
    args: Any,
    options: dict[str, Any],
) -> _Call:
    """A call with its functions as closures, and arrays of doubles for the rest."""
    t0, t1 = map(as_doubles, t_span)
    start = as_vector(y0, _NAME, "y0")
    times = None if t_eval is None else as_vector(t_eval, _NAME, "t_eval")
    extra = unpacked(args, _NAME)
    example = (example_of(t0), example_of(start))
    rate = closure(_NAME, rate_of(fun, _NAME, vectorized), extra, example)
    listed = [] if events is None else [events] if callable(events) else list(events)
    closures = [closure(f"{_NAME}, in an event", number_of(event, _NAME), extra, example) for event in listed]
    if callable(options.get("jac")):
        options = {**options, "jac": plainly(options["jac"], extra)}
    solver = IvpSolver(method, {key: copied(x) for key, x in options.items()})
    return _Call(rate, t0, t1, start, times, solver, None if events is None else listed, closures)


@attrs.frozen(eq=False)
class _Call:
    """A call of which something is differentiated.

    `times` are those of t_eval, or None. `given` are the functions of events as the user wrote them, or None.
    """

    rate: Closure
    t0: Array
    t1: Array
    y0: Array
    times: Array | None
    solver: IvpSolver
    given: Sequence[Any] | None
    events: Sequence[Closure]

    def result(self, dense_output: bool) -> Any:
        """SciPy's result, with Variables."""
        problem = Problem(self.rate.pure, self.solver)
        parameters = self.rate.variables
        found, runs = self._solved(problem)
        first = runs[0]
        t_events = None if self.given is None else self._event_times(problem, found, runs)
        stop = self.t1 if t_events is None or first.status != 1 else t_events[self._last_event(first)][-1]
        times = self._output_times(runs, stop)

        def states(times: Array) -> Array:
            return solution(problem, self.t0, stop, self.y0, times, parameters)

        y_events = t_events and [
            states(at) if shape_of(at)[0] else none for at, none in zip(t_events, first.y_events, strict=True)
        ]
        counts = {key: sum([getattr(run, key) for run in runs]) for key in ("nfev", "njev", "nlu")}
        return type(first)(
            t=times if isinstance(times, Variable) else first.t,
            y=states(times).T,
            sol=Between(states, self.t0, stop) if dense_output else None,
            t_events=t_events,
            y_events=y_events,
            **counts,
            status=first.status,
            message=first.message,
            success=True,
        )

    def between(self, end: float) -> Between:
        """The solution up to an end, at times that may be Variables."""
        problem = Problem(self.rate.pure, self.solver)

        def states(times: Array) -> Array:
            return solution(problem, self.t0, np.float64(end), self.y0, times, self.rate.variables)

        return Between(states, self.t0, end)

    def _solved(self, problem: Problem) -> tuple[list[dict[bytes, Any]], list[Any]]:
        """The times of each event by the bits of what they depend on, and SciPy's results, for each example."""
        needs_values = self.times is None or self.given is not None
        own, others = self.rate.variables, [each.variables for each in self.events]
        of_call = [self.t0, self.t1, self.y0, *([] if self.times is None else [self.times])]
        found: list[dict[bytes, Any]] = [{} for _ in self.events]
        results: list[Any] = []
        every = examples([*of_call, *own, *[x for variables in others for x in variables]], _NAME, needs_values)
        for plain in every:
            values = iter(plain)
            t0, t1, y0, *times = [next(values) for _ in of_call]
            parameters = [next(values) for _ in own]
            of_events = [[next(values) for _ in variables] for variables in others]
            try:
                run = self._plain_run(t0, t1, y0, times[0] if times else None, parameters, of_events)
            except Exception as error:
                if len(every) > 1:
                    note_example(error, len(results), len(every))
                raise
            results.append(run.result)
            problem.remember(run, t0, t1, y0, parameters)
            for i, at in enumerate(run.result.t_events or []):
                found[i][key_of(t0, t1, y0, *parameters, *of_events[i])] = at
                for time in at:  # up to there the solution is known as well
                    problem.remember(run, t0, time, y0, parameters)
        return found, results

    def _plain_run(
        self,
        t0: Array,
        t1: Array,
        y0: Array,
        times: Array | None,
        parameters: Sequence[Array],
        of_events: Sequence[Sequence[Array]],
    ) -> IvpRun:
        check_on_host((t0, t1, y0, *parameters), f"{_NAME}: a state, time or parameter")
        of_arrays = self.rate.pure.of_arrays
        events = None
        if self.given is not None:
            triples = zip(self.given, self.events, of_events, strict=True)
            events = [_plain_event(event, each, values) for event, each, values in triples]
        return self.solver.called(
            lambda t, y: of_arrays(np.float64(t), y, *parameters)[0],
            float(t0),
            float(t1),
            y0,
            t_eval=times,
            events=events,
        )

    def _event_times(self, problem: Problem, found: Sequence[dict[bytes, Any]], runs: Sequence[Any]) -> list[Array]:
        """The times of the events of each function."""
        counts = {tuple(map(len, run.t_events)) for run in runs}
        if len(counts) > 1 or len({run.status for run in runs}) > 1:
            raise ValueError(
                f"{_NAME}: the examples of a batch differ in the number of events, {sorted(counts)}; write a loop "
                "over the examples in the place of vmap"
            )
        own = self.rate.variables
        times = []
        for none, each, known in zip(runs[0].t_events, self.events, found, strict=True):
            values = (self.t0, self.t1, self.y0, *own, *each.variables)
            of_function = [EventTime(problem, each.pure, len(own), i, known)(*values) for i in range(len(none))]
            times.append(stack(of_function) if of_function else none)
        return times

    def _last_event(self, result: Any) -> int:
        """The number of the event that ended a solve: the terminal event with the latest time."""
        sign = 1.0 if example_of(self.t1) > example_of(self.t0) else -1.0
        pairs = zip(self.given or (), result.t_events, strict=True)
        return int(
            np.argmax([sign * at[-1] if len(at) and getattr(x, "terminal", None) else -np.inf for x, at in pairs])
        )

    def _output_times(self, runs: Sequence[Any], stop: Array) -> Array:
        """The times at which the solution is returned."""
        counts = {len(run.t) for run in runs}
        if self.times is not None:
            if len(counts) > 1:
                raise ValueError(
                    f"{_NAME}: a terminal event ends the examples of a batch after different numbers of the times in "
                    f"t_eval, {sorted(counts)}; write a loop over the examples in the place of vmap"
                )
            (count,) = counts
            return self.times[:count]
        if len(runs) > 1:
            raise ValueError(
                f"{_NAME}: under vmap the solver takes other steps for each example, {sorted(counts)} of them; pass "
                "t_eval=, the times at which the solution is wanted: t_span[1:] for the end alone, [] "
                "for sol(t) of dense_output=True or the events alone"
            )
        steps = runs[0].t
        if not isinstance(self.t0, Variable) and not isinstance(stop, Variable):
            return steps
        return concatenate([reshape(self.t0, (1,)), steps[1:-1], reshape(stop, (1,))])


def _plain_event(event: Any, each: Closure, values: Sequence[Array]) -> Callable[..., float]:
    """An event of plain arrays, with what SciPy wants to know of it."""
    of_arrays = each.pure.of_arrays

    def plain(t: float, y: Array) -> float:
        return float(of_arrays(np.float64(t), y, *values)[0])

    plain.terminal = getattr(event, "terminal", None)  # type: ignore[attr-defined]  # where SciPy looks for them
    plain.direction = getattr(event, "direction", 0)  # type: ignore[attr-defined]  # where SciPy looks for them
    return plain
