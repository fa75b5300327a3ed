"""The base of all distributions: SciPy's arguments, and SciPy's own methods where no argument is a Variable."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.lazy import load
from pydezero.scipy.stats.arguments import by_name
from pydezero.scipy.stats.typed import without_method

__all__ = ["Distribution", "Formula"]

# From the points and the parameters to the values.
Formula: TypeAlias = Callable[..., Array]


@attrs.frozen(eq=False)
class Distribution(ABC):
    """A distribution of SciPy's.

    Attributes:
        scipys: SciPy's object.
        formulas: its functions by their names, as they are computed of Variables.
    """

    scipys: Any = attrs.field(repr=False)  # SciPy has no types
    formulas: Mapping[str, Formula] = attrs.field(repr=False)

    if not TYPE_CHECKING:  # a checker knows that there is no such attribute

        def __getattr__(self, name: str) -> Any:
            scipys = None if name.startswith("_") else self.scipys
            raise without_method(self, scipys, "" if scipys is None else self.name, name)

    @property
    @abstractmethod
    def name(self) -> str:
        """SciPy's name of the distribution."""

    def __reduce__(self) -> tuple[Any, ...]:
        # By its name: the formulas are of the library.
        return load, ("pydezero.scipy.stats", self.name)

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in their order."""

    @property
    @abstractmethod
    def defaults(self) -> Mapping[str, Any]:
        """The values of parameters that need not be given."""

    def parameters(self, args: Sequence[Any], kwds: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters by their names, as a call gives them.

        Raises:
            TypeError: one is missing or unknown.
        """
        return by_name(self.name, self.names, self.defaults, args, kwds)

    def function(self, name: str, x: Any, args: Sequence[Any], kwds: Mapping[str, Any]) -> Array:
        """The function of a name at points x: SciPy's own, or by the formula where there is a Variable.

        Raises:
            TypeError: an argument is complex, or is not differentiated and a Variable.
        """
        if not has_variable([x, *args, *kwds.values()]):
            return getattr(self.scipys, name)(x, *args, **kwds)
        values = self.parameters(args, kwds)
        return self.by_formula(name, x, values) if name in self.formulas else self.without_derivative(name, x, values)

    def without_derivative(self, name: str, x: Any, values: Mapping[str, Any]) -> Array:  # noqa: ARG002  # one uses them
        """The function of a name that has no derivative.

        Raises:
            TypeError: there is a Variable.
        """
        raise TypeError(
            f"scipy.stats.{self.name}.{name} has no derivative: pass plain numbers and arrays, x.data or "
            "stop_gradient(x) where there is a Variable"
        )

    @abstractmethod
    def by_formula(self, name: str, x: Any, values: Mapping[str, Any]) -> Array:
        """The function of a name at points x, for parameters by their names."""
