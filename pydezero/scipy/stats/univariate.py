"""The base of all distributions of one variable: the support, invalid parameters.

A distribution is a table of formulas at location 0 and scale 1, within its support.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.scipy.stats.arguments import real
from pydezero.scipy.stats.distribution import Distribution, Formula
from pydezero.scipy.stats.stable import log_probability

__all__ = [
    "Univariate",
    "any_shapes",
    "blurred",
    "within",
]

# The values below and above the support.
_BEYOND: Final = {
    "logpdf": (-math.inf, -math.inf),
    "pdf": (0.0, 0.0),
    "logpmf": (-math.inf, -math.inf),
    "pmf": (0.0, 0.0),
    "cdf": (0.0, 1.0),
    "sf": (1.0, 0.0),
    "logcdf": (-math.inf, 0.0),
    "logsf": (0.0, -math.inf),
}


def any_shapes(*shapes: Array) -> Array:
    """The mask of valid shape parameters of a distribution for which all are valid."""
    return True


def _completed(formulas: Mapping[str, Formula]) -> dict[str, Formula]:
    """The formulas of a table, with the ones that follow from others, such as pdf from logpdf."""
    found = dict(formulas)
    if "logpdf" in found:
        found.setdefault("pdf", lambda y, *shapes: np.exp(found["logpdf"](y, *shapes)))
    if "cdf" in found:
        found.setdefault("sf", lambda y, *shapes: 1 - found["cdf"](y, *shapes))
        found.setdefault(
            "logcdf", lambda y, *shapes: log_probability(found["cdf"](y, *shapes), found["sf"](y, *shapes))
        )
        found.setdefault("logsf", lambda y, *shapes: log_probability(found["sf"](y, *shapes), found["cdf"](y, *shapes)))
    return found


@attrs.frozen(eq=False)
class Univariate(Distribution):
    """A distribution of one variable.

    Attributes:
        is_valid: from the shape parameters to where they are valid.
    """

    formulas: Mapping[str, Formula] = attrs.field(converter=_completed, repr=False)
    is_valid: Formula = attrs.field(default=any_shapes, repr=False)

    @property
    def name(self) -> str:
        """SciPy's name of the distribution."""
        found: str = self.scipys.name
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters: those of shape, then `loc` and `scale`."""
        return (*(self.scipys.shapes.split(", ") if self.scipys.shapes else ()), *self.defaults)

    def by_formula(self, name: str, x: Any, values: Mapping[str, Any]) -> Array:
        """The function of a name at points x, for parameters by their names."""
        of = f"{self.name}.{name}"
        return self.of_real(name, real(of, "x", x), {key: real(of, key, value) for key, value in values.items()})

    @abstractmethod
    def of_real(self, name: str, x: Array, values: Mapping[str, Array]) -> Array:
        """The function of a name, of arguments in double precision."""


def blurred(valid: Array, values: Sequence[Array]) -> Sequence[Array]:
    """Values with nan in the place of those that are not valid; so all results and derivatives of these are nan."""
    if valid is True or not may_hold(np.logical_not(valid)):
        return values
    blur = np.where(valid, 1.0, np.nan)
    return [value * blur for value in values]


def within(
    name: str, formula: Formula, inside: Array, below: Array, above: Array, y: Array, shapes: Sequence[Array]
) -> Array:
    """The values of a formula within the support, and the constants below and above it; `inside` is a point within."""
    if not may_hold(below) and not may_hold(above):
        return formula(y, *shapes)
    low, high = _BEYOND[name]
    found = formula(np.where(np.logical_or(below, above), inside, y), *shapes)
    return np.where(below, low, np.where(above, high, found))
