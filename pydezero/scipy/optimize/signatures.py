"""The types of what the functions take and return.

A solution is a Variable if there is one among the parameters, and an array or a number if the function returns these
alone. What a function refers to is not in its type: else nothing is known of the solution.

The overloads that tell these apart take the options by name, as a `TypedDict` lists them once; the last overload of a
function has them by position, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypedDict, TypeVar

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Variable

X_co = TypeVar("X_co", covariant=True)

# Parameters of which one of the first two is a Variable.
Variables: TypeAlias = Variable | tuple[Variable, *tuple[Any, ...]] | tuple[Any, Variable, *tuple[Any, ...]]

# A function of arrays or numbers. Any: of as many parameters as it has.
OfNumbers: TypeAlias = Callable[..., ArrayOrNumber | Sequence[ArrayOrNumber]]


class Report(Protocol[X_co]):
    """SciPy's `OptimizeResult` of `root`, `minimize` and `least_squares`; each method has more attributes."""

    @property
    def x(self) -> X_co: ...
    @property
    def fun(self) -> X_co: ...
    @property
    def success(self) -> bool: ...
    @property
    def status(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def nfev(self) -> int: ...
    def __getitem__(self, name: str, /) -> Any: ...
    def __getattr__(self, name: str, /) -> Any: ...


class RootReport(Protocol[X_co]):
    """SciPy's `RootResults`."""

    @property
    def root(self) -> X_co: ...
    @property
    def converged(self) -> bool: ...
    @property
    def flag(self) -> str: ...
    @property
    def iterations(self) -> int: ...
    @property
    def function_calls(self) -> int: ...
    @property
    def method(self) -> str: ...


class FsolveOptions(TypedDict, total=False):
    """The options of `fsolve`."""

    fprime: Callable[..., Any] | None
    col_deriv: bool
    xtol: float
    maxfev: int
    band: tuple[int, int] | None
    epsfcn: float | None
    factor: float
    diag: Any


class BrentqOptions(TypedDict, total=False):
    """The options of `brentq`."""

    xtol: float
    rtol: float
    maxiter: int
    disp: bool


class NewtonOptions(TypedDict, total=False):
    """The options of `newton`."""

    tol: float
    maxiter: int
    fprime2: Callable[..., Any] | None
    x1: Any
    rtol: float
    disp: bool


class RootScalarOptions(TypedDict, total=False):
    """The options of `root_scalar`."""

    bracket: Sequence[Any] | None
    fprime: Any
    fprime2: Any
    x0: Any
    x1: Any
    xtol: float | None
    rtol: float | None
    maxiter: int | None
    options: Any


class MinimizeOptions(TypedDict, total=False):
    """The options of `minimize`."""

    jac: Any
    hess: Any
    hessp: Any
    bounds: Any
    constraints: Any
    tol: float | None
    callback: Callable[..., Any] | None
    options: Any


class LeastSquaresOptions(TypedDict, total=False):
    """The options of `least_squares`."""

    jac: Any
    bounds: Any
    method: str
    ftol: float | None
    xtol: float | None
    gtol: float | None
    x_scale: Any
    loss: Any
    f_scale: float
    diff_step: Any
    tr_solver: Any
    tr_options: Any
    jac_sparsity: Any
    max_nfev: int | None
    verbose: int
    kwargs: Any
    callback: Any
    workers: Any
