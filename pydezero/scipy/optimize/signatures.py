"""The types of what the functions take and return.

A solution is a Variable if there is one among the parameters, and an array or a number if the function returns these
alone. What a function refers to is not in its type: else nothing is known of the solution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

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
