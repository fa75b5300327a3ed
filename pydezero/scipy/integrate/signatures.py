"""Types of the solvers for a type checker."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

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
