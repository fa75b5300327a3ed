"""`odeint`, differentiable in the initial state, in the times, and in what the right-hand side computes with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, Unpack, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.snapshot import copied
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.integrate.closures import (
    CaptureError,
    as_vector,
    closure,
    foreseen,
    holds_variable,
    plainly,
    rate_of,
    refuse_variables,
    unpacked,
    watched,
)
from pydezero.scipy.integrate.flow import solution
from pydezero.scipy.integrate.initial_value import Plain, Vector
from pydezero.scipy.integrate.problem import Problem
from pydezero.scipy.integrate.signatures import OdeintOptions
from pydezero.scipy.integrate.solvers import SCIPYS, OdeintRun, OdeintSolver
from pydezero.transforms.loops.stacking import example_of

__all__ = ["odeint"]

_NAME: Final = "odeint"

# The options of the plain call, and what they are by default.
_DEFAULTS: Final[dict[str, Any]] = {
    "ml": None,
    "mu": None,
    "rtol": None,
    "atol": None,
    "tcrit": None,
    "h0": 0.0,
    "hmax": 0.0,
    "hmin": 0.0,
    "ixpr": 0,
    "mxstep": 0,
    "mxhnil": 0,
    "mxordn": 12,
    "mxords": 5,
    "printmessg": 0,
}


@overload
def odeint(
    func: Callable[..., Any],
    y0: Variable | Sequence[Variable],
    t: Vector,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    **options: Unpack[OdeintOptions],
) -> Variable: ...
@overload
def odeint(
    func: Callable[..., Variable],
    y0: Plain | float,
    t: Vector,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    **options: Unpack[OdeintOptions],
) -> Variable: ...
@overload
def odeint(  # type: ignore[overload-overlap]  # numbers alone are told apart first
    func: Callable[..., Any],
    y0: Plain | float,
    t: Vector,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    **options: Unpack[OdeintOptions],
) -> NDArray[np.float64]: ...
@overload
def odeint(
    func: Callable[..., Any],
    y0: Sequence[Operand],
    t: Vector,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    **options: Unpack[OdeintOptions],
) -> Variable: ...
@overload
def odeint(
    func: Callable[..., Any],
    y0: Vector | float,
    t: Vector,
    args: Any = ...,
    Dfun: Callable[..., Any] | None = ...,  # noqa: N803  # SciPy's name
    col_deriv: Any = ...,
    full_output: bool | Literal[0, 1] = ...,
    ml: int | None = ...,
    mu: int | None = ...,
    rtol: Any = ...,
    atol: Any = ...,
    tcrit: Any = ...,
    h0: float = ...,
    hmax: float = ...,
    hmin: float = ...,
    ixpr: Any = ...,
    mxstep: int = ...,
    mxhnil: int = ...,
    mxordn: int = ...,
    mxords: int = ...,
    printmessg: Any = ...,
    tfirst: bool = ...,
) -> Any: ...
def odeint(
    func: Callable[..., Any],
    y0: Any,
    t: Any,
    args: Any = (),
    Dfun: Callable[..., Any] | None = None,  # noqa: N803  # SciPy's name
    col_deriv: Any = 0,
    full_output: Any = 0,
    ml: int | None = None,
    mu: int | None = None,
    rtol: Any = None,
    atol: Any = None,
    tcrit: Any = None,
    h0: float = 0.0,
    hmax: float = 0.0,
    hmin: float = 0.0,
    ixpr: Any = 0,
    mxstep: int = 0,
    mxhnil: int = 0,
    mxordn: int = 12,
    mxords: int = 5,
    printmessg: Any = 0,
    tfirst: bool = False,
) -> Any:
    """The solution of dy/dt = func(y, t, *args) at the times t, with y0 at the first, as `scipy.integrate.odeint`.

    It is differentiable in y0, in t, and in what func computes with, in `args` or by capturing it; see `solve_ivp`, of
    which this is the method LSODA with smaller tolerances. All arguments are SciPy's.

    Returns:
        An array of the shape (number of times, number of elements of y0), a Variable where something is differentiated;
        with `full_output` also SciPy's dictionary, of the solve itself.

    Raises:
        TypeError: one of the options is a Variable.
        EscapeError: func cannot be recorded and captures a Variable.
        RuntimeError: (where something is differentiated) the solve failed, with SciPy's message.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def end(rate):
    ...     return odeint(lambda y, t: -rate * y, [3.0], [0.0, 2.0])[-1, 0]
    >>> round(grad(end)(0.5), 5)  # of 3 exp(-2 rate)
    np.float64(-2.20728)
    """
    given = (ml, mu, rtol, atol, tcrit, h0, hmax, hmin, ixpr, mxstep, mxhnil, mxordn, mxords, printmessg)
    options = dict(zip(_DEFAULTS, given, strict=True))
    refuse_variables(_NAME, options)
    if not holds_variable((y0, t, args)):
        try:
            return SCIPYS.odeint(watched(func), y0, t, args, Dfun, col_deriv, full_output, **options, tfirst=tfirst)
        except CaptureError:
            pass
    is_number = not isinstance(y0, list | tuple) and np.ndim(y0) == 0
    times, start = as_vector(t, _NAME, "t"), as_vector([y0] if is_number else y0, _NAME, "y0")
    if start.dtype.kind == "c":
        raise TypeError(f"{_NAME}: y0 is complex; pass its real and imaginary parts, or write solve_ivp")
    extra = unpacked(args, _NAME)
    in_order = func if tfirst else _swapped(func)
    rate = closure(_NAME, rate_of(in_order, _NAME), extra, (example_of(times[0]), example_of(start)))
    del options["printmessg"]
    kept = {key: copied(x) for key, x in options.items() if np.ndim(x) or x != _DEFAULTS[key]}
    if Dfun is not None:
        kept |= {"Dfun": plainly(Dfun if tfirst else _swapped(Dfun), extra), "col_deriv": col_deriv}

    def attempt() -> Any:
        problem = Problem(rate.pure, OdeintSolver(kept))
        states = solution(problem, times[0], times[-1], start, times, rate.variables)
        reports = [run.report for run in problem.runs if isinstance(run, OdeintRun)]
        return (states, reports[0]) if full_output and reports else states

    return foreseen(attempt, [rate])


def _swapped(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda t, y, *args: function(y, t, *args)
