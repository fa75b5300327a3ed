"""The multinomial distribution."""

from __future__ import annotations

from typing import Any, ClassVar, Final, TypeVar, overload

import attrs
import numpy as np
import scipy.stats
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.scipy.special.entropy import xlogy
from pydezero.scipy.special.gammas import gammaln
from pydezero.scipy.stats.arguments import given
from pydezero.scipy.stats.multivariate import OfSeveral
from pydezero.scipy.stats.typed import Frozen, FrozenMethod, Method, frozen_method, method
from pydezero.scipy.stats.univariate import blurred

__all__ = ["multinomial"]

_R = TypeVar("_R")

# What rounding may make of a probability of 0 that is 1 minus the sum of others.
_ROUNDING: Final = -1e-14


class FrozenMultinomial(Frozen[_R]):
    """A multinomial distribution with its parameters."""

    __slots__ = ()

    logpmf: ClassVar[FrozenMethod] = frozen_method("logpmf")
    pmf: ClassVar[FrozenMethod] = frozen_method("pmf")


@attrs.frozen(eq=False)
class Multinomial(OfSeveral):
    """The multinomial distribution: SciPy's methods of the same names, of counts x, their sum n, and probabilities p.

    As in SciPy the last of the probabilities, along the last axis of p, is 1 minus the sum of the others: it is not
    read, and has the derivative 0. A Variable for x or n raises a TypeError.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda p: multinomial.logpmf(np.array([3, 1]), 4, p))(np.array([0.5, 0.5]))
    array([4., 0.])
    """

    logpmf: ClassVar[Method] = method(
        "logpmf", "The logarithm of the probability of counts, -inf if n is not their sum."
    )
    pmf: ClassVar[Method] = method("pmf", "The probability of counts, 0 if n is not their sum.")

    @overload
    def __call__(  # type: ignore[overload-overlap]  # arguments without Variables come first
        self, *args: ArrayOrNumber, **kwds: ArrayOrNumber
    ) -> FrozenMultinomial[NDArray[np.float64]]: ...
    @overload
    def __call__(self, *args: Operand, **kwds: Operand) -> FrozenMultinomial[Variable]: ...
    def __call__(self, *args: Operand, **kwds: Operand) -> FrozenMultinomial[Any]:
        """The distribution with these parameters, whose methods take counts alone.

        Raises:
            TypeError: a parameter is missing or unknown.
        """
        return FrozenMultinomial(self, self.parameters(args, kwds))


def _log_probability(x: Array, n: Array, p: Array) -> Array:
    counts, n = given("multinomial", "x", x), given("multinomial", "n", n)
    if not shape_of(counts) or shape_of(counts)[-1:] != shape_of(p)[-1:]:
        raise ValueError(
            f"scipy.stats.multinomial: x of shape {shape_of(counts)} and p of shape {shape_of(p)} do not fit; the last "
            "axis of each must have an element for each outcome"
        )
    others = p[..., :-1]
    last = p[..., -1:] + (1 - np.sum(p, axis=-1, keepdims=True))
    p = np.concatenate([others, last], axis=-1)
    p = np.where(np.less(p, 0) & np.greater(p, _ROUNDING), 0.0, p)
    valid = np.all(np.greater_equal(p, 0) & np.less_equal(p, 1), axis=-1)
    valid = valid & np.greater_equal(n, 0) & np.equal(n, np.floor(n))
    whole = np.all(np.equal(counts, np.floor(counts)) & np.greater_equal(counts, 0), axis=-1)
    possible = whole & np.equal(np.sum(counts, axis=-1), n)
    counts = np.where(np.expand_dims(possible, -1), counts, 0.0)
    terms: Array = xlogy(counts, p) - gammaln(counts + 1)
    found = np.where(possible, gammaln(np.where(possible, n, 0.0) + 1) + np.sum(terms, axis=-1), -np.inf)
    return blurred(valid, [found])[0]


multinomial: Final = Multinomial(
    scipy.stats.multinomial,
    {
        "logpmf": _log_probability,
        "pmf": lambda x, n, p: np.exp(_log_probability(x, n, p)),
    },
    "multinomial",
    ("n", "p"),
)
