"""Continuous distributions of one variable."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Final, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.stats.distribution import Formula
from pydezero.scipy.stats.typed import Frozen, FrozenMethod, Method, frozen_method, method
from pydezero.scipy.stats.univariate import Univariate, blurred, within

__all__ = [
    "Continuous",
    "FrozenContinuous",
]

_R = TypeVar("_R")

_DEFAULTS: Final = {"loc": 0.0, "scale": 1.0}


class FrozenContinuous(Frozen[_R]):
    """A continuous distribution with its parameters."""

    __slots__ = ()

    logpdf: ClassVar[FrozenMethod] = frozen_method("logpdf")
    pdf: ClassVar[FrozenMethod] = frozen_method("pdf")
    cdf: ClassVar[FrozenMethod] = frozen_method("cdf")
    sf: ClassVar[FrozenMethod] = frozen_method("sf")
    logcdf: ClassVar[FrozenMethod] = frozen_method("logcdf")
    logsf: ClassVar[FrozenMethod] = frozen_method("logsf")
    ppf: ClassVar[FrozenMethod] = frozen_method("ppf")
    isf: ClassVar[FrozenMethod] = frozen_method("isf")


@attrs.frozen(eq=False)
class Continuous(Univariate):
    """A continuous distribution: SciPy's methods of the same names, of points, shape parameters, `loc` and `scale`.

    They are differentiated in every argument. Outside of the support the derivatives are 0, and on its edge they are
    those of the inside. Invalid parameters give nan, and so are the derivatives.

    Attributes:
        support: the ends of the support, or a function from the shape parameters to them.
        has_ends: whether the ends belong to the support.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> from pydezero.scipy.stats import gamma, norm
    >>> norm.logpdf(np.array([0.0, 1.0]), loc=1.0).round(3)
    array([-1.419, -0.919])
    >>> grad(lambda scale: norm(0.0, scale).logpdf(np.array([1.0, 2.0])).sum())(1.0)
    np.float64(3.0)
    >>> round(grad(lambda a: gamma.cdf(1.0, a))(2.0), 6)
    np.float64(-0.276196)
    """

    support: tuple[float, float] | Formula = (-math.inf, math.inf)
    has_ends: bool = attrs.field(default=True, repr=False)

    logpdf: ClassVar[Method] = method("logpdf", "The logarithm of the density.")
    pdf: ClassVar[Method] = method("pdf", "The density.")
    cdf: ClassVar[Method] = method("cdf", "The probability of values up to x.")
    sf: ClassVar[Method] = method("sf", "The probability of values above x.")
    logcdf: ClassVar[Method] = method("logcdf", "The logarithm of the probability of values up to x.")
    logsf: ClassVar[Method] = method("logsf", "The logarithm of the probability of values above x.")
    ppf: ClassVar[Method] = method("ppf", "The point up to which the probability is x, the inverse of `cdf`.")
    isf: ClassVar[Method] = method("isf", "The point above which the probability is x, the inverse of `sf`.")

    @property
    def defaults(self) -> Mapping[str, float]:
        """The values of `loc` and `scale`."""
        return _DEFAULTS

    @overload
    def __call__(  # type: ignore[overload-overlap]  # arguments without Variables come first
        self, *args: ArrayOrNumber, **kwds: ArrayOrNumber
    ) -> FrozenContinuous[NDArray[np.float64]]: ...
    @overload
    def __call__(self, *args: Operand, **kwds: Operand) -> FrozenContinuous[Variable]: ...
    def __call__(self, *args: Operand, **kwds: Operand) -> FrozenContinuous[Any]:
        """The distribution with these parameters, whose methods take points alone.

        Raises:
            TypeError: a parameter is missing or unknown.
        """
        return FrozenContinuous(self, self.parameters(args, kwds))

    def of_real(self, name: str, x: Array, values: Mapping[str, Array]) -> Array:
        """The function of a name, of arguments in double precision."""
        *shapes, loc, scale = values.values()
        *shapes, scale = blurred(self.is_valid(*shapes) & (scale > 0), [*shapes, scale])
        is_standard = type(loc) is type(scale) is float and (loc, scale) == (0.0, 1.0)
        formula = self.formulas[name]
        if name in ("ppf", "isf"):
            (x,) = blurred((x >= 0) & (x <= 1), [x])
            found = formula(x, *shapes)
            return found if is_standard else found * scale + loc
        y = x if is_standard else (x - loc) / scale
        is_fixed = not callable(self.support)
        low, high = self.support(*shapes) if callable(self.support) else self.support
        below: Array = not (is_fixed and low == -math.inf) and (y < low if self.has_ends else y <= low)
        above: Array = not (is_fixed and high == math.inf) and (y > high if self.has_ends else y >= high)
        # A point inside, which is finite.
        inside = 0.5 * (np.maximum(low, np.minimum(high, 1.0) - 2.0) + np.minimum(high, np.maximum(low, -1.0) + 2.0))
        found = within(name, formula, inside, below, above, y, shapes)
        if is_standard or name not in ("logpdf", "pdf"):
            return found
        return found - np.log(scale) if name == "logpdf" else found / scale
