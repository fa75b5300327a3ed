"""The base of the distributions of several variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.stats.arguments import real
from pydezero.scipy.stats.distribution import Distribution
from pydezero.scipy.stats.typed import Frozen, FrozenMethod, Method, frozen_method, method

__all__ = ["FrozenMultivariate", "Multivariate", "OfSeveral"]

_R = TypeVar("_R")


class FrozenMultivariate(Frozen[_R]):
    """A distribution of several variables with its parameters."""

    __slots__ = ()

    logpdf: ClassVar[FrozenMethod] = frozen_method("logpdf")
    pdf: ClassVar[FrozenMethod] = frozen_method("pdf")


@attrs.frozen(eq=False)
class OfSeveral(Distribution):
    """A distribution of several variables, without its methods.

    Attributes:
        name: SciPy's name of the distribution.
        names: the names of the parameters, in their order.
        defaults: the values of parameters that need not be given.
        options: the parameters that are no arrays.
    """

    name: str
    names: tuple[str, ...]
    defaults: Mapping[str, Any] = attrs.field(factory=dict)
    options: tuple[str, ...] = ()

    def function(self, name: str, x: Any, args: Sequence[Any], kwds: Mapping[str, Any]) -> Array:
        """The function of a name at points x; an array of shape () is a number, which SciPy asks for in some places."""
        values = {key: _as_number(value) for key, value in kwds.items()}
        return Distribution.function(self, name, x, [*map(_as_number, args)], values)

    def by_formula(self, name: str, x: Any, values: Mapping[str, Any]) -> Array:
        """The function of a name at points x, for parameters by their names."""
        of = f"{self.name}.{name}"
        arrays = {
            key: value if key in self.options or value is None else real(of, key, value)
            for key, value in values.items()
        }
        return self.formulas[name](real(of, "x", x), **arrays)


@attrs.frozen(eq=False)
class Multivariate(OfSeveral):
    """A distribution of several variables: SciPy's methods of the same names, of points and parameters.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> from pydezero.scipy.stats import dirichlet, multivariate_normal
    >>> grad(lambda mean: multivariate_normal.logpdf(np.array([1.0, 2.0]), mean, np.eye(2)))(np.zeros(2))
    array([1., 2.])
    >>> grad(lambda alpha: dirichlet(alpha).logpdf(np.array([0.25, 0.75])))(np.ones(2)).round(6)
    array([-0.386294,  0.712318])
    """

    logpdf: ClassVar[Method] = method("logpdf", "The logarithm of the density.")
    pdf: ClassVar[Method] = method("pdf", "The density.")

    @overload
    def __call__(  # type: ignore[overload-overlap]  # arguments without Variables come first
        self, *args: ArrayOrNumber | None, **kwds: ArrayOrNumber | None
    ) -> FrozenMultivariate[NDArray[np.float64]]: ...
    @overload
    def __call__(self, *args: Operand | None, **kwds: Operand | None) -> FrozenMultivariate[Variable]: ...
    def __call__(self, *args: Operand | None, **kwds: Operand | None) -> FrozenMultivariate[Any]:
        """The distribution with these parameters, whose methods take points alone.

        Raises:
            TypeError: a parameter is missing or unknown.
        """
        return FrozenMultivariate(self, self.parameters(args, kwds))


def _as_number(x: Any) -> Any:
    return x[()] if type(x) is np.ndarray and not x.ndim else x
