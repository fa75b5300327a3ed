# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.integrate` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. These are differentiable in limits, initial states and times, in `args`, and
in the Variables that a user's function captures. What they compute of plain arrays is what SciPy computes."""

import numpy as np
from collections.abc import Callable, Sequence
from numpy.typing import NDArray
from pydezero.core.typed import array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.integrate.initial_value import Plain, Vector
from pydezero.scipy.integrate.signatures import BvpResult, IvpResult, OdeintOptions, QuadOptions
from scipy.integrate import OdeSolver
from typing import Any, Literal, Unpack, overload

__all__ = [
    "cumulative_simpson",
    "cumulative_trapezoid",
    "odeint",
    "quad",
    "simpson",
    "solve_bvp",
    "solve_ivp",
    "trapezoid",
]

@array_function
def cumulative_simpson(
    y: Operand, *, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1, initial: Operand | None = None
) -> Array:
    """The integrals up to each sample but the first, by Simpson's rule; with `initial` that, added to all.

    It is differentiable in y, x, dx and `initial`. dx and `initial` are numbers, or have one element along the axis.
    Where there are less than three samples it is the trapezoidal rule.

    Raises:
        ValueError: there is no sample; x does not fit, or does not increase; or dx or `initial` has another shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_simpson(Variable(np.array([0.0, 1.0, 4.0])), initial=1.0)
    variable([1.         1.33333333 3.66666667])
    """
    ...

@array_function
def cumulative_trapezoid(
    y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1, initial: Any = None
) -> Array:
    """The integrals up to each sample but the first, by the trapezoidal rule; with `initial=0` up to that as well.

    It is differentiable in y, in x and in dx.

    Raises:
        ValueError: there is no sample; x does not fit; `initial` is neither None nor 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_trapezoid(Variable(np.array([1.0, 2.0, 3.0])), initial=0)
    variable([0.  1.5 4. ])
    """
    ...

