"""The values in the arguments of the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from keyword import iskeyword
from unicodedata import normalize

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.cli.allowed import MODULES
from pydezero.cli.expression import Expression


class UsageError(ValueError):
    """A mistake in the arguments."""


@attrs.frozen
class Range:
    """A variable and its range, as `--plot x=-3:3` gives them."""

    name: str
    low: float
    high: float


def point(items: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """The variables of `x=1.5 A=[[1,2],[3,4]]`.

    Raises:
        UsageError: an item is not a name and a value, or names a variable again.
        ExpressionError: a value is none.

    >>> point(["x=pi/2", "v=[1, 2]"])
    {'x': array(1.57079633), 'v': array([1., 2.])}
    """
    found: dict[str, NDArray[np.float64]] = {}
    for item in items:
        name, text = _named(item, "--at", "x=1.5")
        if name in found:
            raise UsageError(f"--at gives {name} twice")
        found[name] = _value(name, text)
    return found


def plotted(text: str) -> Range:
    """The range of `x=-3:3`.

    Raises:
        UsageError: the text is no name and range.
        ExpressionError: a bound is no value.

    >>> plotted("x=-pi:pi/2")
    Range(name='x', low=-3.141592653589793, high=1.5707963267948966)
    """
    name, bounds = _named(text, "--plot", "x=-3:3")
    low, colon, high = bounds.partition(":")
    if not colon:
        raise UsageError(f"--plot {text}: write the variable and where it begins and ends, like {name}=-3:3")
    ends = [_value(name, bound) for bound in (low, high)]
    if any(end.shape or not np.isfinite(end) for end in ends) or not ends[0] < ends[1]:
        raise UsageError(f"--plot {text}: the ends must be two numbers, the smaller one first, like {name}=-3:3")
    return Range(name, float(ends[0]), float(ends[1]))


def _named(item: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    name = normalize("NFKC", name.strip())  # as Python reads names
    if not equals or not name.isidentifier() or iskeyword(name) or name.startswith("__") or name in MODULES:
        raise UsageError(
            f"{option} {item}: write a name and a value without spaces, or in quotes, like {example}; "
            "the expression comes before the options"
        )
    if re.search(r",\s*[^\W\d]\w*\s*=", value):
        raise UsageError(f"{option} {item}: write a space between two values, not a comma, like {example} y=2")
    return name, value


def _value(name: str, text: str) -> NDArray[np.float64]:
    value = np.asarray(Expression.of(text)())
    if value.dtype.kind != "f":
        instead = "; a complex number is x + 1j*y, of two of them" if value.dtype.kind == "c" else ""
        raise UsageError(f"{name}={text}: variables are real numbers, or arrays of them{instead}")
    return value
