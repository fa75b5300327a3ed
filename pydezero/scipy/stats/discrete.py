"""Distributions of integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, TypeVar, overload

import attrs
import numpy as np
import scipy.stats
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define, zero
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.stats.arguments import given, real
from pydezero.scipy.stats.distribution import Formula
from pydezero.scipy.stats.typed import Frozen, FrozenMethod, Method, frozen_method, method
from pydezero.scipy.stats.univariate import Univariate, blurred, within

__all__ = [
    "Discrete",
    "FrozenDiscrete",
]

_R = TypeVar("_R")

_DEFAULTS: Final = {"loc": 0.0}


class FrozenDiscrete(Frozen[_R]):
    """A distribution of integers with its parameters."""

    __slots__ = ()

    logpmf: ClassVar[FrozenMethod] = frozen_method("logpmf")
    pmf: ClassVar[FrozenMethod] = frozen_method("pmf")
    cdf: ClassVar[FrozenMethod] = frozen_method("cdf")
    sf: ClassVar[FrozenMethod] = frozen_method("sf")
    logcdf: ClassVar[FrozenMethod] = frozen_method("logcdf")
    logsf: ClassVar[FrozenMethod] = frozen_method("logsf")
    ppf: ClassVar[FrozenMethod] = frozen_method("ppf")
    isf: ClassVar[FrozenMethod] = frozen_method("isf")


def _plain(*args: Array, distribution: str, function: str) -> Array:
    return getattr(getattr(scipy.stats, distribution), function)(*args)


# The rules of the arguments, all of them given, come before this one.
_plain_p: Final[Elementwise] = define(Elementwise, "stats.plain", _plain, zero, keeps_dtype=False)


@attrs.frozen(eq=False)
class Discrete(Univariate):
    """A distribution of integers: SciPy's methods of the same names, of points, shape parameters and `loc`.

    They are differentiated in the parameters that are no integers; a Variable for another argument raises a TypeError.
    Invalid parameters give nan, and so are the derivatives.

    Attributes:
        smallest: the smallest integer that may occur.
        largest: from the shape parameters to the largest integer that may occur, if there is one.
        integers: the parameters that are integers.

    >>> from pydezero import grad
    >>> from pydezero.scipy.stats import binom, poisson
    >>> grad(lambda mu: poisson.logpmf(3, mu))(2.0)
    np.float64(0.5)
    >>> round(grad(lambda p: binom(10, p).cdf(2))(0.5), 6)
    np.float64(-0.703125)
    """

    smallest: float = 0.0
    largest: Formula | None = attrs.field(default=None, repr=False)
    integers: tuple[str, ...] = ("loc",)

    logpmf: ClassVar[Method] = method("logpmf", "The logarithm of the probability of x, -inf where x is no integer.")
    pmf: ClassVar[Method] = method("pmf", "The probability of x, 0 where x is no integer.")
    cdf: ClassVar[Method] = method("cdf", "The probability of values up to x.")
    sf: ClassVar[Method] = method("sf", "The probability of values above x.")
    logcdf: ClassVar[Method] = method("logcdf", "The logarithm of the probability of values up to x.")
    logsf: ClassVar[Method] = method("logsf", "The logarithm of the probability of values above x.")
    ppf: ClassVar[Method] = method("ppf", "The integer up to which the probability reaches x; it has no derivative.")
    isf: ClassVar[Method] = method("isf", "The integer above which the probability falls to x; it has no derivative.")

    @property
    def defaults(self) -> Mapping[str, float]:
        """The value of `loc`."""
        return _DEFAULTS

    @overload
    def __call__(  # type: ignore[overload-overlap]  # arguments without Variables come first
        self, *args: ArrayOrNumber, **kwds: ArrayOrNumber
    ) -> FrozenDiscrete[NDArray[np.float64]]: ...
    @overload
    def __call__(self, *args: Operand, **kwds: Operand) -> FrozenDiscrete[Variable]: ...
    def __call__(self, *args: Operand, **kwds: Operand) -> FrozenDiscrete[Any]:
        """The distribution with these parameters, whose methods take points alone.

        Raises:
            TypeError: a parameter is missing or unknown.
        """
        return FrozenDiscrete(self, self.parameters(args, kwds))

    def without_derivative(self, name: str, x: Any, values: Mapping[str, Any]) -> Array:
        """The function of a name that has no derivative, which is SciPy's own for each example of a batch."""
        of = f"{self.name}.{name}"
        named = {"x": x, **values}
        arrays = [given(of, key, real(of, key, value)) for key, value in named.items()]
        return bind(_plain_p, *arrays, distribution=self.name, function=name)

    def of_real(self, name: str, x: Array, values: Mapping[str, Array]) -> Array:
        """The function of a name, of arguments in double precision."""
        of = f"{self.name}.{name}"
        k = given(of, "k", x)
        *shapes, loc = [given(of, key, value) if key in self.integers else value for key, value in values.items()]
        k = k - loc
        # Of infinity and nan SciPy's special functions make different things in different versions.
        k, *shapes = blurred(np.logical_and(self.is_valid(*shapes), np.equal(k, k)), [k, *shapes])
        below: Array = k < self.smallest
        above: Array
        if name in ("logpmf", "pmf"):
            below = below | np.greater(k, np.floor(k))  # what is no integer has no probability either
            above = self.largest is not None and k > self.largest(*shapes)
        else:
            k = np.floor(k)
            above = k >= (np.inf if self.largest is None else self.largest(*shapes))
        return within(name, self.formulas[name], self.smallest, below, above, k, shapes)
