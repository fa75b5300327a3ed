"""Types of the solvers for a type checker.

The overloads that tell Variables apart take the options by name, as a `TypedDict` lists them once; the last overload of
a function has them by position, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypedDict, TypeVar

Values_co = TypeVar("Values_co", covariant=True)


class IvpResult(Protocol[Values_co]):
    """The result of `solve_ivp`, of SciPy's own class. `y` is a Variable where something is differentiated.

    Any: times and events are arrays or Variables, whichever they depend on, and so is what `sol` gives.
    """

    @property
    def t(self) -> Any:
        """The times."""
        ...

    @property
    def y(self) -> Values_co:
        """The states at the times, in columns."""
        ...

    @property
    def sol(self) -> Any:
        """The solution at any time, with `dense_output`; else None."""
        ...

    @property
    def t_events(self) -> Any:
        """The times of the events of each function, or None."""
        ...

    @property
    def y_events(self) -> Any:
        """The states at these, in rows, or None."""
        ...

    nfev: int
    njev: int
    nlu: int
    status: int
    message: str
    success: bool


class BvpResult(Protocol[Values_co]):
    """The result of `solve_bvp`, of SciPy's own class. `y` and `yp` are Variables where something is differentiated.

    Any: the mesh is an array or a Variable, whichever its ends are; parameters are None where there are none.
    """

    @property
    def sol(self) -> Any:
        """The solution at any place, a `PPoly`."""
        ...

    @property
    def p(self) -> Any:
        """The parameters that were found, or None."""
        ...

    @property
    def x(self) -> Any:
        """The nodes of the last mesh."""
        ...

    @property
    def y(self) -> Values_co:
        """The states at the nodes, in columns."""
        ...

    @property
    def yp(self) -> Values_co:
        """The slopes there."""
        ...

    niter: int
    status: int
    message: str
    success: bool


class OdeintOptions(TypedDict, total=False):
    """The options of `odeint`."""

    Dfun: Callable[..., Any] | None
    col_deriv: Any
    ml: int | None
    mu: int | None
    rtol: Any
    atol: Any
    tcrit: Any
    h0: float
    hmax: float
    hmin: float
    ixpr: Any
    mxstep: int
    mxhnil: int
    mxordn: int
    mxords: int
    printmessg: Any
    tfirst: bool


class QuadOptions(TypedDict, total=False):
    """The options of `quad`."""

    epsabs: float
    epsrel: float
    limit: int
    points: Any
    weight: str | None
    wvar: Any
    wopts: Any
    maxp1: int
    limlst: int