@overload
def odeint(
    func: Callable[..., Any],
    y0: Variable | Sequence[Variable],
    t: Vector,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    **options: Unpack[OdeintOptions],
) -> Variable:
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
    ...

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
def odeint(  # type: ignore[overload-overlap]
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
    Dfun: Callable[..., Any] | None = ...,
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
@overload
def quad(
    func: Callable[..., Any],
    a: Variable,
    b: Operand,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[Variable, float]:
    """The integral of func(x, *args) from a to b, with an estimate of its error, as `scipy.integrate.quad` returns it.

    It is differentiable in a, in b, and in what func computes with: in `args`, and in Variables that it captures. A
    limit may be infinite, and has the derivative 0 then. The integrand is smooth in what is differentiated: of a jump,
    whose place moves with a parameter, Leibniz' rule knows nothing.

    All arguments are SciPy's. Under differentiation func is recorded once, as the right-hand side of `solve_ivp` is.

    Returns:
        The integral, a Variable where something is differentiated, and the estimate of its error, a number; with
        `full_output` also SciPy's dictionary. (Of a batch the estimate is the largest, the dictionary that of the first
        example.)

    Raises:
        TypeError: `points`, `wvar`, or a tolerance is a Variable; a limit is, with the weights "alg", "alg-loga",
            "alg-logb" and "alg-log", or with `complex_func`.
        EscapeError: func cannot be recorded and captures a Variable.
        RuntimeError: (where something is differentiated) QUADPACK reports a failure, with its message.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def area(rate, end):
    ...     return quad(lambda x: np.exp(-rate * x), 0, end)[0]
    >>> grad(area, argnums=(0, 1))(2.0, 1.0)  # doctest: +ELLIPSIS
    (np.float64(-0.148498...), np.float64(0.135335...))
    >>> round(grad(area)(2.0, np.inf), 6)  # of 1 / rate
    np.float64(-0.25)
    """
    ...

@overload
def quad(
    func: Callable[..., Any],
    a: ArrayOrNumber,
    b: Variable,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[Variable, float]: ...
@overload
def quad(
    func: Callable[..., Variable],
    a: ArrayOrNumber,
    b: ArrayOrNumber,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[Variable, float]: ...
@overload
def quad(
    func: Callable[..., Any],
    a: ArrayOrNumber,
    b: ArrayOrNumber,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[float, float]: ...
@overload
def quad(
    func: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = ...,
    full_output: bool | Literal[0, 1] = ...,
    epsabs: float = ...,
    epsrel: float = ...,
    limit: int = ...,
    points: Any = ...,
    weight: str | None = ...,
    wvar: Any = ...,
    wopts: Any = ...,
    maxp1: int = ...,
    limlst: int = ...,
    complex_func: bool = ...,
) -> Any: ...
@array_function
def simpson(y: Operand, x: Operand | None = None, *, dx: Operand = 1.0, axis: int = -1) -> Array:
    """The integral along an axis, by Simpson's rule, of samples y at points x or at distances dx.

    It is differentiable in y, in x and in dx. Where the number of samples is even, the last distance has a rule of its
    own, as in SciPy.

    Raises:
        ValueError: x does not fit, or there is no sample.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> simpson(Variable(np.array([0.0, 3.0, 12.0])))
    variable(8.0)
    """
    ...

@overload
def solve_bvp(
    fun: Callable[..., Variable],
    bc: Callable[..., Any],
    x: Any,
    y: Any,
    p: Any = None,
    S: Any = None,
    fun_jac: Callable[..., Any] | None = None,
    bc_jac: Callable[..., Any] | None = None,
    tol: float = 0.001,
    max_nodes: int = 1000,
    verbose: int = 0,
    bc_tol: float | None = None,
) -> BvpResult[Variable]:
    """The solution of y' = fun(x, y, p) for which bc(y(a), y(b), p) is zero, as `scipy.integrate.solve_bvp` returns it.

    It is differentiable in the Variables that fun and bc refer to, and in both ends of x. The rest of x, y and p are a
    start, which only chooses among the solutions: its derivative is zero. A derivative is one of the equations that
    SciPy solves on its last mesh, so that it is about as precise as the solution.

    All arguments are SciPy's. fun is given all nodes at once, with the states in the columns of y. It may return a list
    of numbers and Variables, and so may bc. p is given to both where the start of p is.

    Returns:
        SciPy's result. With Variables, `y`, `yp`, `p` and `sol` have their derivatives, and so has `x` where its ends
        are Variables; `sol(t)` is differentiable in t in any case. What SciPy reports beside them in words and whole
        numbers is there, too, and nothing else.

    Raises:
        TypeError: one of the options is a Variable.
        ValueError: with Variables, S is given; or under `vmap` the examples need different numbers of nodes.
        EscapeError: under `trace`, in whose graphs all shapes are known: how many nodes there are depends on values.
        RuntimeError: (where it is differentiated) SciPy has found no solution; the message is SciPy's.
        LinAlgError: (where it is differentiated) the solution is not isolated.

    The slope at which something is thrown up to fall to the ground after a time, and its derivative:

    >>> import numpy as np
    >>> from pydezero import value_and_grad
    >>> def slope(time, gravity):
    ...     def fun(t, y):
    ...         return np.stack([y[1], -gravity + 0 * t])
    ...     found = solve_bvp(fun, lambda ya, yb: np.stack([ya[0], yb[0]]), [0.0, time], np.zeros((2, 2)))
    ...     return found.y[1, 0]
    >>> value, (by_time, by_gravity) = value_and_grad(slope, argnums=(0, 1))(2.0, 9.81)
    >>> [float(x.round(6)) for x in (value, by_time, by_gravity)]
    [9.81, 4.905, 1.0]
    """
    ...

@overload
def solve_bvp(
    fun: Callable[..., Any],
    bc: Callable[..., Any],
    x: Variable,
    y: Any,
    p: Any = None,
    S: Any = None,
    fun_jac: Callable[..., Any] | None = None,
    bc_jac: Callable[..., Any] | None = None,
    tol: float = 0.001,
    max_nodes: int = 1000,
    verbose: int = 0,
    bc_tol: float | None = None,
) -> BvpResult[Variable]: ...
@overload
def solve_bvp(
    fun: Callable[..., Any],
    bc: Callable[..., Any],
    x: Any,
    y: Any,
    p: Any = None,
    S: Any = None,
    fun_jac: Callable[..., Any] | None = None,
    bc_jac: Callable[..., Any] | None = None,
    tol: float = 0.001,
    max_nodes: int = 1000,
    verbose: int = 0,
    bc_tol: float | None = None,
) -> BvpResult[Any]: ...
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
) -> IvpResult[Variable]:
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
    ...

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
@array_function
def trapezoid(y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1) -> Array:
    """The integral along an axis, by the trapezoidal rule, of samples y at points x or at distances dx.

    It is differentiable in y, in x and in dx. x has one axis, or as many as y has.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trapezoid(Variable(np.array([1.0, 2.0, 3.0])), dx=2.0)
    variable(8.0)
    """
    ...
